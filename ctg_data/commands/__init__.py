"""The command line, one module a verb; each loads what it needs."""
