"""Figures counted again from the files that a portal serves: ``csv``, ``zipfile`` and ``pyarrow``.

What the producers say of their own columns is all that is known here: a quality 3 is a place drawn
at random, ``HZ`` is in no quarter, ``TYPE`` MO is a bus.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq

Line = Mapping[str, Any]
AT_RANDOM, BUS = "3", "MO"


@dataclass(frozen=True)
class Count:
    """A number of places; ``least`` where some others are drawn at random."""

    number: int
    least: bool = False


def parquet(content: bytes) -> list[Line]:
    """The lines of a file of facilities."""
    return pq.read_table(io.BytesIO(content)).to_pylist()


def zipped(content: bytes, stem: str) -> list[Line]:
    """The lines of the table of an archive whose name starts with ``stem``."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(one for one in archive.namelist() if one.startswith(stem))
        text = archive.read(name).decode()
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def fixed(lines: Iterable[Line], types: Collection[str], commune: str) -> list[Line]:
    """What stands somewhere in a commune, of some types."""
    return [
        one
        for one in lines
        if one["TYPEQU"] in types and one["DEPCOM"] == commune and one["TYPE"] != BUS
    ]


def by_zone(lines: Iterable[Line], column: str, zone: str) -> Count:
    """How many stand in a zone, and whether more may."""
    several = list(lines)
    sure = [one for one in several if one[f"QUALI_{_of(column)}"] != AT_RANDOM]
    return Count(sum(one[column] == zone for one in sure), len(sure) < len(several))


def _of(column: str) -> str:
    return "IRIS" if column == "DCIRIS" else column


def total(lines: Iterable[Line], column: str, keep: str = "") -> Decimal:
    """The sum of a column over the lines whose IRIS starts with ``keep``."""
    return sum(
        (Decimal(one[column]) for one in lines if one["IRIS"].startswith(keep)), start=Decimal(0)
    )


def cell(lines: Iterable[Line], code: str, column: str) -> str:
    """What a file on quarters says of one of them."""
    return next(str(one[column]) for one in lines if one["CODGEO"] == code)
