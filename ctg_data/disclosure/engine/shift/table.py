"""The table as the shift algorithm sees it: what may move, how far, and at what cost.

A *move* is a whole-number difference from the true table that every relation forgives; the
cells that move are those that a reader cannot know.  Down moves stop at the bound that the
release states for a hidden cell; a rounded public cell moves inside its rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.rounding import rounding_interval
from ctg_data.disclosure.engine.problem.rules import Goal
from ctg_data.disclosure.engine.problem.table import HIDDEN, OFFER, SHOWN, Problem

FREE = 0.01
"""Cost of moving what is hidden anyway: not null, or certificates would wander."""
FORCED = 1000.0
"""Cost of moving a cell that should stay visible, once nothing else is possible."""


@dataclass
class Move:
    """A whole-number difference from the true table: `delta[k]` on cell `cells[k]`.

    `reading` is the way of rounding under which it was found, a place in `ShiftTable.readings`.
    """

    cells: np.ndarray
    delta: np.ndarray
    reading: int = 0

    def at(self, cell: int) -> int:
        """Return the move of one cell, 0 when it stays."""
        found = np.flatnonzero(self.cells == cell)
        return int(self.delta[found[0]]) if found.size else 0


@dataclass(frozen=True)
class MoveLimits:
    """How far cells may move under one way in which producers may have rounded.

    Attributes:
        up, down: (n,) how far each cell may move; 0 and 0 when it cannot.
        soft: (n, 2) interval in which a rounded cell moves without being hidden (NaN: none).
    """

    up: np.ndarray
    down: np.ndarray
    soft: np.ndarray


@dataclass
class ShiftTable:
    """n cells, m relations with whole coefficients.

    Attributes:
        value: (n,) the true table, completed; low: (n,) what the release states when hidden.
        readings: the ways in which producers may have rounded; each goal belongs to one.
        slack: (m, 2) how far each relation may move down and up (0 and 0 for « = »).
        weight: (n,) cost of hiding the cell.
        hidden: (n,) bool, cells a reader does not see whatever we do.
        kept: (n,) bool, cells that must stay visible while something else is possible.
        rows: (m, n) CSR; columns: (m, n) CSC, same coefficients.
        goals: what must stay possible.
    """

    value: np.ndarray
    low: np.ndarray
    readings: tuple[MoveLimits, ...]
    slack: np.ndarray
    weight: np.ndarray
    hidden: np.ndarray
    kept: np.ndarray
    rows: sp.csr_matrix
    columns: sp.csc_matrix
    goals: list[Goal]
    rounded: frozenset[int] = field(default_factory=frozenset)
    softened: bool = field(init=False)

    def __post_init__(self) -> None:
        """Note once whether any cell has an interval of its own."""
        self.softened = any(bool(np.isfinite(one.soft).any()) for one in self.readings)

    @property
    def movable(self) -> np.ndarray:
        """Return (n,) bool: cells that can differ in another table, under some reading."""
        found = [(one.up > 0) | (one.down > 0) for one in self.readings]
        return np.asarray(np.logical_or.reduce(found))

    def serves(self, move: Move, reading: int) -> bool:
        """Say whether a move holds under another reading than its own: no rounded cell in it."""
        if move.reading == reading:
            return True
        return bool(np.isnan(self.readings[0].soft[move.cells, 0]).all())


def whole_rows(matrix: sp.csr_matrix) -> tuple[sp.csr_matrix, np.ndarray]:
    """Scale each relation to whole coefficients; return the matrix and the (m,) factors."""
    factors = np.ones(matrix.shape[0])
    if matrix.nnz and (matrix.data != np.round(matrix.data)).any():
        for row in range(matrix.shape[0]):
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            parts = [Fraction(str(coef)) for coef in matrix.data[span].tolist()]
            factors[row] = lcm(*(part.denominator for part in parts)) if parts else 1
        matrix = sp.csr_matrix(sp.diags(factors) @ matrix)
        matrix.data = np.round(matrix.data)
    return matrix, factors


def make_table(
    problem: Problem,
    value: np.ndarray,
    goals: list[Goal],
    visible: np.ndarray,
    readings: Sequence[Problem] = (),
) -> ShiftTable:
    """Work out what may move.

    Args:
        problem: the table.
        value: (n,) its values, completed.
        goals: those of the sensitive cells.
        visible: (n,) bool, cells to keep visible while something else is possible.
        readings: the same under each way in which its producers may have rounded.
    """
    count = len(problem)
    sensitive = np.zeros(count, dtype=bool)
    sensitive[[goal.cell for goal in goals]] = True
    shown = (problem.external == SHOWN) & ~np.isnan(problem.value)
    hidden = sensitive | problem.virtual | np.isnan(problem.value) | (problem.external == HIDDEN)
    hidden &= ~shown | problem.virtual
    low = stated_bounds(problem, value)
    states = (hidden, shown & ~problem.virtual)
    rows, factors = whole_rows(problem.matrix)
    return ShiftTable(
        value=value,
        low=low,
        readings=tuple(_reading(one, value, low, states) for one in readings or [problem]),
        slack=_slack(problem, value, rows, factors),
        weight=1 + 0.3 * np.log10(1 + np.abs(value)),
        hidden=hidden,
        kept=visible & ~hidden,
        rows=rows,
        columns=sp.csc_matrix(rows),
        goals=goals,
        rounded=frozenset(cell for cell in problem.rounded if shown[cell]),
    )


def _reading(
    problem: Problem, value: np.ndarray, low: np.ndarray, states: tuple[np.ndarray, np.ndarray]
) -> MoveLimits:
    """Return how far each cell may move, and unseen inside its rounding.

    Args:
        problem: the table.
        value: (n,) its values, completed.
        low: (n,) what the release states for a hidden cell.
        states: (n,) bool hidden whatever we do, (n,) bool shown by somebody else.
    """
    hidden, shown = states
    # A zero that is shown is known to be shown: hiding it would contradict the legend.
    legend = problem.policy.zeros_shown | (problem.kind == OFFER)
    fixed = shown | ((value == 0) & ~hidden & legend)
    up, down = np.where(fixed, 0.0, np.inf), np.where(fixed, 0.0, np.maximum(value - low, 0.0))
    soft = np.full((len(value), 2), np.nan)
    for cell, rounding in problem.rounded.items():
        floor, ceiling = rounding_interval(problem.figure(cell, value[cell]), rounding)
        soft[cell] = floor, ceiling
        if shown[cell]:
            up[cell], down[cell] = max(ceiling - value[cell], 0), max(value[cell] - floor, 0)
    return MoveLimits(up, np.floor(down), soft)


def stated_bounds(problem: Problem, value: np.ndarray) -> np.ndarray:
    """Return the (n,) lower bounds that the release states for cells it hides.

    1 when zeros are shown (then a hidden cell is not a zero), else 0; 0 for a virtual cell, and
    for a zero that must be hidden all the same.  An amount may be negative at source.
    """
    low = np.full(len(problem), 1.0 if problem.policy.zeros_shown else 0.0)
    low[problem.virtual] = 0.0
    return np.minimum(low, np.where(value < 1, np.floor(value), low))


def _slack(
    problem: Problem, value: np.ndarray, rows: sp.csr_matrix, factors: np.ndarray
) -> np.ndarray:
    """Return (m, 2): how much Σ coef·move may go down and up in each relation."""
    gap = np.round(problem.rhs * factors - rows @ value, 6)
    slack = np.zeros((rows.shape[0], 2))
    below, above = problem.sense == "<=", problem.sense == ">="
    slack[below] = np.column_stack([np.full(below.sum(), -np.inf), np.maximum(gap[below], 0)])
    slack[above] = np.column_stack([np.minimum(gap[above], 0), np.full(above.sum(), np.inf)])
    return slack


def public_view(problem: Problem, table: ShiftTable) -> ShiftTable:
    """Return the table as somebody knows it before we publish anything: the baseline.

    Only what is external is known; every other cell is at least 0.
    """
    outside = problem.baseline
    shown = (outside == SHOWN) & ~np.isnan(problem.value)
    low = np.where(outside == HIDDEN, table.low, np.minimum(table.value, 0.0))
    up, down = np.full(len(table.value), np.inf), np.floor(table.value - low)
    known = tuple(
        MoveLimits(np.where(shown, one.up, up), np.where(shown, one.down, down), one.soft)
        for one in table.readings
    )
    return replace(
        table, readings=known, hidden=~shown, kept=np.zeros(len(table.value), dtype=bool)
    )
