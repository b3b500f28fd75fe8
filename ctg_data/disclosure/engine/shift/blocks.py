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

from ctg_data.disclosure.engine.shift.table import Table

SOFT, HARD = 300, 3000
"""Cells after which only well-connected relations are added; cells never exceeded by much."""
CLOSE = 0.3
"""Share of its cells that a relation must have in a group already filled."""
CLOSE_LARGE, LARGE = 0.18, 200_000
"""The same beyond so many cells: fewer goals are then left between neighbourhoods."""


@dataclass
class Graph:
    """Which movable cells are in which relations, as plain lists for speed."""

    rows: sp.csr_matrix
    columns: sp.csc_matrix
    sizes: np.ndarray = field(init=False)

    @classmethod
    def of(cls, table: Table) -> Graph:
        """Keep the movable cells only: the others tie nothing."""
        keep = sp.diags(table.movable.astype(float))
        rows = sp.csr_matrix(table.rows @ keep)
        rows.eliminate_zeros()
        return cls(rows, sp.csc_matrix(rows))

    @classmethod
    def within(cls, table: Table, cells: np.ndarray) -> Graph:
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

    def grow(self, seeds: Iterable[int], taken: set[int], soft: int = SOFT) -> list[int]:
        """Return a group of relations around the seeds, leaving out those already taken."""
        close = CLOSE_LARGE if self.rows.shape[1] > LARGE else CLOSE
        group: set[int] = set()
        inside: dict[int, int] = {}
        cells: set[int] = set()
        heap = [(-1.0, relation) for relation in sorted(seeds)]
        while heap:
            closeness, relation = heapq.heappop(heap)
            if relation in group:
                continue
            if len(cells) > soft and (-closeness < close or len(cells) > max(HARD, 2 * soft)):
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
        """Return the cells that have all their relations in the group, sorted."""
        members = set(group)
        cells = {cell for relation in group for cell in self.cells_of[relation]}
        kept = [cell for cell in cells if members.issuperset(self.relations_of[cell])]
        return np.array(sorted(kept), dtype=np.int64)


def partition(
    graph: Graph, order: Iterable[int] | None = None, soft: int = SOFT
) -> list[np.ndarray]:
    """Return disjoint sets of cells, each inside its own group of relations.

    Args:
        graph: which cells are in which relations.
        order: relations to start groups from, as numbered by default; another order puts the
            borders elsewhere.
        soft: cells of a group after which only well-connected relations are added.
    """
    taken: set[int] = set()
    blocks = []
    for relation in range(len(graph.cells_of)) if order is None else order:
        if relation in taken or not graph.cells_of[relation]:
            continue
        group = graph.grow([relation], taken, soft)
        taken.update(group)
        cells = graph.inside(group)
        if cells.size:
            blocks.append(cells)
    return blocks
