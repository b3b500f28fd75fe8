"""What an audit may spend, counted in steps: the same verdict on a slow machine as on a fast one.

A step is one iteration of the simplex, or one row of a system given to the solver.  When nothing
is left, what is not decided is said undecided, never safe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budget:
    """What an audit may spend; a search in whole numbers has an effort of its own.

    Attributes:
        steps: in all, after which what remains is undecided.
        effort_entries: entries of the matrix times nodes of a search in one unit of effort.
        least_nodes: nodes granted to any search.
        part_effort: units of the search of a table for a part.
        cell_effort: the same for one cell alone.
        interval_effort: the same for one end of an interval.
        near_best: relative distance to the best table that will do: any whole table acquits.
        group: unknowns given at once to the solver: more cost more than two halves.
        turns: times that what is still open is pushed together, before it is decided alone.
        narrowings: looks at every row: bounds can creep one unit at a time in a loop of
            inequalities, a linear programme then does better.
        exact_leaks: leaks beyond which the release is lost anyway: the others keep their proved
            interval.
        exact_cells: unknowns up to which every cell that can be recomputed is looked for.
        directions: drawn directions in which a part is pushed to clear what cannot be recomputed.
    """

    steps: int = 20_000_000
    effort_entries: int = 60_000
    least_nodes: int = 20
    part_effort: float = 5.0
    cell_effort: float = 30.0
    interval_effort: float = 20.0
    near_best: float = 0.2
    group: int = 1500
    turns: int = 12
    narrowings: int = 60
    exact_leaks: int = 2000
    exact_cells: int = 3000
    directions: int = 3

    def nodes(self, effort: float, entries: int) -> int:
        """Return the nodes that an effort grants to a system with so many entries.

        >>> Budget().nodes(5.0, 3_000)
        100
        """
        return int(max(effort * self.effort_entries / max(entries, 1), self.least_nodes))


USUAL = Budget()
"""What an audit spends unless told otherwise."""


def never() -> bool:
    """Nobody asks for the end."""
    return False


@dataclass
class Spending:
    """What is left of a budget.

    Attributes:
        budget: what may be spent in all.
        stopped: whether somebody asks for the end before it is spent: nothing is decided after.
        spent: steps taken until now.
    """

    budget: Budget
    stopped: Callable[[], bool] = field(default=never)
    spent: int = 0

    @property
    def left(self) -> int:
        """The steps that are left, 0 when there are none or when the end was asked for."""
        return 0 if self.stopped() else max(self.budget.steps - self.spent, 0)
