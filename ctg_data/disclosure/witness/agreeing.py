"""Figures that no table agrees with: two counts of the same people, made apart.

A reader cannot conclude from a contradiction.  What others publish gives way first; then the
figures that must move least do, each by as much as it takes.
"""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.witness.facts import Facts
from ctg_data.disclosure.witness.narrowing import Contradicted, narrowed
from ctg_data.disclosure.witness.programmes import line

THEIRS = 0.01  # what it costs to move a figure of others, when one of ours costs 1


def agreeing(facts: Facts, ours: Sequence[bool]) -> tuple[Facts, list[int]]:
    """Make the facts agree, if they do not: the facts, and the figures that had to move."""
    if agree(facts):
        return facts, []
    rows = np.flatnonzero(facts.figure >= 0)
    cost = np.array([1.0 if ours[facts.figure[row]] else THEIRS for row in rows])
    count, size = len(rows), facts.matrix.shape[1]
    slack = sp.csr_matrix((np.ones(count), (rows, np.arange(count))), (len(facts.low), count))
    wide = Facts(
        sp.hstack([facts.matrix, slack, -slack], format="csr"),
        facts.low,
        facts.high,
        np.concatenate([facts.least, np.zeros(2 * count)]),
        np.concatenate([facts.most, np.full(2 * count, np.inf)]),
        facts.figure,
    )
    table = line(wide, np.concatenate([np.zeros(size), cost, cost]))
    more, less = np.ceil(np.split(table[size:], 2)[0] - 1e-6), np.ceil(table[size + count :] - 1e-6)
    low, high = facts.low.copy(), facts.high.copy()
    # figure = atoms + more − less: the atoms lie within what it took on each side
    low[rows] -= more
    high[rows] += less
    moved = facts.figure[rows[(more > 0) | (less > 0)]].tolist()
    return Facts(facts.matrix, low, high, facts.least, facts.most, facts.figure), moved


def agree(facts: Facts) -> bool:
    """Whether a table agrees with the facts, fractions allowed."""
    try:
        tight = narrowed(facts)
        line(tight, np.zeros(facts.matrix.shape[1]))
    except Contradicted:
        return False
    return True
