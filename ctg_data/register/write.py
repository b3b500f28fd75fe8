"""The register as files: the CSV kept and downloaded, and the model workbook to fill in."""

import csv
import io
from typing import Any

import xlsxwriter

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register.columns import COLUMNS, LISTED, NAMES, SPANS, session_column
from ctg_data.register.model import BANDS, SESSIONS, ZONINGS, Register, Structure
from ctg_data.territory.config import TerritoryConfig

SPARE = 200  # empty lines that the help of the model covers


def to_csv(register: Register) -> bytes:
    """The whole register, as it is read back: UTF-8, one line a structure."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows_of(register))
    return buffer.getvalue().encode("utf-8")


def rows_of(register: Register) -> list[dict[str, str]]:
    """Every line as text, then the types whose list is full and that no structure carries."""
    told = dict(register.complete)
    rows = []
    for one in register.structures:
        year = told.pop(one.kind, None)
        rows.append(_row(one) | {"liste_complete_depuis": str(year or "")})
    rows += [
        {**dict.fromkeys(NAMES, ""), "type": kind, "liste_complete_depuis": str(year)}
        for kind, year in told.items()
    ]
    return rows


def _row(one: Structure) -> dict[str, str]:
    row = {
        "id": one.id,
        "type": one.kind,
        "nom": one.name,
        "adresse": one.address,
        "commune": one.commune,
        "longitude": _number(one.longitude),
        "latitude": _number(one.latitude),
        "score": _number(one.score),
        "localisation": one.located_by,
        "places": _number(one.places),
        "psu": one.psu,
        "projet_travaux": one.works,
        "age_min": _number(one.age_min),
        "age_max": _number(one.age_max),
        "public": one.public,
        "siret": one.siret,
        "gestionnaire": one.manager,
        "horaires": one.hours,
        "contact": one.contact,
        "inscription": one.apply,
        "zone_competence": LISTED.join(one.competence),
        "ouverture": _dates([opened for opened, _ in one.spans]),
        "fermeture": _dates([closed for _, closed in one.spans]),
        "remarque": one.note,
        "source": one.source,
        "source_date": one.source_date,
        "fictif": "oui" if one.fictional else "",
    }
    row |= {column: one.zones.get(column, "") for column in ZONINGS}
    row |= {
        session_column(session, band): _number(one.sessions.get((session, band)))
        for session in SESSIONS
        for band in BANDS
    }
    return row


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def _dates(days: list[str]) -> str:
    return SPANS.join(day for day in days if day)


def model(territory: TerritoryConfig, register: Register | None = None) -> bytes:
    """The workbook to fill in: its columns explained, the types, the zones, the present lines."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"title": "Modèle de registre des structures", "created": None})
    head = book.add_format({"bold": True, "bg_color": "#E3E8EC", "border": 1})
    text = book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _structures(book.add_worksheet("STRUCTURES"), register or Register(), head, text)
    _table(book.add_worksheet("LISEZMOI"), _help(), head, wrap)
    _table(book.add_worksheet("TYPES"), _types(), head, wrap)
    _table(book.add_worksheet("ZONES"), _places(territory), head, wrap)
    book.close()
    return buffer.getvalue()


def _structures(page: Any, register: Register, head: Any, text: Any) -> None:
    page.freeze_panes(1, 3)
    rows = rows_of(register)
    for place, one in enumerate(COLUMNS):
        page.write_string(0, place, one.name, head)
        page.set_column(place, place, max(12, min(36, len(one.name) + 4)), text)
        rule = {"validate": "any", "input_title": one.name[:32]}
        page.data_validation(
            *(1, place, len(rows) + SPARE, place),
            rule | {"input_message": fr.spaced(one.help)[:255]},
        )
    choices = {"type": list(kinds()), "psu": ["oui", "non"], "projet_travaux": ["oui", "non"]}
    for name, source in choices.items():
        place = NAMES.index(name)
        shown = {"validate": "list", "source": source, "error_type": "warning"}
        if sum(map(len, source)) + len(source) > 255:  # the format's own limit: point at TYPES
            shown["source"] = f"=TYPES!$A$2:$A${len(source) + 1}"
        page.data_validation(1, place, len(rows) + SPARE, place, shown)
    for rank, row in enumerate(rows, start=1):
        for place, name in enumerate(NAMES):
            page.write_string(rank, place, row[name], text)


def _table(page: Any, rows: list[tuple[str, ...]], head: Any, wrap: Any) -> None:
    page.freeze_panes(1, 0)
    for place, width in enumerate((28, 62, 40, 14)[: len(rows[0])]):
        page.set_column(place, place, width, wrap)
    for rank, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write_string(rank, place, fr.spaced(cell), head if rank == 0 else wrap)


def _help() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("colonne", "ce qu'on y écrit", "exemple")]
    return rows + [(one.name, one.help, one.example) for one in COLUMNS]


def _types() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("type", "libellé", "s'écrit aussi")]
    return rows + [(one.id, one.label, ", ".join(one.noms)) for one in kinds().values()]


def _places(territory: TerritoryConfig) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("code", "libellé", "niveau", "contours")]
    for level in dict.fromkeys(level for level, _ in ZONINGS.values()):
        rows += [
            (one.code, one.label, level.label, str(one.vintage)) for one in territory.zones(level)
        ]
    return rows
