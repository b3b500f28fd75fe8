"""The ground of the fictional commune: tiled without a gap, each zone where it says it lies."""

import json
from itertools import combinations

import pandas as pd
import pytest
import shapely
from shapely.geometry import shape

from ctg_data.model import Level
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig

LAYERS = ["commune", "voisines", "iris", "quartiers", "qpv_2015", "qpv_2024"]
LAYERS += ["secteurs_scolaires", "zones_competence", "fleuve"]


@pytest.fixture(scope="module")
def config() -> TerritoryConfig:
    return territory.open_territory("exemple")


def layer(config: TerritoryConfig, name: str) -> dict[str, shapely.Geometry]:
    features = read(config, name)["features"]
    return {one["properties"]["code"]: shape(one["geometry"]) for one in features}


def read(config: TerritoryConfig, name: str) -> dict:
    return json.loads((config.folder / "contours" / f"{name}.geojson").read_text("utf-8"))


def test_iris_tile_the_commune_without_gap_or_overlap(config: TerritoryConfig) -> None:
    iris = layer(config, "iris")
    [commune] = layer(config, "commune").values()
    assert set(iris) == {zone.code for zone in config.iris}
    assert all(one.is_valid and one.geom_type == "Polygon" for one in iris.values())
    assert shapely.union_all(list(iris.values())).symmetric_difference(commune).area == 0
    assert max(a.intersection(b).area for a, b in combinations(iris.values(), 2)) == 0


def test_quartiers_are_unions_of_iris_and_school_sectors_cut_otherwise(
    config: TerritoryConfig,
) -> None:
    iris, quartiers = layer(config, "iris"), layer(config, "quartiers")
    for code, quartier in quartiers.items():
        inside = [one for name, one in iris.items() if name[5:7] == code[2:]]
        assert len(inside) == 4
        assert shapely.union_all(inside).symmetric_difference(quartier).area == 0
        assert quartier.geom_type == "Polygon"
    sectors = layer(config, "secteurs_scolaires").values()
    assert not any(one.equals(other) for one in sectors for other in quartiers.values())
    [commune] = layer(config, "commune").values()
    assert shapely.union_all(list(sectors)).symmetric_difference(commune).area == 0


def test_neighbours_touch_the_commune_and_do_not_cover_it(config: TerritoryConfig) -> None:
    [commune] = layer(config, "commune").values()
    around = layer(config, "voisines")
    assert set(around) == {zone.code for zone in config.neighbours}
    for one in around.values():
        assert one.touches(commune)
        assert one.intersection(commune).length > 0.001


@pytest.mark.parametrize("vintage", [2015, 2024])
def test_qpv_lie_where_they_say(config: TerritoryConfig, vintage: int) -> None:
    shapes = layer(config, f"qpv_{vintage}")
    communes = layer(config, "commune") | layer(config, "voisines")
    zones = config.zones(Level.QPV, vintage)
    assert set(shapes) == {zone.code for zone in zones}
    for zone in zones:
        met = [code for code, one in communes.items() if one.intersection(shapes[zone.code]).area]
        assert sorted(met) == sorted(zone.communes)
    assert max(a.intersection(b).area for a, b in combinations(shapes.values(), 2)) == 0


def test_generations_differ_as_their_codes_say(config: TerritoryConfig) -> None:
    old, new = layer(config, "qpv_2015"), layer(config, "qpv_2024")
    heirs = {
        code: sorted(name for name, one in old.items() if one.intersection(ground).area > 0)
        for code, ground in new.items()
    }
    assert sorted(map(len, heirs.values())) == [0, 1, 1, 1, 1, 2]
    for code, names in heirs.items():
        before = shapely.union_all([old[name] for name in names])
        if code.endswith("I"):
            assert before.equals(new[code])
        elif code.endswith("N"):
            assert not names
        else:
            assert new[code].area > 1.02 * before.area
    assert not any(name[-1] == code[6] for code, names in heirs.items() for name in names)


def test_structures_stand_where_they_say(config: TerritoryConfig) -> None:
    path = config.folder / "structures.csv"
    register = pd.read_csv(path, dtype=str, keep_default_na=False)
    layers = {name: layer(config, name) for name in ("iris", "qpv_2015", "qpv_2024")}
    places = layer(config, "commune") | layer(config, "voisines")
    for row in register.to_dict("records"):
        point = (float(row["longitude"]), float(row["latitude"]))
        assert shapely.contains_xy(places[row["commune"]], *point)
        for name, shapes in layers.items():
            found = [code for code, one in shapes.items() if shapely.contains_xy(one, *point)]
            assert found == ([row[name]] if row[name] else []), row["nom"]
    assert set(register["commune"]) > {config.commune.code}
    assert {"eaje", "alsh", "centre_social", "evs", "laep", "rpe", "fjt"} <= set(register["type"])
    closed = register[register["fermeture"].ne("")]
    assert sorted(closed["type"]) == ["centre_social", "eaje", "eaje"]
    assert closed["ouverture"].str.contains(" puis ").tolist() == [False, False, True]


def test_it_lies_in_open_water(config: TerritoryConfig) -> None:
    for name in LAYERS:
        for one in layer(config, name).values():
            west, south, east, north = one.bounds
            assert -7.7 < west < east < -7.3
            assert 46.0 < south < north < 46.4
