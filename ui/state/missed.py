"""What a link asks for that is not there: said at the top of the page, with what is shown instead.

Streamlit drops from the address what a selector does not offer, and says nothing: the reader would
believe that they see what the link promised.  Every selector says here what it was asked; what no
selector of the page knows is told too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from ctg_data import fr

_ENTERED, _ASKED, _READ, _TOLD, _SLOT = (
    *("_link_entered", "_link_asked", "_link_read"),
    *("_link_told", "_link_slot"),
)
ALWAYS = {"territoire", "presentation", "edition"}  # read by the frame, on every page
TRACKERS = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mtm_\w+|pk_\w+")  # what letters add to links
LONGEST = 60  # signs of what was asked that are shown again


@dataclass(frozen=True)
class _Missed:
    """One sentence, true while the selector ``key`` holds ``value``."""

    text: str
    key: str = ""
    value: Any = None


def enter() -> None:
    """A page begins: look at what its address asks for."""
    st.session_state[_ENTERED] = True
    st.session_state[_ASKED] = st.query_params.to_dict()
    st.session_state[_TOLD] = []
    st.session_state[_READ] = set()


def entering() -> bool:
    """Whether the page has not been drawn whole yet: only then is a link read."""
    return bool(st.session_state.get(_ENTERED, True))


def read(*keys: str) -> None:
    """Say that this page knows these words of an address."""
    st.session_state.setdefault(_READ, set()).update(keys)


def known(key: str) -> bool:
    """Whether this page knows this word of an address."""
    return key in st.session_state.get(_READ, ())


def notice() -> None:
    """Keep the place for what is to be said, and say what still holds."""
    st.session_state[_SLOT] = st.empty()
    told = st.session_state.get(_TOLD, [])
    state = st.session_state
    st.session_state[_TOLD] = [
        one for one in told if one.key not in state or state[one.key] == one.value
    ]
    _draw()


def tell(key: str, words: str, asked: Iterable[str], shown: str, value: Any) -> None:
    """Say that something asked for is not on offer, and what is shown instead.

    Args:
        key: of the selector, as in the address.
        words: the name of the selector on screen.
        asked: what was asked, as the address writes it.
        shown: what is shown instead, in words.
        value: of the selector; once it changes, the reader has chosen and nothing is said.
    """
    names = [f"« {one[:LONGEST]}{'…' if len(one) > LONGEST else ''} »" for one in asked]
    lacking = "ne sont pas proposés" if len(names) > 1 else "n'est pas proposé"
    text = f"{fr.listed(names)} ({words}) {lacking} ici. Affiché à la place : {shown}."
    _keep(_Missed(text, key, value))


def close() -> None:
    """The page is whole: say what its address asks for that nothing here answers."""
    if not entering():
        return
    st.session_state[_ENTERED] = False
    for key, asked in st.session_state.get(_ASKED, {}).items():
        if not (known(key) or key in ALWAYS or TRACKERS.fullmatch(key)):
            said = f"{key} = {asked}"[:LONGEST]
            text = f"Ce lien demande « {said} », que cette page ne propose pas : elle est affichée "
            _keep(_Missed(f"{text}sans en tenir compte."))


def _keep(missed: _Missed) -> None:
    kept = [one for one in st.session_state.get(_TOLD, []) if one.text != missed.text]
    st.session_state[_TOLD] = [*kept, missed]
    _draw()


def _draw() -> None:
    slot, told = st.session_state.get(_SLOT), st.session_state.get(_TOLD, [])
    if slot is not None and told:
        lines = "<br>".join(escape(fr.spaced(one.text)) for one in told)
        slot.html(f'<p class="ctg-missed" role="status">{lines}</p>')
