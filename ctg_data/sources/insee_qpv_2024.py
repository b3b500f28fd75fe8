"""Insee, figures on the QPV of 2024: CAF, job seekers, incomes, inhabitants.

Producer's pages: https://www.insee.fr/fr/statistiques/8186144 (Licence Ouverte 2.0); the page of
each file and its columns are declared in ``insee_qpv_2024.toml``.  A quarter is known by its code
(QN…), wherever it stands in a line; one that lies in several communes has one line, for the whole.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from ctg_data import dating, fr
from ctg_data.dating import Dating
from ctg_data.errors import SourceChanged
from ctg_data.model import Level, Status
from ctg_data.natures import COVERED
from ctg_data.observations import variables
from ctg_data.sources import insee_site, place_cells, qpv_layouts, streams
from ctg_data.sources.base import Fetched, Reading, observations_of, row_of
from ctg_data.sources.extract import MEDIA_TYPE, Extract, Origin
from ctg_data.sources.qpv_layouts import Layout
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import sheets, tables
from ctg_data.tabular.book import text_of
from ctg_data.tabular.report import UnreadableFile
from ctg_data.territory.config import TerritoryConfig

GENERATION = 2024
QUARTER = re.compile(r"QN[0-9A-Z]{6}")
CODE, MARK = "code", "|"  # of a kept column: variable|column|year
SAID = {
    "s": Status.SECRET_CELLULE,
    "ss": Status.SECRET_CELLULE,
    "secret": Status.SECRET_CELLULE,
    "nd": Status.NON_DISPONIBLE,
    "so": Status.SANS_OBJET,
}
Line = tuple[str, dict[str, str]]  # code of a quarter, cells by column


@dataclass
class _Held:
    """What was seen of a file, in the making."""

    lines: list[Line] = field(default_factory=list)
    heading: dict[str, None] = field(default_factory=dict)
    said: dict[str, set[str]] = field(default_factory=dict)
    quarters: int = 0
    names: list[str] = field(default_factory=list)


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring one file; keep the quarters of the territory and the columns that are known."""
    codes = _codes(territory)
    if not codes:
        return None
    layout = qpv_layouts.layouts()[dataset.id]
    link = insee_site.links(clients.http, layout.page, layout.form, dataset.id)[0]
    edition = link.edition or layout.editions[0]
    if edition not in layout.editions:
        raise SourceChanged(
            f"« {dataset.id} » : l'édition {edition} ({link.file}) n'est pas encore décrite, rien "
            "n'en a été repris. Signalez-le à qui maintient l'application : ses colonnes sont à "
            "déclarer."
        )
    held = _Held()
    with TemporaryDirectory(prefix="ctg-insee-") as folder:
        saved = insee_site.save(clients.http, link, Path(folder), dataset.id)
        for table in insee_site.tables(saved, link.file, Path(folder), dataset.id):
            _hold(held, table, codes, dataset.id)
    found = qpv_layouts.recognised(layout, held.heading, held.said)
    _check(held, found, layout, dataset.id, link.file)
    columns = {
        MARK.join((variable, one.column, str(one.year or ""))): one.column
        for variable, one in found.items()
    }
    kept = [
        {CODE: code, **{name: cells.get(column, "") for name, column in columns.items()}}
        for code, cells in held.lines
        if cells.keys() & set(columns.values())
    ]
    origin = Origin(saved.address, saved.sha256, saved.size, str(edition), held.quarters)
    content = Extract.of(origin, (CODE, *columns), kept).to_bytes()
    return Fetched(saved.address, content, MEDIA_TYPE)


def _codes(territory: TerritoryConfig) -> set[str]:
    return {zone.code for zone in territory.zones(Level.QPV, GENERATION)}


def _hold(held: _Held, table: insee_site.Table, codes: set[str], name: str) -> None:
    """Take from one table the lines of the territory, or what it says of columns."""
    held.names.append(table.name)
    rows = _rows(table, name)
    heading = next(rows, [])
    if qpv_layouts.is_dictionary(heading):
        lines = [dict(zip(heading, row, strict=False)) for row in rows]
        held.said.update(qpv_layouts.meanings(lines))
        return
    counted = 0
    for row in rows:
        here = {cell.strip().upper() for cell in row}
        counted += any(QUARTER.fullmatch(cell) for cell in here)
        for code in sorted(here & codes):
            held.lines.append((code, dict(zip(heading, row, strict=False))))
    if counted:
        held.quarters += counted
        held.heading.update(dict.fromkeys(heading))


def _rows(table: insee_site.Table, name: str) -> Iterator[list[str]]:
    """The lines of a table, its heading first; a workbook has titles above it."""
    with table.path.open("rb") as file:
        archive = file.read(4) == streams.ZIP
    if archive:
        yield from _of_workbook(table, name)
        return
    text = streams.lines(table.path, name)
    first = next(text)
    separator = max(";,\t", key=first.count)
    try:
        heading = next(csv.reader([first], delimiter=separator))
        yield heading
        for number, row in enumerate(csv.reader(text, delimiter=separator), start=2):
            if row and len(row) != len(heading):
                raise streams.cut_short(name, str(number))
            if row:
                yield row
    except csv.Error as error:
        raise streams.cut_short(name) from error


def _of_workbook(table: insee_site.Table, name: str) -> Iterator[list[str]]:
    """The first sheet that names quarters; its heading is the line above the first of them."""
    try:
        book = sheets.open_book(table.name, table.path.read_bytes())
    except UnreadableFile as error:
        raise SourceChanged(
            f"« {name} » : {table.name} ne s'ouvre plus. Rien n'en a été repris. Signalez-le à qui "
            "maintient l'application."
        ) from error
    for sheet in book.sheets:
        lines = [[text_of(cell) for cell in row] for row in sheet.cells]
        start = next((at for at, row in enumerate(lines) if any(map(QUARTER.fullmatch, row))), 0)
        if start:
            yield from lines[start - 1 :]
            return


def _check(held: _Held, found: dict[str, Any], layout: Layout, name: str, file: str) -> None:
    """Refuse a file without quarters, or without what is needed of it; columns found are told."""
    if not held.quarters:
        raise SourceChanged(
            f"« {name} » : {file} ne donne aucun quartier de {GENERATION} (code QN…) ; il contient "
            f"{', '.join(held.names) or 'aucun tableau'}. Rien n'en a été repris. Signalez-le à "
            "qui maintient l'application."
        )
    missing = [one for one in layout.needed if one not in found]
    if not missing and found:
        return
    wanted = missing or list(layout.columns)
    told = "; ".join(
        f"{variables()[one.partition('/')[0]].label} ({', '.join(layout.columns[one])})"
        for one in wanted
    ).replace("; ", " ; ")
    raise SourceChanged(
        f"« {name} » : dans {file}, aucune colonne n'est reconnue pour {told}. Colonnes trouvées : "
        f"{', '.join(held.heading)}. Rien n'en a été repris : une colonne n'est jamais devinée. "
        "Signalez-le à qui maintient l'application, avec le dictionnaire joint au fichier."
    )


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Figures of the territory's quarters; what is withheld keeps its reason."""
    layout = qpv_layouts.layouts()[dataset.id]
    extract = Extract.from_bytes(content, dataset.id)
    edition = tables.year(extract.origin.edition)
    columns = [_kept(one, layout, dataset.id) for one in extract.columns if one != CODE]
    if edition is None or CODE not in extract.columns:
        raise SourceChanged(f"La copie gardée de « {dataset.id} » ne se lit plus.")
    lines = place_cells.lines(extract, extract.columns, dataset.id)
    known, rejected = _codes(territory), Counter[str]()
    cells: dict[tuple[str, str], str] = {}
    for line in lines:
        if line[CODE] not in known:
            rejected["QPV que le territoire ne déclare pas"] += 1
            continue
        for name, *_ in columns:
            key = (line[CODE], name)
            if cells.setdefault(key, line[name]) != line[name]:
                raise SourceChanged(
                    f"« {dataset.id} » donne deux lignes différentes pour le quartier "
                    f"{line[CODE]}. Rien n'en a été repris. Signalez-le à qui maintient "
                    "l'application."
                )
    rows = [
        _row(code, column, cells[code, column[0]], layout, edition)
        for column in columns
        for code in sorted({code for code, _ in cells})
    ]
    return Reading(
        observations_of(rows, citation), rejected, _notes(dataset, layout, columns, rows)
    )


Column = tuple[str, str, str, int | None]  # as kept, variable, part, year


def _kept(name: str, layout: Layout, dataset: str) -> Column:
    target, _, rest = name.partition(MARK)
    _, _, year = rest.rpartition(MARK)
    if target not in layout.columns:
        raise SourceChanged(
            f"La copie gardée de « {dataset} » a une colonne que rien ne déclare plus. Relancez "
            "la mise à jour."
        )
    variable, _, part = target.partition("/")
    return name, variable, part or "total", tables.year(year)


def _row(code: str, column: Column, text: str, layout: Layout, edition: int) -> dict[str, Any]:
    """One figure, under the year observed; where nothing tells it, under its edition."""
    _, variable, part, year = column
    kind = variables()[variable]
    value, status = _read(text, variable, layout)
    period, told = edition, {}
    if layout.dated_by_column:
        period = year or dating.unestablished(edition, kind.nature, kind.unit)
        proof = Dating.PRODUCTEUR if year else Dating.NON_ETABLI
        told = {"edition": str(edition), "dating": str(proof)}
    place = (Level.QPV, code, GENERATION)
    return {**row_of(place, period, (variable, part), value, status), **told}


def _read(text: str, variable: str, layout: Layout) -> tuple[float | None, Status]:
    """A cell: a number, or why there is none."""
    bare = re.sub(r"[\s./]", "", fr.bare(text))
    if bare in SAID:
        return None, SAID[bare]
    if not bare:
        counted = variables()[variable].nature in COVERED
        withheld = layout.blank_is_secret and counted
        return None, Status.SECRET_CELLULE if withheld else Status.NON_DISPONIBLE
    [value] = tables.numbers(pd.Series([text]), variable)
    return value, Status.DIFFUSE


def _notes(
    dataset: Dataset, layout: Layout, columns: Sequence[Column], rows: list[dict[str, Any]]
) -> tuple[str, ...]:
    """What the file does not give, and that an edition has no year."""
    held = {f"{variable}/{part}" for _, variable, part, _ in columns}
    absent = [one for one in layout.columns if (one if "/" in one else f"{one}/total") not in held]
    notes = []
    if absent:
        names = [" ou ".join(layout.columns[one]) for one in absent]
        notes.append(f"« {dataset.id} » : colonnes non reconnues, {', '.join(names)}.")
    if any(one["period"] < 0 for one in rows):
        notes.append(
            f"« {dataset.id} » : le fichier ne dit pas de quelle année est la population ; elle "
            "est montrée sous son édition et ne se compare à aucune autre."
        )
    return tuple(notes)
