"""Bytes of a spreadsheet → sheets.

openpyxl reads .xlsx, because it also tells what is hidden, merged or a formula without its
result.  python-calamine reads what openpyxl cannot: .ods, .xls, .xlsb, and workbooks that another
program wrote not quite as Excel does.
"""

import io
import re
import warnings
import zipfile
from typing import Any

import openpyxl
import python_calamine

from ctg_data import fr
from ctg_data.sources.socle.book import Book, Sheet, too_big
from ctg_data.sources.socle.catalogue import message
from ctg_data.sources.socle.reading import UnreadableFile
from ctg_data.sources.socle.report import Message, Place

MOST_UNZIPPED = 400_000_000
MOST_PARTS = 3_000
MOST_SHEETS = 60
OLE = b"\xd0\xcf\x11\xe0"  # .xls, and an .xlsx under a password
READ_ONLY_ADVICE = "Enregistrez-le à nouveau en .xlsx depuis Excel ou LibreOffice et recommencez."


def read_workbook(name: str, content: bytes) -> Book:
    """Read a spreadsheet of any usual format.

    Raises:
        UnreadableFile: it cannot be opened, is under a password, or is far too big.
    """
    if content.startswith(b"PK") and _is_xlsx(name, content):
        try:
            return _xlsx(content)
        except UnreadableFile:
            raise
        except Exception:  # whatever a damaged workbook does to openpyxl, the other reader tries
            pass
    return _other(name, content)


def _is_xlsx(name: str, content: bytes) -> bool:
    """Look inside the archive, and refuse one that would fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
        raise UnreadableFile(
            fr.spaced(
                f"« {name} » est abîmé : c'est un classeur coupé ou altéré en chemin. Rien n'en a "
                "été repris. Demandez à la CAF de l'envoyer à nouveau."
            )
        ) from problem
    if sum(part.file_size for part in parts) > MOST_UNZIPPED or len(parts) > MOST_PARTS:
        raise UnreadableFile(
            fr.spaced(
                f"« {name} » se déplie en plusieurs centaines de mégaoctets : ce n'est pas un socle. "
                "Il n'a pas été ouvert."
            )
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


def _xlsx(content: bytes) -> Book:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that do not matter here
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = _has_formulas(content)
        raw = openpyxl.load_workbook(io.BytesIO(content)) if formulas else None
    pages = [page for page in book.worksheets if hasattr(page, "_cells")]
    sheets = [
        _sheet(page, None if raw is None else raw[page.title]) for page in pages[:MOST_SHEETS]
    ]
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
        merged=tuple(
            (m.min_row, m.max_row, m.min_col, m.max_col) for m in page.merged_cells.ranges
        ),
        hollow=hollow,
    )


def _value(cell: Any) -> Any:
    """A cell as a person sees it where it matters: 0.567 shown as a percentage is 56.7 %."""
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool) and "%" in cell.number_format:
        return f"{round(value * 100, 6):g} %"
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
            too_big(MOST_SHEETS * 10_000_000, 1)
        sheets = [_plain(one, book.get_sheet_by_name(one)) for one in book.sheet_names]
    except UnreadableFile:
        raise
    except python_calamine.PasswordError as problem:
        raise _under_password(name) from problem
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        if content.startswith(OLE) and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k" in content:
            raise _under_password(name) from problem
        raise UnreadableFile(
            fr.spaced(
                f"« {name} » ne s'ouvre pas : ce n'est pas un classeur, ou il est abîmé. Rien n'en a "
                f"été repris. {READ_ONLY_ADVICE}"
            )
        ) from problem
    return Book(tuple(sheets), tuple(_hidden(sheets)))


def _under_password(name: str) -> UnreadableFile:
    return UnreadableFile(
        fr.spaced(
            f"« {name} » est protégé par un mot de passe : il n'a pas été ouvert. Enregistrez-le sans "
            "mot de passe et recommencez."
        )
    )


def _plain(name: str, page: Any) -> Sheet:
    too_big(page.total_height or 0, page.total_width or 0)
    records = page.to_python(skip_empty_area=False)
    first = [[None if cell == "" else cell for cell in record] for record in records]
    hidden = "Visible" not in str(getattr(page, "visible", "Visible"))
    return Sheet.of(name, first, list(range(1, len(first) + 1)), hidden=hidden)
