"""Layers of zones as received: every format read, every fault told at once, nothing guessed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Polygon, box, shape

from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.model import Level
from ctg_data.sources import contours
from geo.outlines import cells, checks, formats, whereabouts
from geo.outlines.zones import Outline
from tests import standin_data, zone_files
from tests.standin_wfs import mercator
from tests.zone_files import COMMUNES, FAR, HERE, NEAR, archive, collection, feature

PLACE = standin_data.territory()
LAMBERT = [[557_074, 6_925_926], [565_969, 6_925_926], [565_969, 6_931_105], [557_074, 6_925_926]]


def zones(dataset: str, content: bytes, place=PLACE) -> checks.Checked:
    return contours.zones_in(dataset, content, place)


def refusal(dataset: str, content: bytes, place=PLACE) -> str:
    with pytest.raises(UserError) as refused:
        zones(dataset, content, place)
    return str(refused.value)


def iris(**changes: Any) -> list[dict[str, Any]]:
    """The IRIS, the first one changed; ``form`` is its outline."""
    first, *others = zone_files.iris()
    form = changes.pop("form", shape(first["geometry"]))
    return [feature(form, **first["properties"] | changes), *others]


# Formats


def test_the_archive_is_read_by_the_name_of_its_member() -> None:
    found = zones("qpv_2024", archive())
    assert [one.code for one in found.outlines] == ["QN00001N", "QN00002M"]
    assert found.outlines[0].vintage == 2024


def test_an_archive_without_the_member_names_what_it_holds() -> None:
    other = archive(member="GEOJSON/QP2026.geojson")
    with pytest.raises(SourceChanged, match=r"ne contient plus .*QP2026\.geojson"):
        zones("qpv_2024", other)


def test_the_member_is_found_in_another_folder() -> None:
    moved = archive(member="qp/" + contours.ARCHIVE.split("/")[1].lower())
    assert len(zones("qpv_2024", moved).outlines) == 2


@pytest.mark.parametrize("kind", ["shp", "gpkg"])
@pytest.mark.parametrize("epsg", [4326, 2154, 3857])
def test_shapefile_and_geopackage_in_any_declared_system(
    tmp_path: Path, kind: str, epsg: int
) -> None:
    content = zone_files.written(zone_files.qpv_2015(), tmp_path, kind, epsg)
    [found] = zones("qpv_2015", content).outlines
    expected = zone_files.QPV_2015["QP000001"][2]
    assert found.shape.symmetric_difference(expected).area < 1e-6 * expected.area + 1e-9


def test_the_old_shapefile_keeps_its_accents(tmp_path: Path) -> None:
    content = zone_files.written(zone_files.qpv_2015(), tmp_path, "shp")
    names = {str(one.properties["COMMUNE_QP"]) for one in formats.read(content, "x").features}
    assert "Essai-Ville" in names
    rows = formats.read(content, "x").features[0].properties
    assert {"CODE_QP", "NOM_QP", "COMMUNE_QP"} <= set(rows)


def test_a_shapefile_without_system_in_metres_is_refused(tmp_path: Path) -> None:
    frame = [feature(Polygon(LAMBERT), CODE_QP="QP000001", COMMUNE_QP="Essai-Ville")]
    content = zone_files.written(frame, tmp_path, "shp", None)
    assert "en mètres" in refusal("qpv_2015", content)
    assert "aucun système n'est annoncé" in refusal("qpv_2015", content)


@pytest.mark.parametrize("cut", [0.3, 0.9])
@pytest.mark.parametrize("kind", ["zip", "gpkg", "json"])
def test_a_cut_file_says_so(tmp_path: Path, kind: str, cut: float) -> None:
    whole = {
        "zip": archive,
        "gpkg": lambda: zone_files.written(zone_files.qpv_2024(), tmp_path, "gpkg"),
        "json": lambda: collection(zone_files.qpv_2024()),
    }[kind]()
    with pytest.raises(SourceUnavailable, match=r"coupé|s'interrompt"):
        zones("qpv_2024", whole[: int(cut * len(whole))])


def test_an_archive_that_unfolds_beyond_reason_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(formats, "LARGEST", 100)
    with pytest.raises(SourceChanged, match="se déplie en plus de"):
        zones("qpv_2024", archive())


def test_a_declared_unknown_system_is_refused() -> None:
    crs = {"properties": {"name": "urn:ogc:def:crs:EPSG::999999"}}
    assert "EPSG:999999" in refusal("contours_iris", collection(iris(), crs))


# Coordinates


def test_areas_are_measured_in_lambert_93() -> None:
    # 0.1° by 0.05° at 49°: 7 312 m by 5 561 m, on the ellipsoid
    [area] = formats.hectares([box(1.0, 49.0, 1.1, 49.05)])
    assert area == pytest.approx(731.2 * 556.1 / 100, rel=2e-3)
    [overseas] = formats.hectares([box(55.4, -21.0, 55.5, -20.95)])
    assert overseas == pytest.approx(1040.0 * 553.6 / 100, rel=2e-3)


def swapped(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def turned(node: Any) -> Any:
        if isinstance(node[0], (int, float)):
            return node[::-1]
        return [turned(child) for child in node]

    return [
        one
        | {"geometry": one["geometry"] | {"coordinates": turned(one["geometry"]["coordinates"])}}
        for one in features
    ]


def test_swapped_axes_are_refused_by_name() -> None:
    told = refusal("contours_iris", collection(swapped(iris())))
    assert "longitude et latitude sont échangées (001000101, 001000102)" in told


def in_mercator() -> list[dict[str, Any]]:
    ring = [mercator(x, y) for x, y in box(1.0, 49.0, 1.05, 49.05).exterior.coords]
    return iris(form=Polygon(ring))


def test_undeclared_metres_are_refused_and_declared_ones_turned() -> None:
    told = refusal("contours_iris", collection(in_mercator(), None))
    assert "Lambert-93 (2154) ou Mercator (3857), et aucun système n'est annoncé" in told
    assert "EPSG:4326 est annoncé" in refusal("contours_iris", collection(in_mercator()))
    both = in_mercator()
    ring = [mercator(x, y) for x, y in box(1.05, 49.0, 1.1, 49.05).exterior.coords]
    both[1]["geometry"]["coordinates"] = [ring]
    crs = {"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert len(zones("contours_iris", collection(both, crs)).outlines) == 2


def test_a_layer_of_another_country_is_refused() -> None:
    away = box(-99, 30, -98.95, 30.05)
    assert "hors de France" in refusal("contours_iris", collection(iris(form=away)))


def test_a_zone_away_from_the_others_is_refused() -> None:
    rows = zone_files.communes()
    rows[1]["geometry"] = feature(box(5, 45, 5.1, 45.1))["geometry"]
    told = refusal("admin_communes", collection(rows))
    assert f"{NEAR} (Essai-le-Bourg) est loin de toutes les autres" in told


# Codes and cells


@pytest.mark.parametrize("between", [", ", ";", ";\r\n  ", " ; ", ","])
def test_several_communes_in_one_cell(between: str) -> None:
    content = archive(collection(zone_files.qpv_2024(between)))
    assert zones("qpv_2024", content).outlines[0].code == "QN00001N"


def test_a_commune_is_never_a_part_of_another_code() -> None:
    rows = zone_files.qpv_2024()
    rows.append(feature(box(1.3, 49, 1.31, 49.01), code_qp="QN00009N", insee_com="0010012, 10010"))
    assert len(zones("qpv_2024", archive(collection(rows))).outlines) == 2


def test_names_survive_a_break_inside_a_cell() -> None:
    names = cells.split_names("Saint-Étienne-de-l'Essai;\r\n  Sotte-Ville-lès-Essai")
    assert names == ("Saint-Étienne-de-l'Essai", "Sotte-Ville-lès-Essai")


def test_missing_and_undeclared_zones_are_told_together() -> None:
    rows = zone_files.qpv_2024()
    rows[1]["properties"]["code_qp"] = "QN00007N"
    told = refusal("qpv_2024", archive(collection(rows)))
    assert "il manque 1\u00a0zone déclarée" in told
    assert "QN00002M" in told
    assert "que territoire.toml ne déclare pas\u00a0: QN00007N" in told.replace(" :", "\u00a0:")


def test_the_other_generation_is_refused() -> None:
    rows = zone_files.qpv_2024()
    for one, code in zip(rows, ("QP000001", "QP000002", "QP971001"), strict=True):
        one["properties"]["code_qp"] = code
    assert "2024 est annoncée, mais les codes sont ceux de 2015" in refusal(
        "qpv_2024", archive(collection(rows))
    )
    rows[0]["properties"]["code_qp"] = "QN00001N"
    assert "deux générations" in refusal("qpv_2024", archive(collection(rows)))


@pytest.mark.parametrize("code", ["QN0000XN", "QN00001Z", "", None, "QN1"])
def test_a_code_of_no_form_is_told(code: str | None) -> None:
    rows = zone_files.qpv_2024()
    rows[2]["properties"]["code_qp"] = code
    assert "1\u00a0code illisible" in refusal("qpv_2024", archive(collection(rows)))


def test_a_lost_zero_is_put_back() -> None:
    rows = iris(code_iris=1000101)
    assert zones("contours_iris", collection(rows)).outlines[0].code == "001000101"


def test_a_renamed_column_names_those_received() -> None:
    rows = [one | {"properties": {"ident": "x"}} for one in iris()]
    assert "aucune colonne de code (code_iris) ; reçues : ident" in refusal(
        "contours_iris", collection(rows)
    )


def test_two_zones_swapped_are_seen_by_their_communes() -> None:
    rows = zone_files.qpv_2024()
    for one, code in zip(rows, ("QN00002M", "QN00001N"), strict=False):
        one["properties"]["code_qp"] = code
    told = refusal("qpv_2024", archive(collection(rows)))
    assert "QN00002M est dans 00100, 00101" in told
    assert "peut-être échangées" in told


def test_a_commune_known_by_name_only_is_compared_or_told_unknown() -> None:
    rows = zone_files.qpv_2015()
    rows[0]["properties"]["commune_qp"] = "Essai-Ville, Nulle-Part"
    [note] = [one for one in zones("qpv_2015", collection(rows)).notes if "inconnue" in one]
    assert note == "QP000001 : commune inconnue du territoire (Nulle-Part)."
    rows[0]["properties"]["commune_qp"] = "Essai-le-Bourg"
    assert "ce que le territoire ne dit pas" in refusal("qpv_2015", collection(rows))


def test_a_commune_that_is_not_divided_has_no_iris() -> None:
    whole = replace(PLACE, iris=())
    rows = [feature(COMMUNES[HERE][1], code_iris=f"{HERE}0000", insee_com=HERE)]
    assert zones("contours_iris", collection(rows), whole).outlines == ()
    assert "ne déclare pas" in refusal("contours_iris", collection(zone_files.iris()), whole)


# Forms


def test_a_bow_tie_is_mended_and_told() -> None:
    tie = Polygon([(1.0, 49.0), (1.05, 49.05), (1.05, 49.0), (1.0, 49.05)])
    found = zones("contours_iris", collection(iris(form=tie)))
    assert found.outlines[0].shape.area == pytest.approx(0.05 * 0.05 / 2)
    assert found.notes == ("Contours qui se croisaient, réparés : 001000101.",)


def test_a_spike_leaves_the_polygon_only() -> None:
    spike = [(1.0, 49.0), (1.05, 49.0), (1.2, 49.0), (1.05, 49.0), (1.05, 49.05), (1.0, 49.05)]
    found = zones("contours_iris", collection(iris(form=Polygon(spike))))
    assert found.outlines[0].shape.geom_type == "Polygon"
    assert found.outlines[0].shape.bounds == (1.0, 49.0, 1.05, 49.05)


@pytest.mark.parametrize("form", [None, Polygon([(1, 49), (1.1, 49), (1, 49)])])
def test_a_form_without_surface_is_refused(form: Polygon | None) -> None:
    assert "001000101 : le contour est illisible ou n'a pas de surface" in refusal(
        "contours_iris", collection(iris(form=form))
    )


def test_overlaps_and_crumbs_are_refused() -> None:
    assert "se recouvrent" in refusal(
        "contours_iris", collection(iris(form=box(1, 49, 1.08, 49.05)))
    )
    crumb = box(1.0, 49.0, 1.0001, 49.0001)
    assert "le contour est sans doute abîmé" in refusal(
        "contours_iris", collection(iris(form=crumb))
    )


def test_a_zone_given_twice_is_refused() -> None:
    rows = iris()
    assert "contours donnés deux fois : 001000101" in refusal(
        "contours_iris", collection([*rows, rows[0]])
    )


def test_every_fault_is_told_at_once() -> None:
    first, second = iris(form=None)
    told = refusal("contours_iris", collection([first, *swapped([second])]))
    assert told.count("\n- ") == 2


def test_an_empty_layer_is_refused() -> None:
    assert "la couche est vide" in refusal("contours_iris", collection([]))


# Known, outside, unknown


def test_unknown_is_not_outside() -> None:
    layer = zones("qpv_2024", archive()).outlines
    assert checks.inside(box(1.02, 49.01, 1.025, 49.015), layer) == ("QN00002M",)
    assert checks.inside(box(1.2, 49.0, 1.25, 49.05), layer) == ()
    assert checks.inside(box(1.2, 49.0, 1.25, 49.05), None) is None
    assert checks.inside(box(1.2, 49.0, 1.25, 49.05), ()) is None, "an empty layer says nothing"


def test_a_border_drawn_twice_is_not_another_place() -> None:
    town = Outline(Level.COMMUNE, HERE, 2025, "Essai-Ville", COMMUNES[HERE][1])
    tiles = [
        Outline(Level.IRIS, code, 2025, name, form)
        for code, (name, form) in zone_files.IRIS.items()
    ]
    assert whereabouts.against_communes(tiles, [town]) == []
    moved = replace(tiles[0], shape=box(1.2, 49.0, 1.25, 49.05))
    [told] = whereabouts.against_communes([moved, tiles[1]], [town])
    assert told == "001000101 (Centre) est à 100 % hors de Essai-Ville."
    assert whereabouts.against_communes(tiles, []) == []


def test_the_far_commune_is_received_and_counted() -> None:
    found = zones("admin_communes", collection(zone_files.communes()))
    assert {one.code for one in found.outlines} == {HERE, NEAR, FAR}
    assert json.loads(json.dumps(found.hectares))[HERE] > 4_000
