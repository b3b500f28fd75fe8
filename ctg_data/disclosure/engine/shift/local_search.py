"""Local search: show a masked cell again, prove otherwise what it protected, keep the gain.

Each trial costs a few small linear programs; the order is drawn from a fixed seed, so that the
same table gets the same mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ctg_data.disclosure.engine.shift.algorithm import (
    Cover,
    find_moves,
    hiding,
    make_patch,
    satisfied,
)
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.solver import Patch
from ctg_data.disclosure.engine.shift.table import FREE, Move, ShiftTable


@dataclass
class Usage:
    """Who uses what: certificates by number, the cells that each obliges to hide."""

    table: ShiftTable
    moves: dict[int, Move] = field(default_factory=dict)
    hides: dict[int, list[int]] = field(default_factory=dict)
    by_goal: dict[int, list[int]] = field(default_factory=dict)
    goals_of: dict[int, set[int]] = field(default_factory=dict)
    at_cell: dict[int, set[int]] = field(default_factory=dict)
    extra: dict[int, set[int]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def add(self, goal: int, moves: Sequence[Move]) -> None:
        """Record the certificates of a goal."""
        self.by_goal[goal] = []
        for move in moves:
            known = self.numbers.get(id(move)) or self._register(move)
            self.by_goal[goal].append(known)
            self.goals_of[known].add(goal)

    def _register(self, move: Move) -> int:
        self.count += 1
        number = self.numbers[id(move)] = self.count
        self.moves[number], self.goals_of[number] = move, set()
        cells = hiding(self.table, move)
        self.hides[number] = cells[~self.table.hidden[cells]].tolist()
        for cell in move.cells.tolist():
            self.at_cell.setdefault(cell, set()).add(number)
        for cell in self.hides[number]:
            self.extra.setdefault(cell, set()).add(number)
        return number

    def remove(self, goal: int) -> None:
        """Forget the certificates of a goal, and those that serve nobody any more."""
        for number in self.by_goal.pop(goal):
            self.goals_of[number].discard(goal)
            if not self.goals_of[number]:
                self._unregister(number)

    def _unregister(self, number: int) -> None:
        move = self.moves.pop(number)
        del self.goals_of[number], self.numbers[id(move)]
        for cell in move.cells.tolist():
            self.at_cell[cell].discard(number)
        for cell in self.hides.pop(number):
            self.extra[cell].discard(number)
            if not self.extra[cell]:
                del self.extra[cell]

    def goals_using(self, cell: int) -> set[int]:
        """Return the goals that have a certificate hiding the cell."""
        return {goal for number in self.extra.get(cell, ()) for goal in self.goals_of[number]}

    def serving(self, goal: int, cell: int) -> Move | None:
        """Return a certificate at hand that reaches the goal."""
        asked = self.table.goals[goal]
        for number in sorted(self.at_cell.get(cell, ())):
            move = self.moves[number]
            if satisfied(self.table, asked, move.at(cell)) and self.table.serves(
                move, asked.reading
            ):
                return move
        return None


@dataclass
class LocalSearch:
    """The search in one group of cells; `weight` is what hiding each cell costs for now."""

    table: ShiftTable
    patch: Patch
    usage: Usage
    weight: np.ndarray
    effort: Effort
    touched: set[int] = field(default_factory=set)

    def perturb_costs(self, draw: np.random.Generator) -> None:
        """Change the costs at random, so that the next round looks elsewhere."""
        own = self.patch.cells
        # Draws for the cells of the group only: a large table has thousands of groups.
        noise = self.effort.perturbation
        factor = 1 - noise + 2 * noise * draw.random(len(own))
        self.weight[own] = self.table.weight[own] * factor
        seen = self.patch.cells[~self.table.hidden[self.patch.cells]].tolist()
        self._charge([cell for cell in seen if cell not in self.usage.extra])

    def trial(self, cell: int, draw: np.random.Generator) -> None:
        """Try to show a cell again: keep what results if it hides fewer cells, or as many."""
        usage = self.usage
        goals = [int(goal) for goal in draw.permutation(sorted(usage.goals_using(cell)))]
        if len(goals) > self.effort.most_served:
            return
        before = set(usage.extra)
        kept = {goal: [usage.moves[n] for n in usage.by_goal[goal]] for goal in goals}
        for goal in goals:
            usage.remove(goal)
        freed = before.difference(usage.extra)
        self._charge(sorted(freed))
        self.patch.freeze([cell])
        proved = self._prove(goals, len(before))
        self.patch.freeze([cell], False)
        if not proved:
            for goal in goals:
                if goal in usage.by_goal:
                    usage.remove(goal)
            for goal in goals:
                usage.add(goal, kept[goal])
        self._charge(sorted(freed | self.touched))

    def _charge(self, cells: Sequence[int]) -> None:
        """Set the costs again: next to nothing for what is hidden."""
        if cells:
            opened = np.array([cell in self.usage.extra for cell in cells], dtype=bool)
            self.patch.reprice(cells, np.where(opened, FREE, self.weight[list(cells)]))

    def _prove(self, goals: list[int], most: int) -> bool:
        """Prove goals one after the other; give up beyond `most` cells hidden in all."""
        self.touched = set()
        for number in goals:
            goal = self.table.goals[number]
            ready = self.usage.serving(number, goal.cell)
            moves = [ready] if ready else find_moves(self.patch, goal)
            if moves is None:
                return False
            before = set(self.usage.extra)
            self.usage.add(number, moves)
            fresh = set(self.usage.extra) - before
            self.touched |= fresh
            self._charge(sorted(fresh))
            if len(self.usage.extra) > most:
                return False
        return True


def improve(
    table: ShiftTable,
    cells: np.ndarray,
    goals: Sequence[int],
    cover: Cover,
    sweeps: int,
    effort: Effort,
) -> Cover:
    """Return a cover of the same goals that hides fewer cells, or as many.

    Args:
        table: what to protect.
        cells: one group of them.
        goals: those of the group; the ones that `cover` does not prove are left out.
        cover: certificates to start from.
        sweeps: how many times each masked cell is tried.
        effort: how far each trial goes.
    """
    usage = Usage(table)
    for goal in goals:
        if goal in cover.proofs:
            usage.add(goal, cover.proofs[goal])
    hidden = table.hidden.copy()
    hidden[list(usage.extra)] = True
    patch = make_patch(table, cells, hidden, effort)
    patch.patient = False
    local = LocalSearch(table, patch, usage, table.weight.copy(), effort)
    draw, steps = np.random.default_rng(0), effort.trial_steps
    for _ in range(sweeps):
        local.perturb_costs(draw)
        for cell in draw.permutation(sorted(usage.extra)).tolist():
            if cell in usage.extra and patch.steps < steps * len(usage.by_goal):
                local.trial(cell, draw)
    proofs = {goal: [usage.moves[n] for n in usage.by_goal[goal]] for goal in usage.by_goal}
    return Cover({**cover.proofs, **proofs}, cover.failed)
