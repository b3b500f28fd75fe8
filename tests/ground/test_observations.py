"""The long table: what is refused, and how two copies of one datum become one."""

import pandas as pd
import pytest

from ctg_data import observations
from ctg_data.errors import CtgError
from tests.drawing import read

ROW = read("A | 40 30 20 10 | 100").iloc[:1]


def test_every_fault_is_told_at_once():
    with pytest.raises(CtgError) as problem:
        observations.validate(
            pd.concat(
                [
                    ROW.assign(level="planète"),
                    ROW.assign(variable="inconnue"),
                    ROW.assign(status="secret_cellule", code="B"),
                    ROW.assign(value=-1, code="C"),
                ]
            )
        )
    for part in ("unknown level", "does not declare", "denies it", "negative value"):
        assert part in str(problem.value)


def test_a_repeated_key_is_refused():
    with pytest.raises(CtgError, match="repeated key"):
        observations.validate(pd.concat([ROW, ROW]))


@pytest.mark.parametrize(("level", "rows"), [("commune", 1), ("iris", 1), ("qpv", 2)])
def test_a_vintage_makes_another_place_for_qpv_only(level, rows):
    older = ROW.assign(level=level, vintage=2025, value=40)
    newer = ROW.assign(level=level, vintage=2026, value=41)
    both = observations.overlay(older, newer)
    assert len(both) == rows
    assert both["value"].max() == 41


def test_the_newer_copy_wins_but_a_blank_never_erases_a_number():
    older = ROW.assign(value=40)
    blank = ROW.assign(value=pd.NA, status="non_disponible")
    assert observations.overlay(older, ROW.assign(value=41))["value"].tolist() == [41]
    assert observations.overlay(older, blank)["value"].tolist() == [40]
    assert observations.overlay(blank, older)["value"].tolist() == [40]
