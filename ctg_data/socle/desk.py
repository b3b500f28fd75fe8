"""The desk of the CAF's files: their bytes, lines and rows in the store, what replaces what.

The rows of every import stay with it, so that a replaced file can come back; the observations
of the sources ``socle`` and ``fed`` are those of the active imports, written in the same
transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, insert, select, update

from ctg_data.assembly import kept_maskings
from ctg_data.errors import UserError
from ctg_data.observations import KEY
from ctg_data.store import contents, file as store_file, schema as db
from ctg_data.store.import_rows import SOCLE, Imported, imported_of, rebuild
from ctg_data.store.records import ACTIVE, REPLACED, UNDONE, now, plain_rows, written
from ctg_data.store.session import Store
from ctg_data.submissions.desk import Desk, Line

COORDINATES = ["sheet", "line", "header", "letter"]


@dataclass(frozen=True)
class Given:
    """A file that was read and judged."""

    entry: Imported  # the store gives it its number
    content: bytes | None  # None when they may not be kept
    rows: pd.DataFrame  # observations with ``sheet``, ``line``, ``header`` and ``letter``


class CafFiles(Desk[Given, Imported]):
    """The socle, and the CAF's answers, of one territory."""

    def history(self) -> list[Imported]:
        """Every import of the territory."""
        query = select(db.imports).filter_by(territory=self.territory)
        with self.store.reading() as connection:
            rows = connection.execute(query.order_by(db.imports.c.number.desc())).mappings()
            return [imported_of(dict(row)) for row in rows]

    def overtaken(self, given: Given) -> str:
        """Two importers at once: the second one finds what the first one did."""
        entry = given.entry
        for one in self.history():
            if not one.in_place or (one.year, one.series) != (entry.year, entry.series):
                continue
            if one.sha256 == entry.sha256:
                return "Ce fichier vient d'être importé (empreinte identique)."
            same_file = one.citation.id == entry.citation.id
            if entry.series == SOCLE and same_file and one.number != entry.replaces:
                return (
                    f"Le même fichier ({entry.what}) vient d'être importé par ailleurs. Confirmez "
                    "qu'il doit être remplacé."
                )
        return ""

    def keep(self, given: Given) -> Line:
        """Keep a file, its rows and where each stood."""
        entry = given.entry
        kept_maskings.check_memory(self.store, self.territory)
        with self.store.writing() as connection:
            store_file.check(connection, self.store.place)
            if given.content is not None:
                contents.keep(connection, given.content)
            done = connection.execute(insert(db.imports).values(**_line(entry)))
            assert done.inserted_primary_key is not None
            number = int(done.inserted_primary_key[0])
            lines = _lineage_rows(given.rows, number)
            if lines:
                connection.execute(insert(db.lineage), lines)
            if entry.replaces is not None:
                _end(connection, entry.replaces, REPLACED)
            rebuild(connection, entry.territory, entry.series)
        return Line(entry.series, f"Import du fichier {entry.year}.", {"number": number})

    def standing(self, number: int) -> Imported:
        """Any import but one that is undone already."""
        entry = one(self.store, self.territory, number)
        if entry.undone:
            raise UserError(f"L'import {number} est déjà annulé.")
        return entry

    def take_back(self, gone: Imported) -> Line:
        """Forget the rows and the bytes of an import; what it replaced comes back.

        What readers were shown stays in the table of releases, which nothing erases.
        """
        with self.store.writing() as connection:
            connection.execute(delete(db.lineage).filter_by(import_number=gone.number))
            _end(connection, gone.number, UNDONE)
            contents.forget(connection, gone.sha256)
            if gone.in_place and gone.replaces is not None:
                _revive(connection, gone.replaces)
            heirs = update(db.imports).where(db.imports.c.replaces == gone.number)
            connection.execute(heirs.values(replaces=gone.replaces))
            rebuild(connection, self.territory, gone.series)
        return Line(gone.series, f"Import annulé ({gone.what}).", {"number": gone.number})


def add(store: Store, entry: Imported, content: bytes | None, rows: pd.DataFrame) -> Imported:
    """Put a file in force: see :class:`Given`."""
    return CafFiles(store, entry.territory).put_in_force(Given(entry, content, rows))


def one(store: Store, territory: str, number: int) -> Imported:
    """One import by its number.

    Raises:
        UserError: there is none.
    """
    query = select(db.imports).filter_by(territory=territory, number=number)
    with store.reading() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise UserError(
            f"Il n'y a pas d'import numéro {number} pour ce territoire. La liste des imports donne "
            "les numéros qui existent."
        )
    return imported_of(dict(row))


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


def _end(connection: Connection, number: int, state: str) -> None:
    done = update(db.imports).where(db.imports.c.number == number)
    values: dict[str, Any] = {"state": state, "ended_at": written(now())}
    values |= {"bytes_kept": False} if state == UNDONE else {}
    connection.execute(done.values(**values))


def _revive(connection: Connection, number: int) -> None:
    back = update(db.imports).filter_by(number=number, state=REPLACED)
    connection.execute(back.values(state=ACTIVE, ended_at=""))


def _lineage_rows(rows: pd.DataFrame, number: int) -> list[dict[str, Any]]:
    places = rows[COORDINATES].astype({"line": int}).to_dict("records")
    plain = plain_rows(rows)
    return [
        {"import_number": number, **row, **{str(key): value for key, value in place.items()}}
        for row, place in zip(plain, places, strict=True)
    ]
