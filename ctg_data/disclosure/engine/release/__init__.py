"""What is really released of a table, its files and its manifest."""
