"""The statistical engine, a library of its own: it knows tables of numbers, no territory."""
