"""``mean_rank``: mean of the ranks on other cards, among the zones where all the terms are 0."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ctg_data.catalogue.kinds.computation import Asked, Computation, Formula, Operands
from ctg_data.release.masked import MaskedTable


@dataclass(frozen=True)
class MeanRank(Computation):
    """Mean of the ranks on ``criteria`` (ids of cards), the highest first.

    Among the zones of a level without any of the terms; a zone with a criterion missing has no
    rank.
    """

    name = "mean_rank"
    ranks_zones = False
    terms: Operands
    criteria: tuple[str, ...]

    @property
    def other_cards(self) -> tuple[str, ...]:
        """The criteria."""
        return self.criteria

    def units(self) -> set[str]:
        """A mean rank."""
        return {"rang moyen"}

    def table(self, asked: Asked) -> MaskedTable:
        """Level by level (and generation by generation of QPV), year by year.

        Each criterion is taken at its last year observed, the same for every zone: one whose year
        is not established leaves the zones without a rank.  Only zones whose every criterion is
        shown are ranked: a masked zone is not, and moves no other.
        """
        criteria = [asked.other(one) for one in self.criteria]
        terms = [asked.operand(one) for one in self.terms]
        empty = [one.where(level=[]) for one in (*criteria, *terms)]
        parts = [asked.derive(empty, _first)]
        rank = _ranking(len(criteria))
        for place in _generations(terms[0]):
            here = [one.where(**place) for one in terms]
            if year := next(iter(here[0].periods), None):
                last = [one.where(**place) for one in criteria]
                last = [one.where(period=one.years[:1]).dated(year) for one in last]
                rows = [*last, *(one.where(period=year) for one in here)]
                parts.append(asked.derive(rows, rank))
        return parts[0].join(*parts[1:])


def _first(*values: np.ndarray) -> np.ndarray:
    """The formula of a table without a row: it only gives the columns."""
    return values[0]


def _ranking(count: int) -> Formula:
    """The formula of a mean rank: ``count`` criteria, then the terms that must be 0."""

    def rank(*values: np.ndarray) -> np.ndarray:
        criteria, terms = np.array(values[:count]), np.array(values[count:])
        bare = np.all(terms == 0, axis=0) & np.isfinite(criteria).all(axis=0)
        found = np.full(criteria.shape[1], np.nan)
        if bare.any():
            shown = pd.DataFrame(criteria[:, bare].T)
            found[bare] = shown.rank(ascending=False).mean(axis=1)
        return found

    return rank


def _generations(table: MaskedTable) -> list[dict[str, Any]]:
    """Levels whose zones may be ranked together; two generations of QPV may not."""
    frame = table.frame
    found: list[dict[str, Any]] = []
    for level in table.levels:
        vintages = sorted(set(frame.loc[frame["level"] == str(level), "vintage"]))
        found += (
            [{"level": str(level), "vintage": one} for one in vintages]
            if level.has_generations
            else [{"level": str(level)}]
        )
    return found
