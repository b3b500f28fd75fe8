"""State a confidential table beside what readers hold, as far as one table agrees with both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ctg_data.disclosure import neighbours
from ctg_data.disclosure.problem import Problem
from ctg_data.disclosure.relations import Nesting
from ctg_data.disclosure.shift_complete import complete
from ctg_data.disclosure.statement import Settings, state
from ctg_data.errors import UserError


@dataclass(frozen=True)
class Public:
    """What readers hold of the cells of a table, the CAF's choices, the sums and sizes of zones."""

    published: pd.DataFrame
    settings: Settings
    nestings: Sequence[Nesting]
    sizes: pd.DataFrame | None = None


def stated(rows: pd.DataFrame, public: Public) -> Problem:
    """State the table beside what readers hold of other zones.

    Published figures that no table agrees with are another datum (another extraction): nobody can
    conclude anything from both.  The variables at fault are left out, or all when they are at
    fault together.
    """
    near = neighbours.beside(rows, public.published)
    wrong = [
        name
        for name in near["variable"].unique()
        if not _agree(rows[rows["variable"] == name], public)
    ]
    held = public.published.drop(near.index[near["variable"].isin(wrong)])
    kept = replace(public, published=held)
    if not _agree(rows, kept):
        kept = replace(public, published=public.published.drop(near.index))
    return state(rows, kept.published, kept.settings, kept.nestings, kept.sizes)


def _agree(rows: pd.DataFrame, public: Public) -> bool:
    """Whether some table agrees with these rows and with all that is published beside them."""
    if not len(neighbours.beside(rows, public.published)):
        return True
    try:
        complete(state(rows, public.published, public.settings, public.nestings))
    except UserError:
        return False
    return True
