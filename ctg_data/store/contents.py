"""Bytes that came in: each kept once, and erased when nothing stands on them any more.

Every function works inside a transaction of its caller.
"""

import hashlib

from sqlalchemy import Connection, delete, insert, select

from ctg_data.store import schema as db
from ctg_data.store.records import UNDONE


def keep(connection: Connection, content: bytes) -> str:
    """Keep bytes, once, whatever the number of times they come; return their sha256."""
    sha256 = hashlib.sha256(content).hexdigest()
    if connection.execute(select(db.contents.c.sha256).filter_by(sha256=sha256)).first() is None:
        connection.execute(insert(db.contents).values(sha256=sha256, content=content))
    return sha256


def forget(connection: Connection, sha256: str) -> None:
    """Erase bytes that no import and no source stands on."""
    imports = select(db.imports.c.number).filter_by(sha256=sha256)
    for standing in (
        imports.where(db.imports.c.state != UNDONE),
        select(db.received.c.number).filter_by(sha256=sha256),
    ):
        if connection.execute(standing).first() is not None:
            return
    connection.execute(delete(db.contents).filter_by(sha256=sha256))
