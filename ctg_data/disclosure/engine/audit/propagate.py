"""Narrow the bounds of the unknowns row by row, then cut the system where it falls apart.

Interval arithmetic settles most cells of a large table without a solver.  Every bound found
here is one that each compatible table obeys, so it can prove a leak, never hide one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from ctg_data.disclosure.engine.audit.system import ROW_TOLERANCE, NoCompatibleTable, System

SLACK = 1e-9
"""Rounding error of a sum of bounds: a row so near its ends is implied by them."""


def propagate(system: System, narrowings: int) -> System:
    """Return the system with bounds that no single row can narrow further.

    Args:
        system: k unknowns.
        narrowings: looks at every row after which the bounds are taken as they are.

    Raises:
        NoCompatibleTable: a row cannot hold.
    """
    entries = system.matrix.tocoo()
    lb, ub = system.lb.copy(), system.ub.copy()
    for _ in range(narrowings):
        new_lb, new_ub = narrow(system, entries, lb, ub)
        if (new_lb > new_ub + ROW_TOLERANCE).any():
            raise NoCompatibleTable
        # Counts are exact: a bound that crosses by a rounding error is the same number.
        new_lb = np.minimum(new_lb, new_ub)
        still = np.array_equal(new_lb, lb) and np.array_equal(new_ub, ub)
        lb, ub = new_lb, new_ub
        if still:
            break
    return system.within(lb, ub)


def narrow(
    system: System, entries: sp.coo_matrix, lb: np.ndarray, ub: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (k,) bounds after one look at every row."""
    coef, row, column = entries.data, entries.row, entries.col
    positive = coef > 0
    least = coef * np.where(positive, lb[column], ub[column])
    most = coef * np.where(positive, ub[column], lb[column])
    others_least = rest(least, row, len(system.lo))
    others_most = rest(most, row, len(system.lo))
    below = (system.hi[row] - others_least) / coef
    above = (system.lo[row] - others_most) / coef
    new_ub, new_lb = ub.copy(), lb.copy()
    np.minimum.at(new_ub, column, np.where(positive, below, above))
    np.maximum.at(new_lb, column, np.where(positive, above, below))
    # A quotient computed a hair under a whole number must not lose that number.
    slack_ub = SLACK * np.maximum(1.0, np.where(np.isfinite(new_ub), np.abs(new_ub), 1.0))
    slack_lb = SLACK * np.maximum(1.0, np.where(np.isfinite(new_lb), np.abs(new_lb), 1.0))
    new_ub = np.where(system.whole, np.floor(new_ub + slack_ub), new_ub)
    new_lb = np.where(system.whole, np.ceil(new_lb - slack_lb), new_lb)
    return new_lb, new_ub


def rest(term: np.ndarray, row: np.ndarray, rows: int) -> np.ndarray:
    """Return the (e,) sums of the other terms of the row of each entry (infinite if one is)."""
    endless = np.isinf(term)
    finite = np.where(endless, 0.0, term)
    total = np.bincount(row, finite, rows)[row] - finite
    count = np.bincount(row, endless, rows)[row] - endless
    # Infinite terms of one row all have the same sign: they come from the same side.
    sign = np.ones(rows)
    sign[row[endless]] = np.sign(term[endless])
    return np.where(count > 0, np.where(sign[row] < 0, -math.inf, math.inf), total)


def idle_rows(system: System) -> np.ndarray:
    """Return the (m,) mask of rows that the bounds alone already imply."""
    entries = system.matrix.tocoo()
    positive = entries.data > 0
    rows = len(system.lo)
    low = entries.data * np.where(positive, system.lb[entries.col], system.ub[entries.col])
    high = entries.data * np.where(positive, system.ub[entries.col], system.lb[entries.col])
    least, most = np.bincount(entries.row, low, rows), np.bincount(entries.row, high, rows)
    return (least >= system.lo - SLACK) & (most <= system.hi + SLACK)


def blocks(system: System) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the (columns, rows) of the parts that share no row, smallest column first."""
    columns = system.matrix.shape[1]
    if not columns:
        return []
    link = sp.block_array([[None, system.matrix.T], [system.matrix, None]], format="csr")
    count, label = connected_components(link, directed=False)
    by_label = np.argsort(label, kind="stable")
    edges = np.searchsorted(label[by_label], np.arange(count + 1))
    parts = []
    for start, stop in itertools.pairwise(edges):
        members = by_label[start:stop]
        parts.append((members[members < columns], members[members >= columns] - columns))
    return [part for part in parts if part[0].size]


def bins(sizes: list[int], most: int) -> Iterator[list[int]]:
    """Group part numbers so that one call of the solver handles about `most` unknowns."""
    group: list[int] = []
    load = 0
    for number, size in enumerate(sizes):
        if group and load + size > most:
            yield group
            group, load = [], 0
        group.append(number)
        load += size
    if group:
        yield group
