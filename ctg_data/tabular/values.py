"""Text of a cell → a number or what became of it.  A blank is never 0.

Each distinct text is read once, so a column of 13 000 cells costs its few hundred values.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd

from ctg_data.model import Status

SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007\u2008]+")
NUMBER = re.compile(r"[-+\u2212]?\d+([.,]\d+)?([eE][+-]?\d+)?")
GROUPED = re.compile(r"[-+\u2212]?\d{1,3}( \d{3})+([.,]\d+)?( ?%)?")
THOUSANDS = re.compile(r"[-+\u2212]?\d{1,3}[.,]\d{3}")  # 1.039 is 1 039 to some, 1,039 to others
NOTED = re.compile(r"(?P<number>[\d.,\s]*\d)\s*(\((?:\d|[a-z]{1,2})\)|[*†‡¹²³]+|[a-z])", re.I)
BOUND = re.compile(r"([<≤]=?|inf\.?(érieur)?( à)?|moins de)\s*\d+", re.I)
ERRORS = {"#REF!", "#VALUE!", "#VALEUR!", "#DIV/0!", "#NAME?", "#NOM?", "#NUM!", "#NOMBRE!"} | {
    "#NULL!",
    "#NUL!",
    "#SPILL!",
    "#CALC!",
}
MARKS: dict[str, Status] = {
    **dict.fromkeys(
        ["s", "c", "*", "**", "***", "secret", "s.s.", "ss", "conf", "confidentiel", "masque"],
        Status.SECRET_CELLULE,
    ),
    **dict.fromkeys(["secret stat", "secret statistique", "masqué", "sec"], Status.SECRET_CELLULE),
    **dict.fromkeys(["ns", "n.s.", "n.s", "non significatif", "qualite"], Status.QUALITE),
    **dict.fromkeys(
        [
            *("nd", "n.d.", "n.d", "n/d", "na", "n.a.", "n/a", "#n/a", "nr", "n.r.", "nc", "n.c."),
            *("non disponible", "non diffusé", "nan", "null", "none", "..", "...", ":", "?"),
        ],
        Status.NON_DISPONIBLE,
    ),
    **dict.fromkeys(
        ["-", "–", "—", "/", "//", "///", "so", "s.o.", "sans objet", "x"], Status.SANS_OBJET
    ),
}


@dataclass(frozen=True)
class Value:
    """One cell as read.

    Attributes:
        number: the number, when there is one.
        status: ``diffuse``, what the mark means, or "" for a blank, whose sense is the layout's.
        flag: what is odd: ``percent, noted, bound, text, error, ambiguous, negative``.
        mark: the mark itself, which counts nobody.
    """

    number: float | None = None
    status: str = ""
    flag: str = ""
    mark: str = ""


BLANK = Value()


def read_value(cell: Any) -> Value:
    r"""Read one cell.

    >>> read_value("1\u202f039").number, read_value("56,7 %").flag, read_value("<5").status.value
    (1039.0, 'percent', 'secret_cellule')
    >>> read_value("n.d.").status.value, read_value(" "), read_value("12 (1)").flag
    ('non_disponible', Value(number=None, status='', flag='', mark=''), 'noted')
    >>> read_value("1.039").flag, read_value("abc").flag, read_value(12.0).number
    ('ambiguous', 'text', 12.0)
    """
    if cell is None:
        return BLANK
    if isinstance(cell, int | float):
        return _number(float(cell))
    if isinstance(cell, date | datetime | time):
        return Value(flag="date")
    text = SPACES.sub(" ", str(cell)).strip()
    if not text:
        return BLANK
    return _mark(text) or _written(text)


def _mark(text: str) -> Value | None:
    plain = text.casefold()
    if plain in MARKS:
        return Value(status=MARKS[plain], mark=plain)
    if BOUND.fullmatch(plain):
        return Value(status=Status.SECRET_CELLULE, flag="bound", mark=plain.replace(" ", ""))
    if text.upper() in ERRORS:
        return Value(flag="error", mark=text.upper())
    return None


def _written(text: str) -> Value:
    """A number written as text: the French way, with a note, or as a percentage."""
    bare = text.replace(" ", "")
    if " " in text.removesuffix("%").strip() and not GROUPED.fullmatch(text):
        return _noted(text)
    if bare.endswith("%"):
        inner = read_value(bare[:-1])
        return Value(inner.number, inner.status, "percent") if inner.number is not None else _odd()
    if NUMBER.fullmatch(bare):
        number = _number(float(bare.replace(",", ".").replace("\u2212", "-")))
        return replace(number, flag="ambiguous") if THOUSANDS.fullmatch(bare) else number
    return _noted(text)


def _noted(text: str) -> Value:
    """A number followed by the mark of a footnote."""
    if noted := NOTED.fullmatch(text):
        inner = read_value(noted["number"])
        return Value(inner.number, inner.status, "noted") if inner.number is not None else _odd()
    return _odd()


def _number(number: float) -> Value:
    if number != number or abs(number) > 1e12:
        return _odd()
    return Value(number, Status.DIFFUSE, "negative" if number < 0 else "")


def _odd() -> Value:
    return Value(flag="text")


def read_values(cells: Any) -> pd.DataFrame:
    """Read many cells: columns ``value, status, flag, mark``, in their order."""
    flat = list(np.asarray(cells, dtype=object).ravel())
    known: dict[tuple[type, Any], Value] = {}
    read = []
    for cell in flat:
        key = (cell.__class__, cell)
        if (value := known.get(key)) is None:
            value = known[key] = read_value(cell)
        read.append(value)
    return pd.DataFrame(
        {
            "value": pd.array([one.number for one in read], dtype="Float64"),
            "status": pd.array([str(one.status) for one in read], dtype="string"),
            "flag": pd.array([one.flag for one in read], dtype="string"),
            "mark": pd.array([one.mark for one in read], dtype="string"),
        }
    )
