"""A theme at a glance: each indicator once, told or awaited; alerts from both sides."""

import re

import pytest

from ctg_data.catalogue import themes
from ctg_data.catalogue.cards import THEMES
from ctg_data.catalogue.indicators import catalogue
from ctg_data.diagnosis import theme as diagnosis
from ctg_data.diagnosis.theme import LATEST, Reach
from ctg_data.errors import CtgError
from tests.pages import Reader, bodies, data_of
from ui.themes.choice import OnePlace

EVERY = list(themes.themes())


def found(theme: str, *, fictional: bool = True, year: int = LATEST, wide: str = "epci"):
    data = data_of(fictional=fictional)
    zone = getattr(data.territory, wide)
    return data, diagnosis.diagnosis(data, themes.theme(theme), OnePlace(zone), year)


def test_every_theme_of_the_catalogue_has_its_page():
    assert set(EVERY) == set(THEMES) - {"contexte"}


@pytest.mark.parametrize("fictional", [False, True], ids=["real", "fictional"])
@pytest.mark.parametrize("theme", EVERY)
def test_every_indicator_of_a_theme_is_in_one_section_or_awaited(theme, fictional):
    _, one = found(theme, fictional=fictional)
    told = [fact.indicator.code for name in themes.SECTIONS for fact in one.section(name)]
    told += [fact.indicator.code for fact in one.unknown]
    expected = [card.code for card in catalogue().values() if card.theme == theme]
    expected += themes.theme(theme).borrowed
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize("theme", EVERY)
def test_what_is_awaited_says_from_whom(theme):
    _, one = found(theme, fictional=False)
    for fact in one.unknown:
        if fact.reach is Reach.AWAITED:
            assert len(diagnosis.awaited_from(fact.indicator)) > 10


def test_key_figures_are_eight_at_most_and_known():
    for theme in EVERY:
        _, one = found(theme)
        assert len(one.figures) <= themes.MOST_FIGURES
        assert all(fact.cell.value is not None for fact in one.figures)


def test_the_year_asked_for_is_read_where_it_is_known():
    _, one = found("petite_enfance", year=2019)
    periods = {fact.indicator.code: fact.cell.period for fact in one.facts if fact.known}
    assert periods["PE11"] == 2019
    latest = {f.indicator.code: f.cell.period for f in found("petite_enfance")[1].facts}
    assert latest["PE11"] > 2019


def test_an_alert_is_worse_than_the_reference_and_getting_worse():
    _, one = found("petite_enfance")
    assert one.alerts
    for fact in one.alerts:
        assert fact.gap.favourable < 0
        assert fact.move.favourable < 0
        assert fact.indicator.favourable != 0
    calm = [fact for fact in one.facts if fact not in one.alerts]
    assert any(fact.gap and fact.gap.favourable < 0 for fact in calm)  # worse, yet not an alert


def test_the_commune_is_not_compared_with_itself():
    data, _ = found("petite_enfance")
    one = diagnosis.diagnosis(
        data, themes.theme("petite_enfance"), OnePlace(data.territory.commune), LATEST
    )
    assert not any(fact.gap for fact in one.facts)


def test_a_declaration_with_an_unknown_code_is_refused(tmp_path):
    text = themes.DECLARED.read_text(encoding="utf-8").replace('"PE12"', '"PE99"', 1)
    path = tmp_path / "themes.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CtgError, match="PE99"):
        themes.read(path)


@pytest.mark.parametrize("theme", ["petite_enfance", "parentalite"])
def test_a_page_tells_its_sections_in_order_and_each_indicator_once(theme, monkeypatch):
    data = data_of(fictional=True)
    app = Reader(monkeypatch, data).open(theme)
    text = bodies(app)
    marks = [text.find(f'class="ctg-kind">{one}</p>') for one in KINDS]
    assert -1 not in marks
    assert marks == sorted(marks)
    assert re.findall(r'<a href="#(\w+)">', text) == re.findall(r"<h2[^>]* id=\"(\w+)\"", text)
    assert re.search(r'<ul class="ctg-brief">.*?</ul>', text)[0].count("<li>") == len(KINDS) - 1
    assert text.index("ctg-brief") < text.index("ctg-figures")
    folded = [one.key.removeprefix("pli-") for one in app.expander if one.key]
    assert len(folded) == len(set(folded))


KINDS = ("Besoin", "Offre", "Écart", "Évolution", "Où", "Limites")


def test_a_fold_opens_on_its_figure(monkeypatch):
    reader = Reader(monkeypatch, data_of(fictional=True))
    app = reader.open("petite_enfance")
    assert "chart-PE03" not in {one.proto.id for one in app.get("plotly_chart")}
    before = len(app.get("plotly_chart"))
    app.session_state["pli-PE03"] = True
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == before + 1
