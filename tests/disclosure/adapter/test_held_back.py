"""A second zoning whose outlines nobody gave: hidden whole, told, and never for ever."""

import pandas as pd
import pytest

from ctg_data.disclosure.adapter import held_back, kept
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.release.policy import Policy
from geo.outlines.places import Nesting
from tests.drawing import read, shown

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
QPV = read("Q | 40 40 30 30 | 140")
IRIS = read("I | 60 60 50 43 | 213", level="iris")
BOTH = pd.concat([QPV, IRIS], ignore_index=True)
Q, AROUND = ("qpv", "Q", 2024), ("iris", "I", 0)


def hidden(socle: pd.DataFrame, known: set) -> dict[str, bool]:
    """Which levels are hidden whole."""
    found = held_back.split(socle, known, Policy())
    table = found.hide(protect_socle(found.rows, NOBODY, Policy(), ())).table
    return {level: bool(rows["value"].isna().all()) for level, rows in table.groupby("level")}


@pytest.mark.parametrize("known", [set(), {Q}, {AROUND}])
def test_without_both_outlines_the_second_zoning_waits(known):
    assert hidden(BOTH, known) == {"iris": True, "qpv": False}


def test_with_both_outlines_the_audit_decides():
    assert hidden(BOTH, {Q, AROUND}) == {"iris": False, "qpv": False}


@pytest.mark.parametrize("one", [QPV, IRIS])
def test_a_zoning_alone_needs_no_outline(one):
    assert set(hidden(one, set()).values()) == {False}


def test_the_generation_of_the_year_comes_first():
    old = read("O | 40 40 30 30 | 140").assign(vintage=2015)
    both = pd.concat([old, QPV], ignore_index=True)
    for period, first in ((2022, 2015), (2023, 2024)):
        found = held_back.split(both.assign(period=period), (), Policy())
        assert found.rows["vintage"].unique().tolist() == [first]


def test_what_waits_is_told_and_comes_back_when_outlines_do():
    found = held_back.split(BOTH, (), Policy())
    [sentence] = found.told
    assert "couvert par le secret (autre zonage publié)" in sentence
    assert "IRIS" in sentence
    assert "140" not in sentence
    made = found.hide(protect_socle(found.rows, NOBODY, Policy(), ()))
    assert made.dropped == found.told
    assert set(made.journal["rule"]) == {held_back.RULE}
    # only what the engine saw is remembered: the zoning was hidden for want of proof, not for ever
    engine = protect_socle(found.rows, NOBODY, Policy(), ())
    assert not [one for one in kept.states([kept.to_bytes(engine)]) if "|iris|" in one]


def test_the_ring_that_was_feared_is_hidden_once_measured():
    """An IRIS of 213 around a QPV of 140 leaves a zone of 73: one of the two must hide."""
    iris = read("I | 60 60 50 43 | 213", level="iris")
    sums = [Nesting(AROUND, (Q,), "dans I")]
    table = protect_socle(pd.concat([QPV, iris]), NOBODY, Policy(), sums).table
    assert "140" in shown(table[table["level"] == "qpv"])
    assert "213" not in shown(table[table["level"] == "iris"])
