"""A neighbourhood that goes up rather than around: a cell, what it adds up to, a few beside each.

In a category that hardly exists, nothing near a sensitive cell can give it room: the room is in
the totals, four levels up, and a neighbourhood grown in all directions fills up before it gets
there.  Climbing costs a few hundred cells, whatever the size of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from ctg_data.disclosure.engine.shift.algorithm import (
    Cover,
    in_order,
    make_patch,
    masked_by,
    one_pass,
)
from ctg_data.disclosure.engine.shift.blocks import Graph
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.table import ShiftTable


class Ladder:
    """The sums of a table, read upwards."""

    def __init__(self, table: ShiftTable, graph: Graph, effort: Effort) -> None:
        self.table, self.graph, self.effort = table, graph, effort
        self.totals = _totals(graph)

    def above(self, cells: Iterable[int]) -> set[int]:
        """Return some cells and all that they add up to."""
        found, waiting = set(cells), list(cells)
        while waiting:
            cell = waiting.pop()
            for relation in self.graph.relations_of[cell]:
                fresh = self.totals[relation] - found
                found |= fresh
                waiting += fresh
        return found

    def around(self, cell: int, hidden: np.ndarray) -> np.ndarray:
        """Return the (c,) cells above one, a few beside each of them and what is above these."""
        climbed = self.above([cell])
        sums = sorted({one for rung in climbed for one in self.graph.relations_of[rung]})
        beside = {one for relation in sums for one in self._few(relation, hidden)}
        return np.array(sorted(self.above(climbed | beside)), dtype=np.int64)

    def _few(self, relation: int, hidden: np.ndarray) -> list[int]:
        value = self.table.value
        cells = self.graph.cells_of[relation]
        return sorted(cells, key=lambda k: (not hidden[k], -value[k], k))[: self.effort.beside]


def _totals(graph: Graph) -> list[set[int]]:
    """Return, for each relation, the cell that the others add up to; both where there are two."""
    found = []
    for start, end in pairwise(graph.rows.indptr.tolist()):
        cells, up = graph.rows.indices[start:end], graph.rows.data[start:end] > 0
        sides = [cells[up], cells[~up]]
        found.append({int(side[0]) for side in sides if len(side) == 1})
    return found


def climb(
    table: ShiftTable,
    graph: Graph,
    cover: Cover,
    rest: Sequence[int],
    effort: Effort,
    *,
    forced: bool,
) -> list[int]:
    """Try to prove goals upwards, one by one; return those left.

    Args:
        table: what to protect.
        graph: its movable cells and relations.
        cover: certificates found already; those found here are added.
        rest: the goals to try.
        effort: how far to search.
        forced: whether cells that must stay visible may be hidden.
    """
    if not rest or (forced and not table.kept.any()):
        return list(rest)
    ladder, hidden = Ladder(table, graph, effort), masked_by(table, cover.proofs)
    for number in in_order(table, rest):
        if number not in cover.proofs:
            cells = ladder.around(table.goals[number].cell, hidden)
            patch = make_patch(table, cells, hidden, effort, forced=forced)
            one_pass(table, patch, [number], cover, hidden)
    cover.failed = []
    return [number for number in rest if number not in cover.proofs]
