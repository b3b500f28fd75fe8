"""What a reader sees when something goes wrong: a French sentence, never a traceback.

A ``UserError`` is shown as it is.  Anything else is a bug: the reader gets a number to quote,
the log gets the same number with the type of the error and the lines it went through.  The
message of the error stays out of both: it may hold a value that is confidential.
"""

import logging
import secrets
import traceback
from pathlib import Path

import streamlit as st

from ctg_data.errors import UserError

LOG = logging.getLogger("ctg")
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing to confuse when read aloud


def report(problem: Exception) -> bool:
    """Show a problem to the reader; tells Streamlit that it has been dealt with."""
    if isinstance(problem, UserError):
        st.error(str(problem), icon=":material/info:")
        return True
    number = "".join(secrets.choice(ALPHABET) for _ in range(6))
    LOG.error("incident %s : %s", number, trail(problem))
    st.error(
        f"Cette page n'a pas pu s'afficher (incident **{number}**). Vos données sont intactes "
        "et les autres pages restent utilisables. Rechargez la page ; si cela recommence, "
        "donnez ce numéro à la personne qui administre le tableau de bord.",
        icon=":material/error:",
    )
    return True


def trail(problem: BaseException) -> str:
    """Where a problem went through, innermost last, without any value.

    >>> try:
    ...     {}["4 familles"]
    ... except KeyError as problem:
    ...     trail(problem)
    'KeyError, <doctest ui.incidents.trail[0]>:2'
    """
    steps = traceback.extract_tb(problem.__traceback__)[-6:]
    where = " > ".join(f"{Path(step.filename).name}:{step.lineno}" for step in steps)
    return f"{type(problem).__name__}, {where or 'lieu inconnu'}"
