"""A city's zones as cities draw them: names alone, several pieces, texts of any encoding."""

import struct
from pathlib import Path

import pytest
from shapely.geometry import MultiPolygon, Polygon, box, mapping, shape

from ctg_data.errors import UserError
from ctg_data.zonings import city
from ctg_data.zonings.columns import code_from
from ctg_data.zonings.nature import Nature, Told
from geo.outlines import dbf, zones
from tests.pages import config
from tests.zone_files import collection, feature, written, zipped
from tests.zonings.test_zonings import EAST, TOLD, TOWN, WEST, place, plain

__all__ = ["place"]
TALL = Told(Nature.SECTEURS, "Ville d'Essai", "2024-01-01", "Carte scolaire")


def examined(rows, place, told=TOLD, name="zones.geojson"):
    return city.examine(collection(rows), name, told, place, TOWN)


def named(found):
    return [(one.code, one.label) for one in found.outlines]


@pytest.mark.parametrize(
    "columns",
    [
        {"name": "Île Mirage", "cartodb_id": 1, "created_at": "2014"},
        {"nom_quartier": "Île Mirage", "surface": 12.5},
        {"NOM_QUARTI": "Île Mirage"},
        {"Libellé du quartier": "Île Mirage"},
        {"OBJECTID": 4, "libelle_des_grands_quartiers": "Île Mirage"},
    ],
)
def test_a_name_is_enough(columns, place) -> None:
    found = examined([feature(WEST, **columns)], place)
    assert named(found) == [("ile-mirage", "Île Mirage")]
    assert "« Île Mirage » → ile-mirage" in plain(" ".join(found.notes))


def test_the_same_name_gives_the_same_code_in_another_file() -> None:
    long = "Vallée des Deux Rivières – Nord"
    assert code_from(long) == code_from("VALLEE DES DEUX RIVIERES - NORD")
    assert code_from(long) != code_from("Vallée des Deux Rivières – Sud")
    assert len(code_from(long)) <= 20
    assert code_from("Q12") == "Q12"


@pytest.mark.parametrize("kind", ["code_secteur", "code_quart", "num_ecole", "codeSecteur", "c_qu"])
def test_codes_under_other_names_are_read(kind, place) -> None:
    rows = [feature(WEST, **{kind: "A1", "nom": "A"}), feature(EAST, **{kind: "A2", "nom": "B"})]
    assert named(examined(rows, place)) == [("A1", "A"), ("A2", "B")]


def test_a_long_code_is_made_short_and_told(place) -> None:
    long = "b3c9f5e8-0d5b-4a39-9d1e-2f6f5b7a1c00"
    found = examined([feature(WEST, code=long, nom="A")], place)
    ((code, name),) = named(found)
    assert (len(code) <= 20, name) == (True, "A")
    assert f"« {long} » → {code}" in plain(" ".join(found.notes))


def test_columns_that_may_serve_are_offered_with_the_way_to_say_it(place) -> None:
    rows = [feature(WEST, gid=1, kind="q"), feature(EAST, gid=2, kind="q")]
    with pytest.raises(UserError) as refused:
        examined(rows, place)
    said = plain(refused.value)
    assert "Pourraient servir : « gid »" in said
    assert "--code COLONNE" in said
    again = Told(**{**TOLD.__dict__, "code": "gid"})
    assert [one.code for one in examined(rows, place, again).outlines] == ["1", "2"]


def test_a_column_that_is_not_there_is_told_with_those_near(place) -> None:
    told = Told(**{**TOLD.__dict__, "code": "codde"})
    with pytest.raises(UserError, match=r"codde.*proches.*code"):
        examined([feature(WEST, code="A", nom="A")], place, told)


def test_one_zone_in_several_features_is_united(place) -> None:
    rows = [
        feature(box(1.0, 49.0, 1.02, 49.02), code="S1", nom="Les Tilleuls"),
        feature(box(1.03, 49.0, 1.05, 49.02), code="S1", nom="LES TILLEULS"),
        feature(EAST, code="S2", nom="Pasteur"),
    ]
    found = examined(rows, place, TALL)
    assert named(found) == [("S1", "Les Tilleuls"), ("S2", "Pasteur")]
    assert found.outlines[0].shape.area == pytest.approx(2 * 0.02**2)
    assert "S1 (« Les Tilleuls ») est faite de 2 morceaux" in plain(" ".join(found.notes))
    assert city.again(collection(rows), "z", TALL) == found.outlines


def test_two_names_under_one_code_are_refused_with_both(place) -> None:
    rows = [feature(WEST, code="S1", nom="Tilleuls"), feature(EAST, code="S1", nom="Pasteur")]
    with pytest.raises(UserError, match=r"S1 nomme.*Tilleuls.*Pasteur"):
        examined(rows, place, TALL)


@pytest.mark.parametrize(
    ("outer", "hole"),
    [
        (box(0, 0, 2, 2), box(1, 1, 3, 3)),
        (box(0, 0, 2, 2), box(-1, 0.5, 3, 1.5)),
        (Polygon([(0, 0), (4, 0), (2, 3)]), box(1, -1, 2, 1)),
        (box(0, 0, 2, 2), Polygon([(1, 1), (3, 3), (3, 1), (1, 3)])),
    ],
)
def test_a_hole_that_sticks_out_takes_ground_and_never_gives_any(outer, hole) -> None:
    form = Polygon(outer.exterior.coords, [hole.exterior.coords])
    mended = zones.polygonal(form)
    assert mended.is_valid
    assert mended.difference(outer).area == pytest.approx(0, abs=1e-9)
    assert mended.area == pytest.approx(outer.difference(hole.buffer(0)).area, rel=0.35)
    assert mended.area <= outer.area


def test_pieces_that_overlap_are_ground_once() -> None:
    twice = MultiPolygon([box(0, 0, 2, 2), box(1, 0, 3, 2)])
    assert zones.polygonal(shape(mapping(twice))).area == pytest.approx(6)


NAMES = ["Chalouère", "Eblé", "Saint-Éloi – Nord", "Cœur de ville", "Forêt d'Ô", "Noël", "Garçon"]


def shapefile(folder: Path, encoding: str, said: str | None, name: str = "nom_quartier") -> bytes:
    """A shapefile whose texts are written so, and that says so or not."""
    import geopandas

    names = [one for one in NAMES if "œ" not in one or encoding in ("utf-8", "cp1252")]
    names = [one.replace("–", "-") if encoding != "utf-8" else one for one in names]
    boxes = [box(1 + k / 100, 49, 1 + (k + 1) / 100, 49.01) for k in range(len(names))]
    rows = {"code": [f"Q{k}" for k in range(len(names))], name[:10]: names}
    frame = geopandas.GeoDataFrame(rows, geometry=boxes, crs=4326)
    frame.to_file(folder / "couche.shp", encoding=encoding.replace("latin-1", "ISO-8859-1"))
    parts = {one.name: one.read_bytes() for one in folder.glob("couche.*")}
    parts.pop("couche.cpg", None)
    parts["couche.dbf"] = parts["couche.dbf"][:29] + b"\0" + parts["couche.dbf"][30:]
    return zipped(parts if said is None else parts | {"couche.cpg": said.encode()})


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "cp850"])
@pytest.mark.parametrize("said", [None, "UTF-8", "right"])
def test_texts_are_read_as_they_are_written(encoding, said, place, tmp_path: Path) -> None:
    content = shapefile(tmp_path, encoding, encoding if said == "right" else said)
    found = city.examine(content, "zones.zip", TOLD, place)
    labels = [one.label for one in found.outlines]
    assert {"Chalouère", "Eblé", "Forêt d'Ô", "Noël", "Garçon"} <= set(labels)
    told = "Textes lus en" in plain(" ".join(found.notes))
    assert told is (said is None or (said == "UTF-8" and encoding != "utf-8"))


def test_an_encoding_is_chosen_by_hand(place, tmp_path: Path) -> None:
    told = Told(**{**TOLD.__dict__, "encoding": "cp1252"})
    content = shapefile(tmp_path, "utf-8", None)
    labels = {one.label for one in city.examine(content, "z.zip", told, place).outlines}
    assert "EblÃ©" in labels
    assert {one.label for one in city.again(content, "z.zip", told)} == labels


def test_a_letter_cut_by_the_width_of_its_field_is_no_doubt() -> None:
    whole, cut = "Île Mirage".encode(), "Île Mirage – É".encode()[:-1]
    assert dbf.judge([(whole, False), (cut, True)]).encoding == "utf-8"
    assert dbf.judge([(b"Ebl\xe9", True)]).encoding == "cp1252"


def test_a_damaged_table_of_texts_gives_no_text() -> None:
    assert dbf.texts_of(b"") == []
    assert dbf.texts_of(struct.pack("<4sLHH20x", b"\x03aaa", 3, 32, 0)) == []
    assert dbf.said_by(b"") == ""


@pytest.mark.parametrize("column", ["code_secteur", "nom_secteur"])
def test_names_of_columns_cut_at_ten_letters_are_known(column, place, tmp_path: Path) -> None:
    other = {"code_secteur": "nom", "nom_secteur": "code"}[column]
    rows = [feature(WEST, **{column[:10]: "Un", other: "Deux"})]
    found = city.examine(written(rows, tmp_path, "shp"), "z.zip", TOLD, place)
    assert named(found) == [("Un", "Deux") if column.startswith("code") else ("Deux", "Un")]


def test_a_code_that_is_the_same_for_all_gives_way_to_the_names(place) -> None:
    rows = [feature(WEST, code="99999", nom="Un"), feature(EAST, code="99999", nom="Deux")]
    assert named(examined(rows, place)) == [("Un", "Un"), ("Deux", "Deux")]


def test_a_geojson_that_is_not_in_utf_8_is_read_and_it_is_told(place) -> None:
    content = collection([feature(WEST, code="A", nom="Eblé")]).decode().encode("cp1252")
    found = city.examine(content, "z.geojson", TOLD, place, TOWN)
    assert named(found) == [("A", "Eblé")]
    assert "Windows-1252" in plain(" ".join(found.notes))
    assert city.again(content, "z.geojson", TOLD) == found.outlines


def test_a_city_s_commune_is_still_compared(place) -> None:
    assert config(fictional=True).commune.code
    with pytest.raises(UserError, match="hors d"):
        examined([feature(box(3, 47, 3.1, 47.1), name="Loin")], place)
