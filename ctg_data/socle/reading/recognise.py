"""Find the header of a sheet, its layout and what each column gives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ctg_data.model import Level
from ctg_data.socle.reading.codes import clean
from ctg_data.socle.reading.layouts import BASE, Layout, label_of, layouts, markers
from ctg_data.socle.reading.result import Declared, Series
from ctg_data.tabular.book import Sheet, text_of
from ctg_data.tabular.names import near, plain
from ctg_data.tabular.report import Message
from ctg_data.tabular.rules import listed, message

DEPTH = 80  # lines in which a header is looked for
CODE_LIKE = re.compile(r"\d[\dAB]\d{7}|QP\w{6}|QN\w{6}")
LONG = ("code", "variable", "value")


@dataclass(frozen=True)
class Column:
    """One column that gives figures; ``base`` when it gives the allocataires behind them."""

    index: int
    header: str
    target: str
    base: bool = False

    @property
    def variable(self) -> str:
        """The variable."""
        return self.target.partition("/")[0]

    @property
    def category(self) -> str:
        """Its part, or ``total``."""
        return self.target.partition("/")[2] or "total"


@dataclass(frozen=True)
class Table:
    """A sheet that was understood.

    Attributes:
        header: row of the header in ``sheet.cells``.
        markers: column of each role (code, type, label, note, period, …).
        others: headers that give nothing known, by column.
    """

    sheet: Sheet
    layout: Layout
    header: int
    markers: Mapping[str, int]
    columns: tuple[Column, ...]
    others: Mapping[int, str] = field(default_factory=dict)
    level: Level | None = None
    messages: tuple[Message, ...] = ()

    @property
    def targets(self) -> list[str]:
        """What its columns give."""
        return [one.target for one in self.columns if not one.base]


def recognise(sheet: Sheet, declared: Declared, labels: Mapping[str, str]) -> Table | None:
    """Understand one sheet; ``None`` when no line of it looks like a header."""
    if (row := _header_row(sheet, declared.series)) is None:
        return None
    headers = [text_of(cell) for cell in sheet.cells[row]]
    names = [plain(text) for text in headers]
    found = _markers(names)
    if "code" not in found and (place := _code_column(sheet, row)) is not None:
        found["code"] = place
    if "code" not in found:
        return None
    have = frozenset(names) | {"code"}
    offered = layouts(declared.series)
    layout = next((one for one in offered if one.is_of(have)), offered[-1])
    taken = set(found.values())
    columns, others = _columns(sheet, row, headers, layout, declared, labels, taken)
    level = Level(told) if (told := layout.level or _level_of_sheet(sheet.name)) else None
    return Table(sheet, layout, row, found, tuple(columns), others, level)


def _header_row(sheet: Sheet, series: Series) -> int | None:
    """The line with most known headers, a column of codes counting for several."""
    best, best_score = None, 0
    known = {name for one in layouts(series) for name in one.columns}
    for row in range(min(DEPTH, sheet.cells.shape[0])):
        names = {plain(cell) for cell in sheet.cells[row] if isinstance(cell, str)}
        roles = [role for role, aliases in markers().items() if aliases & names]
        score = len(names & known) + 3 * ("code" in roles) + 9 * all(one in roles for one in LONG)
        enough = len(names & known) >= 2 or "code" in roles
        if enough and len(names) >= 3 and score > best_score:
            best, best_score = row, score
    return best if best_score >= 4 else None


def _markers(names: list[str]) -> dict[str, int]:
    """The column of each role: the first of its aliases, in their order, that is there."""
    found: dict[str, int] = {}
    for role, aliases in markers().items():
        for place, name in enumerate(names):
            if name in aliases and place not in found.values():
                found[role] = place
                break
    return found


def _code_column(sheet: Sheet, row: int) -> int | None:
    """A column that holds codes under a header nobody knows."""
    below = sheet.cells[row + 1 : row + 60]
    for column in range(min(below.shape[1], 60)):
        cells = [clean(cell) for cell in below[:, column] if cell is not None]
        if len(cells) >= 2 and sum(bool(CODE_LIKE.fullmatch(c)) for c in cells) * 2 > len(cells):
            return column
    return None


def _level_of_sheet(name: str) -> str:
    """The level that the name of a sheet tells: « IRIS », « QPV 2015 »."""
    known = next(one.sheets for one in layouts() if one.id == "socle_large")
    words = plain(name).split()
    return next((known[word] for word in words[:2] if word in known), "")


def _columns(
    sheet: Sheet,
    row: int,
    headers: list[str],
    layout: Layout,
    declared: Declared,
    labels: Mapping[str, str],
    taken: set[int],
) -> tuple[list[Column], dict[int, str]]:
    """What each column gives: by its header, its band, its name in DICO, or the importer."""
    renamed = {plain(header): name for header, name in declared.columns.items()}
    bands = _bands(sheet, row)
    columns, others = list[Column](), dict[int, str]()
    for place, header in enumerate(headers):
        if place in taken or not header:
            continue
        band = bands[place]
        tries = [
            renamed.get(plain(header), ""),
            header,
            f"{band} {header}",
            f"{band.split(' ')[0]} {header}",
            labels.get(plain(header), ""),
        ]
        if target := next((t for one in tries if one and (t := layout.target(one))), ""):
            columns.append(
                Column(place, header, target.removesuffix(BASE), base=target.endswith(BASE))
            )
        elif plain(header) not in layout.silent and plain(header) not in _every_marker():
            others[place] = header
    return columns, others


def _every_marker() -> set[str]:
    return {name for aliases in markers().values() for name in aliases}


def _bands(sheet: Sheet, row: int) -> list[str]:
    """The line above the header, each of its texts standing over the blanks at its right."""
    width = sheet.cells.shape[1]
    if row == 0:
        return [""] * width
    above, bands = "", []
    for cell in sheet.cells[row - 1]:
        above = text_of(cell) or above
        bands.append(above)
    return bands


def missing_columns(table: Table, declared: Declared, year: int | None) -> list[Message]:
    """Required columns that are absent, with near matches; usual ones are only said."""
    required, usual = table.layout.missing(table.targets, year)
    sheet, told = table.sheet, list[Message]()
    for name in required:
        label = label_of(table.layout.target(name))
        words = f"« {name} » ({label})"
        if name in declared.absent or table.layout.target(name) in declared.absent:
            text = f"Colonne {words} absente, ce que l'envoi confirme."
            told.append(message("colonne_confirmee", text, [sheet.place(table.header)]))
            continue
        close = near(name, label, table.others.values())
        text = f"Colonne obligatoire absente : {name} ({label})."
        text += f" Colonnes proches : {', '.join(close)}." if close else ""
        done = "fichier refusé ; nommez la colonne, ou confirmez qu'elle n'est pas fournie"
        proposal = {close[0]: name} if close else {}
        place = sheet.place(table.header, None, name)
        told.append(message("colonne_absente", text, [place], done=done, proposal=proposal))
    if gone := [name for name in usual if name not in declared.absent]:
        many = "s" if len(gone) > 1 else ""
        text = f"{listed('Colonne', gone, 20)} : habituelle{many}, absente{many} cette fois."
        told.append(message("colonne_inhabituelle", text, [sheet.place(table.header)]))
    return told
