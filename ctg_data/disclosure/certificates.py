"""Check certificates in whole numbers, without trusting the solver that found them.

A certificate is a move: another table that a reader cannot tell from the true one.  The check
reads the problem and the mask only, in Python integers and Fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ctg_data.disclosure.rules import DIFFER, REACH, Goal
from ctg_data.disclosure.shift_solver import Move
from ctg_data.disclosure.shift_table import Table


@dataclass
class Checker:
    """Exact rows of the table, prepared once for all certificates.

    Attributes:
        table: what was protected; hidden: (n,) bool, the final mask.
    """

    table: Table
    hidden: np.ndarray
    exact: dict[int, bool] = field(default_factory=dict)

    def accepts(self, move: Move) -> bool:
        """Say whether the move respects the mask, the bounds and every relation, exactly."""
        deltas = dict(zip(move.cells.tolist(), (int(d) for d in move.delta), strict=True))
        if any(not self._allowed(cell, delta) for cell, delta in deltas.items()):
            return False
        return all(self._within(row, total) for row, total in self._totals(deltas).items())

    def _allowed(self, cell: int, delta: int) -> bool:
        table = self.table
        new = Fraction(float(table.value[cell])) + delta
        if self.hidden[cell]:
            return new >= Fraction(float(table.low[cell]))
        floor, ceiling = table.soft[cell]
        return bool(floor <= new <= ceiling) or delta == 0

    def _totals(self, deltas: dict[int, int]) -> dict[int, Fraction]:
        columns = self.table.columns
        totals: dict[int, Fraction] = {}
        for cell, delta in deltas.items():
            span = slice(columns.indptr[cell], columns.indptr[cell + 1])
            rows, coefs = columns.indices[span].tolist(), columns.data[span].tolist()
            for row, coef in zip(rows, coefs, strict=True):
                totals[row] = totals.get(row, Fraction(0)) + Fraction(coef) * delta
        return totals

    def _within(self, row: int, total: Fraction) -> bool:
        low, high = self.table.slack[row]
        return bool(low <= total <= high)

    def proves(self, goal: Goal, moves: list[Move]) -> bool:
        """Say whether accepted moves reach a goal: one table, or two for a width."""
        reached = [move.at(goal.cell) for move in moves] + [0]
        if goal.kind == REACH:
            return Fraction(float(self.table.value[goal.cell])) + max(reached) >= goal.amount
        least = 1 if goal.kind == DIFFER else goal.amount
        return max(reached) - min(reached) >= least
