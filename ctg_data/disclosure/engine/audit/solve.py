"""One call of the solver (HiGHS), and the check of what it answers.

A table found by the solver counts only after `holds` has verified it, in whole numbers: what
the audit calls safe never rests on a tolerance.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.audit.budget import Spending
from ctg_data.disclosure.engine.audit.system import ROW_TOLERANCE, System

COEF_MAX = 1e4
"""Rows with greater coefficients (ratios with many decimals) are scaled down for the solver."""
WHOLE_TOLERANCE = 1e-5
"""How far from a whole number the solver may write a count; the table is verified after."""
MOST_STEPS = 2**31 - 1
"""The greatest count of iterations that the solver can be told."""
EITHER = highspy.HighsModelStatus.kUnboundedOrInfeasible
FEASIBLE = 2
"""What the solver says of a table that respects its rows."""
KINDS = {True: highspy.HighsVarType.kInteger, False: highspy.HighsVarType.kContinuous}


class SolverStatus(enum.Enum):
    """What the solver could say."""

    FOUND = "found"
    IMPOSSIBLE = "impossible"
    ENDLESS = "endless"
    GAVE_UP = "gave up"


@dataclass(frozen=True)
class SolverAnswer:
    """A status, the table when there is one, and a bound on the best value (of the minimum)."""

    status: SolverStatus
    table: np.ndarray | None
    bound: float


def optimise(
    system: System,
    cost: np.ndarray,
    spending: Spending,
    effort: float = 0.0,
    gap: float = 0.0,
) -> SolverAnswer:
    """Minimise cost·x over the tables of `system`.

    Args:
        system: k unknowns.
        cost: (k,) objective.
        spending: what is left to the audit; what this takes is added.
        effort: how far whole numbers are searched, in the units of the budget; 0 to forget that
            counts are whole numbers (a linear programme, much faster).
        gap: relative distance to the optimum that will do.
    """
    whole, left = effort > 0, spending.left
    if not left:
        return SolverAnswer(SolverStatus.GAVE_UP, None, -math.inf)
    solver = highspy.Highs()
    settings: dict[str, float | int] = {"mip_rel_gap": gap}
    if whole:
        settings["mip_max_nodes"] = spending.budget.nodes(effort, system.matrix.nnz)
    else:
        settings["simplex_iteration_limit"] = min(left, MOST_STEPS)
    for name, setting in {"output_flag": False, "threads": 1, **settings}.items():
        solver.setOptionValue(name, setting)
    solver.passModel(programme(system, cost, whole=whole))
    spending.spent += len(system.lo) + run(solver)
    if solver.getModelStatus() == EITHER:
        # Presolve may only know « infeasible or unbounded ».
        solver.setOptionValue("presolve", "off")
        spending.spent += run(solver)
    return interpret(solver, whole)


def run(solver: Any) -> int:
    """Solve; return the iterations of the simplex that it took."""
    solver.run()
    return max(int(solver.getInfo().simplex_iteration_count), 0)


def programme(system: System, cost: np.ndarray, *, whole: bool) -> Any:
    """Write a system down for the solver, rows of great coefficients scaled down."""
    matrix, lo, hi = system.matrix, system.lo, system.hi
    if len(lo) and np.abs(matrix.data).max(initial=0.0) > COEF_MAX:
        top = abs(matrix).max(axis=1).toarray().ravel()
        scale = COEF_MAX / np.maximum(top, COEF_MAX)
        matrix, lo, hi = sp.diags_array(scale).tocsr() @ matrix, lo * scale, hi * scale
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, system.lb, system.ub
    lp.row_lower_, lp.row_upper_ = lo, hi
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    if whole:
        lp.integrality_ = [KINDS[count] for count in system.whole.tolist()]
    return lp


def interpret(solver: Any, whole: bool) -> SolverAnswer:
    """Translate what the solver says: only its own « optimal » or « infeasible » decide."""
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return SolverAnswer(SolverStatus.IMPOSSIBLE, None, math.inf)
    if status == highspy.HighsModelStatus.kUnbounded:
        return SolverAnswer(SolverStatus.ENDLESS, None, -math.inf)
    best = status == highspy.HighsModelStatus.kOptimal
    feasible = info.primal_solution_status == FEASIBLE
    table = np.array(solver.getSolution().col_value) if best or feasible else None
    bound = info.mip_dual_bound if whole else info.objective_function_value if best else -math.inf
    return SolverAnswer(SolverStatus.FOUND if best else SolverStatus.GAVE_UP, table, float(bound))


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
