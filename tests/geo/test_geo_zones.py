"""True outlines: read whole or refused whole, made light without moving a border."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import box, shape

from ctg_data.errors import TerritoryError
from ctg_data.model import Level
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig
from geo.maps import ground, layers, prepare
from geo.outlines import zones
from geo.outlines.zones import Outline
from tests.pages import config

SQUARE = [[-7.5, 46.2], [-7.49, 46.2], [-7.49, 46.21], [-7.5, 46.21], [-7.5, 46.2]]
BOW_TIE = [[-7.5, 46.2], [-7.49, 46.21], [-7.49, 46.2], [-7.5, 46.21], [-7.5, 46.2]]
HEAVIEST = 60_000  # bytes of one layer, a photograph's worth at most


@pytest.fixture
def place(tmp_path: Path) -> TerritoryConfig:
    """The fictional commune, in a folder of its own without any outline."""
    (tmp_path / "contours").mkdir()
    return replace(config(fictional=True), folder=tmp_path)


def feature(code: str, ring: list, **properties: Any) -> dict[str, Any]:
    kept = {"code": code, "fictif": True} | properties
    return {
        "type": "Feature",
        "properties": kept,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write(place: TerritoryConfig, *features: Any, name: str = "zones") -> None:
    path = place.folder / "contours" / f"{name}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))


def moved(ring: list, east: float) -> list:
    return [[x + east, y] for x, y in ring]


def iris(place: TerritoryConfig) -> list[str]:
    return [one.code for one in place.iris]


def refusal(place: TerritoryConfig) -> str:
    with pytest.raises(TerritoryError) as refused:
        zones.read_folder(place)
    return str(refused.value)


def test_a_zone_is_known_by_its_code_whatever_its_file(place):
    write(place, feature(iris(place)[0], SQUARE), name="nimporte")
    (found,), water = zones.read_folder(place)
    assert (found.level, found.code, found.vintage) == (
        Level.IRIS,
        iris(place)[0],
        place.iris[0].vintage,
    )
    assert water is None


def test_a_bow_tie_keeps_its_two_halves(place):
    write(place, feature(iris(place)[0], BOW_TIE))
    (found,), _ = zones.read_folder(place)
    assert found.shape.is_valid
    assert found.shape.area == pytest.approx(box(-7.5, 46.2, -7.49, 46.21).area / 2)


def test_a_spike_leaves_the_polygon_only(place):
    spike = [*SQUARE[:2], [-7.47, 46.2], *SQUARE[1:]]
    write(place, feature(iris(place)[0], spike))
    (found,), _ = zones.read_folder(place)
    assert found.shape.geom_type == "Polygon"
    assert found.shape.area == pytest.approx(box(-7.5, 46.2, -7.49, 46.21).area)


def test_water_has_no_code(place):
    write(place, feature("EAU", SQUARE), name="fleuve")
    found, water = zones.read_folder(place)
    assert found == []
    assert water is not None


def test_another_zoning_may_lie_in_the_folder(place):
    write(place, feature("FS01", SQUARE), feature(iris(place)[0], SQUARE))
    found, _ = zones.read_folder(place)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"code": "999999999"}, "n'est pas déclaré", id="unknown IRIS"),
        pytest.param({"code": ""}, "absent", id="no code"),
        pytest.param({"fictif": False}, "marqués « fictif »", id="real outline, fictional place"),
        pytest.param({"fictif": None}, "marqués « fictif »", id="unmarked outline"),
    ],
)
def test_what_is_not_of_this_place_is_refused(place, changed, said):
    write(place, feature(**{"code": iris(place)[0], "ring": SQUARE} | changed))
    assert said in refusal(place)
    assert "contours/zones.geojson, objet 1" in refusal(place)


def test_a_fictional_outline_never_enters_a_real_territory(place):
    real = replace(place, fictional=False)
    write(real, feature(iris(real)[0], SQUARE))
    assert "contour fictif dans un territoire réel" in refusal(real)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        pytest.param([[561000, 6929000], [562000, 6929000], [562000, 6930000], [561000, 6929000]],
                     "EPSG:4326", id="metres"),
        pytest.param([[0, 0], [1, 1], [0, 0], [0, 0]], "pas de surface", id="flat"),
        pytest.param([["a", "b"]], "illisible", id="not numbers"),
    ],
)  # fmt: skip
def test_a_geometry_that_cannot_serve_says_why(place, geometry, said):
    write(place, feature(iris(place)[0], geometry))
    assert said in refusal(place)


def test_a_file_that_is_not_geojson_says_so(place):
    (place.folder / "contours" / "iris.geojson").write_text("<html>")
    assert "contours/iris.geojson : ce n'est pas du GeoJSON" in refusal(place)


def test_a_generation_must_be_that_of_the_code(place):
    qpv = place.zones(Level.QPV, 2015)[0]
    write(place, feature(qpv.code, SQUARE, generation=2024))
    assert "génération 2024 annoncée" in refusal(place)


def test_one_generation_does_not_overlap_itself_but_may_overlap_another(place):
    one, other = (place.zones(Level.QPV, year)[0] for year in (2015, 2024))
    write(place, feature(one.code, SQUARE), feature(other.code, SQUARE))
    assert len(zones.read_folder(place)[0]) == 2
    same = place.zones(Level.QPV, 2015)[1]
    write(place, feature(one.code, SQUARE), feature(same.code, moved(SQUARE, 0.005)))
    assert "se recouvrent" in refusal(place)


def test_neighbours_may_share_a_sliver(place):
    a, b = iris(place)[:2]
    write(place, feature(a, SQUARE), feature(b, moved(SQUARE, 0.00999)))
    assert len(zones.read_folder(place)[0]) == 2


def test_every_problem_is_told_at_once(place):
    write(
        place,
        feature("999999999", SQUARE),
        feature(iris(place)[0], [[0, 0], [1, 1], [0, 0], [0, 0]]),
        feature(iris(place)[1], SQUARE),
        feature(iris(place)[1], SQUARE),
    )
    said = refusal(place)
    assert all(one in said for one in ("999999999", "pas de surface", "donné deux fois"))


@pytest.fixture(scope="module")
def drawn() -> list[Outline]:
    return zones.read_folder(config(fictional=True))[0]


@pytest.mark.parametrize("level", [Level.IRIS, Level.QPV, Level.QUARTIER, Level.COMMUNE])
def test_no_zone_changes_by_more_than_half_a_percent(drawn, level):
    group = [one for one in drawn if one.level is level]
    light = zones.simplified(group)
    assert [one.code for one in light] == [one.code for one in group]
    for before, after in zip(group, light, strict=True):
        assert after.shape.is_valid
        away = before.shape.symmetric_difference(after.shape).area / before.shape.area
        assert away <= zones.MAX_CHANGE + 1e-3  # 5 decimals move a corner by a metre
    points = [
        sum(map(shapely.get_num_coordinates, (one.shape for one in x))) for x in (group, light)
    ]
    assert points[1] < 0.7 * points[0]


def test_neighbours_still_share_their_border(drawn):
    light = [one.shape for one in zones.simplified([x for x in drawn if x.level is Level.IRIS])]
    assert shapely.coverage_is_valid(light)
    whole = shapely.union_all(light)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors


def test_a_tiny_zone_is_left_as_it_is():
    tiny = Outline(Level.QPV, "A", 2024, "A", box(-7.5, 46.2, -7.4999, 46.20005).segmentize(1e-5))
    (after,) = zones.simplified([tiny])
    assert after.shape.symmetric_difference(tiny.shape).area <= zones.MAX_CHANGE * tiny.shape.area


def test_rings_turn_the_way_geojson_asks():
    hole = box(0, 0, 4, 4).difference(box(1, 1, 2, 2))
    (one,) = zones.to_geojson({"A": hole})["features"]
    outer, inner = one["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw
    assert one["properties"] == {"code": "A"}


@pytest.mark.parametrize("name", territory.territory_names())
def test_what_is_committed_is_what_the_sources_give(name):
    """After a change of outlines or plan: ``python -m geo.prepare``, and commit."""
    place = territory.open_territory(name)
    kept = ground.open_ground(place)
    whole = (*kept.layers, *kept.limits)
    assert not any(one.inline for one in whole), f"run: python -m geo.prepare {name}"
    made = prepare.build(place)
    one, other = (json.dumps(layers.to_index(x), sort_keys=True) for x in (kept, made))
    assert one == other
    for part in (*made.layers, *made.limits):
        for file, content in part.inline.items():
            path = layers.STATIC / name / file
            assert json.loads(path.read_text("utf-8")) == content
            assert path.stat().st_size < HEAVIEST


@pytest.mark.parametrize("name", territory.territory_names())
def test_every_declared_zone_has_its_outline(name):
    place = territory.open_territory(name)
    made = ground.open_ground(place)
    for level in layers.MAPPED:
        for vintage in {one.vintage for one in place.zones(level)}:
            layer = made.layer(level, vintage)
            assert layer is not None
            assert set(layer.spots) == {one.code for one in place.zones(level, vintage)}


@pytest.mark.parametrize("name", territory.territory_names())
def test_outlines_served_to_anyone_carry_a_code_only(name):
    for path in (layers.STATIC / name).glob("*.json"):
        if path.name != layers.INDEX:
            for one in json.loads(path.read_text("utf-8"))["features"]:
                assert list(one["properties"]) == ["code"]
                assert shape(one["geometry"]).is_valid


def test_stale_outlines_are_never_shown(tmp_path):
    place = config(fictional=True)
    shutil.copytree(layers.STATIC / place.id, tmp_path / place.id)
    index = tmp_path / place.id / layers.INDEX
    kept = json.loads(index.read_text("utf-8"))
    index.write_text(json.dumps(kept | {"source": "ancien"}), encoding="utf-8")
    made = ground.open_ground(place, tmp_path)
    assert all(one.inline for one in made.layers)
    assert json.loads(index.read_text("utf-8"))["source"] == "ancien"  # a reader writes nothing


def test_writing_replaces_what_was_there(tmp_path):
    made = prepare.build(config(fictional=True))
    (tmp_path / made.territory).mkdir()
    (tmp_path / made.territory / "ancien.json").write_text("{}")
    names = {path.name for path in prepare.write(made, tmp_path)}
    assert names == {path.name for path in (tmp_path / made.territory).iterdir()}
    assert "ancien.json" not in names
    assert [path.name for path in tmp_path.iterdir()] == [made.territory]


def test_a_territory_without_outlines_nor_plan_says_so(place, capsys, monkeypatch):
    with pytest.raises(TerritoryError, match=r"ni contours .* ni plan"):
        prepare.build(place)
    monkeypatch.setattr(prepare, "open_territory", lambda name: place)
    assert prepare.main(["essai"]) == 1
    assert "ni contours" in capsys.readouterr().err
