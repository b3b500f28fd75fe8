"""Goals out of reach of their own neighbourhood: wider ones, totals, the whole, forced cells.

What remains after that cannot be hidden from a reader by us; it is either already public (the
baseline), and then what public data leave open must stay open, or a failure that is reported.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ctg_data.disclosure.engine.problem.rules import REACH, WIDTH, Goal
from ctg_data.disclosure.engine.shift.algorithm import (
    Cover,
    components,
    hiding,
    in_order,
    make_patch,
    masked_by,
    one_pass,
)
from ctg_data.disclosure.engine.shift.blocks import Graph
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.ladder import climb
from ctg_data.disclosure.engine.shift.solver import Patch
from ctg_data.disclosure.engine.shift.table import FREE, Move, ShiftTable


def prove_rest(
    table: ShiftTable, public: ShiftTable, cover: Cover, rest: list[int], effort: Effort
) -> Cover:
    """Return the cover with the remaining goals proved where that is possible.

    Args:
        table: what to protect.
        public: the same as known before we publish anything.
        cover: certificates found already.
        rest: the goals left.
        effort: how far to search; groups of tied cells up to ``whole`` were already tried whole.
    """
    graph, groups = Graph.of(table), components(table)
    size = np.zeros(len(table.value), dtype=np.int64)
    for cells in groups:
        size[cells] = len(cells)
    for forced in (False, True):
        least = 0 if forced else effort.whole
        for soft in effort.wider:
            # A group no larger than the neighbourhood is tried once, whole, below.
            far = {k for k in rest if size[table.goals[k].cell] > max(soft, least)}
            wide = replace(effort, soft=soft)
            left = _wider(table, graph, cover, sorted(far), wide, forced=forced)
            left = climb(table, graph, cover, left, effort, forced=forced)
            proved = far.difference(left)
            rest = [k for k in rest if k not in proved]
        large = [part for part in groups if least < len(part) <= effort.widest]
        rest = _whole(table, large, cover, rest, effort, forced=forced)
    cover.failed = rest
    return _baseline(table, public, cover, effort) if cover.failed else cover


def _wider(
    table: ShiftTable, graph: Graph, cover: Cover, rest: list[int], effort: Effort, *, forced: bool
) -> list[int]:
    """Try each goal in a neighbourhood of its own, with those that share it."""
    if not rest or (forced and not table.kept.any()):
        return rest
    hidden = masked_by(table, cover.proofs)
    tried: set[int] = set()
    ordered = in_order(table, rest)
    rank = {number: k for k, number in enumerate(ordered)}
    at_cell: dict[int, list[int]] = {}
    for number in ordered:
        at_cell.setdefault(table.goals[number].cell, []).append(number)
    for number in ordered:
        cell = table.goals[number].cell
        if number in tried or number in cover.proofs or not graph.relations_of[cell]:
            continue
        cells = graph.inside(graph.grow(graph.relations_of[cell], set(), effort))
        goals = [k for near in cells.tolist() for k in at_cell.get(near, ())]
        goals.sort(key=rank.__getitem__)
        # On the edge of somebody else's neighbourhood is not a fair trial for the last one.
        tried.update(goals if effort.soft < effort.wider[-1] else [number])
        patch = make_patch(table, cells, hidden, effort, forced=forced)
        one_pass(table, patch, goals, cover, hidden)
    cover.failed = []
    return [number for number in rest if number not in cover.proofs]


def _whole(
    table: ShiftTable,
    groups: list[np.ndarray],
    cover: Cover,
    rest: list[int],
    effort: Effort,
    *,
    forced: bool,
) -> list[int]:
    """Try the remaining goals with every cell tied to theirs."""
    if not rest or (forced and not table.kept.any()):
        return rest
    hidden = masked_by(table, cover.proofs)
    for cells in groups:
        near = set(cells.tolist())
        goals = [k for k in in_order(table, rest) if table.goals[k].cell in near]
        if goals:
            patch = make_patch(table, cells, hidden, effort, forced=forced)
            one_pass(table, patch, goals, cover, hidden)
    cover.failed = []
    return [number for number in rest if number not in cover.proofs]


def _baseline(table: ShiftTable, public: ShiftTable, cover: Cover, effort: Effort) -> Cover:
    """Set apart the goals that public data alone defeat; leave open all that can be."""
    hidden = masked_by(table, cover.proofs)
    failed, cover.failed = cover.failed, []
    groups, nothing = components(public), np.zeros(0, dtype=np.int64)
    for number in failed:
        goal = table.goals[number]
        free = next((part for part in groups if goal.cell in part), nothing)
        if len(free) > effort.widest:
            cover.failed.append(number)
            continue
        known = _farthest(make_patch(public, free, public.hidden, effort), goal)
        inside = free[table.movable[free]]
        moves = _left_open(table, make_patch(table, inside, hidden, effort, forced=True), goal)
        if not moves:
            cover.pinned.append(number)
        if not _defeated(table, goal, known):
            cover.failed.append(number)
            continue
        cover.public.append(number)
        cover.proofs[number] = moves
        hidden = masked_by(table, cover.proofs)
    return cover


def _left_open(table: ShiftTable, patch: Patch, goal: Goal) -> list[Move]:
    """Return moves to both ends of what public data leave open, hiding few cells in all."""
    found = []
    for sign, end in zip((-1, 1), _farthest(patch, goal), strict=True):
        if end is None:
            continue
        # The price of a cell depends on how far the goal goes: ask again, now that it is known.
        far = abs(end.at(goal.cell))
        move = (patch.shift(goal.cell, far, sign) if far else None) or end
        patch.reprice(hiding(table, move), FREE)
        found.append(move)
    return found


def _defeated(table: ShiftTable, goal: Goal, ends: tuple[Move | None, Move | None]) -> bool:
    """Say whether an interval lets the cell be known, as the goal understands it."""
    low, high = (move.at(goal.cell) if move else 0 for move in ends)
    if goal.kind == WIDTH:
        return high - low < goal.amount
    value = table.value[goal.cell]
    return low == high or (goal.kind == REACH and value + high < goal.amount)


def _farthest(patch: Patch, goal: Goal) -> tuple[Move | None, Move | None]:
    """Return the moves that bring a cell to both ends of its interval, ``farthest`` at most."""
    if goal.cell not in patch.place:
        return None, None
    patch.read(goal.reading)
    far = patch.effort.farthest
    return patch.farthest(goal.cell, far, -1), patch.farthest(goal.cell, far)
