"""Chiffres publiés, datés: facts that articles tell, folded at the end, apart from indicators."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.errors import TerritoryError
from ctg_data.territory import facts
from ctg_data.territory.facts import Fact
from ctg_data.workspace import Workspace
from ui.blocks import notes, tables
from ui.themes.choice import Choice

TITLE = "Chiffres publiés, datés"
HEADS = ["Valeur"]
WORDS = ["Date", "Source", "À savoir"]
APART = (
    "Cités par des articles, tels qu'ils les publient : un contexte, à confirmer. Ils ne se "
    "comparent pas aux indicateurs de cette page et n'entrent dans aucun calcul."
)


def published(data: Workspace, choice: Choice) -> None:
    """The facts of the theme, if the territory has some."""
    if found := [one for one in _declared(data) if one.theme == choice.theme.id]:
        st.html(_folded(found, choice.theme.title))


def _declared(data: Workspace) -> tuple[Fact, ...]:
    try:
        return facts.declared(data.territory.folder)
    except TerritoryError:  # told at the top of every page
        return ()


def _folded(found: list[Fact], theme: str) -> str:
    body = [
        tables.row(
            escape(fr.spaced(one.label)),
            [escape(fr.spaced(one.value))],
            [one.when, one.source, one.note],
            heads=[*HEADS, *WORDS],
        )
        for one in found
    ]
    table = tables.frame_html(
        f"{theme} : {TITLE.lower()}", ["Ce qui est compté"], HEADS, WORDS, body
    )
    said = f'<p class="ctg-soft">{escape(fr.spaced(APART))}</p>'
    return notes.folded(f"{TITLE} ({fr.plural(len(found), 'fait')})", said + table)
