"""How long a socle takes to be read and checked, beside a bare reading by pandas.

    python -m benchmarks.socle

Files are invented on the spot; nothing is kept.
"""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from ctg_data.model import Level
from ctg_data.socle.checks.every import check
from ctg_data.socle.model.columns import columns
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.territory.config import TerritoryConfig, Zone, open_territory

IRIS = ["CODGEO", "NOTE", "A", "PERCOU", "AI", "AM", "ACSSENF", "ACAVENF", "AC3ENF", "ENF", "ENF_2"]
IRIS += ["ENF_3_5", "ENF_6_10", "ENF_11_14", "ENF_15_17", "ENF_18_24", "A_ETUD", "A_NETUD_24"]
IRIS += ["AAL", "AAPL", "AAAH", "APPA", "ARSAS"]
YEARS = range(2020, 2025)
DECLARED = Declared(kind=Kind.EXACT, reference_date=date(2024, 12, 31))


def forty_zones() -> TerritoryConfig:
    """The fictional territory, with forty IRIS."""
    config = open_territory("exemple")
    codes = [f"{config.commune.code}{1000 + number}" for number in range(40)]
    zones = tuple(Zone(Level.IRIS, code, config.iris[0].vintage, code) for code in codes)
    return replace(config, iris=zones)


def five_years(config: TerritoryConfig) -> bytes:
    """40 zones × 30 variables × 5 years, in a workbook: one wide sheet, four years of HISTO."""
    draw, names = np.random.default_rng(1), list(columns())[:30]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    wide, long = book.add_worksheet("IRIS"), book.add_worksheet("HISTO")
    wide.write_row(0, 0, ["code_zone", "lib_zone", *names])
    long.write_row(0, 0, ["type_zone", "code_zone", "date_ref", "variable", "valeur", "statut"])
    row = 0
    for rank, zone in enumerate(config.iris, start=1):
        wide.write_row(rank, 0, [zone.code, zone.label, *draw.integers(100, 900, 30).tolist()])
        for year in YEARS[:-1]:
            for name, value in zip(names, draw.integers(100, 900, 30).tolist(), strict=True):
                row += 1
                told = ["iris", zone.code, f"31/12/{year}", name, value, "diffuse"]
                long.write_row(row, 0, told)
    book.close()
    return buffer.getvalue()


def national(config: TerritoryConfig, rows: int = 13_400) -> list[list[Any]]:
    """A national file of allocataires by IRIS, the commune's zones among the others'."""
    draw = np.random.default_rng(2)
    numbers = range(1_200_000, 1_200_000 + rows)
    others = [f"{number // 100:05}{number % 100:04}" for number in numbers]
    codes = [*others[: rows - len(config.iris)], *(zone.code for zone in config.iris)]
    figures = draw.integers(100, 2_000, (rows, len(IRIS) - 2)).tolist()
    return [IRIS, *([code, "0", *line] for code, line in zip(codes, figures, strict=True))]


def as_csv(lines: list[list[Any]], quote: str = "") -> bytes:
    """As the producers publish it, in some years with quotes."""
    cells = ((f"{quote}{cell}{quote}" for cell in line) for line in lines)
    return "\r\n".join(map(";".join, cells)).encode() + b"\r\n"


def as_xlsx(lines: list[list[Any]]) -> bytes:
    """As an Excel user keeps it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("IRIS")
    for row, line in enumerate(lines):
        page.write_row(row, 0, line)
    book.close()
    return buffer.getvalue()


def timed(call: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The best of some runs."""
    best, found = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        found = call()
        best = min(best, time.perf_counter() - start)
    return best, found


def measure(
    title: str,
    name: str,
    content: bytes,
    config: TerritoryConfig,
    bare: Callable[[], Any],
    limit: float,
    declared: Declared | None,
) -> None:
    """Print one line: our time, pandas', their ratio, and whether the limit holds."""

    def ours() -> int:
        reading = read_file(name, content, config, declared=declared)
        check(reading, config, today=date(2026, 1, 1))
        return len(reading.rows)

    mine, rows = timed(ours)
    theirs, _ = timed(bare)
    verdict = "ok" if mine < limit else "TOO SLOW"
    print(f"{title:42} {rows:6} figures {mine:6.2f} s (limit {limit:.0f} s, {verdict})", end=" ")
    print(f"bare pandas {theirs:5.2f} s, ratio {mine / theirs:5.1f}")


def main() -> None:
    """Run them all."""
    config = forty_zones()
    book, lines = five_years(config), national(config)
    text, sheet = as_csv(lines), as_xlsx(lines)

    def excel(content: bytes) -> Callable[[], Any]:
        return lambda: pd.read_excel(io.BytesIO(content), sheet_name=None, engine="openpyxl")

    def plain() -> Any:
        return pd.read_csv(io.BytesIO(text), sep=";", dtype="string")

    five = "40 zones x 30 variables x 5 years, xlsx"
    measure(five, "s.xlsx", book, config, excel(book), 3, DECLARED)
    measure("national IRIS file, csv", "iris_2024.csv", text, config, plain, 10, None)
    quoted = as_csv(lines, '"')
    measure("national IRIS file, csv in quotes", "iris_2024.csv", quoted, config, plain, 10, None)
    measure("national IRIS file, xlsx", "iris_2024.xlsx", sheet, config, excel(sheet), 10, None)


if __name__ == "__main__":
    main()
