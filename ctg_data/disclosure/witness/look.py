"""The second witness: looks at a rendered release, and says what it gives away.

It shares no code with what masks, and holds no relation: it cuts the ground and the people into
atoms by itself, writes every figure as a sum of them, and bounds what is hidden.

    answer = examine(rows, ground, conditions)
    answer.sound        # nothing found, nothing left open

Rates, shares and evolutions add nothing: they are computed after the gate, from figures that are
shown, which the witness holds; one with a hidden operand is hidden.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ctg_data.disclosure.witness import remains
from ctg_data.disclosure.witness.agreeing import agree, agreeing
from ctg_data.disclosure.witness.bounds import Attack
from ctg_data.disclosure.witness.denied import Denied, apart, denied
from ctg_data.disclosure.witness.facts import (
    MANY,
    Atoms,
    Facts,
    Figure,
    facts_of,
    none_beyond,
)
from ctg_data.disclosure.witness.figures import Key, exact_of, figures_of
from ctg_data.disclosure.witness.ground import Ground, Zone
from ctg_data.disclosure.witness.kinds import Count
from ctg_data.disclosure.witness.narrowing import Contradicted, blocks, narrowed, reach
from ctg_data.disclosure.witness.people import people_of
from ctg_data.disclosure.witness.verdict import Answer, Condition, Leak, judged, together
from ctg_data.observations import Variable, variables

SECONDS = 600.0
# data.caf.fr rounds to 5, and does not say whether to the nearest or down
NEAREST, DOWN = (-2, 2), (0, 4)
Conditions = Callable[[Key], Condition]


@dataclass(frozen=True)
class Asked:
    """A sum of atoms to bound: its name, when it would leak, the variables that tell of it."""

    id: str
    atoms: Mapping[int, int]
    told: Condition
    variables: tuple[str, ...]
    figure: bool = True


@dataclass(frozen=True)
class Sheet:
    """Everything about one year, under one way of rounding."""

    atoms: Atoms
    figures: Sequence[Figure]
    asked: Sequence[Asked]
    facts: Facts
    zeros_shown: bool
    exact: bool
    deadline: float
    denied: tuple[str, ...] = ()


def examine(
    rows: pd.DataFrame,
    ground: Ground,
    conditions: Conditions = lambda key: Condition(),
    *,
    declared: Mapping[str, Variable] | None = None,
    zeros_shown: bool = False,
    exact: bool = False,
    seconds: float = SECONDS,
) -> Answer:
    """Bound every hidden figure of a release, and what its figures leave between them.

    Args:
        rows: columns of the long table and ``ours``, false for what others publish; a hidden
            figure has no value.
        ground: pieces of the territory.
        conditions: when each hidden figure would be given away.
        declared: the dictionary.
        zeros_shown: whether a 0 is no secret.
        exact: also give the exact ends of every hidden figure.
        seconds: time after which what remains is undecided.
    """
    start, deadline = time.monotonic(), time.monotonic() + seconds
    told = variables() if declared is None else declared
    there = set(zip(rows["variable"], rows["category"], strict=True))
    years, answers = figures_of(rows, people_of(told, there)), list[Answer]()
    for year in sorted(years):

        def sheet(no: Denied, year: int = year) -> Sheet:
            people, figures = people_of(apart(told, no.variables), there), years[year]
            atoms = Atoms(people, ground.within({one.zone for one in figures}))
            asked = _asked(atoms, figures, year, conditions)
            waived = no.waived([piece for _, piece in atoms.pieces])
            nobody = none_beyond(people, exact_of(years), year)
            facts = facts_of(atoms, figures, nobody, waived)
            return Sheet(atoms, figures, asked, facts, zeros_shown, exact, deadline, no.names)

        answers.append(_under_each_rounding(_undenied(sheet, told), year))
    return replace(together(answers), seconds=time.monotonic() - start)


def _undenied(sheet: Callable[[Denied], Sheet], declared: Mapping[str, Variable]) -> Sheet:
    """A year as the dictionary tells it, less the definitions that its figures deny."""
    first = sheet(Denied())
    whole = _supposing(first, (NEAREST[0], DOWN[1]))
    lifted = whole.facts.within(whole.facts.least, np.full_like(whole.facts.most, MANY))
    if agree(whole.facts) or agree(lifted):
        return first
    return sheet(denied(declared, whole.figures))


def _under_each_rounding(sheet: Sheet, year: int) -> Answer:
    """Look under each way in which producers may have rounded, each a world of its own.

    Tables that agree with every way acquit under each; only what they leave is looked at again.
    """
    if not any(one.rounded for one in sheet.figures):
        return _look(sheet, year)
    if sheet.exact:
        return together(_look(_supposing(sheet, mode), year) for mode in (NEAREST, DOWN))
    both = _look(_supposing(sheet, (max(NEAREST[0], DOWN[0]), min(NEAREST[1], DOWN[1]))), year)
    if both.sound and not both.apart:
        return both
    left = {*both.undecided, *(one.id for one in (*both.leaks, *both.public))}
    asked = sheet.asked if both.apart else [one for one in sheet.asked if one.id in left]
    again = replace(sheet, asked=asked)
    found = together(_look(_supposing(again, mode), year) for mode in (NEAREST, DOWN))
    return replace(found, examined=both.examined, recomputed=both.recomputed or found.recomputed)


def _supposing(sheet: Sheet, mode: tuple[int, int]) -> Sheet:
    """The same year, what is rounded lying from ``mode[0]`` to ``mode[1]`` of what is shown."""
    figures = [
        replace(one, low=max(0.0, one.low + mode[0]), high=one.high + mode[1])
        if one.rounded
        else one
        for one in sheet.figures
    ]
    low, high = sheet.facts.low.copy(), sheet.facts.high.copy()
    for row in np.flatnonzero(sheet.facts.figure >= 0):
        told = figures[sheet.facts.figure[row]]
        low[row], high[row] = told.low, told.high
    return replace(sheet, figures=figures, facts=replace(sheet.facts, low=low, high=high))


def _asked(
    atoms: Atoms, figures: Sequence[Figure], year: int, conditions: Conditions
) -> list[Asked]:
    """The hidden figures of the release, then what its figures leave between them."""
    found = []
    for one in figures:
        if one.hidden and one.ours and (sum_of := atoms.of(one.count, one.zone)):
            name = named(one.count, one.zone, year)
            told = conditions((one.count, one.zone, year))
            found.append(Asked(name, sum_of, told, (one.count[0],)))
    known = {frozenset(one.atoms.items()) for one in found}
    for rest in remains.remains(atoms, figures, year):
        if (own := frozenset(rest.atoms.items())) not in known:
            known.add(own)
            told = conditions((rest.count, rest.zone, year))
            least = Condition(min(told.least, Condition().least))
            found.append(Asked(rest.id, rest.atoms, least, rest.variables, figure=False))
    return found


def named(count: Count, zone: Zone, year: int) -> str:
    """A figure as it is told to the statistician.

    >>> named(("foyers_af", "total"), ("qpv", "QP000001", 2015), 2020)
    'foyers_af/total, qpv QP000001, 2020'
    """
    return f"{'/'.join(count)}, {zone[0]} {zone[1]}, {year}"


def _look(sheet: Sheet, year: int) -> Answer:
    """Bound everything of one year, once its figures agree with each other."""
    facts = sheet.facts
    if not agree(facts):  # somebody is there whom a reader would not have supposed
        facts = facts.within(facts.least, np.full_like(facts.most, MANY))
    facts, moved = agreeing(facts, [one.ours for one in sheet.figures])
    names = tuple(named(sheet.figures[k].count, sheet.figures[k].zone, year) for k in moved)
    try:
        told = replace(sheet, facts=narrowed(facts))
        answer = _answer(told, _bounded(told))
    except Contradicted:  # in whole numbers only: nothing was proved of anything
        answer = Answer(len(sheet.asked), undecided=tuple(one.id for one in sheet.asked))
    return replace(answer, apart=(*sheet.denied, *names))


@dataclass
class Ends:
    """(q,) ends of each sum asked: met in tables, and never passed."""

    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray
    ceiling: np.ndarray

    def outer(self, rank: int) -> tuple[float, float]:
        """Between what bounds a sum lies, for certain."""
        return float(self.floor[rank]), float(self.ceiling[rank])


def _bounded(sheet: Sheet) -> Ends:
    """What the bounds of the atoms tell of each sum, then what the solver finds."""
    matrix = sheet.atoms.matrix([one.atoms for one in sheet.asked])
    floor, ceiling = reach(sheet.facts, matrix)
    ends = Ends(floor.copy(), ceiling.copy(), floor, ceiling)
    for block in blocks(sheet.facts, matrix, np.flatnonzero(floor < ceiling)):
        told = [sheet.asked[k] for k in block.rank]
        goal = np.array([float(one.told.least) for one in told])
        width = np.array([np.inf if sheet.exact else float(one.told.width) for one in told])
        curious = np.array([float(one.figure) for one in told])
        family = sheet.atoms.families[block.atoms]
        seen = Attack(block, family, sheet.deadline).answer(goal, width, curious)
        for name in ("low", "high", "floor", "ceiling"):
            getattr(ends, name)[block.rank] = getattr(seen, name)
    return ends


def _answer(sheet: Sheet, ends: Ends) -> Answer:
    """Accuse a sum that no table makes harmless; acquit it by tables; else it is undecided."""
    leaks, recomputed, undecided = list[int](), list[str](), list[str]()
    for rank, one in enumerate(sheet.asked):
        met = (float(ends.low[rank]), float(ends.high[rank]))
        if not judged(*met, one.told, zeros_shown=sheet.zeros_shown):
            if one.figure and ends.floor[rank] == ends.ceiling[rank]:
                recomputed.append(one.id)
        elif judged(*ends.outer(rank), one.told, zeros_shown=sheet.zeros_shown):
            leaks.append(rank)
        else:
            undecided.append(one.id)
    ours, public = _against_public(sheet, leaks, ends)
    told = {one.id: ends.outer(k) for k, one in enumerate(sheet.asked) if one.figure}
    return Answer(
        len(sheet.asked),
        ours,
        public,
        tuple(recomputed),
        tuple(undecided),
        bounds=told if sheet.exact else {},
    )


def _against_public(
    sheet: Sheet, leaks: Sequence[int], ends: Ends
) -> tuple[tuple[Leak, ...], tuple[Leak, ...]]:
    """Part what the release gives away from what others already do, no further by it."""
    told = []
    for rank in leaks:
        one, outer = sheet.asked[rank], ends.outer(rank)
        kind = judged(*outer, one.told, zeros_shown=sheet.zeros_shown)
        told.append(Leak(one.id, *outer, kind, one.variables))
    if not told or all(one.ours or one.hidden for one in sheet.figures):
        return tuple(told), ()
    before = _public_ends(sheet, [sheet.asked[rank] for rank in leaks])
    known = {one.id for one, was in zip(told, before, strict=True) if was == (one.low, one.high)}
    return (
        tuple(one for one in told if one.id not in known),
        tuple(one for one in told if one.id in known),
    )


def _public_ends(sheet: Sheet, chosen: Sequence[Asked]) -> list[tuple[float, float]]:
    """The bounds of some sums for who holds only what others publish."""
    theirs = [rank for rank, one in enumerate(sheet.figures) if not one.ours]
    kept = np.flatnonzero((sheet.facts.figure < 0) | np.isin(sheet.facts.figure, theirs))
    start = facts_of(sheet.atoms, [sheet.figures[k] for k in theirs])
    facts = narrowed(sheet.facts.only(kept).within(start.least, start.most))
    ends = _bounded(replace(sheet, asked=chosen, facts=facts, exact=True))
    return [ends.outer(rank) for rank in range(len(chosen))]
