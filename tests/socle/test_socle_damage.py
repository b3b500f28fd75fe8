"""Files as they come out of other people's spreadsheets: read exactly, or named at their place."""

import io
import re
import zipfile
from datetime import datetime

import pytest

from ctg_data.socle.reading.result import Declared
from ctg_data.tabular.report import Severity, UnreadableFile
from tests.socle_tables import (
    PROTECTED,
    csv_bytes,
    figure,
    iris,
    judged,
    producer_file,
    read,
    table,
    xlsx_bytes,
)

NAME = "data_CAF_2020_IRIS.csv"
REFUSED = Severity.REFUSED


def total(content, name=NAME, declared=None):
    """The households of every zone, in a file nothing is refused in."""
    assert not [m.text for m in judged(content, declared, name).messages if m.severity is REFUSED]
    rows = read(content, declared, name).rows
    whole = rows[rows["variable"].eq("foyers_allocataires") & rows["category"].eq("total")]
    return int(whole["value"].sum())


def recoded(write):
    """The producers' file, each code written another way."""
    head, *lines = producer_file(2020)
    return [head, *([write(line[0]), *line[1:]] for line in lines)]


@pytest.fixture(scope="module")
def expected():
    return sum(line[2] for line in producer_file(2020)[1:] if line[2] != "")


@pytest.mark.parametrize("write", ['="{}"'.format, "={}".format, "{},00".format, "'{}".format])
def test_codes_as_spreadsheets_write_them_to_keep_their_zeros(write, expected):
    assert total(csv_bytes(recoded(write))) == expected


def test_counts_kept_as_text_by_a_formula(expected):
    head, *lines = producer_file(2020)
    forced = [[line[0], line[1], *(f'="{cell}"' for cell in line[2:])] for line in lines]
    assert total(csv_bytes([head, *forced])) == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_two_bytes_a_letter_with_or_without_a_mark(encoding, expected):
    lines = [[*line, "é"] for line in producer_file(2020)]
    assert total(csv_bytes(lines, "\t", encoding)) == expected


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_pasted_in_the_first_column_of_a_workbook(separator, expected):
    lines = [[separator.join(map(str, line))] for line in producer_file(2020)]
    assert total(xlsx_bytes({"Feuil1": lines}), "data_CAF_2020_IRIS.xlsx") == expected


def test_a_sheet_of_words_in_one_column_stays_as_it_is(expected):
    notes = [["Source : Cnaf ; champ : foyers"], ["une phrase, puis une autre"], ["fin"]]
    content = xlsx_bytes({"IRIS": producer_file(2020), "Notes": notes})
    report = judged(content, None, "data_CAF_2020_IRIS.xlsx")
    assert total(content, "data_CAF_2020_IRIS.xlsx") == expected
    assert [m.sheet for m in report.of("feuille_ignoree")] == ["Notes"]


@pytest.mark.parametrize(
    "title", ["Insee, mise en ligne le 10/05/2022", "Paru le 23/06/2022", "Extrait le 02/03/2021"]
)
def test_the_day_a_file_was_made_is_not_that_of_its_counts(title, expected):
    lines = [["Allocataires à l'IRIS"], [title], [], *producer_file(2020)]
    assert total(csv_bytes(lines)) == expected
    assert read(csv_bytes(lines), None, NAME).reference_date.year == 2020
    socle = csv_bytes([[title], *table(iris())])
    (asked,) = judged(socle, None, "socle.csv").of("date_absente")
    assert not asked.proposal


def test_a_line_pushed_sideways_is_one_fault_and_nothing_is_read_of_it():
    lines = table(iris())
    lines[5] = [*lines[5][:4], 7, *lines[5][4:]]
    report = judged(lines)
    (fault,) = [m for m in report.messages if m.severity is REFUSED]
    assert (fault.id, fault.line) == ("ligne_decalee", 6)
    kinds = {m.id for m in report.messages if m.line == 6}
    assert kinds == {"ligne_decalee"}, "the faults that the shift makes are not told again"
    assert not report.of("zones_manquantes"), "the zone has its line"
    assert iris()[4] not in set(read(lines).rows["code"])


def test_a_code_that_became_a_date_says_so():
    def convert(book, pages):
        pages["IRIS"].write_datetime(
            3, 0, datetime(2007, 6, 5), book.add_format({"num_format": 14})
        )

    report = judged(xlsx_bytes({"IRIS": table(iris())}, convert), PROTECTED, "s.xlsx")
    (fault,) = report.of("code_incomplet")
    assert "c'est une date" in fault.text
    assert "Zéro" not in fault.text
    assert (fault.sheet, fault.line, fault.column) == ("IRIS", 4, "code")


def long_file(**last):
    """A long file whose last line is odd."""
    head = ["type_zone", "code_zone", "date_ref", "variable", "valeur", "statut"]
    lines = [["iris", code, "31/12/2024", "A", 412, "diffuse"] for code in iris()]
    odd = dict(zip(head, ["iris", iris()[0], "31/12/2024", "AM", 41, "diffuse"], strict=True))
    return [head, *lines, list({**odd, **last}.values())]


def test_a_type_of_zone_nobody_knows_is_named():
    lines = long_file(type_zone="hameau", code_zone="H1")
    (fault,) = judged(lines).of("type_inconnu")
    assert "« hameau »" in fault.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert (fault.line, fault.column) == (len(lines), "type_zone")
    assert not judged(lines).of("ligne_sans_code")


def test_a_status_nobody_knows_is_told_and_its_blank_is_hidden():
    lines = long_file(valeur="", statut="bof")
    (told,) = judged(lines).of("statut_inconnu")
    assert (told.severity, told.line) == (Severity.WARNING, len(lines))
    rows = read(lines).rows
    assert rows["status"].iloc[-1] == "secret_cellule"
    assert figure(rows, "foyers_allocataires", iris()[0]) == 412


def test_an_archive_is_to_be_opened_first():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("socle/SOCLE.csv", csv_bytes(table(iris())))
    with pytest.raises(UnreadableFile, match=re.escape("ouvrez-la")):
        read(buffer.getvalue(), Declared(), "socle.zip")
