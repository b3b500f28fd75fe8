"""Imports of the CAF's files as the store keeps them: bytes, lines, rows, what replaces what.

The rows of every import stay with it, so that a replaced file can come back; the observations
of the sources ``socle`` and ``fed`` are those of the active imports, written in the same
transaction.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select, update

from ctg_data.errors import UserError
from ctg_data.observations import KEY
from ctg_data.store import file as store_file, schema as db
from ctg_data.store.import_rows import (
    ACTIVE,
    REPLACED,
    SOCLE,
    UNDONE,
    Imported,
    imported_of,
    rebuild,
)
from ctg_data.store.records import citation_of, now, plain_rows, written
from ctg_data.store.session import Store

COORDINATES = ["sheet", "line", "header", "letter"]


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
        return [imported_of(dict(row)) for row in connection.execute(query).mappings()]


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


def _one(connection: Connection, territory: str, number: int) -> Imported:
    query = select(db.imports).filter_by(territory=territory, number=number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UserError(
            f"Il n'y a pas d'import numéro {number} pour ce territoire. La liste des imports donne "
            "les numéros qui existent."
        )
    return imported_of(dict(row))


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
