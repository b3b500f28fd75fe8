"""Producers: each module brings bytes (``fetch``) and reads them (``read``), never both at once."""
