"""What other ways of masking give on the same table: two masks a line, and G-Confid."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ctg_data.disclosure.engine.audit.attack import audit as attack
from ctg_data.disclosure.engine.problem.rules import primary_goals
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.rendering import make_release
from ctg_data.disclosure.engine.shift.table import make_table


def naive_extra(problem: Problem) -> tuple[int, float]:
    """Mask one more part wherever a sum has exactly one masked cell, until none is left.

    This is the usual « two per line » habit: it is not safe, and serves as a yardstick.
    """
    started = time.perf_counter()
    value, matrix = problem.value, problem.matrix
    masked = (value > 0) & (value < 5)
    if not problem.policy.zeros_shown:
        masked |= value == 0
    before = int(masked.sum())
    queue = list(range(matrix.shape[0]))
    columns = sp.csc_matrix(matrix)
    while queue:
        row = queue.pop()
        cells = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if masked[cells].sum() != 1:
            continue
        free = cells[~masked[cells] & (value[cells] > 0)]
        if free.size:
            chosen = free[np.argmin(value[free])]
            masked[chosen] = True
            queue.extend(columns.indices[columns.indptr[chosen] : columns.indptr[chosen + 1]])
    return int(masked.sum()) - before, time.perf_counter() - started


def gconfid_line(problem: Problem) -> str:
    """Return the figures of G-Confid on the same table, attacked by the same audit."""
    try:
        import pandas as pd
        from gconfid import Suppression
    except ImportError:
        return "  G-Confid: not installed, not compared"
    value, terms = problem.value, problem.matrix.tocoo()
    small = (value > 0) & (value < 5)
    cells = pd.DataFrame(
        {
            "CellId": np.arange(len(value)) + 1,
            "Size": value,
            "TotalNoise": np.maximum(value, 1e-6),
            "Sensitivity": np.where(small, 5 - value, -1.0),
            "Status": np.where(small, "S", np.where(value == 0, "P", "V")),
            "Type": "C",
        }
    )
    links = pd.DataFrame(
        {"ConstraintId": terms.row + 1, "CellId": terms.col + 1, "Coefficient": terms.data}
    )
    started = time.perf_counter()
    given = Suppression(incell=cells, inconstraint=links, capture=True).outsuppress
    found = given.to_pandas() if hasattr(given, "to_pandas") else given
    seconds = time.perf_counter() - started
    chosen = found.loc[found["OutStatus"].isin(["S", "X"]), "CellId"].astype(int) - 1
    mask = small.copy()
    mask[chosen] = True
    goals = primary_goals(problem, value)
    table = make_table(problem, value, goals, np.zeros(len(value), dtype=bool))
    leaks = len(attack(make_release(problem, table, mask)).leaks)
    return f"  G-Confid: {int((mask & ~small).sum())} extra, {leaks} leaks, {seconds:.2f} s"
