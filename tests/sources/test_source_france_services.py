"""France services: what stands and what moves, hours in French, and nothing of a person."""

from collections.abc import Callable

import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.sources import france_services, registry
from ctg_data.sources.extract import Extract
from ctg_data.sources.places import PublishedPlace
from ctg_data.store.session import Store
from ctg_data.update import run as update
from tests import datagouv_lists as lists, standin_data
from tests.standin import Reply, StandIn
from tests.standin_datagouv import File

PLACE = standin_data.territory()
SOURCE = registry.source("france_services")
[LIST] = SOURCE.datasets
READABLE = {160: " ", 8239: " "}


@pytest.fixture
def publish(filled: StandIn) -> Callable[[bytes], None]:
    def replace(content: bytes) -> None:
        path = "20261120-093000/liste.csv"
        filled.files.stable[france_services.RESOURCE] = File("Liste", path, content)

    return replace


def read(clients: update.Clients, place=PLACE):
    got = france_services.fetch(LIST, place, clients)
    return france_services.read(LIST, got.content, place, "x:y@z")


def named(places: tuple[PublishedPlace, ...], key: str) -> PublishedPlace:
    [one] = [one for one in places if one.key == key]
    return one


def test_places_of_the_territory_come_with_their_hours(clients: update.Clients) -> None:
    reading = read(clients)
    assert [one.key for one in reading.places] == ["3", "1", "2"]
    fixed, several = named(reading.places, "1"), named(reading.places, "2")
    assert (fixed.kind, fixed.nature) == ("france_services", "France services")
    assert (fixed.standing, fixed.longitude, fixed.latitude) == ("fixe", 1.0001, 49.0001)
    assert fixed.hours.translate(READABLE) == "lundi au vendredi : 9 h – 12 h 30, 14 h – 17 h 30"
    assert several.hours.translate(READABLE).startswith("mardi au vendredi : 9 h – 12 h 30")
    assert several.hours.translate(READABLE).endswith(" ; samedi : 9 h 30 – 12 h")
    assert fixed.observed == "2026-11-20"
    assert (fixed.address, fixed.postcode, fixed.commune) == ("1 rue Fictive", "00100", "00100")
    assert fixed.telephone.translate(READABLE) == "02 00 00 00 00"
    assert fixed.zones == {}, "its producer tells no zone"
    [note] = reading.notes
    assert "3\xa0lieux du territoire, sur 4\xa0lignes" in note


def test_what_moves_stands_nowhere(clients: update.Clients) -> None:
    bus = named(read(clients).places, "3")
    assert (bus.standing, bus.longitude, bus.latitude) == ("itinerant", None, None)
    assert bus.nature == "Bus France services ou équivalent"


def test_nothing_of_a_person_nor_of_elsewhere_is_kept(clients: update.Clients) -> None:
    got = france_services.fetch(LIST, PLACE, clients)
    text = got.content.decode()
    assert not [word for word in (*lists.PRIVATE, lists.ELSEWHERE, "@") if word in text]
    assert len(Extract.from_bytes(got.content, LIST.id).rows) == 3
    assert france_services.fetch(LIST, PLACE, clients).content == got.content


def test_a_list_without_points_gives_places_without_points(
    clients: update.Clients, publish: Callable[[bytes], None]
) -> None:
    rows = lists.services_rows()
    for row in rows:
        del row["latitude"], row["longitude"]
    publish(lists.as_csv(rows))
    assert {one.longitude for one in read(clients).places} == {None}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_either_encoding_and_separator(
    clients: update.Clients, publish: Callable[[bytes], None], encoding: str, separator: str
) -> None:
    publish(lists.as_csv([lists.service(1, "100", lib_fs="Été fictif")], separator, encoding))
    [one] = read(clients).places
    assert (one.name, one.commune) == ("Été fictif", "00100"), "the zeros of a code are given back"


def test_an_arrondissement_is_told_for_its_whole_commune(
    clients: update.Clients, publish: Callable[[bytes], None]
) -> None:
    place = standin_data.territory(
        commune=standin_data.zone(PLACE.commune.level, "75056", "Essai-Capitale")
    )
    publish(lists.as_csv([lists.service(1, "75113"), lists.service(2, "75056")]))
    assert [one.commune for one in read(clients, place).places] == ["75056", "75056"]


def test_a_format_nobody_knows_is_told(
    clients: update.Clients, publish: Callable[[bytes], None]
) -> None:
    publish(lists.as_csv([lists.service(1, "00100"), lists.service(2, "00100", "Kiosque")]))
    reading = read(clients)
    assert reading.rejected == {"format inconnu (« Kiosque »)": 1}
    assert len(reading.places) == 1
    publish(lists.as_csv([lists.service(2, "00100", "Kiosque")]))
    with pytest.raises(SourceChanged, match=r"format_fs.*Kiosque"):
        read(clients)


def test_columns_that_are_gone_are_all_named(
    clients: update.Clients, publish: Callable[[bytes], None]
) -> None:
    rows = lists.services_rows()
    for row in rows:
        row["insee"] = row.pop("insee_com")
        row["horaires_samedi"] = row.pop("h_samedi")
    publish(lists.as_csv(rows))
    with pytest.raises(SourceChanged, match=r"« insee_com », « h_samedi ».*Signalez"):
        read(clients)


WHOLE = lists.as_csv(lists.services_rows())


@pytest.mark.parametrize(
    ("reply", "fault", "words"),
    [
        (Reply(404, b"{}"), SourceChanged, "n'est plus à l'adresse"),
        (Reply(403, b"{}"), SourceUnavailable, "réponse 403"),
        (Reply(200, b"<!doctype html>"), SourceUnavailable, "page web"),
        (Reply(200, b""), SourceUnavailable, "vide"),
        (Reply(200, WHOLE.splitlines(keepends=True)[0]), SourceUnavailable, "aucune ligne"),
        (Reply(200, WHOLE[:-90]), SourceUnavailable, "coupé ou mal formé à la ligne"),
        (Reply(200, b"\x1f\x8b" + b"damaged"), SourceUnavailable, "coupé ou mal formé"),
        (Reply(200, b"PK\x03\x04" + b"\0" * 30), SourceChanged, "autre forme"),
    ],
)
def test_bad_days_are_told(
    filled: StandIn, clients: update.Clients, reply: Reply, fault: type[UserError], words: str
) -> None:
    filled.plan("/datasets/r/", reply)
    with pytest.raises(fault, match=words) as told:
        read(clients)
    assert "éessayez" in str(told.value) or "ignalez" in str(told.value)


def test_the_last_good_copy_stays(filled: StandIn, store: Store) -> None:
    first = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None)
    assert str(first.outcomes[0]).count("3\xa0lieux") == 1
    kept = store.latest(SOURCE.id, PLACE.id, LIST.id)
    filled.plan("/datasets/r/", Reply(200, b"a;b\n1;2\n"))
    [outcome] = update.run(PLACE, store, [SOURCE.id], pause=lambda seconds: None).outcomes
    assert outcome.failed
    assert store.latest(SOURCE.id, PLACE.id, LIST.id) == kept
