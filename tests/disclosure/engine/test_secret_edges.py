"""Each threshold at n − 1, n and n + 1, and what must close when a check says no."""

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from ctg_data.disclosure.adapter import confidential
from ctg_data.disclosure.adapter.gate import as_published
from ctg_data.disclosure.adapter.statement import _is_small, state
from ctg_data.disclosure.engine import protect as protecting
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.audit.solve import holds, row_slack
from ctg_data.disclosure.engine.audit.system import System
from ctg_data.disclosure.engine.audit.verdict import Leak, Verdict
from ctg_data.disclosure.engine.certificates import Checker
from ctg_data.disclosure.engine.problem.rules import DIFFER, REACH, WIDTH, Goal, primary_goals
from ctg_data.disclosure.engine.problem.spec import CellSpec
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.release.parse import parse_release
from ctg_data.disclosure.engine.shift.complete import complete
from ctg_data.disclosure.engine.shift.effort import USUAL
from ctg_data.disclosure.engine.shift.table import Move, make_table
from ctg_data.release.policy import Policy
from tests.drawing import read
from tests.specs import build

SUM = {"id": "somme", "terms": {"a": 1, "b": 1, "T": -1}}


def three(a, b=400, zeros="masked", **fields):
    """Two cells and their total; `fields` are those of the first."""
    cells = [{"id": "a", "value": a, **fields}, {"id": "b", "value": b}]
    cells.append({"id": "T", "value": a + b})
    return build(cells, [SUM], policy={"zeros": zeros})


def rules(problem):
    goals = primary_goals(problem, complete(problem))
    return {problem.ids[goal.cell]: goal for goal in goals}


@pytest.mark.parametrize(
    ("value", "fields", "secret"),
    [
        *((0, {}, True), (1, {}, True), (4, {}, True), (5, {}, False), (6, {}, False)),
        *((10, {"threshold": 11}, True), (11, {"threshold": 11}, False)),
        *((40, {"base": 4}, True), (40, {"base": 5}, False), (40, {"base": 6}, False)),
        *((40, {"universe": 99}, True), (40, {"universe": 100}, False)),
        *((40, {"universe": 101}, False), (4, {"kind": "offer"}, False)),
    ],
)
def test_what_is_secret_starts_and_stops_where_it_should(value, fields, secret):
    assert ("a" in rules(three(value, **fields))) is secret


@pytest.mark.parametrize(("value", "zeros", "secret"), [(0, "shown", False), (1, "shown", True)])
def test_a_zero_is_secret_when_zeros_are_masked_only(value, zeros, secret):
    assert ("a" in rules(three(value, zeros=zeros))) is secret


@pytest.mark.parametrize(
    ("value", "universe", "width"),
    [(3, 40, 10), (40, 50, 10), (40, 51, 11), (60, 75, 15), (90, 99, 20), (400, 99, 80)],
)
def test_a_small_zone_keeps_ten_or_a_fifth_of_doubt(value, universe, width):
    problem = three(value, universe=universe)
    [goal] = [g for g in primary_goals(problem, complete(problem)) if g.kind == WIDTH]
    assert goal.amount == width
    protection, verdict = protect_and_audit(problem)
    assert protection.proved
    assert verdict is not None
    assert verdict.safe


def zone_release(top, universe):
    """A hidden cell of a small zone, known to lie between 0 and `top`."""
    cells = [
        {"id": "a", "status": "suppressed", "lb": 0, "universe": universe},
        {"id": "b", "status": "suppressed", "lb": 0},
        {"id": "T", "status": "published", "value": top},
    ]
    return parse_release({"threshold": 5, "zeros": "masked", "cells": cells, "relations": [SUM]})


@pytest.mark.parametrize(
    ("top", "universe", "narrow"),
    [(9, 50, True), (10, 50, False), (18, 95, True), (19, 95, False), (20, 95, False)],
)
def test_the_audit_asks_the_same_doubt_of_a_small_zone(top, universe, narrow):
    kinds = {leak.kind for leak in audit(zone_release(top, universe)).leaks if leak.id == "a"}
    assert (kinds == {"NARROW"}) is narrow


@pytest.mark.parametrize("zeros_shown", [False, True])
@pytest.mark.parametrize("value", [0, 1, 4, 5, 6])
def test_a_remainder_is_secret_under_five(value, zeros_shown):
    secret = value < 5 and (value > 0 or not zeros_shown)
    assert (
        _is_small(CellSpec("reste", value, virtual=True), Policy(zeros_shown=zeros_shown)) is secret
    )
    assert not _is_small(CellSpec("reste", None, virtual=True), Policy(zeros_shown=zeros_shown))


@pytest.mark.parametrize(("persons", "secret"), [(9, True), (10, True), (11, False), (12, False)])
def test_persons_whose_allocataires_nobody_tells_are_eleven_at_least(persons, secret):
    total = read("Q | 80 80 80 80 | 320").query("category == 'total'").head(1)
    own = {"variable": "personnes_couvertes", "value": float(persons), "base": pd.NA}
    frame = total.assign(**own).astype({"base": "Int64"})
    problem = state(frame, frame.iloc[:0], Policy(), []).problem
    [cell] = [i for i, name in enumerate(problem.ids) if name.startswith("personnes_couvertes|")]
    assert (cell in {g.cell for g in primary_goals(problem, problem.value)}) is secret


def moved(table, **deltas):
    problem, _ = table
    cells = np.array([problem.index[name] for name in deltas], dtype=np.int64)
    return Move(cells, np.array(list(deltas.values()), dtype=np.int64))


@pytest.fixture
def small():
    """A problem with a hidden 3 and a hidden 40, and the engine's table of it."""
    problem = three(3, 40)
    goals = [Goal(0, REACH, 5, "effectif")]
    return problem, make_table(problem, problem.value, goals, np.zeros(3, dtype=bool))


@pytest.mark.parametrize(
    ("goal", "delta", "proved"),
    [
        *((Goal(0, REACH, 5, ""), 1, False), (Goal(0, REACH, 5, ""), 2, True)),
        *((Goal(0, REACH, 5, ""), 3, True), (Goal(0, REACH, 5, ""), -3, False)),
        *((Goal(0, DIFFER, 1, ""), 0, False), (Goal(0, DIFFER, 1, ""), 1, True)),
        *((Goal(0, DIFFER, 1, ""), -1, True), (Goal(0, WIDTH, 10, ""), 9, False)),
        *((Goal(0, WIDTH, 10, ""), 10, True), (Goal(0, WIDTH, 10, ""), 11, True)),
    ],
)
def test_a_certificate_proves_its_goal_from_the_exact_amount_on(small, goal, delta, proved):
    checker = Checker(small[1], np.array([True, True, False]))
    assert checker.proves(goal, [moved(small, a=delta, b=-delta)]) is proved


def test_two_tables_prove_a_width_together(small):
    checker = Checker(small[1], np.array([True, True, False]))
    ends = [moved(small, a=-3, b=3), moved(small, a=7, b=-7)]
    assert checker.proves(Goal(0, WIDTH, 10, ""), ends)
    assert not checker.proves(Goal(0, WIDTH, 11, ""), ends)


@pytest.mark.parametrize(
    ("deltas", "fine"),
    [
        *(({"a": 2, "b": -2}, True), ({"a": 2, "b": -1}, False), ({"a": 2}, False)),
        *(({"a": -3, "b": 3}, True), ({"a": -4, "b": 4}, False), ({"a": 2, "T": 2}, False)),
    ],
)
def test_a_certificate_keeps_sums_bounds_and_what_is_shown(small, deltas, fine):
    assert Checker(small[1], np.array([True, True, False])).accepts(moved(small, **deltas)) is fine


def spoilt(change):
    """What the engine proves, with each certificate changed on its way to the check."""
    honest = protecting.shift_and_keep

    def wrong(*given):
        cover = honest(*given)
        cover = copy.copy(cover)
        cover.proofs = {k: [change(move) for move in moves] for k, moves in cover.proofs.items()}
        return cover

    return wrong


@pytest.mark.parametrize(
    "change",
    [
        lambda move: Move(move.cells, move.delta * 0, move.reading),
        lambda move: Move(move.cells[:1], move.delta[:1], move.reading),
        lambda move: Move(move.cells, -1000 * move.delta, move.reading),
    ],
    ids=["reaches nothing", "breaks a sum", "under its bound"],
)
def test_protect_closes_on_a_wrong_certificate(monkeypatch, change):
    problem = three(3, 40)
    assert protecting.protect(problem).failed == []
    monkeypatch.setattr(protecting, "shift_and_keep", spoilt(change))
    assert protecting.protect(problem).failed == ["a"]
    protection, verdict = protect_and_audit(problem)
    assert verdict is None, "what is not proved is not even attacked: it is not shown"
    assert not protection.proved


def system(rows, lo, hi):
    matrix = sp.csr_matrix(np.array(rows, dtype=float))
    size = matrix.shape[1]
    every = (np.zeros(size), np.full(size, 50.0), np.ones(size, dtype=bool), np.arange(size))
    goals = (np.full(size, 5.0), np.zeros(size))
    return System(matrix, np.array(lo, dtype=float), np.array(hi, dtype=float), *every, *goals)


@pytest.mark.parametrize(
    ("table", "inside", "kept"),
    [
        *(((3, 40), True, True), ((3, 41), True, False), ((2, 40), True, False)),
        *(((43, 0), True, True), ((44, -1), False, True), ((51, -8), False, True)),
    ],
)
def test_the_audit_verifies_the_tables_of_its_solver(table, inside, kept):
    own = system([[1, 1]], [43], [43])
    found = holds(own, np.array(table, dtype=float), row_slack(own))
    assert (bool(found[0].all()), bool(found[1].all())) == (inside, kept)


@pytest.mark.parametrize(("total", "kept"), [(9, False), (10, True), (20, True), (21, False)])
def test_the_audit_verifies_inequalities_at_both_ends(total, kept):
    own = system([[1, 1]], [10], [20])
    assert bool(holds(own, np.array([total, 0.0]), row_slack(own))[1].all()) is kept


def naming(*turns):
    """An attack that names these cells, one list a turn, then nothing."""
    seen = []

    def attack(release):
        names = turns[len(seen)] if len(seen) < len(turns) else []
        seen.append(names)
        found = [Leak(name, 0, 4, "BELOW") for name in names]
        return Verdict(found, [], [], [], 1, ["declared"], 0.0)

    return attack, seen


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_what_the_audit_names_is_protected_again(turns):
    cells = [{"id": f"c{k}", "value": 50 + k} for k in range(6)]
    cells.append({"id": "T", "value": sum(cell["value"] for cell in cells)})
    terms = {cell["id"]: 1 for cell in cells[:6]} | {"T": -1}
    named = [[f"c{k}"] for k in range(turns)]
    attack, seen = naming(*named)
    problem = build(cells, [{"id": "s", "terms": terms}])
    protection, verdict = protect_and_audit(problem, attack=attack)
    assert len(seen) == turns + 1
    assert verdict is not None
    assert verdict.safe
    assert {name for names in named for name in names} <= set(protection.primary)


def test_an_audit_that_always_names_more_ends_and_is_not_believed():
    cells = [{"id": f"c{k}", "value": 50 + k} for k in range(9)]
    attack, seen = naming(*([f"c{k}"] for k in range(9)))
    _, verdict = protect_and_audit(build(cells), attack=attack)
    assert len(seen) == USUAL.turns == 4
    assert verdict is not None
    assert not verdict.safe


def test_a_cell_undecided_by_the_audit_is_never_safe():
    attack = Verdict([], [], [], ["a"], 1, ["declared"], 0.0)
    assert not attack.safe
    assert attack.exit_code == 3
    _, verdict = protect_and_audit(three(3, 40), attack=lambda release: attack)
    assert verdict is attack


@pytest.mark.parametrize("told", ["leaks", "undecided"])
def test_the_gate_closes_on_what_the_audit_names_or_cannot_decide(monkeypatch, told):
    """Proved by the engine, attacked, and not cleared: nothing of that table is shown."""
    drawn = read("Q | 60 60 60 60 | 240")
    name = f"{drawn['variable'].iloc[0]}|"
    honest = confidential.protect_and_audit

    def attacked(problem, **named):
        protection, verdict = honest(problem, **named)
        assert verdict is not None
        cell = next(one for one in problem.ids if one.startswith(name))
        found = [Leak(cell, 0, 4, "BELOW")] if told == "leaks" else [cell]
        return protection, replace(verdict, **{told: found})

    assert confidential.protect_socle(drawn, drawn.iloc[:0], Policy()).dropped == ()
    monkeypatch.setattr(confidential, "protect_and_audit", attacked)
    closed = confidential.protect_socle(drawn, drawn.iloc[:0], Policy())
    assert closed.dropped
    own = closed.table[closed.table["variable"] == drawn["variable"].iloc[0]]
    assert own["value"].isna().all()


@pytest.mark.parametrize(("count", "seen"), [(3, False), (4, False), (5, True), (6, True)])
def test_an_exact_count_that_a_producer_publishes_is_shown_from_five_on(count, seen):
    drawn = read(f"Q | 60 60 60 {count} | {180 + count}", source="ouvert")
    told = as_published(drawn, Policy())
    assert told["value"].notna().tolist() == [value != count or seen for value in drawn["value"]]
