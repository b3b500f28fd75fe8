"""Which cells of an .ods or an .xlsb their program shows as percentages.

python-calamine gives the number that is stored: 0.567 where a person reads 56,7 %.  An .ods says
the kind of each cell; an .xlsb (BIFF12) gives each cell a style, and the style a format.
"""

import io
import struct
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

PERCENT_FORMATS = {9, 10}  # 0 % and 0,00 %, which every workbook knows without declaring them
ROW, FORMAT, STYLE, STYLES, STYLES_END, SHEET = 0, 44, 47, 617, 618, 156  # records of BIFF12
NUMBERS = {2, 5, 9}  # cells: a packed number, a number, a formula that gives one
ALL_BUT_ITS_STYLE = 0xFFFFFF


class Area(NamedTuple):
    """Cells from (top, left) to (bottom, right), counted from 0, both included."""

    top: int
    bottom: int
    left: int
    right: int


def percent_areas(content: bytes) -> dict[str, list[Area]]:
    """The percentages of each sheet, by its name; nothing of what cannot be understood.

    A sheet that is missing here is no fault: a column of rates from 0 to 1 is asked about later.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "content.xml" in names:
                return _of_ods(archive.read("content.xml"))
            return _of_xlsb(archive) if "xl/workbook.bin" in names else {}
    except (zipfile.BadZipFile, ElementTree.ParseError, struct.error, ValueError, LookupError):
        return {}


def _of_ods(xml: bytes) -> dict[str, list[Area]]:
    found: dict[str, list[Area]] = defaultdict(list)
    if b'value-type="percentage"' not in xml:
        return found
    name, row, column, here = "", 0, 0, list[tuple[int, int]]()
    for event, node in ElementTree.iterparse(io.BytesIO(xml), ("start", "end")):
        tag = node.tag.rpartition("}")[2]
        if (event, tag) == ("start", "table"):
            name, row = _told(node, "name"), 0
        elif (event, tag) == ("start", "table-row"):
            column, here = 0, []
        elif (event, tag) == ("end", "table-row"):
            many = int(_told(node, "number-rows-repeated") or 1)
            found[name] += [Area(row, row + many - 1, left, right) for left, right in here]
            row += many
            node.clear()
        elif event == "end" and tag in ("table-cell", "covered-table-cell"):
            many = int(_told(node, "number-columns-repeated") or 1)
            if _told(node, "value-type") == "percentage":
                here.append((column, column + many - 1))
            column += many
    return found


def _told(node: ElementTree.Element, name: str) -> str:
    """An attribute, whatever its namespace."""
    return next((text for key, text in node.items() if key.rpartition("}")[2] == name), "")


def _of_xlsb(archive: zipfile.ZipFile) -> dict[str, list[Area]]:
    styles = _percent_styles(archive.read("xl/styles.bin"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in links}
    found = {}
    for kind, data in _records(archive.read("xl/workbook.bin")):
        if kind == SHEET:
            link, end = _text(data, 8)
            path = targets[link]
            part = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            found[_text(data, end)[0]] = list(_percent_cells(archive.read(part), styles))
    return found


def _percent_styles(content: bytes) -> set[int]:
    """Ranks of the cell styles that show a percentage."""
    formats, styles, rank, inside = set(PERCENT_FORMATS), set[int](), 0, False
    for kind, data in _records(content):
        if kind == FORMAT and "%" in _text(data, 2)[0]:
            formats.add(_number(data, 0, "H"))
        elif kind in (STYLES, STYLES_END):
            inside = kind == STYLES
        elif kind == STYLE and inside:
            if _number(data, 2, "H") in formats:
                styles.add(rank)
            rank += 1
    return styles


def _percent_cells(content: bytes, styles: set[int]) -> Iterator[Area]:
    row = 0
    for kind, data in _records(content):
        if kind == ROW:
            row = _number(data, 0, "I")
        elif kind in NUMBERS and _number(data, 4, "I") & ALL_BUT_ITS_STYLE in styles:
            column = _number(data, 0, "I")
            yield Area(row, row, column, column)


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record: its kind, then its bytes; both lengths are written seven bits a byte."""
    place = 0
    while place < len(content):
        kind, place = _seven_bits(content, place, 2)
        size, place = _seven_bits(content, place, 4)
        yield kind, content[place : place + size]
        place += size


def _seven_bits(content: bytes, place: int, most: int) -> tuple[int, int]:
    number = 0
    for rank in range(most):
        byte = content[place + rank]
        number |= (byte & 0x7F) << (7 * rank)
        if byte < 0x80:
            break
    return number, place + rank + 1


def _number(data: bytes, place: int, form: str) -> int:
    return int(struct.unpack_from(f"<{form}", data, place)[0])


def _text(data: bytes, place: int) -> tuple[str, int]:
    """A text and where it ends; its length is before it."""
    end = place + 4 + 2 * _number(data, place, "I")
    return data[place + 4 : end].decode("utf-16-le"), end
