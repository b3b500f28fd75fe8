"""Tables of the store, and how an older store becomes a present one.

A store carries its version.  An older one is brought forward inside one transaction; one made
by a newer application is refused: writing to it could lose what this version cannot see.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()


def dated_columns() -> tuple[Column[str], Column[str]]:
    """The edition of a row, and the proof of the year it was observed: see ``dating``."""
    return (
        Column("edition", String(40), nullable=False, server_default=""),
        Column("dating", String(20), nullable=False, server_default="producteur"),
    )


def row_columns() -> tuple[Column[Any], ...]:
    """One row of the long table: its key, what it says, where it comes from."""
    return (
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
    *row_columns(),
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
    *row_columns(),
    Column("sheet", String(120), nullable=False),
    Column("line", Integer, nullable=False),  # 0 when the row was computed from others
    Column("header", Text, nullable=False),  # the column, as named in the file
    Column("letter", String(8), nullable=False),
)
