"""Petite enfance: children under three, the places they find, and where."""

from ui.themes import page as theme_page

theme_page.show("petite_enfance")
