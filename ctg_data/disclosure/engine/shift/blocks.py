"""Cut a large table in neighbourhoods: groups of relations that share most of their cells.

A cell is *inside* a group when all its relations are: it may move there without anything else
being looked at.  Groups that share no relation are independent of each other, whatever their
order; so they can be worked on in parallel and still give one mask.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.table import ShiftTable


@dataclass
class Graph:
    """Which movable cells are in which relations, as plain lists for speed."""

    rows: sp.csr_matrix
    columns: sp.csc_matrix
    sizes: np.ndarray = field(init=False)

    @classmethod
    def of(cls, table: ShiftTable) -> Graph:
        """Keep the movable cells only: the others tie nothing."""
        keep = sp.diags(table.movable.astype(float))
        rows = sp.csr_matrix(table.rows @ keep)
        rows.eliminate_zeros()
        return cls(rows, sp.csc_matrix(rows))

    @classmethod
    def within(cls, table: ShiftTable, cells: np.ndarray) -> Graph:
        """Keep some cells only, numbered from 0, and the relations they are in."""
        block = sp.csr_matrix(table.columns[:, cells])
        block = block[np.flatnonzero(np.diff(block.indptr))]
        return cls(block, sp.csc_matrix(block))

    def __post_init__(self) -> None:
        """Unpack the matrices once."""
        self.sizes = np.diff(self.rows.indptr)
        cells, starts = self.rows.indices.tolist(), self.rows.indptr.tolist()
        self.cells_of = [cells[a:b] for a, b in pairwise(starts)]
        relations, starts = self.columns.indices.tolist(), self.columns.indptr.tolist()
        self.relations_of = [relations[a:b] for a, b in pairwise(starts)]

    def grow(self, seeds: Iterable[int], taken: set[int], effort: Effort) -> list[int]:
        """Return a group of relations around the seeds, leaving out those already taken."""
        large = self.rows.shape[1] > effort.large_table
        close = effort.close_large if large else effort.close
        soft, hard = effort.soft, max(effort.hard, 2 * effort.soft)
        group: set[int] = set()
        inside: dict[int, int] = {}
        cells: set[int] = set()
        heap = [(-1.0, relation) for relation in sorted(seeds)]
        while heap:
            closeness, relation = heapq.heappop(heap)
            if relation in group:
                continue
            if len(cells) > soft and (-closeness < close or len(cells) > hard):
                break
            group.add(relation)
            for cell in self.cells_of[relation]:
                if cell in cells:
                    continue
                cells.add(cell)
                for other in self.relations_of[cell]:
                    if other in group or other in taken:
                        continue
                    inside[other] = inside.get(other, 0) + 1
                    heapq.heappush(heap, (-inside[other] / self.sizes[other], other))
        return sorted(group)

    def inside(self, group: list[int]) -> np.ndarray:
        """Return the (c,) cells that have all their relations in the group, sorted."""
        members = set(group)
        cells = {cell for relation in group for cell in self.cells_of[relation]}
        kept = [cell for cell in cells if members.issuperset(self.relations_of[cell])]
        return np.array(sorted(kept), dtype=np.int64)


def partition(graph: Graph, effort: Effort, order: Iterable[int] | None = None) -> list[np.ndarray]:
    """Return disjoint (c,) sets of cells, each inside its own group of relations.

    Args:
        graph: which cells are in which relations.
        effort: how large a group may grow.
        order: relations to start groups from, as numbered by default; another order puts the
            borders elsewhere.
    """
    taken: set[int] = set()
    blocks = []
    for relation in range(len(graph.cells_of)) if order is None else order:
        if relation in taken or not graph.cells_of[relation]:
            continue
        group = graph.grow([relation], taken, effort)
        taken.update(group)
        cells = graph.inside(group)
        if cells.size:
            blocks.append(cells)
    return blocks
