"""Feasibility intervals: the least and greatest value of a cell over every compatible table."""

from __future__ import annotations

import math

import numpy as np

from ctg_data.disclosure.engine.audit.budget import Spending
from ctg_data.disclosure.engine.audit.feasible_tables import record
from ctg_data.disclosure.engine.audit.findings import AttackFindings, SystemPart, local_system
from ctg_data.disclosure.engine.audit.solve import SolverStatus, optimise, row_slack
from ctg_data.disclosure.engine.audit.system import System

SEED = 7
"""Of the directions drawn: the same release is always attacked the same way."""
TOPLESS_WIDTH = 1e6
"""Width given to an unknown without a top: in a random direction it may have no end."""


def feasibility_interval(
    found: AttackFindings, part: SystemPart | None, column: int, spending: Spending
) -> tuple[float, float, bool]:
    """Return (lo, hi, certain) for one unknown.

    When the solver gives up, the interval is the best one proved: wider than the true one.
    """
    lb, ub = float(found.system.lb[column]), float(found.system.ub[column])
    reached = found.lowest[column] == lb and found.highest[column] == ub
    if part is None or lb == ub or reached:
        return lb + 0.0, ub + 0.0, True
    local, effort = _alone(found, part), spending.budget.interval_effort
    own = int(np.flatnonzero(part.columns == column)[0])
    ends, certain = [lb, ub], True
    for side, sign in enumerate((1.0, -1.0)):
        cost = np.zeros(len(part.columns))
        cost[own] = sign
        answer = optimise(local, cost, spending, effort)
        certain &= answer.status in (SolverStatus.FOUND, SolverStatus.ENDLESS)
        if answer.status is SolverStatus.FOUND and answer.table is not None:
            value = float(answer.table[own])
            ends[side] = float(round(value)) if local.whole[own] else value
        elif answer.status is SolverStatus.GAVE_UP and math.isfinite(answer.bound):
            proved = sign * answer.bound
            ends[side] = max(lb, proved) if side == 0 else min(ub, proved)
    # Adding 0.0 turns the solver's -0.0 into 0.0.
    return ends[0] + 0.0, ends[1] + 0.0, certain


def _alone(found: AttackFindings, part: SystemPart) -> System:
    return local_system(found.system, part.columns, part.rows)


def part_of(parts: list[SystemPart]) -> dict[int, SystemPart]:
    """Map each unknown that meets others to its part."""
    return {int(column): part for part in parts if len(part.rows) for column in part.columns}


def pinned_columns(
    found: AttackFindings, parts: list[SystemPart], spending: Spending
) -> np.ndarray:
    """Return the (k,) mask of the unknowns that have a single value left, sensitive or not.

    In a large release only those that the bounds alone give away: it is information, no leak.
    """
    pinned = found.system.lb == found.system.ub
    if len(pinned) > spending.budget.exact_cells:
        return pinned
    where = part_of(parts)
    suspects = ~pinned & found.system.whole & ~found.unsure
    for part in parts:
        perturb(found, part, suspects, spending)
    for column in np.flatnonzero(suspects & (found.lowest >= found.highest)):
        lo, hi, certain = feasibility_interval(found, where.get(int(column)), int(column), spending)
        pinned[column] = certain and lo == hi
    return pinned


def perturb(
    found: AttackFindings, part: SystemPart, suspects: np.ndarray, spending: Spending
) -> None:
    """Look for tables that differ on the suspects of one part: most are cleared at once."""
    draw = np.random.default_rng(SEED)
    slack = row_slack(found.system)
    for _ in range(spending.budget.directions):
        still = suspects & (found.lowest >= found.highest)
        if len(part.rows) == 0 or not still[part.columns].any():
            return
        local = _alone(found, part)
        local = local.within(
            local.lb, np.minimum(local.ub, np.maximum(local.lb, 0.0) + TOPLESS_WIDTH)
        )
        answer = optimise(local, draw.normal(size=len(local.lb)), spending)
        if answer.table is not None:
            record(found, [part], local, answer.table, slack)
