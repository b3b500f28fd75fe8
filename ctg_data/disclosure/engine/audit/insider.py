"""The lone allocataire who knows that their own cell is 1, and reads the release.

Their cell is hidden, they know it all the same: each table they hold possible has a 1 there.
The audit does not know the truth either, so it tries every hidden cell that could be 1.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ctg_data.disclosure.engine.audit.budget import Spending
from ctg_data.disclosure.engine.audit.findings import AttackFindings, SystemPart, local_system
from ctg_data.disclosure.engine.audit.leaks import accusations
from ctg_data.disclosure.engine.audit.search import attack
from ctg_data.disclosure.engine.audit.system import NoCompatibleTable, System
from ctg_data.disclosure.engine.audit.verdict import Leak
from ctg_data.disclosure.engine.release.content import Release


def insider_leaks(
    release: Release,
    found: AttackFindings,
    parts: list[SystemPart],
    insider: bool | Collection[str],
    spending: Spending,
) -> tuple[list[Leak], list[str]]:
    """Return what lone allocataires could find out, and the cells left undecided."""
    leaks: list[Leak] = []
    undecided: list[str] = []
    for part in parts:
        local = local_system(found.system, part.columns, part.rows)
        for own, cell in enumerate(local.cell):
            name = release.ids[cell]
            if not release.hidden[cell] or not may_be_one(local, own) or not chosen(name, insider):
                continue
            if not spending.left:
                undecided.append(name)
                continue
            told, unsure = learnt(release, local, own, spending)
            leaks += [replace(leak, knowing=name) for leak in told if leak.id != name]
            undecided += unsure
    return leaks, undecided


def may_be_one(system: System, own: int) -> bool:
    """Say whether the bounds leave a 1 to an unknown that counts people."""
    return bool(system.whole[own] and system.lb[own] <= 1 <= system.ub[own])


def chosen(name: str, insider: bool | Collection[str]) -> bool:
    """Say whether the option covers this cell."""
    return insider if isinstance(insider, bool) else name in insider


def learnt(
    release: Release, system: System, own: int, spending: Spending
) -> tuple[list[Leak], list[str]]:
    """Return what is given away, and what is undecided, once one unknown is known to be 1."""
    lb, ub = system.lb.copy(), system.ub.copy()
    lb[own] = ub[own] = 1.0
    try:
        found, parts = attack(system.within(lb, ub), spending)
    except NoCompatibleTable:
        # No compatible table has a 1 there: nobody is in that position.
        return [], []
    return accusations(release, found, parts, spending)
