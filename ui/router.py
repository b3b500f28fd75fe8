"""The menu, and what holds around every page: its choices, its errors, its footer."""

import streamlit as st

from ctg_data import role
from ctg_data.errors import UserError
from ui import choices, frame, incidents, menu

try:
    groups = menu.listed(role.current())
except UserError as problem:
    incidents.report(problem)
    st.stop()

home = next(iter(next(iter(groups.values()))))
page = st.navigation(
    {
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
    },
    position="top",
)
choices.restore(page.url_path)
body, foot = st.container(key="page"), st.container(key="foot")
with foot:  # before the page: it stands even under a page that stops half-way
    frame.close_page()
with body:
    try:
        page.run()
    except Exception as problem:
        incidents.report(problem)
choices.capture()
