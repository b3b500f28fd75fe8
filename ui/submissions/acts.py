"""What a reader decides: done at once and whole, told when the page starts again; and undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from ctg_data.errors import UserError
from ui.blocks import states
from ui.frame import page as frame


def carry_out(do: Callable[[], str], key: str, *, refused: str = "") -> None:
    """Do something, then start the page again with what it changed.

    Args:
        do: the act; returns the words that tell it.
        key: where the words wait for the page, in the session of this reader.
        refused: what is said above the reason when it cannot be done.
    """
    try:
        words = do()
    except UserError as problem:
        if refused:
            states.show("broken", refused, str(problem))
        else:
            st.error(str(problem))
        return
    st.session_state[key] = words
    frame.refresh()
    st.rerun()


def tell(key: str, title: str, state: states.State = "done") -> None:
    """Say once what was just done, if anything."""
    if words := st.session_state.pop(key, ""):
        states.show(state, title, words)


@dataclass(frozen=True)
class WayBack:
    """How taking one thing back is offered: the panel, the choice, what it costs, the button."""

    title: str
    which: str
    cost: str
    button: str

    def offer(self, names: Mapping[int, str], undo: Callable[[int], str], key: str) -> None:
        """One of several, by number; ``undo`` and ``key`` as for :func:`carry_out`."""
        with st.expander(self.title):
            number = st.selectbox(self.which, list(names), format_func=names.__getitem__)
            sure = st.checkbox(self.cost)
            if st.button(self.button, disabled=not sure):
                carry_out(lambda: undo(number), key)
