"""Files of structures, made for tests: a few lines in the columns of the model."""

import csv
import io
from typing import Any

import openpyxl

from ctg_data.register.parse import Parsing, parse
from ctg_data.register.places import outlines_of
from ctg_data.register.read import read_lines
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig

CRECHE = {
    "id": "A1",
    "type": "eaje",
    "nom": "Crèche d'essai",
    "adresse": "1 rue de l'Essai",
    "iris": "001230101",
    "qpv_2024": "hors",
    "quartier": "FQ01",
    "places": "30",
    "ouverture": "01/09/2015",
    "source": "Registre d'essai",
    "source_date": "31/12/2024",
}
Lines = list[dict[str, Any]]


def config() -> TerritoryConfig:
    """The fictional territory."""
    return territory.open_territory("exemple")


def creche(**other: Any) -> dict[str, Any]:
    """A line without fault, but for what is asked."""
    return CRECHE | other


def heads(lines: Lines) -> list[str]:
    return list(dict.fromkeys(name for line in lines for name in line))


def as_csv(lines: Lines, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A text as a spreadsheet writes it."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, heads(lines), delimiter=separator)
    writer.writeheader()
    writer.writerows(lines)
    return buffer.getvalue().encode(encoding)


def as_book(lines: Lines, titles: int = 0) -> bytes:
    """A workbook, with some lines of title above the header."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "STRUCTURES"
    for rank in range(titles):
        page.append([f"Titre {rank + 1}"])
    names = heads(lines)
    page.append(names)
    for line in lines:
        page.append([line.get(name) for name in names])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parsed(lines: Lines) -> Parsing:
    """Lines read, each alone."""
    found, messages = read_lines("essai.csv", as_csv(lines))
    return parse(found, config(), messages)


def outlines() -> Any:
    """Outlines of the fictional territory."""
    return outlines_of(config(), None)
