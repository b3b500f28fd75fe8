"""Tables of the socle built by code, as Cafs and producers write them; every figure invented."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
import xlsxwriter

from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind, Reading
from ctg_data.tabular.report import Report
from ctg_data.territory.config import TerritoryConfig, open_territory

DAY = date(2024, 12, 31)
TODAY = date(2026, 3, 1)
PROTECTED = Declared(kind=Kind.PROTEGE, reference_date=DAY)
EXACT = Declared(kind=Kind.EXACT, reference_date=DAY)
CORE = (
    *("A", "PERCOU", "AI", "AM", "ACSSENF", "ACAVENF", "AC3ENF", "ENF", "ENF_2", "ENF_3_5"),
    *("ENF_6_10", "ENF_11_14", "ENF_15_17", "ENF_18_24"),
)
REST = ("A_ETUD", "A_NETUD_24", "AAL", "AAPL", "AAAH", "APPA", "ARSAS")
SOCLE = (*CORE, "AAAH", "APPA", "ARSAS")
# The columns of the producers' files of allocataires by IRIS, year after year.
PLACE = ("LIBGEO", "DEPCOM", "LIBCOM", "EPCI")
IRIS_COLUMNS = {
    2016: ("CODGEO", *PLACE, "REG", "NOTE", *CORE, *REST, "APRES50", "APRES100"),
    2017: ("CODGEO", *PLACE, "UU", "REG", "NOTE", *CORE, *REST, "APRES50", "APRES100"),
    2018: ("CODGEO", *PLACE, "UU", "REG", "NOTE", *CORE, *REST),
    2019: ("CODGEO", "NOTE", *CORE, *REST),
    2020: ("CODGEO", "NOTE", *CORE, *REST),
}


@cache
def territory() -> TerritoryConfig:
    """The fictional territory, read once: its folder does not change under a test."""
    return open_territory("exemple")


def iris() -> list[str]:
    """Its IRIS."""
    return [zone.code for zone in territory().iris]


def counts(rank: int) -> dict[str, int]:
    """Counts of one zone that add up, the larger the later."""
    size = 400 + 40 * rank
    parts = {"AI": size // 2, "AM": size // 8, "ACSSENF": size // 8}
    ages = {name: 30 + rank + place for place, name in enumerate(CORE[8:])}
    return {
        "A": size,
        "PERCOU": 2 * size,
        **parts,
        "ACAVENF": size - sum(parts.values()),
        "AC3ENF": size // 20,
        "ENF": sum(ages.values()),
        **ages,
        "A_ETUD": size // 4,
        "A_NETUD_24": size // 10,
        "AAL": size // 2 + 7,
        "AAPL": size // 8 + 5,
        "AAAH": size // 9,
        "APPA": size // 5,
        "ARSAS": size // 6,
        "APRES50": size // 3,
        "APRES100": size // 7,
    }


@cache
def labels() -> Mapping[tuple[str, str], str]:
    """Names of the zones."""
    return territory().labels


def table(
    codes: Sequence[str], columns: Sequence[str] = SOCLE, level: str = "iris"
) -> list[list[Any]]:
    """A header and one line per zone: code, name, then figures."""
    lines: list[list[Any]] = [["code", "libellé", *columns]]
    for rank, code in enumerate(codes):
        name = labels().get((level, code), "")
        lines.append([code, name, *(counts(rank)[column] for column in columns)])
    return lines


def producer_file(year: int, codes: Sequence[str] | None = None) -> list[list[Any]]:
    """The producers' file of one year, with its own columns; the last two zones are blank."""
    lines: list[list[Any]] = [list(IRIS_COLUMNS[year])]
    known = list(iris() if codes is None else codes)
    for rank, code in enumerate(known):
        note = {len(known) - 1: "3", len(known) - 2: "5"}.get(rank, "0")
        place = {"CODGEO": code, "LIBGEO": "nom", "DEPCOM": code[:5], "NOTE": note}
        cells = {**place, **({} if note != "0" else counts(rank))}
        lines.append([cells.get(column, "") for column in IRIS_COLUMNS[year]])
    return lines


def csv_bytes(
    lines: Sequence[Sequence[Any]],
    separator: str = ";",
    encoding: str = "utf-8",
    end: str = "\r\n",
    *,
    quoted: bool = False,
) -> bytes:
    """Text of a table; no cell holds the separator."""

    def cell(one: Any) -> str:
        text = "" if one is None else str(one)
        return f'"{text}"' if quoted else text

    return (end.join(separator.join(map(cell, line)) for line in lines) + end).encode(encoding)


def xlsx_bytes(sheets: Mapping[str, Sequence[Sequence[Any]]], touch: Any = None) -> bytes:
    """A workbook; ``touch(book, pages)`` adds what a test wants."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    pages = {name: book.add_worksheet(name) for name in sheets}
    for name, lines in sheets.items():
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                if cell is not None:
                    pages[name].write(row, column, cell)
    if touch:
        touch(book, pages)
    book.close()
    return buffer.getvalue()


def readme(**told: str) -> list[list[str]]:
    """LISEZMOI of a protégé file of 2024."""
    keys = {"nature": "protégé", "émetteur": "CAF fictive", "date_reference": "31/12/2024"}
    return [["Socle"], *([key, value] for key, value in {**keys, **told}.items())]


def read(
    lines: Sequence[Sequence[Any]] | bytes, declared: Declared | None = PROTECTED, name: str = "f"
) -> Reading:
    """Read a table or bytes."""
    content = lines if isinstance(lines, bytes) else csv_bytes(lines)
    return read_file(name, content, territory(), declared=declared)


def judged(
    lines: Sequence[Sequence[Any]] | bytes,
    declared: Declared | None = PROTECTED,
    name: str = "f",
    **known: Any,
) -> Report:
    """Read and check."""
    return check(read(lines, declared, name), territory(), today=TODAY, **known)


def figure(rows: pd.DataFrame, variable: str, code: str, category: str = "total") -> Any:
    """One value of some rows."""
    some = rows[rows["variable"].eq(variable) & rows["code"].eq(code)]
    [value] = some.loc[some["category"].eq(category), "value"].tolist()
    return value
