"""Official outlines over HTTP: pages, filters, refusals; then the map they make, and what stays."""

import asyncio
import dataclasses
import json
import re
import shutil
import stat
from pathlib import Path

import pytest
from shapely.geometry import box
from starlette.applications import Starlette

from ctg_data.boundaries import received
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.model import Level
from ctg_data.sources import contours, contours_ign, contours_qpv, registry, wfs
from ctg_data.sources.http import Http
from ctg_data.sources.wfs import Wfs
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update import run as update
from geo.maps import ground, layers, prepare
from geo.outlines.zones import Outline
from tests import standin_data, zone_files
from tests.pages import config
from tests.standin import Reply, StandIn
from tests.zone_files import HERE, NEAR, collection, feature
from ui.frame import outlines

SOURCES = (
    "contours_qpv",
    "contours_qpv_2015",
    "contours_iris",
    "contours_communes",
    "contours_eau",
)
IRIS_LAYER = contours_ign.NAMES["contours_iris"]
COMMUNES_LAYER = contours_ign.NAMES["admin_communes"]


@pytest.fixture
def place(tmp_path: Path) -> TerritoryConfig:
    """The invented territory, with a folder of its own and nothing in it."""
    return dataclasses.replace(standin_data.territory(), folder=tmp_path)


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    return server


@pytest.fixture
def service(filled: StandIn):
    with Http(pause=lambda seconds: None) as session:
        yield Wfs(session, f"{filled.address}/ign")


def run(store: Store, place: TerritoryConfig, *sources: str) -> update.Summary:
    return update.run(place, store, sources or SOURCES, pause=lambda seconds: None)


def ask(base_path: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """What the launcher's route answers to the browser."""
    sent: list[dict] = []

    async def receive() -> dict:
        await asyncio.sleep(60)  # the browser stays: an answer is sent before anything is said
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    served = Starlette(routes=outlines.routes(base_path))
    asyncio.run(served(scope | {"root_path": "", "scheme": "http"}, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:])


# The service


def test_pages_are_put_together(
    filled: StandIn, service: Wfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wfs, "PAGE", 2)
    where = ["code_insee IN ('00100','00101','00102')"]
    _, features, crs = service.features(COMMUNES_LAYER, where=where)
    assert [one["properties"]["code_insee"] for one in features] == ["00100", "00101", "00102"]
    assert [one.get("startIndex") for one in filled.asked] == ["0", "2"]
    assert "3857" in json.dumps(crs)


def test_a_layer_without_end_is_refused_whole(
    filled: StandIn, service: Wfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wfs, "PAGE", 1)
    monkeypatch.setattr(wfs, "PAGES", 2)
    with pytest.raises(SourceUnavailable, match=r"compte plus de 2.zones"):
        service.features(COMMUNES_LAYER, where=["code_insee IN ('00100','00101','00102')"])


def test_a_page_asks_no_more_than_the_producer_gives() -> None:
    assert wfs.PAGE <= 5_000


def test_a_box_is_asked_in_metres_whose_order_is_sure(filled: StandIn, service: Wfs) -> None:
    _, found, _ = service.features(COMMUNES_LAYER, box=(0.95, 48.95, 1.12, 49.1))
    assert {one["properties"]["code_insee"] for one in found} == {HERE, NEAR}
    assert filled.asked[-1].get("bbox").endswith(",EPSG:3857")


def test_the_other_name_of_a_column_is_tried(filled: StandIn, service: Wfs) -> None:
    where = ["code_insee IN ('00100')", "insee_com IN ('00100')"]
    _, found, _ = service.features(IRIS_LAYER, where=where)
    assert len(found) == 2
    assert len(filled.asked) == 2


def test_no_name_of_a_column_left(service: Wfs) -> None:
    with pytest.raises(SourceChanged, match="Illegal property name: ancien"):
        service.features(IRIS_LAYER, where=["ancien IN ('00100')"])


def test_a_layer_gone(service: Wfs) -> None:
    with pytest.raises(SourceChanged, match="Feature type x unknown"):
        service.features("x", where=["a IN ('1')"])


def test_a_name_is_found_among_the_capabilities(service: Wfs) -> None:
    assert service.find(*contours_ign.RIVERS) == "BDTOPO_V3:surface_hydrographique"
    with pytest.raises(SourceChanged, match="ne publie pas de couche « tramway »"):
        service.find("tramway")


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(200, b"<html>"), SourceUnavailable, "n'a pas donné la couche"),
        (Reply(403, b"{}"), SourceUnavailable, "réponse 403"),
        (Reply(200, b'{"features": [{'), SourceUnavailable, "s'interrompt"),
        (Reply(200, b"[]"), SourceChanged, "ne donne plus de zones"),
        (Reply.json({"features": [{}], "numberMatched": 3}), SourceUnavailable, "incomplète"),
        (Reply.json({"features": [{"id": 1}, {"id": 1}]}), SourceUnavailable, "en double"),
    ],
)
def test_what_the_service_may_answer_instead(
    filled: StandIn, service: Wfs, reply: Reply, fault: type[Exception], words: str
) -> None:
    filled.plan("GetFeature", reply)
    filled.plan("GetFeature", Reply.json({"features": [], "numberMatched": 3}))
    with pytest.raises(fault, match=words):
        service.features(IRIS_LAYER, where=["insee_com IN ('00100')"])


def test_communes_that_touch_whatever_their_departement(service: Wfs) -> None:
    assert [code for code, _, _ in contours_ign.near(service, HERE)] == [HERE, NEAR]


def test_the_archive_is_reached_by_its_stable_address(
    filled: StandIn, place: TerritoryConfig
) -> None:
    [dataset] = registry.source("contours_qpv").datasets
    with Http(pause=lambda seconds: None) as session:
        clients = update.Clients(session, None, None, "", f"{filled.address}/datagouv")
        got = contours_qpv.fetch(dataset, place, clients)
        assert got.content == filled.archive
        assert got.address.endswith(f"/datasets/r/{contours_qpv.RESOURCE}")
        filled.plan("/datasets/r/", Reply(404))
        with pytest.raises(SourceChanged, match="ne connaît plus la ressource"):
            contours_qpv.fetch(dataset, place, clients)
        filled.plan("/datasets/r/", Reply(200, b"<html>Maintenance"))
        with pytest.raises(SourceUnavailable, match="n'a pas donné les QPV"):
            contours_qpv.fetch(dataset, place, clients)


# From the update to the map


def test_an_update_puts_official_outlines_on_the_map(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    summary = run(store, place)
    assert not summary.failed
    told = str(summary).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Contours officiels en place" in told
    assert "Rupture de série entre Les Hauts (QP000001, 2015)" in told
    assert (
        "(QN00001N) s'étend sur plusieurs communes : Essai-Ville 60 %, Essai-le-Bourg 40 %" in told
    )
    made = ground.open_ground(place)
    assert not any(one.schematic or one.inline for one in made.layers)
    shown = {(str(one.level), one.vintage): set(one.spots) for one in made.layers}
    assert shown["qpv", 2024] == {"QN00001N", "QN00002M"}
    assert shown["qpv", 2015] == {"QP000001"}
    assert shown["iris", 2025] == set(zone_files.IRIS)
    assert shown["commune", 2025] == {HERE, NEAR}, "the far one is received, and not on the map"
    assert "eau" in made.layers[0].backdrop_codes
    kept = store.latest("contours_qpv", place.id, "qpv_2024")
    assert kept is not None
    assert kept.content == filled.archive


def test_only_codes_and_light_outlines_are_served(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    made = ground.open_ground(place)
    for layer in made.layers:
        for file in (layer.file, layer.backdrop):
            status, headers, body = ask("", "/" + layers.address(made, file).split("?")[0])
            assert status == 200
            assert "immutable" in headers["cache-control"]
            for one in json.loads(body)["features"]:
                assert list(one["properties"]) == ["code"]
    base = f"/{made.served}"
    for wrong in ("index.json", "absent.json", "..", "../actuel.json", "iris-2025.txt", ".json"):
        assert ask("", f"{base}/{wrong}")[0] == 404
    assert ask("", f"/{ground.RECEIVED}/../{made.source}/{layer.file}")[0] == 404
    assert ask("/ctg/", f"/ctg{base}/{layer.file}")[0] == 200


def test_a_damaged_layer_is_refused_and_the_last_good_one_stays(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    before = ground.open_ground(place)
    filled.layers[IRIS_LAYER] = zone_files.iris()[:1]
    [failed] = run(store, place).failed
    assert failed.source.id == "contours_iris"
    assert "il manque 1\u202fzone" in failed.problems[0].replace("\u00a0", "\u202f")
    assert "Les pages gardent la copie du" in failed.problems[0]
    assert ground.open_ground(place) == before
    copy = store.latest("contours_iris", place.id, "contours_iris")
    assert len(json.loads(copy.content)["features"]) == 2
    refused = store.latest("contours_iris", place.id, "contours_iris", accepted=False)
    assert len(json.loads(refused.content)["features"]) == 1, "kept, to look at"


def test_a_layer_of_another_place_changes_nothing_of_the_map(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    before = ground.open_ground(place)
    rows = zone_files.iris()
    for rank, one in enumerate(rows):
        moved = box(1.2 + rank / 20, 49.2, 1.25 + rank / 20, 49.25)
        one["geometry"] = feature(moved)["geometry"]
    filled.layers[IRIS_LAYER] = rows
    told = str(run(store, place, "contours_iris"))
    assert "« IRIS » (2025) n'est pas dessiné" in told.replace("\u202f", " ")
    assert "garde les contours qu'elle montrait" in told
    assert ground.open_ground(place) == before


def test_without_the_ign_communes_the_other_ones_serve(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    filled.outlines = {"features": zone_files.communes()}
    for one in filled.outlines["features"]:
        one["properties"]["code"] = one["properties"].pop("code_insee")
    run(store, place, "geo_communes")
    [layer] = ground.open_ground(place).layers
    assert layer.level is Level.COMMUNE


def test_outlines_of_other_zones_than_declared_are_not_shown(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    changed = dataclasses.replace(place, qpv=place.qpv[:1])
    assert ground.current_version(changed, layers.fingerprint(changed)) == ""
    assert ground.current_version(place, layers.fingerprint(place)) != ""


def test_the_plan_stays_for_what_was_not_received(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    plan = """
[[plan]]
niveaux = ["iris", "qpv"]
iris = { "001000101" = { x = 0, y = 0 }, "001000102" = { x = 1, y = 0 } }
qpv.QP000001 = { x = 4, y = 0, r = 0.3 }
qpv.QN00001N = { x = 5, y = 0, r = 0.3 }
qpv.QN00002M = { x = 6, y = 0, r = 0.3 }
[plan.riviere]
points = [[0, 0, 0.2], [6, 1, 0.2]]
"""
    (place.folder / "schema.toml").write_text(plan, encoding="utf-8")
    run(store, place, "contours_communes", "contours_qpv", "contours_iris")
    made = {(one.level, one.vintage): one for one in ground.open_ground(place).layers}
    assert not made[Level.IRIS, 2025].schematic
    assert "eau" not in made[Level.IRIS, 2025].backdrop_codes, "the river of a plan stays on it"
    assert made[Level.QPV, 2015].schematic
    assert "eau" in made[Level.QPV, 2015].backdrop_codes


def test_the_commune_is_bounded_by_its_iris(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    layer = ground.open_ground(place).layer(Level.IRIS)
    assert layer is not None
    assert f"voisine-{HERE}" in layer.backdrop_codes


def test_old_versions_are_forgotten_but_one(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    for shift in range(4):
        rows = zone_files.layers()[COMMUNES_LAYER]
        rows[1]["properties"]["population"] = shift
        filled.layers[COMMUNES_LAYER] = rows
        run(store, place)
    folder = ground.received_folder(place.id)
    versions = [one for one in folder.iterdir() if one.is_dir()]
    assert len(versions) == received.KEPT
    assert folder / ground.current_version(place, layers.fingerprint(place)) in versions


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(
    filled: StandIn, store: Store, place: TerritoryConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(received.prepare, "write", full)
    assert "n'ont pas pu être préparés" in str(run(store, place, "contours_communes"))
    assert ground.current_version(place, layers.fingerprint(place)) == ""


def test_a_damaged_index_falls_back_to_what_came_with_the_app(
    filled: StandIn, store: Store
) -> None:
    fallback = config(fictional=False)
    folder = ground.received_folder(fallback.id)
    version = "0" * 12
    (folder / version).mkdir(parents=True)
    (folder / version / layers.INDEX).write_text("{", encoding="utf-8")
    told = {"version": version, "declared": layers.fingerprint(fallback)}
    (folder / ground.CURRENT).write_text(json.dumps(told), encoding="utf-8")
    assert ground.open_ground(fallback).served == ""
    (folder / ground.CURRENT).write_text(json.dumps(told | {"version": "../../x"}), "utf-8")
    assert ground.current_version(fallback, layers.fingerprint(fallback)) == ""


def test_the_app_makes_the_map_ready_when_the_zones_declared_changed(
    filled: StandIn, place: TerritoryConfig
) -> None:
    with Store.open() as home:
        run(home, place)
    shutil.rmtree(ground.received_folder(place.id))
    assert ground.current_version(place, layers.fingerprint(place)) == ""
    received.refresh(place)
    assert ground.current_version(place, layers.fingerprint(place)) != ""


def test_a_commune_that_is_no_neighbour_fills_the_frame_and_bears_no_figure(
    place: TerritoryConfig,
) -> None:
    commune = Outline(Level.COMMUNE, HERE, 2025, "Essai-Ville", box(1.0, 49.0, 1.1, 49.05))
    other, away = (
        Outline(Level.COMMUNE, code, 2025, "Plus loin", box(1.0, low, 1.1, low + 0.05))
        for code, low in (("00998", 49.05), ("00999", 49.3))
    )
    tiles = [
        Outline(Level.IRIS, one.code, one.vintage, one.label, box(x, 49.0, x + 0.05, 49.05))
        for one, x in zip(place.iris, (1.0, 1.05), strict=True)
    ]
    made = prepare.official(place, [commune, *tiles], None, beyond=[other, away])
    drawn, figures = made.layer(Level.IRIS), made.layer(Level.COMMUNE)
    assert drawn is not None
    assert figures is not None
    assert "voisine-00998" in drawn.backdrop_codes, "a white hole beside the zones"
    assert "voisine-00999" not in drawn.backdrop_codes, "out of the frame: not sent"
    assert set(figures.spots) == {HERE}


def test_a_river_weighs_little(filled: StandIn) -> None:
    jagged = box(1.0, 49.0, 1.1, 49.02).segmentize(0.0001)
    points = [
        (x, y + (0.0003 if rank % 2 else 0)) for rank, (x, y) in enumerate(jagged.exterior.coords)
    ]
    rows = [feature(type(jagged)(points).buffer(0))]
    water = contours.water_in(collection(rows))
    light = received._light(water, [])
    assert light is not None
    assert len(json.dumps(received.zones.to_geojson({"eau": light}))) <= received.HEAVIEST_WATER


def test_the_same_update_twice_changes_nothing(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    before = {
        path: (path.stat()[stat.ST_MTIME], path.read_bytes())
        for path in ground.received_folder(place.id).rglob(layers.INDEX)
    }
    states = {one.state for one in run(store, place).outcomes}
    assert states == {"inchange"}
    assert {path: text for path, (_, text) in before.items()} == {
        path: path.read_bytes() for path in ground.received_folder(place.id).rglob(layers.INDEX)
    }


def test_nothing_is_left_half_written(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    names = [one.name for one in ground.received_folder(place.id).iterdir()]
    assert [name for name in names if not re.fullmatch(ground.VERSION, name)] == [ground.CURRENT]


# What a reader can add or subtract on these outlines


def sums(place: TerritoryConfig, store: Store | None) -> set[tuple[str, tuple[str, ...], bool]]:
    found = received.measured(place, store).nestings
    return {(one.whole[1], tuple(part[1] for part in one.parts), one.covers) for one in found}


INSIDE = {
    ("001000102", ("QP000001",), False),
    ("001000101", ("QN00002M",), False),
    ("001000102", (f"QN00001N/{HERE}",), False),
    ("QP000001", (f"QN00001N/{HERE}",), False),
}


def test_nestings_are_measured_on_what_was_received(
    filled: StandIn, store: Store, place: TerritoryConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A QPV across two communes nests by its part inside the commune, and by that alone."""
    assert sums(place, store) == set()
    assert not received.measured(place, store).places, "not known, which is not « none »"
    run(store, place)
    assert sums(place, store) == INSIDE
    known = {code for _, code, _ in received.measured(place, None).places}
    assert known == {one.code for one in (*place.iris, *place.qpv)}
    # found where they were measured: no layer is read again
    monkeypatch.setattr(received, "read", None)
    assert sums(place, store) == INSIDE


def test_nestings_damaged_on_disk_are_measured_again(
    filled: StandIn, store: Store, place: TerritoryConfig
) -> None:
    run(store, place)
    [kept] = ground.received_folder(place.id).glob(f"*/{received.NESTINGS}")
    kept.write_text("{", encoding="utf-8")
    assert sums(place, store) == INSIDE
    kept.unlink()
    assert sums(place, store) == INSIDE
