"""LISEZMOI, DICO and ZONES: what a file says of itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ctg_data.socle.reading.result import Kind
from ctg_data.tabular.book import Sheet, text_of
from ctg_data.tabular.dates import date_of, dates_in
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Place

README = ("lisezmoi", "lisez moi", "readme", "notice", "a lire", "presentation")
DICO = ("dico", "dictionnaire", "variables", "definitions")
ZONES = ("zones", "liste des zones", "zonages")
KEYS = {
    "emitter": ("emetteur", "producteur", "caf"),
    "reference": ("date reference", "date de reference", "situation au", "reference"),
    "generation": ("geographie", "geographie qpv", "generation qpv", "version geo qpv"),
    "kind": ("nature", "nature du fichier", "type de fichier", "fichier"),
    "commune": ("commune", "code commune", "code insee"),
    "contact": ("contact", "courriel"),
}
# a date that is told to be another thing than that of the counts
OTHER_DATE = re.compile(r"mis(e)? en ligne|mis(e)? a jour|paru|publie|edite|extrait|extraction")
KINDS = {"exact": Kind.EXACT, "exacte": Kind.EXACT, "exactes": Kind.EXACT} | {
    "protege": Kind.PROTEGE,
    "protegee": Kind.PROTEGE,
    "protegees": Kind.PROTEGE,
    "masque": Kind.PROTEGE,
}


@dataclass
class Told:
    """What the file says of itself; ``places`` says where."""

    emitter: str = ""
    contact: str = ""
    commune: str = ""
    kinds: set[Kind] = field(default_factory=set)
    reference: date | None = None
    generation: int | None = None
    generation_of_zones: set[int] = field(default_factory=set)
    in_titles: list[tuple[date, Place, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)  # column of the file → its French name
    units: dict[str, tuple[str, Place]] = field(default_factory=dict)
    partitions: dict[str, list[str]] = field(default_factory=dict)
    subsets: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


def role_of(sheet: Sheet) -> str:
    """What a sheet is for, by its name: ``readme``, ``dico``, ``zones`` or "" for figures."""
    name = plain(sheet.name)
    for role, names in {"readme": README, "dico": DICO, "zones": ZONES}.items():
        if name in names:
            return role
    return ""


def read_told(sheets: Iterable[Sheet]) -> Told:
    """Read every sheet that is not of figures."""
    told = Told()
    readers = {"readme": _readme, "dico": _dico, "zones": _zones}
    for sheet in sheets:
        if (role := role_of(sheet)) and sheet.cells.size:
            readers[role](sheet, told)
    return told


def read_titles(sheet: Sheet, rows: int, told: Told) -> None:
    """Look for the same things in the lines above a header."""
    for row in range(rows):
        for column, cell in enumerate(sheet.cells[row]):
            text = text_of(cell)
            for found in dates_in(text) if text and not OTHER_DATE.search(plain(text)) else ():
                told.in_titles.append((found, sheet.place(row, column), _as_written(text, found)))
    _pairs_into(sheet, rows, told)


def _as_written(text: str, found: date) -> str:
    """The date the way the title writes it, to be confirmed word for word."""
    day = re.search(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}", text)
    return day[0] if day else f"{found:%d/%m/%Y}"


def _readme(sheet: Sheet, told: Told) -> None:
    _pairs_into(sheet, sheet.cells.shape[0], told)


def _pairs_into(sheet: Sheet, rows: int, told: Told) -> None:
    for key, value, place in _pairs(sheet, rows):
        name = next((role for role, words in KEYS.items() if key in words), "")
        if name and text_of(value):
            told.places.setdefault(name, place)
            _note(told, name, value)


def _pairs(sheet: Sheet, rows: int) -> Iterator[tuple[str, Any, Place]]:
    """« clé | valeur » in two cells, or « clé : valeur » in one."""
    for row in range(rows):
        filled = [(n, cell) for n, cell in enumerate(sheet.cells[row]) if cell is not None]
        if not filled:
            continue
        column, first = filled[0]
        text = text_of(first)
        if len(filled) > 1 and filled[1][0] == column + 1:  # further right stands a comment
            yield plain(text), filled[1][1], sheet.place(row, column)
        if ":" in text:
            head, _, tail = text.partition(":")
            yield plain(head), tail.strip(), sheet.place(row, column)


def _note(told: Told, name: str, value: Any) -> None:
    if name == "reference":
        told.reference = told.reference or date_of(value)
    elif name == "generation":
        years = re.findall(r"2015|2024", text_of(value))
        told.generation = told.generation or (int(years[0]) if len(set(years)) == 1 else None)
    elif name == "kind":
        told.kinds |= {KINDS[word] for word in plain(text_of(value)).split() if word in KINDS}
    elif name == "commune":
        told.commune = told.commune or text_of(value).split()[0].strip("()").upper()
    elif not getattr(told, name):
        setattr(told, name, text_of(value)[:200])


def _table(sheet: Sheet, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """Lines of a small table, under the first line that has its first column."""
    header: dict[str, int] = {}
    for row in range(sheet.cells.shape[0]):
        cells = sheet.cells[row]
        if not header:
            names = [plain(text_of(cell)) for cell in cells]
            found = {
                role: next((names.index(word) for word in words if word in names), -1)
                for role, words in wanted.items()
            }
            header = found if found[next(iter(wanted))] >= 0 else {}
        elif any(cell is not None for cell in cells):
            line = {role: cells[n] if n >= 0 else None for role, n in header.items()}
            yield {**line, "row": row}


def _dico(sheet: Sheet, told: Told) -> None:
    wanted = {
        "variable": ("variable", "colonne", "code"),
        "label": ("libelle", "intitule", "definition"),
        "unit": ("unite",),
        "partition": ("partition de",),
        "subset": ("sous ensemble de", "inclus dans"),
    }
    for line in _table(sheet, wanted):
        name = text_of(line["variable"])
        if not name:
            continue
        if label := text_of(line["label"]):
            told.labels[plain(name)] = label
        if unit := plain(text_of(line["unit"]).replace("%", " pour cent ")):
            told.units[name] = (unit, sheet.place(line["row"], None, "unité"))
        if whole := text_of(line["partition"]):
            told.partitions.setdefault(whole, []).append(name)
        if whole := text_of(line["subset"]):
            told.subsets[name] = whole


def _zones(sheet: Sheet, told: Told) -> None:
    wanted = {"code": ("code", "code zone"), "version": ("version", "version geo", "generation")}
    for line in _table(sheet, wanted):
        code = text_of(line["code"]).upper()
        if re.match(r"Q[PN]\d", code):
            told.generation_of_zones.add(2015 if code.startswith("QP") else 2024)
            told.places.setdefault("zones", sheet.place(line["row"], None, "code"))
