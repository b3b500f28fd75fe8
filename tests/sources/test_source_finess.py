"""Finess: two sections without heading, metres, categories, and the change of format of 2026."""

import pyproj
import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.sources import finess, metres, registry
from ctg_data.sources.places import PublishedPlace
from ctg_data.store.session import Store
from ctg_data.update import run as update
from tests import datagouv_lists as lists, standin_data
from tests.datagouv_lists import FINESS, establishment, spot
from tests.standin import Reply, StandIn
from tests.standin_datagouv import File

PLACE = standin_data.territory()
SOURCE = registry.source("finess")
[LIST] = SOURCE.datasets


def read(clients: update.Clients, place=PLACE) -> dict[str, PublishedPlace]:
    got = finess.fetch(LIST, place, clients)
    reading = finess.read(LIST, got.content, place, "x:y@z")
    return {one.key.lstrip("0"): one for one in reading.places}


def publish(standin: StandIn, *lines: str, encoding: str = "iso-8859-1") -> None:
    lists.publish_finess(standin.files, "\n".join([*lines, ""]).encode(encoding))


def test_categories_give_kinds_and_points_are_degrees(clients: update.Clients) -> None:
    places = read(clients)
    assert {key: one.kind for key, one in places.items()} == {
        "1": "fjt",
        "2": "pmi",
        "3": "",
        "6": "",
    }
    one = places["1"]
    to_degrees = pyproj.Transformer.from_crs(2154, 4171, always_xy=True)
    awaited = to_degrees.transform(560_000.5, 6_920_000.5)
    assert (one.longitude, one.latitude) == pytest.approx(awaited, abs=1e-8)
    assert (one.name, one.nature) == ("ÉTABLISSEMENT FICTIF 1", lists.FJT)
    assert (one.address, one.postcode) == ("1 B rue FICTIVE", "00100")
    assert (one.observed, one.commune, one.siret) == ("2026-05-12", "00100", "0" * 14)
    assert places["3"].longitude == one.longitude, "decimal comma or point"
    assert places["2"].longitude is None, "Finess does not know where it is"
    assert places["6"].longitude is None, "no point of France"
    assert places["6"].name == 'CLUB "FICTIF"'


def test_nothing_of_a_person_nor_of_elsewhere_is_kept(clients: update.Clients) -> None:
    content = finess.fetch(LIST, PLACE, clients).content.decode()
    assert lists.PRIVATE[1] not in content
    assert "0200000099" not in content, "a fax is no use"
    assert "000000005" not in content
    assert "000000004" not in content, "a hospital is none of our categories"


def test_the_newest_stock_with_points_is_asked(filled: StandIn, clients: update.Clients) -> None:
    read(clients)
    asked = filled.paths("fichiers/")
    assert [one.rsplit("/", 1)[-1] for one in asked] == ["etalab-cs1100507-stock-20260512-0339.csv"]


def test_a_file_in_utf8_is_read_as_well(filled: StandIn, clients: update.Clients) -> None:
    publish(filled, *FINESS, encoding="utf-8")
    assert read(clients)["1"].name == "ÉTABLISSEMENT FICTIF 1"


def test_points_may_come_first(filled: StandIn, clients: update.Clients) -> None:
    whole = read(clients)
    publish(filled, FINESS[0], *reversed(FINESS[1:]))
    assert read(clients) == whole


@pytest.mark.parametrize(
    ("zone", "number", "south", "epsg"),
    [
        ("UTM_N20", 20, False, 5490),
        ("UTM_N21", 21, False, 4467),
        ("UTM_N22", 22, False, 2972),
        ("UTM_S38", 38, True, 4471),
        ("UTM_S40", 40, True, 2975),
    ],
)
def test_each_overseas_part_has_its_projection(
    zone: str, number: int, south: bool, epsg: int
) -> None:
    assert finess.ZONES[zone] == number
    crs = pyproj.CRS.from_epsg(epsg)
    there = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    for x, y in ((340_000.5, 7_660_000.5), (655_000.0, 8_590_000.0), (500_000.0, 1_790_000.0)):
        assert metres.utm(x, y, number, south) == pytest.approx(there.transform(x, y), abs=1e-7)


def test_overseas_points_by_the_zone_that_is_named(
    filled: StandIn, clients: update.Clients
) -> None:
    far = standin_data.territory(
        commune=standin_data.zone(PLACE.commune.level, "97411", "Essai-Île")
    )
    overseas = {"departement": "9D"}
    publish(
        filled,
        FINESS[0],
        *(establishment(number, "257", lists.FJT, "411", **overseas) for number in (1, 2, 3)),
        spot(1, "338000,5", "7690000", "UTM_S40"),
        spot(2, "338000,5", "7690000", "INCONNU"),
        spot(3, "560000", "6920000", ""),
    )
    places = read(clients, far)
    assert (places["1"].longitude, places["1"].latitude) == pytest.approx((55.44, -20.88), abs=0.01)
    assert [places[key].longitude for key in ("2", "3")] == [None, None]
    assert {one.commune for one in places.values()} == {"97411"}


def test_the_flows_of_2026_are_told(filled: StandIn, clients: update.Clients) -> None:
    files = filled.files.sets[finess.SLUG]
    filled.files.sets[finess.SLUG] = [
        File("structures-v1", "20261101-1/finess-structures.json", b"{}"),
        *(one for one in files if finess.FILE not in one.path),
    ]
    words = r"ne publie plus.*structures-v1 \(json\).*flux JSON.*Signalez"
    with pytest.raises(SourceChanged, match=words):
        read(clients)
    lists.publish_finess(filled.files, b'{"pmej": []}')
    with pytest.raises(SourceChanged, match=r"ne publie plus.*flux JSON"):
        read(clients)


WHOLE = "\n".join([*FINESS, ""]).encode("iso-8859-1")
SHIFTED = "\n".join(line.replace(";100;00;", ";00;100;") for line in FINESS).encode("iso-8859-1")
LONGER = "\n".join([FINESS[0], *(f"{one};x" for one in FINESS[1:7])]).encode("iso-8859-1")


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(200, b""), SourceUnavailable, "vide"),
        (Reply(200, b"<html>"), SourceUnavailable, "page web"),
        (Reply(404, b""), SourceChanged, "n'est plus à l'adresse"),
        (Reply(200, WHOLE[: WHOLE.index(b"geolocalisation")]), SourceUnavailable, "coupé"),
        (Reply(200, WHOLE[: WHOLE.index(b"geolocalisation") + 20]), SourceUnavailable, "coupé"),
        (Reply(200, FINESS[0].encode()), SourceUnavailable, "coupé"),
        (Reply(200, SHIFTED), SourceChanged, r"colonnes à leur place \(commune\)"),
        (Reply(200, LONGER), SourceChanged, "lignes de 32 champs"),
        (Reply(200, b"nofiness;nom\n1;2\n"), SourceChanged, "ne publie plus"),
        (Reply(200, b"PK\x03\x04\0\0"), SourceChanged, "autre forme"),
    ],
)
def test_bad_days_are_told(
    filled: StandIn, clients: update.Clients, reply: Reply, fault: type[UserError], words: str
) -> None:
    filled.plan("/fichiers/", reply)
    with pytest.raises(fault, match=words) as told:
        read(clients)
    assert "éessayez" in str(told.value) or "ignalez" in str(told.value)


def test_the_last_good_copy_stays(filled: StandIn, store: Store) -> None:
    first = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None)
    assert "4\xa0lieux" in str(first.outcomes[0])
    kept = store.latest(SOURCE.id, PLACE.id, LIST.id)
    filled.plan("/fichiers/", Reply(200, SHIFTED))
    [outcome] = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None).outcomes
    assert outcome.failed
    assert store.latest(SOURCE.id, PLACE.id, LIST.id) == kept
