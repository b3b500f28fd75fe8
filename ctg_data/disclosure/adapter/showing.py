"""What is shown of a masking: each hidden cell erased, whole tables where nothing could be proved.

And what is really shown is what is attacked: a table taken away changes the release, so the audit
is run again on what is left, until it finds nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ctg_data.disclosure.adapter.reasons import Reason
from ctg_data.disclosure.adapter.relations import cell_id
from ctg_data.disclosure.engine.audit.verdict import Verdict
from ctg_data.disclosure.engine.release.content import PUBLISHED, SUPPRESSED, Release
from ctg_data.observations import KEY, variables
from ctg_data.release.policy import Policy

About = Mapping[str, str]  # id of a cell of the engine → the variable whose table it is of


def lost(failed: Collection[str], about: About) -> frozenset[str]:
    """The tables of some cells; every table when one of the cells is of none that is known."""
    found = {about.get(name, "") for name in failed}
    return frozenset(about.values()) if "" in found else frozenset(found)


def unsafe(verdict: Verdict) -> set[str]:
    """Ids that an audit found, or left open: not known to be safe."""
    return {leak.id for leak in verdict.leaks} | set(verdict.undecided)


def withheld(release: Release, names: Collection[str], about: About) -> Release:
    """A release less some tables; what others publish of them stays."""
    ours = np.array([about.get(one) in names for one in release.ids], dtype=bool)
    gone = ours & (release.status == PUBLISHED)
    if release.external is not None:
        gone &= ~release.external
    return replace(
        release,
        status=np.where(gone, SUPPRESSED, release.status).astype(release.status.dtype),
        value=np.where(gone, np.nan, release.value),
        lb=np.where(gone, 0.0, release.lb),
        rounded={cell: one for cell, one in release.rounded.items() if not gone[cell]},
    )


def attacked(
    release: Release,
    first: Verdict | None,
    names: frozenset[str],
    about: About,
    attack: Callable[[Release], Verdict],
) -> tuple[Verdict, frozenset[str]]:
    """Attack what is left of a release once the tables that could not be proved are away.

    Args:
        release: as the engine made it.
        first: the verdict on it, None when it was not attacked.
        names: variables whose tables are away.
        about: the variable of each cell.
        attack: the audit.

    Returns:
        The verdict on what is shown, and every variable that is not.
    """
    verdict, settled = first, frozenset[str]()
    while verdict is None or names - settled:
        settled = names
        verdict = attack(withheld(release, settled, about))
        found = unsafe(verdict)
        more = lost(found, about)
        # hiding the tables named was not enough: nothing of ours is shown
        names = names | (more if more - names or not found else frozenset(about.values()))
    return verdict, names


def applied(
    frame: pd.DataFrame, reasons: Mapping[str, Reason], names: Collection[str], policy: Policy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Erase hidden values, and the allocataires behind them; a table taken away is erased whole.

    Returns:
        The rows, and the journal: a line for each hidden cell.
    """
    ids = pd.Series(map(cell_id, frame[KEY].itertuples(index=False)), index=frame.index)
    reason = ids.map({name: str(one) for name, one in reasons.items()})
    reason = reason.where(~frame["variable"].isin(list(names)), str(Reason.UNPROVED))
    hidden = reason.notna()
    status = frame["status"].where(~hidden, reason.map(_status))
    value = frame["value"].where(~hidden)
    masked = frame.assign(value=value, base=frame["base"].where(value.notna()), status=status)
    told = [Reason(one).text(policy) for one in reason[hidden]]
    return masked, frame.loc[hidden, KEY].assign(rule=pd.Series(told, reason.index[hidden], "str"))


def _status(reason: object) -> str | None:
    return str(Reason(reason).status) if isinstance(reason, str) else None


def dropped(names: Collection[str]) -> tuple[str, ...]:
    """Say which tables are not shown because no mask of theirs could be proved."""
    labels = [variables()[name].label if name in variables() else name for name in sorted(names)]
    return tuple(
        f"« {label} » n'est pas montré : aucun masque n'a pu être prouvé sûr." for label in labels
    )
