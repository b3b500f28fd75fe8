"""Enfance: children from 3 to 14, what they are offered, and where."""

from ui.themes import page as theme_page

theme_page.show("enfance")
