"""What is said of a release: readings, ranks, moves, profiles, coverage, search."""
