"""What was erased leaves the disk too, as far as the engine lets it; what may stay is told.

A deleted line stays in the file of a database until its place is taken.  SQLite overwrites it
(``secure_delete``), but its journal keeps older pages until it is emptied.  PostgreSQL overwrites
nothing: its tables are written anew without the line, and its own journal and backups, which are
not this application's, keep it until they are recycled.
"""

import sqlite3

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

# where counts may be
TABLES = ("observations", "lineage", "contents", "imports", "citations", "releases")
WAITED = "5s"  # a rewriting waits for readers; they are not kept waiting for long
ON_A_SERVER = (
    "Sur le serveur PostgreSQL, le journal d'écriture (WAL) et les sauvegardes gardent les valeurs "
    "annulées jusqu'à leur renouvellement : demandez-le à qui administre ce serveur."
)
NOT_REWRITTEN = (
    "Les tables n'ont pas pu être réécrites (droits insuffisants, ou lecture en cours) : des "
    "valeurs annulées peuvent rester dans les fichiers du serveur jusqu'à un VACUUM FULL."
)
BUSY = (
    "Un autre programme lit encore les données : les valeurs annulées quittent le disque quand "
    "toutes les fenêtres de l'application sont fermées."
)


def wipe(engine: Engine) -> str:
    """Take off the disk what was erased; return in French what may stay there, or nothing."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            done = _rewritten(connection)
        return ON_A_SERVER if done else f"{NOT_REWRITTEN} {ON_A_SERVER}"
    raw = engine.raw_connection()  # a journal is not emptied inside a transaction
    try:
        busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error:
        busy = 1
    finally:
        raw.close()
    return BUSY if busy else ""


def _rewritten(connection: Connection) -> bool:
    """Whether every table is now in a new file: a server refuses by a mere warning."""
    before = _files(connection)
    try:
        connection.execute(text(f"SET lock_timeout = '{WAITED}'"))
        connection.execute(text(f"VACUUM (FULL) {', '.join(TABLES)}"))
    except DBAPIError:
        return False
    finally:
        connection.execute(text("RESET lock_timeout"))
    after = _files(connection)
    return all(after[name] != before[name] for name in TABLES)


def _files(connection: Connection) -> dict[str, int]:
    """The number of the file of each table."""
    ask = text("SELECT pg_relation_filenode(CAST(:name AS regclass))")
    return {name: connection.execute(ask, {"name": name}).scalar_one() for name in TABLES}
