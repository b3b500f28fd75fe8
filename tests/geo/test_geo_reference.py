"""Real outlines of the default territory, read in the folder that ``CTG_REFERENCE`` names."""

import json
from pathlib import Path

import pytest
from shapely.geometry import shape
from shapely.ops import unary_union

from ctg_data.model import Level
from ctg_data.sources import contours
from ctg_data.territory import config as territory
from geo.maps import prepare
from geo.outlines import formats, generations, nesting, whereabouts, zones
from geo.outlines.checks import Checked
from geo.outlines.places import place_of

PLACE = territory.open_territory()
CODE = PLACE.commune.code


def read(folder: Path, name: str, layer: str) -> Checked:
    [path] = (folder / "geo").glob(name)
    return contours.zones_in(layer, path.read_bytes(), PLACE)


def communes(folder: Path) -> Checked:
    """The commune and those around it, together as the producer gives them."""
    features = [
        one
        for name in (f"commune_{CODE}", "communes_mrn", "communes_voisines")
        for one in json.loads((folder / "geo" / f"{name}.geojson").read_text("utf-8"))["features"]
    ]
    once = {one["properties"]["insee_com"]: one for one in features}
    told = json.dumps({"features": list(once.values())}).encode()
    return contours.zones_in("admin_communes", told, PLACE)


@pytest.mark.reels("geo/iris", "geo/commune")
def test_counts_and_areas(reference: Path) -> None:
    iris = read(reference, f"iris_{CODE}.geojson", "contours_iris")
    assert {one.code for one in iris.outlines} == {one.code for one in PLACE.iris}
    assert len(iris.outlines) == 42
    path = reference / "geo" / f"iris_{CODE}.geojson"
    told = {
        one["properties"]["CODE_IRIS"]: one["properties"]["AIRE_HA_L93"]
        for one in json.loads(path.read_text("utf-8"))["features"]
    }
    for code, area in iris.hectares.items():
        assert area == pytest.approx(told[code], abs=0.02)
    around = communes(reference)
    assert around.hectares[CODE] == pytest.approx(2154.0, abs=0.1)
    assert len(around.outlines) == len({*(x.code for x in PLACE.epci_members)} | {CODE})


@pytest.mark.reels("geo/iris", "geo/commune")
def test_two_drawings_of_one_commune(reference: Path) -> None:
    iris = read(reference, f"iris_{CODE}.geojson", "contours_iris")
    around = communes(reference)
    commune = next(one for one in around.outlines if one.code == CODE)
    whole = unary_union([one.shape for one in iris.outlines])
    away = formats.hectares([zones.polygonal(whole.symmetric_difference(commune.shape))])
    assert away[0] == pytest.approx(141.6, abs=0.2)
    assert whereabouts.against_communes(iris.outlines, [commune]) == []
    other = next(one for one in around.outlines if one.code != CODE)
    assert len(whereabouts.against_communes(iris.outlines, [other])) > 30


@pytest.mark.reels("geo/iris", "geo/commune", "geo/qpv_FICTIF")
def test_both_schemas_of_qpv_are_read_and_their_passage_measured(reference: Path) -> None:
    old = read(reference, "qpv_FICTIF_2015.geojson", "qpv_2015")
    new = read(reference, "qpv_FICTIF_2024.geojson", "qpv_2024")
    assert {one.code for one in old.outlines} == {one.code for one in PLACE.zones(Level.QPV, 2015)}
    assert {one.code for one in new.outlines} == {one.code for one in PLACE.zones(Level.QPV, 2024)}
    shares = generations.passage(old.outlines, new.outlines)
    assert shares
    assert all(0 < one.of_old <= 1.001 and 0 < one.of_new <= 1.001 for one in shares)
    numbers = {(one.old[2:8].lstrip("0"), one.new[2:7].lstrip("0")) for one in shares}
    assert not any(a == b for a, b in numbers)


@pytest.mark.reels("geo/iris", "geo/commune")
def test_the_iris_nest_in_their_commune(reference: Path) -> None:
    iris = read(reference, f"iris_{CODE}.geojson", "contours_iris").outlines
    town = [one for one in communes(reference).outlines if one.code == CODE]
    shapes = {place_of(str(x.level), x.code, x.vintage): x.shape for x in (*iris, *town)}
    found = nesting.measure(shapes)
    covering = [one for one in found if one.covers]
    assert covering, "the IRIS cover the commune, within tolerance"
    assert len(covering[0].parts) == 42


@pytest.mark.reels("geo/iris", "geo/commune", "geo/qpv_FICTIF")
def test_every_zoning_is_set_against_the_others(reference: Path) -> None:
    """A QPV across two communes nests by its part inside this one; each overlay is checked anew."""
    every = [
        *read(reference, f"iris_{CODE}.geojson", "contours_iris").outlines,
        *read(reference, "qpv_FICTIF_2015.geojson", "qpv_2015").outlines,
        *read(reference, "qpv_FICTIF_2024.geojson", "qpv_2024").outlines,
        *(one for one in communes(reference).outlines if one.code == CODE),
    ]
    made = nesting.of_territory(PLACE, every)
    assert made.places == {
        place_of(str(x.level), x.code, x.vintage) for x in (*PLACE.iris, *PLACE.qpv)
    }
    assert made == nesting.Measured.from_json(json.loads(json.dumps(made.to_json())))
    pairs = {frozenset({n.whole[0], part[0]}) for n in made.nestings for part in n.parts}
    assert frozenset({"iris", "qpv"}) in pairs
    forms = {one.code: one.shape for one in every}
    here = unary_union([one.shape for one in every if one.level is Level.IRIS])

    def ground(code: str):
        whole, _, part = code.partition("/")
        return forms[whole].intersection(here) if part else forms[whole]

    for one in made.nestings:
        whole, parts = ground(one.whole[1]), [ground(part[1]) for part in one.parts]
        small, large = (whole, unary_union(parts)) if one.covers else (unary_union(parts), whole)
        assert small.difference(large).area <= 0.051 * small.area, one.name
    astride = {one.code for one in PLACE.qpv if len(one.communes) > 1}
    cut = {p[1] for n in made.nestings for p in (n.whole, *n.parts) if "/" in p[1]}
    assert cut
    assert {one.partition("/")[0] for one in cut} <= astride
    assert all("dans la commune" in n.name for n in made.nestings if "/" in n.whole[1])


@pytest.mark.reels("geo/iris", "geo/commune", "geo/qpv_FICTIF")
def test_the_page_of_the_map_is_light(reference: Path) -> None:
    every = [
        *read(reference, f"iris_{CODE}.geojson", "contours_iris").outlines,
        *read(reference, "qpv_FICTIF_2015.geojson", "qpv_2015").outlines,
        *read(reference, "qpv_FICTIF_2024.geojson", "qpv_2024").outlines,
        *(
            one
            for one in communes(reference).outlines
            if one.code in {CODE, *(x.code for x in PLACE.neighbours)}
        ),
    ]
    made = prepare.official(PLACE, every, None)
    files = {}
    for layer in made.layers:
        if layer.level in (Level.IRIS, Level.QPV):
            files |= layer.inline
    size = sum(len(json.dumps(one, separators=(",", ":"))) for one in files.values())
    assert size <= 60_000
    assert {layer.schematic for layer in made.layers} == {False}
    light = {one["properties"]["code"]: one for one in files["iris-2021.json"]["features"]}
    for one in every:
        if one.level is Level.IRIS:
            form = shape(light[one.code]["geometry"])
            assert form.symmetric_difference(one.shape).area <= 0.006 * one.shape.area
