"""Improve a cover part by part, where its cells are too many for one search.

Each round cuts the cells in small parts, whose borders are elsewhere at the next round.  A
certificate that stays inside a part may be replaced there; one that crosses a border stays as it
is, and what it hides is hidden for nothing more.  Parts share no relation: each can be improved
without looking at the others, and what they become holds together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ctg_data.disclosure.engine.shift.algorithm import Cover, components, masked_by
from ctg_data.disclosure.engine.shift.blocks import Graph, partition
from ctg_data.disclosure.engine.shift.effort import Effort, rounds_for
from ctg_data.disclosure.engine.shift.fewest_suppressions import fewest
from ctg_data.disclosure.engine.shift.local_search import improve
from ctg_data.disclosure.engine.shift.table import ShiftTable


@dataclass(frozen=True)
class Piece:
    """A part of a table, and the certificates that may be replaced there."""

    cells: np.ndarray
    known: Cover


def pieces(
    table: ShiftTable, cover: Cover, parts: Sequence[np.ndarray]
) -> tuple[ShiftTable, list[Piece]]:
    """Return the table with what the other certificates hide hidden, and the pieces."""
    label = np.full(len(table.value), -1)
    for number, part in enumerate(parts):
        label[part] = number
    inside: dict[int, list[int]] = {}
    # What had to be forced, or is already public, was hard enough to obtain: it stays.
    label[table.kept & ~table.hidden] = -1
    for goal in sorted(set(cover.proofs).difference(cover.public)):
        home = {int(k) for move in cover.proofs[goal] for k in np.unique(label[move.cells])}
        if len(home) == 1 and -1 not in home:
            inside.setdefault(home.pop(), []).append(goal)
    own = {goal for goals in inside.values() for goal in goals}
    others = {goal: moves for goal, moves in cover.proofs.items() if goal not in own}
    known = [
        Piece(parts[number], Cover({goal: cover.proofs[goal] for goal in goals}))
        for number, goals in sorted(inside.items())
    ]
    return replace(table, hidden=masked_by(table, others)), known


def improve_by_parts(
    table: ShiftTable,
    cells: np.ndarray,
    goals: Sequence[int],
    cover: Cover,
    sweeps: int,
    effort: Effort,
) -> Cover:
    """Improve a large neighbourhood by local search: programs ten times smaller, asked as often."""
    graph = Graph.within(table, cells)
    own = Cover({goal: cover.proofs[goal] for goal in goals if goal in cover.proofs})
    draw, small = np.random.default_rng(0), replace(effort, soft=effort.part)
    for _ in range(effort.part_rounds * sweeps):
        order = draw.permutation(len(graph.sizes))
        parts = [cells[part] for part in partition(graph, small, order)]
        rest, known = pieces(table, own, parts)
        if effort.inside * sum(len(piece.known.proofs) for piece in known) < len(own.proofs):
            # Cells in three sums or more: nearly every certificate crosses a border.
            return improve(table, cells, goals, cover, sweeps, effort)
        for piece in known:
            found = improve(rest, piece.cells, list(piece.known.proofs), piece.known, 1, effort)
            own.proofs |= found.proofs
    return replace(cover, proofs={**cover.proofs, **own.proofs})


Job = Callable[[ShiftTable, Piece], Cover]
Runner = Callable[[Job, ShiftTable, Sequence[Piece]], list[Cover]]


def polish(table: ShiftTable, cover: Cover, run: Runner, effort: Effort) -> Cover:
    """Search the fewest masks in small parts of the groups too large to be searched whole.

    Args:
        table: what to protect.
        cover: every certificate found, whatever neighbourhood it comes from.
        run: does the same job on pieces that share nothing, in two processes or one.
        effort: how far to search.
    """
    rounds = rounds_for(len(table.goals), effort.polish)
    tied = np.zeros(len(table.value), dtype=bool)
    for cells in components(table):
        tied[cells] = len(cells) > effort.tied
    if not rounds or not tied.any():
        return cover
    graph, draw, proofs = Graph.of(table), np.random.default_rng(1), dict(cover.proofs)
    small = replace(effort, soft=effort.small_part)
    for _ in range(rounds):
        order = draw.permutation(len(graph.sizes))
        parts = [part for part in partition(graph, small, order) if tied[part[0]]]
        rest, known = pieces(table, replace(cover, proofs=proofs), parts)
        for found in run(partial(search, effort=effort), rest, known):
            proofs |= found.proofs
    return replace(cover, proofs=proofs)


def search(table: ShiftTable, piece: Piece, effort: Effort) -> Cover:
    """Return a cover of one piece that hides as few cells as the effort allows, or as many."""
    extra = masked_by(table, piece.known.proofs) & ~table.hidden
    if extra.sum() < 2:
        return piece.known
    goals, steps = list(piece.known.proofs), effort.part_steps
    return fewest(table, piece.cells, goals, piece.known, steps, effort)
