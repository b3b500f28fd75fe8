"""Attack a rendered release, as its best-informed reader would.

Independent of what built the release: it reads what was sent, writes down everything that a
reader knows, and looks for the cells that every compatible whole-number table gives away.

    verdict = audit(release)
    verdict.exit_code        # 0 nothing found, 1 leaks, 3 undecided
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

import numpy as np

from ctg_data.disclosure.engine.audit.budget import USUAL, Budget, Spending, never
from ctg_data.disclosure.engine.audit.feasibility_intervals import (
    feasibility_interval,
    part_of,
    pinned_columns,
)
from ctg_data.disclosure.engine.audit.findings import AttackFindings, SystemPart
from ctg_data.disclosure.engine.audit.insider import insider_leaks
from ctg_data.disclosure.engine.audit.leaks import accusations, against_baseline
from ctg_data.disclosure.engine.audit.search import attack
from ctg_data.disclosure.engine.audit.shown import shown_leaks
from ctg_data.disclosure.engine.audit.system import NoCompatibleTable, build_system
from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.release.content import SUPPRESSED, Release
from ctg_data.errors import UserError
from ctg_data.fr import spaced

IMPOSSIBLE = spaced(
    "Aucun tableau n'est compatible avec cette diffusion : ses valeurs, ses relations "
    "ou ses bornes se contredisent. Elle ne peut pas être vérifiée."
)


def audit(
    release: Release,
    *,
    modes: str = "declared",
    zeros: str | None = None,
    insider: bool | Collection[str] = False,
    bounds: bool = False,
    budget: Budget = USUAL,
    stopped: Callable[[], bool] = never,
) -> Verdict:
    """Attack `release` and say what it gives away.

    Args:
        release: what was sent.
        modes: how producers round: `declared`, `nearest`, `down`, or `both` in turn.
        zeros: `shown` or `masked` when a reader knows that or not; None: as the release states.
        insider: also suppose a lone allocataire who knows that their own cell is 1: True tries
            every hidden cell that could be 1, a collection only those ids.
        bounds: also give the exact interval of every hidden cell (small releases).
        budget: what may be spent, in steps; what remains after is undecided.
        stopped: whether somebody asks for the end before; what remains is undecided too.

    Raises:
        UserError: no table at all is compatible with the release.
    """
    start, spending = time.monotonic(), Spending(budget, stopped)
    told = release if zeros is None else knowing_zeros(release, zeros == "shown")
    verdicts = []
    for name, supposed in hypotheses(told, modes):
        try:
            verdicts.append(attack_one(supposed, name, insider, bounds, spending))
        except NoCompatibleTable:
            continue  # the figures themselves say that the producer does not round that way
    if not verdicts:
        raise UserError(IMPOSSIBLE)
    return in_plain_sight(told, merge(verdicts, time.monotonic() - start))


def in_plain_sight(release: Release, verdict: Verdict) -> Verdict:
    """Add what the release shows without any computation; each cell is named once."""
    ours, public = shown_leaks(release)
    known = {leak.id for leak in [*verdict.leaks, *verdict.public]}
    return replace(
        verdict,
        leaks=[*verdict.leaks, *(leak for leak in ours if leak.id not in known)],
        public=[*verdict.public, *(leak for leak in public if leak.id not in known)],
    )


def knowing_zeros(release: Release, shown: bool) -> Release:
    """Return the release read by somebody who knows that zeros are shown, or does not."""
    suppressed = release.status == SUPPRESSED
    stated = np.nan_to_num(release.lb)
    lb = np.where(suppressed, np.maximum(stated, 1.0) if shown else 0.0, release.lb)
    return replace(release, zeros_shown=shown, lb=lb)


def hypotheses(release: Release, modes: str) -> Iterator[tuple[str, Release]]:
    """Yield (name, release) for each way in which the rounded values may have been rounded."""
    unsaid = any(rounding.mode == "both" for rounding in release.rounded.values())
    if not release.rounded or (modes == "declared" and not unsaid):
        yield "declared", release
        return
    for mode in ("nearest", "down") if modes in ("declared", "both") else (modes,):
        rounded = {
            cell: Rounding(rounding.base, mode)
            if modes != "declared" or rounding.mode == "both"
            else rounding
            for cell, rounding in release.rounded.items()
        }
        yield mode, replace(release, rounded=rounded)


def attack_one(
    release: Release,
    name: str,
    insider: bool | Collection[str],
    bounds: bool,
    spending: Spending,
) -> Verdict:
    """Attack under one rounding hypothesis.

    Raises:
        NoCompatibleTable: no table is compatible.
    """
    system = build_system(release)
    found, parts = attack(system, spending)
    leaks, undecided = accusations(release, found, parts, spending)
    ours, public = against_baseline(release, leaks, spending)
    if insider:
        inside, unsure = insider_leaks(release, found, parts, insider, spending)
        known = {leak.id for leak in leaks}
        ours += [leak for leak in inside if leak.id not in known]
        undecided = sorted({*undecided, *unsure})
    exact: dict[str, tuple[float, float]] = {}
    if bounds:
        exact, unsure = all_intervals(release, found, parts, spending)
        undecided = sorted({*undecided, *unsure})
    cells = system.cell[pinned_columns(found, parts, spending)]
    pinned = [release.ids[cell] for cell in cells if release.hidden[cell]]
    accused = {leak.id for leak in [*ours, *public]}
    return Verdict(
        leaks=ours,
        public=public,
        recomputable=[name for name in pinned if name not in accused],
        undecided=undecided,
        checked=len(system.lb),
        hypotheses=[name],
        seconds=0.0,
        bounds=exact,
    )


def all_intervals(
    release: Release, found: AttackFindings, parts: list[SystemPart], spending: Spending
) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Return the exact interval of every hidden cell, and the names of those not exact."""
    where = part_of(parts)
    intervals, unsure = {}, []
    for column, cell in enumerate(found.system.cell):
        lo, hi, certain = feasibility_interval(found, where.get(column), column, spending)
        intervals[release.ids[cell]] = (lo, hi)
        unsure += [] if certain else [release.ids[cell]]
    return intervals, unsure


def merge(verdicts: list[Verdict], seconds: float) -> Verdict:
    """Return one verdict for all hypotheses: a leak under one of them is a leak."""
    leaks = {(leak.id, leak.knowing): leak for verdict in verdicts for leak in verdict.leaks}
    already = {leak.id: leak for verdict in verdicts for leak in verdict.public}
    ours = {name for name, _ in leaks}
    intervals: dict[str, tuple[float, float]] = {}
    for verdict in verdicts:
        for name, (lo, hi) in verdict.bounds.items():
            least, most = intervals.get(name, (lo, hi))
            intervals[name] = (min(lo, least), max(hi, most))
    return Verdict(
        leaks=list(leaks.values()),
        public=[leak for name, leak in already.items() if name not in ours],
        recomputable=sorted({name for verdict in verdicts for name in verdict.recomputable}),
        undecided=sorted({name for verdict in verdicts for name in verdict.undecided}),
        checked=max(verdict.checked for verdict in verdicts),
        hypotheses=[name for verdict in verdicts for name in verdict.hypotheses],
        seconds=seconds,
        bounds=intervals,
    )
