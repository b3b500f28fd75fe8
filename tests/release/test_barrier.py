"""The last barrier: what the engine, a base, a policy or an old masking let through is stopped.

Expected marks are worked out here by hand; nothing of the engine decides them.
"""

import warnings
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data.disclosure.adapter import gate, kept
from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.model import Citation
from ctg_data.observations import variables
from ctg_data.release.barrier import BarrierWarning, stopped
from ctg_data.release.policy import Policy
from tests.drawing import read

SOCLE = Citation("socle", "CAF", "Socle", "2024", "", "interne", confidential=True)
STRICT, ZEROS_SHOWN = Policy(), Policy(zeros_shown=True)
WEAK = Policy(min_count=1, min_population=1, min_people=1)  # as a bug might make it
NOTHING = read("A | 40 30 20 10 | 100").iloc[:0]


def cells(variable: str, *counts: tuple[float, int | None], level: str = "qpv", whole: int = 900):
    """A zone of ``whole`` allocataires for each (count, allocataires behind it)."""
    rows = []
    for rank, (count, base) in enumerate(counts):
        rows += [("foyers_allocataires", rank, whole, whole), (variable, rank, count, base)]
    table = pd.DataFrame(rows, columns=["variable", "code", "value", "base"])
    table = table.assign(code=table["code"].map("Z{}".format), level=level, category="total")
    units = table["variable"].map({name: one.unit for name, one in variables().items()})
    fixed = {"vintage": 2024, "period": 2024, "status": "diffuse", "source": "socle"}
    return table.assign(unit=units, **fixed).astype({"value": "Float64", "base": "Int64"})


def left(table: pd.DataFrame, policy: Policy, variable: str) -> list[float | str]:
    """What the barrier leaves of a variable, « s » for what it stops."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BarrierWarning)
        passed, _ = stopped(table, policy)
    return [
        "s" if pd.isna(value) else float(value)
        for value in passed.loc[passed["variable"] == variable, "value"]
    ]


@pytest.mark.parametrize("policy", [STRICT, WEAK])
@pytest.mark.parametrize(
    ("variable", "counts", "told"),
    [
        ("foyers_rsa", [(4, 4), (5, 5), (6, 6)], ["s", 5, 6]),
        ("foyers_rsa", [(3, 900)], ["s"]),  # whatever its base says
        ("enfants_couverts", [(4, None), (5, None)], ["s", 5]),
        ("personnes_couvertes", [(9, 4), (9, 5)], ["s", 9]),
        ("structures", [(0, None), (1, None), (4, None)], [0, 1, 4]),  # places are not people
        ("population_municipale", [(3, None)], [3]),
    ],
)
def test_a_small_count_of_people_is_stopped_judged_on_itself(policy, variable, counts, told):
    assert left(cells(variable, *counts), policy, variable) == told


@pytest.mark.parametrize(("policy", "told"), [(STRICT, "s"), (WEAK, "s"), (ZEROS_SHOWN, 0.0)])
def test_a_zero_is_stopped_where_zeros_are_masked(policy, told):
    assert left(cells("foyers_rsa", (0, 0)), policy, "foyers_rsa") == [told]


@pytest.mark.parametrize("policy", [STRICT, WEAK])
@pytest.mark.parametrize(
    ("level", "whole", "told"),
    [
        ("qpv", 99, ["s", "s"]),
        ("iris", 99, ["s", "s"]),
        ("quartier", 99, ["s", "s"]),
        ("qpv", 100, [100.0, 30.0]),
        ("commune", 99, [99.0, 30.0]),  # the rule is about zones below the commune
    ],
)
def test_a_zone_under_a_hundred_is_stopped_whole(policy, level, whole, told):
    table = cells("foyers_rsa", (30, 30), level=level, whole=whole)
    found = [left(table, policy, name)[0] for name in ("foyers_allocataires", "foyers_rsa")]
    assert found == told


def test_a_stricter_policy_is_followed():
    table = cells("foyers_rsa", (9, 9), (10, 10), whole=149)
    assert left(table, Policy(min_count=10), "foyers_rsa") == ["s", 10]
    assert left(table, Policy(min_population=150), "foyers_rsa") == ["s", "s"]


def test_what_is_stopped_makes_a_noise_and_a_line_of_the_journal():
    table = cells("foyers_rsa", (4, 900), (5, 5))
    with pytest.warns(BarrierWarning, match="stopped 1 cells") as noise:
        passed, journal = stopped(table, STRICT)
    assert "Z0" not in str(noise[0].message), "never which"
    assert journal[["variable", "code"]].to_numpy().tolist() == [["foyers_rsa", "Z0"]]
    assert "dernière barrière" in journal["rule"].iloc[0]
    hidden = passed[passed["value"].isna()]
    assert hidden["base"].isna().all()
    assert hidden["status"].tolist() == ["secret_cellule"]


def test_nothing_is_said_when_nothing_is_stopped():
    table = cells("foyers_rsa", (5, 5))
    passed, journal = stopped(table, STRICT)
    assert passed is table
    assert not len(journal)


def test_an_old_masking_that_showed_a_small_count_does_not_show_it_again():
    """Read again from where it was kept, byte for byte as it stood."""
    journal = pd.DataFrame(columns=[*kept.KEY, "rule"])
    old = kept.from_bytes(kept.to_bytes(Protection(cells("foyers_rsa", (3, 900), (7, 7)), journal)))
    assert 3 in old.table["value"].tolist()
    with pytest.warns(BarrierWarning):
        gated = gate.release(NOTHING, old, {"socle": SOCLE}, STRICT)
    frame = gated.release.where(variable="foyers_rsa").frame
    assert frame.set_index("code")["sign"].to_dict() == {"Z0": "s", "Z1": ""}
    assert gated.secrecy.stopped == 1
    assert gated.journal["code"].tolist() == ["Z0"]


def test_a_mask_that_forgets_a_cell_is_stopped_at_the_gate():
    """The engine's own table, one hidden count put back by a bug."""
    table = cells("foyers_rsa", (3, 3), (4, 4), (8, 8))
    whole = Protection(table, pd.DataFrame(columns=[*kept.KEY, "rule"]))
    with pytest.warns(BarrierWarning, match="stopped 2"):
        release = gate.release(NOTHING, whole, {"socle": SOCLE}, replace(WEAK)).release
    shown = release.where(variable="foyers_rsa").frame["value"].dropna()
    assert shown.tolist() == [8]
