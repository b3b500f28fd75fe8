"""Bytes of a text table → one sheet: encoding, separator, quotes, cut lines.

A producer's CSV is UTF-8 with or without a mark, Windows-1252 when Excel wrote it, UTF-16 when
Excel called it « texte Unicode ».  What is doubtful is located, never silently replaced.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Literal

from ctg_data import fr
from ctg_data.tabular.book import Book, Sheet, too_big
from ctg_data.tabular.report import Message, Place, UnreadableFile
from ctg_data.tabular.rules import lines_of, message

SEPARATORS = ";\t,|"
# What French text in Windows-1252 holds beyond ASCII; anything else there is doubtful.
PLAUSIBLE = set("éèêëàâäçîïôöùûüÿœæÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆ«»’‘“”–—…°²³€§µ·ñÑáíóúãõ\u00a0½ªº¹±×®©")
MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
FORCED = re.compile(r'="?([^"=]*)"?')
HOLE = "\ufffd"


def read_text(name: str, content: bytes) -> Book:
    """Read a CSV, whatever its encoding and its separator.

    Raises:
        UnreadableFile: no text, or no table in it.
    """
    text, notes = decode(content)
    if not text.strip():
        raise UnreadableFile(
            f"« {name} » est vide",
            "Demandez à la CAF de l'envoyer à nouveau.",
        )
    separator = separator_of(text)
    records, lines, more = _records(text, separator)
    short = not text.endswith(("\n", "\r"))
    sheet = Sheet.of("", records, lines, cut_short=short)
    return Book((sheet,), (*notes, *more), separator)


def unfolded(sheet: Sheet) -> Sheet:
    """A sheet whose only column holds whole lines of a CSV, cut as the text it is."""
    if sheet.cells.shape[1] != 1:
        return sheet
    lines = ["" if cell is None else str(cell) for cell in sheet.cells[:, 0]]
    separator = separator_of("\n".join(lines))
    cut = sum(line.count(separator) >= 2 for line in lines)
    if cut < 2 or cut * 2 < len(lines):
        return sheet
    records = [_plain(next(csv.reader([line], delimiter=separator), [])) for line in lines]
    return replace(Sheet.of(sheet.name, records, sheet.lines), hidden=sheet.hidden)


def decode(content: bytes) -> tuple[str, list[Message]]:
    r"""Decode a text and say what was doubtful in it.

    >>> decode("Château".encode("utf-8"))
    ('Château', [])
    >>> decode("Château".encode("cp1252"))[0], decode(b"a\x81")[1][0].id
    ('Château', 'encodage')
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _with_holes(content.decode(encoding, errors="replace"), "UTF-8")
    if encoding := _wide(content):
        return _with_holes(content.decode(encoding, errors="replace"), "UTF-16")
    if b"\0" in content:
        raise UnreadableFile(
            "Ce fichier n'est ni un tableur ni un texte : il ne peut pas être lu",
            "Enregistrez-le en .xlsx ou en .csv et recommencez.",
        )
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return _not_utf8(content)


def _wide(content: bytes) -> str:
    r"""The encoding of a text of two bytes a letter that came without its mark, "" for others.

    >>> _wide("CODGEO;A".encode("utf-16-le")), _wide(b"CODGEO;A"), _wide(bytes(8))
    ('utf-16-le', '', '')
    """
    head = content[:4000]
    first, second = (head[start::2].count(0) * 2 / max(1, len(head)) for start in (0, 1))
    if first > 0.7 and second < 0.1:
        return "utf-16-be"
    return "utf-16-le" if second > 0.7 and first < 0.1 else ""


def _not_utf8(content: bytes) -> tuple[str, list[Message]]:
    """Damaged UTF-8 when most accents still are UTF-8, Windows-1252 otherwise."""
    holed = content.decode("utf-8", errors="replace")
    accents = sum(letter in PLAUSIBLE or letter == "\u202f" for letter in holed)
    if accents > 2 * holed.count(HOLE):
        return _with_holes(holed, "UTF-8")
    text = content.decode("cp1252", errors="replace")
    strange = {letter for letter in set(text) if ord(letter) > 127} - PLAUSIBLE
    if strange:
        return _with_holes(text, "Windows-1252", strange)
    told = message(
        "page_de_codes", "Texte en Windows-1252, reconnu : les accents sont bien lus.", done="lu"
    )
    return text, [told]


def _with_holes(
    text: str, encoding: str, strange: set[str] | None = None
) -> tuple[str, list[Message]]:
    """Name the lines of doubtful characters."""
    wanted = (strange or set()) | {HOLE}
    found = Counter(
        number
        for number, line in enumerate(text.splitlines(), start=1)
        for letter in line
        if letter in wanted
    )
    if not found:
        return text, []
    total = sum(found.values())
    count = fr.plural(total, "caractère douteux", "caractères douteux")
    where = lines_of(sorted(found))
    told = message(
        "encodage",
        f"Encodage non reconnu ; lu comme {encoding}, {count} en {where}.",
        [Place(line=number) for number in sorted(found)],
        done="lu ; un code ou un chiffre touché est refusé à sa place",
    )
    return text, [told]


def separator_of(text: str) -> str:
    r"""The separator that cuts most lines the same way.

    >>> separator_of("a;b;c\n1,5;2;3\n"), separator_of("a\tb\n1\t2\n"), separator_of("a,b\n1,2\n")
    (';', '\t', ',')
    """
    head = "\n".join(islice(text.splitlines(), 200))

    def regularity(separator: str) -> tuple[int, int]:
        try:
            widths = Counter(map(len, csv.reader(io.StringIO(head), delimiter=separator)))
        except csv.Error:
            return 0, 0
        widths.pop(0, None)
        widths.pop(1, None)
        width, lines = max(widths.items(), key=lambda one: one[0] * one[1], default=(0, 0))
        return width * lines, width

    return max(SEPARATORS, key=regularity)


def _records(text: str, separator: str) -> tuple[list[list[str]], list[int], list[Message]]:
    """Cut a text into records, and say on which line of the file each one starts."""
    notes: list[Message] = []
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL
    if swallowed := _open_quote(text, separator):
        quoting = csv.QUOTE_NONE
        notes.append(
            message(
                "guillemets",
                f"Guillemet jamais refermé à partir de la ligne {swallowed} : les guillemets sont "
                "lus comme des lettres.",
                [Place(line=swallowed)],
                done="lu sans tenir compte des guillemets",
            )
        )
    records: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting)
    start = 1
    try:
        for record in reader:
            records.append([cell.strip('" ') for cell in record] if notes else _plain(record))
            lines.append(start)
            start = reader.line_num + 1
            too_big(len(records), len(record))
    except csv.Error as problem:
        raise UnreadableFile(
            f"Ce texte n'est pas un tableau lisible (ligne {start})",
            "Réenregistrez-le en CSV depuis le tableur qui l'a produit.",
        ) from problem
    return records, lines, notes


def _plain(record: list[str]) -> list[str]:
    """Cells that were written ="012" so that a spreadsheet keeps their zeros."""
    return [FORCED.sub(r"\1", cell) if cell.startswith("=") else cell for cell in record]


def _open_quote(text: str, separator: str) -> int:
    """The line of a quote that swallows the lines after it, 0 when there is none."""
    if '"' not in text:
        return 0
    start = 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for record in reader:
            if any(cell.count("\n") > 3 for cell in record):
                return start
            start = reader.line_num + 1
    except csv.Error:
        return start
    return start - 1 if text.count('"') % 2 else 0
