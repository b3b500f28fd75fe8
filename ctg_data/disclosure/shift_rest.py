"""Goals out of reach of their own neighbourhood: wider ones, the whole table, forced cells.

What remains after that cannot be hidden from a reader by us; it is either already public (the
baseline), and then what public data leave open must stay open, or a failure that is reported.
"""

from __future__ import annotations

from ctg_data.disclosure.shift import (
    Cover,
    components,
    in_order,
    make_patch,
    masked_by,
    one_pass,
)
from ctg_data.disclosure.shift_blocks import Graph
from ctg_data.disclosure.shift_table import Table

WIDER = (1_500, 6_000)
"""Cells of the successive neighbourhoods, before the whole group of tied cells."""
FAR = 10_000
"""How far the interval of a cell already given away by public data is followed."""


def prove_rest(table: Table, cover: Cover, rest: list[int]) -> Cover:
    """Return the cover with the remaining goals proved where that is possible."""
    graph = Graph.of(table)
    for soft in WIDER:
        rest = _wider(table, graph, cover, rest, soft)
    rest = _whole(table, cover, rest, forced=False)
    cover.failed = _whole(table, cover, rest, forced=True)
    return cover


def _wider(table: Table, graph: Graph, cover: Cover, rest: list[int], soft: int) -> list[int]:
    """Try each goal in a neighbourhood of its own, with those that share it."""
    hidden = masked_by(table, cover.proofs)
    tried: set[int] = set()
    for number in in_order(table, rest):
        cell = table.goals[number].cell
        if number in tried or number in cover.proofs or not graph.relations_of[cell]:
            continue
        cells = graph.inside(graph.grow(graph.relations_of[cell], set(), soft))
        near = set(cells.tolist())
        goals = [k for k in in_order(table, rest) if table.goals[k].cell in near]
        tried.update(goals)
        one_pass(table, make_patch(table, cells, hidden), goals, cover, hidden)
    cover.failed = []
    return [number for number in rest if number not in cover.proofs]


def _whole(table: Table, cover: Cover, rest: list[int], *, forced: bool) -> list[int]:
    """Try the remaining goals with every cell tied to theirs."""
    if not rest:
        return []
    hidden = masked_by(table, cover.proofs)
    for cells in components(table):
        near = set(cells.tolist())
        goals = [k for k in in_order(table, rest) if table.goals[k].cell in near]
        if goals:
            one_pass(table, make_patch(table, cells, hidden, forced=forced), goals, cover, hidden)
    cover.failed = []
    return [number for number in rest if number not in cover.proofs]
