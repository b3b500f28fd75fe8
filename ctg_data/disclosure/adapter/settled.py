"""What is settled of a table before a pass of the engine: by earlier editions, and by us just now.

An earlier edition is public.  What the pass before settled for this same edition is not: nobody
holds it before we send it, so the release answers for all that can be concluded from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ctg_data.disclosure.engine.problem.table import SHOWN, Problem
from ctg_data.disclosure.engine.protect import honour

Shown = Mapping[str, tuple[str, float | None]]  # cell id → (published | suppressed, value)


@dataclass(frozen=True)
class Known:
    """What readers hold of the cells of a table when a pass begins.

    Attributes:
        before: what earlier editions showed and hid: public, and for ever.
        ours: what the pass before settled for this same edition: nobody has it yet.
    """

    before: Shown
    ours: Shown

    @property
    def names(self) -> set[str]:
        """Ids of the cells that are settled."""
        return {*self.before, *self.ours}

    def settle(self, problem: Problem) -> Problem:
        """Fix all of it; only what earlier editions showed excuses something."""
        before = _given(problem, self.before)
        fixed = _given(before, self.ours)
        own = np.flatnonzero((fixed.external > 0) & (before.external == 0))
        return replace(fixed, ours=frozenset(own.tolist()))


def giving_way(problem: Problem) -> Problem:
    """Let what the pass before shows be hidden as a last resort; what it hides stays hidden."""
    shown = [cell for cell in problem.ours if problem.external[cell] == SHOWN]
    external = problem.external.copy()
    external[shown] = 0
    kept = problem.keep.union(problem.ids[cell] for cell in shown)
    return replace(problem, external=external, keep=kept, ours=problem.ours.difference(shown))


def _given(problem: Problem, states: Shown) -> Problem:
    """Fix what was shown or hidden before; a value revised since is another datum."""
    kept = {
        name: state
        for name, (state, value) in states.items()
        if name in problem.index and (value is None or value == problem.value[problem.index[name]])
    }
    return honour(problem, kept)
