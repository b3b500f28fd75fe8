"""Parentalité: which families need support, and what they find."""

from ui import theme_page

theme_page.show("parentalite")
