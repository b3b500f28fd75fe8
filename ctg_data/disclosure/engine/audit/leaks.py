"""From what the attack found to named leaks: exact intervals, and whose fault each leak is."""

from __future__ import annotations

import numpy as np

from ctg_data.disclosure.engine.audit.budget import Spending
from ctg_data.disclosure.engine.audit.feasibility_intervals import feasibility_interval, part_of
from ctg_data.disclosure.engine.audit.findings import AttackFindings, SystemPart
from ctg_data.disclosure.engine.audit.propagate import propagate
from ctg_data.disclosure.engine.audit.search import start
from ctg_data.disclosure.engine.audit.system import build_system
from ctg_data.disclosure.engine.audit.verdict import Leak, classify
from ctg_data.disclosure.engine.release.content import Release


def leak_at(
    release: Release, found: AttackFindings, column: int, lo: float, hi: float
) -> Leak | None:
    """Return the leak that an interval of one unknown is, if it is one."""
    system = found.system
    kind = classify(
        lo,
        hi,
        threshold=float(system.threshold[column]),
        need=float(system.need[column]),
        zeros_shown=release.zeros_shown,
    )
    return Leak(release.ids[system.cell[column]], lo, hi, kind) if kind else None


def accusations(
    release: Release, found: AttackFindings, parts: list[SystemPart], spending: Spending
) -> tuple[list[Leak], list[str]]:
    """Return the leaks with their exact intervals, and the names of the undecided cells.

    A cell that no table makes harmless, and whose interval could not be told, is undecided.
    """
    where = part_of(parts)
    leaks: list[Leak] = []
    unsure = found.unsure.copy()
    for rank, column in enumerate(np.flatnonzero(found.accused)):
        lo, hi, certain = float(found.system.lb[column]), float(found.system.ub[column]), False
        if rank < spending.budget.exact_leaks:
            lo, hi, certain = feasibility_interval(
                found, where.get(int(column)), int(column), spending
            )
        leak = leak_at(release, found, int(column), lo, hi)
        leaks += [leak] if leak else []
        unsure[column] |= leak is None and not certain
    return leaks, [release.ids[cell] for cell in found.system.cell[unsure]]


def against_baseline(
    release: Release, leaks: list[Leak], spending: Spending
) -> tuple[list[Leak], list[Leak]]:
    """Split leaks between ours and those that public data alone already make, no wider.

    Raises:
        NoCompatibleTable: public data alone have no compatible table.
    """
    if release.external is None or not release.external.any() or not leaks:
        return leaks, []
    public = propagate(build_system(release, public_only=True), spending.budget.narrowings)
    found, parts = start(public)
    where = part_of(parts)
    column_of = {release.ids[cell]: k for k, cell in enumerate(public.cell)}
    ours: list[Leak] = []
    already: list[Leak] = []
    for leak in leaks:
        column = column_of[leak.id]
        lo, hi, certain = feasibility_interval(found, where.get(column), column, spending)
        # Where zeros are shown, a mask says « at least 1 »: no secret, by that policy.
        same = certain and hi == leak.hi and leak.lo <= max(lo, float(release.zeros_shown))
        (already if same else ours).append(leak)
    return ours, already
