"""The map of a page: outlines, colours, pins, words and print."""
