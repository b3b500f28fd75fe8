"""The same map year by year, and two indicators side by side."""

import base64
import re
from collections.abc import Iterable
from dataclasses import replace
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from ctg_data import fr
from ctg_data.model import Level
from geo.maps import palette, vector
from tests.pages import Reader, bodies, data_of, figures, written
from tests.project.test_no_leak import CHILDREN, PERSONS, guarded, leaks, naked
from ui.maps import (
    base as map_base,
    pair as map_pair,
    view as map_view,
    words as map_words,
    years as map_years,
)
from ui.maps.view import Question

SVG = "{http://www.w3.org/2000/svg}"
PANEL = re.compile(r"<figure(.*?)</figure>", re.DOTALL)


@pytest.fixture(params=[False, True], ids=["real", "fictional"])
def data(request):
    return data_of(fictional=request.param)


def several(data, level: Level, *, count: bool = False) -> Question:
    """A measure known for as many years as there can be."""
    measures = [
        one
        for one, levels in map_view.offered(data).items()
        if level in levels and data.indicator(one).is_count is count
    ]
    measure = max(measures, key=lambda one: len(map_view.years(data, one, level)))
    period, vintage = next(iter(map_view.years(data, measure, level).items()))
    return Question(measure, level, vintage, period)


def panels(html: str) -> list[str]:
    return [one.group(1) for one in PANEL.finditer(html)]


def svg(panel: str) -> ElementTree.Element:
    packed = re.search(r"base64,([^\"]+)", panel)
    assert packed
    return ElementTree.fromstring(base64.b64decode(packed[1]))


def test_there_is_one_panel_a_year_in_order(data):
    asked = several(data, Level.QPV)
    html = map_years.years_html(data, asked, "")
    told = [unescape(one) for one in re.findall(r"<b>(.*?)</b>", html)]
    periods = in_order(map_view.years(data, asked.measure, Level.QPV))
    firm = [str(one) for one in periods if one > 0]
    vague = [one for one in periods if one < 0]
    assert all(year in one for year, one in zip(firm, told[len(vague) :], strict=True))
    assert all("non établie" in one for one in told[: len(vague)])
    assert len(told) == len(periods) > 1


def in_order(periods: Iterable[int]) -> list[int]:
    """Editions whose year is not known, then years, each from the oldest."""
    return sorted(periods, key=lambda one: (one > 0, abs(one)))


def test_panels_share_colours_and_frame(data):
    """A zone of the same class has the same colour whatever the year: the limits are one."""
    asked = several(data, Level.QPV)
    years = map_view.years(data, asked.measure, asked.level)
    for panel, period in zip(
        panels(map_years.years_html(data, asked, "")), in_order(years), strict=True
    ):
        one = replace(asked, period=period, vintage=years[period])
        drawn = map_view.picture(data, one, "")
        used = {entry.colour for entry in drawn.legend if entry.zones}
        fills = {group.get("fill") for group in svg(panel).iter(f"{SVG}g")}
        assert used & set(palette.SEQUENTIAL) == fills & set(palette.SEQUENTIAL)


def test_circles_keep_their_scale_from_year_to_year():
    data = data_of(fictional=True)
    asked = several(data, Level.QPV, count=True)
    years = map_view.years(data, asked.measure, asked.level)
    ratios = []
    for panel, period in zip(
        panels(map_years.years_html(data, asked, "")), in_order(years), strict=True
    ):
        radii = [float(one.get("r", "0")) for one in svg(panel).iter(f"{SVG}circle")]
        one = replace(asked, period=period, vintage=years[period])
        values = (
            map_view.matter(data, one).year.frame["value"].dropna().sort_values(ascending=False)
        )
        wide = svg(panel).get("viewBox", "").split()[2]
        assert len(radii) == len(values)
        ratios += [r * r / value for r, value in zip(radii, values, strict=True) if value > 50]
        assert float(wide) == map_years.WIDE
    assert max(ratios) == pytest.approx(min(ratios), rel=0.1)


def test_the_break_between_two_generations_is_drawn_and_said():
    data = data_of(fictional=True)
    asked = several(data, Level.QPV)
    years = map_view.years(data, asked.measure, asked.level)
    ordered = sorted(years)
    cuts = [now for before, now in pairwise(ordered) if years[before] != years[now]]
    assert len(cuts) == 1
    found = panels(map_years.years_html(data, asked, ""))
    marked = [one for one in found if one.startswith(' class="cut"')]
    assert len(marked) >= 1
    assert any(f"<b>{cuts[0]}</b>" in one and "Nouveaux contours" in one for one in marked)


def test_the_zone_chosen_is_told_and_ringed_in_every_panel(data):
    asked = several(data, Level.QPV)
    code = next(iter(map_view.matter(data, asked).layer.spots))
    years = map_view.years(data, asked.measure, asked.level)
    for panel, period in zip(
        panels(map_years.years_html(data, asked, code)), sorted(years), strict=True
    ):
        same = years[period] == asked.vintage
        assert (f'stroke="{palette.INK}"' in ElementTree.tostring(svg(panel)).decode()) == same
        assert (fr.spaced(data.label("qpv", code)) in unescape(panel.split("<img")[0])) == same


def test_gaps_year_by_year_use_the_reference_of_each_year():
    data = data_of(fictional=True)
    asked = several(data, Level.QPV)
    against = map_view.references(data, asked.measure, asked.period)["commune"]
    asked = replace(asked, against=against)
    assert len(panels(map_years.years_html(data, asked, ""))) > 1
    legend = map_words.legend_html(data, asked, every_year=True)
    assert "la même année" in legend
    assert "fois" in legend
    assert "%" not in legend.split("<ul>")[1], "the numbers of one year stand for no other"


def test_a_small_map_weighs_little(data):
    asked = several(data, Level.IRIS)
    place = map_base.where_drawn(data, map_view.matter(data, asked).layer)
    made = vector.small(map_view.picture(data, asked, ""), place, map_years.WIDE)
    assert len(made.address) < 30_000


def test_a_single_year_says_so(monkeypatch):
    data = data_of(fictional=False)
    app = Reader(monkeypatch, data).open("carte")
    app.selectbox(key="disposition").select(map_view.YEARS).run()
    assert not app.exception
    known = map_view.years(data, app.selectbox(key="mesure").value, Level.IRIS)
    assert ("Une seule année connue" in bodies(app)) == (len(known) == 1)
    assert "<figure" in bodies(app)


def test_what_stands_beside_a_map_has_the_same_zones(data):
    seen = 0
    for level in (Level.IRIS, Level.QPV):
        asked = several(data, level)
        layer = map_view.matter(data, asked).layer
        for other in map_pair.others(data, asked).values():
            assert map_view.matter(data, other).layer is layer
            assert other.measure != asked.measure
            seen += 1
    assert seen > 4


def test_two_maps_share_their_frame_and_the_zone_chosen(data, monkeypatch):
    app = Reader(monkeypatch, data).open("carte")
    app.selectbox(key="disposition").select(map_view.PAIR).run()
    code = data.territory.iris[3].code
    app.selectbox(key="zone").select(code).run()
    assert not app.exception
    left, right = figures(app)
    for axis in ("lonaxis", "lataxis", "center"):
        assert left["layout"]["geo"][axis] == right["layout"]["geo"][axis]
    for one in (left, right):
        rings = [
            trace["locations"]
            for trace in one["data"]
            if trace["type"] == "choropleth" and trace["marker"]["line"]["width"] == 3
        ]
        assert rings == [[code]]
    html = bodies(app)
    assert html.count('class="ctg-zone"') == 2
    assert html.count("<dt>Source</dt>") == 2
    assert html.count('aria-label="Légende"') == 2


def every_view(data) -> set[float]:
    found: set[float] = set()
    for measure, levels in map_view.offered(data).items():
        if Level.QPV in levels:
            period, vintage = next(iter(map_view.years(data, measure, Level.QPV).items()))
            asked = Question(measure, Level.QPV, vintage, period)
            code = next(iter(map_view.matter(data, asked).layer.spots))
            html = map_years.years_html(data, asked, code)
            found |= written(re.sub(r"base64,[^\"]+", "", html))
            found |= written(map_words.legend_html(data, asked, every_year=True))
            for panel in panels(html):  # no letter in a small map: nothing to read but shapes
                assert not list(svg(panel).iter(f"{SVG}text"))
                assert not list(svg(panel).iter(f"{SVG}title"))
    return found


def test_no_hidden_number_in_the_views():
    assert not leaks(every_view(guarded()))


def test_the_same_search_sees_them_without_the_gate():
    assert {PERSONS, CHILDREN} & leaks(every_view(naked()))
