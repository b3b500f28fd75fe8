"""Ways in which producers may have rounded: those of which our table is one, and the others.

A producer that does not say how it rounds leaves two problems, not one.  Under the readings that
our true table agrees with, one mask is searched for all.  Under another, a reader who supposes it
may still find tables that agree with all that is shown, and conclude: what is hidden must not
follow there either.  When no table agrees, that reader knows the reading to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ctg_data.disclosure.engine.problem.rounding import could_be
from ctg_data.disclosure.engine.problem.rules import Goal
from ctg_data.disclosure.engine.problem.table import SHOWN, Problem
from ctg_data.disclosure.engine.shift.algorithm import Cover, masked_by
from ctg_data.disclosure.engine.shift.complete import NoCompletion, complete, readings
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.keep import shift_and_keep
from ctg_data.disclosure.engine.shift.table import ShiftTable, make_table, public_view


@dataclass(frozen=True)
class Proved:
    """A table, its certificates, and the goals that are left without one."""

    table: ShiftTable
    cover: Cover
    failed: list[int]


def split_readings(problem: Problem, value: np.ndarray) -> tuple[list[Problem], list[Problem]]:
    """Return the readings that the (n,) values agree with, and the others.

    When they agree with none (two producers, each its own way), what all readings have in common
    stands for the first list.
    """
    both, *found = readings(problem)
    inside = [one for one in found if _agrees(one, value)]
    return inside or [both], [one for one in found if not _agrees(one, value)]


def _agrees(problem: Problem, value: np.ndarray) -> bool:
    return all(
        could_be(float(value[cell]), problem.figure(cell, float(value[cell])), rounding)
        for cell, rounding in problem.rounded.items()
    )


def in_each(goals: list[Goal], count: int) -> list[Goal]:
    """Return the goals once for each of `count` readings."""
    return [replace(goal, reading=reading) for reading in range(count) for goal in goals]


def under_others(
    others: list[Problem],
    goals: list[Goal],
    mask: np.ndarray,
    visible: np.ndarray,
    unproved: Callable[[Problem, ShiftTable, np.ndarray, Cover], list[int]],
    effort: Effort,
) -> tuple[np.ndarray, list[Proved]]:
    """Prove the goals again under each reading that the true table does not agree with.

    Args:
        others: the readings.
        goals: those of the sensitive cells.
        mask: (n,) bool, what is hidden already.
        visible: (n,) bool, cells to keep visible while something else is possible.
        unproved: says which goals of a cover are left without a certificate.
        effort: how far to search.

    Returns:
        The (n,) mask, grown where needed, and what was proved.
    """
    found = []
    for problem in others:
        try:
            value = complete(_unseen(problem, mask))
        except NoCompletion:
            continue
        table = make_table(problem, value, goals, visible)
        table = replace(table, hidden=table.hidden | mask, kept=table.kept & ~mask)
        cover = shift_and_keep(table, public_view(problem, table), effort)
        mask = mask | masked_by(table, cover.proofs)
        found.append(Proved(table, cover, unproved(problem, table, mask, cover)))
    return mask, found


def _unseen(problem: Problem, mask: np.ndarray) -> Problem:
    """Return the problem as known to readers: nothing of what is hidden."""
    shown = problem.external == SHOWN
    return replace(problem, value=np.where(mask & ~shown, np.nan, problem.value))
