"""Grille légale: does the convention hold what a multi-year plan of childcare must hold?"""

from ui.frame import page as frame
from ui.views import grille_legale as view_grille_legale

data = frame.open_page(
    "Grille légale",
    question="La convention répond-elle à ce que la loi demande pour le jeune enfant ?",
    subject="petite_enfance",
)

view_grille_legale.answer(data)
view_grille_legale.checklist(data)
view_grille_legale.sources()
