"""What a quick look at the XML of an .xlsx tells besides its values.

Hidden lines, merged ranges, percentages, formulas without result: python-calamine reads values
twenty times faster than openpyxl but tells nothing of these.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PERCENT_IDS = {"9", "10"}
MOST_ROW, MOST_COLUMN = 250_000, 5_000
CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"([^>]*)>')
ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b'
    rb"(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class Traits:
    """One sheet, its values apart; lines and columns from 1."""

    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hollow: tuple[tuple[int, int], ...] = ()
    percents: frozenset[tuple[int, int]] = field(default_factory=frozenset, repr=False)
    sprawls: bool = False  # a cell stands where no socle goes: read it cell by cell


def traits(content: bytes) -> dict[str, Traits]:
    """The traits of each sheet, by name; the caller deals with a damaged archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = _percent_styles(archive)
        return {
            name: _of(archive.read(path), hidden, styles) for name, hidden, path in _sheets(archive)
        }


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, bool, str]]:
    """Name, whether hidden, and part of each worksheet."""
    rels = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in rels}
    known = set(archive.namelist())
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.rpartition("}")[2] != "sheet":
            continue
        target = targets.get(node.get(REL), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in known and "worksheet" in path:
            yield node.get("name", ""), node.get("state", "visible") != "visible", path


def _percent_styles(archive: zipfile.ZipFile) -> set[bytes]:
    """Numbers of the cell styles that show a percentage."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats, styles = set(PERCENT_IDS), set[bytes]()
    for node in root.iter():
        tag = node.tag.rpartition("}")[2]
        if tag == "numFmt" and "%" in node.get("formatCode", ""):
            formats.add(node.get("numFmtId", ""))
        elif tag == "cellXfs":
            ids = [one.get("numFmtId") for one in node]
            styles = {str(rank).encode() for rank, one in enumerate(ids) if one in formats}
    return styles


def _of(xml: bytes, hidden: bool, styles: set[bytes]) -> Traits:
    rows = [_attributes(found) for found in ROW.findall(xml)]
    columns = [_attributes(found) for found in COLUMN.findall(xml)]
    numbers = [int(one.get(b"r", b"0")) for one in rows]
    wide = any(column_of(name) > MOST_COLUMN for name in set(re.findall(rb'r="([A-Z]{3})\d', xml)))
    sprawls = wide or max(numbers, default=0) > MOST_ROW
    return Traits(
        hidden=hidden,
        hidden_rows=frozenset(
            number for number, one in zip(numbers, rows, strict=True) if _is_hidden(one)
        ),
        hidden_columns=frozenset(
            number
            for one in columns
            if _is_hidden(one)
            for number in range(
                int(one.get(b"min", b"1")), min(int(one.get(b"max", b"0")), 400) + 1
            )
        ),
        merged=tuple(
            (int(top), int(bottom), column_of(left), column_of(right))
            for left, top, right, bottom in MERGED.findall(xml)
        ),
        hollow=tuple((int(row), column_of(name)) for name, row in FORMULA.findall(xml)),
        percents=frozenset(_percents(xml, styles)),
        sprawls=sprawls,
    )


def _percents(xml: bytes, styles: set[bytes]) -> Iterator[tuple[int, int]]:
    if not styles:
        return
    used = re.compile(rb'\bs="(' + b"|".join(sorted(styles)) + rb')"')
    if not used.search(xml):
        return
    for found in CELL.finditer(xml):
        if used.search(found[0]):
            yield int(found[2]), column_of(found[1])


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return dict(re.findall(rb'(\w+)="([^"]*)"', text))


def _is_hidden(one: dict[bytes, bytes]) -> bool:
    return one.get(b"hidden") in (b"1", b"true")


def column_of(letters: bytes) -> int:
    """The number of a column, from 1.

    >>> column_of(b"A"), column_of(b"AA"), column_of(b"XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
