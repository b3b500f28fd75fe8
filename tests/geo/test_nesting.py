"""Squares anyone can draw: what lies inside what, and what covers what."""

import json

import pandas as pd
import pytest
from shapely.geometry import box

from ctg_data.disclosure.adapter import by_ground
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.disclosure.adapter.relations import KeyedTable
from ctg_data.release.policy import Policy
from geo.outlines.nesting import Measured, measure
from geo.outlines.places import Nesting, place_of
from tests.drawing import PARTS, read

A, B = ("iris", "A", 0), ("iris", "B", 0)
Q = ("qpv", "Q", 2024)


def found(outlines):
    return {(one.whole[1], tuple(p[1] for p in one.parts), one.covers) for one in measure(outlines)}


def test_two_iris_tile_a_quartier():
    quartier = ("quartier", "K", 0)
    shapes = {A: box(0, 0, 1, 1), B: box(1, 0, 2, 1), quartier: box(0, 0, 2, 1)}
    assert found(shapes) == {("K", ("A", "B"), False)}


def test_a_qpv_astride_two_iris_is_covered_by_both():
    shapes = {A: box(0, 0, 1, 1), B: box(1, 0, 2, 1), Q: box(0.5, 0.2, 1.5, 0.8)}
    assert found(shapes) == {("Q", ("A", "B"), True)}


def test_an_iris_inside_a_qpv_leaves_a_ring():
    shapes = {A: box(0.4, 0.4, 0.6, 0.6), Q: box(0, 0, 1, 1)}
    assert ("Q", ("A",), False) in found(shapes)


@pytest.mark.parametrize(
    ("sliver", "nested"), [(0.01, True), (0.05, True), (0.06, False), (0.2, False)]
)
def test_slivers_are_not_people(sliver, nested):
    shapes = {A: box(0, 0, 1 + sliver, 1), B: box(1 + sliver, 0, 2, 1), Q: box(0, 0, 2, 1)}
    shapes[Q] = box(0, 0, 1, 1).union(box(1.5, 0, 2, 1))
    assert (("Q", ("A",), False) in found(shapes)) is nested


def test_a_cover_with_a_part_missing_says_nothing():
    """Q lies in A and B: without B, A may hold more people than Q, or fewer."""
    both = pd.concat([read("A | 40 40 40 40 | 160", "iris"), read("B | 40 40 40 40 | 160", "iris")])
    inside = read("Q | 50 50 50 50 | 200", "qpv")
    places = [(one.level, one.code, int(one.vintage)) for one in (*inside.itertuples(),)][:1]
    [whole] = [place_of(*place) for place in places]
    iris = sorted({place_of("iris", code, 0) for code in both["code"]})
    cover = Nesting(whole, tuple(iris), "Q couvert", covers=True)
    told = {
        name: by_ground.attacker_problem(KeyedTable(pd.concat([inside, rows])), [cover])
        for name, rows in (("both", both), ("one", both[both["code"] == both["code"].iloc[0]]))
    }
    assert told["both"].relations
    assert not told["one"].relations


def test_zones_of_one_zoning_are_never_compared():
    assert not measure({A: box(0, 0, 1, 1), B: box(0, 0, 1, 1)})


def test_zones_that_coincide_only_together_are_one_sum():
    """K and L cut the ground of A, B and C otherwise, and nothing of D."""
    quartiers = {("quartier", "K", 0): box(0, 0, 1.5, 1), ("quartier", "L", 0): box(1.5, 0, 3, 1)}
    tiles = {("iris", name, 0): box(x, 0, x + 1, 1) for x, name in enumerate("ABCD")}
    [group] = [one for one in measure({**quartiers, **tiles}) if one.also]
    assert {place[1] for place in (group.whole, *group.also)} == {"A", "B", "C"}
    assert [place[1] for place in group.parts] == ["K", "L"]
    told = Measured((group,), frozenset(group.places))
    assert Measured.from_json(json.loads(json.dumps(told.to_json()))) == told
    apart = {**quartiers, ("quartier", "L", 0): box(1.5, 0, 2.5, 1)}
    assert not [one for one in measure({**apart, **tiles}) if one.also]


def test_the_sum_of_a_group_gives_back_no_part():
    """A + B = K + L: 4 + 100 = 50 + 54, so that A follows from the three others."""
    drawn = pd.concat(
        [
            read("K | 100 100 100 50 | 350\nL | 100 100 100 54 | 354", level="quartier"),
            read("A | 100 100 100 4 | 304\nB | 100 100 100 100 | 400", level="iris"),
        ]
    )
    places = [("iris", "B", 0), ("quartier", "K", 0), ("quartier", "L", 0)]
    group = Nesting(A, tuple(places[1:]), "ensemble", zone=False, also=(B,))
    parts = [
        frame[frame["category"] == PARTS[3]].set_index("code")["value"]
        for frame in (
            protect_socle(drawn, drawn.iloc[:0], Policy(), sums).table for sums in ((), [group])
        )
    ]
    assert parts[0].isna().sum() == 1, "alone, nothing ties A to the quartiers"
    assert parts[1].isna().sum() >= 2
    assert pd.isna(parts[1]["A"])


def test_two_generations_of_qpv_are_two_zonings():
    old = ("qpv", "O", 2015)
    shapes = {old: box(0, 0, 1, 1), Q: box(0, 0, 2, 1)}
    assert ("Q", ("O",), False) in found(shapes)
