"""Check certificates in whole numbers, without trusting the solver that found them.

A certificate is a move: another table that a reader cannot tell from the true one.  The check
reads the problem and the mask only, in Python integers, and Fractions where a value is not whole.
Python compares both with floats exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ctg_data.disclosure.engine.problem.rules import DIFFER, REACH, Goal
from ctg_data.disclosure.engine.shift.table import Move, ShiftTable


@dataclass
class Checker:
    """Certificates against the true table.

    Attributes:
        table: what was protected; hidden: (n,) bool, the final mask.
    """

    table: ShiftTable
    hidden: np.ndarray

    def accepts(self, move: Move, reading: int = 0) -> bool:
        """Say whether the move respects the mask, the bounds and every relation, exactly.

        Args:
            move: another table.
            reading: how producers are supposed to have rounded, a place in `ShiftTable.readings`.
        """
        deltas = dict(zip(move.cells.tolist(), move.delta.tolist(), strict=True))
        soft = self.table.readings[reading].soft
        if any(not self._allowed(cell, delta, soft) for cell, delta in deltas.items()):
            return False
        totals = self._totals(deltas)
        low, high = self.table.slack[list(totals)].T.tolist() if totals else ([], [])
        return all(a <= total <= b for a, total, b in zip(low, totals.values(), high, strict=True))

    def _allowed(self, cell: int, delta: int, soft: np.ndarray) -> bool:
        table = self.table
        new = exact(table.value[cell]) + delta
        if self.hidden[cell]:
            return bool(new >= float(table.low[cell]))
        floor, ceiling = soft[cell].tolist()
        return floor <= new <= ceiling or delta == 0

    def _totals(self, deltas: dict[int, int]) -> dict[int, int | Fraction]:
        columns = self.table.columns
        totals: dict[int, int | Fraction] = {}
        for cell, delta in deltas.items():
            span = slice(columns.indptr[cell], columns.indptr[cell + 1])
            rows, coefs = columns.indices[span].tolist(), columns.data[span].tolist()
            for row, coef in zip(rows, coefs, strict=True):
                totals[row] = totals.get(row, 0) + exact(coef) * delta
        return totals

    def proves(self, goal: Goal, moves: list[Move]) -> bool:
        """Say whether accepted moves reach a goal: one table, or two for a width."""
        reached = [move.at(goal.cell) for move in moves] + [0]
        if goal.kind == REACH:
            return exact(self.table.value[goal.cell]) + max(reached) >= goal.amount
        least = 1 if goal.kind == DIFFER else goal.amount
        return max(reached) - min(reached) >= least


def exact(number: float) -> int | Fraction:
    """Return a float as the number that it is, a Python integer when it is whole.

    >>> exact(3.0), exact(0.5)
    (3, Fraction(1, 2))
    """
    number = float(number)
    return int(number) if number.is_integer() else Fraction(number)
