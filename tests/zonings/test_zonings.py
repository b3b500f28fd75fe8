"""A zoning of the city's own: judged at once, in place at once, and never quite forgotten."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from ctg_data import __main__
from ctg_data.assembly import assemble as assembly
from ctg_data.boundaries import received, zoning_changes
from ctg_data.disclosure.adapter import held_back
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.offer.reach import served
from ctg_data.register.parse import parse
from ctg_data.register.read import read_lines
from ctg_data.release.policy import Policy
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update import run as update
from ctg_data.zonings import city, registry as zonings
from ctg_data.zonings.nature import Nature, Told
from geo.maps import ground, limits
from geo.outlines.zones import Outline, read_folder
from tests import standin_data
from tests.drawing import read
from tests.pages import config
from tests.register_files import as_csv
from tests.standin import StandIn
from tests.zone_files import collection, feature, written

TOLD = Told(Nature.QUARTIERS, "Ville d'Essai", "2024-01-01", "Unions d'IRIS")
WEST, EAST = box(1.0, 49.0, 1.05, 49.05), box(1.05, 49.0, 1.1, 49.05)
TOWN = [Outline(Level.COMMUNE, "00100", 2025, "Essai-Ville", box(1.0, 49.0, 1.1, 49.05))]
Zones = list[tuple[str, str, BaseGeometry | None]]
TWO: Zones = [("K1", "Ouest", WEST), ("K2", "Est", EAST)]


def geojson(zones: Zones = TWO, crs: Any = None, **more: Any) -> bytes:
    rows = [feature(form, code=code, nom=name, **more) for code, name, form in zones]
    return collection(rows, crs) if crs else collection(rows)


@pytest.fixture
def place(tmp_path: Path) -> TerritoryConfig:
    return dataclasses.replace(standin_data.territory(), folder=tmp_path)


@pytest.fixture
def drawn(server: StandIn, store: Store, place: TerritoryConfig) -> TerritoryConfig:
    """The territory, its official outlines received."""
    standin_data.fill(server)
    sources = ("contours_iris", "contours_communes", "contours_qpv")
    update.run(place, store, sources, pause=lambda seconds: None)
    return place


def add(store: Store, place: TerritoryConfig, content: bytes, told: Told = TOLD):
    return zoning_changes.add(store, zonings.in_place(place, store), "zones.geojson", content, told)


def test_a_zoning_becomes_a_level_of_figures_map_and_sums(
    store: Store, drawn: TerritoryConfig
) -> None:
    before = zonings.fingerprint(store, drawn.id)
    done = add(store, drawn, geojson())
    assert "Zonage de la Ville en place." in done.notes
    assert "Contours officiels en place : QPV" not in "".join(done.notes)
    assert zonings.fingerprint(store, drawn.id) != before
    place = zonings.in_place(drawn, store)
    assert [(one.code, one.label, one.vintage) for one in place.quartiers] == [
        ("K1", "Ouest", 2024),
        ("K2", "Est", 2024),
    ]
    assert place.labels["quartier", "K1"] == "Ouest"
    layer = ground.open_ground(place).layer(Level.QUARTIER)
    assert layer is not None
    assert set(layer.spots) == {"K1", "K2"}
    assert plain(layer.credit) == "Ville d'Essai, 1er janvier 2024 (Unions d'IRIS)"
    iris = ground.open_ground(place).layer(Level.IRIS)
    assert iris is not None
    assert plain(iris.credit).startswith("Insee et IGN, Licence Ouverte 2.0, reçus le ")
    found = received.measured(place, store)
    assert ("quartier", "K1", 0) in found.places
    sums = {(one.whole[1], tuple(p[1] for p in one.parts)) for one in found.nestings}
    assert {("001000101", ("K1",)), ("K1", ("QN00002M",))} <= sums
    assert [one.exact for one in found.nestings if one.parts == (("quartier", "K1", 0),)] == [True]
    [one] = zonings.listed(store, drawn.id)
    assert (one.told, one.file, one.in_place) == (TOLD, "zones.geojson", True)
    assert store.content(one.sha256) == geojson()


@pytest.mark.parametrize("kind", ["shp", "gpkg"])
def test_shapefiles_and_geopackages_are_read_in_their_own_coordinates(
    kind: str, store: Store, place: TerritoryConfig, tmp_path: Path
) -> None:
    content = written([feature(WEST, code="K1", nom="Ouest")], tmp_path, kind, 2154)
    found = zoning_changes.check(store, place, f"zones.{kind}", content, TOLD)
    [one] = found.outlines
    assert (one.code, one.label) == ("K1", "Ouest")
    assert one.shape.symmetric_difference(WEST).area < 1e-6
    assert any("n'a pas pu être vérifié" in note for note in found.notes)


def plain(told: object) -> str:
    """A message with ordinary spaces."""
    return re.sub("[\u202f\xa0]", " ", str(told))


def moved(change: Callable[[float, float], tuple[float, float]]) -> BaseGeometry:
    return Polygon([change(x, y) for x, y in WEST.exterior.coords])


BOW_TIE = Polygon([(1.0, 49.0), (1.04, 49.04), (1.04, 49.0), (1.0, 49.04)])
METRES = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "n'est pas une couche de zones lisible"),
        (geojson([]), "la couche est vide"),
        (collection([feature(WEST, x=1)]), "aucune colonne de code n'est reconnue.*« x »"),
        (geojson([("", "A", WEST)]), "1 code illisible"),
        (geojson([("K1", "A", WEST), ("K1", "B", EAST)]), "codes donnés deux fois : K1"),
        (geojson([("001000101", "A", WEST)]), "codes d'IRIS, de QPV ou de commune"),
        (geojson([("K1", "A", WEST), ("K2", "B", WEST)]), "se recouvrent"),
        (geojson([("K1", "A", box(3, 47, 3.1, 47.1))]), "hors d"),
        (geojson([("K1", "A", moved(lambda x, y: (y, x)))]), "sont échangées"),
        (geojson([("K1", "A", moved(lambda x, y: (x * 5e5, y * 1e5)))]), "en mètres"),
        (geojson([("K1", "A", box(1, 49, 1.0001, 49.0001))]), "sans doute abîmé"),
        (geojson([("K1", "A", None)]), "illisible ou n'a pas de surface"),
        (geojson(TWO, fictif=True), "contour fictif dans un territoire réel"),
        (geojson([("K1", "A", box(1e9, 1e9, 2e9, 2e9))], METRES), "coordonnées|contour"),
    ],
)
def test_refused_with_its_reason(content: bytes, words: str, place: TerritoryConfig) -> None:
    with pytest.raises(UserError) as refused:
        city.examine(content, "zones.geojson", TOLD, place, TOWN)
    assert re.search(words, plain(refused.value))


def test_every_fault_is_told_at_once(store: Store, place: TerritoryConfig) -> None:
    told = dataclasses.replace(TOLD, author=" ", method="", dated="demain")
    bad = geojson([("K1", "A", WEST), ("K1", "B", EAST), ("", "C", None)])
    with pytest.raises(UserError) as refused:
        add(store, place, bad, told)
    assert zonings.listed(store, place.id) == []
    text = plain(refused.value)
    for words in ("auteur", "méthode", "« demain »", "deux fois", "« vide »", "pas de surface"):
        assert words in text


def test_a_bow_tie_is_mended_and_told(place: TerritoryConfig) -> None:
    found = city.examine(geojson([("K1", "A", BOW_TIE)]), "z", TOLD, place, TOWN)
    assert any("réparés" in note and "K1" in note for note in found.notes)


def test_a_zoning_added_before_its_commune_is_compared_once_it_comes(
    server: StandIn, store: Store, place: TerritoryConfig
) -> None:
    add(store, place, geojson([("K1", "Ailleurs", box(1.3, 49.0, 1.35, 49.05))]))
    standin_data.fill(server)
    here = zonings.in_place(place, store)
    update.run(here, store, ("contours_communes",), pause=lambda seconds: None)
    layers = received.read(here, store)
    assert any("zonage de la Ville n'est pas dessiné" in one for one in layers.problems)
    assert not [one for one in layers.outlines if one.level is Level.QUARTIER]


def test_taken_away_its_zones_go_and_its_sums_stay(store: Store, drawn: TerritoryConfig) -> None:
    add(store, drawn, geojson())
    zoning_changes.remove(store, zonings.in_place(drawn, store), 1)
    assert zonings.in_place(drawn, store).quartiers == ()
    [one] = zonings.listed(store, drawn.id)
    assert not one.in_place
    assert store.content(one.sha256) == geojson(), "bytes are kept"
    found = received.measured(drawn, store)
    assert ("quartier", "K1", 0) in found.places
    sums = {(one.whole[1], tuple(p[1] for p in one.parts)) for one in found.nestings}
    assert ("001000101", ("K1",)) in sums, "what was shown of it can still be subtracted"
    [left] = [one for one in found.nestings if one.whole[0] == "commune"]
    assert [code for _, code, _ in left.parts] == ["K1", "K2"], "nor forgotten in the commune"
    assert not left.zone, "they tile it: whoever is missing was located nowhere"
    with pytest.raises(UserError, match="numéro 1 en place"):
        zoning_changes.remove(store, drawn, 1)


def test_another_zoning_takes_its_place_under_other_codes(
    store: Store, drawn: TerritoryConfig
) -> None:
    add(store, drawn, geojson())
    other: Zones = [("K1", "Tout", box(1.0, 49.0, 1.1, 49.05))]
    with pytest.raises(UserError, match="nomment déjà d'autres contours"):
        add(store, drawn, geojson(other))
    done = add(store, drawn, geojson([("T1", "Tout", other[0][2])]))
    assert any("sera retiré" in note for note in done.notes)
    place = zonings.in_place(drawn, store)
    assert [one.code for one in place.quartiers] == ["T1"]
    assert [one.in_place for one in zonings.listed(store, drawn.id)] == [True, False]
    sums = {
        (one.whole[1], tuple(p[1] for p in one.parts))
        for one in received.measured(place, store).nestings
    }
    assert ("T1", ("K1", "K2")) in sums, "the two zonings are set against each other"
    add(store, drawn, geojson())  # the same ground under the same codes may come back
    assert [one.code for one in zonings.in_place(drawn, store).quartiers] == ["K1", "K2"]


def test_a_competence_zone_is_kept_and_is_no_level(store: Store, drawn: TerritoryConfig) -> None:
    told = dataclasses.replace(TOLD, nature=Nature.COMPETENCE)
    done = add(store, drawn, geojson([("C1", "A", WEST), ("C2", "B", WEST)]), told)
    assert any("ce n'est pas un défaut" in note for note in done.notes)
    assert zonings.in_place(drawn, store).quartiers == ()
    assert [one.in_place for one in zonings.listed(store, drawn.id)] == [True]
    [laid] = [one for one in ground.open_ground(drawn).limits if one.id == limits.COMPETENCE]
    assert [(one.code, one.name) for one in laid.tags] == [("C1", "A"), ("C2", "B")]
    assert "Ville d'Essai, 1er janvier 2024 (Unions d'IRIS)" in plain(laid.credit)
    zoning_changes.remove(store, drawn, 1)
    assert limits.COMPETENCE not in [one.id for one in ground.open_ground(drawn).limits]


def test_one_dropped_where_nothing_was_received_is_drawn_on_the_folder_s_outlines(
    store: Store,
) -> None:
    here = config(fictional=True)
    form = next(one.shape for one in read_folder(here)[0] if one.level is Level.IRIS)
    told = dataclasses.replace(TOLD, nature=Nature.COMPETENCE)
    before = {one.id: len(one.tags) for one in ground.open_ground(here).limits}
    add(store, here, geojson([("C9", "Ici (fictif)", form)], fictif=True), told)
    after = {one.id: len(one.tags) for one in ground.open_ground(here).limits}
    assert after == before | {limits.COMPETENCE: before[limits.COMPETENCE] + 1}
    zoning_changes.remove(store, here, 1)
    assert {one.id: len(one.tags) for one in ground.open_ground(here).limits} == before


def test_a_register_counts_who_lives_in_a_competence_zone(
    store: Store, drawn: TerritoryConfig
) -> None:
    """A zone of the city over one IRIS: its inhabitants are served, the others are not."""
    iris = [one for one in received.outlines_in_use(drawn, store) if one.level is Level.IRIS]
    told = dataclasses.replace(TOLD, nature=Nature.COMPETENCE)
    add(store, drawn, geojson([("C1", "Autour du centre", iris[0].shape)]), told)
    place = zonings.in_place(drawn, store)
    assert place.competence == {"C1": "Autour du centre"}
    line = {"id": "S1", "type": "centre_social", "nom": "Centre d'essai", "source": "Essai"}
    line |= {"source_date": "31/12/2024", "zone_competence": "Autour du centre"}
    lines, messages = read_lines("essai.csv", as_csv([line]))
    [(_, centre)] = parse(lines, place, messages).found
    assert centre.competence == ("C1",)
    shapes = (*iris, *zonings.competence_outlines(store, place.id))
    shares = served([centre], place, shapes)
    assert shares == {one.code: float(one is iris[0]) for one in iris}
    zoning_changes.remove(store, place, 1)
    assert zonings.competence_outlines(store, place.id) == ()


def test_a_territory_that_declares_its_quartiers_keeps_them(store: Store) -> None:
    with pytest.raises(UserError, match="déclare déjà ses quartiers"):
        zoning_changes.check(store, config(fictional=True), "z", geojson(fictif=True), TOLD)


def test_quartiers_that_leave_land_aside_leave_a_zone(store: Store, drawn: TerritoryConfig) -> None:
    add(store, drawn, geojson([("K1", "Ouest", WEST)]))
    names = {one.name for one in received.measured(drawn, store).nestings if one.zone}
    assert "hors quartiers de la ville" in names


def test_a_zone_under_a_hundred_is_not_studied(store: Store, drawn: TerritoryConfig) -> None:
    """The size guard is the gate's: no figure of the zone, and no number said of it."""
    add(store, drawn, geojson())
    place = zonings.in_place(drawn, store)
    drawing = "K1 | 30 20 20 10 | 80\nK2 | 90 80 70 60 | 300"
    socle = read(drawing, level="quartier")
    found = assembly.hold_back(place, socle, store)
    assert found.told == ()
    sums = assembly.nestings(place, store)
    table = protect_socle(found.rows, socle.iloc[:0], Policy(), sums).table
    assert table.loc[table["code"] == "K1", "value"].isna().all()
    assert table.loc[table["code"] == "K2", "value"].notna().any()


def test_a_zoning_nobody_drew_is_held_back(store: Store, drawn: TerritoryConfig) -> None:
    socle = pd.concat(
        [read("QN00002M | 90 80 70 60 | 300"), read("K9 | 90 80 70 60 | 300", level="quartier")]
    )
    found = assembly.hold_back(drawn, socle, store)
    assert set(found.waiting["level"]) == {"quartier"}
    assert held_back.NAMES[Level.QUARTIER] in found.told[0]


def test_a_reader_adds_nothing(
    store: Store, drawn: TerritoryConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    with pytest.raises(UserError, match="ouverte en lecture"):
        add(store, drawn, geojson())


def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "competences.geojson"
    here = config(fictional=True)
    form = ground_of(here)
    path.write_bytes(geojson([("C1", "Autour du centre (fictif)", form)], fictif=True))
    said = ["--auteur", "Ville", "--date", "2024-01-01", "--methode", "À la main"]
    said += ["--nature", "zones_competence", "--territoire", here.id]
    run = __main__.main
    assert run(["zonage", "ajouter", str(path), *said, "--essai"]) == 0
    assert "peut être ajouté" in capsys.readouterr().out
    assert run(["zonage", "ajouter", str(path), *said]) == 0
    assert run(["zonage", "liste", "--territoire", here.id]) == 0
    assert "1. competences.geojson" in capsys.readouterr().out
    assert run(["zonage", "retirer", "1", "--territoire", here.id]) == 0
    assert run(["zonage", "retirer", "1", "--territoire", here.id]) == 2
    assert "numéro 1 en place" in capsys.readouterr().err
    assert run(["zonage", "ajouter", str(tmp_path / "absent"), *said]) == 2


def ground_of(place: TerritoryConfig) -> BaseGeometry:
    """A piece of the fictional commune."""
    from geo.outlines import zones

    outlines, _ = zones.read_folder(place)
    return next(one.shape for one in outlines if one.level is Level.IRIS)
