"""Bounds of the atoms row by row, as a reader with a pencil would narrow them, and what is left.

Nothing is searched here: a row whose other atoms are bounded bounds each of its own.  It is run
first because it settles most of a table, and leaves small pieces to the solver.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from ctg_data.disclosure.witness.facts import Facts

PASSES = 200
WHOLE = 1e-9  # bounds are whole numbers: what is this close to one is that one


class Contradicted(Exception):
    """No whole-number table agrees with the facts."""


@dataclass(frozen=True)
class Block:
    """Atoms and rows that meet no others, with the sums asked of them.

    Attributes:
        facts: the rows on the atoms of the block alone; settled atoms are in their bounds.
        atoms: (n,) number of each atom in the year.
        asked: (q, n) sums of its atoms, and ``rank``, which question each is.
        settled: (q,) what the settled atoms bring to each sum.
    """

    facts: Facts
    atoms: np.ndarray
    asked: sp.csr_matrix
    rank: np.ndarray
    settled: np.ndarray


def narrowed(facts: Facts) -> Facts:
    """Narrow the bounds of every atom until no row says more.

    Raises:
        Contradicted: an atom is left without a value.
    """
    entries = facts.matrix.tocoo()
    row, column, coef = entries.row, entries.col, entries.data
    least, most = facts.least.copy(), facts.most.copy()
    up, size = coef > 0, len(facts.low)
    for _ in range(PASSES):
        small = coef * np.where(up, least[column], most[column])
        large = coef * np.where(up, most[column], least[column])
        at_most = facts.high[row] - (np.bincount(row, small, size)[row] - small)
        at_least = facts.low[row] - (np.bincount(row, large, size)[row] - large)
        highest = np.floor(np.where(up, at_most, at_least) / coef + WHOLE)
        lowest = np.ceil(np.where(up, at_least, at_most) / coef - WHOLE)
        before = (least.copy(), most.copy())
        np.minimum.at(most, column, highest)
        np.maximum.at(least, column, lowest)
        if (least > most).any():
            raise Contradicted
        if (before[0] == least).all() and (before[1] == most).all():
            break
    return facts.within(least, most)


def reach(facts: Facts, asked: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value of each sum, as far as the bounds of the atoms tell."""
    plus, less = asked.maximum(0), asked.minimum(0)
    return plus @ facts.least + less @ facts.most, plus @ facts.most + less @ facts.least


def blocks(facts: Facts, asked: sp.csr_matrix, wanted: np.ndarray) -> list[Block]:
    """Cut what is not settled into blocks.

    Args:
        facts: narrowed.
        asked: every sum asked.
        wanted: which of them the bounds have not answered.
    """
    free = facts.least < facts.most
    small, large = reach(facts, facts.matrix)
    binding = (small < facts.low) | (large > facts.high)
    rows = np.flatnonzero(binding & (np.diff(facts.matrix[:, free].indptr) > 0))
    left = facts.only(rows)
    matrix, sums = left.matrix[:, free].tocsr(), asked[wanted][:, free].tocsr()
    both = abs(sp.vstack([matrix, sums])).tocsr()
    _, label = connected_components(sp.bmat([[None, both.T], [both, None]], format="csr"), False)
    count = int(free.sum())
    own, of_row, of_sum = np.split(label, [count, count + len(rows)])
    fixed = np.where(free, 0.0, facts.least)
    shift, settled = left.matrix @ fixed, asked[wanted] @ fixed
    number = np.flatnonzero(free)
    found = []
    for name in dict.fromkeys(of_sum.tolist()):
        mine, lines, questions = (np.flatnonzero(part == name) for part in (own, of_row, of_sum))
        atoms = number[mine]
        block = Facts(
            matrix[lines][:, mine],
            left.low[lines] - shift[lines],
            left.high[lines] - shift[lines],
            facts.least[atoms],
            facts.most[atoms],
            left.figure[lines],
        )
        sums_of = sums[questions][:, mine].tocsr()
        found.append(Block(block, atoms, sums_of, wanted[questions], settled[questions]))
    return found
