"""One call of the solver (HiGHS through scipy), and the check of what it answers.

A table found by the solver counts only after `holds` has verified it, in whole numbers: what
the audit calls safe never rests on a tolerance.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from ctg_data.disclosure.audit_system import ROW_TOLERANCE, System

COEF_MAX = 1e4
"""Rows with greater coefficients (ratios with many decimals) are scaled down for the solver."""
WHOLE_TOLERANCE = 1e-5


class Status(enum.Enum):
    """What the solver could say."""

    FOUND = "found"
    IMPOSSIBLE = "impossible"
    ENDLESS = "endless"
    GAVE_UP = "gave up"


@dataclass(frozen=True)
class Answer:
    """A status, the table when there is one, and a bound on the best value (of the minimum)."""

    status: Status
    table: np.ndarray | None
    bound: float


def optimise(
    system: System, cost: np.ndarray, *, whole: bool, seconds: float, gap: float = 0.0
) -> Answer:
    """Minimise cost·x over the tables of `system`.

    Args:
        system: k unknowns.
        cost: (k,) objective.
        whole: false to forget that counts are whole numbers (a linear programme, much faster).
        seconds: time limit.
        gap: relative distance to the optimum that will do.
    """
    constraints = []
    if len(system.lo):
        top = abs(system.matrix).max(axis=1).toarray().ravel()
        scale = COEF_MAX / np.maximum(top, COEF_MAX)
        matrix = sp.diags_array(scale).tocsr() @ system.matrix
        constraints = [LinearConstraint(matrix, system.lo * scale, system.hi * scale)]
    options = {"time_limit": max(seconds, 0.1), "mip_rel_gap": gap}
    result = milp(
        cost,
        constraints=constraints,
        bounds=Bounds(system.lb, system.ub),
        integrality=system.whole.astype(int) if whole else None,
        options=options,
    )
    if result.status == 4:
        # Presolve may only know « infeasible or unbounded ».
        result = milp(
            cost,
            constraints=constraints,
            bounds=Bounds(system.lb, system.ub),
            integrality=system.whole.astype(int) if whole else None,
            options=options | {"presolve": False},
        )
    return interpret(result, whole)


def interpret(result: object, whole: bool) -> Answer:
    """Translate scipy's numeric status."""
    status, table = getattr(result, "status", 4), getattr(result, "x", None)
    if status == 2:
        return Answer(Status.IMPOSSIBLE, None, math.inf)
    if status == 3:
        return Answer(Status.ENDLESS, None, -math.inf)
    dual = getattr(result, "mip_dual_bound", None) if whole else getattr(result, "fun", None)
    if status == 0 and not whole:
        return Answer(Status.FOUND, table, float(dual if dual is not None else -math.inf))
    bound = -math.inf if dual is None or not whole else float(dual)
    return Answer(Status.GAVE_UP if status else Status.FOUND, table, bound)


def rounded_table(system: System, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the (k,) table in exact whole numbers, and the mask of the counts that are not."""
    nearest = np.round(table)
    fractional = system.whole & (np.abs(table - nearest) > WHOLE_TOLERANCE)
    return np.where(system.whole, nearest, np.clip(table, system.lb, system.ub)), fractional


def row_slack(system: System) -> np.ndarray:
    """Return the (m,) tolerance of the rows: none where everything is a whole number."""
    entries = system.matrix.tocoo()
    loose = ~system.whole[entries.col] | (entries.data != np.round(entries.data))
    inexact = np.bincount(entries.row, loose, len(system.lo)) > 0
    for side in (system.lo, system.hi):
        inexact |= np.isfinite(side) & (side != np.round(side))
    return np.where(inexact, ROW_TOLERANCE, 0.0)


def holds(system: System, table: np.ndarray, slack: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (k,) bounds respected and (m,) rows respected, exact for whole numbers < 2^53."""
    inside = (table >= system.lb) & (table <= system.ub)
    activity = system.matrix @ table
    margin = slack * np.maximum(1.0, np.abs(activity))
    return inside, (activity >= system.lo - margin) & (activity <= system.hi + margin)
