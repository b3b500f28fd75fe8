"""Maps: nothing hidden in them, the same classes every year, words for every colour."""

import json
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest

from ctg_data.errors import UnmaskedDataError
from ctg_data.model import SIGN_WORDS, Level, Sign
from ctg_data.release.masked import MaskedTable
from geo.maps import (
    choropleth as maps,
    circles as map_circles,
    classes,
    ground,
    labels,
    palette,
    strokes,
)
from geo.maps.choropleth import Look, Place, ZoneMap
from geo.maps.classes import Classes
from geo.maps.layers import Layer
from tests.pages import config, data_of, numbers, texts, written
from tests.project.test_no_leak import CHILDREN, PERSONS, canaries, guarded, leaks, naked
from tests.tables import table
from ui.state import colours

LOOK = Look("Essai, 2023", "%", 1)
SCALE = Classes((10.0, 20.0, 30.0, 40.0), palette.SEQUENTIAL, 1, "%")


def place(level: Level = Level.IRIS, *, fictional: bool = True) -> Place:
    made = ground.open_ground(config(fictional=fictional))
    layer = made.layer(level)
    assert layer is not None
    return Place(made, layer, lambda level, code: f"Zone {code}")


def drawn_by_hand(where: Place, year: int = 2023) -> tuple[MaskedTable, dict[str, float | str]]:
    """Every zone a number but three hidden, two missing, and one without any row."""
    codes = list(where.layer.spots)
    cells: dict[str, float | str] = {code: 5.0 + 1.25 * i for i, code in enumerate(codes)}
    cells |= dict.fromkeys(codes[3:6], "s") | dict.fromkeys(codes[8:10], "n.d.")
    del cells[codes[11]]
    level = str(where.layer.level)
    return table([(level, code, year, value) for code, value in cells.items()]), cells


def areas(drawn: ZoneMap) -> list:
    return [
        one for one in drawn.figure.data if one.type == "choropleth" and one.hoverinfo != "skip"
    ]


def points(drawn: ZoneMap, mode: str) -> list:
    return [one for one in drawn.figure.data if one.type == "scattergeo" and one.mode == mode]


def rings(drawn: ZoneMap) -> list[list[str]]:
    found = [one for one in drawn.figure.data if one.type == "choropleth"]
    return [list(one.locations) for one in found if one.marker.line.width == 3]


def fill(trace) -> str:
    return trace.colorscale[0][1]


@pytest.fixture
def drawn() -> ZoneMap:
    where = place()
    return maps.rates(drawn_by_hand(where)[0], where, SCALE, LOOK)


def test_only_a_masked_table_is_drawn():
    with pytest.raises(UnmaskedDataError):
        maps.rates(pd.DataFrame({"code": ["A"]}), place(), SCALE, LOOK)  # type: ignore[arg-type]


def test_two_years_are_not_one_map():
    where = place()
    both = drawn_by_hand(where)[0].join(drawn_by_hand(where, 2022)[0])
    with pytest.raises(ValueError, match="one year"):
        maps.rates(both, where, SCALE, LOOK)


def test_the_grey_layer_lists_exactly_the_hidden_zones(drawn):
    cells = drawn_by_hand(place())[1]
    hidden = {code for code, value in cells.items() if value == "s"}
    (grey,) = [one for one in areas(drawn) if fill(one) == palette.SECRET]
    assert set(grey.locations) == hidden == {one.code for one in drawn.hidden}
    assert {row[2] for row in grey.customdata} == {SIGN_WORDS[Sign.SECRET]}


def test_missing_is_told_apart_from_hidden(drawn):
    where = place()
    cells = drawn_by_hand(where)[1]
    missing = {code for code, value in cells.items() if value == "n.d."}
    missing |= set(where.layer.spots) - set(cells)  # a zone without a row is missing too
    (hollow,) = [one for one in areas(drawn) if fill(one) == palette.MISSING]
    assert set(hollow.locations) == missing == {one.code for one in drawn.missing}
    assert {row[2] for row in hollow.customdata} == {SIGN_WORDS[Sign.MISSING]}


def test_hidden_zones_are_hatched_and_no_other():
    where = place()
    whole, cells = drawn_by_hand(where)
    lines = points(maps.rates(whole, where, SCALE, LOOK), "lines")
    assert len(lines) == 1
    hidden = [code for code, value in cells.items() if value == "s"]
    assert len(lines[0].lon) == 3 * sum(len(where.layer.spots[code].hatch) for code in hidden) > 0


def test_every_zone_is_drawn_once(drawn):
    codes = [code for one in areas(drawn) for code in one.locations]
    assert sorted(codes) == sorted(place().layer.spots)


def test_a_colour_never_carries_its_number(drawn):
    for trace in drawn.figure.data:
        if trace.type == "choropleth":
            assert set(trace.z) == {1}


def test_nothing_is_fetched_elsewhere(drawn):
    for one in texts(json.loads(drawn.figure.to_json())):
        assert "//" not in one
    assert maps.CONFIG["topojsonURL"].startswith("app/static/")


def test_outlines_sent_in_the_figure_carry_a_code_and_nothing_else(tmp_path):
    made = ground.open_ground(config(fictional=True), tmp_path)  # nothing prepared there
    layer = made.layer(Level.IRIS)
    assert layer is not None
    where = Place(made, layer, lambda level, code: code)
    figure = maps.rates(drawn_by_hand(where)[0], where, SCALE, LOOK).figure
    for trace in figure.data:
        if trace.type == "choropleth":
            kept = {tuple(one["properties"]) for one in trace.geojson["features"]}
            assert kept == {("code",)}


def test_the_view_is_explicit(drawn):
    layer, geo = place().layer, drawn.figure.layout.geo
    west, south, east, north = layer.frame
    assert geo.fitbounds is False
    # Plotly takes as much off each side: what is left is the frame
    assert [
        x - strokes.CLIPPED * side for x, side in zip(geo.lonaxis.range, (-1, 1), strict=True)
    ] == pytest.approx([west, east])
    assert [
        y - strokes.CLIPPED * side for y, side in zip(geo.lataxis.range, (-1, 1), strict=True)
    ] == pytest.approx([south, north])
    assert (geo.center.lon, geo.center.lat) == ((west + east) / 2, (south + north) / 2)
    assert all(west <= one.x <= east and south <= one.y <= north for one in layer.spots.values())


def test_the_legend_says_each_class_in_words_and_counts_its_zones(drawn):
    words = [one.words for one in drawn.legend]
    assert words[:5] == [
        "moins de 10\u00a0%",
        "de 10 à moins de 20\u00a0%",
        "de 20 à moins de 30\u00a0%",
        "de 30 à moins de 40\u00a0%",
        "40\u00a0% ou plus",
    ]
    assert words[5:] == [SIGN_WORDS[Sign.SECRET], SIGN_WORDS[Sign.MISSING]]
    assert sum(one.zones for one in drawn.legend) == len(place().layer.spots)
    assert all(one.words.replace("\u00a0", "\u202f") in drawn.alt.replace("\u00a0", "\u202f")
               for one in drawn.legend if one.zones)  # fmt: skip


def test_a_class_holds_the_values_its_words_say(drawn):
    cells = drawn_by_hand(place())[1]
    for trace in areas(drawn):
        if fill(trace) in palette.SEQUENTIAL:
            rank = palette.SEQUENTIAL.index(fill(trace))
            low, high = [-np.inf, *SCALE.limits][rank], [*SCALE.limits, np.inf][rank]
            assert all(low <= cells[code] < high for code in trace.locations)


def test_classes_are_the_same_every_year_and_at_every_level():
    data = data_of(fictional=True)
    seen = 0
    for one in data.indicators():
        whole = data.table(one)
        if one.is_count or not whole.shown:
            continue
        scale = classes.of_values(whole, one.decimals, one.unit)
        finest = next(
            (x for x in map(str, classes.FINEST) if whole.where(level=x).shown), str(Level.EPCI)
        )
        assert scale == classes.of_values(whole.where(level=finest), one.decimals, one.unit)
        seen += 1
    assert seen > 5


def test_two_years_share_words_and_colours():
    where = place()
    older = table([("iris", code, 2022, 7.0) for code in where.layer.spots])
    one, other = (maps.rates(x, where, SCALE, LOOK) for x in (drawn_by_hand(where)[0], older))
    assert [(x.words, x.colour) for x in one.legend[:5]] == [
        (x.words, x.colour) for x in other.legend[:5]
    ]


@pytest.mark.parametrize("seed", range(20))
def test_limits_are_readable_and_split_the_zones(seed):
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(rng.uniform(0, 5), rng.uniform(0.1, 1), 40), 1)
    rows = [("iris", f"Z{i}", 2020 + i % 4, float(value)) for i, value in enumerate(values)]
    scale = classes.of_values(table(rows), 1, "%")
    assert 2 <= len(scale.colours) <= 5
    assert len(scale.colours) == len(scale.limits) + 1
    assert all(low < high for low, high in pairwise(scale.limits))
    ranks = [scale.rank(float(one)) for one in values]
    assert set(ranks) == set(range(len(scale.colours))), "a class without a zone in any year"
    digits = [len(f"{one:g}".replace(".", "").rstrip("0")) for one in scale.limits]
    assert max(digits) <= 4


@pytest.mark.parametrize(
    ("values", "many"),
    [
        pytest.param([], 1, id="nothing shown"),
        pytest.param([12.0], 1, id="one value"),
        pytest.param([12.0, 12.0, 12.0], 1, id="all equal"),
        pytest.param([12.0, 14.0], 2, id="two values"),
        pytest.param([0.0, 0.0, 0.0, 0.1], 2, id="nearly all zero"),
    ],
)
def test_few_values_make_few_classes(values, many):
    rows = [("qpv", f"Z{i}", 2023, one) for i, one in enumerate(values)] or [
        ("qpv", "Z", 2023, "s")
    ]
    scale = classes.of_values(table(rows), 1, "%")
    assert len(scale.colours) == many
    assert len({scale.rank(one) for one in values}) == (many if values else 0)


def test_a_limit_gives_no_hidden_number_away():
    rows = [("iris", f"Z{i}", 2023, float(i)) for i in range(20)]
    with_hidden = [*rows, *[("iris", f"H{i}", 2023, "s") for i in range(9)]]
    assert classes.of_values(table(rows), 1, "%") == classes.of_values(table(with_hidden), 1, "%")


def test_counts_are_circles_on_neutral_ground():
    where = place()
    cells = drawn_by_hand(where)[1]
    counted = {
        code: one if isinstance(one, str) else round(one * 10) for code, one in cells.items()
    }
    whole = table([("iris", code, 2023, one) for code, one in counted.items()], unit="foyers")
    shown = {code: one for code, one in counted.items() if not isinstance(one, str)}
    drawn = maps.counts(whole, where, max(shown.values()), Look("Essai", "foyers", 0))
    assert {fill(one) for one in areas(drawn)} == {
        palette.NEUTRAL,
        palette.SECRET,
        palette.MISSING,
    }
    (circles,) = points(drawn, "markers")
    assert len(circles.marker.size) == len(shown)
    assert max(circles.marker.size) == map_circles.largest_circle(where.layer)
    ratio = np.array(circles.marker.size) ** 2 / sorted(shown.values(), reverse=True)
    assert ratio == pytest.approx(ratio[0], rel=0.02)  # the area follows the count
    assert next(one.words for one in drawn.legend if one.size).endswith("foyers")


def test_gaps_part_around_their_reference():
    where = place()
    whole, cells = drawn_by_hand(where)
    scale = classes.of_gaps(20.0, 1, "%", "la commune")
    drawn = maps.gaps(whole, where, scale, LOOK)
    assert scale.limits == (12.0, 17.0, 20.0, 23.0, 28.0)  # 0,60 0,85 1 1,15 1,40 of it
    for trace in areas(drawn):
        if fill(trace) in palette.DIVERGING[:3]:
            assert all(cells[code] < 20 for code in trace.locations)
        if fill(trace) in palette.DIVERGING[3:]:
            assert all(cells[code] >= 20 for code in trace.locations)
    words = [one.whole.replace("\u00a0", " ") for one in drawn.legend]
    assert words[0] == "moins de 0,60 fois la commune (moins de 12 %)"
    assert words[2] == "de 0,85 à 1 fois (de 17 à moins de 20 %)"
    below = next(one for one in areas(drawn) if fill(one) in palette.DIVERGING[:2])
    assert "\u2212" in below.customdata[0][2]
    assert "points par rapport à la commune (20,0)" in below.customdata[0][2]


def test_bands_are_the_same_around_any_reference():
    """A zone half as high as its reference has one colour, at any level, in any year."""
    for reference in (8.0, 12.4, 41.8, 60.9, 20410.0):
        scale = classes.of_gaps(reference, 1, "%", "la France")
        ranks = [scale.rank(reference * one) for one in (0.5, 0.7, 0.95, 1.0, 1.2, 1.5)]
        assert ranks == [0, 1, 2, 3, 4, 5]


def test_bands_that_round_to_one_number_are_not_in_the_legend():
    scale = classes.of_gaps(0.0, 1, "%", "la France")
    assert [scale.held(rank) for rank in range(6)] == [True, False, False, False, False, True]
    where = place()
    legend = maps.gaps(drawn_by_hand(where)[0], where, scale, LOOK).legend
    assert sum(one.colour in palette.DIVERGING for one in legend) == 2
    assert sum(one.zones for one in legend) == len(where.layer.spots)


def test_the_chosen_zone_is_ringed():
    where = place()
    code = list(where.layer.spots)[7]
    drawn = maps.rates(drawn_by_hand(where)[0], where, SCALE, Look("Essai", "%", 1, code))
    assert rings(drawn) == [[code]]
    unknown = maps.rates(drawn_by_hand(where)[0], where, SCALE, Look("Essai", "%", 1, "ailleurs"))
    assert rings(unknown) == []


@pytest.mark.parametrize("level", [Level.IRIS, Level.QPV, Level.QUARTIER, Level.COMMUNE])
def test_names_do_not_run_into_each_other(level):
    where = place(level)
    kept = labels.placed(where.layer)
    assert len(kept) >= 0.6 * len(where.layer.spots)
    boxes = [labels.written(where.layer, one) for one in kept]
    assert not any(labels._meet(a, b) for a, b in combinations(boxes, 2))


def test_a_name_covers_no_number_of_another_zone():
    where = place()
    named = {one.code: labels.written(where.layer, one) for one in labels.placed(where.layer)}
    for code in where.layer.spots:
        number = labels.written(where.layer, labels.Label(code, ""))
        assert not any(labels._meet(number, box) for one, box in named.items() if one != code)


def test_numbers_on_a_phone_do_not_run_into_each_other(drawn):
    layer = place().layer
    pixels = labels.PHONE / (layer.frame[2] - layer.frame[0])
    spots = [(one.x * pixels, one.y * pixels * labels.stretch(layer))
             for code, one in layer.spots.items() if code in labels.numbered(layer)]  # fmt: skip
    wide = labels.FIGURES * labels.SMALL * labels.GLYPH
    for (x, y), (a, b) in combinations(spots, 2):
        assert abs(x - a) >= wide or abs(y - b) >= labels.SMALL
    assert len(spots) > 0.7 * len(layer.spots)
    shown = {
        code for code, text in zip(layer.spots, drawn.figure.data[-1].text, strict=True) if text
    }
    assert shown == labels.numbered(layer), "what is hidden decides nothing"


def test_the_zone_chosen_keeps_its_number_on_a_phone():
    layer = place().layer
    for code in set(layer.spots) - labels.numbered(layer):
        assert code in labels.numbered(layer, [code])


def test_letters_are_seen_on_their_colour(drawn):
    names = drawn.figure.data[-2]
    order = list(place().layer.spots)
    cells = drawn_by_hand(place())[1]
    for code, colour in zip(order, names.textfont.color, strict=True):
        value = cells.get(code, "n.d.")
        dark = not isinstance(value, str) and SCALE.rank(value) >= 3
        assert colour == (palette.LIGHT_TEXT if dark else palette.INK)


def test_shared_colours_are_those_of_the_pages():
    assert palette.SEQUENTIAL == colours.SEQUENTIAL
    assert palette.SECRET == colours.SECRET
    assert palette.INK == colours.INK


def every_map(data, level: Level):
    made = ground.open_ground(data.territory)
    for one in data.indicators():
        whole = data.table(one).where(level=str(level))
        for period in whole.periods:
            year = whole.where(period=period)
            layer = made.layer(level, int(year.frame["vintage"].max()))
            year = year.where(vintage=[layer.vintage]) if level is Level.QPV else year
            where, look = Place(made, layer, data.label), Look(one.title, one.unit, one.decimals)
            scale = classes.of_values(data.table(one), one.decimals, one.unit)
            yield maps.rates(year, where, scale, look)
            if period != whole.periods[0]:
                continue  # circles and gaps are told from the same cells, read in the same place
            largest = float(whole.frame["value"].max())
            yield maps.counts(year, where, largest, look)
            yield maps.gaps(year, where, classes.of_gaps(50.0, 1, "%", "la ville"), look)


def everything(drawn: ZoneMap) -> set[float]:
    """All the numbers of a map: packed, in texts, in its legend, in its alternative text."""
    spec = json.loads(drawn.figure.to_json())
    said = " \n ".join([*texts(spec), drawn.alt, *(one.words for one in drawn.legend)])
    return numbers(spec) | written(said)


def test_no_hidden_number_enters_a_map():
    found = set()
    for drawn in every_map(guarded(), Level.QPV):
        found |= everything(drawn)
    assert found
    assert not leaks(found)


def test_the_same_search_sees_them_without_the_gate():
    found = set()
    for drawn in every_map(naked(), Level.QPV):
        found |= everything(drawn)
    assert {PERSONS, CHILDREN} <= leaks(found) <= canaries()


def test_the_layer_of_a_generation_is_not_that_of_another():
    made = ground.open_ground(config(fictional=True))
    old, new = made.layer(Level.QPV, 2015), made.layer(Level.QPV, 2024)
    assert isinstance(old, Layer)
    assert isinstance(new, Layer)
    assert all(code.startswith("QP") for code in old.spots)
    assert all(code.startswith("QN") for code in new.spots)
    assert made.layer(Level.QPV, 1999) is None
    assert made.layer(Level.IRIS, 1999) is not None  # IRIS keep their meaning
