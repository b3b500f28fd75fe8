"""What sentences say, computed again: gaps, ends and ties, from the files and ``Decimal`` alone."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Told:
    """A difference in words: its size as printed, and its side."""

    size: Decimal
    side: str  # "au-dessus", "au-dessous" or "au niveau"


def lines(folder: Path) -> list[dict[str, str]]:
    """Every line of a folder ``donnees``, with a number."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [one for one in csv.DictReader(file) if one["value"]]
    return found


def number(
    rows: Iterable[Mapping[str, str]], variable: str, place: tuple[str, str], year: int
) -> Decimal | None:
    """The one number of ``variable/part`` in a place and a year; None when it has none."""
    name, _, part = variable.partition("/")
    found = {
        Decimal(one["value"])
        for one in rows
        if (one["variable"], one["category"]) == (name, part)
        and (one["level"], one["code"]) == place
        and int(one["period"]) == year
    }
    return found.pop() if len(found) == 1 else None


def share(
    rows: list[dict[str, str]], top: str, bottom: str, place: tuple[str, str], year: int
) -> Decimal | None:
    """A percentage, unrounded."""
    part, whole = (number(rows, one, place, year) for one in (top, bottom))
    return None if part is None or not whole else HUNDRED * part / whole


def printed(value: Decimal, decimals: int) -> Decimal:
    """A number as it is printed: half away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def apart(value: Decimal, other: Decimal, decimals: int) -> Told:
    """The gap of two exact values, rounded once."""
    size = printed(value - other, decimals)
    side = "au-dessus" if size > 0 else "au-dessous" if size < 0 else "au niveau"
    return Told(abs(size), side)


def ends(values: Mapping[str, Decimal], decimals: int) -> tuple[set[str], set[str]]:
    """The places that print the largest number, and those that print the smallest."""
    shown = {name: printed(value, decimals) for name, value in values.items()}
    high, low = max(shown.values()), min(shown.values())
    return (
        {name for name, one in shown.items() if one == high},
        {name for name, one in shown.items() if one == low},
    )


def french(text: str) -> Decimal:
    """A number written in French."""
    for space in ("\u202f", "\u00a0", " "):
        text = text.replace(space, "")
    return Decimal(text.replace(",", ".").replace("\u2212", "-"))
