"""The fewest masks that prove every goal of a small table: a master program and its cuts.

The master chooses what to hide; for each goal left unproved, the duals of « how far can this
cell move under that mask » give an inequality that every safe mask respects (Fischetti and
Salazar, « Models and algorithms for optimizing cell suppression in tabular data with linear
constraints », 2000).  The effort is counted in rounds and nodes, never in seconds, so that the
same table always gets the same mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.rules import REACH, Goal
from ctg_data.disclosure.engine.shift.algorithm import (
    Cover,
    costs,
    in_order,
    make_patch,
    masked_by,
    one_pass,
    second_pass,
)
from ctg_data.disclosure.engine.shift.attacker_subproblem import AttackerSubproblem
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.solver import INTEGER, load, silent_solver
from ctg_data.disclosure.engine.shift.table import FREE, ShiftTable

SURE = 1e-6
"""Below this a coefficient, or what a goal still misses, is a rounding error of the solver."""
NEARLY = 0.01
"""How much less than its amount a goal may reach by rounding errors of the linear program."""


@dataclass
class KnownMoves:
    """The last moves that the solver answered: those still allowed prove what they reach.

    Most goals are then known to be in reach without asking it again.

    Attributes:
        size: cells of a move; remembered: how many moves.
        moves: (remembered, size) steps of each cell; live: (remembered,) bool, allowed now.
    """

    size: int
    remembered: int
    moves: np.ndarray = field(init=False)
    live: np.ndarray = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        """Start with none."""
        self.moves = np.zeros((self.remembered, self.size))
        self.live = np.zeros(self.remembered, dtype=bool)

    def keep_inside(self, low: np.ndarray, high: np.ndarray) -> None:
        """Keep alive the moves inside these bounds."""
        known = self.moves[: self.count]
        inside = (known <= high + SURE) & (known >= -low - SURE)
        self.live[: len(known)] = inside.all(axis=1)

    def add(self, move: np.ndarray) -> None:
        """Remember a move allowed now, in the place of the oldest one."""
        place = self.count % self.remembered
        self.moves[place], self.live[place] = move, True
        self.count += 1

    def reaches(self, place: int, signs: Sequence[int], amount: float) -> bool:
        """Say whether moves allowed now bring a cell as far as asked, all signs together."""
        told = self.moves[self.live, place]
        if not told.size:
            return False
        far = sum(max(float((sign * told).max()), 0.0) for sign in signs)
        return far >= amount - NEARLY


@dataclass
class Master:
    """Choose what to hide: minimise the number of cells under the cuts found so far."""

    weight: np.ndarray
    nodes: int
    solver: Any = field(init=False)
    bound: float = 0.0
    whole: bool = False
    steps: int = 0

    def __post_init__(self) -> None:
        """Start with no cut."""
        count = len(self.weight)
        self.solver = silent_solver(mip_max_nodes=self.nodes, mip_abs_gap=0.4, mip_rel_gap=0.0)
        empty = sp.csc_matrix((0, count))
        nothing = np.zeros(0)
        load(
            self.solver,
            empty,
            self.weight,
            (np.zeros(count), np.ones(count)),
            (nothing, nothing.copy()),
        )

    def make_whole(self) -> None:
        """Ask for whole choices from now on; until then cells may be half hidden."""
        count = len(self.weight)
        every = np.arange(count, dtype=np.int32)
        self.solver.changeColsIntegrality(count, every, np.full(count, INTEGER))
        self.whole = True

    def cut(self, coefs: np.ndarray, least: float) -> None:
        """Add Σ coefs·y ≥ least."""
        places = np.flatnonzero(coefs > SURE).astype(np.int32)
        self.solver.addRow(float(least), np.inf, len(places), places, coefs[places])

    def choose(self) -> np.ndarray | None:
        """Return the (k,) shares to hide and keep the proved lower bound, None without any."""
        self.solver.run()
        info = self.solver.getInfo()
        self.steps += max(int(info.simplex_iteration_count), 0)
        if info.primal_solution_status != 2:
            return None
        proved = info.mip_dual_bound if self.whole else info.objective_function_value
        self.bound = max(self.bound, float(proved))
        share = np.array(self.solver.getSolution().col_value)
        return np.round(share) if self.whole else np.clip(share, 0.0, 1.0)


@dataclass
class Search:
    """State of the search on one group of tied cells."""

    table: ShiftTable
    cells: np.ndarray
    goals: list[int]
    best: Cover
    effort: Effort
    count: int = 0

    def __post_init__(self) -> None:
        """Split the cells into those already hidden and those that may be."""
        cost = costs(self.table, self.table.hidden, self.cells)
        self.cells = self.cells[np.isfinite(cost)]
        free = self.table.hidden[self.cells] | np.isin(self.cells, sorted(self.table.rounded))
        self.candidate = ~free
        self.count = self.size(self.best)
        self.attack = AttackerSubproblem(self.table, self.cells)
        self.master = Master(np.ones(int(self.candidate.sum())), self.effort.exact_nodes)
        self.known = KnownMoves(len(self.cells), self.effort.remembered_moves)
        asked: dict[tuple[int, float], list[int]] = {}
        for number in self.goals:
            goal = self.table.goals[number]
            asked.setdefault((goal.reading, self._amount(goal)), []).append(number)
        self.questions = sorted(pair for pair in asked.items() if pair[0][1] > 0)

    @property
    def choices(self) -> np.ndarray:
        """Return the (c,) cells that the master chooses among."""
        return self.cells[self.candidate]

    @property
    def done(self) -> bool:
        """Whether nothing smaller can exist."""
        return self.master.bound > self.count - 0.9

    def size(self, cover: Cover) -> int:
        """Return how many cells a cover hides in addition."""
        mask = masked_by(self.table, cover.proofs)
        return int((mask & ~self.table.hidden)[self.cells].sum())

    def unproved(self, chosen: np.ndarray) -> int:
        """Add a cut for each goal that the choice leaves unproved; return how many."""
        pattern = np.ones(len(self.cells))
        pattern[self.candidate] = chosen
        cuts, seen = 0, set()
        for (reading, amount), numbers in self.questions:
            self.attack.read(reading)
            self.attack.apply_pattern(pattern, amount)
            self.known.keep_inside(self.attack.low, self.attack.high)
            for number in numbers:
                cut = self._cut(self.table.goals[number], amount)
                if cut is None or cut @ chosen > 1 - 1e-4:
                    continue
                key = cut.round(6).tobytes()
                if key not in seen:
                    seen.add(key)
                    self.master.cut(cut, 1.0)
                cuts += 1
        return cuts

    def _amount(self, goal: Goal) -> float:
        if goal.kind == REACH:
            return goal.amount - self.table.value[goal.cell]
        return float(goal.amount)

    def _cut(self, goal: Goal, amount: float) -> np.ndarray | None:
        """Return the (c,) coefs of Σ coefs·y ≥ 1 when the goal is out of reach, else None."""
        signs = (1,) if goal.kind == REACH else (1, -1)
        place = self.attack.place[goal.cell]
        if self.known.reaches(place, signs, amount):
            return None
        worth, constant, far = np.zeros(len(self.cells)), 0.0, 0.0
        for sign in signs:
            reached, move = self.attack.reach(goal.cell, sign, amount)
            more, own = self.attack.bound(goal.cell, amount)
            far, worth, constant = far + reached, worth + more, constant + own
            self.known.add(move)
        missing = amount - constant - worth[~self.candidate].sum()
        if far >= amount - NEARLY or missing <= SURE:
            return None
        return np.minimum(worth[self.candidate] / missing, 1.0)

    def complete(self, chosen: np.ndarray) -> None:
        """Turn the choice into whole-number proofs, hiding more where needed; keep the best."""
        hidden = self.table.hidden.copy()
        cover, order = Cover(), in_order(self.table, self.goals)
        patch = make_patch(self.table, self.cells, hidden, self.effort)
        patch.reprice(self.choices, FREE + self.master.weight * (1 - chosen))
        # Inside the choice first: a width goes as far as it can, whatever that would hide.
        outside = self.choices[chosen < 1 - SURE]
        patch.freeze(outside)
        one_pass(self.table, patch, order, cover, hidden)
        if cover.failed:
            patch.freeze(outside, False)
            cover.failed = []
            one_pass(self.table, patch, order, cover, hidden)
        if cover.failed:
            return
        cover = second_pass(self.table, self.cells, order, cover, self.effort)
        size = self.size(cover)
        if size < self.count:
            self.best, self.count = cover, size

    def relax(self) -> bool:
        """Gather cuts while cells may be half hidden; say whether nothing smaller exists."""
        for _ in range(self.effort.exact_rounds):
            chosen = self.master.choose()
            if chosen is None or self.done:
                return True
            if not self.unproved(chosen):
                self.complete(chosen)
                break
        return self.done

    def settle(self, steps: int) -> None:
        """Choose whole cells, cut, and choose again, until proved least or out of steps."""
        self.master.make_whole()
        for _ in range(self.effort.exact_rounds):
            chosen = self.master.choose()
            if chosen is None or self.done or self.master.steps > steps:
                return
            missed = self.unproved(chosen)
            self.complete(chosen)
            if not missed:
                # A linear program proves every goal; cut off what whole numbers forbid.
                self.master.cut(1.0 - chosen, 1.0)


def fewest(
    table: ShiftTable,
    cells: np.ndarray,
    goals: Sequence[int],
    cover: Cover,
    steps: int,
    effort: Effort,
) -> Cover:
    """Return a cover that hides as few cells as can be proved within the effort allowed.

    Args:
        table: what to protect.
        cells: one group of tied cells.
        goals: those of its sensitive cells.
        cover: a cover found already, returned when nothing better is found.
        steps: simplex iterations of the master after which the best found is returned.
        effort: rounds and nodes of the search.
    """
    search = Search(table, cells, list(goals), cover, effort)
    if search.count and not cover.failed and not search.relax():
        search.settle(steps)
    return search.best
