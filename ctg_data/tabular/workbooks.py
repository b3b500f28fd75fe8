"""Bytes of a spreadsheet → sheets.

python-calamine reads every usual format (.xlsx, .ods, .xls, .xlsb) and twenty times faster than
openpyxl; ``xlsx_traits`` and ``percents`` add what it does not tell.  openpyxl reads the .xlsx
that the other cannot: damaged ones, and those with a cell at the end of the world, which it reads
one by one.
"""

import io
import re
import warnings
import zipfile
from typing import Any

import openpyxl
import python_calamine

from ctg_data import fr
from ctg_data.tabular.book import MOST_ROWS, Book, Sheet, too_big
from ctg_data.tabular.percents import Area, percent_areas
from ctg_data.tabular.report import Message, Place, UnreadableFile
from ctg_data.tabular.rules import message
from ctg_data.tabular.xlsx_traits import Traits, traits

MOST_UNZIPPED = 400_000_000
MOST_PARTS = 3_000
MOST_SHEETS = 60
MARK = "[Content_Types].xml"  # of a document of Office, which is no archive to its reader
INSIDE = (".csv", ".txt", ".xlsx", ".xls", ".ods", ".xlsb")
OLE = b"\xd0\xcf\x11\xe0"  # .xls, and an .xlsx under a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(name: str, content: bytes) -> Book:
    """Read a spreadsheet of any usual format.

    Raises:
        UnreadableFile: it cannot be opened, is under a password, or is far too big.
    """
    if not (content.startswith(b"PK") and _is_xlsx(name, content)):
        return _other(name, content)
    try:
        return fast(content)
    except UnreadableFile:
        raise
    except BaseException as problem:
        _let_through(problem)
    try:
        return careful(content)
    except UnreadableFile:
        raise
    except Exception as problem:  # a damaged workbook fails in every way there is
        raise _damaged(name) from problem


def _let_through(problem: BaseException) -> None:
    """A panic of the reader is no exception of ours; an order to stop is."""
    if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError | GeneratorExit):
        raise problem


def _is_xlsx(name: str, content: bytes) -> bool:
    """Look inside the archive, and refuse one that would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
        raise UnreadableFile(
            f"« {name} » est abîmé : c'est un classeur coupé ou altéré en chemin",
            "Rien n'en a été repris. Demandez à la CAF de l'envoyer à nouveau.",
        ) from problem
    if sum(part.file_size for part in parts) > MOST_UNZIPPED or len(parts) > MOST_PARTS:
        raise UnreadableFile(
            f"« {name} » se déplie en plusieurs centaines de mégaoctets : ce n'est pas un socle",
            "Il n'a pas été ouvert.",
        )
    names = {part.filename for part in parts}
    if any(one.endswith("content.xml") for one in names):
        _check_repeats(content)
    return "xl/workbook.xml" in names


def _check_repeats(content: bytes) -> None:
    """An .ods may announce a million lines in forty letters: count those before the last value."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            text = archive.read("content.xml").decode("utf-8", errors="replace")
        except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError):
            return  # the reader will say that it cannot be opened
    for table in text.split("<table:table ")[1:]:
        filled = table[: table.rfind("office:value") + 1]
        rows = [int(n) for n in re.findall(r'number-rows-repeated="(\d{1,9})"', filled)]
        columns = [int(n) for n in re.findall(r'number-columns-repeated="(\d{1,9})"', filled)]
        too_big(sum(rows), 1)
        last_row = filled.rfind("<table:table-row")
        tail = re.findall(r'number-columns-repeated="(\d{1,9})"', filled[last_row:])
        if max(columns, default=0) > 20_000 or sum(map(int, tail)) > 20_000:
            too_big(1, max([*columns, sum(map(int, tail))]))


def fast(content: bytes) -> Book:
    """Read an .xlsx by python-calamine; raises whatever it raises."""
    told = traits(content)
    if any(one.sprawls for one in told.values()):
        raise ValueError("cells stand too far: read them one by one")
    book = python_calamine.load_workbook(io.BytesIO(content))
    if len(book.sheet_names) > MOST_SHEETS:
        too_big(MOST_ROWS + 1, 1)
    names = [name for name in book.sheet_names if name in told]
    if not names:
        raise ValueError("no worksheet was found")
    sheets = [_fast_sheet(name, book.get_sheet_by_name(name), told[name]) for name in names]
    return Book(tuple(sheets), tuple(_hidden(sheets)))


def _fast_sheet(name: str, page: Any, one: Traits) -> Sheet:
    too_big(page.total_height or 0, page.total_width or 0)
    records = page.to_python(skip_empty_area=False)
    for row, column in one.percents:
        if row <= len(records) and column <= len(records[row - 1]):
            _show_percent(records[row - 1], column - 1)
    return Sheet.of(
        name,
        records,
        list(range(1, len(records) + 1)),
        hidden=one.hidden,
        hidden_rows=one.hidden_rows,
        hidden_columns=one.hidden_columns,
        merged=one.merged,
        hollow=one.hollow,
    )


def _show_percent(record: list[Any], column: int) -> None:
    value = record[column]
    if isinstance(value, float | int) and not isinstance(value, bool):
        record[column] = as_percent(value)


def as_percent(value: float) -> str:
    """A number as a person sees it where it matters: 0.567 shown as a percentage is 56.7 %."""
    return f"{round(value * 100, 6):g} %"


def careful(content: bytes) -> Book:
    """Read an .xlsx by openpyxl; raises whatever it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that do not matter here
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        raw = openpyxl.load_workbook(io.BytesIO(content)) if _has_formulas(content) else None
    pages = [page for page in book.worksheets if hasattr(page, "_cells")][:MOST_SHEETS]
    sheets = [_sheet(page, None if raw is None else raw[page.title]) for page in pages]
    return Book(tuple(sheets), tuple(_hidden(sheets)))


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pages = [one for one in archive.namelist() if one.startswith("xl/worksheets/sheet")]
        return any(b"<f>" in (xml := archive.read(one)) or b"<f " in xml for one in pages)


def _sheet(page: Any, raw: Any) -> Sheet:
    """Square off one sheet; its cells are walked one by one, its declared size is not trusted."""
    filled = {place: cell for place, cell in page._cells.items() if cell.value is not None}
    height = max((row for row, _ in filled), default=0)
    width = max((column for _, column in filled), default=0)
    too_big(height, width)
    records: list[list[Any]] = [[None] * width for _ in range(height)]
    for (row, column), cell in filled.items():
        records[row - 1][column - 1] = _value(cell)
    hollow = () if raw is None else tuple(sorted(_hollow(raw, filled)))
    return Sheet.of(
        page.title,
        records,
        list(range(1, height + 1)),
        hidden=page.sheet_state != "visible",
        hidden_rows=frozenset(n for n, one in page.row_dimensions.items() if one.hidden),
        hidden_columns=frozenset(
            number
            for one in page.column_dimensions.values()
            if one.hidden
            for number in range(one.min or 0, min((one.max or 0), width) + 1)
        ),
        merged=tuple((m.min_row, m.max_row, m.min_col, m.max_col) for m in page.merged_cells),
        hollow=hollow,
    )


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool) and "%" in cell.number_format:
        return as_percent(value)
    return value


def _hollow(raw: Any, filled: dict[tuple[int, int], Any]) -> list[tuple[int, int]]:
    """Formulas whose result was never computed: their program did not save it."""
    return [
        place for place, cell in raw._cells.items() if cell.data_type == "f" and place not in filled
    ]


def _hidden(sheets: list[Sheet]) -> list[Message]:
    """Say what a reader of the workbook would not see."""
    told = []
    for sheet in sheets:
        if sheet.hidden and sheet.cells.size:
            text = f"La feuille « {sheet.name} » est masquée dans le classeur."
            told.append(message("feuille_masquee", text, [Place(sheet.name)], done="lue aussi"))
        rows = sorted(n for n in sheet.hidden_rows if n <= len(sheet.lines))
        columns = [n for n in sheet.hidden_columns if n <= sheet.cells.shape[1]]
        if rows or columns:
            parts = [fr.plural(len(rows), "ligne")] if rows else []
            parts += [fr.plural(len(columns), "colonne")] if columns else []
            text = f"Feuille « {sheet.name} » : {' et '.join(parts)} masquées (filtre ou pliage)."
            places = [Place(sheet.name, line) for line in rows[:20]] or [Place(sheet.name)]
            told.append(message("lignes_masquees", text, places, done="lues aussi"))
    return told


def _other(name: str, content: bytes) -> Book:
    """Open with the second reader, whose failures come in every shape."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        if len(book.sheet_names) > MOST_SHEETS:
            too_big(MOST_ROWS + 1, 1)
        shown = percent_areas(content)
        sheets = [
            _plain(one, book.get_sheet_by_name(one), shown.get(one, [])) for one in book.sheet_names
        ]
    except UnreadableFile:
        raise
    except python_calamine.PasswordError as problem:
        raise _under_password(name) from problem
    except BaseException as problem:
        _let_through(problem)
        if content.startswith(OLE) and ENCRYPTED in content:
            raise _under_password(name) from problem
        raise _damaged(name, content) from problem
    return Book(tuple(sheets), tuple(_hidden(sheets)))


def _damaged(name: str, content: bytes = b"") -> UnreadableFile:
    parts = _parts(content)
    if MARK not in parts and any(one.lower().endswith(INSIDE) for one in parts):
        return UnreadableFile(
            (
                f"« {name} » est une archive compressée : ouvrez-la, et déposez le fichier "
                "qu'elle contient"
            ),
        )
    return UnreadableFile(
        f"« {name} » ne s'ouvre pas : ce n'est pas un classeur, ou il est abîmé",
        (
            "Rien n'en a été repris. Enregistrez-le à nouveau en .xlsx depuis Excel ou "
            "LibreOffice et recommencez."
        ),
    )


def _parts(content: bytes) -> list[str]:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


def _under_password(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"« {name} » est protégé par un mot de passe : il n'a pas été ouvert",
        "Enregistrez-le sans mot de passe et recommencez.",
    )


def _plain(name: str, page: Any, shown: list[Area]) -> Sheet:
    too_big(page.total_height or 0, page.total_width or 0)
    records = page.to_python(skip_empty_area=False)
    for area in shown:
        for record in records[area.top : area.bottom + 1]:
            for column in range(area.left, min(area.right + 1, len(record))):
                _show_percent(record, column)
    hidden = "Visible" not in str(getattr(page, "visible", "Visible"))
    return Sheet.of(name, records, list(range(1, len(records) + 1)), hidden=hidden)
