"""Recherche: a few words lead to a figure."""

from ui import frame, view_search

data = frame.open_page("Recherche", question="Que cherchez-vous ?")

view_search.results(data, view_search.asked())
