"""Small invented files of the CAF, for a territory of two QPV: built by code, never copied."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from ctg_data.territory.config import TerritoryConfig
from tests.pages import config

COLUMNS = ["A", "AI", "AM", "ACSSENF", "ACAVENF", "PERCOU", "ENF", "ENF_2"]
# A canary is a prime found nowhere else: if it shows up, it leaked.
SMALL, CANARY = 3, 4


def place() -> TerritoryConfig:
    """The fictional territory; its QPV of 2024 that lie in one commune."""
    return config(fictional=True)


def codes(territory: TerritoryConfig) -> list[str]:
    """Three QPV of 2024 that lie in the commune alone."""
    own = [z for z in territory.qpv if z.vintage == 2024 and len(z.communes) == 1]
    return [one.code for one in own[:3]]


def line(total: int, alone: int, lone: int, couples: int, **more: int) -> dict[str, int]:
    """A zone: its households by composition, the rest being couples with children."""
    found = {"A": total, "AI": alone, "AM": lone, "ACSSENF": couples}
    found |= {"ACAVENF": total - alone - lone - couples}
    return found | {"PERCOU": total * 2, "ENF": total, "ENF_2": total // 5} | more


def counts(small: int = 3) -> dict[str, dict[str, int]]:
    """Three zones and their commune, one cell of ``small`` households among them."""
    first, second, third = codes(place())
    rows = {
        first: line(307, 150, 60, small),
        second: line(409, 200, 81, 37),
        third: line(521, 250, 103, 49),
    }
    whole = {name: sum(row[name] for row in rows.values()) + 4000 for name in COLUMNS}
    whole["A"] = whole["AI"] + whole["AM"] + whole["ACSSENF"] + whole["ACAVENF"]
    return {place().commune.code: whole, **rows}


def workbook(
    rows: Mapping[str, Mapping[str, Any]], *, kind: str = "exact", year: int = 2025, **facts: str
) -> bytes:
    """A workbook of the CAF: LISEZMOI, COMMUNE, QPV."""
    book = Workbook()
    notice = book.active
    notice.title = "LISEZMOI"
    told = {"Nature": kind, "Émetteur": "CAF fictive", "Date de référence": f"31/12/{year}"}
    for pair in (told | facts).items():
        notice.append(pair)
    for name in ("COMMUNE", "QPV"):
        sheet = book.create_sheet(name)
        sheet.append(["code", "libelle", *COLUMNS])
        for code, row in rows.items():
            if (code == place().commune.code) == (name == "COMMUNE"):
                sheet.append([code, "", *(row.get(one) for one in COLUMNS)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def stored(home: Path) -> bytes:
    """Every byte of a store, its journal of writes included."""
    return b"".join(one.read_bytes() for one in sorted(home.rglob("*")) if one.is_file())


def value(frame: pd.DataFrame, code: str, variable: str, category: str = "total") -> Any:
    """One value of the long table."""
    rows = frame[
        (frame["code"] == code) & (frame["variable"] == variable) & (frame["category"] == category)
    ]
    return rows["value"].iloc[0]
