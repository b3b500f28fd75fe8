"""The lone allocataire who knows that their own cell is 1, and reads the release.

Their cell is hidden, they know it all the same: each table they hold possible has a 1 there.
The audit does not know the truth either, so it tries every hidden cell that could be 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ctg_data.disclosure.audit_findings import Clock, Findings, Part, local_system
from ctg_data.disclosure.audit_search import attack
from ctg_data.disclosure.audit_system import Contradiction, System
from ctg_data.disclosure.release import Release


def insider_findings(
    release: Release,
    found: Findings,
    parts: list[Part],
    insider: bool | Collection[str],
    clock: Clock,
) -> Iterator[tuple[str, tuple[Findings, list[Part]]]]:
    """Yield (id of the cell known to be 1, what its allocataire learns on the same part)."""
    for part in parts:
        local = local_system(found.system, part.columns, part.rows)
        for own, cell in enumerate(local.cell):
            name = release.ids[cell]
            possible = release.hidden[cell] and local.whole[own] and local.lb[own] <= 1
            if not possible or local.ub[own] < 1 or not chosen(name, insider):
                continue
            try:
                yield name, attack(knowing_one(local, own), clock)
            except Contradiction:
                # No compatible table has a 1 there: nobody is in that position.
                continue


def chosen(name: str, insider: bool | Collection[str]) -> bool:
    """Say whether the option covers this cell."""
    return insider if isinstance(insider, bool) else name in insider


def knowing_one(system: System, own: int) -> System:
    """Return the system where one unknown is 1."""
    lb, ub = system.lb.copy(), system.ub.copy()
    lb[own] = ub[own] = 1.0
    return system.within(lb, ub)
