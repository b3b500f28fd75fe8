"""Everything persistent: received bytes, observations, states of the sources, journal, releases.

One SQLite file in ``CTG_HOME``, or the database that ``CTG_DATABASE_URL`` names.  Each method is
one transaction: it happens in full or not at all, also with two processes at work.  An act of
several methods is one transaction under ``atomic()``, and one snapshot under ``together()``.

Confidential: the observations it returns may describe fewer than five allocataires, and only
the disclosure gate may show them.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Select, delete, insert, select, update

from ctg_data.files.private import default_home
from ctg_data.model import Citation
from ctg_data.store import contents, migrations, rows as store_rows, schema as db
from ctg_data.store.engine import FILE, open_engine
from ctg_data.store.errors import told
from ctg_data.store.records import (
    Entry,
    Received,
    SourceState,
    entry_of,
    moment,
    now,
    state_of,
    written,
)
from ctg_data.store.transactions import Transactions
from ctg_data.store.wipe import wipe

__all__ = ["FILE", "Entry", "Received", "SourceState", "Store", "default_home"]


class Store(Transactions):
    """The store of one installation, opened by :meth:`open`, in a ``with`` or for good."""

    @classmethod
    def open(cls, home: Path | None = None, *, patience: float = 15.0) -> "Store":
        """Open or create the store.

        Args:
            home: folder of the SQLite file; without it ``CTG_DATABASE_URL``, then ``CTG_HOME``.
            patience: seconds to wait for another process that is writing.

        Raises:
            StoreError: in French; whatever stood there is left as it was.
        """
        url = "" if home else os.environ.get("CTG_DATABASE_URL", "").strip()
        engine, place = open_engine(url, home or default_home(), patience)
        store = cls(engine, place)
        try:
            with store.reading() as connection:
                current = migrations.is_current(connection, place)
            if not current:  # every page opens the store: only a new one takes the write lock
                with store.writing() as connection:
                    older = migrations.bring_up_to_date(connection, place)
                if older:
                    store.wipe()
        except Exception:
            engine.dispose()
            raise
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def wipe(self) -> str:
        """Take off the disk what was erased; return in French what may stay there, or nothing."""
        with told(self.place):
            return wipe(self._engine)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # Received bytes

    def keep(
        self,
        source_id: str,
        territory: str,
        address: str,
        content: bytes,
        media_type: str,
        *,
        dataset: str = "",
        modified: str = "",
    ) -> Received:
        """Keep bytes before anyone reads them; the same bytes are stored once."""
        when = now()
        line = {
            "source_id": source_id,
            "territory": territory,
            "address": address,
            "media_type": media_type,
            "dataset": dataset,
            "modified": modified,
        }
        with self.writing() as connection:
            sha256 = contents.keep(connection, content)
            done = connection.execute(
                insert(db.received).values(
                    sha256=sha256, received_at=written(when), accepted=False, **line
                )
            )
        assert done.inserted_primary_key is not None
        number = int(done.inserted_primary_key[0])
        return Received(id=sha256, received_at=when, content=content, number=number, **line)

    def accept(self, received: Received) -> None:
        """Say that these bytes were read without fault: they may serve again."""
        mark = update(db.received).where(db.received.c.number == received.number)
        with self.writing() as connection:
            connection.execute(mark.values(accepted=True))

    def latest(
        self, source_id: str, territory: str, dataset: str = "", *, accepted: bool = True
    ) -> Received | None:
        """The last copy kept of one dataset; by default only one that could be read."""
        table = db.received
        query = (
            select(table, db.contents.c.content)
            .join(db.contents, db.contents.c.sha256 == table.c.sha256)
            .where(
                table.c.source_id == source_id,
                table.c.territory == territory,
                table.c.dataset == dataset,
            )
            .order_by(table.c.number.desc())
            .limit(1)
        )
        if accepted:
            query = query.where(table.c.accepted.is_(True))
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        fields = {name: row[name] for name in Received.__dataclass_fields__ if name in row}
        fields |= {"id": row["sha256"], "received_at": moment(row["received_at"])}
        return Received(**fields)

    def accepted(self, territory: str) -> dict[tuple[str, str], str]:
        """The sha256 of the last copy that could be read of each (source, data set)."""
        table = db.received
        query = select(table.c.source_id, table.c.dataset, table.c.sha256)
        query = query.where(table.c.territory == territory, table.c.accepted.is_(True))
        with self.reading() as connection:
            rows = connection.execute(query.order_by(table.c.number)).all()
        return {(source, dataset): sha256 for source, dataset, sha256 in rows}

    def content(self, sha256: str) -> bytes | None:
        """Bytes kept under this name; None when there are none."""
        with self.reading() as connection:
            query = select(db.contents.c.content).filter_by(sha256=sha256)
            found: bytes | None = connection.execute(query).scalar()
        return found

    # Observations

    def replace_observations(
        self,
        territory: str,
        source_id: str,
        frame: pd.DataFrame,
        citations: Mapping[str, Citation],
    ) -> None:
        """Put ``frame`` in place of all that this source had for this territory, at once."""
        with self.writing() as connection:
            store_rows.put(connection, territory, source_id, frame, citations)

    def observations(
        self, territory: str, source_id: str = ""
    ) -> tuple[pd.DataFrame, dict[str, Citation]]:
        """All that is held on one territory (or by one source of it), and what to cite.

        A cell may come twice: published by a producer, and handed over by the CAF.
        """
        with self.reading() as connection:
            return store_rows.get(connection, territory, source_id)

    def fingerprint(self, territory: str) -> str:
        """A text that changes whenever the data or the citations of a territory change.

        So does the order of replacements: it tells which of two sources is kept for one cell.
        """
        query = select(db.batches.c.source_id, db.batches.c.digest).filter_by(territory=territory)
        with self.reading() as connection:
            lines = connection.execute(query.order_by(db.batches.c.turn)).all()
        return hashlib.sha256(repr([tuple(line) for line in lines]).encode()).hexdigest()

    # States

    def record_success(
        self,
        territory: str,
        source_id: str,
        *,
        rows: int,
        last_year: int | None = None,
        modified: str = "",
        warning: str = "",
    ) -> None:
        """Write that a source was read; ``warning`` tells what of it could not be renewed."""
        when = written(now())
        values = {"last_success": when, "error": warning, "last_year": last_year}
        values |= {"rows": rows, "modified": modified}
        self._write_state(territory, source_id, when, values)

    def record_failure(self, territory: str, source_id: str, error: str) -> None:
        """Write that a source failed; what it gave before is left as it was."""
        self._write_state(territory, source_id, written(now()), {"error": error})

    def record_nothing(self, territory: str, source_id: str) -> None:
        """Write that a source did not fail and has nothing for this territory."""
        self._write_state(territory, source_id, written(now()), {"error": ""})

    def state(self, source_id: str, territory: str) -> SourceState:
        """Where one source stands; an empty state when it was never asked."""
        return self.states(territory).get(source_id, SourceState(source_id, territory))

    def states(self, territory: str) -> dict[str, SourceState]:
        """Where each source asked so far stands, by source."""
        with self.reading() as connection:
            query: Select[Any] = select(db.states).filter_by(territory=territory)
            rows = connection.execute(query).mappings().all()
        return {row["source_id"]: state_of(dict(row)) for row in rows}

    # Journal and releases

    def log(self, territory: str, kind: str, message: str, **details: Any) -> None:
        """Add a line to the journal.  Never a count of people: the journal may be printed."""
        values = {"at": written(now()), "territory": territory, "kind": kind}
        values |= {"message": message, "details": json.dumps(details, ensure_ascii=False)}
        with self.writing() as connection:
            connection.execute(insert(db.journal).values(**values))

    def journal(self, territory: str, kind: str = "") -> list[Entry]:
        """The journal of a territory, last line first."""
        wanted = {"territory": territory} | ({"kind": kind} if kind else {})
        query = select(db.journal).filter_by(**wanted).order_by(db.journal.c.number.desc())
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [entry_of(dict(row)) for row in rows]

    def keep_release(self, territory: str, kind: str, title: str, content: bytes) -> int:
        """Keep what readers were shown, for ever; return its number."""
        values = {"at": written(now()), "territory": territory, "kind": kind, "title": title}
        sha256 = hashlib.sha256(content).hexdigest()
        with self.writing() as connection:
            done = connection.execute(
                insert(db.releases).values(**values, sha256=sha256, content=content)
            )
        assert done.inserted_primary_key is not None
        return int(done.inserted_primary_key[0])

    def releases(self, territory: str, kind: str = "", title: str = "") -> pd.DataFrame:
        """What was shown: number, date, kind, title, sha256 and bytes, first one first.

        All of it, however much was ever shown, unless a kind or a title is given.
        """
        wanted = {"territory": territory, "kind": kind, "title": title}
        query = select(db.releases).filter_by(**{name: one for name, one in wanted.items() if one})
        with self.reading() as connection:
            rows = connection.execute(query.order_by(db.releases.c.number)).all()
        return pd.DataFrame(rows, columns=[column.name for column in db.releases.c])

    def release_heads(self, territory: str, kind: str) -> list[tuple[str, str]]:
        """Title and moment of what was shown, first one first, without its bytes."""
        table = db.releases
        query = select(table.c.title, table.c.at).filter_by(territory=territory, kind=kind)
        with self.reading() as connection:
            rows = connection.execute(query.order_by(table.c.number)).all()
        return [(row.title, row.at) for row in rows]

    def _write_state(
        self, territory: str, source_id: str, when: str, values: dict[str, Any]
    ) -> None:
        where = {"territory": territory, "source_id": source_id}
        blank = {"last_success": "", "error": "", "last_year": None, "rows": 0, "modified": ""}
        with self.writing() as connection:
            line = connection.execute(select(db.states).filter_by(**where)).mappings().first()
            before = dict(line) if line else {**where, **blank}
            connection.execute(delete(db.states).filter_by(**where))
            connection.execute(insert(db.states).values(before | values | {"last_attempt": when}))
