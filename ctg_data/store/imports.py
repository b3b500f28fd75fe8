"""Imports of the CAF's files as the store keeps them: bytes, lines, rows, what replaces what.

The rows of every import stay with it, so that a replaced file can come back; the observations
of the sources ``socle`` and ``fed`` are those of the active imports, written in the same
transaction.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select, update

from ctg_data.errors import UserError
from ctg_data.model import Citation
from ctg_data.observations import DTYPES, KEY
from ctg_data.store import file as store_file
from ctg_data.store import rows as store_rows
from ctg_data.store import schema as db
from ctg_data.store.records import citation_of, moment, now, plain_rows, written
from ctg_data.store.session import Store

SOCLE, FED = "socle", "fed"  # series of imports, each a source of observations
OPEN = "publie"  # the source of what the imports of published files give, whatever their series
ACTIVE, REPLACED, UNDONE = "active", "replaced", "undone"
COORDINATES = ["sheet", "line", "header", "letter"]


@dataclass(frozen=True)
class Imported:
    """One file of the CAF that was imported; ``report`` is the list of its messages."""

    number: int
    territory: str
    year: int
    kind: str
    state: str
    label: str
    sha256: str = field(repr=False)
    bytes_kept: bool
    at: datetime
    role: str
    who: str
    rows: int
    replaces: int | None
    ended_at: datetime | None
    report: list[dict[str, Any]] = field(repr=False)
    citation: Citation = field(repr=False)
    series: str = SOCLE

    @property
    def what(self) -> str:
        """What it is, with its year: « socle 2024 », or a published file by its own name."""
        if not self.citation.confidential:
            return self.citation.title
        return f"{'réponse FED' if self.series == FED else 'socle'} {self.year}"


def add(store: Store, entry: Imported, content: bytes | None, rows: pd.DataFrame) -> int:
    """Keep a file, its rows and where each stood; all of it or nothing.

    Args:
        store: where.
        entry: the line to add; its ``number`` is given here.
        content: the bytes, or None when they may not be kept.
        rows: observations with ``sheet``, ``line``, ``header`` and ``letter``.

    Raises:
        StoreError: the store is damaged, or cannot be written.
        UserError: the same file, or the socle of the year, has just come by another way.
    """
    with store.writing() as connection:
        store_file.check(connection, store.place)
        _refuse_twice(connection, entry)
        if content is not None:
            _keep_bytes(connection, entry, content)
        done = connection.execute(insert(db.imports).values(**_line(entry)))
        assert done.inserted_primary_key is not None
        number = int(done.inserted_primary_key[0])
        lines = _lineage_rows(rows, number)
        if lines:
            connection.execute(insert(db.lineage), lines)
        if entry.replaces is not None:
            _end(connection, entry.replaces, REPLACED)
        rebuild(connection, entry.territory, entry.series)
    return number


def undo(store: Store, territory: str, number: int) -> Imported:
    """Forget the rows and the bytes of an import; what it replaced comes back.

    What readers were shown stays in the table of releases, which nothing erases.

    Raises:
        UserError: no such import, or it is undone already.
    """
    with store.writing() as connection:
        entry = _one(connection, territory, number)
        if entry.state == UNDONE:
            raise UserError(f"L'import {number} est déjà annulé.")
        connection.execute(delete(db.lineage).filter_by(import_number=number))
        _end(connection, number, UNDONE)
        _forget_bytes(connection, entry)
        if entry.state == ACTIVE and entry.replaces is not None:
            _revive(connection, territory, entry.replaces)
        heirs = update(db.imports).where(db.imports.c.replaces == number)
        connection.execute(heirs.values(replaces=entry.replaces))
        rebuild(connection, territory, entry.series)
    return entry


def listed(store: Store, territory: str) -> list[Imported]:
    """Every import of a territory, the last one first."""
    query = select(db.imports).filter_by(territory=territory).order_by(db.imports.c.number.desc())
    with store.reading() as connection:
        return [_imported(dict(row)) for row in connection.execute(query).mappings()]


def one(store: Store, territory: str, number: int) -> Imported:
    """One import by its number.

    Raises:
        UserError: there is none.
    """
    with store.reading() as connection:
        return _one(connection, territory, number)


def origin(store: Store, territory: str, key: Sequence[Any]) -> dict[str, Any] | None:
    """Where one cell stood: the columns of ``lineage`` (no count) and the number of its import."""
    names = [*KEY, "source", *COORDINATES, "import_number"]
    table = db.lineage
    query = (
        select(*(table.c[name] for name in names))
        .join(db.imports, db.imports.c.number == table.c.import_number)
        .where(db.imports.c.territory == territory, db.imports.c.state == ACTIVE)
        .filter_by(**dict(zip(KEY, key, strict=True)))
        .order_by((db.imports.c.year == table.c.period).desc(), db.imports.c.number.desc())
    )
    with store.reading() as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def _line(entry: Imported) -> dict[str, Any]:
    line = {name: getattr(entry, name) for name in Imported.__dataclass_fields__}
    line |= {"at": written(entry.at), "ended_at": "", "state": ACTIVE}
    line["report"] = json.dumps(entry.report, ensure_ascii=False)
    line["citation"] = json.dumps(asdict(entry.citation), ensure_ascii=False)
    del line["number"]
    return line


def _imported(row: dict[str, Any]) -> Imported:
    row["at"] = moment(row["at"])
    row["ended_at"] = moment(row["ended_at"]) if row["ended_at"] else None
    row["report"] = json.loads(row["report"])
    row["citation"] = citation_of({"fields": row["citation"]})
    return Imported(**row)


def _one(connection: Connection, territory: str, number: int) -> Imported:
    query = select(db.imports).filter_by(territory=territory, number=number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UserError(
            f"Il n'y a pas d'import numéro {number} pour ce territoire. La liste des imports donne "
            "les numéros qui existent."
        )
    return _imported(dict(row))


def _refuse_twice(connection: Connection, entry: Imported) -> None:
    """Two importers at once: the second one finds what the first one did."""
    same = select(db.imports).filter_by(
        territory=entry.territory, year=entry.year, state=ACTIVE, series=entry.series
    )
    for row in connection.execute(same).mappings():
        if row["sha256"] == entry.sha256:
            raise UserError("Ce fichier vient d'être importé (empreinte identique).")
        same_file = citation_of({"fields": row["citation"]}).id == entry.citation.id
        if entry.series == SOCLE and same_file and row["number"] != entry.replaces:
            raise UserError(
                f"Le même fichier ({entry.what}) vient d'être importé par ailleurs. Confirmez "
                "qu'il doit être remplacé."
            )


def _keep_bytes(connection: Connection, entry: Imported, content: bytes) -> None:
    sha256 = hashlib.sha256(content).hexdigest()
    if connection.execute(select(db.contents.c.sha256).filter_by(sha256=sha256)).first() is None:
        connection.execute(insert(db.contents).values(sha256=sha256, content=content))


def _forget_bytes(connection: Connection, entry: Imported) -> None:
    """Erase bytes that no other import and no source stands on."""
    others = select(func.count()).select_from(db.imports)
    others = others.where(db.imports.c.sha256 == entry.sha256, db.imports.c.state != UNDONE)
    sources = select(func.count()).select_from(db.received).filter_by(sha256=entry.sha256)
    if not connection.execute(others).scalar() and not connection.execute(sources).scalar():
        connection.execute(delete(db.contents).filter_by(sha256=entry.sha256))


def _end(connection: Connection, number: int, state: str) -> None:
    done = update(db.imports).where(db.imports.c.number == number)
    values: dict[str, Any] = {"state": state, "ended_at": written(now())}
    values |= {"bytes_kept": False} if state == UNDONE else {}
    connection.execute(done.values(**values))


def _revive(connection: Connection, territory: str, number: int) -> None:
    if _one(connection, territory, number).state == REPLACED:
        back = update(db.imports).where(db.imports.c.number == number)
        connection.execute(back.values(state=ACTIVE, ended_at=""))


def _lineage_rows(rows: pd.DataFrame, number: int) -> list[dict[str, Any]]:
    places = rows[COORDINATES].astype({"line": int}).to_dict("records")
    plain = plain_rows(rows)
    return [
        {"import_number": number, **row, **{str(key): value for key, value in place.items()}}
        for row, place in zip(plain, places, strict=True)
    ]


def rebuild(connection: Connection, territory: str, series: str) -> None:
    """Write the observations of the active imports of a series in place of those that were.

    The last import has the last word.  What the CAF handed over and what is published are two
    figures of one cell: each has its own source.
    """
    active = select(db.imports).filter_by(territory=territory, state=ACTIVE, series=series)
    entries = [_imported(dict(row)) for row in connection.execute(active).mappings()]
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
