"""Structures over the map: those of the register, open the year of the figures, one type."""

import json
import re
from dataclasses import replace
from datetime import date

from ctg_data.model import Level
from geo.maps import palette, strokes
from tests.pages import Reader, bodies, data_of, figures
from tests.ui.maps.test_map_views import several
from ui.maps import pins as map_pins, print as map_print, view as map_view, words as map_words


def squares(figure: dict) -> list[dict]:
    return [
        one
        for one in figure["data"]
        if one["type"] == "scattergeo" and one.get("marker", {}).get("symbol") == "square"
    ]


def test_the_structures_of_a_type_stand_where_the_register_says():
    data = data_of(fictional=True)
    asked = replace(several(data, Level.IRIS), over="eaje")
    (drawn,) = squares(json.loads(map_view.picture(data, asked, "").figure.to_json()))
    layer = map_view.matter(data, asked).layer
    west, south, east, north = layer.frame
    open_then = {
        (one.longitude, one.latitude): one.name
        for one in data.structures(asked.period)
        if one.kind == "eaje" and one.located
    }
    seen = {
        at: name for at, name in open_then.items() if west < at[0] < east and south < at[1] < north
    }
    points = zip(drawn["lon"], drawn["lat"], drawn["customdata"], strict=True)
    assert {(x, y): told[0] for x, y, told in points} == seen
    assert len(seen) > 10


def test_a_closed_structure_leaves_the_map():
    data = data_of(fictional=True)
    closed = next(one for one in data.structures() if one.kind == "eaje" and one.closed)
    year = int(closed.spans[-1][1][:4])
    before, after = (
        {(one.x, one.y) for one in map_pins.pins(data, "eaje", when)} for when in (year - 1, year)
    )
    assert (closed.longitude, closed.latitude) in before
    assert (closed.longitude, closed.latitude) not in after


def test_without_asking_there_is_none():
    data = data_of(fictional=True)
    asked = several(data, Level.IRIS)
    assert not squares(json.loads(map_view.picture(data, asked, "").figure.to_json()))


def test_names_stay_the_last_strokes():
    """The style sheet finds the letters of a phone by their place."""
    data = data_of(fictional=True)
    asked = replace(several(data, Level.IRIS), over="eaje")
    last = map_view.picture(data, asked, "").figure.data[-1]
    assert last.meta == strokes.NARROW


def test_the_legend_and_the_sheet_say_what_squares_are():
    data = data_of(fictional=True)
    asked = replace(several(data, Level.IRIS), over="eaje")
    words = map_pins.legend(data, "eaje", asked.period)
    assert str(asked.period) in words
    assert words in map_words.legend_html(data, asked)
    printed = map_print.printed(data, asked, "", date(2026, 11, 25)).decode()
    assert printed.count("<rect") > len(map_pins.pins(data, "eaje", asked.period)) / 2
    assert palette.PIN in printed
    assert "autres accueils collectifs" in re.sub(r"(<[^>]*>|\s)+", " ", printed)


def test_one_that_stands_nowhere_known_is_counted_in_the_legend():
    data = data_of(fictional=False)
    lost = [one for one in data.structures() if one.kind == "eaje" and not one.located]
    year = max(one.source_date[:4] for one in lost)
    assert "sans emplacement connu" in map_pins.legend(data, "eaje", int(year))


def test_the_page_offers_types_with_a_place_and_only_on_true_outlines(monkeypatch):
    app = Reader(monkeypatch, data_of(fictional=True)).open("carte")
    app.selectbox(key="structures").select("eaje").run()
    assert not app.exception
    (figure,) = figures(app)
    assert squares(figure)
    app.selectbox(key="limites").select("competence").run()
    assert not app.exception
    assert "Zones de compétence des structures" in bodies(app)
    app = Reader(monkeypatch, data_of(fictional=False)).open("carte")
    assert not {"structures", "limites"} & {one.key for one in app.selectbox}
    assert "attendu" in bodies(app)
    assert "contours officiels" in bodies(app)
