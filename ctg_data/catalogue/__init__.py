"""Indicators as their cards declare them, themes and kinds of structures; a folder a theme."""
