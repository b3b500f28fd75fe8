"""Run the shift algorithm on a whole table: independent neighbourhoods first, then the rest.

Neighbourhoods that share no relation are worked on in parallel; a goal that cannot be reached
inside its own gets wider and wider ones, then the whole table, then the forced cells.  Last, the
borders between neighbourhoods are searched again.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ctg_data.disclosure.engine.shift.algorithm import Cover, both_passes, components, masked_by
from ctg_data.disclosure.engine.shift.blocks import Graph, partition
from ctg_data.disclosure.engine.shift.exact import STEPS_ALONE, fewest
from ctg_data.disclosure.engine.shift.local import improve
from ctg_data.disclosure.engine.shift.parts import LARGE, improve_by_parts, polish
from ctg_data.disclosure.engine.shift.rest import prove_rest
from ctg_data.disclosure.engine.shift.table import Table

WHOLE = 2500
"""A group of tied cells up to this size is one neighbourhood."""
EXACT = 260
"""Cells up to which the fewest masks are searched."""
PARALLEL = 40
"""Goals from which a second process is worth its start."""
SWEEPS = ((200, 8), (1_000, 3), (60_000, 2), (10**9, 1))
"""Rounds of local search, by number of goals in the table."""

Task = tuple[np.ndarray, list[int], int, int]
_shared: list[Any] = []


def shift(table: Table, public: Table) -> Cover:
    """Return certificates for every goal that has one; `failed` names the others.

    Args:
        table: what to protect.
        public: the same as known before we publish anything.
    """
    tasks, rest = split(table)
    cover = Cover()
    for part in _run(work, table, tasks):
        cover.proofs |= part.proofs
        rest += part.failed
    if rest:
        cover = prove_rest(table, public, cover, sorted(rest), WHOLE)
    return polish(table, cover, _run)


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
    # Groups of a larger table would share few steps: local search gains more in the same time.
    steps = STEPS_ALONE if alone else 0
    heavy = sorted(wanted, key=lambda k: (-len(wanted[k]), k))
    return [(blocks[k], wanted[k], sweeps, steps) for k in heavy], rest


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
    return fewest(table, cells, goals, cover, steps) if steps else cover


def _do_shared(part: Any) -> Cover:
    job, table = _shared
    return job(table, part)


def _run(job: Callable[[Table, Any], Cover], table: Table, parts: Sequence[Any]) -> list[Cover]:
    """Do a job on each part, in two processes when it pays and when no thread could be cut."""
    alone = threading.active_count() == 1 and hasattr(os, "fork")
    if len(table.goals) < PARALLEL or len(parts) < 2 or not alone or (os.cpu_count() or 1) < 2:
        return [job(table, part) for part in parts]
    _shared[:] = [job, table]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        done = pool.map(_do_shared, parts, chunksize=1)
    _shared.clear()
    return done
