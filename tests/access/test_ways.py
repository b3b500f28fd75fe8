"""Ways measured by the IGN: asked once, kept, used instead of the estimate; all over loopback."""

from dataclasses import replace

import pytest

from ctg_data.access import accessibility, routes as ways
from ctg_data.access.catchment import Point, Rule
from ctg_data.commands import journeys as ways_cli
from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.sources.http import Http
from ctg_data.sources.itineraries_ign import BETWEEN, PATH, Itineraries, read
from tests.access.test_access import CARD, known_people, town_of
from tests.pages import data_of
from tests.standin import Reply

HERE = [Point("S1", 1.1, 49.44)]
HOMES = [Point("H1", 1.1, 49.445), Point("H2", 1.1, 49.45), Point("H3", 1.2, 49.44)]
RULE = Rule(2000, 1.3)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CTG_HOME", str(tmp_path))


def asked(server) -> list[str]:
    return server.paths(PATH)


def measured(server, *replies, steps=lambda *_: None) -> int:
    server.plan(PATH, *replies)
    with Http(pause=lambda _: None) as http:
        return ways.measure(
            "essai", HERE, HOMES, RULE, Itineraries(http, pause=lambda _: None), steps
        )


def way(metres: float) -> Reply:
    return Reply.json({"distance": metres, "distanceUnit": "meter", "duration": 60})


def test_only_what_may_be_near_is_asked_and_once(server):
    assert measured(server, way(900.0), way(2600.0)) == 2  # the third is 7 km away
    assert len(asked(server)) == 2
    assert measured(server) == 0
    assert len(asked(server)) == 2
    roads = ways.known("essai").roads(HERE, HOMES)
    assert roads == {("S1", "H1"): 900.0, ("S1", "H2"): 2600.0}


def test_the_question_is_the_documented_one(server):
    measured(server, way(900.0), way(2600.0))
    first = next(one for one in server.asked if PATH in one.path)
    assert first.get("resource") == "bdtopo-osrm"
    assert first.get("profile") == "pedestrian"
    assert first.get("distanceUnit") == "meter"
    assert first.get("start") == "1.10000,49.44500"  # from the home
    assert first.get("end") == "1.10000,49.44000"  # to the structure


def test_no_way_is_farther_than_any_reach(server):
    measured(server, Reply.json({}, 404), way(700.0))
    roads = ways.known("essai").roads(HERE, HOMES)
    assert roads["S1", "H1"] == float("inf")


def test_what_came_before_a_failure_is_kept_and_taken_up_again(server):
    with pytest.raises(SourceUnavailable, match="à vol d'oiseau"):
        measured(server, way(900.0), Reply.json({}, 403))
    assert len(ways.known("essai").metres) == 1
    assert measured(server, way(2600.0)) == 1


def test_five_calls_a_second_are_not_exceeded(server):
    server.plan(PATH, way(10.0))
    waited: list[float] = []
    with Http(pause=lambda _: None) as http:
        Itineraries(http, pause=waited.append).metres((1.1, 49.4), (1.1, 49.5))
    assert waited == [BETWEEN]
    assert BETWEEN >= 1 / 5


@pytest.mark.parametrize(
    "content",
    [
        b"<html>", b"[]", b"{}", b'{"distance": "loin"}', b'{"distance": -4}',
        b'{"distance": 3, "distanceUnit": "kilometer"}',
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_declared_one_is_refused(content):
    with pytest.raises(SourceChanged, match="trajets"):
        read(content)


def test_a_damaged_file_is_no_way_at_all():
    path = ways.path_of("essai")
    path.parent.mkdir(parents=True)
    path.write_text('{"metres": [1]', encoding="utf-8")
    assert ways.known("essai").metres == {}


def test_a_structure_that_moves_is_measured_again(server):
    measured(server, way(900.0), way(2600.0))
    moved = [replace(HERE[0], longitude=1.101)]
    assert ways.known("essai").roads(moved, HOMES) == {}


def test_measured_ways_change_access_and_are_said():
    around = town_of(known_people())
    before = accessibility.table(around, CARD).frame["value"]
    assert "mesuré" not in accessibility.rule_words(around.config)
    structures, homes, _ = accessibility.ways_needed(around, CARD)
    river = ways.Ways(measured_on="2026-11-25")  # as if nothing could be walked to but its own zone
    for one in structures:
        for home in homes:
            if one.id != home.id:
                river.metres[ways._key(one, home)] = ways.NO_WAY
    ways.keep(around.config.id, river)
    after = accessibility.table(around, CARD)
    assert not after.frame["value"].equals(before)
    iris = after.where(level="iris").frame["value"]
    assert iris.tolist() == pytest.approx([40.0] * len(iris))  # 40 places, 100 children, each alone
    assert "mesuré à pied par l'IGN" in accessibility.rule_words(around.config)


def test_the_command_says_what_is_missing_and_measures_no_invented_street(server):
    with Http(pause=lambda _: None) as http:
        service = Itineraries(http, pause=lambda _: None)
        with pytest.raises(UserError, match="Il manque"):
            ways_cli.measured(data_of(fictional=False), service)
        with pytest.raises(UserError, match="fictif"):
            ways_cli.measured(data_of(fictional=True), service)
    assert asked(server) == []
