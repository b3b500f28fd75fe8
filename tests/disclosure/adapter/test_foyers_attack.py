"""Foyers are drawn one by one, counted, masked; the attacker fills the zone with foyers again.

It knows what a foyer may be (adults, children by age, benefits) and nothing of the sums that the
project states: any number of foyers of each kind that gives every figure shown is a table for it.
A relation between figures that nobody thought of stating is found here.
"""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from ctg_data import observations
from ctg_data.disclosure.adapter import definitions
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.release.policy import Policy

AGES = ("0-2", "3-5", "6-10", "11-14", "15-17", "18-24")
LEAST = 5
UNITS = {"personnes_couvertes": "personnes", "enfants_couverts": "enfants"}


def kinds_of_foyers() -> list[dict[str, int]]:
    """Every foyer of up to three children, as what it adds to each figure."""
    found = []
    for adults, number in itertools.product((1, 2), range(4)):
        for ages in itertools.combinations_with_replacement(AGES, number):
            young, school = set(ages) & {"0-2", "3-5"}, set(ages) - {"0-2", "3-5"}
            choices = (
                ("", "foyers_af") if number >= 2 else ("",),
                ("", "foyers_paje") if young else ("",),
                ("", "foyers_ars") if school else ("",),
                ("", "allocataires_etudiants", "allocataires_moins_25_non_etudiants"),
            )
            found += [_counted(adults, ages, told) for told in itertools.product(*choices)]
    return found


def _counted(adults: int, ages: tuple[str, ...], told: tuple[str, ...]) -> dict[str, int]:
    composition = (
        ("monoparent" if ages else "isole")
        if adults == 1
        else ("couple_avec_enfants" if ages else "couple_sans_enfant")
    )
    adds = {
        "foyers_allocataires/total": 1,
        f"foyers_selon_composition/{composition}": 1,
        "personnes_couvertes/total": adults + len(ages),
        "enfants_couverts/total": len(ages),
        "couples_trois_enfants/total": int(adults == 2 and len(ages) >= 3),
        **{f"{name}/total": 1 for name in told if name},
    }
    for age in ages:
        adds[f"enfants_couverts/{age}"] = adds.get(f"enfants_couverts/{age}", 0) + 1
    return adds


KINDS = kinds_of_foyers()
FIGURES = sorted({name for one in KINDS for name in one})
ADDS = np.array([[one.get(name, 0) for one in KINDS] for name in FIGURES], dtype=float)


def zone(seed: int) -> pd.DataFrame:
    """A hundred to three hundred foyers, of few kinds, and a file that gives most figures."""
    draw = np.random.default_rng(seed)
    children = ADDS[FIGURES.index("enfants_couverts/total")]
    chances = draw.gamma(0.15, 1, len(KINDS)) * 0.6**children
    chances *= np.where(children == 0, draw.choice([5, 20, 80]), 1)
    foyers = draw.multinomial(draw.integers(105, 300), chances / chances.sum())
    rows = []
    for name, adds in zip(FIGURES, ADDS, strict=True):
        if draw.uniform() < 0.85 or name == "foyers_allocataires/total":
            variable, _, part = name.partition("/")
            unit = UNITS.get(variable, "foyers")
            rows.append((variable, part, adds @ foyers, unit, int(foyers[adds > 0].sum())))
    columns = ["variable", "category", "value", "unit", "base"]
    place = {"level": "qpv", "code": "Q", "vintage": 2024, "period": 2024}
    frame = pd.DataFrame(rows, columns=columns).assign(**place, status="diffuse", source="socle")
    return observations.validate(frame)


def given_away(rows: pd.DataFrame) -> dict[str, float]:
    """Hidden figures that cannot reach five, however the zone is filled."""
    table = protect_socle(rows, rows.iloc[:0], Policy(), regroup=False).table
    names = table["variable"].str.cat(table["category"], sep="/")
    shown = dict(zip(names, table["value"].astype(float), strict=True))
    known = [name for name, value in shown.items() if value == value]
    sums = ADDS[[FIGURES.index(name) for name in known]]
    found = {}
    for name in shown.keys() - set(known):
        most = linprog(-ADDS[FIGURES.index(name)], A_eq=sums, b_eq=[shown[one] for one in known])
        assert most.status in (0, 3), most.message  # solved, or without limit
        if most.status == 0 and -most.fun < LEAST - 1e-6:
            found[name] = -most.fun
    return found


@pytest.mark.parametrize("seed", range(24))
def test_foyers_give_nobody_away(seed):
    assert not given_away(zone(seed))


def test_the_attacker_finds_what_a_sum_forgotten_would_tell(monkeypatch):
    for kind in ("members", "families"):
        monkeypatch.delitem(definitions.KINDS, kind)
    definitions.rules.cache_clear()
    try:
        assert any(given_away(zone(seed)) for seed in range(24))
    finally:
        definitions.rules.cache_clear()
