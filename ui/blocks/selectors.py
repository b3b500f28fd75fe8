"""What the reader chooses: zone, year, reference, level; in the link, and from page to page.

``ui.state.choices`` carries the values across pages; here each selector is drawn, its default
first, so that a link stays short until something is chosen.
"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from ctg_data import fr
from ctg_data.diagnosis.search import folded
from ctg_data.model import Level
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import places
from ui.state import choices, missed


def choose(
    key: str,
    words: str,
    options: Sequence[str],
    name: Callable[[str], str] = str,
    *,
    default: str | None = None,
) -> str:
    """One selector bound to the link; the first option is the default unless told.

    A choice made elsewhere that is not on offer here is dropped, not refused; the page says so.
    """
    named = {one: name(one) for one in options}
    first = default if default in named else options[0]
    missed.read(key)
    _put_in_words(key, named)
    asked = choices.promised(key)
    lost = asked is not None and asked not in named.values()
    if st.session_state.get(key) in named:
        lost = False
    else:
        st.session_state.pop(key, None)
    chosen = st.selectbox(
        words,
        list(options),
        index=list(options).index(first),
        format_func=name,
        key=key,
        bind="query-params",
        width="stretch",
    )
    chosen = chosen if chosen in named else first
    if lost and asked is not None and missed.entering():
        missed.tell(key, words, [asked], f"« {named[chosen]} »", chosen)
    return chosen


def slide(key: str, words: str, low: int, high: int, value: int, step: int = 1) -> int:
    """A number bound to the link, between two others."""
    missed.read(key)
    asked = None if key in st.session_state else st.query_params.get(key)
    chosen = int(st.slider(words, low, high, value, step, key=key, bind="query-params"))
    if asked is not None and asked != str(chosen) and missed.entering():
        missed.tell(key, words, [asked], fr.number(chosen), chosen)
    return chosen


def several(
    key: str, words: str, named: Mapping[str, str], default: Sequence[str], *, most: int, hint: str
) -> list[str]:
    """Several choices bound to the link, among those on offer."""
    missed.read(key)
    asked = [] if key in st.session_state else st.query_params.get_all(key)
    if set(st.session_state.get(key, [])) - set(named):
        st.session_state.pop(key)
    kept = st.multiselect(
        words,
        list(named),
        default=list(default),
        format_func=named.__getitem__,
        key=key,
        bind="query-params",
        max_selections=most,
        placeholder=hint,
    )
    shown = [named[one] for one in kept]
    lost = [one for one in asked if one and one not in shown]
    if lost and missed.entering():
        names = fr.listed([f"« {one} »" for one in shown]) or "aucun choix"
        missed.tell(key, words, lost, names, kept)
    return kept


def _put_in_words(key: str, options: Mapping[str, str]) -> None:
    """A link may hold the short name of a choice (``iris``), in capitals or not.

    Streamlit reads the words of the selector only, and drops the rest: they are put in the link
    before it is read, once.
    """
    asked = st.query_params.get(key)
    if asked is None or asked in options.values() or key in st.session_state:
        return
    wanted = folded(asked)
    for short, words in options.items():
        if wanted and wanted in (folded(short), folded(words)):
            st.query_params[key] = words
            st.rerun()


def year(told: Mapping[int, str], words: str = "Année") -> int:
    """One of the years at hand, the latest unless told: each as sure as it is (« vers 2020 »)."""
    return int(choose("annee", words, [str(one) for one in told], lambda x: told[int(x)]))


def zone(data: Workspace, zones: Sequence[Zone], words: str = "Zone") -> Zone:
    """One place among several, by name."""
    found = {one.code: one for one in zones}
    chosen = choose("zone", words, list(found), lambda code: places.full_name(found[code]))
    return found[chosen]


def level(levels: Sequence[Level], words: str = "Échelle") -> Level:
    """One level among those that have data."""
    return Level(choose("niveau", words, [str(one) for one in levels], lambda x: Level(x).label))
