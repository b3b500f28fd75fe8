"""How the store reaches its database: a SQLite file by default, PostgreSQL when asked."""

import time
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ctg_data.errors import StoreError
from ctg_data.files import private as private_files
from ctg_data.store import file as store_file
from ctg_data.store.errors import told

FILE = "ctg.sqlite3"
CONNECT_SECONDS = 10  # a server that does not answer is told, never waited for without end
WRITERS = 20190101  # number of the lock that writers share, any would do


def open_engine(url: str, home: Path, patience: float) -> tuple[Engine, str]:
    """Return an engine and the name of the place it writes to, as shown in messages."""
    if url:
        return _server(url, patience)
    place = f"le fichier {home / FILE}"
    with told(place, system=True):
        _private(home)
        store_file.prepare(home / FILE, place)
        engine = _file(home / FILE, place, patience)
        store_file.check_once(engine, home / FILE, place)
    return engine, place


def _private(home: Path) -> None:
    """Create the folder for its owner alone: counts of people are in it."""
    if not home.exists():
        private_files.folder(home)
    if not home.is_dir():
        raise NotADirectoryError(home)


def _file(path: Path, place: str, patience: float) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": patience}, hide_parameters=True)
    event.listen(engine, "connect", _by_hand)
    event.listen(engine, "begin", _begin)
    with told(place):
        _write_ahead(engine, patience)
    return engine


def _by_hand(connection: Any, _record: Any) -> None:
    # The driver would otherwise commit by itself before some statements: no atomicity.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # an import undone leaves no count behind


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("ctg_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _queue(connection: Connection, patience: float) -> None:
    """Let writers of a server queue as they do for a file: what they read stays true.

    The lock comes first and each later statement sees all that was committed before it was had.
    """
    if connection.get_execution_options().get("ctg_write", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(patience * 1000))}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")


def _write_ahead(engine: Engine, patience: float) -> None:
    """Let readers work while one process writes.

    Two processes that open a new file together race for this switch, and SQLite answers
    « locked » at once, without its usual patience.
    """
    deadline = time.monotonic() + patience
    while True:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def _server(url: str, patience: float) -> tuple[Engine, str]:
    """A database server.  SQLite is not reached this way: its folder must stay private."""
    try:
        address = make_url(url)
        if address.get_backend_name() != "postgresql":
            raise ArgumentError(address.get_backend_name())
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        place = f"la base {address.render_as_string(hide_password=True)}"
        # Parameters hold counts of people: they may not be printed by a fault.
        engine = create_engine(
            address,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )
        event.listen(engine, "begin", partial(_queue, patience=patience))
        return engine, place
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(
            "CTG_DATABASE_URL n'est pas l'adresse d'une base PostgreSQL. Elle s'écrit "
            "postgresql://compte:motdepasse@machine/base. Sans elle, les données sont gardées "
            "dans un fichier du dossier CTG_HOME."
        ) from error
    except ModuleNotFoundError as error:
        raise StoreError(
            "CTG_DATABASE_URL demande une base PostgreSQL, mais le module « psycopg » n'est pas "
            "installé. Installez-le (pip install psycopg[binary]), ou effacez CTG_DATABASE_URL "
            "pour garder les données dans un fichier."
        ) from error
