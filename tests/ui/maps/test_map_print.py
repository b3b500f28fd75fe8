"""The map on paper: the same view as on screen, all it takes to quote it, nothing hidden."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest

from ctg_data import fr
from ctg_data.model import SIGN_WORDS, Level, Sign
from geo.maps import palette, vector
from geo.maps.choropleth import Place
from geo.maps.sheet import WIDE
from tests.pages import Reader, data_of, written
from tests.project.test_no_leak import CHILDREN, PERSONS, guarded, leaks, naked
from ui.maps import base as map_base, print as map_print, view as map_view, words as map_words
from ui.maps.view import Question

DAY = date(2026, 11, 25)
SVG = "{http://www.w3.org/2000/svg}"


def questions(data, level: Level = Level.IRIS) -> list[Question]:
    """A rate, its gap and a count, at a level."""
    found = []
    for count in (False, True):
        measure = next(
            one
            for one, levels in map_view.offered(data).items()
            if level in levels and data.indicator(one).is_count is count
        )
        period, vintage = next(iter(map_view.years(data, measure, level).items()))
        against = list(map_view.references(data, measure, period).values())[:1]
        found += [Question(measure, level, vintage, period, one) for one in (None, *against)]
    return found


def every(data, level: Level = Level.IRIS) -> Iterator[Question]:
    """All that is mapped at a level, in its last year."""
    for measure, levels in map_view.offered(data).items():
        if level in levels:
            period, vintage = next(iter(map_view.years(data, measure, level).items()))
            yield Question(measure, level, vintage, period, None)


def sheet(data, asked: Question, zone: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(map_print.printed(data, asked, zone, DAY))


def said(root: ElementTree.Element) -> str:
    text = " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    return re.sub(r"\s+", " ", text)


@pytest.fixture(params=[False, True], ids=["real", "fictional"])
def data(request):
    return data_of(fictional=request.param)


def test_a_sheet_says_all_it_takes_to_quote_it(data):
    for asked in questions(data):
        text = said(sheet(data, asked))
        indicator = data.indicator(asked.measure)
        wanted = [indicator.title, str(asked.period), "Source", "Champ", fr.day(DAY)]
        wanted += [one.name for one in data.territory.parties]
        wanted += [one.short for one in data.territory.parties]
        wanted += [one.whole for one in map_view.picture(data, asked, "").legend]
        wanted += ["ne rien citer"] if data.territory.fictional else ["Licence Ouverte"]
        for words in wanted:
            assert re.sub(r"\s+", " ", fr.spaced(words)) in text


def test_every_letter_stays_on_the_sheet(data):
    """Reckoned with wide letters: none is available on every machine."""
    for asked in questions(data):
        for one in sheet(data, asked).findall(f"{SVG}text"):
            size, text = float(one.get("font-size", "0")), "".join(one.itertext())
            if one.get("text-anchor", "start") == "start":
                assert float(one.get("x", "0")) + len(text) * size * 0.53 < WIDE


def test_paper_shows_the_zones_of_the_screen_in_the_same_colours(data):
    for asked in questions(data):
        drawn = map_view.picture(data, asked, "")
        about = map_view.matter(data, asked)
        place = Place(map_base.grounds(data), about.layer, data.label)
        root = ElementTree.fromstring(
            f'<svg xmlns="{SVG[1:-1]}">{vector.drawing(drawn, place).body}</svg>'
        )
        on_paper = {
            (one.get("fill"), len(one.findall(f"{SVG}path")))
            for one in root.iter(f"{SVG}g")
            if one.find(f"{SVG}path/{SVG}title") is not None
        }
        on_screen = {
            (trace.colorscale[0][1], len(trace.locations))
            for trace in drawn.figure.data
            if trace.type == "choropleth" and trace.hoverinfo != "skip"
        }
        assert on_paper == on_screen
        assert all(path.get("d") for path in root.iter(f"{SVG}path"))


def test_a_hidden_zone_is_hatched_named_and_told_in_the_legend(data):
    asked = next(one for one in every(data) if map_view.picture(data, one, "").hidden)
    hidden = map_view.picture(data, asked, "").hidden
    root = sheet(data, asked)
    assert SIGN_WORDS[Sign.SECRET] in said(root).replace("\u202f", " ")
    titles = [one.text or "" for one in root.iter(f"{SVG}title")]
    for zone in hidden:
        assert f"{zone.name} : {SIGN_WORDS[Sign.SECRET]}" in titles
    assert any(one.get("stroke") == palette.HATCH for one in root.iter(f"{SVG}path"))


def test_a_plan_is_called_a_plan_on_paper_too():
    data = data_of(fictional=False)
    text = said(sheet(data, questions(data)[0]))
    assert map_words.SCHEMATIC.split(",")[0] in text


def test_the_zone_chosen_is_ringed_on_paper(data):
    asked = questions(data)[0]
    code = next(iter(map_view.matter(data, asked).layer.spots))
    ring = f'fill="none" stroke="{palette.INK}"'
    assert ring in map_print.printed(data, asked, code, DAY).decode()
    assert ring not in map_print.printed(data, asked, "", DAY).decode()


def test_the_map_page_offers_the_sheet(data, monkeypatch):
    reader = Reader(monkeypatch, data)
    reader.open("carte")
    (file,) = [one for one in reader.files if one.startswith(b"<?xml")]
    assert ElementTree.fromstring(file).tag == f"{SVG}svg"


def every_sheet(data) -> set[float]:
    found: set[float] = set()
    for measure, levels in map_view.offered(data).items():
        if Level.QPV in levels:
            years = map_view.years(data, measure, Level.QPV)
            for period, vintage in list(years.items())[:2]:
                against = list(map_view.references(data, measure, period).values())[:1]
                for one in (None, *against):
                    asked = Question(measure, Level.QPV, vintage, period, one)
                    text = map_print.printed(data, asked, "", DAY).decode()
                    letters = re.findall(r">([^<]+)<", text)  # coordinates are not figures
                    found |= written(unescape(" \n ".join(letters)))
    return found


def test_no_hidden_number_is_printed():
    found = every_sheet(guarded())
    assert found
    assert not leaks(found)


def test_the_same_search_sees_them_without_the_gate():
    assert {PERSONS, CHILDREN} <= leaks(every_sheet(naked()))
