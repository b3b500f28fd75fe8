"""State a confidential table beside what readers hold, as far as one table agrees with both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ctg_data.disclosure.adapter import neighbours
from ctg_data.disclosure.adapter.statement import state
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.shift.complete import complete
from ctg_data.errors import ContradictionError
from ctg_data.observations import KEY
from ctg_data.release.policy import Policy
from geo.outlines.places import Nesting

RULE = "chiffre publié laissé de côté : il contredit le fichier confidentiel"


@dataclass(frozen=True)
class PublicKnowledge:
    """What readers hold of the cells of a table, the CAF's choices, the sums and sizes of zones."""

    published: pd.DataFrame
    policy: Policy
    nestings: Sequence[Nesting]
    sizes: pd.DataFrame | None = None


@dataclass(frozen=True)
class Stated:
    """A table as the engine sees it.

    ``apart`` has the published figures of other zones that it could not be laid beside: no table
    agrees with both.
    """

    problem: Problem
    apart: pd.DataFrame
    about: Mapping[str, str]


def stated(rows: pd.DataFrame, public: PublicKnowledge) -> Stated:
    """State the table beside what readers hold of other zones.

    Published figures that no table agrees with are another datum (another extraction): nobody can
    conclude anything from both.  The variables at fault are left out; when they are at fault
    together, those that definitions alone tie to the table, then all.
    """
    near = neighbours.beside(rows, public.published)
    ours = near["variable"].isin(rows["variable"].unique())
    alike = _without(public, near, ~ours)
    wrong = [
        name
        for name in near.loc[ours, "variable"].unique()
        if not _agree(rows[rows["variable"] == name], alike)
    ]
    left_out = near["variable"].isin(wrong)
    for more in (~ours, ours):
        if _agree(rows, _without(public, near, left_out)):
            break
        left_out |= more
    kept = _without(public, near, left_out)
    made = state(rows, kept.published, kept.policy, kept.nestings, kept.sizes)
    own = near[KEY].itertuples(index=False, name=None)
    left_out |= pd.Series([tuple(key) in made.apart for key in own], near.index, dtype=bool)
    return Stated(made.problem, near[left_out], made.about)


def _without(public: PublicKnowledge, near: pd.DataFrame, left_out: pd.Series) -> PublicKnowledge:
    return replace(public, published=public.published.drop(near.index[left_out]))


def _agree(rows: pd.DataFrame, public: PublicKnowledge) -> bool:
    """Whether some table agrees with these rows and with all that is published beside them."""
    if not len(neighbours.beside(rows, public.published)):
        return True
    try:
        complete(state(rows, public.published, public.policy, public.nestings).problem)
    except ContradictionError:
        return False
    return True


def journal(apart: pd.DataFrame) -> pd.DataFrame:
    """What the statistician reads of published figures that contradict the table."""
    return apart[KEY].assign(rule=RULE)


def by_source(apart: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """How many such figures each source has."""
    counts = apart["source"].value_counts()
    return tuple(sorted((str(source), int(count)) for source, count in counts.items()))
