"""The file tells what the screen tells, and where it comes from."""

import csv
import io
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data import fr
from ctg_data.documents.csv import HEADER, file_name, to_csv
from ctg_data.errors import UnmaskedDataError
from tests.tables import SOURCE, label, table
from ui.blocks.tables import Layout, html_table

ROWS = [("commune", "A", 2023, 61.66), ("commune", "B", 2023, "s"), ("epci", "M", 2023, 1234.5)]


def read(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.fixture
def rows():
    return read(to_csv(table(ROWS), label, title="Essai", decimals=1))


def test_it_opens_in_a_french_spreadsheet():
    content = to_csv(table(ROWS), label, title="Essai", decimals=1)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0] == ";".join(HEADER)


def test_numbers_have_a_comma_and_no_separator_of_thousands(rows):
    assert [row["valeur"] for row in rows] == ["61,7", "", "1234,5"]


def test_a_hidden_cell_is_empty_and_its_status_says_secret(rows):
    assert (rows[1]["valeur"], rows[1]["statut"]) == ("", "secret")


def test_every_row_says_its_source_and_licence(rows):
    assert {row["source"] for row in rows} == {"Producteur d'essai, Jeu d'essai (2023)"}
    assert {row["licence"] for row in rows} == {"Licence Ouverte 2.0"}


def test_the_screen_and_the_file_tell_the_same_figure(rows):
    html = html_table(table(ROWS), label, Layout(caption="Essai"), decimals=1)
    for row in rows:
        if row["valeur"]:
            whole, _, tenth = row["valeur"].partition(",")
            assert f">{fr.number(int(whole))},{tenth}<" in html
    assert html.count("<abbr") == 1


def test_an_invented_figure_says_so_in_the_file_and_in_its_name():
    invented = table(ROWS, citation=replace(SOURCE, fictional=True))
    told = read(to_csv(invented, label, title="Essai", decimals=1))
    assert {row["mention"] for row in told} == {"données fictives"}
    assert file_name("Essai", "Ici", fictional=True) == "ctg_ici_essai_fictif.csv"


def test_a_name_that_looks_like_a_formula_is_not_run():
    told = read(to_csv(table(ROWS), lambda level, code: "=1+1", title="@x", decimals=1))
    assert told[0]["territoire"] == "'=1+1"
    assert told[0]["indicateur"] == "'@x"


def test_a_negative_figure_stays_a_number():
    (row,) = read(to_csv(table([("commune", "A", 2023, -2.5)]), label, title="x", decimals=1))
    assert row["valeur"] == "-2,5"


def test_it_refuses_what_has_not_been_masked():
    with pytest.raises(UnmaskedDataError):
        to_csv(pd.DataFrame({"value": [7919]}), label, title="x", decimals=0)
