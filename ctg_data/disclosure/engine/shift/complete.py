"""Give a value to what the source hid or rounded, so that every relation holds again.

Any consistent completion will do: a reader sees none of it, and the certificates move it freely.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.rounding import READINGS, could_be, rounding_interval
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.shift.solver import (
    CONTINUOUS,
    INTEGER,
    OPTIMAL,
    load,
    silent_solver,
)
from ctg_data.errors import ContradictionError, all_problems

TOLERANCE = 1e-6
"""Amounts are decimal: a sum that misses its total by less holds."""
HEADING = (
    "Tableau refusé : aucune valeur des cases masquées ou arrondies à la source ne respecte"
    " ces relations. Vérifiez la source ou déclarez un reste « non localisé »."
)
MOST_NAMED = 20
"""Relations named in a message: the first are enough to find the fault."""


class NoCompletion(ContradictionError):
    """Sums that cannot all hold: their ``names``, and the ids of the cells of each, total first."""

    def __init__(self, names: Sequence[str], sums: Sequence[Sequence[str]]) -> None:
        super().__init__(
            all_problems(HEADING, [f"relation « {name} »" for name in names[:MOST_NAMED]])
        )
        self.names, self.sums = frozenset(names), sums


def complete(problem: Problem) -> np.ndarray:
    """Return the (n,) values of a whole-number table that agrees with the source.

    Of a producer that does not say how it rounds, both readings together are tried first: a table
    that agrees with either may be the true one.

    Raises:
        NoCompletion: none exists: the relations that contain masked or rounded cells disagree.
    """
    try:
        return _complete(problem)
    except NoCompletion:
        for reading in readings(problem)[1:]:
            with contextlib.suppress(NoCompletion):
                return _complete(reading)
        raise


def readings(problem: Problem) -> list[Problem]:
    """Return the problem, then one for each way in which its producers may have rounded.

    What they printed is the same in all: it is how far the true value may be that differs.
    """
    if not any(rounding.mode == "both" for rounding in problem.rounded.values()):
        return [problem]
    figures = {cell: problem.figure(cell, problem.value[cell]) for cell in problem.rounded}
    printed = {cell: figure for cell, figure in figures.items() if figure == figure}
    found = [replace(problem, printed=printed)]
    for mode in READINGS:
        rounded = {
            cell: Rounding(one.base, mode) if one.mode == "both" else one
            for cell, one in problem.rounded.items()
        }
        found.append(replace(problem, rounded=rounded, printed=printed))
    return found


def _complete(problem: Problem) -> np.ndarray:
    """Return the (n,) values, under one way of rounding."""
    value = problem.value.copy()
    unknown = np.isnan(value)
    value[unknown] = 0.0
    gap = problem.matrix @ value - problem.rhs
    wrong = np.asarray(abs(problem.matrix) @ unknown.astype(float)).ravel() > 0
    wrong |= _broken(problem.sense, gap)
    if problem.rounded:
        cells = np.array(sorted(problem.rounded))
        unknown[cells] |= [not _stands(problem, int(cell), value[cell]) for cell in cells]
        near = np.asarray(abs(problem.matrix[:, cells]).sum(axis=1)).ravel() > 0
        if _broken(problem.sense, gap)[near].any():
            unknown[cells] = True
    if not unknown.any():
        return value
    for least in (1.0, 0.0):
        found = _search(problem, value, np.flatnonzero(unknown), least)
        if found is not None:
            return found
    raise _contradiction(problem, unknown)


def _stands(problem: Problem, cell: int, value: float) -> bool:
    """Say whether a rounded cell may have this value, under the reading of the problem."""
    return could_be(value, problem.figure(cell, value), problem.rounded[cell])


def _broken(sense: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Return (m,) bool: relations that do not hold; gap is Σ coef·value − rhs."""
    return ((sense != ">=") & (gap > TOLERANCE)) | ((sense != "<=") & (gap < -TOLERANCE))


def _search(
    problem: Problem, value: np.ndarray, cells: np.ndarray, least: float
) -> np.ndarray | None:
    """Return the (n,) completed values, hidden cells at least `least` where zeros are shown."""
    block = sp.csr_matrix(problem.matrix[:, cells])
    rows = np.flatnonzero(np.diff(block.indptr))
    fixed = value.copy()
    fixed[cells] = 0.0
    rest = (problem.rhs - problem.matrix @ fixed)[rows]
    upper = np.where(problem.sense[rows] == ">=", np.inf, rest + TOLERANCE)
    lower = np.where(problem.sense[rows] == "<=", -np.inf, rest - TOLERANCE)
    low, high = _ranges(problem, value, cells, least)
    solver = silent_solver(mip_rel_gap=0.0)
    cost = np.where(np.isinf(high), 1.0, 0.0)
    load(solver, sp.csc_matrix(block[rows]), cost, (low, high), (lower, upper))
    _integers(solver, problem.kind[cells] != 1)
    solver.run()
    if solver.getModelStatus() != OPTIMAL:
        return None
    completed = value.copy()
    completed[cells] = np.round(np.array(solver.getSolution().col_value), 6)
    return completed


def _integers(solver: Any, whole: np.ndarray) -> None:
    """Ask for whole numbers in the columns where (k,) `whole` is true, and only there."""
    every = np.arange(len(whole), dtype=np.int32)
    kinds = [INTEGER if count else CONTINUOUS for count in whole.tolist()]
    solver.changeColsIntegrality(len(every), every, np.array(kinds))


def _ranges(
    problem: Problem, value: np.ndarray, cells: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (c,) least and greatest values of the c cells to complete, in their units."""
    low, high = np.zeros(len(cells)), np.full(len(cells), np.inf)
    for k, cell in enumerate(cells.tolist()):
        if cell in problem.rounded and not np.isnan(problem.value[cell]):
            told = problem.figure(cell, problem.value[cell])
            below, above = rounding_interval(told, problem.rounded[cell])
            low[k], high[k] = below, above
            if _stands(problem, cell, problem.value[cell]):
                # half-way between two roundings, a value is in the interval of neither
                low[k], high[k] = min(below, value[cell]), max(above, value[cell])
        elif problem.policy.zeros_shown and not problem.virtual[cell]:
            low[k] = least
    return low, high


def _contradiction(problem: Problem, unknown: np.ndarray) -> NoCompletion:
    """Name the sums that must give way for the others to hold, or all that hold a hidden cell."""
    near = np.asarray(abs(problem.matrix) @ unknown.astype(float)).ravel() > 0
    rows = np.flatnonzero(near)
    rows = rows[_giving_way(problem, np.flatnonzero(unknown), rows)]
    sums = []
    for row in rows.tolist():
        terms = problem.matrix[row]
        # the total first: it is what the parts are told to make
        order = np.argsort(terms.data, kind="stable")
        sums.append([problem.ids[cell] for cell in terms.indices[order].tolist()])
    return NoCompletion([problem.relation_ids[row] for row in rows.tolist()], sums)


def _giving_way(problem: Problem, cells: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return (rows,) bool: sums that miss their total when all miss it by as little as can be."""
    fixed = problem.value.copy()
    fixed[cells] = 0.0
    rest = (problem.rhs - problem.matrix @ fixed)[rows]
    upper = np.where(problem.sense[rows] == ">=", np.inf, rest)
    lower = np.where(problem.sense[rows] == "<=", -np.inf, rest)
    low, high = _ranges(problem, problem.value, cells, 0.0)
    block, count = sp.csr_matrix(problem.matrix[:, cells])[rows], len(rows)
    miss = sp.eye(count, format="csr")
    solver = silent_solver()
    load(
        solver,
        sp.csc_matrix(sp.hstack([block, miss, -miss])),
        np.concatenate([np.zeros(len(cells)), np.ones(2 * count)]),
        (np.append(low, np.zeros(2 * count)), np.append(high, np.full(2 * count, np.inf))),
        (lower, upper),
    )
    solver.run()
    missed = np.array(solver.getSolution().col_value)[len(cells) :].reshape(2, count).sum(axis=0)
    # Nothing missed: only whole numbers are impossible, and no sum is more at fault than another.
    return np.asarray(missed > TOLERANCE if (missed > TOLERANCE).any() else missed > -1.0)
