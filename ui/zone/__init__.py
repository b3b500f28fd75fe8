"""The page of a zone."""
