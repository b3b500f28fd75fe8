"""Bytes of a file of structures → lines, each cell with its place in the file.  Pure."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ctg_data import fr
from ctg_data.register_columns import COLUMNS, PEOPLE, PERSONS, REQUIRED
from ctg_data.register_rules import remark
from ctg_data.sources.socle.book import Book, Sheet, letter, text_of
from ctg_data.sources.socle.catalogue import listed
from ctg_data.sources.socle.names import near, plain
from ctg_data.sources.socle.reading import UnreadableFile
from ctg_data.sources.socle.report import Message, Place
from ctg_data.sources.socle.sheets import open_book

MOST_TITLES = 20  # lines above the header that may hold a title
MOST_LINES = 5_000


@dataclass(frozen=True)
class Line:
    """One line of the file: the text of each known column, and where it stands."""

    number: int
    sheet: str
    cells: dict[str, str]
    heads: dict[str, str] = field(repr=False)  # column → header as written

    def text(self, column: str) -> str:
        """A cell, empty when its column is not there."""
        return self.cells.get(column, "")

    def place(self, column: str = "", value: str = "") -> Place:
        """A cell, as told in a report; nothing in a register counts people."""
        return Place(self.sheet, self.number, self.heads.get(column, column), value[:60])


def read_lines(name: str, content: bytes) -> tuple[list[Line], list[Message]]:
    """Read a workbook or a text.

    Raises:
        UnreadableFile: not a table at all.
    """
    book = _opened(name, content)
    messages = [remark("forme", one.text, one.places, done=one.done) for one in book.messages]
    for sheet in book.sheets:
        row = _header(sheet)
        if row is not None:
            heads = _columns(sheet, row, messages)
            lines = list(_lines(sheet, row, heads))
            if len(lines) > MOST_LINES:
                raise UnreadableFile(
                    fr.spaced(
                        f"« {name} » a plus de {fr.number(MOST_LINES)} lignes : ce n'est pas le "
                        "registre d'une commune. Envoyez les seules structures du territoire."
                    )
                )
            return lines, messages
    messages.append(_no_header(book))
    return [], messages


def read_kept(content: bytes) -> list[Line]:
    """Read back what ``register_write.to_csv`` wrote: its columns, by their names."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    heads = {column: column for column in rows.fieldnames or ()}
    return [
        Line(rows.line_num, "", {column: text or "" for column, text in row.items()}, heads)
        for row in rows
    ]


def _opened(name: str, content: bytes) -> Book:
    try:
        return open_book(name, content)
    except UnreadableFile as problem:
        what = str(problem).split(". ")[0].rstrip(".")
        raise UnreadableFile(
            fr.spaced(
                f"{what}. Rien n'en a été repris. Enregistrez la liste des structures en classeur "
                "(.xlsx, .ods) ou en texte (.csv), comme le modèle, et déposez-la à nouveau."
            )
        ) from problem


def _known() -> dict[str, str]:
    """Names a header may bear → column."""
    names: dict[str, str] = {}
    for one in COLUMNS:
        names |= {plain(name.replace("_", " ")): one.name for name in (one.name, *one.aliases)}
    return names


def _header(sheet: Sheet) -> int | None:
    """The first row that names a type and a name."""
    known = _known()
    for row in range(min(MOST_TITLES, len(sheet.cells))):
        found = {known.get(plain(text_of(cell).replace("_", " "))) for cell in sheet.cells[row]}
        if set(REQUIRED) <= found:
            return row
    return None


def _columns(sheet: Sheet, row: int, messages: list[Message]) -> dict[int, str]:
    """Position → column, what is not kept told with its reason."""
    known, found = _known(), dict[int, str]()
    ignored: list[str] = []
    for place, cell in enumerate(sheet.cells[row]):
        head = text_of(cell)
        word = plain(head.replace("_", " "))
        if not word:
            continue
        where = [sheet.place(row, place, head)]
        if word in known and known[word] in found.values():
            text = f"Colonne « {head} » : cette information est déjà donnée par une autre colonne."
            done = "fichier refusé ; gardez une seule des deux colonnes"
            messages.append(remark("colonne_repetee", text, where, done=done))
        elif word in known:
            found[place] = known[word]
        elif any(one in word for one in PEOPLE):
            text = (
                f"Colonne « {head} » : elle compte des personnes et n'entre pas dans le registre."
            )
            done = "laissée de côté ; transmettez ce compte à la CAF, pour son socle"
            messages.append(remark("colonne_personnes", text, where, done=done))
        elif any(one in word.split() for one in PERSONS):
            text = f"Colonne « {head} » : elle nomme des personnes."
            done = "laissée de côté, rien n'en est gardé"
            messages.append(remark("colonne_nominative", text, where, done=done))
        else:
            ignored.append(head)
    if ignored:
        text = f"{listed('Colonne', [f'« {one} »' for one in ignored])} : pas dans le modèle."
        messages.append(remark("colonne_ignoree", text, done="laissée de côté"))
    return found


def _lines(sheet: Sheet, row: int, heads: dict[int, str]) -> Iterator[Line]:
    """The lines under the header; blank ones are skipped."""
    written = {column: text_of(sheet.cells[row][place]) for place, column in heads.items()}
    for rank in range(row + 1, len(sheet.cells)):
        cells = {
            column: " ".join(text_of(sheet.cells[rank][place]).split())
            for place, column in heads.items()
        }
        if any(cells.values()):
            yield Line(sheet.lines[rank], sheet.name, cells, written)


def _no_header(book: Book) -> Message:
    """Which of the required columns is missing, and what looks like it."""
    first = book.sheets[0] if book.sheets else None
    cells: list[Any] = [] if first is None else list(first.cells[:MOST_TITLES].ravel())
    heads = [text_of(cell) for cell in cells if cell is not None]
    known = set(_known())
    offered = [one for one in heads if plain(one.replace("_", " ")) not in known][:40]
    missing = [one for one in REQUIRED if one not in {plain(head) for head in heads}]
    close = [name for one in missing for name in near(one, one, offered)]
    text = f"{listed('Colonne', [f'« {one} »' for one in missing or REQUIRED])} : introuvable."
    text += f" Colonnes proches : {', '.join(dict.fromkeys(close))}." if close else ""
    places = [Place(first.name, 1, letter(0))] if first is not None and first.name else []
    return remark(
        "colonne_absente", text, places, done="fichier refusé ; reprenez les titres du modèle"
    )
