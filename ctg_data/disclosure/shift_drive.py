"""Run the shift algorithm on a whole table: independent neighbourhoods first, then the rest.

Neighbourhoods that share no relation are worked on in parallel; a goal that cannot be reached
inside its own gets wider and wider ones, then the whole table, then the forced cells.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ctg_data.disclosure.shift import Cover, both_passes, components, masked_by
from ctg_data.disclosure.shift_blocks import Graph, partition
from ctg_data.disclosure.shift_exact import STEPS_ALONE, STEPS_SHARED, fewest
from ctg_data.disclosure.shift_local import improve
from ctg_data.disclosure.shift_rest import prove_rest
from ctg_data.disclosure.shift_table import Table

WHOLE = 2500
"""A group of tied cells up to this size is one neighbourhood."""
EXACT = 260
"""Cells up to which the fewest masks are searched."""
LARGE = 600
"""Cells beyond which a neighbourhood is improved part by part."""
PART, ROUNDS = 300, 2
"""Cells of such a part; rounds for one of local search, the borders of parts moving each time."""
WORTH = 20
"""Steps of that search below which it gains nothing over local search: many groups share few."""
PARALLEL = 40
"""Goals from which a second process is worth its start."""
SWEEPS = ((1_000, 2), (6_000, 4), (60_000, 2), (10**9, 1))
"""Rounds of local search, by number of goals in the table."""

Task = tuple[np.ndarray, list[int], int, int]
_shared: list[Table] = []


def shift(table: Table, public: Table) -> Cover:
    """Return certificates for every goal that has one; `failed` names the others.

    Args:
        table: what to protect.
        public: the same as known before we publish anything.
    """
    tasks, rest = split(table)
    cover = Cover()
    for part in _run(table, tasks):
        cover.proofs |= part.proofs
        rest += part.failed
    return prove_rest(table, public, cover, sorted(rest), WHOLE) if rest else cover


def split(table: Table) -> tuple[list[Task], list[int]]:
    """Return the tasks (cells, goals, sweeps, steps) and the goals inside no neighbourhood."""
    groups = components(table)
    large = np.zeros(len(table.value), dtype=bool)
    for cells in groups:
        large[cells] = len(cells) > WHOLE
    blocks = [cells for cells in groups if len(cells) <= WHOLE]
    if large.any():
        blocks += [part for part in partition(Graph.of(table)) if large[part[0]]]
    label = np.full(len(table.value), -1)
    for k, cells in enumerate(blocks):
        label[cells] = k
    wanted: dict[int, list[int]] = {}
    for number, goal in enumerate(table.goals):
        wanted.setdefault(int(label[goal.cell]), []).append(number)
    sweeps = next(count for most, count in SWEEPS if len(table.goals) <= most)
    rest = wanted.pop(-1, [])
    alone = int(table.movable.sum()) <= EXACT
    steps = STEPS_ALONE if alone else STEPS_SHARED // max(len(wanted), 1)
    return [(blocks[k], wanted[k], sweeps, steps) for k in sorted(wanted)], rest


def work(table: Table, task: Task) -> Cover:
    """Prove the goals of one neighbourhood with as few masks as the effort allows."""
    cells, goals, sweeps, steps = task
    cover = both_passes(table, cells, goals)
    mask = masked_by(table, cover.proofs)
    if not (mask[cells] & ~table.hidden[cells]).any():
        return cover
    if len(cells) > LARGE:
        return improve_by_parts(table, cells, goals, cover, sweeps)
    cover = improve(table, cells, goals, cover, sweeps)
    if len(cells) > EXACT or steps < WORTH:
        return cover
    return fewest(table, cells, goals, cover, steps)


def improve_by_parts(
    table: Table, cells: np.ndarray, goals: Sequence[int], cover: Cover, sweeps: int
) -> Cover:
    """Improve a large neighbourhood part by part: programs ten times smaller, asked as often.

    A certificate that crosses the border of its part stays as it is; the borders are elsewhere at
    the next round.
    """
    graph = Graph.within(table, cells)
    proofs = {k: cover.proofs[k] for k in goals if k in cover.proofs}
    draw = np.random.default_rng(0)
    for _ in range(ROUNDS * sweeps):
        parts = [cells[part] for part in partition(graph, draw.permutation(len(graph.sizes)), PART)]
        label = np.full(len(table.value), -1)
        for number, part in enumerate(parts):
            label[part] = number
        inside: dict[int, list[int]] = {}
        for goal, moves in proofs.items():
            home = {int(k) for move in moves for k in np.unique(label[move.cells])}
            if len(home) == 1 and -1 not in home:
                inside.setdefault(home.pop(), []).append(goal)
        own = {goal for some in inside.values() for goal in some}
        fixed = masked_by(table, {k: moves for k, moves in proofs.items() if k not in own})
        rest = replace(table, hidden=fixed)
        for number, some in sorted(inside.items()):
            known = Cover({goal: proofs[goal] for goal in some})
            proofs |= improve(rest, parts[number], some, known, 1).proofs
    return replace(cover, proofs={**cover.proofs, **proofs})


def _work_shared(task: Task) -> Cover:
    return work(_shared[0], task)


def _run(table: Table, tasks: Sequence[Task]) -> list[Cover]:
    """Do the tasks, in two processes when it pays and when no thread could be cut in two."""
    alone = threading.active_count() == 1 and hasattr(os, "fork")
    if len(table.goals) < PARALLEL or len(tasks) < 2 or not alone or (os.cpu_count() or 1) < 2:
        return [work(table, task) for task in tasks]
    _shared[:] = [table]
    heavy = sorted(range(len(tasks)), key=lambda k: -len(tasks[k][1]))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        done = pool.map(_work_shared, [tasks[k] for k in heavy], chunksize=1)
    _shared.clear()
    by_task = dict(zip(heavy, done, strict=True))
    return [by_task[k] for k in range(len(tasks))]
