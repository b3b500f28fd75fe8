"""From one version of the tables to the next: a store made by any version before opens."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, func, inspect, select, text

from ctg_data.errors import StoreError
from ctg_data.store import blanking as store_blanking, redating as store_redating
from ctg_data.store.schema import (
    batches,
    dated_columns,
    imports,
    lineage,
    metadata,
    observations,
    releases,
    schema_version,
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
                ordinary = "producteur" if column.name == "dating" else ""
                added = f"ADD COLUMN {column.name} {column.type} NOT NULL DEFAULT '{ordinary}'"
                connection.execute(text(f"ALTER TABLE {table.name} {added}"))
    _turns(connection)  # rows are written anew below, and a replacement has its turn
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
