"""The plan drawn by hand: every zone once, none over another, nothing borrowed."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
import shapely

from ctg_data.errors import TerritoryError
from ctg_data.model import Level
from ctg_data.territory.config import TerritoryConfig, Zone
from geo.maps import ground, prepare, schematic
from geo.maps.schematic import Plan
from tests.pages import config

TILES = """
[[plan]]
niveaux = ["iris", "qpv"]
[plan.riviere]
points = [[-2, 1.5, 0.5], [1, 1.5, 0.9], [4, 1.8, 0.5]]
[[plan.repere]]
x = 0
y = 1.5
texte = "l'eau"
style = "riviere"
[plan.iris]
"001230101" = { x = 0, y = 0, nom = "Un|Deux" }
"001230102" = { x = 1, y = 0 }
[plan.qpv]
QP000001 = { x = 0.5, y = 0, r = 0.4 }
QN00001M = { x = 0.5, y = 0, r = 0.6 }
"""


@pytest.fixture
def place(tmp_path: Path) -> TerritoryConfig:
    """A commune of two IRIS, with a QPV in each generation, and TILES as its plan."""
    base = config(fictional=True)
    iris = tuple(Zone(Level.IRIS, f"00123010{i}", 2024, f"Zone {i}", ("00123",)) for i in (1, 2))
    qpv = (
        Zone(Level.QPV, "QP000001", 2015, "Avant", ("00123",)),
        Zone(Level.QPV, "QN00001M", 2024, "Après", ("00123",)),
    )
    (tmp_path / "schema.toml").write_text(TILES, encoding="utf-8")
    return replace(base, id="essai", folder=tmp_path, iris=iris, qpv=qpv, quartiers=())


def changed(place: TerritoryConfig, *swaps: tuple[str, str]) -> str:
    text = TILES
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    (place.folder / "schema.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TerritoryError) as refused:
        schematic.read_plan(place)
    return str(refused.value)


def test_the_plan_is_read(place):
    (plan,) = schematic.read_plan(place)
    assert [(one.level, one.code) for one in plan.outlines] == [
        (Level.IRIS, "001230101"),
        (Level.IRIS, "001230102"),
        (Level.QPV, "QP000001"),
        (Level.QPV, "QN00001M"),
    ]
    assert plan.names["001230101"] == "Un|Deux"
    assert plan.names["001230102"] == "Zone 2"
    assert [one.text for one in plan.marks] == ["l'eau"]
    assert plan.water is not None
    assert plan.water.is_valid


def test_its_layers_are_called_schematic_and_parted_by_generation(place):
    made = prepare.build(place)
    assert {(one.level, one.vintage) for one in made.layers} == {
        (Level.IRIS, 2024),
        (Level.QPV, 2015),
        (Level.QPV, 2024),
    }
    assert all(one.schematic for one in made.layers)


def test_a_tile_is_as_large_as_any_other(place):
    (plan,) = schematic.read_plan(place)
    one, other = (x.shape for x in plan.outlines if x.level is Level.IRIS)
    assert one.area == pytest.approx(other.area)
    assert one.distance(other) < 0.05 * schematic.UNIT  # side by side, a little air between


def test_a_patch_is_seven_tiles():
    assert schematic.hexagons(0, 0, 1).area == pytest.approx(
        7 * schematic.hexagons(0, 0).area / schematic.EDGE**2, rel=0.03
    )
    assert schematic.hexagons(0, 0, 1).geom_type == "Polygon"


def test_a_river_is_as_wide_as_told(place):
    water = schematic.band([(0, 0, 0.5), (4, 0, 1.5)])
    assert water is not None
    for x, wide in ((0.5, 0.6), (3.5, 1.35)):
        across = shapely.LineString([(x * schematic.UNIT, -1), (x * schematic.UNIT, 1)])
        assert water.intersection(across).length == pytest.approx(wide * schematic.UNIT, rel=0.15)
    assert schematic.band([]) is None


@pytest.mark.parametrize(
    ("swap", "said"),
    [
        pytest.param(('"001230102" = { x = 1', '"001230109" = { x = 1'), "n'est pas déclaré",
                     id="unknown zone"),
        pytest.param(('"001230102" = { x = 1, y = 0 }', ""), "001230102 (Zone 2) n'est pas placée",
                     id="zone left out"),
        pytest.param(('"001230102" = { x = 1,', '"001230102" = { x = 0.3,'), "se recouvrent",
                     id="tiles overlap"),
        pytest.param(('"001230102" = { x = 1,', '"001230102" = { x = "un",'), "en nombres",
                     id="not a number"),
        pytest.param(("{ x = 1, y = 0 }", "{ x = 1 }"), "« x » et « y » sont attendus",
                     id="no row"),
        pytest.param(("QN00001M = { x = 0.5, y = 0, r = 0.6 }", ""),
                     "QN00001M (Après) n'est",
                     id="QPV left out"),
    ],
)  # fmt: skip
def test_a_faulty_plan_is_refused(place, swap, said):
    assert said in changed(place, swap)


def test_every_fault_is_told_at_once(place):
    said = changed(place, ('"001230102" = { x = 1', '"001230109" = { x = 1'), ("r = 0.6", "r = []"))
    assert all(one in said for one in ("001230109", "001230102", "QN00001M"))
    assert "essai/schema.toml" in said


def real_plans() -> list[Plan]:
    return schematic.read_plan(config(fictional=False))


def test_each_zone_of_the_real_territory_has_exactly_one_place():
    place = config(fictional=False)
    codes = [one.code for plan in real_plans() for one in plan.outlines]
    wanted = [*place.iris, *place.qpv, place.commune, *place.neighbours]
    assert sorted(codes) == sorted(one.code for one in wanted)


def test_no_tile_of_the_real_plan_covers_another():
    for plan in real_plans():
        for a, b in combinations(plan.outlines, 2):
            if (a.level, a.vintage) == (b.level, b.vintage):
                assert a.shape.intersection(b.shape).area < 1e-3 * a.shape.area, (a.code, b.code)


def test_tiles_tell_neither_size_nor_shape():
    """A tile derived from true ground would not be the same hexagon 42 times."""
    for plan in real_plans():
        tiles = [one.shape for one in plan.outlines if one.level is Level.IRIS]
        centred = [shapely.affinity.translate(x, -x.centroid.x, -x.centroid.y) for x in tiles]
        assert all(one.equals_exact(centred[0], 1e-6) for one in centred)


def test_the_real_plan_is_nowhere_on_earth():
    """It is drawn around the origin: nobody can lay it on a true map."""
    for layer in ground.open_ground(config(fictional=False)).layers:
        assert layer.schematic
        assert all(abs(one) < 0.2 for one in layer.frame)


def test_generations_of_a_qpv_are_two_layers():
    made = ground.open_ground(config(fictional=False))
    assert {one.vintage for one in made.layers if one.level is Level.QPV} == {2015, 2024}
