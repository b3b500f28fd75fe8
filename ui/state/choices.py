"""The reader's choices follow from page to page, and stay in the link.

A widget bound to the address (``key="zone", bind="query-params"``) is forgotten by Streamlit
when the page changes.  Its value and its wording in the link are kept here at the end of each
run, and given back before the widgets of the next page are drawn.
"""

from typing import NoReturn

import streamlit as st

from ui.state import missed

CARRIED = ("zone", "annee", "reference", "niveau")
TERRITORY, PRESENTATION = "territoire", "presentation"
_KEPT, _PAGE, _CHOSEN, _SHOWN = "_choices", "_page", "_territory", "_presentation"


def restore(page: str) -> None:
    """Give back the choices made on the page the reader comes from."""
    kept = st.session_state.setdefault(_KEPT, {})
    before = st.session_state.get(_PAGE)
    if before != page:
        missed.enter()
    if before not in (None, page):
        for name in kept:
            value, in_link = kept[name]
            if name not in st.query_params:
                st.session_state[name] = value
                if in_link is not None:
                    st.query_params[name] = in_link
    st.session_state[_PAGE] = page


def capture() -> None:
    """Keep the choices of this run; those that this page does not offer leave its address."""
    kept = st.session_state.setdefault(_KEPT, {})
    missed.close()
    for name in CARRIED:
        if missed.known(name) and name in st.session_state:
            kept[name] = st.session_state[name], st.query_params.get(name)
        elif not missed.known(name):
            st.query_params.pop(name, None)


def stop() -> NoReturn:
    """End a page here, its choices kept and its link answered as at the end of any page."""
    capture()
    st.stop()


def promised(key: str) -> str | None:
    """What a link, or the page before, asks of a selector, as the address writes it."""
    if key not in st.session_state:
        return st.query_params.get(key)
    value, in_link = st.session_state.get(_KEPT, {}).get(key, (None, None))
    held = st.session_state[key]
    return (in_link if value == held else None) or str(held)


def territory() -> str | None:
    """The territory asked for by the link or chosen before; none means the default one."""
    asked = st.query_params.get(TERRITORY) or st.session_state.get(_CHOSEN)
    if asked:
        _hold(asked)
    return asked


def presenting() -> bool:
    """Whether the page is being shown to others (``?presentation=oui``), on every page then."""
    asked = st.query_params.get(PRESENTATION) or st.session_state.get(_SHOWN)
    if asked:
        _present(asked)
    return asked == "oui"


def switch_presentation() -> None:
    """Start showing the pages to others, or stop."""
    _present("non" if presenting() else "oui")


def _present(asked: str) -> None:
    st.session_state[_SHOWN] = asked
    if asked == "oui":
        st.query_params[PRESENTATION] = asked
    else:
        st.query_params.pop(PRESENTATION, None)


def choose_territory(name: str) -> None:
    """Go to another territory: its places are not those of the one before."""
    _hold(name)
    for choice in CARRIED:
        st.session_state.get(_KEPT, {}).pop(choice, None)
        st.query_params.pop(choice, None)


def _hold(name: str) -> None:
    st.session_state[_CHOSEN] = name
    if st.query_params.get(TERRITORY) != name:
        st.query_params[TERRITORY] = name
