"""Files a reader takes away: from a MaskedTable only, with its signs, sources and licences."""
