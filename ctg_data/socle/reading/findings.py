"""What the checks find, gathered: remarks, cells to erase, rows to leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from ctg_data.natures import COVERED
from ctg_data.observations import KEY, variables
from ctg_data.release.policy import Policy
from ctg_data.socle.reading.layouts import codes
from ctg_data.socle.reading.result import Kind, Reading
from ctg_data.tabular.report import Message, Place
from ctg_data.territory.config import TerritoryConfig

ZONE = ["level", "code", "vintage", "period"]
MOST = 200  # places told for one remark


@dataclass
class Findings:
    """The state of a check; ``rows`` loses repeated cells, then erased ones, on the way."""

    reading: Reading
    territory: TerritoryConfig
    previous: pd.DataFrame
    known: Mapping[str, date]
    there: Mapping[str, date]
    today: date
    rows: pd.DataFrame
    messages: list[Message] = field(default_factory=list)
    masked: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    unbelieved: set[int] = field(default_factory=set)

    @property
    def current(self) -> pd.DataFrame:
        """The rows of the year of the file, or of its edition."""
        year = self.reading.year or 0
        if self.reading.by_edition:
            return self.rows[self.rows["edition"].eq(str(year))]
        return self.rows[self.rows["period"].eq(year)]

    @property
    def protected(self) -> bool:
        """Whether small counts are errors: a protégé file, its kind told or not."""
        return self.reading.kind is Kind.PROTEGE

    @property
    def policy(self) -> Policy:
        """What the convention forbids in the territory."""
        return self.territory.policy

    def erase(self, rows: Iterable[int], status: str) -> None:
        """Erase some cells on entry."""
        chosen = [row for row in rows if row not in self.masked]
        self.masked |= dict.fromkeys(chosen, status)
        self.rows.loc[chosen, ["value", "base"]] = pd.NA
        self.rows.loc[chosen, "status"] = status

    def disbelieve(self, rows: Iterable[int]) -> None:
        """Leave out the allocataires said to be behind some cells; the counts stay."""
        chosen = list(rows)
        self.unbelieved |= set(chosen)
        self.rows.loc[chosen, "base"] = pd.NA

    def label(self, level: str, code: str) -> str:
        """The name of a zone, from the territory, never from the file."""
        return self.territory.labels.get((level, code), code)


def name_of(variable: str, category: str) -> str:
    """The short name of a figure: the CAF's own column when there is one.

    >>> name_of("enfants_couverts", "18-24"), name_of("foyers_cmg", "total")
    ('ENF_18_24', 'foyers_cmg')
    """
    target = target_of(variable, category)
    return codes().get(target, target)


def words_of(variable: str, category: str) -> str:
    """What a figure counts, for someone who does not know the CAF's columns.

    >>> words_of("foyers_allocataires", "total"), words_of("enfants_aeeh", "0-2")[-17:]
    ('Foyers allocataires', ' : Moins de 3 ans')
    """
    one = variables()[variable]
    return one.label if category == "total" else f"{one.label} : {one.categories[category]}"


def target_of(variable: str, category: str) -> str:
    """``variable/category``, ``variable`` alone for its total."""
    return variable if category == "total" else f"{variable}/{category}"


def places_of(rows: pd.DataFrame) -> list[Place]:
    """Where some rows stand in the file; the column is the variable's when the file is long."""
    some = rows.head(MOST)
    return [
        Place(str(sheet), int(line), str(column))
        for sheet, line, column in zip(some["sheet"], some["line"], some["column"], strict=True)
    ]


def counted(rows: pd.DataFrame) -> pd.Series:
    """Which rows count allocataires or those they live with."""
    natures = {one.id: one.nature in COVERED for one in variables().values()}
    return rows["variable"].map(natures).astype(bool)


def pivot(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """One line per zone and year, one column per ``variable/category``."""
    targets = rows["variable"] + "/" + rows["category"]
    table = rows.assign(target=targets.str.removesuffix("/total"))
    return table.drop_duplicates([*ZONE, "target"]).pivot(
        index=ZONE, columns="target", values=column
    )


__all__ = ["KEY", "ZONE", "Findings", "counted", "name_of", "pivot", "places_of", "target_of"]
__all__ += ["words_of"]
