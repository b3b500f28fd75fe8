"""A category that hardly exists is given room by its totals, however far up they are."""

from itertools import product

import numpy as np

from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.problem.rules import primary_goals
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import protect
from ctg_data.disclosure.engine.shift.algorithm import Cover, find_moves, make_patch
from ctg_data.disclosure.engine.shift.blocks import Graph
from ctg_data.disclosure.engine.shift.effort import USUAL, Effort
from ctg_data.disclosure.engine.shift.ladder import Ladder, climb
from ctg_data.disclosure.engine.shift.table import make_table
from tests.specs import build

KINDS = ("rare", "a", "b")
WIDTHS = (8, 8, 8)  # communes of a group, groups of a département, départements


def tall() -> Problem:
    """Five hundred communes up to a whole; one household alone is of the rare kind."""
    lowest = list(product(*map(range, reversed(WIDTHS))))
    counts = {(zone, kind): 0 for zone in lowest for kind in KINDS}
    for place, zone in enumerate(lowest):
        counts |= {(zone, "a"): 40 + place, (zone, "b"): 70 + 3 * place}
    counts[(1, 2, 2), "rare"] = 1
    for size in (2, 1, 0):
        above = {zone[:size] for zone in lowest}
        for zone, kind in product(sorted(above), KINDS):
            counts[zone, kind] = sum(
                count for (one, of), count in counts.items() if _under(one, zone) and of == kind
            )
    zones = {zone for zone, _ in counts}
    totals = {zone: sum(counts[zone, kind] for kind in KINDS) for zone in zones}
    counts |= {(zone, "total"): count for zone, count in totals.items()}
    names = {key: f"{'.'.join(map(str, key[0])) or 'tout'}/{key[1]}" for key in counts}
    relations = [
        {names[zone, kind]: 1 for kind in KINDS} | {names[zone, "total"]: -1} for zone in zones
    ]
    for zone, kind in counts:
        if below := [one for one in zones if _under(one, zone)]:
            relations.append({names[one, kind]: 1 for one in below} | {names[zone, kind]: -1})
    return build(
        [{"id": names[key], "value": count} for key, count in sorted(counts.items())],
        [{"id": f"r{k}", "terms": terms} for k, terms in enumerate(relations)],
        policy={"zeros": "shown"},
    )


def _under(one: tuple[int, ...], zone: tuple[int, ...]) -> bool:
    return len(one) == len(zone) + 1 and one[: len(zone)] == zone


def test_room_is_found_in_the_totals():
    problem = tall()
    goals = primary_goals(problem, problem.value)
    seen = np.zeros(len(problem.value), dtype=bool)
    table = make_table(problem, problem.value, goals, seen)
    graph, lone = Graph.of(table), problem.index["1.2.2/rare"]
    wanted = [number for number, goal in enumerate(goals) if goal.cell == lone]
    near = Ladder(table, graph, USUAL).around(lone, table.hidden)
    assert len(near) < len(problem.value) / 3

    cover = Cover()
    assert climb(table, graph, cover, wanted, USUAL, forced=False) == []
    (move,) = cover.proofs[wanted[0]]
    assert not (table.rows[:, move.cells] @ move.delta).any()
    assert table.value[lone] + move.at(lone) >= problem.policy.min_count
    whole = problem.index["tout/rare"]
    assert whole in move.cells, "no other cell of the kind can give way"

    around = graph.inside(graph.grow(graph.relations_of[lone], set(), Effort(soft=len(near))))
    patch = make_patch(table, around, table.hidden, USUAL)
    assert find_moves(patch, goals[wanted[0]]) is None, "as many cells all around do not reach it"


def test_what_the_climb_proves_resists_the_attack():
    protection = protect(tall())
    assert protection.proved
    assert audit(protection.release).safe
