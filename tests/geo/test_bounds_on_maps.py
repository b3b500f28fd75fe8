"""A zone known by a bound: striped in the class that it reaches, told so, in no class's count."""

from geo.maps import choropleth as maps, classes, palette, sheet, strokes, vector
from geo.maps.choropleth import Look, ZoneMap
from tests.geo.test_maps import LOOK, SCALE, areas, fill, place, points
from tests.tables import table
from ui.maps import words as map_words


def cells(where) -> dict[str, float | str]:
    """Three zones with a figure, two with a bound, one hidden, the others without a row."""
    codes = list(where.layer.spots)
    low, high = SCALE.limits[0] - 1, SCALE.limits[-1] + 1
    told: list[float | str] = [low, high, low, f"au moins {high}", f"au plus {low}", "s"]
    return dict(zip(codes, told, strict=False))


def made(where, unit: str = "%"):
    return table([("iris", code, 2023, one) for code, one in cells(where).items()], unit=unit)


def drawn() -> ZoneMap:
    where = place()
    return maps.rates(made(where), where, SCALE, LOOK)


def codes_of(lead: str) -> list[str]:
    return [code for code, one in cells(place()).items() if str(one).startswith(lead)]


def test_a_bound_has_the_colour_of_its_class_and_stripes() -> None:
    where, found = place(), drawn()
    (least,), (most,) = codes_of("au moins"), codes_of("au plus")
    by_code = {code: fill(one) for one in areas(found) for code in one.locations}
    assert by_code[least] == SCALE.colours[-1]
    assert by_code[most] == SCALE.colours[0]
    striped = [one for one in points(found, "lines") if one.line.width == strokes.STRIPE]
    assert {one.line.color for one in striped} == {palette.INK, palette.LIGHT_TEXT}
    segments = sum(len(where.layer.spots[code].hatch) for code in (least, most))
    assert sum(len(one.lon) for one in striped) == 3 * segments > 0


def test_the_legend_tells_a_bound_apart_and_counts_each_zone_once() -> None:
    found = drawn()
    bounds = {one.words: one.zones for one in found.legend if one.bound}
    assert bounds == {
        "au moins (borne) : dans cette teinte ou plus haut": 1,
        "au plus (borne) : dans cette teinte ou plus bas": 1,
    }
    assert sum(one.zones for one in found.legend) == len(place().layer.spots)
    assert not {one.code for one in found.missing} & {*codes_of("au moins"), *codes_of("au plus")}
    assert "1\u00a0zone au moins (borne)" in found.alt
    line = map_words._line(next(one for one in found.legend if one.bound), every_year=False)
    assert '<i class="bound"' in line


def test_who_points_at_it_reads_au_moins() -> None:
    (least,) = codes_of("au moins")
    told = {row[0]: row[2] for one in areas(drawn()) for row in one.customdata}
    assert told[least].startswith("au moins ")


def test_classes_come_from_figures_alone() -> None:
    where = place()
    rows = [("iris", code, 2023, float(i)) for i, code in enumerate(where.layer.spots)]
    exact = classes.of_values(table(rows), 1, "%")
    code = next(iter(where.layer.spots))
    bounded = table([("iris", code, 2023, "au moins 900"), *rows[1:]])
    assert max(classes.of_values(bounded, 1, "%").limits) < 900
    assert exact.limits


def test_a_bound_has_no_gap() -> None:
    where = place()
    scale = classes.of_gaps(40.0, 1, "%", "la commune")
    found = maps.gaps(made(where), where, scale, LOOK)
    (least,) = codes_of("au moins")
    told = {row[0]: row[2] for one in areas(found) for row in one.customdata}
    assert "par rapport" not in told[least]
    assert any("par rapport" in one for one in told.values())


def test_a_count_known_by_a_bound_is_an_open_circle() -> None:
    where = place()
    found = maps.counts(made(where, "structures"), where, 100.0, Look("Essai", "structures", 0))
    full, hollow = points(found, "markers")
    assert len(full.lon) == 3
    assert len(hollow.lon) == 2
    assert (full.marker.color, hollow.marker.color) == (palette.CIRCLE, palette.CLEAR)
    assert [one.zones for one in found.legend if one.bound] == [1, 1]
    assert "de cette taille ou plus grand" in found.alt


def test_one_is_told_in_the_singular() -> None:
    where = place()
    code = next(iter(where.layer.spots))
    whole = table([("iris", code, 2023, "au moins 1")], unit="structures")
    found = maps.counts(whole, where, 1.0, Look("Essai", "structures", 0))
    told = {row[0]: row[2] for one in areas(found) for row in one.customdata}
    assert told[code] == "au moins 1\u00a0structure"


def test_paper_shows_the_same() -> None:
    found = drawn()
    svg = vector.drawing(found, place()).body
    assert svg.count(f'stroke-width="{strokes.STRIPE:g}"') == 2
    swatch = sheet._sample(next(one for one in found.legend if one.bound), 0, 0, 0, 20)
    assert "url(#bound)" in swatch
    assert 'id="bound"' in sheet.HATCHING
