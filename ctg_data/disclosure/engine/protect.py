"""Protect a table: the mask, the release, and the proof of each.

protection = protect(problem)
protection.release      what may be sent
protection.failed       ids that could not be protected: then nothing may be shown
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ctg_data.disclosure.engine.certificates import Checker
from ctg_data.disclosure.engine.problem.rules import RULES, WIDTH, given_away, primary_goals
from ctg_data.disclosure.engine.problem.table import HIDDEN, SHOWN, Problem
from ctg_data.disclosure.engine.release.content import PUBLISHED, SUPPRESSED, VIRTUAL, Release
from ctg_data.disclosure.engine.rendering import make_release
from ctg_data.disclosure.engine.rounding_hypotheses import (
    Proved,
    in_each,
    split_readings,
    under_others,
)
from ctg_data.disclosure.engine.shift.algorithm import Cover, masked_by
from ctg_data.disclosure.engine.shift.complete import complete
from ctg_data.disclosure.engine.shift.effort import USUAL, Effort
from ctg_data.disclosure.engine.shift.keep import shift_and_keep
from ctg_data.disclosure.engine.shift.table import Move, ShiftTable, make_table, public_view


@dataclass(frozen=True)
class Certificate:
    """The other table of a sensitive cell: `tables` map cell ids to their other values."""

    cell: str
    rule: str
    tables: tuple[dict[str, float], ...]


@dataclass(frozen=True)
class Suppression:
    """What protecting a table gives; everything but `release` stays with the statistician.

    Attributes:
        release: what may be sent, audited elsewhere.
        primary: id → rule in words, cells hidden because of what they count.
        rules: id → name of that rule in `RULES`.
        complementary: id → reason, cells hidden to protect others.
        hidden_derived: ids of the figures no longer shown.
        certificates: one per goal.
        already_public: ids that public data alone give away; hidden with us all the same.
        widened: French reasons of what had to give (forced cells, ...).
        failed: ids that could not be protected: show nothing.
        warnings: French remarks.
        seconds: time taken.
    """

    release: Release
    primary: dict[str, str]
    complementary: dict[str, str]
    hidden_derived: list[str]
    certificates: list[Certificate]
    already_public: list[str] = field(default_factory=list)
    widened: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    rules: dict[str, str] = field(default_factory=dict)

    @property
    def hidden(self) -> list[str]:
        """Ids masked, primary then complementary."""
        return [*self.primary, *self.complementary]

    @property
    def proved(self) -> bool:
        """Whether every sensitive cell has a certificate checked in whole numbers."""
        return not self.failed


def protect(
    problem: Problem,
    *,
    previous: Release | Mapping[str, str] | None = None,
    effort: Effort = USUAL,
) -> Suppression:
    """Mask a table so that no sensitive cell can be worked out, and prove it.

    Args:
        problem: the whole declared table, exact.
        previous: an earlier edition (its release, or id → "published" / "suppressed"): what
            was shown then is fixed, what was hidden stays hidden.
        effort: how far to search for fewer masks; it never decides what is safe.

    Raises:
        UserError: the cells masked or rounded at source contradict the relations.
    """
    started = time.perf_counter()
    problem = honour(problem, previous)
    value = complete(problem)
    inside, others = split_readings(problem, value)
    own = primary_goals(problem, value)
    visible = _visible(problem, {goal.cell for goal in own})
    table = make_table(problem, value, in_each(own, len(inside)), visible, inside)
    cover = shift_and_keep(table, public_view(problem, table), effort)
    mask = masked_by(table, cover.proofs)
    mask, more = under_others(others, own, mask, visible, _failed, effort)
    every = [Proved(table, cover, _failed(problem, table, mask, cover)), *more]
    return _outcome(problem, mask, every, time.perf_counter() - started)


def _failed(problem: Problem, table: ShiftTable, mask: np.ndarray, cover: Cover) -> list[int]:
    """Return the goals left without a certificate, but for those to which nothing is owed."""
    spared = _known_zeros(problem, table) | _computed(problem, table, cover)
    return sorted({*cover.failed, *_unproved(table, mask, cover)} - spared)


def _known_zeros(problem: Problem, table: ShiftTable) -> set[int]:
    """Return the width goals of zeros where zeros are shown: nothing is owed to them.

    They are hidden when that helps; a line of zeros is known by the setting itself.
    """
    shown = problem.policy.zeros_shown
    wide = ((k, g) for k, g in enumerate(table.goals) if shown and g.kind == WIDTH)
    return {k for k, g in wide if table.value[g.cell] == 0 and not problem.virtual[g.cell]}


def _computed(problem: Problem, table: ShiftTable, cover: Cover) -> set[int]:
    """Return the goals of cells that the source hides although their value follows, and is safe.

    « What the others allow to compute counts as known »: only a small value is then a secret.
    """
    found = set()
    for number in cover.pinned:
        cell = table.goals[number].cell
        value, shown_zero = table.value[cell], problem.policy.zeros_shown
        safe = value >= problem.threshold[cell] or (value == 0 and shown_zero)
        if safe and table.goals[number].rule == "source":
            found.add(number)
    return found


def honour(problem: Problem, previous: Release | Mapping[str, str] | None) -> Problem:
    """Turn what an earlier edition showed or hid into external cells.

    A cell whose value was revised since is another datum: it is free again.
    """
    if previous is None:
        return problem
    external = problem.external.copy()
    for name, (status, value) in _states(previous).items():
        cell = problem.index.get(name)
        if cell is None or external[cell]:
            continue
        if status == "suppressed":
            external[cell] = HIDDEN
        elif status == "published" and (value is None or value == problem.value[cell]):
            external[cell] = SHOWN
    return replace(problem, external=external)


def _states(previous: Release | Mapping[str, str]) -> dict[str, tuple[str, float | None]]:
    if not isinstance(previous, Release):
        return {name: (status, None) for name, status in previous.items()}
    names = {PUBLISHED: "published", SUPPRESSED: "suppressed", VIRTUAL: "virtual"}
    return {
        name: (names[int(status)], float(value))
        for name, status, value in zip(previous.ids, previous.status, previous.value, strict=True)
    }


def _visible(problem: Problem, sensitive: set[int]) -> np.ndarray:
    """Return (n,) bool: cells to keep, with the operands of the figures to keep.

    A figure of which one operand is sensitive is lost whatever we do: its others are free.
    """
    visible = np.zeros(len(problem), dtype=bool)
    asked = [d.operands for d in problem.derived if d.id in problem.keep]
    kept = [part for part in asked if sensitive.isdisjoint(problem.index[n] for n in part)]
    names = [name for name in problem.keep if name in problem.index]
    visible[[problem.index[n] for n in (*names, *(n for part in kept for n in part))]] = True
    return visible


def _unproved(table: ShiftTable, mask: np.ndarray, cover: Cover) -> list[int]:
    """Return the goals whose certificate does not stand the exact check."""
    checker = Checker(table, mask)
    accepted: dict[tuple[int, int], bool] = {}
    public = set(cover.public)
    wrong = []
    for number, moves in cover.proofs.items():
        goal = table.goals[number]
        for move in moves:
            if (id(move), goal.reading) not in accepted:
                accepted[id(move), goal.reading] = checker.accepts(move, goal.reading)
        sound = all(accepted[id(move), goal.reading] for move in moves)
        reached = number in public or checker.proves(goal, moves)
        if not (sound and reached):
            wrong.append(number)
    return wrong


def _outcome(
    problem: Problem, mask: np.ndarray, proved: list[Proved], seconds: float
) -> Suppression:
    """Gather release, journal and verdict; the first of `proved` is about the true table."""
    table = proved[0].table
    release = make_release(problem, table, mask)
    shown = {ratio.id for ratio in release.ratios}
    public = {one.table.goals[k].cell for one in proved for k in one.cover.public}
    names = {problem.ids[goal.cell]: goal.rule for goal in table.goals}
    rules = {name: _rule_text(problem, rule) for name, rule in names.items()}
    suppressed = [problem.ids[i] for i in np.flatnonzero(release.status == SUPPRESSED)]
    failed = {one.table.goals[k].cell for one in proved for k in one.failed}
    return Suppression(
        release=release,
        primary={name: rules[name] for name in suppressed if name in rules},
        complementary={name: "protège une autre case" for name in suppressed if name not in rules},
        hidden_derived=[d.id for d in problem.derived if d.id not in shown],
        certificates=[
            _certificate(problem, one.table, one.cover, k)
            for one in proved
            for k in sorted(one.cover.proofs)
        ],
        widened=_widened(problem, table, mask, release),
        already_public=sorted({problem.ids[i] for i in public.union(given_away(problem).tolist())}),
        failed=sorted({problem.ids[i] for i in failed}),
        warnings=lonely(problem),
        seconds=seconds,
        rules=names,
    )


def _widened(problem: Problem, table: ShiftTable, mask: np.ndarray, release: Release) -> list[str]:
    """Say in French what should have stayed visible and could not."""
    shown = {ratio.id for ratio in release.ratios}
    rules = {problem.ids[goal.cell] for goal in table.goals}
    hidden = {problem.ids[i] for i in np.flatnonzero(release.status == SUPPRESSED)}
    sensitive = sorted(problem.keep & rules & hidden)
    unforced = [problem.ids[i] for i in np.flatnonzero(table.kept & mask)]
    lost = [d.id for d in problem.derived if d.id in problem.keep and d.id not in shown]
    return [
        *(f"« {n} » devait rester visible, mais il est sensible." for n in sensitive),
        *(f"« {n} » devait rester visible ; rien d'autre ne protège." for n in unforced),
        *(f"« {n} » devait rester visible, mais une de ses cases est masquée." for n in lost),
    ]


def _rule_text(problem: Problem, rule: str) -> str:
    policy = problem.policy
    return RULES[rule].format(t=policy.min_count, pop=policy.min_population)


def _certificate(problem: Problem, table: ShiftTable, cover: Cover, number: int) -> Certificate:
    goal = table.goals[number]
    tables = tuple(_other_values(problem, table, move) for move in cover.proofs[number])
    return Certificate(problem.ids[goal.cell], goal.rule, tables)


def _other_values(problem: Problem, table: ShiftTable, move: Move) -> dict[str, float]:
    return {
        problem.ids[cell]: float(table.value[cell] + delta)
        for cell, delta in zip(move.cells.tolist(), move.delta.tolist(), strict=True)
    }


def lonely(problem: Problem) -> list[str]:
    """Return a French warning about the cells that no relation and no figure mentions."""
    tied = np.asarray(abs(problem.matrix).sum(axis=0)).ravel() > 0
    for derived in problem.derived:
        tied[[problem.index[name] for name in derived.operands]] = True
    alone = [problem.ids[i] for i in np.flatnonzero(~tied)]
    if not alone:
        return []
    names = ", ".join(f"« {name} »" for name in alone[:5]) + (" …" if len(alone) > 5 else "")
    return [f"{len(alone)} cellule(s) sans relation ni indicateur dérivé : {names}."]
