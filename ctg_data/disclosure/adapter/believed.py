"""Sums that a reader supposes, and that figures hidden at source deny together.

A supposition (« who receives the APL receives a housing benefit ») is stated wherever what is
known of its figures allows it.  Several of them may still have no table in common, where a file
comes with holes: the file is not refused for that, those suppositions give way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.shift.complete import NoCompletion, complete


def agreeing(problem: Problem, believed: Collection[str]) -> tuple[Problem, set[str]]:
    """Leave out the suppositions that no table satisfies.

    Args:
        problem: the whole table.
        believed: ids of the relations that are suppositions.

    Returns:
        The table without them, and the ids of the cells that they were about.

    Raises:
        NoCompletion: the other relations have no table in common.
    """
    apart: set[str] = set()
    while (np.isnan(problem.value) & ~problem.virtual).any():
        try:
            complete(problem)
        except NoCompletion as found:
            wrong = _doubtful(problem, believed, found)
            if not wrong.any():
                raise
            cells = np.unique(problem.matrix[np.flatnonzero(wrong)].indices)
            apart.update(problem.ids[cell] for cell in cells.tolist())
            problem = _without(problem, wrong)
        else:
            break
    return problem, apart


def _doubtful(problem: Problem, believed: Collection[str], found: NoCompletion) -> np.ndarray:
    """Return (m,) bool, suppositions that give way: those named, else all with a hidden figure."""
    supposed = np.array([name in believed for name in problem.relation_ids], dtype=bool)
    named = np.array([name in found.names for name in problem.relation_ids], dtype=bool)
    unknown = np.isnan(problem.value) & ~problem.virtual
    near = np.asarray(abs(problem.matrix) @ unknown.astype(float)).ravel() > 0
    return supposed & named if (supposed & named).any() else supposed & near


def _without(problem: Problem, wrong: np.ndarray) -> Problem:
    kept = np.flatnonzero(~wrong)
    return replace(
        problem,
        matrix=problem.matrix[kept],
        rhs=problem.rhs[kept],
        sense=problem.sense[kept],
        relation_ids=[problem.relation_ids[row] for row in kept.tolist()],
    )
