"""Outlines that would never end: refused with their reason in bounded work, the others mended."""

import json
import math
import random
from collections.abc import Callable
from itertools import combinations, pairwise

import pytest
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from ctg_data.errors import UserError
from ctg_data.zonings import city
from geo.outlines import formats, tangle
from tests.zone_files import collection, feature
from tests.zonings.test_zonings import TOLD, TOWN, geojson, place as place, plain


def scribble(points: int) -> Polygon:
    """A ring whose points were taken in any order."""
    draw = random.Random(points)
    return Polygon([(1 + draw.random() / 20, 49 + draw.random() / 20) for _ in range(points)])


def circle(points: int) -> Polygon:
    turns = [2 * math.pi * rank / points for rank in range(points)]
    return Polygon([(1.02 + math.cos(one) / 50, 49.02 + math.sin(one) / 50) for one in turns])


def counted(form: Polygon) -> int:
    """Crossings one by one, as one would with a ruler."""
    ring = list(form.exterior.coords)
    sides = [LineString(pair) for pair in pairwise(ring)]
    return sum(a.crosses(b) for a, b in combinations(sides, 2))


@pytest.mark.parametrize("points", [4, 7, 12, 30])
def test_crossings_are_counted_right(points: int) -> None:
    form = scribble(points)
    assert tangle.crossings(form, most=10_000) == counted(form)


FORMS: dict[str, tuple[Callable[[], BaseGeometry], str]] = {
    "scribble": (lambda: scribble(200), "se croise lui-même plus de 500 fois"),
    "great scribble": (lambda: scribble(20_000), "se croise lui-même plus de 500 fois"),
    "points": (lambda: circle(210_000), "points, 200 000 au plus"),
    "pieces": (
        lambda: MultiPolygon(
            [box(1 + i / 1e5, 49, 1 + i / 1e5 + 5e-6, 49.1) for i in range(2_500)]
        ),
        "morceaux ou trous, 2 000 au plus",
    ),
    "far": (lambda: Polygon([(0, 0), (1e300, 0), (0, 1e300)]), "des lieux de la Terre"),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_would_never_end_is_refused_with_its_reason(name: str, place) -> None:
    make, words = FORMS[name]
    content = geojson([("K1", "A", make()), ("K2", "B", box(1.05, 49.0, 1.1, 49.05))])
    with pytest.raises(UserError) as refused:
        city.examine(content, "zones.geojson", TOLD, place, TOWN)
    assert words in plain(refused.value)
    assert "K1 : le contour n'est pas repris" in plain(refused.value)


def test_a_ring_that_crosses_a_few_times_is_still_mended(place) -> None:
    bow = Polygon([(1.0, 49.0), (1.04, 49.04), (1.04, 49.0), (1.0, 49.04)])
    found = city.examine(geojson([("K1", "A", bow)]), "z.geojson", TOLD, place, TOWN)
    assert any("réparés" in note for note in found.notes)


def test_pieces_that_share_a_border_do_not_cross() -> None:
    tiles = MultiPolygon([box(i, j, i + 1, j + 1) for i in range(20) for j in range(20)])
    assert tangle.crossings(tiles) == 0
    assert tangle.refusal(tiles) == ""


def nested(depth: int) -> bytes:
    """A triangle inside collections inside one another."""
    ring = [[1, 49], [1.1, 49], [1, 49.1], [1, 49]]
    inner = json.dumps({"type": "Polygon", "coordinates": [ring]})
    around = '{"type": "GeometryCollection", "geometries": ['
    text = around * depth + inner + "]}" * depth
    return collection([feature(None, code="K1")]).replace(b"null", text.encode(), 1)


def test_collections_in_one_another_are_read() -> None:
    [one] = formats.read(nested(50), "z").features
    assert one.form is not None
    assert tangle.refusal(one.form) == ""


@pytest.mark.parametrize("depth", [900, 100_000])
def test_collections_without_end_are_told(depth: int, place) -> None:
    with pytest.raises(UserError, match="lisible"):
        city.examine(nested(depth), "z.geojson", TOLD, place, TOWN)


def test_numbers_that_are_none_are_no_place(place) -> None:
    broken = geojson([("K1", "A", box(1, 49, 1.1, 49.1))]).replace(b"49.1", b"NaN")
    with pytest.raises(UserError, match="K1"):
        city.examine(broken, "z.geojson", TOLD, place, TOWN)
