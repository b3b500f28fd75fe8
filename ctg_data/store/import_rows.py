"""Imported files and their rows: what the active ones give, written as observations.

Every function works inside a transaction of its caller.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from ctg_data.model import Citation
from ctg_data.observations import DTYPES, KEY
from ctg_data.store import rows as store_rows, schema as db
from ctg_data.store.records import ACTIVE, HandedIn, citation_of, moment

SOCLE, FED = "socle", "fed"  # series of imports, each a source of observations
OPEN = "publie"  # the source of what the imports of published files give, whatever their series


@dataclass(frozen=True, kw_only=True)
class Imported(HandedIn):
    """One file of the CAF that was imported; ``report`` is the list of its messages."""

    territory: str
    year: int
    kind: str
    label: str
    bytes_kept: bool
    who: str
    rows: int
    replaces: int | None
    report: list[dict[str, Any]] = field(repr=False)
    citation: Citation = field(repr=False)
    series: str = SOCLE

    @property
    def what(self) -> str:
        """What it is, with its year: « socle 2024 », or a published file by its own name."""
        if not self.citation.confidential:
            return self.citation.title
        return f"{'réponse FED' if self.series == FED else 'socle'} {self.year}"


def imported_of(row: dict[str, Any]) -> Imported:
    """One line of the table of imports, as an object."""
    row["at"] = moment(row["at"])
    row["ended_at"] = moment(row["ended_at"]) if row["ended_at"] else None
    row["report"] = json.loads(row["report"])
    row["citation"] = citation_of({"fields": row["citation"]})
    return Imported(**row)


def rebuild(connection: Connection, territory: str, series: str) -> None:
    """Write the observations of the active imports of a series in place of those that were.

    The last import has the last word.  What the CAF handed over and what is published are two
    figures of one cell: each has its own source.
    """
    active = select(db.imports).filter_by(territory=territory, state=ACTIVE, series=series)
    entries = [imported_of(dict(row)) for row in connection.execute(active).mappings()]
    columns = [db.lineage.c[name] for name in ("import_number", *DTYPES)]
    wanted = [one.number for one in entries]
    query = select(*columns).where(db.lineage.c.import_number.in_(wanted))
    frame = pd.DataFrame(connection.execute(query).all(), columns=["import_number", *DTYPES])
    secret = {one.number: one.citation.confidential for one in entries}
    ours = frame["import_number"].map(secret).astype(bool)
    kept = _own_years_first(frame[ours], entries) if series == SOCLE else frame[ours]
    for source, rows, told in ((series, kept, True), (OPEN, frame[~ours], False)):
        last = rows.sort_values("import_number", kind="stable").drop_duplicates(KEY, keep="last")
        used = {one.citation.id: one.citation for one in entries if secret[one.number] is told}
        if told or series == SOCLE:
            store_rows.put(connection, territory, source, last[list(DTYPES)], used)


def _own_years_first(frame: pd.DataFrame, entries: Sequence[Imported]) -> pd.DataFrame:
    """The socle of a year has the last word on that year, hidden cells included.

    A history found in another year's file only fills what no file of its own year gives.
    """
    years = {one.number: one.year for one in entries}
    own = frame["import_number"].map(years) == frame["period"]
    return frame[own | ~frame["period"].isin(frame.loc[own, "period"].unique())]
