"""Colours of the dashboard: one place, for pages, charts, maps and documents.

Four accents told apart by people who confuse red and green (Wong, 2011); a sequential scale
that prints in grey; a grey of its own for what is under statistical secrecy.
"""

from typing import Final

INK: Final = "#1B2733"
MUTED: Final = "#4F5B66"
GRID: Final = "#E3E8EC"
COMMUNE: Final = "#00476F"  # the commune keeps its colour from page to page
REFERENCE: Final = "#4F5B66"
SECRET: Final = "#D9D9D9"
SEQUENTIAL: Final = ("#FFFFCC", "#A1DAB4", "#41B6C4", "#2C7FB8", "#253494")  # YlGnBu, 5 classes
ACCENTS: Final = ("#0072B2", "#D55E00", "#009E73", "#AA3377")
FAVOURABLE: Final = ACCENTS[0]  # told apart from the next by whoever confuses red and green
UNFAVOURABLE: Final = ACCENTS[1]
BY_THEME: Final = {
    "contexte": COMMUNE,
    "petite_enfance": ACCENTS[0],
    "enfance": ACCENTS[0],
    "jeunesse": ACCENTS[1],
    "parentalite": ACCENTS[3],
    "vie_sociale": ACCENTS[2],
    "acces_aux_droits": ACCENTS[2],
    "accompagnement_social": ACCENTS[3],
}


def accent(theme: str | None) -> str:
    """The one accent colour of a page."""
    return BY_THEME.get(theme or "", COMMUNE)
