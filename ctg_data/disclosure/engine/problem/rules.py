"""Primary rules: which cells are sensitive, and what a reader must not be able to conclude.

Article 7 of the convention: nothing about fewer than five allocataires, no infra-communal zone
or sub-population studied under a hundred, nobody identified directly or indirectly.  Each rule
below turns a cell into one or two goals; the shift algorithm proves each goal by a table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ctg_data.disclosure.engine.problem.rounding import READINGS, rounding_interval
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.table import AMOUNT, COUNT, SHOWN, Problem

REACH, DIFFER, WIDTH = 0, 1, 2
"""Kinds of goal: some table has at least `amount` there; some table has another value, at
least `amount` away; two tables are at least `amount` apart."""

RULES = {
    "effectif": "moins de {t} allocataires derrière la case",
    "zero": "zéro, ou tout le monde : le secret couvre aussi les zéros",
    "zone": "zone ou sous-population de moins de {pop} allocataires",
    "besoin": "largeur d'intervalle exigée pour cette case",
    "liste": "case déclarée sensible",
    "source": "case masquée à la source",
    "arrondi": "valeur arrondie à la source qui peut cacher un petit effectif",
}
MIN_WIDTH, MIN_SHARE = 10.0, 0.20
"""A zone under 100 keeps an interval of at least max(10, 20 %)."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What must stay possible for one cell: `kind` among REACH, DIFFER, WIDTH.

    `reading` is the place, among those of the table, of the way in which producers rounded.
    """

    cell: int
    kind: int
    amount: int
    rule: str
    reading: int = 0


def is_zero_secret(problem: Problem) -> np.ndarray:
    """Return (n,) bool: cells whose 0 is a secret (never an offer of places or structures)."""
    if problem.policy.zeros_shown:
        return np.zeros(len(problem), dtype=bool)
    return problem.kind <= AMOUNT


def primary_goals(problem: Problem, value: np.ndarray) -> list[Goal]:
    """Return the goals of every sensitive cell, in the order of the cells.

    Args:
        problem: the table.
        value: (n,) its values, completed where the source hides them.
    """
    rule = _count_rules(problem, value)
    width, width_rule = _widths(problem, value)
    goals = []
    for cell in np.flatnonzero((rule != "") | ~np.isnan(width)):
        if rule[cell]:
            goals.append(_count_goal(problem, value, int(cell), str(rule[cell])))
        if not np.isnan(width[cell]):
            amount = int(np.ceil(width[cell]))
            goals.append(Goal(int(cell), WIDTH, amount, str(width_rule[cell])))
    return goals


def _count_goal(problem: Problem, value: np.ndarray, cell: int, rule: str) -> Goal:
    least = int(np.ceil(problem.threshold[cell]))
    if value[cell] < least and problem.kind[cell] != AMOUNT:
        return Goal(cell, REACH, least, rule)
    return Goal(cell, DIFFER, 1, rule)


def _count_rules(problem: Problem, value: np.ndarray) -> np.ndarray:
    """Return (n,) names of the rule that makes each cell sensitive, "" for none.

    A count is judged on the allocataires behind it when they are known, else on itself, and never
    on more than itself: persons are at least as many as the allocataires among them.  An
    amount or an offer only when the allocataires behind it are known, and an amount of 0 says
    that there is nobody.
    """
    based = ~np.isnan(problem.base)
    behind = np.where(problem.kind == COUNT, np.fmin(problem.base, value), problem.base)
    judged = np.where(based, behind, value)
    applies = based | (problem.kind == COUNT)
    rule = np.full(len(problem), "", dtype="U8")
    rule[applies & (judged > 0) & (judged < problem.threshold)] = "effectif"
    rule[is_zero_secret(problem) & (judged == 0)] = "zero"
    rule[np.isnan(problem.value) & ~problem.virtual] = "source"
    for cell in problem.rounded:
        # One that its producer shows cannot be hidden: its true value alone is judged, above.
        ours = problem.external[cell] != SHOWN
        if not rule[cell] and applies[cell] and ours and _may_be_small(problem, cell, value[cell]):
            rule[cell] = "arrondi"
    rule[problem.need_only] = ""
    for name in problem.sensitive:
        cell = problem.index[name]
        rule[cell] = rule[cell] or "liste"
    # What somebody else shows exactly is already public: nothing is left to protect there.
    rule[shown_elsewhere(problem)] = ""
    return rule


def _may_be_small(problem: Problem, cell: int, value: float) -> bool:
    """Say whether what a producer printed of a cell may stand for a small count."""
    rounding, told = problem.rounded[cell], problem.figure(cell, value)
    modes = READINGS if rounding.mode == "both" else (rounding.mode,)
    ends = [rounding_interval(told, Rounding(rounding.base, mode)) for mode in modes]
    return any(low < problem.threshold[cell] and high > 0 for low, high in ends)


def shown_elsewhere(problem: Problem) -> np.ndarray:
    """Return (n,) bool: cells that somebody else publishes, exactly."""
    exact = ~np.isnan(problem.value)
    exact[list(problem.rounded)] = False
    return (problem.external == SHOWN) & exact


def given_away(problem: Problem) -> np.ndarray:
    """Return the (c,) places of the small counts that somebody else already publishes, exactly."""
    small = (problem.value > 0) & (problem.value < problem.threshold) & (problem.kind == COUNT)
    return np.flatnonzero(small & shown_elsewhere(problem))


def _widths(problem: Problem, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the (n,) least interval widths (NaN: none) and the rule behind each."""
    size = np.fmax(np.abs(value), problem.universe)
    small = problem.universe < problem.policy.min_population
    implied = np.where(small, np.fmax(MIN_WIDTH, MIN_SHARE * size), np.nan)
    rule = np.where(np.nan_to_num(problem.need) >= np.nan_to_num(implied), "besoin", "zone")
    width = np.fmax(problem.need, implied)
    width[shown_elsewhere(problem) | (width <= 0)] = np.nan
    return width, rule
