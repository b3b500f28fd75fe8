"""Files that a reader takes away: masked tables alone, with signs, sources and licences."""
