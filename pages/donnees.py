"""Données: where each figure comes from, how old it is, and how to renew it."""

from ui.frame import page as frame
from ui.views import city as view_city, donnees as view_donnees

data = frame.open_page("Données", question="D'où viennent les chiffres, et de quand datent-ils ?")

view_donnees.sources(data)
view_donnees.update(data)
view_donnees.doors(data)
view_city.panel(data)
view_donnees.given(data)
view_donnees.holes(data)
