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
from functools import partial
from typing import Any

import numpy as np

from ctg_data.disclosure.engine.shift.algorithm import Cover, both_passes, components, masked_by
from ctg_data.disclosure.engine.shift.blocks import Graph, partition
from ctg_data.disclosure.engine.shift.effort import Effort, rounds_for
from ctg_data.disclosure.engine.shift.fewest_suppressions import fewest
from ctg_data.disclosure.engine.shift.local_search import improve
from ctg_data.disclosure.engine.shift.parts import improve_by_parts, polish
from ctg_data.disclosure.engine.shift.remaining_goals import prove_rest
from ctg_data.disclosure.engine.shift.table import ShiftTable

Task = tuple[np.ndarray, list[int], int, int]
_shared: list[Any] = []


def shift(table: ShiftTable, public: ShiftTable, effort: Effort) -> Cover:
    """Return certificates for every goal that has one; `failed` names the others.

    Args:
        table: what to protect.
        public: the same as known before we publish anything.
        effort: how far to search.
    """
    tasks, rest = split(table, effort)
    run = partial(_run, effort=effort)
    cover = Cover()
    for part in run(partial(work, effort=effort), table, tasks):
        cover.proofs |= part.proofs
        rest += part.failed
    if rest:
        cover = prove_rest(table, public, cover, sorted(rest), effort)
    return polish(table, cover, run, effort)


def split(table: ShiftTable, effort: Effort) -> tuple[list[Task], list[int]]:
    """Return the tasks (cells, goals, sweeps, steps) and the goals inside no neighbourhood."""
    groups = components(table)
    large = np.zeros(len(table.value), dtype=bool)
    for cells in groups:
        large[cells] = len(cells) > effort.whole
    blocks = [cells for cells in groups if len(cells) <= effort.whole]
    if large.any():
        blocks += [part for part in partition(Graph.of(table), effort) if large[part[0]]]
    label = np.full(len(table.value), -1)
    for k, cells in enumerate(blocks):
        label[cells] = k
    wanted: dict[int, list[int]] = {}
    for number, goal in enumerate(table.goals):
        wanted.setdefault(int(label[goal.cell]), []).append(number)
    sweeps = rounds_for(len(table.goals), effort.sweeps)
    rest = wanted.pop(-1, [])
    alone = int(table.movable.sum()) <= effort.exact_cells
    # Groups of a larger table would share few steps: local search gains more in the same time.
    steps = effort.exact_steps if alone else 0
    heavy = sorted(wanted, key=lambda k: (-len(wanted[k]), k))
    return [(blocks[k], wanted[k], sweeps, steps) for k in heavy], rest


def work(table: ShiftTable, task: Task, effort: Effort) -> Cover:
    """Prove the goals of one neighbourhood with as few masks as the effort allows."""
    cells, goals, sweeps, steps = task
    cover = both_passes(table, cells, goals, effort)
    mask = masked_by(table, cover.proofs)
    if not (mask[cells] & ~table.hidden[cells]).any():
        return cover
    if len(cells) > effort.large_group:
        return improve_by_parts(table, cells, goals, cover, sweeps, effort)
    cover = improve(table, cells, goals, cover, sweeps, effort)
    return fewest(table, cells, goals, cover, steps, effort) if steps else cover


def _do_shared(part: Any) -> Cover:
    job, table = _shared
    return job(table, part)


def _run(
    job: Callable[[ShiftTable, Any], Cover], table: ShiftTable, parts: Sequence[Any], effort: Effort
) -> list[Cover]:
    """Do a job on each part, in two processes when it pays and when no thread could be cut."""
    alone = threading.active_count() == 1 and hasattr(os, "fork")
    worth = len(table.goals) >= effort.parallel and len(parts) > 1
    if not worth or not alone or (os.cpu_count() or 1) < 2:
        return [job(table, part) for part in parts]
    _shared[:] = [job, table]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        done = pool.map(_do_shared, parts, chunksize=1)
    _shared.clear()
    return done
