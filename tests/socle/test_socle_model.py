"""The model workbook: made from the code, filled in, read back the same."""

import io

import openpyxl
import pandas as pd
import pytest

from ctg_data.observations import DTYPES, KEY
from ctg_data.socle.checks.every import check
from ctg_data.socle.model.columns import columns
from ctg_data.socle.model.workbook import model_workbook
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.tabular.report import Severity
from ctg_data.territory import embedded
from tests.socle_tables import DAY, TODAY, territory

SHEETS = ["LISEZMOI", "DICO", "COMMUNE", "QPV", "IRIS", "QUARTIER", "ZONES", "HISTO"]


@pytest.fixture(scope="module")
def socle() -> pd.DataFrame:
    """The invented socle of the fictional territory, exact."""
    frame, citations = embedded.embedded(territory())
    return frame[frame["source"].isin([k for k, one in citations.items() if one.confidential])]


def reread(content: bytes, declared: Declared | None = None) -> tuple[pd.DataFrame, set[str]]:
    reading = read_file("modele.xlsx", content, territory(), declared=declared)
    report = check(reading, territory(), today=TODAY)
    return observations_of(reading, report), {
        m.id for m in report.messages if m.severity is not Severity.INFO
    }


def test_it_has_the_agreed_sheets_locked_headers_and_no_macro() -> None:
    book = openpyxl.load_workbook(io.BytesIO(model_workbook(territory())))
    assert book.sheetnames == SHEETS
    page = book["IRIS"]
    assert page.protection.sheet
    assert page["C2"].protection.locked
    assert not page["C3"].protection.locked
    assert page["A3"].value == territory().iris[0].code
    assert page["A3"].number_format == "@"
    assert len(page.data_validations.dataValidation) == 1
    assert [cell.value for cell in page[2]][:4] == ["code_zone", "lib_zone", "A", "PERCOU"]


def test_every_counted_variable_has_its_column_and_its_line_in_dico() -> None:
    book = openpyxl.load_workbook(io.BytesIO(model_workbook(territory())))
    told = [row[0].value for row in book["DICO"].iter_rows(min_row=2)]
    assert told == list(columns())
    assert {"A", "ENF_2", "foyers_cmg", "foyers_selon_qf/0-399"} <= set(told)
    parts = {row[0].value: row[3].value for row in book["DICO"].iter_rows(min_row=2)}
    assert (parts["AM"], parts["ENF_2"], parts["A"]) == ("A", "ENF", None)


def test_the_exact_socle_comes_back_cell_for_cell(socle: pd.DataFrame) -> None:
    content = model_workbook(
        territory(), year=2024, kind=Kind.EXACT, rows=socle, emitter="CAF fictive"
    )
    kept, told = reread(content)
    assert told <= {"somme_iris", "saut"}
    one = kept.set_index(KEY).sort_index()
    two = socle.set_index(KEY).sort_index()
    assert one.index.equals(two.index)
    for name in ("value", "base", "status", "unit"):
        assert one[name].tolist() == two[name].tolist(), name


def test_signs_come_back_as_signs(socle: pd.DataFrame) -> None:
    rows = socle[socle["period"].eq(2024)].copy()
    hidden = rows["value"] < 100
    rows.loc[hidden, ["value", "base"]] = pd.NA
    rows.loc[hidden, "status"] = "secret_induit"
    content = model_workbook(territory(), year=2024, kind=Kind.PROTEGE, rows=rows)
    kept, told = reread(content)
    assert "petits_nombres" not in told
    assert kept["value"].isna().sum() == hidden.sum()
    assert set(kept.loc[kept["value"].isna(), "status"]) == {"secret_cellule"}
    assert set(kept.columns) == set(DTYPES)


def test_an_empty_model_asks_for_its_figures_and_its_date() -> None:
    reading = read_file("modele.xlsx", model_workbook(territory()), territory())
    refused = {m.id for m in check(reading, territory()).messages if m.severity is Severity.REFUSED}
    assert refused == {"aucune_zone", "date_absente"}


def test_a_model_filled_by_hand_needs_no_question() -> None:
    book = openpyxl.load_workbook(io.BytesIO(model_workbook(territory(), kind=Kind.PROTEGE)))
    book["LISEZMOI"]["B5"] = DAY.strftime("%d/%m/%Y")
    assert book["LISEZMOI"]["A5"].value == "date_reference"
    heads = [cell.value for cell in book["IRIS"][2]]
    for row in range(3, 3 + len(territory().iris)):
        for name in ("A", "PERCOU", "AI", "AM", "ACSSENF", "ACAVENF", "ENF", "ENF_2"):
            book["IRIS"].cell(row, heads.index(name) + 1, 400 if name == "A" else 100)
    for name in ("COMMUNE", "QPV", "QUARTIER"):
        del book[name]
    buffer = io.BytesIO()
    book.save(buffer)
    kept, told = reread(buffer.getvalue())
    assert len(kept) == 8 * len(territory().iris)
    assert told <= {"colonne_inhabituelle"}
