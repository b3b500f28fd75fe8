"""The audit against brute force: same bounds, same leaks, on small random releases."""

import itertools
import random

import pytest
from hypothesis import given, strategies as st

from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.release.parse import parse_release
from tests import brute
from tests.examples import times

TOP = 140
"""Stated for every hidden cell, so that the enumeration ends; above every total drawn here."""


def cross(*axes):
    """Return the names of a table with margins: `a0|b1`, `*` standing for a total."""
    return ["|".join(names) for names in itertools.product(*([*axis, "*"] for axis in axes))]


def margins(names):
    """Return the relations that say each total is the sum of its parts."""
    rows = []
    for name in names:
        keys = name.split("|")
        for place, key in enumerate(keys):
            if key == "*":
                parts = {
                    other
                    for other in names
                    if other != name
                    and [k for i, k in enumerate(other.split("|")) if i != place]
                    == [k for i, k in enumerate(keys) if i != place]
                }
                terms = {name: -1} | dict.fromkeys(sorted(parts), 1)
                rows.append({"id": f"{name}/{place}", "terms": terms})
    return rows


def with_totals(names, cells):
    """Return the value of every name from those of the inner cells."""
    value = {}
    for name in names:
        keys = name.split("|")
        value[name] = sum(
            v
            for inner, v in cells.items()
            if all(k in ("*", own) for k, own in zip(keys, inner.split("|"), strict=True))
        )
    return value


def random_release(draw):
    """Return a RELEASE.json object built from a true table, masked at random, and zeros shown."""
    shape = draw.choice([(2, 2), (3, 2), (3, 3), (2, 2, 2), (4,), (5,)])
    names = cross(
        *([f"{axis}{i}" for i in range(n)] for axis, n in zip("abc", shape, strict=False))
    )
    top = draw.choice([6, 9, 14])
    inner = {name: draw.randint(0, top) for name in names if "*" not in name}
    value = with_totals(names, inner)
    relations = margins(names)
    if draw.random() < 0.3:
        value["double"], value["pairs"] = draw.randint(0, 8), 0
        first = min(inner)
        value["pairs"] = 2 * value["double"] + 3 * inner[first]
        names = [*names, "double", "pairs"]
        relations.append({"id": "coef", "terms": {"pairs": -1, "double": 2, first: 3}})
    if draw.random() < 0.3:
        one, other = draw.sample(sorted(inner), 2)
        gap = value[one] - value[other]
        gap += gap == -1  # « at most », and nothing more, would be an inclusion: a cell of its own
        relations.append(
            {"id": "at most", "terms": {one: 1, other: -1}, "rhs": gap + 1, "sense": "<="}
        )
    zeros = draw.random() < 0.5
    share = draw.choice([0.25, 0.5, 0.7])
    cells = [one_cell(draw, name, value[name], zeros, share) for name in names]
    data = {"threshold": 5, "zeros": "shown" if zeros else "masked", "cells": cells}
    return data | {"relations": relations, "ratios": one_ratio(draw, value, names)}


def one_cell(draw, name, value, zeros, share):
    """Return a cell, hidden, virtual, rounded or published at random."""
    dice = draw.random()
    if dice < share and (value or not zeros):
        return {"id": name, "status": "suppressed", "lb": int(zeros), "ub": TOP}
    if dice < share + 0.05:
        return {"id": name, "status": "virtual", "lb": 0, "ub": TOP}
    if dice > 0.92:
        mode = draw.choice(["nearest", "down"])
        shown = 5 * ((value + 2) // 5) if mode == "nearest" else 5 * (value // 5)
        rounded = {"base": 5, "mode": mode}
        return {"id": name, "status": "published", "value": shown, "rounded": rounded}
    return {"id": name, "status": "published", "value": value}


def one_ratio(draw, value, names):
    """Return at most one displayed ratio."""
    num, den = draw.sample(names, 2)
    if draw.random() < 0.6 or not value[den]:
        return []
    decimals, offset = draw.choice([0, 1]), draw.choice([0, -1])
    shown = round(100 * (value[num] / value[den] + offset), decimals)
    ratio = {"id": "r", "num": {num: 1}, "den": {den: 1}, "scale": 100, "offset": offset}
    return [ratio | {"value": shown, "decimals": decimals}]


def in_plain_sight(data):
    """Return the small counts published as they are, and the ratio of a hidden cell."""
    least = 1 if data["zeros"] == "shown" else 0
    shown = [cell for cell in data["cells"] if cell["status"] == "published"]
    names = {cell["id"] for cell in shown}
    small = {c["id"] for c in shown if "rounded" not in c and least <= c["value"] < 5}
    return small | {r["id"] for r in data["ratios"] if not {*r["num"], *r["den"]} <= names}


def compare(data):
    """Attack twice, and demand the same intervals and the same leaks."""
    try:
        expected = brute.intervals(data, cap=TOP, budget=60_000)
    except brute.TooMany:
        return False
    verdict = audit(parse_release(data), bounds=True)
    assert verdict.bounds == expected
    assert not verdict.undecided
    sight = {leak.id for leak in verdict.leaks if leak.kind in ("SHOWN", "OPERAND")}
    assert sight == in_plain_sight(data)
    leaks = {k.id: (k.lo, k.hi, k.kind) for k in verdict.leaks if k.id not in sight}
    assert leaks == brute.leaking(data, zeros_shown=data["zeros"] == "shown", cap=TOP)
    hidden = {cell["id"] for cell in data["cells"] if cell["status"] != "published"}
    pinned = {name for name, (lo, hi) in expected.items() if lo == hi} & hidden
    assert set(verdict.recomputable) == pinned - set(leaks)
    return True


@times(3)
@given(st.integers(0, 2**31))
def test_bounds_and_leaks_are_those_of_brute_force(seed):
    compare(random_release(random.Random(seed)))


@pytest.mark.parametrize("seed", range(20))
def test_enough_of_the_random_releases_can_be_enumerated(seed):
    # A property test that skips everything proves nothing: these are fixed.
    draw = random.Random(seed)
    assert any(compare(random_release(draw)) for _ in range(5))
