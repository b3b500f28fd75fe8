"""How rows of a table are found: by place, by part of a variable, by the values of a column."""

from typing import Any

import numpy as np
import pandas as pd

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
