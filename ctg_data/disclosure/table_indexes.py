"""How rows of a table are found: by place, by part of a variable, by a column; their dates."""

from typing import Any

import numpy as np
import pandas as pd

from ctg_data import dating
from ctg_data.dating import Dating, Moment

PLACED = [*("level", "code", "period", "vintage", "value", "status", "unit", "edition", "dating")]
PLACED += ["bound", "against"]
Rows = list[tuple[Any, ...]]


def by_place(frame: pd.DataFrame) -> dict[tuple[str, str], Rows]:
    """The rows of each (level, code): period, vintage, and what a cell is made of."""
    found: dict[tuple[str, str], Rows] = {}
    columns = (frame[name].tolist() for name in PLACED)
    for level, code, *row in zip(*columns, strict=True):
        found.setdefault((level, code), []).append(tuple(row))
    return found


def by_part(frame: pd.DataFrame) -> dict[Any, np.ndarray]:
    """The positions of the rows of each (variable, category)."""
    parts = frame.groupby(["variable", "category"], sort=False)
    return {key: np.asarray(rows) for key, rows in parts.indices.items()}


def coded(frame: pd.DataFrame, column: str) -> tuple[np.ndarray, dict[Any, int]]:
    """A column as whole numbers, (n,), and the number of each of its values."""
    codes, values = pd.factorize(frame[column])
    return codes, {value: rank for rank, value in enumerate(values.tolist())}


def periods(rows: pd.DataFrame) -> tuple[int, ...]:
    """Of rows that carry a number: years, latest first, then editions of unknown year."""
    return tuple(dating.newest_first(rows["period"]))


def moments(rows: pd.DataFrame) -> tuple[Moment, ...]:
    """Every date of rows that carry a number, with its proof, the latest first."""
    dates = rows[["period", "edition", "dating"]].drop_duplicates()
    every = (
        Moment(int(period), str(edition), Dating(proof))
        for period, edition, proof in dates.itertuples(index=False)
    )
    latest = sorted(every, key=lambda one: (*dating.order(one.period), one.edition), reverse=True)
    return tuple(latest)


def moment(rows: pd.DataFrame, period: int) -> Moment:
    """When those of a period were observed: the least sure of its proofs."""
    rows = rows[rows["period"] == period]
    return Moment(period, dating.joined(rows["edition"]), dating.worst(rows["dating"]))
