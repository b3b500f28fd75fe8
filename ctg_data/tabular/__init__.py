"""Any table that people send: its sheets, its values, the report of its reading."""
