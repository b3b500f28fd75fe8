"""Parentalité: which families need support, and what they find."""

from ui.themes import page as theme_page

theme_page.show("parentalite")
