"""Protect random tables of many kinds, then attack them by brute force.

The attacker enumerates every whole-number table compatible with what was released; it shares
no code with the engine nor with the audit.
"""

import copy

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.release.content import to_json
from ctg_data.disclosure.engine.release.parse import parse_release
from tests import brute
from tests.attack_tables import random_table
from tests.specs import build

BUDGET = 60_000
SEEDS = st.integers(0, 2**31)
MANY = settings(suppress_health_check=[HealthCheck.filter_too_much])


def protected(table):
    """Return the protection of a TABLE.json object."""
    return proved(table)[0]


def proved(table):
    """Return the protection of a TABLE.json object and the verdict of its audit."""
    problem = build(
        table["cells"],
        table["relations"],
        table["derived"],
        policy=table["policy"],
        keep=table["keep"],
        sensitive=table["sensitive"],
    )
    return protect_and_audit(problem)


def is_secret(table, name):
    """Say whether the true value of a cell must not be known."""
    value = table["truth"][name]
    return value < table["policy"]["min_count"] and (
        value > 0 or table["policy"]["zeros"] == "masked"
    )


def public_only(table, release):
    """Return what others have published, as a release: our cells are unknown, from 0 up."""
    outside = {cell["id"] for cell in table["cells"] if cell.get("external")}
    cells = [
        cell if cell["id"] in outside else {"id": cell["id"], "status": "virtual", "lb": 0}
        for cell in release["cells"]
    ]
    return {**release, "cells": cells, "ratios": []}


def enumerated(release, cap):
    """Return the interval of every unknown; skip the example when there are too many tables."""
    try:
        return brute.intervals(release, cap=cap, budget=BUDGET)
    except brute.TooMany:
        assume(False)
        raise


def complements(table):
    """Return how many people each inclusion of a part in a whole leaves outside."""
    truth, found = table["truth"], {}
    for one in table["relations"]:
        if one.get("sense") == "<=" and set(one["terms"].values()) == {1, -1}:
            gap = -sum(coef * truth[name] for name, coef in one["terms"].items())
            found[f"complément « {one['id']} »"] = gap
    return found


def leaks_of(table, release):
    """Return the secret cells that a release gives away, beyond what others already tell."""
    table = {**table, "truth": table["truth"] | complements(table)}
    cap = max(table["truth"].values()) + 40
    found = enumerated(release, cap)
    truth, least = table["truth"], table["policy"]["min_count"]
    assert all(low <= truth[name] <= high for name, (low, high) in found.items())
    away = {
        name: ends for name, ends in found.items() if ends[1] < least and is_secret(table, name)
    }
    if not away or not any(cell.get("external") for cell in table["cells"]):
        return away
    try:
        before = brute.intervals(public_only(table, release), cap=cap, budget=10 * BUDGET)
    except brute.TooMany:
        assume(False)
    # Where zeros are shown, a mask says « at least 1 »: no secret, by that policy.
    least_told = int(table["policy"]["zeros"] == "shown")
    return {
        name: (low, high)
        for name, (low, high) in away.items()
        if high < before[name][1] or low > max(before[name][0], least_told)
    }


@MANY
@given(SEEDS)
def test_plain_tables_never_leak_and_are_always_protected(seed):
    table = random_table(seed, plain=True)
    protection = protected(table)
    assert not protection.failed
    assert leaks_of(table, to_json(protection.release)) == {}
    assert audit(protection.release).safe


@MANY
@given(SEEDS)
def test_tables_with_externals_ratios_needs_and_keeps_never_leak(seed):
    table = random_table(seed)
    protection, verdict = proved(table)
    # Some have no safe release at all: then nothing is shown.
    assume(verdict is not None and verdict.safe)
    assert leaks_of(table, to_json(protection.release)) == {}


@MANY
@given(SEEDS)
def test_needs_are_left_their_width(seed):
    table = random_table(seed)
    for cell in table["cells"]:
        # What others publish may be narrower by itself, and is not ours to widen.
        if cell.pop("external", None) and cell.pop("rounded", None):
            cell["value"] = table["truth"][cell["id"]]  # no longer rounded: it must add up
    wanted = {c["id"]: c["need"]["min_width"] for c in table["cells"] if c.get("need")}
    assume(wanted)
    protection, verdict = proved(table)
    assume(verdict is not None and verdict.safe)
    release = to_json(protection.release)
    found = enumerated(release, max(table["truth"].values()) + 40)
    for name, width in wanted.items():
        assert found[name][1] - found[name][0] >= width


@MANY
@given(SEEDS)
def test_same_table_same_mask_and_no_hidden_value_carried(seed):
    table = random_table(seed)
    first, second = protected(table), protected(copy.deepcopy(table))
    assert to_json(first.release) == to_json(second.release)
    for cell in to_json(first.release)["cells"]:
        assert ("value" in cell) == (cell["status"] == "published")


@MANY
@given(SEEDS)
def test_the_mask_follows_a_cell_that_becomes_small(seed):
    table = random_table(seed, plain=True)
    leaf = table["cells"][0]
    assume("|" in leaf["id"])
    change = 2 - leaf["value"]
    touched = related(table, leaf["id"])
    for cell in table["cells"]:
        if cell["id"] in touched:
            cell["value"] += change
            table["truth"][cell["id"]] += change
    assume(all(cell["value"] >= 0 for cell in table["cells"]))
    protection = protected(table)
    status = {cell["id"]: cell["status"] for cell in to_json(protection.release)["cells"]}
    assert status[leaf["id"]] == "suppressed"
    assert leaks_of(table, to_json(protection.release)) == {}


def related(table, leaf):
    """Return the cells that count `leaf`: itself and every total above it."""
    found = {leaf}
    while True:
        more = {
            name
            for relation in table["relations"]
            for name, coef in relation["terms"].items()
            if coef == -1 and found & {n for n, c in relation["terms"].items() if c == 1}
        }
        if more <= found:
            return found
        found |= more


def test_an_empty_residual_is_not_left_under_five():
    # Everybody is located: the residual is 0, no secret where zeros are shown.  But « 0 to 1 »
    # would say « fewer than 5 » to a reader, who does not know that it is 0.
    value = {"A": 4, "B": 9, "C": 30, "commune": 43}
    table = {
        "policy": {"min_count": 5, "zeros": "shown"},
        "cells": [{"id": name, "value": count} for name, count in value.items()]
        + [{"id": "non localisé", "value": 0, "virtual": True}],
        "relations": [
            {"id": "r", "terms": {"A": 1, "B": 1, "C": 1, "non localisé": 1, "commune": -1}}
        ],
        "derived": [],
        "keep": [],
        "sensitive": [],
        "truth": value | {"non localisé": 0},
    }
    release = to_json(protected(table).release)
    low, high = brute.intervals(release, cap=80)["non localisé"]
    assert low == high == 0 or high >= 5


@pytest.mark.parametrize("zeros", ["shown", "masked"])
@pytest.mark.parametrize("seed", range(12))
def test_fixed_tables_are_attacked_each_time(seed, zeros):
    table = random_table(seed * 7 + 1, plain=True)
    table["policy"]["zeros"] = zeros
    release = to_json(protected(table).release)
    try:
        found = brute.leaking(release, zeros_shown=zeros == "shown", cap=80, budget=500_000)
    except brute.TooMany:
        # Too many tables to list them all: the audit, held to brute force elsewhere, stands in.
        found = {leak.id: leak for leak in audit(parse_release(release)).leaks}
    assert {name for name in found if is_secret(table, name)} == set()
