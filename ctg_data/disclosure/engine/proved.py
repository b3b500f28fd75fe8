"""Protect, attack, and protect again what the attack found: nothing is shown on trust.

The engine works from the truth, the audit from the release.  They may differ on a cell: a
virtual 0 is no secret where zeros are shown, yet a reader who sees « 0 to 3 » concludes « fewer
than 5 ».  What the audit names is then protected like any sensitive cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import Suppression, protect
from ctg_data.disclosure.engine.release.content import Release
from ctg_data.disclosure.engine.shift.effort import USUAL, Effort


def protect_and_audit(
    problem: Problem,
    *,
    previous: Release | Mapping[str, str] | None = None,
    attack: Callable[[Release], Verdict] = audit,
    effort: Effort = USUAL,
) -> tuple[Suppression, Verdict | None]:
    """Return the protection of a table and the verdict of its audit, None when it failed.

    Args:
        problem: the whole declared table, exact.
        previous: an earlier edition, as `protect` takes it.
        attack: what audits a release; the command line attacks the file that it wrote.
        effort: how far to search for fewer masks, and how often to attack.

    Raises:
        UserError: the table or the release contradicts itself.
    """
    protection, verdict = protect(problem, previous=previous, effort=effort), None
    for _ in range(effort.turns):
        if protection.failed:
            return protection, None
        verdict = attack(protection.release)
        named = frozenset(leak.id for leak in verdict.leaks if leak.id in problem.index)
        named -= problem.sensitive
        if verdict.safe or not named:
            break
        problem = replace(problem, sensitive=problem.sensitive | named)
        protection = protect(problem, previous=previous, effort=effort)
    return protection, verdict
