"""How far a cell goes: the linear programs, against every move that exists."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.problem.rules import WIDTH, Goal
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import protect
from ctg_data.disclosure.engine.shift.algorithm import find_moves, make_patch
from ctg_data.disclosure.engine.shift.effort import EVER, USUAL, Effort
from ctg_data.disclosure.engine.shift.fewest_suppressions import KnownMoves
from ctg_data.disclosure.engine.shift.solver import Patch
from ctg_data.disclosure.engine.shift.table import ShiftTable, make_table
from tests.examples import times
from tests.specs import build

MOST = 6


def square(counts: list[int]) -> ShiftTable:
    """Two lines of three whose sums are known: inside, cells move against each other only."""
    cells = [{"id": f"{k}", "value": count} for k, count in enumerate(counts)]
    lines = [
        {"id": f"l{i}", "terms": dict.fromkeys(map(str, range(3 * i, 3 * i + 3)), 1)}
        for i in range(2)
    ]
    columns = [{"id": f"c{j}", "terms": {f"{j}": 1, f"{j + 3}": 2}} for j in range(3)]
    for one in (*lines, *columns):
        one["rhs"] = sum(coef * counts[int(name)] for name, coef in one["terms"].items())
    problem = build(cells, [*lines, *columns], policy={"zeros": "masked"})
    return make_table(problem, problem.value, [], np.zeros(len(counts), dtype=bool))


def every_move(table: ShiftTable) -> np.ndarray:
    """Return all the whole-number moves, tried one by one: one above may move twice one below."""
    spans = [range(-int(v), 2 * MOST + 1) for v in table.value]
    moves = np.array(list(product(*spans[:4])))
    # The last two follow from the second line and its columns, when they follow at all.
    first = np.column_stack([moves, np.zeros((len(moves), 2), dtype=int)])
    first[:, 4], first[:, 5] = -first[:, 1] / 2, -first[:, 2] / 2
    kept = ~(table.rows @ first.T).any(axis=0) & (table.value + first >= 0).all(axis=1)
    return first[kept]


@settings(times(2), derandomize=True)
@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.integers(0, 5))
def test_the_farthest_move_is_the_farthest_that_exists(counts, cell):
    table = square(counts)
    hidden = np.ones(6, dtype=bool)
    patch = make_patch(table, np.arange(6), hidden, USUAL)
    told = every_move(table)[:, cell]
    for sign in (1, -1):
        move = patch.farthest(cell, MOST, sign)
        far = 0 if move is None else sign * move.at(cell)
        assert far == min(int((sign * told).max()), MOST)
        assert move is None or not (table.rows[:, move.cells] @ move.delta).any()


@pytest.mark.parametrize(("amount", "pieces"), [(2, 1), (4, 1), (6, 2), (7, None)])
def test_a_width_is_reached_on_one_side_or_on_both(amount, pieces):
    """A pair that sums to 6, split 4 and 2: it goes 2 up or 4 down, 6 apart in all."""
    cells = [{"id": "a", "value": 4}, {"id": "b", "value": 2}]
    problem = build(cells, [{"id": "r", "terms": {"a": 1, "b": 1}, "rhs": 6}])
    table = make_table(problem, problem.value, [], np.zeros(2, dtype=bool))
    patch = make_patch(table, np.arange(2), np.ones(2, dtype=bool), USUAL)
    moves = find_moves(patch, Goal(0, WIDTH, amount, "besoin"))
    assert (None if moves is None else len(moves)) == pieces
    if moves:
        ends = [0, *(move.at(0) for move in moves)]
        assert max(ends) - min(ends) >= amount


def couples(people: int) -> ShiftTable:
    """People and couples: two of the first for each of the second, nothing else."""
    cells = [{"id": "people", "value": people}, {"id": "couples", "value": people // 2}]
    problem = build(cells, [{"id": "r", "terms": {"people": 1, "couples": -2}}])
    return make_table(problem, problem.value, [], np.zeros(2, dtype=bool))


def test_a_fractional_move_becomes_its_least_whole_multiple():
    """One more person is half a couple: two more are one, and hide the same cells."""
    patch = make_patch(couples(6), np.arange(2), np.ones(2, dtype=bool), USUAL)
    patch.patient = False  # without any search
    move = patch.shift(0, 1)
    assert (move.at(0), move.at(1)) == (2, 1)
    assert (patch.shift(0, 3, -1).at(0), patch.shift(0, 3).at(0)) == (-6, 6)
    assert patch.shift(0, 5, -1) is None, "ten people do not leave a house of six"


def test_whole_numbers_are_searched_further_when_a_fraction_has_none(monkeypatch):
    """People, couples and singles, with room for one person more: it is no half of a couple."""
    tried = []
    branch = Patch._branch
    monkeypatch.setattr(Patch, "_branch", lambda self: tried.append(branch(self)) or tried[-1])
    cells = [{"id": name, "value": count} for name, count in (("p", 3), ("c", 1), ("s", 1))]
    relations = [
        {"id": "r", "terms": {"p": 1, "c": -2, "s": -1}},
        {"id": "room", "terms": {"p": 1}, "sense": "<=", "rhs": 4},
    ]
    problem = build(cells, relations)
    table = make_table(problem, problem.value, [], np.zeros(3, dtype=bool))
    move = make_patch(table, np.arange(3), np.zeros(3, dtype=bool), USUAL).shift(0, 1)
    assert [one is None for one in tried] == [True, False]
    assert [move.at(cell) for cell in range(3)] == [1, 0, 1]


def test_a_move_that_the_mask_no_longer_allows_proves_nothing():
    known = KnownMoves(2, USUAL.remembered_moves)
    known.keep_inside(np.array([3.0, 3.0]), np.array([3.0, 3.0]))
    known.add(np.array([3.0, -3.0]))
    assert known.reaches(0, (1,), 3.0)
    assert not known.reaches(0, (1,), 4.0)
    assert known.reaches(1, (1, -1), 3.0)
    known.keep_inside(np.array([3.0, 0.0]), np.array([3.0, 3.0]))
    assert not known.reaches(0, (1,), 3.0)


def cross(size: int) -> Problem:
    """A square of small and middling counts with its margins, and the same the year after."""
    draw = np.random.default_rng(4)
    cells, relations = [], []
    for year in "ab":
        counts = draw.integers(1, 16, (size, size))
        full = np.block([[counts, counts.sum(1)[:, None]], [counts.sum(0), counts.sum()]])
        names = np.array([[f"{year}{i}.{j}" for j in range(size + 1)] for i in range(size + 1)])
        cells += [
            {"id": name, "value": int(v)} for name, v in zip(names.flat, full.flat, strict=True)
        ]
        for line in [*names, *names.T]:
            terms = {**dict.fromkeys(line[:-1].tolist(), 1), str(line[-1]): -1}
            relations.append({"id": f"r{len(relations)}", "terms": terms})
    return build(cells, relations, policy={"zeros": "shown"})


def test_a_large_neighbourhood_improved_by_parts_is_proved_and_hides_no_more():
    problem = cross(7)
    plain = protect(problem, effort=Effort(sweeps=((EVER, 0),), exact_cells=0))
    by_parts = Effort(sweeps=((EVER, 2),), exact_cells=0, large_group=20, part=40)
    parts, again = protect(problem, effort=by_parts), protect(problem, effort=by_parts)
    assert plain.proved
    assert parts.proved
    assert len(parts.hidden) < len(plain.hidden)
    assert parts.hidden == again.hidden, "the same table gives the same mask"


def test_the_borders_of_neighbourhoods_are_searched_again():
    problem = cross(7)
    least = Effort(sweeps=((EVER, 0),), exact_cells=0, whole=20, soft=30, polish=((EVER, 0),))
    plain = protect(problem, effort=least)
    more = replace(least, polish=((EVER, 2),), tied=20, small_part=40)
    polished, again = protect(problem, effort=more), protect(problem, effort=more)
    assert plain.proved
    assert polished.proved
    assert len(polished.hidden) < len(plain.hidden)
    assert polished.hidden == again.hidden, "the same table gives the same mask"
    assert audit(polished.release).safe


def test_parts_that_cut_nearly_every_certificate_are_not_used():
    problem, effort = cross(7), Effort(sweeps=((EVER, 1),), exact_cells=0)
    whole = protect(problem, effort=effort)
    assert protect(problem, effort=replace(effort, large_group=20, part=1)).hidden == whole.hidden
