"""The shift algorithm: for each sensitive cell, the cheapest other table that hides it.

First pass, smallest cells first: whatever a certificate moves becomes hidden, so later ones
use it for nothing.  Second pass, in reverse order, inside the mask found: what is no longer
used by any certificate is shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from ctg_data.disclosure.engine.problem.rules import DIFFER, REACH, WIDTH, Goal
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.solver import Patch
from ctg_data.disclosure.engine.shift.table import FORCED, FREE, Move, ShiftTable


@dataclass
class Cover:
    """Certificates found so far.

    Attributes:
        proofs: goal number → the moves that prove it.
        failed: goals without a certificate.
        public: goals that public data alone defeat; their moves reach what is left open.
        pinned: failed goals whose cell cannot move at all, whatever is hidden.
    """

    proofs: dict[int, list[Move]] = field(default_factory=dict)
    failed: list[int] = field(default_factory=list)
    public: list[int] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)


def masked_by(table: ShiftTable, proofs: dict[int, list[Move]]) -> np.ndarray:
    """Return (n,) bool: what must be hidden for these certificates to hold."""
    mask = table.hidden.copy()
    for moves in proofs.values():
        for move in moves:
            mask[hiding(table, move)] = True
    return mask


def hiding(table: ShiftTable, move: Move) -> np.ndarray:
    """Return the (c,) cells that a move obliges to hide (a rounded one may move a bit, shown)."""
    if not table.softened:
        return move.cells
    new, soft = table.value[move.cells] + move.delta, table.readings[move.reading].soft
    inside = (new >= soft[move.cells, 0]) & (new <= soft[move.cells, 1])
    return move.cells[~(inside & ~table.hidden[move.cells])]


def satisfied(table: ShiftTable, goal: Goal, delta: int) -> bool:
    """Say whether one move of `delta` on its cell reaches the goal."""
    if goal.kind == REACH:
        return bool(table.value[goal.cell] + delta >= goal.amount)
    return abs(delta) >= (1 if goal.kind == DIFFER else goal.amount)


def find_moves(patch: Patch, goal: Goal) -> list[Move] | None:
    """Return the cheapest moves that reach a goal inside a patch, None when there are none."""
    if goal.cell not in patch.place:
        return None
    patch.read(goal.reading)
    if goal.kind == WIDTH:
        return _widest(patch, goal)
    if goal.kind == REACH:
        least = goal.amount - patch.table.value[goal.cell]
        move = patch.shift(goal.cell, least) if least > 0 else Move(EMPTY, EMPTY, goal.reading)
        return None if move is None else [move]
    for sign in (1, -1):
        move = patch.shift(goal.cell, 1, sign)
        if move is not None:
            return [move]
    return None


EMPTY = np.zeros(0, dtype=np.int64)


def _widest(patch: Patch, goal: Goal) -> list[Move] | None:
    """Return one move of `amount` up, or down, or one each way that far apart in all."""
    ends: list[Move] = []
    for sign in (1, -1):
        move = patch.farthest(goal.cell, goal.amount, sign)
        if move is not None:
            if abs(move.at(goal.cell)) >= goal.amount:
                return [move]
            ends.append(move)
    if len(ends) < 2 or ends[0].at(goal.cell) - ends[1].at(goal.cell) < goal.amount:
        return None
    other = patch.shift(goal.cell, goal.amount - ends[0].at(goal.cell), -1)
    return None if other is None else [ends[0], other]


def components(table: ShiftTable) -> list[np.ndarray]:
    """Return the groups of movable cells tied by relations, each (c,) sorted, in a stable order."""
    movable = np.flatnonzero(table.movable)
    block = table.rows[:, movable]
    graph = sp.bmat([[None, block.T], [block, None]], format="csr")
    _, labels = connected_components(graph, directed=False)
    labels = labels[: len(movable)]
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return [movable[part] for part in np.split(order, cuts)] if len(movable) else []


def costs(
    table: ShiftTable, hidden: np.ndarray, cells: np.ndarray, *, forced: bool = False
) -> np.ndarray:
    """Return the (c,) costs of moving each of `cells` by one; infinite when it must stay shown."""
    seen = ~hidden[cells]
    cost = np.where(seen, table.weight[cells], FREE)
    if table.rounded:
        cost[np.isin(cells, sorted(table.rounded))] = FREE
    return np.where(table.kept[cells] & seen, FORCED if forced else np.inf, cost)


def make_patch(
    table: ShiftTable,
    cells: np.ndarray,
    hidden: np.ndarray,
    effort: Effort,
    *,
    forced: bool = False,
) -> Patch:
    """Build the patch of some movable cells, leaving out those that must stay visible."""
    cost = costs(table, hidden, cells, forced=forced)
    free = np.isfinite(cost)
    return Patch(table, cells[free], cost[free], effort)


def one_pass(
    table: ShiftTable, patch: Patch, goals: Sequence[int], cover: Cover, hidden: np.ndarray
) -> None:
    """Prove goals in the order given; `hidden` and the costs of the patch follow."""
    by_cell: dict[int, list[int]] = {}
    for number in goals:
        by_cell.setdefault(table.goals[number].cell, []).append(number)
    for number in goals:
        if number in cover.proofs:
            continue
        moves = find_moves(patch, table.goals[number])
        if moves is None:
            cover.failed.append(number)
            continue
        cover.proofs[number] = moves
        for move in moves:
            _spread(table, move, by_cell, cover)
            fresh = hiding(table, move)
            fresh = fresh[~hidden[fresh]]
            hidden[fresh] = True
            patch.reprice(fresh, FREE)


def _spread(table: ShiftTable, move: Move, by_cell: dict[int, list[int]], cover: Cover) -> None:
    """Let one certificate serve every goal that it reaches."""
    for cell, delta in zip(move.cells.tolist(), move.delta.tolist(), strict=True):
        for number in by_cell.get(cell, ()):
            goal = table.goals[number]
            if (
                number not in cover.proofs
                and satisfied(table, goal, delta)
                and table.serves(move, goal.reading)
            ):
                cover.proofs[number] = [move]


def in_order(table: ShiftTable, goals: Sequence[int]) -> list[int]:
    """Sort goals: smallest cells first, then in the order of the table."""
    return sorted(goals, key=lambda k: (table.value[table.goals[k].cell], table.goals[k].cell, k))


def both_passes(
    table: ShiftTable, cells: np.ndarray, goals: Sequence[int], effort: Effort
) -> Cover:
    """Run both passes on one group of cells, everything else staying as it is."""
    ordered = in_order(table, goals)
    hidden, cover = table.hidden.copy(), Cover()
    one_pass(table, make_patch(table, cells, hidden, effort), ordered, cover, hidden)
    return second_pass(table, cells, ordered, cover, effort)


def second_pass(
    table: ShiftTable, cells: np.ndarray, goals: Sequence[int], cover: Cover, effort: Effort
) -> Cover:
    """Prove everything again inside the mask, in reverse order, to drop what is not needed."""
    mask = masked_by(table, cover.proofs)
    again, hidden = Cover(), table.hidden.copy()
    inside = cells[mask[cells] | np.isin(cells, sorted(table.rounded))]
    patch = make_patch(table, inside, hidden, effort, forced=True)
    one_pass(table, patch, [k for k in reversed(goals) if k in cover.proofs], again, hidden)
    if again.failed:
        return cover
    again.failed = cover.failed
    return again
