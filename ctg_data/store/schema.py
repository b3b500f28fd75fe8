"""Tables of the store, and how an older store becomes a present one.

A store carries its version.  An older one is brought forward inside one transaction; one made
by a newer application is refused: writing to it could lose what this version cannot see.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    func,
    inspect,
    select,
    text,
)

from ctg_data.errors import StoreError
from ctg_data.store import blanking as store_blanking

metadata = MetaData()


def dated_columns() -> tuple[Column[str], Column[str]]:
    """The edition of a row, and the proof of the year it was observed: see ``dating``."""
    return (
        Column("edition", String(40), nullable=False, server_default=""),
        Column("dating", String(20), nullable=False, server_default="producteur"),
    )


schema_version = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("applied_at", String(32), nullable=False),
)
contents = Table(  # the bytes themselves, once, whatever the number of times they came
    "contents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
received = Table(
    "received",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("source_id", String(80), nullable=False),
    Column("territory", String(80), nullable=False),
    Column("dataset", String(120), nullable=False),
    Column("address", Text, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("modified", String(40), nullable=False),  # what the producer says of its dataset
    Column("accepted", Boolean, nullable=False),  # read without fault: may serve again
    Index("received_latest", "territory", "source_id", "dataset", "number"),
)
observations = Table(
    "observations",
    metadata,
    Column("territory", String(80), primary_key=True),
    Column("source_id", String(80), primary_key=True),
    Column("variable", String(80), primary_key=True),
    Column("level", String(20), primary_key=True),
    Column("code", String(20), primary_key=True),
    Column("vintage", Integer, primary_key=True),
    Column("period", Integer, primary_key=True),
    Column("category", String(120), primary_key=True),
    Column("value", Float(53)),
    Column("unit", String(20), nullable=False),
    Column("base", Integer),
    Column("status", String(20), nullable=False),
    Column("source", String(160), nullable=False),
    *dated_columns(),
)
citations = Table(
    "citations",
    metadata,
    Column("territory", String(80), primary_key=True),
    Column("source_id", String(80), primary_key=True),
    Column("id", String(160), primary_key=True),
    Column("fields", Text, nullable=False),  # JSON of model.Citation
)
batches = Table(  # one line a replacement: the digest is what caches are keyed on
    "batches",
    metadata,
    Column("territory", String(80), primary_key=True),
    Column("source_id", String(80), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("replaced_at", String(32), nullable=False),
    # the order of replacements: a clock may go backwards, and two machines have two
    Column("turn", Integer, nullable=False, server_default="0"),
)
states = Table(
    "states",
    metadata,
    Column("territory", String(80), primary_key=True),
    Column("source_id", String(80), primary_key=True),
    Column("last_attempt", String(32), nullable=False),
    Column("last_success", String(32), nullable=False),  # "" when it never worked
    Column("error", Text, nullable=False),
    Column("last_year", Integer),
    Column("rows", Integer, nullable=False),
    Column("modified", String(40), nullable=False),
)
journal = Table(
    "journal",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("territory", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON
)
releases = Table(  # what readers were shown, kept for ever: nothing here deletes from it
    "releases",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("territory", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
imports = Table(  # files of the CAF, one line each, never erased: what was imported is remembered
    "imports",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("territory", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("kind", String(10), nullable=False),  # exact | protégé
    Column("state", String(10), nullable=False),  # active | replaced | undone
    Column("label", Text, nullable=False),  # name of the file
    Column("sha256", String(64), nullable=False),
    Column("bytes_kept", Boolean, nullable=False),
    Column("at", String(32), nullable=False),
    Column("role", String(20), nullable=False),
    Column("who", String(120), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("replaces", Integer),  # number of the import that undoing this one brings back
    Column("ended_at", String(32), nullable=False),  # "" while active
    Column("report", Text, nullable=False),  # JSON; holds no count of people
    Column("citation", Text, nullable=False),  # JSON of model.Citation
    Column("series", String(10), nullable=False, server_default="socle"),  # socle | fed
)
lineage = Table(  # each row of an import and where it stood in the file; erased when it is undone
    "lineage",
    metadata,
    Column("import_number", Integer, primary_key=True),
    Column("variable", String(80), primary_key=True),
    Column("level", String(20), primary_key=True),
    Column("code", String(20), primary_key=True),
    Column("vintage", Integer, primary_key=True),
    Column("period", Integer, primary_key=True),
    Column("category", String(120), primary_key=True),
    Column("value", Float(53)),
    Column("unit", String(20), nullable=False),
    Column("base", Integer),
    Column("status", String(20), nullable=False),
    Column("source", String(160), nullable=False),
    *dated_columns(),
    Column("sheet", String(120), nullable=False),
    Column("line", Integer, nullable=False),  # 0 when the row was computed from others
    Column("header", Text, nullable=False),  # the column, as named in the file
    Column("letter", String(8), nullable=False),
)
SECOND = (imports, lineage)


def _first(connection: Connection) -> None:
    metadata.create_all(connection, [one for one in metadata.sorted_tables if one not in SECOND])


def _second(connection: Connection) -> None:
    metadata.create_all(connection, SECOND)


def _third(connection: Connection) -> None:
    """Answers to requests (FED) stand beside the socles; all that was there is of the socle."""
    known = {column["name"] for column in inspect(connection).get_columns(imports.name)}
    if imports.c.series.name not in known:  # a store made today has it already
        added = "ADD COLUMN series VARCHAR(10) NOT NULL DEFAULT 'socle'"
        connection.execute(text(f"ALTER TABLE imports {added}"))


def _fourth(connection: Connection) -> None:
    """Rows say their edition apart from the year observed; published imports are dated anew."""
    for table in (observations, lineage):
        known = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in dated_columns():
            if column.name not in known:
                kind = f"VARCHAR({column.type.length})"  # type: ignore[attr-defined]
                ordinary = "producteur" if column.name == "dating" else ""
                added = f"ADD COLUMN {column.name} {kind} NOT NULL DEFAULT '{ordinary}'"
                connection.execute(text(f"ALTER TABLE {table.name} {added}"))
    _turns(connection)  # rows are written anew below, and a replacement has its turn
    from ctg_data.store import redating as store_redating  # it reads the tables declared above

    store_redating.redate(connection)


def _fifth(connection: Connection) -> None:
    """Replacements are numbered by the store; those made before keep the order of their dates."""
    _turns(connection)
    key = (batches.c.territory, batches.c.source_id)
    dated = select(*key).order_by(batches.c.replaced_at, *key)
    for turn, (territory, source) in enumerate(connection.execute(dated).all(), start=1):
        one = batches.update().filter_by(territory=territory, source_id=source)
        connection.execute(one.values(turn=turn))


def _sixth(connection: Connection) -> None:
    """Maskings kept lose the allocataires behind what they hide."""
    store_blanking.blank(connection, releases)


def _turns(connection: Connection) -> None:
    known = {column["name"] for column in inspect(connection).get_columns(batches.name)}
    if batches.c.turn.name not in known:
        added = "ADD COLUMN turn INTEGER NOT NULL DEFAULT 0"
        connection.execute(text(f"ALTER TABLE batches {added}"))


# The function at rank n brings a store from version n to version n + 1.
MIGRATIONS: list[Callable[[Connection], None]] = [
    *(_first, _second, _third),
    *(_fourth, _fifth, _sixth),
]


def is_current(connection: Connection, place: str) -> bool:
    """Whether nothing is to be done; refuse what this version must not touch."""
    version = _version(connection, place)
    if version > len(MIGRATIONS):
        raise StoreError(
            f"Les données gardées dans {place} viennent d'une version plus récente de "
            f"l'application (format {version}, cette version connaît le {len(MIGRATIONS)}). "
            "Rien n'a été lu ni modifié. Mettez l'application à jour, ou nommez un autre dossier "
            "avec CTG_HOME."
        )
    return version == len(MIGRATIONS)


def bring_up_to_date(connection: Connection, place: str) -> bool:
    """Create or migrate the tables, in the one transaction of ``connection``.

    Returns:
        Whether a store was there before: something may have been erased from it.
    """
    if is_current(connection, place):
        return False  # another process did it while this one waited for its turn
    version = _version(connection, place)
    for rank in range(version, len(MIGRATIONS)):
        MIGRATIONS[rank](connection)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(schema_version.insert().values(version=rank + 1, applied_at=now))
    return version > 0


def _version(connection: Connection, place: str) -> int:
    """The version a store carries, 0 for a new one."""
    tables = set(inspect(connection).get_table_names())
    if schema_version.name in tables:
        return connection.execute(select(func.max(schema_version.c.version))).scalar() or 0
    if tables & set(metadata.tables):
        raise StoreError(
            f"Une base de données existe déjà ici ({place}), mais elle n'est pas celle de cette "
            "application : elle contient d'autres tables. Rien n'a été modifié. Nommez un autre "
            "dossier avec CTG_HOME ou une autre base avec CTG_DATABASE_URL."
        )
    return 0
