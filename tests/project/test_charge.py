"""The readers that measure the wait speak the server's protocol, count right, and stay at home."""

from pathlib import Path

import pytest

from benchmarks.readers import Habits, visit
from tests.browser import serving

pytestmark = pytest.mark.long

QUICK = Habits(readers=3, choices=2, think=(0.0, 0.1))
FAILS_ON_CHOICE = """
import streamlit as st
if st.selectbox("Année", [2023, 2022]) == 2022:
    raise ValueError("broken")
"""
SECOND_PAGE_FAILS_ON_CHOICE = """
import streamlit as st

def quiet():
    st.selectbox("Lieu", ["A", "B"])

def broken():
    if st.selectbox("Année", [2023, 2022]) == 2022:
        raise ValueError("broken")

st.navigation([st.Page(quiet, default=True), st.Page(broken, url_path="broken")]).run()
"""


def test_every_reader_is_served_and_timed(tmp_path: Path):
    with serving(tmp_path, "benchmarks/bare_app.py") as server:
        waits = visit(server.url, "", "", QUICK)
    assert (len(waits.first), len(waits.later), waits.lost, waits.broken) == (3, 6, 0, 0)
    assert all(0 < one < QUICK.patience for one in waits.every)


def test_a_page_that_breaks_when_a_choice_is_made_is_counted(tmp_path: Path):
    script = tmp_path / "breaks.py"
    script.write_text(FAILS_ON_CHOICE, encoding="utf-8")
    with serving(tmp_path, str(script)) as server:
        waits = visit(server.url, "", "", Habits(readers=6, choices=2, think=(0.0, 0.1)))
    assert waits.broken > 0


@pytest.mark.parametrize(("page", "breaks"), [("", False), ("broken", True)])
def test_a_reader_who_chooses_stays_on_the_page(page: str, breaks: bool, tmp_path: Path):
    script = tmp_path / "pages.py"
    script.write_text(SECOND_PAGE_FAILS_ON_CHOICE, encoding="utf-8")
    with serving(tmp_path, str(script)) as server:
        waits = visit(server.url, page, "", Habits(readers=6, choices=2, think=(0.0, 0.1)))
    assert (waits.broken > 0) is breaks
    assert waits.lost == 0


def test_who_is_never_served_waits_as_long_as_the_round():
    waits = visit("http://127.0.0.1:9", "", "", Habits(readers=2, think=(0.0, 0.0), patience=5.0))
    assert (waits.first, waits.lost) == ([5.0, 5.0], 2)


@pytest.mark.parametrize("asked", [{"readers": 0}, {"readers": 201}, {"patience": 601.0}])
def test_what_would_be_an_attack_is_refused(asked):
    with pytest.raises(ValueError, match="lecteurs"):
        Habits(**asked)


def test_another_machine_is_left_alone():
    with pytest.raises(ValueError, match="ce poste"):
        visit("http://ctg.exemple.fr", "", "", QUICK)
