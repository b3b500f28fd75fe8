"""Bytes of a file of structures → lines, each cell with its place in the file.  Pure."""

import csv
import io
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace

from ctg_data import fr
from ctg_data.register import whole as register_whole
from ctg_data.register.choices import WHOLE, Choices
from ctg_data.register.columns import REQUIRED
from ctg_data.register.contacts import telephone
from ctg_data.register.headers import (
    ASIDE,
    JOINED,
    WORDED,
    close_to,
    column_of,
    gathered,
    meaning,
    meanings,
    people,
    persons,
    word_of,
)
from ctg_data.register.rules import remark
from ctg_data.tabular.book import Book, Sheet, letter, text_of
from ctg_data.tabular.report import Message, Place, UnreadableFile
from ctg_data.tabular.rules import listed
from ctg_data.tabular.sheets import open_book

MOST_TITLES = 20  # lines above the header that may hold a title
MOST_LINES = 5_000
MOST_OFFERED = 12  # titles offered for a column that is missing


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


def read_lines(
    name: str, content: bytes, choices: Choices | None = None
) -> tuple[list[Line], list[Message]]:
    """Read a workbook or a text.

    Args:
        name: of the file.
        content: its bytes.
        choices: what the reader said before of titles; what is not known is asked there.

    Raises:
        UnreadableFile: not a table at all.
    """
    book, choices = _opened(name, content), choices or Choices()
    messages = [remark("forme", one.text, one.places, done=one.done) for one in book.messages]
    for sheet in book.sheets:
        row = _header(sheet, choices)
        if row is not None:
            heads = _columns(sheet, row, messages, choices)
            return _not_too_many(name, list(_lines(sheet, row, heads, messages))), messages
    found, untyped = _untyped(name, book, messages, choices)
    if untyped:
        messages.append(_no_header(book, choices))
        return [], messages
    return _not_too_many(name, found), messages


def _not_too_many(name: str, lines: list[Line]) -> list[Line]:
    if len(lines) > MOST_LINES:
        raise UnreadableFile(
            (
                f"« {name} » a plus de {fr.number(MOST_LINES)} lignes : ce n'est pas le "
                "registre d'une commune"
            ),
            "Envoyez les seules structures du territoire.",
        )
    return lines


def _untyped(
    name: str, book: Book, messages: list[Message], choices: Choices
) -> tuple[list[Line], bool]:
    """The lines of every sheet without a column of types; and whether one is of a type unsaid."""
    found: list[Line] = []
    told: list[Message] = []
    asked = True
    for sheet in book.sheets:
        row = _header(sheet, choices, {"nom"})
        if row is None:
            continue
        said: list[Message] = []
        heads = _columns(sheet, row, said, choices)
        lines = list(_lines(sheet, row, heads, said))
        kind = register_whole.type_of(name, sheet.name, len(lines), choices, said) if lines else ""
        if kind is None:
            return [], True
        asked = False
        told += said
        if kind != ASIDE:
            found += [replace(one, cells={**one.cells, "type": kind}) for one in lines]
    messages.extend(told)
    return found, asked


def read_kept(content: bytes) -> list[Line]:
    """Read back what ``write.to_csv`` wrote: its columns, by their names."""
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
        raise UnreadableFile(
            problem.what,
            (
                "Rien n'en a été repris. Enregistrez la liste des structures en classeur "
                "(.xlsx, .ods) ou en texte (.csv), comme le modèle, et déposez-la à "
                "nouveau."
            ),
        ) from problem


def _header(sheet: Sheet, choices: Choices, wanted: Set[str] = frozenset(REQUIRED)) -> int | None:
    """The first row that names a type and a name, or what else is wanted."""
    for row in range(min(MOST_TITLES, len(sheet.cells))):
        if wanted <= {meaning(text_of(one), choices.columns) for one in sheet.cells[row]}:
            return row
    return None


def _columns(sheet: Sheet, row: int, messages: list[Message], choices: Choices) -> dict[int, str]:
    """Position → column or part of one; what is not kept is told with its reason."""
    found: dict[int, str] = {}
    ignored: list[str] = []
    parts = meanings([text_of(one) for one in sheet.cells[row]], choices.columns)
    for place, cell in enumerate(sheet.cells[row]):
        head, part = text_of(cell), parts[place]
        if part == ASIDE or not word_of(head):
            continue
        where = [sheet.place(row, place, head)]
        if part is not None and (other := _again(sheet, row, place, part, found)) is not None:
            kept = _preferred(head, text_of(sheet.cells[row][other]), part, where, messages)
            found[place if kept == head else other] = found.pop(other)
        elif part is not None:
            found[place] = part
        elif not _kept_out(head, where, messages):
            ignored.append(head)
    if ignored:
        text = f"{listed('Colonne', [f'« {one} »' for one in ignored])} : pas dans le modèle."
        messages.append(remark("colonne_ignoree", text, done="laissée de côté"))
    return found


def _kept_out(head: str, where: list[Place], messages: list[Message]) -> bool:
    """Whether a column is about people; then it is told, and left out."""
    if people(head):
        text = f"Colonne « {head} » : elle compte des personnes et n'entre pas dans le registre."
        done = "laissée de côté ; transmettez ce compte à la CAF, pour son socle"
        messages.append(remark("colonne_personnes", text, where, done=done))
    elif persons(head):
        text = f"Colonne « {head} » : elle nomme des personnes."
        done = "laissée de côté, rien n'en est gardé"
        messages.append(remark("colonne_nominative", text, where, done=done))
    else:
        return False
    return True


def _again(sheet: Sheet, row: int, place: int, part: str, found: dict[int, str]) -> int | None:
    """The column that says otherwise what this one says: parts of one fact complete it."""
    if column_of(part) in JOINED or part.startswith("point"):
        return None
    for other, known in found.items():
        pairs = ((text_of(one[place]), text_of(one[other])) for one in sheet.cells[row + 1 :])
        if known == part and any(one and two and one != two for one, two in pairs):
            return other
    return None


def _preferred(
    head: str, other: str, part: str, where: list[Place], messages: list[Message]
) -> str:
    """Of two columns of words, the one that bears the model's name; figures are refused."""
    named = [one for one in (head, other) if word_of(one) == part]
    if part in WORDED and len(named) == 1:
        left = other if named[0] == head else head
        text = f"Colonne « {left} » : « {named[0]} » dit déjà cette information, autrement."
        messages.append(remark("colonne_ignoree", text, where, done="laissée de côté"))
        return named[0]
    text = f"Colonne « {head} » : cette information est déjà donnée par « {other} », autrement."
    done = "fichier refusé ; gardez une seule des deux colonnes"
    messages.append(remark("colonne_repetee", text, where, done=done))
    return other


def _lines(
    sheet: Sheet, row: int, heads: dict[int, str], messages: list[Message]
) -> Iterator[Line]:
    """The lines under the header; blank ones are skipped."""
    written: dict[str, str] = {}
    for place, part in heads.items():
        written.setdefault(column_of(part), text_of(sheet.cells[row][place]))
        written.setdefault(part, text_of(sheet.cells[row][place]))
    for rank in range(row + 1, len(sheet.cells)):
        parts: dict[str, list[str]] = {}
        for place, part in heads.items():
            text = " ".join(text_of(sheet.cells[rank][place]).split())
            where = sheet.place(rank, place, text_of(sheet.cells[row][place]), text[:60])
            parts.setdefault(part, []).append(_dialled(part, text, where, messages))
        cells = dict(gathered(parts))
        if any(cells.values()):
            yield Line(sheet.lines[rank], sheet.name, cells, written)


def _dialled(part: str, text: str, where: Place, messages: list[Message]) -> str:
    """A telephone as it is dialled: spreadsheets drop its first zero."""
    if part != "contact:tel" and not (part == "contact" and text.isdigit()):
        return text
    read, sure = telephone(text)
    if not sure:
        told = f"Ligne {where.line} : « {text[:60]} » n'est pas un numéro de téléphone."
        done = "gardé tel quel ; vérifiez-le (une cellule de texte garde son premier zéro)"
        messages.append(remark("telephone_douteux", told, [where], done=done))
    return read


def _no_header(book: Book, choices: Choices) -> Message:
    """Which of the required columns is missing, and the titles that may be it."""
    first = book.sheets[0] if book.sheets else None
    heads = _likely(first, choices)
    parts = {meaning(one, choices.columns) for one in heads}
    missing = [one for one in REQUIRED if one not in parts] or list(REQUIRED)
    free = [one for one in heads if meaning(one, choices.columns) is None]
    text = f"{listed('Colonne', [f'« {one} »' for one in missing])} : introuvable."
    for column in missing:
        close = [one for one in close_to(column, free) if not people(one)][:MOST_OFFERED]
        if close:
            text += f" Pour « {column} », colonnes proches : {', '.join(close)}."
        if close:
            choices.ask("colonne", column, tuple(close))
    places = [Place(first.name, 1, letter(0))] if first is not None and first.name else []
    done = "fichier refusé ; dites laquelle sert (le choix est retenu), ou prenez le modèle"
    if any(one.what == WHOLE for one in choices.asked):
        done = (
            "fichier refusé ; dites de quel type sont toutes ses lignes, ou quelle colonne le dit"
        )
    return remark("colonne_absente", text, places, done=done)


def _likely(sheet: Sheet | None, choices: Choices) -> list[str]:
    """The row that looks most like a header: the most known titles, then the most cells."""
    if sheet is None:
        return []
    rows = [
        [text_of(cell) for cell in row if cell is not None and word_of(text_of(cell))]
        for row in sheet.cells[:MOST_TITLES]
    ]

    def known(row: list[str]) -> tuple[int, int]:
        parts = [meaning(one, choices.columns) for one in row]
        return sum(one is not None for one in parts), len(row)

    return max(rows, key=known, default=[])
