"""The register in force: put whole, kept, taken back; nobody's change is overwritten."""

import json
from dataclasses import replace

import pytest

from ctg_data import opening
from ctg_data.errors import TerritoryError, UserError
from ctg_data.register import imports as register, store as register_store
from ctg_data.register.places import corrected, search
from ctg_data.sources.geocoder import Geocoder, read
from ctg_data.sources.http import Http
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from tests.register_files import as_book, config, creche, outlines
from tests.standin import Reply


def examined(store, *lines):
    return register.examine("essai.xlsx", as_book(list(lines)), config(), store)


def test_a_file_is_put_in_force_whole_and_its_bytes_are_kept(store):
    before = register_store.digest(config(), store)
    seen = examined(store, creche())
    register.put_in_force(seen, config(), store)
    there = register_store.in_force(config(), store)
    assert [one.id for one in there.structures] == ["A1"]
    assert there.received_on
    assert register_store.digest(config(), store) != before
    kept = store.latest(register_store.SOURCE, "exemple", register_store.FILE, accepted=False)
    assert kept is not None
    assert kept.content == seen.content


def test_the_last_change_is_undone_and_no_other(store):
    first = register.put_in_force(examined(store, creche()), config(), store)
    second = register.put_in_force(examined(store, creche(places="45")), config(), store)
    with pytest.raises(UserError, match="Seul le dernier changement"):
        register.undo(config(), store, first.number)
    register.undo(config(), store, second.number)
    assert register_store.in_force(config(), store).structures[0].places == 30
    register.undo(config(), store, first.number)
    assert len(register_store.in_force(config(), store).structures) > 60
    assert [one.undone for one in register.history(config(), store)] == [True, True]


def test_two_people_at_once_do_not_overwrite_each_other(store):
    mine, yours = examined(store, creche()), examined(store, creche(places="45"))
    register.put_in_force(yours, config(), store)
    with pytest.raises(UserError, match="a changé pendant ce temps"):
        register.put_in_force(mine, config(), store)


def test_what_is_refused_or_changes_nothing_is_not_kept(store):
    with pytest.raises(UserError, match="refusé"):
        register.put_in_force(examined(store, creche(type="?")), config(), store)
    register.put_in_force(examined(store, creche()), config(), store)
    with pytest.raises(UserError, match="ne change rien"):
        register.put_in_force(examined(store, creche()), config(), store)
    assert len(register.history(config(), store)) == 1


def test_pages_open_again_when_the_register_changes():
    before = opening.fingerprint("exemple")
    with Store.open() as store:
        register.put_in_force(examined(store, creche()), config(), store)
    assert opening.fingerprint("exemple") != before
    opened = opening.open_workspace("exemple")
    assert [one.name for one in opened.structures()] == ["Crèche d'essai"]
    assert opened.structures(2014) == ()


@pytest.mark.parametrize("name", territory.territory_names())
def test_the_register_of_each_folder_is_without_fault(name):
    place = territory.open_territory(name)
    path = place.folder / register_store.FOLDER_FILE
    report = register.examine("structures.csv", path.read_bytes(), place).report
    assert not report.refused
    there = register_store.in_force(place, None)
    assert all(one.source for one in there.structures)
    assert place.fictional or not there.complete


def test_a_folder_at_fault_says_every_line(tmp_path):
    (tmp_path / "structures.csv").write_text("type,nom\n?,A\neaje,\n", encoding="utf-8")
    with pytest.raises(TerritoryError, match=r"Ligne 2[\s\S]*Ligne 3"):
        register_store.in_force(replace(config(), folder=tmp_path), None)


def test_a_zone_that_left_the_territory_does_not_close_its_pages(store):
    register.put_in_force(examined(store, creche()), config(), store)
    without = replace(config(), iris=config().iris[1:])
    (one,) = register_store.in_force(without, store).structures
    assert one.zone("iris", "00123") == ""


ANSWER = {
    "features": [
        {
            "geometry": {"coordinates": [-7.496752, 46.200216]},
            "properties": {"type": "street", "score": 0.83, "label": "x", "citycode": "00123"},
        }
    ]
}


@pytest.fixture
def real(store):
    """A register with one address to look for, in a territory taken for a real one."""
    line = creche(iris="", quartier="", qpv_2024="")
    register.put_in_force(examined(store, line), config(), store)
    return register_store.in_force(config(), store)


def searched(real, server):
    with Http(pause=lambda _: None) as http:
        return search(real, config(), Geocoder(http), outlines())


def test_an_address_becomes_a_point_its_score_and_its_zones(real, server):
    server.plan("/geocodage/search", Reply.json(ANSWER))
    got = searched(real, server)
    (one,) = got.found
    assert (one.longitude, one.score, one.located_by) == (-7.496752, 0.83, "geocodeur")
    assert one.zones == {"iris": "001230102", "quartier": "FQ01"}
    assert one.zone("qpv_2024", "00123") == "hors"


@pytest.mark.parametrize(
    "said",
    [{"type": "municipality"}, {"score": 0.2}, {"citycode": "00124"}],
)
def test_an_answer_that_is_not_the_address_is_not_kept(said):
    (feature,) = ANSWER["features"]
    other = {"features": [feature | {"properties": feature["properties"] | said}]}
    assert read(json.dumps(other).encode(), "00123") is None
    assert read(json.dumps(ANSWER).encode(), "00123") is not None
    assert read(b'{"features": []}', "00123") is None


def test_without_an_answer_nothing_is_lost_and_the_reason_is_told(real, server):
    server.plan("/geocodage/search", Reply.json({"oops": 1}))
    got = searched(real, server)
    assert "autre chose que ce qu'il déclare" in got.problem
    assert got.register == real
    assert [one.id for one in got.missed] == ["A1"]


def test_a_place_given_by_hand_wins_and_a_far_one_is_refused(real):
    there = corrected(real, "A1", config(), outlines(), point=(-7.496752, 46.200216))
    (one,) = there.structures
    assert (one.located_by, one.zones["iris"]) == ("main", "001230102")
    zoned = corrected(real, "A1", config(), outlines(), zones_given={"iris": "001230801"})
    assert zoned.structures[0].zone("iris", "00123") == "001230801"
    assert not zoned.structures[0].located
    with pytest.raises(UserError, match="loin de la commune"):
        corrected(real, "A1", config(), outlines(), point=(2.35, 48.85))
