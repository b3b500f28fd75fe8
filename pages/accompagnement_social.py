"""Accompagnement social: which families to support, and where they live."""

from ui.themes import page as theme_page

theme_page.show("accompagnement_social")
