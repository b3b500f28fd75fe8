"""Accueil: where the territory stands, what changed, how old the data are."""

from ui.frame import page as frame
from ui.views import accueil as view_accueil, update as view_update

data = frame.open_page("Accueil", question="Où en est le territoire ?")

view_update.first(data)
view_accueil.key_figures(data)
view_accueil.changes(data)
view_accueil.trend(data)
view_accueil.data_state(data)
