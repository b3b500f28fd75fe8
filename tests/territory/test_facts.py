"""Facts that articles tell: read whole or refused, and shown apart from indicators."""

from pathlib import Path

import pytest

from ctg_data.catalogue import themes
from ctg_data.errors import TerritoryError
from ctg_data.territory import config as territory, facts

GOOD = """
[[fait]]
theme = "enfance"
libelle = "Classes inventées"
valeur = "12 classes"
date = "2020"
source = "Gazette inventée, article 1"
note = "Invention."
"""


def written(folder: Path, text: str) -> tuple[facts.Fact, ...]:
    (folder / facts.FILE).write_text(text, encoding="utf-8")
    return facts.declared(folder)


def test_a_fact_is_words_with_its_date_and_source(tmp_path: Path) -> None:
    [one] = written(tmp_path, GOOD)
    assert (one.value, one.when, one.source) == (
        "12 classes",
        "2020",
        "Gazette inventée, article 1",
    )


def test_no_file_is_no_fact(tmp_path: Path) -> None:
    assert facts.declared(tmp_path) == ()


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace('date = "2020"', "date = 2020").replace("source =", "sorce =")
    with pytest.raises(TerritoryError) as refused:
        written(tmp_path, text)
    said = str(refused.value)
    assert "« date »" in said
    assert "« source »" in said
    assert "sorce" in said


@pytest.mark.parametrize("name", list(territory.territory_names()))
def test_facts_name_a_theme_a_date_and_an_article(name: str) -> None:
    known = set(themes.themes())
    for one in facts.declared(territory.open_territory(name).folder):
        assert one.theme in known
        assert any(mark.isdigit() for mark in one.when)
        assert "article" in one.source
