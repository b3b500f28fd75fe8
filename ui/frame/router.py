"""The menu, and what holds around every page: its choices, its errors, its footer."""

import streamlit as st

from ctg_data import role
from ctg_data.errors import UserError
from ui.frame import incidents, navigation, page as frame
from ui.state import choices

try:
    groups = navigation.pages(role.current())
except UserError as problem:
    incidents.report(problem)
    st.stop()

page = st.navigation(groups, position="top")
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
