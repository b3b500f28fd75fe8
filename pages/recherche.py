"""Recherche: a few words lead to a figure."""

from ui.frame import page as frame
from ui.views import search as view_search

data = frame.open_page("Recherche", question="Que cherchez-vous ?")

view_search.results(data, view_search.asked())
