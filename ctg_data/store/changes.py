"""What one edition changed in the one before, cell by cell, as errata tell it."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ctg_data import observations
from ctg_data.dating import Moment
from ctg_data.model import PublicStatus

BOUNDED = [str(PublicStatus.MINIMUM), str(PublicStatus.MAXIMUM)]


@dataclass(frozen=True)
class Correction:
    """A figure published in one edition and changed in the next.

    ``new`` is none when it may no longer be shown; then ``old`` is none too.  ``old_lead`` and
    ``new_lead`` are « au moins » or « au plus » where it is a bound.
    """

    variable: str
    category: str
    level: str
    code: str
    period: int
    old: float | None
    new: float | None
    source: str
    old_lead: str = ""
    new_lead: str = ""

    @property
    def what(self) -> str:
        """What is counted, in words."""
        return _what(self.variable, self.category)


@dataclass(frozen=True)
class Redated:
    """A figure that stays as it was, and whose year was not the one told.

    ``old`` is the period that was told; ``new`` is when it was observed, as known now.
    """

    variable: str
    category: str
    level: str
    code: str
    old: int
    new: Moment

    @property
    def what(self) -> str:
        """What is counted, in words."""
        return _what(self.variable, self.category)


def _what(name: str, category: str) -> str:
    """What is counted, in words; a variable no longer declared is named as it was."""
    variable = observations.variables().get(name)
    if variable is None:
        return name
    part = variable.part(category)
    return f"{variable.label}, {part.lower()}" if part else variable.label


def denied(both: pd.DataFrame) -> "pd.Series[bool]":
    """Bounds that the next edition goes beyond: « au moins 8 », then 7, or « au moins 7 »."""
    told = both["value_new"].fillna(both["bound_new"])
    least, most = (both["status_old"].eq(one) for one in BOUNDED)
    side = both["status_new"].ne(both["status_old"]) & both["status_new"].isin(BOUNDED)
    beyond = (least & (told < both["bound_old"])) | (most & (told > both["bound_old"]))
    return beyond & ~side


def correction(row: dict[Hashable, Any]) -> Correction:
    """A cell of both editions, side by side, as a correction."""
    statuses = [PublicStatus(str(row[name])) for name in ("status_old", "status_new")]
    values = [
        row[f"bound_{which}"] if status.bound_words else row[f"value_{which}"]
        for which, status in zip(("old", "new"), statuses, strict=True)
    ]
    gone = values[1] != values[1]  # it may no longer be shown
    return Correction(
        variable=str(row["variable"]),
        category=str(row["category"]),
        level=str(row["level"]),
        code=str(row["code"]),
        period=int(row["period"]),
        old=None if gone else float(values[0]),
        new=None if gone else float(values[1]),
        source=str(row["source_new"]),
        old_lead=statuses[0].bound_words,
        new_lead=statuses[1].bound_words,
    )
