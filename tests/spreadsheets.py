"""Spreadsheets written from nothing: an .ods (OpenDocument) and an .xlsb (BIFF12).

No library of ours writes them, so each is built from its published format: just enough of it for
text, numbers and percentages.  ``Share(0.567)`` is a number that its program shows as 56,7 %.
"""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

Sheets = Mapping[str, Sequence[Sequence[Any]]]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BINARY = "application/vnd.ms-excel"
ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>
<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"""


class Share(float):
    """A number under a percentage format."""


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def ods_bytes(sheets: Sheets, tail: str = "") -> bytes:
    """An .ods; ``tail`` is put after the lines of each sheet."""

    def cell(one: Any) -> str:
        if one is None:
            return "<table:table-cell/>"
        kind = 'office:value-type="string"'
        if isinstance(one, int | float):
            name, number = "float", str(one)
            if isinstance(one, Share):
                name, number = "percentage", str(float(one))
            kind = f'office:value-type="{name}" office:value="{number}"'
        return f"<table:table-cell {kind}><text:p>{escape(str(one))}</text:p></table:table-cell>"

    def rows(lines: Sequence[Sequence[Any]]) -> str:
        return "".join(
            f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines
        )

    body = "".join(
        f'<table:table table:name="{name}">{rows(lines)}{tail}</table:table>'
        for name, lines in sheets.items()
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = ODS.format(sheets=body)
    return _zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": "<m/>"})


def xlsb_bytes(sheets: Sheets) -> bytes:
    """An .xlsb: style 0 shows a number as it is, style 1 as « 0,0 % »."""
    parts = [f"worksheets/sheet{rank}.bin" for rank in range(1, len(sheets) + 1)]
    book = [(131, b""), (143, b"")]
    for rank, name in enumerate(sheets, start=1):
        book.append((156, struct.pack("<II", 0, rank) + _text(f"rId{rank}") + _text(name)))
    book += [(144, b""), (132, b"")]
    links = [("worksheet", part) for part in parts] + [("styles", "styles.bin")]
    return _zipped(
        {
            "[Content_Types].xml": _types(parts),
            "_rels/.rels": _links([("officeDocument", "xl/workbook.bin")]),
            "xl/_rels/workbook.bin.rels": _links(links),
            "xl/workbook.bin": _records(book),
            "xl/styles.bin": _styles(),
        }
        | {f"xl/{part}": _sheet(sheets[name]) for part, name in zip(parts, sheets, strict=True)}
    )


def _types(parts: Sequence[str]) -> str:
    named = {"workbook": "sheet.binary.macroEnabled.main", "styles": "styles"}
    known = {f"/xl/{part}": "worksheet" for part in parts}
    known |= {f"/xl/{name}.bin": kind for name, kind in named.items()}
    told = "".join(
        f'<Override PartName="{part}" ContentType="{BINARY}.{kind}"/>'
        for part, kind in known.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    rels += 'relationships+xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}{told}</Types>'


def _links(targets: Sequence[tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="rId{rank}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for rank, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


def _styles() -> bytes:
    plain, percent = struct.pack("<HHHHH", 0, 0, 0, 0, 0), struct.pack("<HHHHH", 0, 164, 0, 0, 0)
    named = struct.pack("<H", 164) + _text("0.0%")
    formats = [(615, struct.pack("<I", 1)), (44, named), (616, b"")]
    # a style of styles comes first, which no cell's number points at
    parents = [(626, struct.pack("<I", 1)), (47, percent), (627, b"")]
    cells = [(617, struct.pack("<I", 2)), (47, plain), (47, percent), (618, b"")]
    return _records([(278, b""), *formats, *parents, *cells, (279, b"")])


def _sheet(lines: Sequence[Sequence[Any]]) -> bytes:
    width = max(map(len, lines), default=1)
    size = struct.pack("<IIII", 0, max(len(lines) - 1, 0), 0, width - 1)
    records = [(129, b""), (148, size), (145, b"")]
    for row, line in enumerate(lines):
        records.append((0, struct.pack("<II", row, 0) + bytes(17)))
        records += [_cell(column, one) for column, one in enumerate(line) if one is not None]
    return _records([*records, (146, b""), (130, b"")])


def _cell(column: int, one: Any) -> tuple[int, bytes]:
    head = struct.pack("<II", column, int(isinstance(one, Share)))
    if isinstance(one, int | float):
        return 5, head + struct.pack("<d", one)
    return 6, head + _text(str(one))


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _records(records: Sequence[tuple[int, bytes]]) -> bytes:
    return b"".join(_seven_bits(kind) + _seven_bits(len(data)) + data for kind, data in records)


def _seven_bits(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])
