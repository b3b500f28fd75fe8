"""How far one cell can move under a suppression pattern, and which visible cells hold it back.

One end of its feasibility interval: the attacker's subproblem of Fischetti and Salazar (2000).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.shift.solver import OPTIMAL, load, scaling, silent_solver
from ctg_data.disclosure.engine.shift.table import ShiftTable

NUDGE = 1e-4
"""Share of the goal by which visible cells may move while looking for duals: it picks, among
equivalent cuts, one with few and small coefficients."""
REACHABLE = 1e6
"""Stands for « no upper bound »; coefficients are cut down to the right-hand side anyway."""
TINY = 1e-9
"""Below this a dual is zero."""


@dataclass
class AttackerSubproblem:
    """The moves of `cells` under a mask; one model, asked for many cells and many patterns."""

    table: ShiftTable
    cells: np.ndarray
    solver: Any = field(init=False)
    solution: Any = field(init=False)
    asked: tuple[float, float] = (0.0, 0.0)
    fine: bool = False

    def __post_init__(self) -> None:
        """Build the model once; bounds are set at each question."""
        block = sp.csr_matrix(self.table.columns[:, self.cells])
        touched = np.flatnonzero(np.diff(block.indptr))
        self.block = sp.csc_matrix(block[touched])
        self.place = {int(cell): k for k, cell in enumerate(self.cells)}
        self.read(0)
        self.limits = self.table.slack[touched]
        self.loose = bool(self.limits.any())
        options = {"presolve": "off", "solver": "simplex", "simplex_strategy": 4}
        self.solver = silent_solver(**options, **scaling(self.block))
        zero = np.zeros(len(self.cells))
        rows = (self.limits[:, 0].copy(), self.limits[:, 1].copy())
        load(self.solver, self.block, zero, (zero.copy(), zero.copy()), rows)

    def read(self, reading: int) -> None:
        """Let rounded cells move as one way of rounding allows; `apply_pattern` comes after it."""
        own = self.table.readings[reading]
        self.up = np.minimum(own.up[self.cells], REACHABLE)
        self.down = np.minimum(own.down[self.cells], REACHABLE)

    def apply_pattern(self, pattern: np.ndarray, amount: float) -> None:
        """Let each cell move by its share of what the goal may ask of it.

        Args:
            pattern: (k,) share over `cells`: 1 for a hidden cell, 0 for a visible one.
            amount: how far the goal must go.
        """
        least = np.maximum(pattern, NUDGE)
        whole = pattern >= 1
        self.high = np.where(whole, self.up, least * np.minimum(self.up, amount))
        self.low = np.where(whole, self.down, least * np.minimum(self.down, amount))
        every = np.arange(len(self.cells), dtype=np.int32)
        self.solver.changeColsBounds(len(every), every, -self.low, self.high)

    def reach(self, cell: int, sign: int, most: float) -> tuple[float, np.ndarray]:
        """Return how far the cell goes, at most `most`, and the (k,) move that brings it there."""
        place = self.place[cell]
        high, low = self.up[place], self.down[place]
        self.asked = (min(most, high), low) if sign > 0 else (high, min(most, low))
        self.solver.changeColBounds(place, -self.asked[1], self.asked[0])
        self.solver.changeColCost(place, -float(sign))
        self.solver.run()
        self.fine = self.solver.getModelStatus() == OPTIMAL
        self.solver.changeColCost(place, 0.0)
        self.solver.changeColBounds(place, -self.low[place], self.high[place])
        if not self.fine:
            return most, np.zeros(len(self.cells))
        self.solution = self.solver.getSolution()
        move = np.array(self.solution.col_value)
        return sign * float(move[place]), move

    def bound(self, cell: int, most: float) -> tuple[np.ndarray, float]:
        """Return an upper bound of what `reach` just answered, linear in the mask.

        It is constant + Σ worth[k] over the hidden cells k, each cell being worth |dual| × its
        full range.  Return (worth (k,), constant).
        """
        if not self.fine:
            return np.zeros(len(self.cells)), most
        place, (high, low) = self.place[cell], self.asked
        duals = -np.array(self.solution.col_dual)
        used = np.flatnonzero(np.abs(duals) >= TINY)
        own, told = float(duals[place]), duals[used]
        worth = np.zeros(len(self.cells))
        worth[used] = np.where(told > 0, told * self.up[used], -told * self.down[used])
        worth[place] = 0.0
        most = own * high if own > TINY else -own * low if own < -TINY else 0.0
        return worth, most + (self._slack() if self.loose else 0.0)

    def _slack(self) -> float:
        """Return what the inequalities add to the bound."""
        prices = -np.array(self.solution.row_dual)
        limit = np.where(prices > 0, self.limits[:, 1], self.limits[:, 0])
        used = np.abs(prices) > TINY
        return float((prices[used] * limit[used]).sum())
