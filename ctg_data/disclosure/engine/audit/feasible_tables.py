"""Find feasible tables that bring cells over their level: many at once, then one alone.

A cell is acquitted by a whole table, verified; it is accused when no table can lift it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.audit.budget import Spending
from ctg_data.disclosure.engine.audit.findings import AttackFindings, SystemPart, local_system
from ctg_data.disclosure.engine.audit.solve import SolverStatus, holds, optimise, rounded_table
from ctg_data.disclosure.engine.audit.system import NoCompatibleTable, System

SEED = 5
"""Of the weights drawn at each turn: the same release is always attacked the same way."""


@dataclass(frozen=True)
class Push:
    """A system of k unknowns where `chosen` ones are split in two, and the cost to minimise."""

    system: System
    cost: np.ndarray
    chosen: np.ndarray

    def merged(self, table: np.ndarray) -> np.ndarray:
        """Return the (k,) table of the unknowns as they were before the split."""
        size = len(table) - len(self.chosen)
        whole = table[:size].copy()
        whole[self.chosen] += table[size:]
        return whole


def push(found: AttackFindings, local: System, columns: np.ndarray, turn: int) -> Push:
    """Split each open unknown at the level it must reach, and reward (or tax) that far only.

    An unknown x becomes y + z with y at most its level: lifting one cell higher than needed
    brings nothing, so one programme lifts many.
    """
    draw = np.random.default_rng(SEED + turn)
    chosen = np.flatnonzero(found.open(columns))
    lowest, highest = found.lowest[columns][chosen], found.highest[columns][chosen]
    lb, ub = local.lb[chosen], local.ub[chosen]
    aim, width = local.threshold[chosen], local.need[chosen]
    short = (highest < aim) & (lb < aim)
    unseen = ~short & np.isinf(lowest)
    up = short | (turn % 2 == 0)
    with np.errstate(invalid="ignore"):
        spread = np.where(up, lowest + width, highest - width)
    level = np.clip(np.where(unseen, lb, np.where(short, aim, spread)), lb, ub)
    weight = 1.0 + draw.random(len(chosen))
    size = len(columns)
    cost = np.zeros(size + len(chosen))
    cost[chosen] = np.where(up, -weight, 0.0)
    cost[size:] = np.where(up, 0.0, weight)
    capped = local.ub.copy()
    capped[chosen] = level
    names = ("whole", "cell", "threshold", "need")
    twice = {name: np.append(getattr(local, name), getattr(local, name)[chosen]) for name in names}
    split = System(
        matrix=sp.hstack([local.matrix, local.matrix[:, chosen]], format="csr"),
        lo=local.lo,
        hi=local.hi,
        lb=np.append(local.lb, np.zeros(len(chosen))),
        ub=np.append(capped, ub - level),
        **twice,
    )
    return Push(split, cost, chosen)


def acquit_together(
    found: AttackFindings, group: list[SystemPart], slack: np.ndarray, spending: Spending, turn: int
) -> None:
    """Push the open cells of several parts at once over their levels; mark parts that resist.

    Raises:
        NoCompatibleTable: no table is compatible.
    """
    columns = np.concatenate([part.columns for part in group])
    local = local_system(found.system, columns, np.concatenate([part.rows for part in group]))
    pushed = push(found, local, columns, turn)
    before = [int(found.open(part.columns).sum()) for part in group]
    answer = optimise(pushed.system, pushed.cost, spending)
    if answer.status is SolverStatus.IMPOSSIBLE:
        raise NoCompatibleTable
    told = [False] * len(group)
    if answer.table is not None:
        told = record(found, group, local, pushed.merged(answer.table), slack)
    for part, kept, opened in zip(group, told, before, strict=True):
        if not kept:
            repair(found, part, slack, spending, turn)
        part.hopeful = int(found.open(part.columns).sum()) < opened


def record(
    found: AttackFindings,
    group: list[SystemPart],
    local: System,
    table: np.ndarray,
    slack: np.ndarray,
) -> list[bool]:
    """Verify the table of each part of `local` and note what it acquits; say which hold."""
    exact, broken = rounded_table(local, table)
    rows = np.concatenate([part.rows for part in group])
    inside, kept = holds(local, exact, slack[rows])
    broken |= ~inside
    verdicts = []
    column = row = 0
    for part in group:
        own = slice(column, column + len(part.columns))
        of = slice(row, row + len(part.rows))
        column, row = own.stop, of.stop
        verdicts.append(bool(kept[of].all() and not broken[own].any()))
        if verdicts[-1]:
            found.see(part.columns, exact[own])
            part.table = exact[own]
    return verdicts


def repair(
    found: AttackFindings, part: SystemPart, slack: np.ndarray, spending: Spending, turn: int
) -> None:
    """Ask again for one part, in whole numbers.

    Raises:
        NoCompatibleTable: no whole table is compatible.
    """
    local = local_system(found.system, part.columns, part.rows)
    pushed = push(found, local, part.columns, turn)
    budget = spending.budget
    limits = (budget.part_effort, budget.near_best)
    answer = optimise(pushed.system, pushed.cost, spending, *limits)
    if answer.status is SolverStatus.IMPOSSIBLE:
        raise NoCompatibleTable
    if answer.table is not None:
        record(found, [part], local, pushed.merged(answer.table), slack)


def decide(
    found: AttackFindings, part: SystemPart, column: int, slack: np.ndarray, spending: Spending
) -> None:
    """Decide one unknown alone: a verified table acquits it, an impossibility accuses it."""
    own = int(np.flatnonzero(part.columns == column)[0])
    local = local_system(found.system, part.columns, part.rows)
    level = local.threshold[own]
    if max(found.highest[column], local.lb[own]) < level:
        lb = local.lb.copy()
        lb[own] = level
        pushed = push(found, local.within(lb, local.ub), part.columns, 0)
        limits = (spending.budget.cell_effort, spending.budget.near_best)
        answer = optimise(pushed.system, pushed.cost, spending, *limits)
        if answer.table is not None:
            record(found, [part], local, pushed.merged(answer.table), slack)
        found.accused[column] = answer.status is SolverStatus.IMPOSSIBLE
        found.unsure[column] = not found.accused[column] and found.highest[column] < level
    if found.open(np.array([column])).any():
        decide_width(found, part, own, slack, spending)


def decide_width(
    found: AttackFindings, part: SystemPart, own: int, slack: np.ndarray, spending: Spending
) -> None:
    """Look for two tables far enough apart for an unknown that has a need."""
    column = int(part.columns[own])
    local = local_system(found.system, part.columns, part.rows)
    certain = True
    for sign in (0.0, -1.0, 1.0):
        lb, ub, cost = local.lb.copy(), local.ub.copy(), np.zeros(len(part.columns))
        cost[own] = sign
        if sign < 0:
            ub[own] = min(ub[own], np.ceil(found.lowest[column] + local.need[own]))
        elif sign > 0:
            lb[own] = max(lb[own], np.floor(found.highest[column] - local.need[own]))
        elif np.isfinite(found.lowest[column]):
            continue
        answer = optimise(local.within(lb, ub), cost, spending, spending.budget.cell_effort)
        certain &= answer.status is SolverStatus.FOUND and answer.table is not None
        certain &= answer.table is not None and all(
            record(found, [part], local, answer.table, slack)
        )
        if not certain or not found.open(np.array([column])).any():
            break
    if found.open(np.array([column])).any():
        found.accused[column], found.unsure[column] = certain, not certain
