"""Jeunesse: those from 12 to 25, what they are offered, and where."""

from ui.themes import page as theme_page

theme_page.show("jeunesse")
