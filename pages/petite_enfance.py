"""Petite enfance: children under three, the places they find, and where."""

from ui import theme_page

theme_page.show("petite_enfance")
