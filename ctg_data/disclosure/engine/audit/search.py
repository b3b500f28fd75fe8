"""Decide for every unknown whether some compatible table makes it harmless.

One linear programme pushes hundreds of unknowns at once above their threshold; each whole
table found that way acquits all the cells it lifts.  Only what resists is decided alone, by a
mixed-integer programme.
"""

from __future__ import annotations

import math

import numpy as np

from ctg_data.disclosure.engine.audit.budget import Spending
from ctg_data.disclosure.engine.audit.feasible_tables import acquit_together, decide
from ctg_data.disclosure.engine.audit.findings import AttackFindings, SystemPart
from ctg_data.disclosure.engine.audit.propagate import bins, blocks, idle_rows, propagate
from ctg_data.disclosure.engine.audit.solve import row_slack
from ctg_data.disclosure.engine.audit.system import System

NO_TOP = 1e7
"""Stands for « no bound » where a number is needed: more than the allocataires of France."""


def attack(system: System, spending: Spending) -> tuple[AttackFindings, list[SystemPart]]:
    """Decide every unknown of `system`; return also its independent parts.

    Raises:
        NoCompatibleTable: no table is compatible.
    """
    found, parts = start(propagate(system, spending.budget.narrowings))
    waiting, slack = parts, row_slack(found.system)
    for turn in range(spending.budget.turns):
        waiting = [part for part in still_open(found, waiting) if part.hopeful]
        if not waiting:
            break
        for group in bins([len(part.columns) for part in waiting], spending.budget.group):
            if spending.left:
                acquit_together(found, [waiting[number] for number in group], slack, spending, turn)
    for part in still_open(found, parts):
        for column in part.columns[found.open(part.columns)]:
            if spending.left and found.open(np.array([column])).any():
                decide(found, part, int(column), slack, spending)
    # What is still open when nothing is left to spend is undecided: never safe.
    found.unsure |= found.open(np.arange(len(found.unsure)))
    return found, parts


def still_open(found: AttackFindings, parts: list[SystemPart]) -> list[SystemPart]:
    """Return the parts with an unknown still to decide: one look at all, then one per part."""
    waiting = found.open(np.arange(len(found.unsure)))
    return [part for part in parts if waiting[part.columns].any()]


def start(narrowed: System) -> tuple[AttackFindings, list[SystemPart]]:
    """Return what the bounds alone say of a system that `propagate` narrowed, and its parts."""
    size = len(narrowed.lb)
    found = AttackFindings(
        narrowed,
        np.full(size, math.inf),
        np.full(size, -math.inf),
        (narrowed.ub < narrowed.threshold) | (narrowed.ub - narrowed.lb < narrowed.need),
        np.zeros(size, dtype=bool),
    )
    parts = split(narrowed)
    acquit_by_bounds(found, parts)
    return found, parts


def split(system: System) -> list[SystemPart]:
    """Return the independent parts of a system, in its own numbering.

    Fixed unknowns and rows that the bounds already imply tie nothing together.
    """
    columns = np.flatnonzero(system.lb < system.ub)
    rows = np.flatnonzero(~idle_rows(system))
    reduced = system.select(columns, rows)
    return [SystemPart(columns[own], rows[of]) for own, of in blocks(reduced)]


def acquit_by_bounds(found: AttackFindings, parts: list[SystemPart]) -> None:
    """Take the bounds for the truth where they are reached.

    In a part made of one row with coefficients ±1, each bound left by `propagate` is reached by
    a whole table; in a part without rows, trivially.
    """
    system = found.system
    fixed = system.lb == system.ub
    found.see(np.flatnonzero(fixed), system.lb[fixed])
    for part in parts:
        columns, rows = part.columns, part.rows
        if len(rows) > 1 or not system.whole[columns].all():
            continue
        if len(rows) == 1:
            span = slice(system.matrix.indptr[rows[0]], system.matrix.indptr[rows[0] + 1])
            if (np.abs(system.matrix.data[span]) != 1).any():
                continue
        found.see(columns, system.lb[columns])
        found.see(columns, np.minimum(system.ub[columns], NO_TOP))
