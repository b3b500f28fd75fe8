"""Squares anyone can draw: what lies inside what, and what covers what."""

import pytest
from shapely.geometry import box

from geo.nesting import measure

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


@pytest.mark.parametrize(("sliver", "nested"), [(0.01, True), (0.2, False)])
def test_slivers_are_not_people(sliver, nested):
    shapes = {A: box(0, 0, 1 + sliver, 1), Q: box(0, 0, 1, 1)}
    assert (("Q", ("A",), False) in found(shapes)) is nested


def test_zones_of_one_zoning_are_never_compared():
    assert not measure({A: box(0, 0, 1, 1), B: box(0, 0, 1, 1)})


def test_two_generations_of_qpv_are_two_zonings():
    old = ("qpv", "O", 2015)
    shapes = {old: box(0, 0, 1, 1), Q: box(0, 0, 2, 1)}
    assert ("Q", ("O",), False) in found(shapes)
