"""Programmes over tables, linear or in whole numbers, by HiGHS; its answers are checked."""

import math

import highspy
import numpy as np

from ctg_data.disclosure.witness.facts import Facts
from ctg_data.disclosure.witness.narrowing import Contradicted

SECONDS = 20.0
NEARLY = 1e-6
SMALL_ENOUGH = 1e-7
STATUS = highspy.HighsModelStatus
NO_TABLE = (STATUS.kInfeasible, STATUS.kUnboundedOrInfeasible)


class Line:
    """The linear programme of a block, kept between questions: each starts where the last ended."""

    def __init__(self, facts: Facts) -> None:
        self._solver = _solver(SECONDS)
        self._solver.passModel(_model(facts, np.zeros(facts.matrix.shape[1]), 0))
        self._costly = np.zeros(0, dtype=np.int32)

    def best(self, atoms: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray | None, float]:
        """The cheapest table, fractions allowed, and its cost.

        Raises:
            Contradicted: no table agrees.
        """
        columns = np.concatenate([self._costly, atoms]).astype(np.int32)
        values = np.concatenate([np.zeros(len(self._costly)), cost])
        _, last = np.unique(columns[::-1], return_index=True)
        kept = len(columns) - 1 - last
        self._solver.changeColsCost(len(kept), columns[kept], values[kept])
        self._costly = atoms.astype(np.int32)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in NO_TABLE:
            raise Contradicted
        if status != STATUS.kOptimal:
            return None, -math.inf
        found = np.array(self._solver.getSolution().col_value)
        return found, self._solver.getInfo().objective_function_value


def _solver(seconds: float) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    return solver


def solved(facts: Facts, cost: np.ndarray, whole: int, seconds: float) -> np.ndarray | None:
    """Minimise: a good table, its first ``whole`` atoms in whole numbers.

    Raises:
        Contradicted: no table agrees.
    """
    table, _ = run(facts, cost, 0, seconds)
    if table is not None:
        table = near(facts, cost, table, seconds, whole)
    if table is None:
        table, _ = run(facts, cost, whole, seconds)
    return None if table is None else np.round(table[:whole])


def run(
    facts: Facts, cost: np.ndarray, whole: int, seconds: float
) -> tuple[np.ndarray | None, float]:
    """The best table found, its first ``whole`` atoms in whole numbers, and what none goes below.

    « No table agrees » is not taken from the solver's presolve: that of HiGHS 1.15.1 says it of
    programmes that tables satisfy.
    """
    for presolve in ("choose", "off"):
        solver = _solver(seconds)
        solver.setOptionValue("presolve", presolve)
        solver.passModel(_model(facts, cost, whole))
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status not in NO_TABLE:
            break
    else:
        raise Contradicted
    found = np.array(solver.getSolution().col_value)
    done = status == STATUS.kOptimal
    feasible = done or (whole > 0 and math.isfinite(info.mip_gap))
    limit = info.objective_function_value if done else -math.inf
    if whole and not done:
        limit = info.mip_dual_bound
    return (found if feasible and len(found) else None), limit


def _model(facts: Facts, cost: np.ndarray, whole: int) -> highspy.HighsLp:
    rows, columns = facts.matrix.shape
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows, columns
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, facts.least, facts.most
    model.row_lower_, model.row_upper_ = facts.low, facts.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = facts.matrix.indptr
    model.a_matrix_.index_ = facts.matrix.indices
    model.a_matrix_.value_ = facts.matrix.data
    if whole:
        integer, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [integer] * whole + [real] * (columns - whole)
    return model


def near(
    facts: Facts, cost: np.ndarray, table: np.ndarray, seconds: float, count: int | None = None
) -> np.ndarray | None:
    """The best whole table that keeps what is whole in one with fractions; None for none.

    ``count`` is how many of the first atoms must be whole: all, unless told.
    """
    size = len(cost) if count is None else count
    whole = np.round(table)
    kept = (abs(table - whole) < NEARLY) & (np.arange(len(table)) < size)
    if kept[:size].all():
        return whole
    least, most = np.where(kept, whole, facts.least), np.where(kept, whole, facts.most)
    try:
        return run(facts.within(least, most), cost, size, seconds)[0]
    except Contradicted:
        return None


def checked(facts: Facts, table: np.ndarray | None) -> np.ndarray | None:
    """The table in whole numbers, if it agrees with every row: the solver is not trusted."""
    if table is None:
        return None
    whole = np.round(table)
    told = facts.matrix @ whole
    inside = (whole >= facts.least).all() and (whole <= facts.most).all()
    agrees = (told >= facts.low - SMALL_ENOUGH).all() and (told <= facts.high + SMALL_ENOUGH).all()
    return whole if inside and agrees else None


def line(facts: Facts, cost: np.ndarray, seconds: float = SECONDS) -> np.ndarray:
    """The cheapest table, fractions allowed.

    Raises:
        Contradicted: no table agrees.
    """
    table, _ = run(facts, cost, 0, seconds)
    if table is None:
        raise Contradicted
    return table
