"""Bytes → sheets: what each program writes, what is hidden, what cannot be read at all."""

import io
import pickle
import warnings
import zipfile
from typing import Any

import openpyxl
import pytest

from ctg_data.errors import UserError
from ctg_data.tabular.report import Severity, UnreadableFile
from ctg_data.tabular.sheets import open_book
from ctg_data.tabular.values import read_value, read_values
from ctg_data.tabular.workbooks import careful, fast
from tests.socle_tables import (
    SOCLE,
    counts,
    csv_bytes,
    figure,
    iris,
    judged,
    read,
    readme,
    table,
    territory,
    xlsx_bytes,
)
from tests.spreadsheets import ods_bytes, xlsb_bytes


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1\u202f039", 1039),
        ("1\u00a0039", 1039),
        ("1 039", 1039),
        ("12,0", 12),
        ("56,7 %", 56.7),
        ("1\u202f234\u202f567,5", 1234567.5),
        ("12 (1)", 12),
        ("12*", 12),
        ("1 039 r", 1039),
        ("+3", 3),
        ("1e3", 1000),
        (12.0, 12),
        (0, 0),
    ],
)
def test_numbers_as_they_are_written(text: Any, number: float) -> None:
    assert read_value(text).number == number


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("s", "secret_cellule"),
        ("<5", "secret_cellule"),
        ("< 5", "secret_cellule"),
        ("moins de 5", "secret_cellule"),
        ("C", "secret_cellule"),
        ("***", "secret_cellule"),
        ("nd", "non_disponible"),
        ("N.D.", "non_disponible"),
        ("#N/A", "non_disponible"),
        ("ns", "qualite"),
        ("–", "sans_objet"),
        ("s.o.", "sans_objet"),
        ("\u00a0", ""),
        (None, ""),
    ],
)
def test_marks_and_blanks(text: Any, status: str) -> None:
    value = read_value(text)
    assert (value.number, str(value.status)) == (None, status)


def test_many_values_keep_their_order() -> None:
    frame = read_values([["1", "s", None], [2.0, "xyz", 1]])
    assert frame["value"].tolist()[3] == 2
    assert frame["flag"].tolist() == ["", "", "", "", "text", ""]


def test_every_kind_of_workbook_gives_the_same_figures() -> None:
    lines = table(iris())
    expected = read(lines).rows["value"].tolist()
    sheets = {"IRIS": lines}
    for content in (xlsx_bytes(sheets), ods_bytes(sheets), xlsb_bytes(sheets)):
        assert read(content).rows["value"].tolist() == expected


def test_an_ods_that_ends_with_a_million_empty_lines_is_read() -> None:
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    tail += 'table:number-columns-repeated="16384"/></table:table-row>'
    assert len(read(ods_bytes({"IRIS": table(iris())}, tail)).rows) == len(iris()) * len(SOCLE)


def test_an_ods_that_would_fill_the_memory_is_refused() -> None:
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    tail += 'office:value-type="float" office:value="7"/></table:table-row>'
    with pytest.raises(UnreadableFile, match="plus grand"):
        open_book("f.ods", ods_bytes({"IRIS": [["a"]]}, tail))


def test_both_readers_of_xlsx_agree() -> None:
    def touch(book: Any, pages: Any) -> None:
        pages["IRIS"].write_number(40, 3, 0.5, book.add_format({"num_format": "0.0%"}))
        pages["IRIS"].write_formula(41, 3, "=1+1", None, 2)
        pages["IRIS"].write_boolean(42, 3, True)
        pages["IRIS"].set_row(4, None, None, {"hidden": True})
        pages["IRIS"].set_column(5, 6, None, None, {"hidden": True})
        pages["IRIS"].merge_range("A50:B51", "fusion")
        pages["LISEZMOI"].hide()

    content = xlsx_bytes({"IRIS": table(iris()), "LISEZMOI": readme()}, touch)
    one, two = fast(content), careful(content)
    for left, right in zip(one.sheets, two.sheets, strict=True):
        assert [[str(c) for c in row] for row in left.cells] == [
            [str(float(c)) if isinstance(c, int) else str(c) for c in row] for row in right.cells
        ]
        for trait in ("name", "hidden", "hidden_rows", "hidden_columns", "merged", "hollow"):
            assert getattr(left, trait) == getattr(right, trait), trait
    assert {m.id for m in one.messages} == {"feuille_masquee", "lignes_masquees"}
    assert one.sheets[0].cells[40][3] == "50 %"


def test_a_cell_at_the_end_of_the_world_is_read_one_by_one() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes({"IRIS": table(iris())})))
    book["IRIS"]["XFD1000000"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    buffer = io.BytesIO()
    book.save(buffer)
    assert len(read(buffer.getvalue()).rows) == len(iris()) * len(SOCLE)
    book["IRIS"]["XFD1000000"] = 7
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(UnreadableFile, match="plus grand"):
        open_book("f", buffer.getvalue())


def test_hidden_lines_are_read_and_said() -> None:
    def touch(_book: Any, pages: Any) -> None:
        pages["IRIS"].set_row(4, None, None, {"hidden": True})

    content = xlsx_bytes({"IRIS": table(iris())}, touch)
    [told] = judged(content).of("lignes_masquees")
    assert (told.severity, told.sheet, told.line) == (Severity.WARNING, "IRIS", 5)
    assert figure(read(content).rows, "foyers_allocataires", iris()[3]) == counts(3)["A"]


def test_merged_figures_are_refused() -> None:
    def touch(_book: Any, pages: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pages["IRIS"].merge_range("D4:D5", 300)

    [told] = judged(xlsx_bytes({"IRIS": table(iris())}, touch)).of("cellules_fusionnees")
    assert (told.severity, told.line) == (Severity.REFUSED, 4)
    assert "D4:D5, lignes 4 et 5" in told.text


def test_a_formula_without_its_result_is_refused() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes({"IRIS": table(iris())})))
    book["IRIS"]["D6"] = "=C6*2"
    buffer = io.BytesIO()
    book.save(buffer)
    [told] = judged(buffer.getvalue()).of("formule_sans_valeur")
    assert (told.severity, told.line, told.column) == (Severity.REFUSED, 6, "PERCOU")


def test_a_date_where_a_count_is_expected_is_refused() -> None:
    def touch(book: Any, pages: Any) -> None:
        pages["IRIS"].write_number(3, 4, 45000, book.add_format({"num_format": "dd/mm/yyyy"}))

    [told] = judged(xlsx_bytes({"IRIS": table(iris())}, touch)).of("pas_un_nombre")
    assert (told.line, told.column) == (4, "AI")
    assert "date" in told.text


def test_an_open_quote_does_not_swallow_the_lines_after_it() -> None:
    lines = table(iris())
    lines[3][1] = '"Prairie'
    report = judged(csv_bytes(lines))
    assert report.of("guillemets")[0].line == 4
    assert len(read(csv_bytes(lines)).rows) == len(iris()) * len(SOCLE)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "est vide"),
        (b"\n \n", "est vide"),
        (b"%PDF-1.7 ...", "un PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "une page web"),
        (b'{"a": 1}', "du JSON"),
        (b"\x00\x01\x02\x03", "ni un tableur ni un texte"),
        (b"PK\x03\x04 truncated", "abîmé"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "ne s'ouvre pas"),
        (b"\x89PNG....", "une image"),
    ],
)
def test_what_is_no_table_is_told(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        open_book("f", content)


def test_a_workbook_under_a_password_is_told() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(UnreadableFile, match="mot de passe"):
        open_book("f", ole + "EncryptedPackage".encode("utf-16-le"))


def test_an_archive_that_unfolds_without_end_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(9):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * 50_000_000)
    assert len(buffer.getvalue()) < 1_000_000
    with pytest.raises(UnreadableFile, match="mégaoctets"):
        open_book("f", buffer.getvalue())


def test_a_sheet_far_too_long_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="plus grand"):
        open_book("f", b"a;b\n" * 250_002)


def test_an_error_says_what_then_what_to_do() -> None:
    with pytest.raises(UnreadableFile) as told:
        open_book("liste. v2.csv", b"")
    assert told.value.what == "« liste. v2.csv » est vide"
    said = str(told.value)
    assert said.endswith("est vide. Demandez à la CAF de l'envoyer à nouveau.")
    assert str(pickle.loads(pickle.dumps(told.value))) == said  # from a process apart


def test_errors_are_for_the_reader() -> None:
    assert issubclass(UnreadableFile, UserError)
    assert territory().fictional
