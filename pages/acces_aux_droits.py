"""Accès aux droits: who is paid what is due, and where to ask."""

from ui.themes import page as theme_page

theme_page.show("acces_aux_droits")
