"""Kinds of structures, and the needs that they answer, as one file declares them."""
