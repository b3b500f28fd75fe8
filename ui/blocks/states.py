"""Empty, masked, awaited, broken: four designed states; and done, what a long work ends in.

Each says what it is, what it means here and what to do next; none looks like a number.
"""

from collections.abc import Iterable
from html import escape
from typing import Literal

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.workspace import Workspace
from ui.frame import menu, updating

State = Literal["empty", "masked", "awaited", "broken", "done"]
SIGNS: dict[State, str] = {
    "empty": "–",
    "masked": "s",
    "awaited": "n.d.",
    "broken": "!",
    "done": "✓",
}
DATA_PAGE, HOME_PAGE = menu.script("donnees"), menu.script("accueil")


def show(state: State, title: str, text: str) -> None:
    """Say which state this is, in words."""
    st.html(state_html(state, title, text))


def state_html(state: State, title: str, text: str) -> str:
    """One state as HTML."""
    return (
        f'<div class="ctg-state ctg-{state}" role="note"><span aria-hidden="true">'
        f"{SIGNS[state]}</span><div><p><strong>{escape(fr.spaced(title))}</strong></p>"
        f"<p>{escape(fr.spaced(text))}</p></div></div>"
    )


def awaited(title: str, text: str, *, link: bool = True) -> None:
    """Data that are not there yet, and the way to get them."""
    show("awaited", title, text)
    if link:
        st.page_link(DATA_PAGE, label="Mettre à jour les données", icon=":material/arrow_forward:")


def receive(data: Workspace, awaited: Iterable[Indicator]) -> None:
    """As long as no source has answered: the way to what is published, when that is awaited."""
    if any("opendata" in one.origin for one in awaited) and updating.never(data):
        label = "Recevoir les chiffres publiés"
        st.page_link(HOME_PAGE, label=label, icon=":material/arrow_forward:")
