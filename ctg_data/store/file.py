"""The SQLite file before anything is read of it: made whole, never empty, looked over once.

A file that lost a part still opens, and half of what is written to it then goes astray.  It is
looked over when a process first opens it and before each import, and refused as it is.
"""

import errno
import os
import sqlite3
import threading
from pathlib import Path

from sqlalchemy import Connection, Engine

from ctg_data.errors import StoreError
from ctg_data.files.private import PRIVATE

FAULTS = 1  # one is enough to stop
_SOUND: set[tuple[str, int, int]] = set()  # files that this process has looked over
_LOCK = threading.Lock()
LEFT = "Rien n'a été écrit, et {place} est laissé tel quel."
BACK = (
    "Remettez une sauvegarde à sa place. Sans sauvegarde, mettez-le de côté (renommez-le), puis "
    "rouvrez l'application : elle repart des données embarquées ; « python -m ctg_data update » "
    "rapporte les données publiées, et les fichiers de la CAF sont à importer de nouveau."
)


def prepare(path: Path, place: str) -> None:
    """See that the file can be opened, or make a new one.

    Raises:
        StoreError: the file is empty, or only its journal is left.
        PermissionError: it is not ours to read and write.
    """
    if not path.exists():
        _refuse_orphan(path, place)
        _make(path)
    if path.stat().st_size == 0:
        raise StoreError(
            f"{place[:1].upper()}{place[1:]} est vide (0 octet) : ce n'est pas un fichier neuf, ce "
            "qu'il contenait a été perdu (copie interrompue, disque plein ?). "
            f"{LEFT.format(place=place)} {BACK}"
        )
    # Not opened: closing it would drop the locks that SQLite holds on it in this process, and
    # another one would then take away the journal still in use (sqlite.org/howtocorrupt, 2.2).
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _refuse_orphan(path: Path, place: str) -> None:
    """A journal without its file: a new file beside it would take the old pages for its own."""
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise StoreError(
            f"{place[:1].upper()}{place[1:]} a disparu, mais son journal ({journal.name}) est là : "
            "une partie de ce qui était gardé n'est plus que dans ce journal. Rien n'a été écrit. "
            f"Remettez les deux fichiers d'une sauvegarde. Sans sauvegarde, renommez "
            f"{journal.name}, puis rouvrez l'application."
        )


def _make(path: Path) -> None:
    """A new file, put in place whole: an empty one is then always an accident."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
    try:
        fresh.chmod(PRIVATE)  # the umask may have narrowed it further
        connection = sqlite3.connect(fresh)
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        finally:
            connection.close()
        _put(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _put(fresh: Path, path: Path) -> None:
    """Give the file its name, unless another process has just done so."""
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        if not path.exists():
            fresh.replace(path)


def check_once(engine: Engine, path: Path, place: str) -> None:
    """Look the file over the first time this process opens it.

    Raises:
        StoreError: a part of it does not read; nothing was written.
    """
    seen = path.stat()
    name = (str(path), seen.st_dev, seen.st_ino)
    with _LOCK:
        if name in _SOUND:
            return
    with engine.connect() as connection:
        check(connection, place)
    with _LOCK:
        _SOUND.add(name)


def check(connection: Connection, place: str) -> None:
    """Look over every page of the file; a server looks after its own.

    Raises:
        StoreError: a part of it does not read.
    """
    if connection.dialect.name != "sqlite":
        return
    found = connection.exec_driver_sql(f"PRAGMA quick_check({FAULTS})").scalar()
    if found != "ok":
        raise StoreError(
            f"{place[:1].upper()}{place[1:]} est abîmé : une partie ne se relit plus. "
            f"{LEFT.format(place=place)} {BACK}"
        )
