"""Sums that a reader can use: what they are made of.  Nobody types them.

They are generated from definitions (`by_definition`) and from ground (`by_ground`).  Each relation
links cells of the long table and cells that are never shown but must not leak (remainders,
complements).  Cells are named by their key joined with ``|``; the engine knows them by that name
alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from math import inf, nan
from typing import NamedTuple

import pandas as pd

from ctg_data.disclosure.engine.problem.spec import RelationSpec
from geo.outlines.places import place_of

Key = tuple[str, str, str, int, int, str]  # variable, level, code, vintage, period, category


@dataclass(frozen=True)
class Remainder:
    """A quantity nobody shows but that sums give away: value, and the allocataires behind it.

    ``people``: it counts persons or children, for whom the rule is stricter when the allocataires
    behind them are not known; ``about``: the variable whose table is lost when it is not protected.
    """

    id: str
    value: float | None  # None where the source hides one of the cells it is made of
    base: float | None = None
    universe: float | None = None
    people: bool = False
    about: str = ""


Terms = Mapping[Key, int]  # Σ coef·cell, of which the remainder is the value


@dataclass
class AttackerProblem:
    """What an attacker knows of a table: relations between its cells, and remainders found so far.

    ``apart``: cells of sums that do not hold.  ``believed``: ids of the relations that a reader
    supposes and that figures hidden at source may deny; the others hold by construction.
    """

    relations: list[RelationSpec] = field(default_factory=list)
    remainders: list[Remainder] = field(default_factory=list)
    apart: set[Key] = field(default_factory=set)
    believed: set[str] = field(default_factory=set)

    def tie(self, name: str, terms: Terms, rest: Remainder, sign: int = 1) -> None:
        """State Σ terms = sign × remainder."""
        self.remainders.append(rest)
        told: dict[str, float] = {cell_id(key): -coef for key, coef in terms.items()}
        self.relations.append(RelationSpec(name, {**told, rest.id: sign}))

    def equal(self, name: str, terms: Terms, value: float = 0) -> None:
        """State Σ terms = value: nothing is left, or what is left is known."""
        told = {cell_id(key): -coef for key, coef in terms.items()}
        self.relations.append(RelationSpec(name, told, rhs=-value))

    def between(self, name: str, terms: Terms, low: float, high: float) -> None:
        """State low ≤ Σ terms ≤ high: a difference of accounts, which counts nobody."""
        told = {cell_id(key): coef for key, coef in terms.items()}
        self.relations.append(RelationSpec(f"au plus, {name}", told, rhs=high, sense="<="))
        self.relations.append(RelationSpec(f"au moins, {name}", told, rhs=low, sense=">="))


def cell_id(key: Sequence[object]) -> str:
    """Name a cell by its key.

    >>> cell_id(("foyers_af", "qpv", "QP1", 2015, 2020, "total"))
    'foyers_af|qpv|QP1|2015|2020|total'
    """
    return "|".join(map(str, key))


class CellName(NamedTuple):
    """The key of a cell as its name tells it."""

    variable: str
    level: str
    code: str
    vintage: str
    period: str
    category: str


def named_cell(cell: str) -> CellName | None:
    """The key that ``cell_id`` wrote; None for a remainder, which is no figure.

    >>> named_cell("foyers_af|qpv|QP1|2015|2020|total").code
    'QP1'
    >>> named_cell("reste hors zones")
    """
    parts = cell.split("|")
    return CellName(*parts) if len(parts) == len(CellName._fields) else None


class KeyedTable:
    """Values and companion counts by key; ``None`` where the source hides the cell.

    ``slack`` is how far above its value a figure that its producer rounds may lie; ``theirs``
    are the cells that somebody else publishes.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        slack: Mapping[Key, float] | None = None,
        theirs: Iterable[Key] = (),
    ) -> None:
        self.slack, self.theirs = slack or {}, frozenset(theirs)
        self.unknown: frozenset[Key] = frozenset()
        columns = ["variable", "level", "code", "vintage", "period", "category"]
        keys = zip(*(frame[column].tolist() for column in columns), strict=True)
        values = frame["value"].astype(float).tolist()
        bases = frame["base"].astype("Float64").astype(float).tolist()
        self.value: dict[Key, float] = {}
        self.base: dict[Key, float] = {}
        for key, value, base in zip(keys, values, bases, strict=True):
            self.value[key] = value
            self.base[key] = base
        self.at = {self._anchored(key): key for key in self.value}

    @staticmethod
    def _anchored(key: Key) -> Key:
        variable, level, code, vintage, period, category = key
        return (variable, *place_of(level, code, vintage), period, category)

    def with_unknown(self, keys: Iterable[Key]) -> "KeyedTable":
        """The same table with cells that nobody gives."""
        wider = copy(self)
        wider.unknown = frozenset(keys)
        wider.value = self.value | dict.fromkeys(wider.unknown, nan)
        wider.base = self.base | dict.fromkeys(wider.unknown, nan)
        wider.at = self.at | {self._anchored(key): key for key in wider.unknown}
        return wider

    def sum(self, terms: Terms) -> float:
        """Σ coef·value; NaN where the source hides one of the cells."""
        return sum(coef * self.value[key] for key, coef in terms.items())

    def reach(self, terms: Terms) -> tuple[float, float]:
        """Least and greatest Σ coef·value, whatever the source hides and its producer rounds."""
        low = high = 0.0
        for key, coef in terms.items():
            value = self.value[key]
            known, most = value == value, value + self.slack.get(key, 0)
            ends = (value, most) if known else (0.0, inf)
            low += coef * ends[0 if coef > 0 else 1]
            high += coef * ends[1 if coef > 0 else 0]
        return low, high
