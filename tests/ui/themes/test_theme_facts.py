"""Facts that articles tell, at the end of a theme: folded, and apart from indicators."""

import html
from pathlib import Path

import pytest
import streamlit as st

from ctg_data import fr
from ctg_data.catalogue import themes
from ctg_data.territory import facts
from ctg_data.workspace import Workspace
from tests import pages
from ui.themes import choice as theme_choice, facts as theme_facts


@pytest.fixture(scope="module")
def data() -> Workspace:
    return pages.data_of(fictional=False)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(st, "html", told.append)
    return told


def choice(data: Workspace, name: str) -> theme_choice.Choice:
    reference = next(iter(theme_choice.references(data).values()))
    return theme_choice.Choice(themes.theme(name), reference)


def test_they_are_told_folded_and_apart_on_their_theme_alone(data, shown) -> None:
    for name in themes.themes():
        theme_facts.published(data, choice(data, name))
    declared = facts.declared(data.territory.folder)
    assert len(shown) == len({one.theme for one in declared}) > 0
    assert all(one.startswith("<details") for one in shown)
    [school] = [html.unescape(one) for one in shown if "article 290421" in one]
    assert "n'entrent dans aucun calcul" in school.replace("\u2019", "'")
    assert "322 classes" in school.replace(fr.WIDE, " ").replace(fr.NARROW, " ")


def test_a_damaged_file_shows_nothing_here(data, shown, monkeypatch, tmp_path: Path) -> None:
    """It is told at the top of every page."""
    (tmp_path / facts.FILE).write_text("[[fait]]\ntheme = 1\n", encoding="utf-8")
    read = facts.declared
    monkeypatch.setattr(facts, "declared", lambda _: read(tmp_path))
    theme_facts.published(data, choice(data, "enfance"))
    assert shown == []
