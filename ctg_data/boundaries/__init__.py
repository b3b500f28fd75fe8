"""Outlines in use: official ones received, the city's, the base map; whose they are."""
