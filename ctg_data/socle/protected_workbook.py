"""The protected workbook: written anew from masked rows, never a copy of what came in.

One line a figure, so that nothing is said twice; a hidden value is an empty cell, its status
``secret`` whatever hid it.  No formula, no comment, no hidden sheet.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ctg_data.model import SECRETS, SIGNS, PublicStatus
from ctg_data.observations import KEY, variables

COLUMNS = {
    "type_zone": 12,
    "code_zone": 13,
    "lib_zone": 38,
    "version_geo": 12,
    "date_ref": 10,
    "variable": 46,
    "valeur": 10,
    "statut": 16,
    "signe": 7,
}
DICO = {
    "variable": 46,
    "libelle": 64,
    "unite": 12,
    "partition_de": 30,
    "sous_ensemble_de": 46,
}
TOLD = {
    **dict.fromkeys(map(str, SECRETS), PublicStatus.SECRET),
    "qualite": PublicStatus.NON_DISPONIBLE,
}


def write(
    rows: pd.DataFrame, labels: Mapping[tuple[str, str], str], facts: Sequence[tuple[str, str]]
) -> bytes:
    """Write masked rows.

    Args:
        rows: the long table, hidden values already erased.
        labels: names of the zones, by level and code.
        facts: lines of LISEZMOI, in order; those the reader knows are read back.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "Tableau de bord de la convention territoriale globale"
    book.properties.created = book.properties.modified = datetime.now(UTC).replace(tzinfo=None)
    _sheet(book, "LISEZMOI", {"rubrique": 30, "contenu": 100}, facts)
    _sheet(book, "DICO", DICO, _dico(rows))
    _sheet(book, "DONNEES", COLUMNS, _lines(rows, labels))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def target(variable: str, category: str) -> str:
    """A variable and its part, as the reader of the socle names them.

    >>> target("foyers_allocataires", "total"), target("enfants_couverts", "0-2")
    ('foyers_allocataires', 'enfants_couverts/0-2')
    """
    return variable if category == "total" else f"{variable}/{category}"


def _lines(rows: pd.DataFrame, labels: Mapping[tuple[str, str], str]) -> list[list[Any]]:
    lines = []
    for row in rows.sort_values(["period", "level", "code", *KEY]).to_dict("records"):
        status = TOLD.get(str(row["status"]), row["status"])
        status = PublicStatus(str(status))
        hidden = status not in (PublicStatus.DIFFUSE, PublicStatus.ARRONDI)
        level, code = str(row["level"]), str(row["code"])
        lines.append(
            [
                level,
                code,
                labels.get((level, code), ""),
                int(row["vintage"]),
                int(row["period"]),
                target(str(row["variable"]), str(row["category"])),
                None if hidden else _number(row["value"]),
                str(status),
                str(SIGNS[status]),
            ]
        )
    return lines


def _number(value: Any) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


def _dico(rows: pd.DataFrame) -> list[list[str]]:
    """What each column counts: from the declared variables, never from the file."""
    pairs = rows[["variable", "category"]].drop_duplicates().sort_values(["variable", "category"])
    lines = []
    for name, category in pairs.itertuples(index=False):
        one = variables()[name]
        label = one.label if category == "total" else f"{one.label} : {one.categories[category]}"
        whole = (one.total_de or name) if one.partition and category != "total" else ""
        lines.append([target(name, category), label, one.unit, whole, one.host])
    return lines


def _sheet(
    book: Workbook, name: str, columns: Mapping[str, int], lines: Sequence[Sequence[Any]]
) -> None:
    sheet: WriteOnlyWorksheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for rank, width in enumerate(columns.values()):
        sheet.column_dimensions["ABCDEFGHI"[rank]].width = width
    sheet.append([_bold(sheet, head) for head in columns])
    for line in lines:
        sheet.append(list(line))


def _bold(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
