"""Annuaire: who can help, with what, where and when, and how to apply; by need and by zone."""

from ui.frame import page as frame
from ui.register import directory as directory_view

data = frame.open_page("Annuaire", question="Qui peut m'aider, près de chez moi ?")

need, zone = directory_view.choose(data)
if not directory_view.search(data):
    directory_view.show(data, need, zone)
