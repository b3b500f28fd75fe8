"""The CAF's annual socle: imported, protected, reported on."""
