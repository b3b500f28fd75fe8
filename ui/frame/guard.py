"""Pages that not every role may open.  The menu hides them; this closes them."""

import streamlit as st

from ctg_data import role
from ctg_data.role import Role
from ui.state import choices


def statistician_only() -> None:
    """Stop the page unless the app was started for the statistician, and never on a projector."""
    if role.current() is Role.STATISTICIEN and not choices.presenting():
        return
    st.error(
        "Cette page est réservée au statisticien de la CAF, sur son propre poste : l'application "
        "s'ouvre alors avec CTG_ROLE=statisticien. Elle n'est jamais montrée en présentation.",
        icon=":material/lock:",
    )
    choices.stop()
