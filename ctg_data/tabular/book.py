"""What a file looks like once open: sheets of cells, each with its line in the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ctg_data import fr
from ctg_data.tabular.report import Message, Place, UnreadableFile

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 250_000, 5_000, 12_000_000
Cells = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: text, numbers and dates as they stand, ``None`` for a blank.

    Attributes:
        name: of the sheet; empty for a text file.
        cells: a rectangle, blank lines and columns at the end left out.
        lines: the line of the file each row stands on, from 1.
        widths: how many cells each row had in the file.
        merged: ranges as (first line, last line, first column, last column), from 1.
        hollow: formulas that came without their result, as (line, column), from 1.
    """

    name: str
    cells: Cells = field(repr=False)
    lines: list[int] = field(repr=False)
    widths: list[int] = field(repr=False)
    cut_short: bool = False
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hollow: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(
        cls, name: str, records: Sequence[Sequence[Any]], lines: list[int], **more: Any
    ) -> "Sheet":
        """Square off some records: text is stripped, an empty text is a blank."""
        clean = [[_cell(cell) for cell in record] for record in records]
        widths = [len(record) for record in clean]
        used = [_used(record) for record in clean]
        height = max((place for place, count in enumerate(used, start=1) if count), default=0)
        width = max(used, default=0)
        cells: Cells = np.full((height, width), None, dtype=object)
        for place, record in enumerate(clean[:height]):
            cells[place, : used[place]] = record[: used[place]]
        return cls(name, cells, lines[:height], widths[:height], **more)

    def place(
        self, row: int, column: int | None = None, header: str = "", value: str = ""
    ) -> Place:
        """The place of a cell of ``cells``, as told in a report."""
        named = header or ("" if column is None else letter(column))
        return Place(self.name, self.lines[row], named, value)


@dataclass(frozen=True)
class Book:
    """A file, open."""

    sheets: tuple[Sheet, ...]
    messages: tuple[Message, ...] = ()
    separator: str = ""


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell.strip().strip("\ufeff\u200b") or None
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float) and (cell != cell or cell in (float("inf"), float("-inf"))):
        return None
    return cell


def _used(record: Sequence[Any]) -> int:
    """How many cells are left once the blanks at the end are dropped."""
    count = len(record)
    while count and record[count - 1] is None:
        count -= 1
    return count


def letter(column: int) -> str:
    """The letters of a column counted from 0.

    >>> letter(0), letter(25), letter(26), letter(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def text_of(cell: Any) -> str:
    """A cell as text: a whole number has no decimal, a date is written the French way.

    >>> text_of(123450101.0), text_of(None), text_of(" a "), text_of(0.5)
    ('123450101', '', 'a', '0.5')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if hasattr(cell, "strftime"):
        return str(pd.Timestamp(cell).strftime("%d/%m/%Y")) if hasattr(cell, "year") else str(cell)
    return str(cell).strip()


def too_big(rows: int, columns: int) -> None:
    """Refuse a sheet that no socle needs, before it fills the memory."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise UnreadableFile(
            (
                "Ce fichier est bien plus grand qu'un socle (plus de "
                f"{fr.number(MOST_ROWS)} lignes ou de {fr.number(MOST_COLUMNS)} colonnes)"
            ),
            "Envoyez les seules zones du territoire.",
        )
