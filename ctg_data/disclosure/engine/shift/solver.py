"""One linear program kept alive in HiGHS, asked again and again with other bounds and costs.

A fresh call through `scipy.optimize.linprog` costs 2 to 5 ms of set-up; changing two bounds of
a model that is already there costs about 0.6 ms for 600 cells.  Each question starts from « nothing
moves », where every price is right, rather than from the answer to another question: half the
iterations on tables of three axes, and the same answer whatever was asked before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.table import FREE, Move, ShiftTable

OPTIMAL = highspy.HighsModelStatus.kOptimal
INTEGER = highspy.HighsVarType.kInteger
CONTINUOUS = highspy.HighsVarType.kContinuous
NEAR = 1e-6
"""How far from a whole number the solver may write one."""
ABOVE_ALL = 1e5
"""Reward of one step of the cell that goes as far as it can: more than any cell costs."""
EVEN = 10
"""Coefficients up to which a model needs no scaling."""


def silent_solver(**options: Any) -> Any:
    """Return a HiGHS instance that prints nothing, uses one thread and repeats itself."""
    solver = highspy.Highs()
    for key, setting in {"output_flag": False, "threads": 1, "random_seed": 0, **options}.items():
        solver.setOptionValue(key, setting)
    return solver


def scaling(matrix: sp.csc_matrix) -> dict[str, int]:
    """Leave out the scaling of a model whose coefficients are all near one: it costs a tenth."""
    even = np.abs(matrix.data).max(initial=0.0) <= EVEN
    return {"simplex_scale_strategy": 0} if even else {}


def load(
    solver: Any,
    matrix: sp.csc_matrix,
    cost: np.ndarray,
    columns: tuple[np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    """Give a model to the solver: minimise cost·x, bounds on columns and rows."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.asarray(cost, dtype=float)
    lp.col_lower_, lp.col_upper_ = columns
    lp.row_lower_, lp.row_upper_ = rows
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data.astype(float)
    solver.passModel(lp)


@dataclass
class Patch:
    """A neighbourhood of the table: `cells` may move, everything else stays.

    Each cell has two columns, up and down, so that the cost is that of the absolute move.
    `patient`: search whole numbers where the linear program gives fractions (dear); `steps`
    counts simplex iterations, the measure of effort that is the same on every machine.
    """

    table: ShiftTable
    cells: np.ndarray
    cost: np.ndarray
    effort: Effort
    place: dict[int, int] = field(init=False)
    solver: Any = field(init=False)
    amount: float = 1.0
    patient: bool = True
    steps: int = 0
    reading: int = 0

    def __post_init__(self) -> None:
        """Build the model once."""
        self.place = {int(cell): k for k, cell in enumerate(self.cells)}
        table, count = self.table, len(self.cells)
        block = table.columns[:, self.cells]
        touched = np.unique(block.indices)
        block = sp.csc_matrix(sp.csr_matrix(block)[touched])
        self.matrix = block
        self.limits = table.slack[touched]
        self.ceilings = [np.r_[one.up[self.cells], one.down[self.cells]] for one in table.readings]
        self.ceiling = self.ceilings[0]
        options = {"presolve": "off", "solver": "simplex", "simplex_strategy": 1}
        self.solver = silent_solver(**options, **scaling(block))
        load(
            self.solver,
            sp.csc_matrix(sp.hstack([block, -block])),
            self._prices(np.arange(2 * count)),
            (np.zeros(2 * count), self.ceiling),
            (self.limits[:, 0].copy(), self.limits[:, 1].copy()),
        )

    def read(self, reading: int) -> None:
        """Let rounded cells move as one way of rounding allows."""
        before, self.ceiling = self.ceiling, self.ceilings[reading]
        self.reading = reading
        for column in np.flatnonzero(before != self.ceiling).tolist():
            self.solver.changeColBounds(column, 0.0, float(self.ceiling[column]))

    def _prices(self, columns: np.ndarray) -> np.ndarray:
        """Return (c,) costs for one step: that of hiding a cell, spread over what a goal may ask.

        A linear program pays per unit moved, while a mask is paid once: a cell that can give 1
        of the 4 needed is four times as dear per unit as it looks.
        """
        usable = np.minimum(np.maximum(self.ceiling[columns], 1.0), self.amount)
        return self.cost[columns % len(self.cells)] / usable

    def aim(self, amount: float) -> None:
        """Set prices for goals of this amount."""
        if amount != self.amount:
            self.amount = amount
            columns = np.arange(2 * len(self.cells), dtype=np.int32)
            self.solver.changeColsCost(len(columns), columns, self._prices(columns))

    def reprice(self, cells: Iterable[int], cost: np.ndarray | float) -> None:
        """Change the cost of hiding some cells."""
        places = np.array([self.place[int(c)] for c in cells if int(c) in self.place], np.int32)
        if not places.size:
            return
        self.cost[places] = cost
        both = np.concatenate([places, places + len(self.cells)]).astype(np.int32)
        self.solver.changeColsCost(len(both), both, self._prices(both))

    def freeze(self, cells: Iterable[int], frozen: bool = True) -> None:
        """Forbid some cells to move, or allow them again."""
        for cell in cells:
            place = self.place.get(int(cell))
            if place is None:
                continue
            for column in (place, place + len(self.cells)):
                top = 0.0 if frozen else float(self.ceiling[column])
                self.solver.changeColBounds(column, 0.0, top)

    def shift(self, cell: int, least: float, sign: int = 1) -> Move | None:
        """Return the cheapest move with `cell` at least `least` further up (or down: sign -1).

        None when there is none in this patch.
        """
        self.aim(float(least))
        place, count = self.place[cell], len(self.cells)
        goes, stays = (place, place + count) if sign > 0 else (place + count, place)
        if self.ceiling[goes] < least:
            return None
        self.solver.changeColBounds(goes, float(least), float(self.ceiling[goes]))
        self.solver.changeColBounds(stays, 0.0, 0.0)
        try:
            return self._solve()
        finally:
            self.solver.changeColBounds(goes, 0.0, float(self.ceiling[goes]))
            self.solver.changeColBounds(stays, 0.0, float(self.ceiling[stays]))

    def farthest(self, cell: int, most: int, sign: int = 1) -> Move | None:
        """Return the cheapest of the moves that bring the cell farthest, at most `most` away.

        None when it cannot move that way in this patch.
        """
        self.aim(float(most))
        place, count = self.place[cell], len(self.cells)
        goes, stays = (place, place + count) if sign > 0 else (place + count, place)
        top = min(float(most), float(self.ceiling[goes]))
        if top < 1:
            return None
        self.solver.changeColBounds(goes, 0.0, top)
        self.solver.changeColBounds(stays, 0.0, 0.0)
        self.solver.changeColCost(goes, -ABOVE_ALL)
        try:
            move, far = self._relaxed(), self._column(goes)
        finally:
            self.solver.changeColCost(goes, float(self._prices(np.array([goes]))[0]))
            self.solver.changeColBounds(goes, 0.0, float(self.ceiling[goes]))
            self.solver.changeColBounds(stays, 0.0, float(self.ceiling[stays]))
        return move if move is not None else self._nearest_whole(cell, int(far + NEAR), sign)

    def _nearest_whole(self, cell: int, far: int, sign: int) -> Move | None:
        """Return the farthest whole-number move, when the linear program's is fractional."""
        best: Move | None = None
        low, high = 1, far
        while low <= high:
            # The farthest first: it is nearly always the answer.
            middle = high if best is None and high == far else (low + high + 1) // 2
            move = self.shift(cell, middle, sign)
            if move is None:
                high = middle - 1
            else:
                best, low = move, middle + 1
        return best

    def _column(self, column: int) -> float:
        """Return what the last answer says of one column, 0 without any."""
        if self.solver.getModelStatus() != OPTIMAL:
            return 0.0
        return float(self.solver.getSolution().col_value[column])

    def _relaxed(self) -> Move | None:
        """Solve the linear program; None when there is no answer, or no whole one."""
        self.solver.setBasis()  # « nothing moves »
        self.solver.run()
        self.steps += max(int(self.solver.getInfo().simplex_iteration_count), 0)
        return self._whole() if self.solver.getModelStatus() == OPTIMAL else None

    def _solve(self) -> Move | None:
        move = self._relaxed()
        answered = self.solver.getModelStatus() == OPTIMAL
        return self._solve_whole() if move is None and answered and self.patient else move

    def _whole(self) -> Move | None:
        """Read the solution, None when it is not whole."""
        solution = np.array(self.solver.getSolution().col_value)
        count = len(self.cells)
        delta = solution[:count] - solution[count:]
        moved = np.flatnonzero(delta)
        told = delta[moved]
        whole = np.round(told)
        if np.abs(told - whole).max(initial=0.0) > NEAR:
            multiple = self._multiple(delta)
            if multiple is None:
                return None
            whole = multiple[moved]
        moved, whole = moved[whole != 0], whole[whole != 0]
        return Move(self.cells[moved], whole.astype(np.int64), self.reading)

    def _multiple(self, delta: np.ndarray) -> np.ndarray | None:
        """Return the (k,) least multiple of a fractional move that is whole and allowed.

        It hides the same cells: halves and thirds are what sums over three axes give.
        """
        count, parts = len(self.cells), np.arange(2, self.effort.multiples + 1)
        ends = np.array([[-1.0], [1.0]]) * delta
        inside = np.stack([self.ceiling[count:], self.ceiling[:count]])
        moved = np.flatnonzero(np.abs(delta) > NEAR)
        for part in parts.tolist():
            whole = np.round(part * delta)
            if np.abs(part * delta[moved] - whole[moved]).max() > part * NEAR:
                continue
            if (part * ends > inside + NEAR).any():
                return None
            total = self.matrix @ whole
            low, high = self.limits.T
            return whole if ((total >= low) & (total <= high)).all() else None
        return None

    def _solve_whole(self) -> Move | None:
        """Search a whole-number move where the linear program gave a fractional one.

        First among the cells that it moves and those hidden anyway: nearly always enough, and ten
        times less to search than the whole neighbourhood.
        """
        count = len(self.cells)
        told = np.array(self.solver.getSolution().col_value)
        used = np.abs(told[:count] - told[count:]) > NEAR
        outside = np.flatnonzero(~(used | (self.cost <= FREE)))
        columns = np.concatenate([outside, outside + count]).astype(np.int32)
        top = np.array(self.solver.getLp().col_upper_)[columns]
        zero = np.zeros(len(columns))
        self.solver.changeColsBounds(len(columns), columns, zero, zero)
        move = self._branch()
        self.solver.changeColsBounds(len(columns), columns, zero, top)
        return self._branch() if move is None else move

    def _branch(self) -> Move | None:
        """Search whole numbers inside the bounds of now."""
        count = 2 * len(self.cells)
        every = np.arange(count, dtype=np.int32)
        self.solver.changeColsIntegrality(count, every, np.full(count, INTEGER))
        self.solver.setOptionValue("mip_max_nodes", self.effort.mip_nodes)
        self.solver.setOptionValue("mip_rel_gap", self.effort.mip_gap)
        self.solver.setOptionValue("presolve", "on")
        try:
            self.solver.run()
            status = self.solver.getModelStatus()
            found = self.solver.getInfo().primal_solution_status == 2
            return self._whole() if status == OPTIMAL or found else None
        finally:
            self.solver.setOptionValue("presolve", "off")
            self.solver.changeColsIntegrality(count, every, np.full(count, CONTINUOUS))
