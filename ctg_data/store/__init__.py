"""Everything that lasts, in one database: figures, received bytes, imports, journal, editions."""
