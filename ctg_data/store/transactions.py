"""Transactions of the store: one snapshot to read, one turn to write, both re-entrant.

What is read under one roof is read of one instant: rows and their citations, a list and what it
names.  What is written under one roof is written in full or not at all, and nobody else writes
meanwhile, so that what was read there to decide is still true when it is written.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from ctg_data.errors import CtgError
from ctg_data.store.errors import told

# A server gives every statement its own instant unless it is asked for one snapshot; a file in
# write-ahead mode gives a transaction one snapshot by itself.
SNAPSHOT = {"postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}}


class Transactions:
    """The transactions of one store; each thread has its own."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._reader = engine.execution_options(**SNAPSHOT.get(engine.dialect.name, {}))
        self._writer = engine.execution_options(ctg_write=True)
        self._mine = threading.local()
        self.place = place

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One snapshot: all that is read in it is of the same instant.

        Inside another transaction of this thread it is a part of that one.
        """
        around = self._around()
        if around is not None:
            with told(self.place):
                yield around
            return
        with told(self.place), self._reader.begin() as connection, self._within(connection, False):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: it happens in full or not at all.

        Writers queue from the first instant, so that what they read stays true.  Inside another
        one it is a part of it: should it fail, its own writes are taken back, and the rest too
        unless whoever widened it catches the error.
        """
        around = self._around()
        if around is None:
            with (
                told(self.place),
                self._writer.begin() as connection,
                self._within(connection, True),
            ):
                yield connection
            return
        if not self._mine.writes:
            raise CtgError("store: a write inside a reading would not see what it must not undo")
        with told(self.place), around.begin_nested():
            yield around

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Make one transaction of all that is read and written inside, whatever calls it makes."""
        with self.writing():
            yield

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one snapshot of all that is read inside, whatever calls it makes."""
        with self.reading():
            yield

    def _around(self) -> Connection | None:
        """The transaction this thread is in, if any."""
        found: Connection | None = getattr(self._mine, "connection", None)
        return found

    @contextmanager
    def _within(self, connection: Connection, writes: bool) -> Iterator[None]:
        self._mine.connection, self._mine.writes = connection, writes
        try:
            yield
        finally:
            self._mine.connection = None
