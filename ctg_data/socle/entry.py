"""What is written down of one import: its line in the list, its rows, where each one stood."""

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime

import pandas as pd

from ctg_data import fr
from ctg_data.model import Citation
from ctg_data.observations import KEY
from ctg_data.role import Role
from ctg_data.socle.desk import COORDINATES
from ctg_data.socle.reading import outcome
from ctg_data.socle.reading.layouts import layouts
from ctg_data.socle.reading.result import Kind, Reading, Series
from ctg_data.store.import_rows import Imported
from ctg_data.tabular.report import Report
from ctg_data.territory.config import TerritoryConfig

LICENCE = "transmis pour la convention (article 7), secret statistique"
OPEN = "Licence Ouverte 2.0"


def line_of(
    reading: Reading, report: Report, territory: TerritoryConfig, who: Role, before: int | None
) -> tuple[Imported, pd.DataFrame]:
    """The line to keep of an import, and its rows with their places.

    The bytes of a protected file that still held counts it should not are left aside: their
    fingerprint and what was kept of them are enough to find them again.
    """
    rows = _placed(outcome.observations_of(reading, report), reading, report)
    year = reading.year or int(rows["period"].max())
    entry = Imported(
        number=0,
        territory=territory.id,
        year=year,
        kind=str(reading.kind),
        label=reading.name,
        sha256=reading.sha256,
        bytes_kept=not (reading.kind is Kind.PROTEGE and report.masked),
        at=datetime.now(UTC),
        role=str(who),
        who=_user(),
        rows=len(rows),
        replaces=before,
        series=str(reading.declared.series),
        report=json.loads(json.dumps([asdict(one) for one in report.messages])),
        citation=_citation(reading, territory, year),
    )
    return entry, rows


def _placed(rows: pd.DataFrame, reading: Reading, report: Report) -> pd.DataFrame:
    """Each row with its place in the file; 0 and blanks when it was computed."""
    places = reading.rows.drop(index=list(report.dropped)).drop_duplicates(KEY)
    places = places.rename(columns={"column": "header"})
    joined = rows.merge(places[[*KEY, *COORDINATES]], on=KEY, how="left")
    blanks = {"sheet": "", "line": 0, "header": "", "letter": ""}
    return joined.fillna(blanks)


def _citation(reading: Reading, territory: TerritoryConfig, year: int) -> Citation:
    caf = next((one.short for one in territory.parties if one.id == "caf"), "CAF")
    if reading.published:
        return _published(reading, territory)
    is_fed = reading.declared.series is Series.FED
    ours = f"Réponse à une demande (FED), {year}" if is_fed else f"Socle annuel {year}"
    day = reading.reference_date
    return Citation(
        id=outcome.source_id(reading),
        producer=reading.emitter or caf,
        title=ours,
        period=fr.day(day) if day else str(year),
        retrieved_on=datetime.now(UTC).date().isoformat(),
        licence=LICENCE,
        fictional=territory.fictional,
        confidential=True,
    )


def _published(reading: Reading, territory: TerritoryConfig) -> Citation:
    """A file of Insee and Cnaf under its own name, its edition told apart from what it counts."""
    found = [one for one in layouts() if one.id in reading.layouts.values()]
    producers = dict.fromkeys(name for one in found for name in one.producer.split(", "))
    edition = _editions(reading) if reading.by_edition else ""
    title = " ; ".join(one.title for one in found)
    return Citation(
        id=outcome.source_id(reading),
        producer=", ".join(producers),
        title=f"{title}, {edition}" if edition else title,
        period=edition or _decembers(reading),
        retrieved_on=datetime.now(UTC).date().isoformat(),
        licence=OPEN,
        fictional=territory.fictional,
    )


def _editions(reading: Reading) -> str:
    """« édition 2022 »; a file may gather several."""
    found = sorted(set(reading.rows["edition"]))
    return f"édition {found[0]}" if len(found) == 1 else f"éditions {fr.listed(found)}"


def _decembers(reading: Reading) -> str:
    found = sorted({f"décembre {int(year)}" for year in reading.rows["period"]})
    return fr.listed(found)


def _user() -> str:
    """The name of the account of this machine, as its system gives it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
