"""The base map: asked for once, kept, served from here, and never needed."""

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ctg_data.boundaries import base_map
from ctg_data.boundaries.base_map import Frame, Picture
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.store.session import Store
from geo.maps import palette, vector, veil
from tests import official
from tests.browser import Server, serving
from tests.pages import Reader, bodies, config, data_of
from tests.sources.test_source_contours import ask
from tests.standin import Asked, Reply, StandIn
from tests.ui.maps.test_map_views import several
from tests.ui.maps.test_page_carte import map_of, point_at
from ui.maps import base as map_base, view as map_view, words as map_words

pytestmark = pytest.mark.long

FRAME = (1.0, 49.0, 1.1, 49.05)
TODAY = date(2026, 11, 25)


def png(width: int, height: int, grey: int = 200) -> bytes:
    """A whole picture of one grey."""

    def part(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height)
    parts = part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


class Drawing(StandIn):
    """The stand-in, which also draws what its WMS is asked for."""

    def _ign(self, path: str, asked: Asked) -> Reply:
        if path != "/wms-r":
            return super()._ign(path, asked)
        return Reply(200, png(int(asked.get("WIDTH")), int(asked.get("HEIGHT"))), "image/png")


@pytest.fixture
def ign(monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawing]:
    with Drawing() as standin:
        monkeypatch.setenv("CTG_URL_IGN", f"{standin.address}/ign")
        yield standin


def test_one_picture_is_asked_for_and_kept_with_its_date_and_licence(ign: Drawing) -> None:
    found = base_map.obtained("essai", FRAME, TODAY)
    (asked,) = ign.asked
    assert asked.get("LAYERS") == "GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    west, south, east, north = map(float, asked.get("BBOX").split(","))
    assert (west, east) == pytest.approx((111_319.49, 122_451.44), abs=0.02)
    wide, high = int(asked.get("WIDTH")), int(asked.get("HEIGHT"))
    assert high / wide == pytest.approx((north - south) / (east - west), rel=1e-3)
    (card,) = [json.loads(one.read_text()) for one in base_map.folder("essai").glob("*.json")]
    assert card["received_on"] == TODAY.isoformat()
    assert "Licence Ouverte" in card["licence"]
    assert base_map.obtained("essai", FRAME, TODAY) == found
    assert len(ign.asked) == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(503), "en panne"),
        (Reply(400, b"<ServiceException/>", "text/xml"), "refuse de dessiner"),
        (Reply(200, b"<html>Maintenance", "text/html"), "autre chose que l'image"),
        (Reply(200, png(1600, 10), "image/png"), "autre chose que l'image"),
        (Reply(200, png(1600, 1219)[:-9], "image/png"), "autre chose que l'image"),
        (Reply(200, b"\x89PNG", "image/png", cut=True), "s'interrompt"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(
    ign: Drawing, reply: Reply, said: str
) -> None:
    ign.plan("/wms-r", reply)
    with pytest.raises(UserError, match=said):
        base_map.obtained("essai", FRAME, TODAY)
    assert not base_map.folder("essai").exists()
    assert len(ign.asked) == 1, "a reader waits: the producer is asked once"


def test_an_old_picture_stays_when_the_producer_is_away(ign: Drawing) -> None:
    first = base_map.obtained("essai", FRAME, TODAY)
    later = TODAY + timedelta(days=base_map.OLD + 1)
    ign.plan("/wms-r", Reply(503))
    assert base_map.obtained("essai", FRAME, later) == first
    assert base_map.obtained("essai", FRAME, later).received_on == later


def test_a_folder_that_cannot_be_written_is_told(
    ign: Drawing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "plein").write_text("")
    monkeypatch.setenv("CTG_HOME", str(tmp_path / "plein"))
    with pytest.raises(UserError, match="ne peut pas être gardée"):
        base_map.obtained("essai", FRAME, TODAY)


def test_a_producer_that_failed_is_left_alone_for_a_while(
    ign: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    map_base._TRIED.clear()
    ign.plan("/wms-r", Reply(503))
    first = map_base.obtained("essai", FRAME)
    assert isinstance(first, str)
    assert map_base.obtained("essai", FRAME) == first
    assert len(ign.asked) == 1
    monkeypatch.setattr(map_base, "PATIENCE", 0.0)
    assert isinstance(map_base.obtained("essai", FRAME), Picture)


def test_who_wants_another_picture_does_not_wait_for_a_slow_one(monkeypatch) -> None:
    """The network of one reader must not hold the map of all."""
    slow, asked = threading.Event(), []

    def fetched(territory: str, frame: Frame, today: date) -> Picture:
        asked.append(territory)
        if territory == "lente":
            assert slow.wait(20)
        return Picture(territory, "image.png", today)

    monkeypatch.setattr(base_map, "obtained", fetched)
    with ThreadPoolExecutor(3) as readers:
        waiting = [readers.submit(map_base.obtained, "lente", FRAME) for _ in range(2)]
        assert readers.submit(map_base.obtained, "vive", FRAME).result(10)
        slow.set()
        assert {one.result(10).territory for one in waiting} == {"lente"}
    assert asked.count("vive") == 1


def test_it_is_served_from_here_and_nothing_else_is(ign: Drawing) -> None:
    found = base_map.obtained("essai", FRAME, TODAY)
    status, headers, body = ask("/ctg/", f"/ctg/{found.address}")
    assert (status, headers["content-type"]) == (200, "image/png")
    assert "immutable" in headers["cache-control"]
    assert base_map.known("essai", FRAME) == found
    assert body == (base_map.folder("essai") / found.file).read_bytes()
    card = next(base_map.folder("essai").glob("*.json")).name
    for wrong in (card, "absent.png", f"../{found.file}", found.file.upper()):
        assert ask("/ctg/", f"/ctg/{base_map.SERVED}/essai/{wrong}")[0] == 404


def test_zones_are_seen_through_and_say_the_same(ign: Drawing) -> None:
    data = data_of(fictional=True)
    plain = several(data, Level.IRIS)
    place = map_base.where_drawn(data, map_view.matter(data, plain).layer)
    kept = base_map.obtained(data.territory.id, place.layer.frame, TODAY)
    asked = replace(plain, under=kept)
    before, after = map_view.picture(data, plain, ""), map_view.picture(data, asked, "")
    assert not before.figure.layout.images
    assert [one.source for one in after.figure.layout.images] == [kept.address]
    for one, other in zip(before.figure.data, after.figure.data, strict=True):
        assert one.locations == other.locations if one.type == "choropleth" else one == other
        if one.type == "choropleth" and one.customdata is not None:
            assert other.customdata == one.customdata
            looks = (other.marker, other.selected.marker, other.unselected.marker)
            assert {look.opacity for look in looks} == {veil.VEIL}
    fills = {one.colorscale[0][1] for one in after.figure.data if one.type == "choropleth"}
    assert not fills & {palette.ABROAD, palette.WATER}, "the picture shows them better"
    assert [one.words for one in before.legend] == [one.words for one in after.legend]
    assert before.legend[0].colour != after.legend[0].colour
    assert "Licence Ouverte" in " ".join(map_words.remarks(data, asked))
    assert "data:image/png;base64," in vector.drawing(after, place).body


@pytest.mark.parametrize("fictional", [True, False])
def test_it_is_not_offered_where_it_would_lie(monkeypatch, fictional) -> None:
    """Under an invented place, or under a plan without scale."""
    app = Reader(monkeypatch, data_of(fictional=fictional)).open("carte")
    assert map_base.KEY not in [one.key for one in app.selectbox]
    assert "<img" not in bodies(app)


# In the browser


@pytest.fixture(scope="module")
def official_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Drawing]]:
    """The app on official outlines, beside a producer."""
    home = tmp_path_factory.mktemp("officiel")
    place = config(fictional=False)
    with Drawing() as ign, pytest.MonkeyPatch.context() as settings:
        settings.setenv("CTG_HOME", str(home / "ctg"))
        settings.setenv("CTG_URL_IGN", f"{ign.address}/ign")
        with Store.open() as store:
            official.received(place, store, ign)
        with serving(home, CTG_URL_IGN=f"{ign.address}/ign") as server:
            yield server, ign


@pytest.mark.browser
def test_with_it_the_map_answers_as_without(official_server, visit) -> None:
    server, ign = official_server
    tab = visit(server)
    page = map_of(tab, f"/carte?fond={map_base.CHOICES[map_base.PLAN]}")
    image = page.locator(".layer-below image")
    image.wait_for(state="attached")
    room, zones = (
        page.locator(one).bounding_box() for one in (".layer-below image", ".geolayer .bg rect")
    )
    drawn = next(one for one in ign.asked if one.path.endswith("/wms-r"))
    shape = int(drawn.get("WIDTH")) / int(drawn.get("HEIGHT"))
    assert image.get_attribute("preserveAspectRatio") == "xMidYMid"  # whole, in the middle
    across = min(room["width"], room["height"] * shape)
    left = room["x"] + (room["width"] - across) / 2
    assert zones["width"] == pytest.approx(across, abs=1.5), "picture and zones share one frame"
    assert zones["height"] == pytest.approx(across / shape, abs=1.5)
    assert zones["x"] == pytest.approx(left, abs=1.5)
    point_at(page, len(config(fictional=False).iris) - 4)  # in the upper row: on the screen
    page.wait_for_selector(".ctg-zone")
    tab.settle()
    assert image.count() == 1
    chosen = page.locator(".ctg-zone h2").inner_text()
    assert page.get_by_role("combobox", name="Zone").input_value() == chosen
    tab.check()
