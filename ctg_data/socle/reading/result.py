"""What reading a file gives, and what its sender or importer declares about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import pandas as pd

from ctg_data.tabular.report import Message


class Kind(StrEnum):
    """The two kinds of file: see the chapter on statistical secrecy."""

    EXACT = "exact"
    PROTEGE = "protégé"


class Series(StrEnum):
    """What a file of the CAF belongs to: the annual socle, or an answer to a request (FED)."""

    SOCLE = "socle"
    FED = "fed"

    @property
    def label(self) -> str:
        """Its name in a sentence."""
        return "socle" if self is Series.SOCLE else "réponse FED"


@dataclass(frozen=True)
class Declared:
    """What the importer says of the file, first guess or answer to a report.

    Attributes:
        kind: exact or protégé; it must agree with the file when the file says it too.
        reference_date: the date the counts bear on, when the file does not say it.
        columns: header of the file → known column, as the report proposed it.
        absent: known columns that the sender confirms not to provide.
        codes: code of the file → code of the zone, as the report proposed it.
        set_aside: zones unknown to the territory that may be left out, or ``{"*"}`` for all.
        replace: the year is already there and this file replaces it.
        series: what it is imported as.
    """

    kind: Kind | None = None
    reference_date: date | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    set_aside: frozenset[str] = frozenset()
    replace: bool = False
    series: Series = Series.SOCLE


# Columns of Reading.rows besides those of the observations: where each cell stands in the file.
COORDINATES = {"sheet": "string", "line": "Int64", "column": "string", "letter": "string"}


@dataclass(frozen=True)
class Reading:
    """A file, read and not judged yet.  Confidential: it holds the counts as they came.

    Attributes:
        rows: the observations (all their columns) and ``sheet, line, column, letter``.
        messages: what was noticed on the way, from the encoding to the last code.
        kind: as declared by the file or its importer; protégé when nobody says, the safe choice.
        told_kind: whether somebody said it.
        reference_date: of the file; HISTO rows have their own period.
        layouts: names of the layouts recognised, by sheet.
        listed: zones of the file by (level, code), disclosed or not, unknown ones included.
        partitions: sums the file itself declares (DICO): total → parts, as variable/category.
        subsets: the same for part → whole.
    """

    name: str
    sha256: str
    size: int
    rows: pd.DataFrame = field(repr=False)
    commune: str = ""
    messages: tuple[Message, ...] = ()
    kind: Kind = Kind.PROTEGE
    told_kind: bool = False
    published: bool = False  # a file that Insee and Cnaf publish, not a socle
    reference_date: date | None = None
    generation: int | None = None
    emitter: str = ""
    contact: str = ""
    layouts: Mapping[str, str] = field(default_factory=dict)
    listed: frozenset[tuple[str, str]] = frozenset()
    partitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    subsets: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = field(default_factory=Declared)

    @property
    def year(self) -> int | None:
        """The year of the socle: of its reference date, else its latest period.

        Of a published file named by its edition, the edition.
        """
        if self.reference_date:
            return self.reference_date.year
        if len(self.rows) and self.by_edition:
            return int(self.rows["edition"].max())
        latest = int(self.rows["period"].max()) if len(self.rows) else 0
        return latest or None

    @property
    def by_edition(self) -> bool:
        """Whether the file is named by its edition: its year is not the one observed."""
        return bool(self.rows["edition"].ne("").any())
