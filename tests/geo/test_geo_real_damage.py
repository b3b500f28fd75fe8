"""Real layers, damaged in each way that was ever seen: refused or mended, with its reason."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import mapping, shape
from shapely.ops import unary_union

from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.sources import contours
from ctg_data.zonings import city
from ctg_data.zonings.nature import Nature, Told
from geo.outlines import formats, nesting, zones
from geo.outlines.checks import Checked
from tests.geo.test_geo_reference import CODE, PLACE, communes, read
from tests.zone_files import collection, feature

Layer = dict[str, Any]
IRIS = f"iris_{CODE}.geojson"
TEN_SQUARE_METRES = 0.001  # hectares, for 2 154 of them
pytestmark = pytest.mark.reels("geo/iris", "geo/commune")


@pytest.fixture
def layer(reference: Path) -> Layer:
    return dict(json.loads((reference / "geo" / IRIS).read_text("utf-8")))


def judged(layer: Layer) -> Checked:
    return contours.zones_in("contours_iris", json.dumps(layer).encode(), PLACE)


def turned(change: Callable[[Any], Any]) -> Callable[[Layer], None]:
    """Redraw every zone, leaving what the file says of its coordinates out."""

    def damage(layer: Layer) -> None:
        layer.pop("crs", None)
        for one in layer["features"]:
            one["geometry"] = mapping(change(shape(one["geometry"])))

    return damage


def to(epsg: int) -> Callable[[Any], Any]:
    import geopandas

    return lambda form: geopandas.GeoSeries([form], crs=4326).to_crs(epsg).iloc[0]


def swapped(form: Any) -> Any:
    return shapely.transform(form, lambda xy: xy[:, ::-1])


def without_codes(layer: Layer) -> None:
    for one in layer["features"][:3]:
        one["properties"]["CODE_IRIS"] = None


def twice(layer: Layer) -> None:
    layer["features"].append(copy.deepcopy(layer["features"][0]))


def one_less(layer: Layer) -> None:
    layer["features"].pop()


def overlapping(layer: Layer) -> None:
    first, second = layer["features"][:2]
    second["geometry"] = first["geometry"]


def no_surface(layer: Layer) -> None:
    layer["features"][0]["geometry"] = {"type": "LineString", "coordinates": [[1, 49], [1.1, 49]]}


def emptied(layer: Layer) -> None:
    layer["features"] = []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (turned(swapped), "longitude et latitude sont échangées"),
        (turned(lambda form: to(3857)(form)), "en mètres"),
        (turned(lambda form: to(2154)(form)), "en mètres"),
        (turned(lambda form: shapely.transform(form, lambda xy: xy - [100, 20])), "hors de France"),
        (without_codes, "3\u00a0codes illisibles"),
        (twice, "deux fois"),
        (one_less, "il manque 1\u00a0zone"),
        (overlapping, "se recouvrent"),
        (no_surface, "n'a pas de surface"),
        (emptied, "la couche est vide"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_damaged_layer_is_refused_with_its_reason(
    layer: Layer, damage: Callable[[Layer], None], words: str
) -> None:
    damage(layer)
    with pytest.raises(UserError) as refused:
        judged(layer)
    assert words.replace("\u00a0", " ") in str(refused.value).replace("\u00a0", " ")


def test_declared_coordinates_are_turned(layer: Layer) -> None:
    plain = {one.code: one.shape for one in judged(layer).outlines}
    turned(to(2154))(layer)
    layer["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    for one in judged(layer).outlines:
        assert one.shape.symmetric_difference(plain[one.code]).area < 1e-9


def test_a_bow_tie_is_mended_and_told(layer: Layer) -> None:
    ring = layer["features"][0]["geometry"]["coordinates"][0]
    ring = ring[0] if isinstance(ring[0][0], list) else ring
    middle = len(ring) // 2
    ring[middle], ring[middle + 1] = ring[middle + 1], ring[middle]
    assert not shape(layer["features"][0]["geometry"]).is_valid
    found = judged(layer)
    assert len(found.outlines) == 42
    assert all(one.shape.is_valid for one in found.outlines)
    assert any("réparés" in note for note in found.notes)


def test_neighbours_stay_without_gap_once_light(reference: Path) -> None:
    """Topology kept: what lies between two light zones is no wider than the rounding."""
    full = read(reference, IRIS, "contours_iris").outlines
    light = zones.simplified(full)
    after = unary_union([one.shape for one in light])
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(after) for ring in part.interiors]
    assert sum(formats.hectares(holes)) < TEN_SQUARE_METRES
    whole, *each = formats.hectares([after, *(one.shape for one in light)])
    assert sum(each) - whole < TEN_SQUARE_METRES, "nor do they overlap"
    weight = len(json.dumps(zones.to_geojson({one.code: one.shape for one in light})))
    assert weight <= 60_000


def quartiers(outlines: Any) -> bytes:
    """Quartiers of the city, made of whole IRIS: two digits of the code name them."""
    groups: dict[str, list[Any]] = {}
    for one in outlines:
        groups.setdefault(one.code[5:7], []).append(one.shape)
    rows = [
        feature(unary_union(forms), code=f"K{name}", nom=f"Quartier {name}")
        for name, forms in sorted(groups.items())
    ]
    return collection(rows)


def test_quartiers_dropped_on_real_ground_nest_with_its_iris(reference: Path) -> None:
    iris = read(reference, IRIS, "contours_iris").outlines
    town = communes(reference).outlines
    told = Told(Nature.QUARTIERS, "Ville", "2024-01-01", "Unions d'IRIS")
    dropped = city.examine(quartiers(iris), "quartiers.geojson", told, PLACE, town)
    assert dropped.notes == ()
    assert len(dropped.outlines) == 10
    assert sum(formats.hectares([one.shape for one in dropped.outlines])) == pytest.approx(
        2154, rel=0.07
    )
    here = [one for one in town if one.code == CODE]
    found = nesting.of_territory(PLACE, [*iris, *dropped.outlines, *here])
    inside = {
        part[1]: one.whole[1]
        for one in found.nestings
        if one.whole[0] == Level.QUARTIER and not one.covers
        for part in one.parts
    }
    assert inside == {one.code: f"K{one.code[5:7]}" for one in iris}
    assert not [one for one in found.nestings if one.whole[0] == Level.COMMUNE], "they tile it"
    away = [one for one in dropped.outlines if one.code != "K01"]
    left = nesting.of_territory(PLACE, [*iris, *away, *here]).nestings
    assert [one.name for one in left if one.whole[0] == Level.COMMUNE] == [
        "hors quartiers de la ville"
    ]


def test_quartiers_of_another_commune_are_refused(reference: Path) -> None:
    town = communes(reference).outlines
    other = next(one for one in town if one.code != CODE)
    told = Told(Nature.QUARTIERS, "Ville", "2024-01-01", "À la main")
    content = collection([feature(other.shape, code="K1", nom="Ailleurs")])
    with pytest.raises(UserError, match="hors de"):
        city.examine(content, "quartiers.geojson", told, PLACE, town)
