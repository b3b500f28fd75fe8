"""Exact intervals: the least and greatest value of a cell over every compatible table."""

from __future__ import annotations

import math

import numpy as np

from ctg_data.disclosure.audit_findings import Findings, Part, local_system
from ctg_data.disclosure.audit_solve import Status, optimise


def exact_interval(
    found: Findings, part: Part | None, column: int, seconds: float
) -> tuple[float, float, bool]:
    """Return (lo, hi, certain) for one unknown.

    When the solver gives up, the interval is the best one proved: wider than the true one.
    """
    lb, ub = float(found.system.lb[column]), float(found.system.ub[column])
    reached = found.lowest[column] == lb and found.highest[column] == ub
    if part is None or lb == ub or reached:
        return lb, ub, True
    local = local_system(found.system, part.columns, part.rows)
    own = int(np.flatnonzero(part.columns == column)[0])
    ends, certain = [lb, ub], True
    for side, sign in enumerate((1.0, -1.0)):
        cost = np.zeros(len(part.columns))
        cost[own] = sign
        answer = optimise(local, cost, whole=True, seconds=seconds)
        certain &= answer.status in (Status.FOUND, Status.ENDLESS)
        if answer.status is Status.FOUND and answer.table is not None:
            value = float(answer.table[own])
            ends[side] = float(round(value)) if local.whole[own] else value
        elif answer.status is Status.GAVE_UP and math.isfinite(answer.bound):
            proved = sign * answer.bound
            ends[side] = max(lb, proved) if side == 0 else min(ub, proved)
    # Adding 0.0 turns the solver's -0.0 into 0.0.
    return ends[0] + 0.0, ends[1] + 0.0, certain


def part_of(parts: list[Part]) -> dict[int, Part]:
    """Map each unknown that meets others to its part."""
    return {int(column): part for part in parts if len(part.rows) for column in part.columns}
