"""Observations in a database: put in place of others, read back, kept apart by secrecy.

Every function works inside a transaction of its caller.
"""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select

from ctg_data.errors import CtgError
from ctg_data.model import Citation
from ctg_data.observations import DTYPES, KEY, handed_over, overlay, validate
from ctg_data.store import schema as db
from ctg_data.store.records import citation_of, cited_row, digest_of, now, plain_rows, written


def put(
    connection: Connection,
    territory: str,
    source_id: str,
    frame: pd.DataFrame,
    citations: Mapping[str, Citation],
) -> None:
    """Put ``frame`` in place of all that this source had for this territory."""
    frame = validate(frame)
    if uncited := sorted(set(frame["source"]) - set(citations)):
        raise CtgError(f"store: rows without a citation: {', '.join(uncited)}")
    where = {"territory": territory, "source_id": source_id}
    rows = [{**where, **row} for row in plain_rows(frame)]
    cited = [{**where, **cited_row(one)} for one in citations.values()]
    turn = (connection.execute(select(func.max(db.batches.c.turn))).scalar() or 0) + 1
    for table in (db.observations, db.citations, db.batches):
        connection.execute(delete(table).filter_by(**where))
    for table, lines in ((db.observations, rows), (db.citations, cited)):
        if lines:
            connection.execute(insert(table), lines)
    batch = {**where, "digest": digest_of(rows, cited), "replaced_at": written(now())}
    connection.execute(insert(db.batches).values(**batch, turn=turn))


def get(
    connection: Connection, territory: str, source_id: str = ""
) -> tuple[pd.DataFrame, dict[str, Citation]]:
    """All that is held on one territory (or by one source of it), and what to cite.

    Should two sources hold the same cell, the one replaced last is kept; but what the CAF handed
    over and what is published are two figures, and both come through.

    Raises:
        UncitedRows: rows without their citation, which a writer of this module cannot leave.
    """
    table, batch = db.observations, db.batches
    where = {"territory": territory} | ({"source_id": source_id} if source_id else {})
    columns = [table.c[name] for name in ("source_id", *DTYPES)]
    rows = connection.execute(select(*columns).filter_by(**where)).all()
    found = connection.execute(select(db.citations).filter_by(**where)).mappings().all()
    order = select(batch.c.source_id).filter_by(**where).order_by(batch.c.turn)
    sources = list(connection.execute(order).scalars())
    frame = pd.DataFrame(rows, columns=["source_id", *DTYPES])
    citations = {row["id"]: citation_of(dict(row)) for row in found}
    ours = handed_over(frame, citations)
    layers = [_layer(frame[mask], sources) for mask in (~ours, ours)]
    if not len(layers[1]):
        return layers[0], citations
    return pd.concat(layers, ignore_index=True), citations


def _layer(frame: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """The rows of one kind, the source replaced last over the others."""
    if not frame.duplicated(KEY).any():
        return validate(frame)
    parts = [validate(frame[frame["source_id"] == one]) for one in sources]
    merged = parts[0]
    for part in parts[1:]:
        merged = overlay(merged, part)
    return merged
