"""The pages of the menu as Streamlit wants them, looked up on the disk once for all readers."""

from copy import copy

import streamlit as st

from ctg_data.built_once import built_once
from ctg_data.role import Role
from ui.frame import menu


def pages(who: Role) -> dict[str, list[st.Page]]:
    """The groups and pages of a role: a copy for each run, as running a page marks it as run."""
    return {group: [copy(one) for one in made] for group, made in _made(who).items()}


@built_once(len(Role))
def _made(who: Role) -> dict[str, list[st.Page]]:
    groups = menu.listed(who)
    home = next(iter(next(iter(groups.values()))))
    return {
        group: [
            st.Page(
                one.path,
                title=one.label,
                default=one is home,
                visibility="hidden" if one.hidden else "visible",
            )
            for one in entries
        ]
        for group, entries in groups.items()
    }
