"""Access: nothing is lost between structures and homes, and nothing masked is given back."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, strategies as some

from ctg_data.access import accessibility, after_opening as access_change, catchment as access
from ctg_data.access.accessibility import Around
from ctg_data.access.after_opening import Change
from ctg_data.access.catchment import Point, Rule
from ctg_data.catalogue.indicators import catalogue
from ctg_data.errors import TerritoryError
from ctg_data.model import Level, Sign
from ctg_data.register.model import Register, Structure
from geo.maps import ground
from tests.examples import times
from tests.pages import config, data_of
from tests.tables import SOURCE, table

RULE = Rule(reach=1500, detour=1.3)
CARD = next(one for one in catalogue().values() if one.compute.looks_beyond)
PEOPLE = "enfants_moins_3_recensement"


@some.composite
def towns(draw):
    """Structures with places, homes with people, and who is near what."""
    rows, columns = draw(some.integers(1, 6)), draw(some.integers(1, 8))
    near = draw(some.lists(some.booleans(), min_size=rows * columns, max_size=rows * columns))
    places = draw(some.lists(some.integers(0, 90), min_size=rows, max_size=rows))
    people = draw(some.lists(some.integers(0, 300), min_size=columns, max_size=columns))
    return np.array(near).reshape(rows, columns), np.array(places, float), np.array(people, float)


@given(towns())
@times(10)
def test_access_times_people_gives_back_the_places_served(town):
    near, places, people = town
    found = access.access(near, access.shares(places, near, people))
    served = places[(near * people).sum(axis=1) > 0].sum()
    assert float(found @ people) == pytest.approx(float(served))


@given(towns())
@times(5)
def test_what_is_not_known_reaches_all_that_share_a_structure_and_nothing_else(town):
    near, places, people = town
    people[0] = np.nan
    found = access.access(near, access.shares(places, near, people))
    tainted = (near & near[:, [0]]).any(axis=0)
    assert np.array_equal(np.isnan(found), tainted)
    hidden = np.arange(len(people)) == 0
    assert np.array_equal(access.reaching(near, hidden), tainted | hidden)


def test_a_way_is_longer_than_the_line():
    """One arc minute of latitude is 1 852 m."""
    here, there = Point("a", 1.1, 49.44), Point("b", 1.1, 49.44 + 1 / 60)
    assert access.distances([here], [there])[0, 0] == pytest.approx(1853, abs=2)
    assert access.within([here], [there], Rule(1900, 1.0))
    assert not access.within([here], [there], Rule(1900, 1.3))


def test_a_road_that_was_measured_counts_instead_of_the_estimate():
    here, near, far = Point("a", 1.1, 49.44), Point("b", 1.1, 49.442), Point("c", 1.1, 49.452)
    ways = {("a", "b"): 4000.0, ("a", "c"): 1400.0}
    assert access.within([here], [near, far], RULE).tolist() == [[True, False]]
    assert access.within([here], [near, far], RULE, ways).tolist() == [[False, True]]


# On the fictional commune


@pytest.fixture
def far(monkeypatch):
    """A reach that crosses the boundaries of the commune."""
    monkeypatch.setattr(accessibility, "rule_of", lambda _: Rule(3000, 1.3))


def town_of(people: dict[tuple[str, str], float | str], *, confidential: bool = False) -> Around:
    """The fictional ground, people by (level, code), one structure in the middle of each IRIS."""
    place = config(fictional=True)
    layer = ground.open_ground(place).layer(Level.IRIS)
    assert layer
    rows = [(level, code, 2023, value) for (level, code), value in people.items()]
    cited = replace(SOURCE, confidential=confidential)
    release = table(rows, variable=PEOPLE, unit="enfants", citation=cited)
    offered = tuple(
        Structure(
            code, "eaje", code, longitude=spot.x, latitude=spot.y, places=40,
            source_date="2010-01-01", spans=(("2010", ""),),
        )
        for code, spot in layer.spots.items()
    )  # fmt: skip
    dated = replace(offered[0], source_date="2024-12-31")
    return Around(release, place, Register((dated, *offered[1:]), {"eaje": 2010}))


def known_people(value: float = 100.0) -> dict[tuple[str, str], float | str]:
    place = config(fictional=True)
    people: dict[tuple[str, str], float | str] = {("iris", one.code): value for one in place.iris}
    people[("commune", place.commune.code)] = value * len(place.iris)
    return people | {("commune", one.code): value for one in place.neighbours}


def test_every_zone_and_the_commune_have_access_when_all_is_known():
    found = accessibility.table(town_of(known_people()), CARD)
    place = config(fictional=True)
    cells = {one.code: found.cell("iris", one.code, 2023) for one in place.iris}
    assert all(cell.value is not None for cell in cells.values())
    mean = np.mean([cell.value for cell in cells.values()])
    assert found.cell("commune", place.commune.code, 2023).value == pytest.approx(mean)


def test_neighbours_take_their_share(far):
    """The same commune without children around it has more."""
    people = known_people()
    alone = {key: value for key, value in people.items() if key[0] == "iris"} | {
        ("commune", one.code): 0.0 for one in config(fictional=True).neighbours
    }
    crowded = people | {key: 5000.0 for key in alone if key[0] == "commune"}
    few, many = (
        sum(accessibility.table(town_of(one), CARD).where(level="iris").frame["value"])
        for one in (crowded, alone)
    )
    assert few < many


def test_a_masked_zone_hides_those_that_share_a_structure_with_it_and_the_commune():
    place = config(fictional=True)
    code = place.iris[4].code
    found = accessibility.table(town_of(known_people() | {("iris", code): "s"}), CARD)
    signs = {one.code: found.cell("iris", one.code, 2023).sign for one in place.iris}
    assert signs[code] is Sign.SECRET
    hidden = [one for one, sign in signs.items() if sign is Sign.SECRET]
    assert 1 < len(hidden) < len(signs)
    assert found.cell("commune", place.commune.code, 2023).value is None


def test_what_is_shown_does_not_move_with_a_masked_count():
    """Were it 3 or 500, every number left on the map would be the same."""
    place = config(fictional=True)
    code = place.iris[4].code
    masked = accessibility.table(town_of(known_people() | {("iris", code): "s"}), CARD)
    low, high = (
        accessibility.table(town_of(known_people() | {("iris", code): one}), CARD)
        for one in (3.0, 500.0)
    )
    for one in place.iris:
        shown = masked.cell("iris", one.code, 2023).value
        if shown is not None:
            assert shown == low.cell("iris", one.code, 2023).value
            assert shown == high.cell("iris", one.code, 2023).value
    assert low.cell("iris", code, 2023).value != high.cell("iris", code, 2023).value


def test_an_unknown_neighbour_makes_no_number_up(far):
    people = known_people()
    for one in config(fictional=True).neighbours:
        del people[("commune", one.code)]
    found = accessibility.table(town_of(people), CARD)
    whole = accessibility.table(town_of(known_people()), CARD)
    assert found.shown < whole.shown
    assert not found.hidden


def test_an_incomplete_register_gives_no_access_at_all():
    around = town_of(known_people())
    partial = replace(around, register=replace(around.register, complete={}))
    assert accessibility.table(partial, CARD).shown == 0
    lost = replace(around.register.structures[0], longitude=None)
    rest = around.register.structures[1:]
    unplaced = replace(around, register=replace(around.register, structures=(lost, *rest)))
    assert accessibility.table(unplaced, CARD).shown == 0
    assert any("liste complète" in one for one in accessibility.awaited(partial, CARD))


def test_counts_handed_over_by_the_caf_are_never_the_people():
    around = town_of(known_people(), confidential=True)
    assert around.release.shown
    assert around.need(CARD).shown == 0
    assert accessibility.table(around, CARD).shown == 0


def test_what_is_missing_is_said_where_there_is_nothing():
    data = data_of(fictional=False)
    assert data.table(CARD).shown == 0
    holes = " ".join(data.awaited(CARD))
    for word in ("contours officiels", "recensement", "registre"):
        assert word in holes


def test_the_fictional_commune_shows_it():
    data = data_of(fictional=True)
    found = data.table(CARD)
    last = found.where(period=found.periods[0])
    assert last.where(level="iris").shown == len(data.territory.iris)
    assert last.where(level="commune").shown == 1, "a neighbour's children are not known"
    assert {one.fictional for one in found.citations} == {True}
    assert len(found.citations) == 2  # who lives there, and what is offered


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "le fichier est vide", id="empty"),
        pytest.param("portee_metres = 0\ndetour = 1.3", "portee_metres", id="no reach"),
        pytest.param("portee_metres = 2000\ndetour = 0.5", "portee_metres", id="too short"),
        pytest.param("portee_metres = 'loin'\ndetour = 1.3", "portee_metres", id="words"),
        pytest.param("portee_metres = ", "TOML lisible", id="not toml"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_in_words(tmp_path, text, words):
    (tmp_path / accessibility.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(TerritoryError, match=words):
        accessibility.rule_of(SimpleNamespace(folder=tmp_path))  # type: ignore[arg-type]


def test_the_rule_is_said_with_its_numbers():
    said = accessibility.rule_words(config(fictional=True))
    rule = accessibility.rule_of(config(fictional=True))
    assert f"{rule.reach / 1000:.1f}".replace(".", ",") in said
    assert f"{rule.detour:.1f}".replace(".", ",") in said


# A structure more


def opened(around: Around, places: int = 40, rank: int = 4) -> Change:
    """What a structure in the middle of one IRIS changes."""
    found = access_change.change(around, CARD, around.config.iris[rank], places)
    assert found is not None
    return found


def test_places_opened_are_all_shared_and_none_is_lost():
    """Nobody lives around: all of them go to the zones of the commune."""
    people = known_people() | {
        ("commune", one.code): 0.0 for one in config(fictional=True).neighbours
    }
    found = opened(town_of(people))
    assert found.whole
    assert found.kept == pytest.approx(40)
    change = found.after.frame["value"].sum() - found.before.frame["value"].sum()
    assert change * 100 / CARD.compute.SCALE == pytest.approx(40)


def test_neighbours_have_their_part_of_what_is_opened(far):
    around = town_of(known_people())
    kept = [opened(around, rank=rank).kept for rank in (4, 5)]
    assert kept[0] == pytest.approx(40), "too far from the boundary"
    assert 0 < kept[1] < 39


def test_only_zones_within_reach_gain_and_none_loses():
    found = opened(town_of(known_people()))
    gain = found.gain.frame.set_index("code")["value"]
    assert gain[config(fictional=True).iris[4].code] > 0
    assert (gain >= 0).all()
    assert (gain == 0).any()


def test_a_masked_zone_hides_all_that_share_the_structure_opened():
    place = config(fictional=True)
    code = place.iris[4].code
    people = known_people()
    shown, low = (opened(town_of(people | {("iris", code): one})) for one in ("s", 3.0))
    hidden = set(shown.gain.frame[shown.gain.frame["sign"] == "s"]["code"])
    assert code in hidden
    assert not shown.whole
    touched = set(low.gain.frame[low.gain.frame["value"] > 0]["code"])
    assert touched <= hidden
    assert set(shown.gain.frame["value"].dropna()) == {0.0}


def test_what_is_given_or_left_out_of_the_computation_changes_nothing():
    around = town_of(known_people())
    zone, today = around.config.iris[4], accessibility.table(around, CARD)
    for year in {*today.periods, 1900}:
        alone = accessibility.table(around, CARD, only=year).frame
        assert alone.equals(today.where(period=year).frame)
    given = access_change.change(around, CARD, zone, 40, today)
    assert given is not None
    for one, other in zip(vars(given).values(), vars(opened(around)).values(), strict=True):
        assert one == other if isinstance(one, bool) else one.frame.equals(other.frame)


def test_without_access_today_a_structure_changes_nothing_that_can_be_told():
    around = town_of(known_people())
    partial = replace(around, register=replace(around.register, complete={}))
    assert access_change.change(partial, CARD, config(fictional=True).iris[4], 40) is None
