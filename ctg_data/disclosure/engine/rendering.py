"""Write what may be sent: no hidden value, one neutral bound, the figures still shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from ctg_data.disclosure.engine.problem.rules import WIDTH
from ctg_data.disclosure.engine.problem.spec import Derived
from ctg_data.disclosure.engine.problem.table import AMOUNT, OFFER, Problem
from ctg_data.disclosure.engine.problem.whole_numbers import exact
from ctg_data.disclosure.engine.release.content import (
    PUBLISHED,
    SUPPRESSED,
    VIRTUAL,
    Ratio,
    Release,
)
from ctg_data.disclosure.engine.shift.table import ShiftTable


def make_release(problem: Problem, table: ShiftTable, mask: np.ndarray) -> Release:
    """Write what may be sent: no hidden value, one neutral bound, the figures still shown."""
    status = np.where(mask, SUPPRESSED, PUBLISHED).astype(np.int8)
    status[problem.virtual] = VIRTUAL
    value = table.value.copy()
    for cell in problem.rounded:
        value[cell] = problem.figure(cell, value[cell])
    value[status != PUBLISHED] = np.nan
    shown = {c: r for c, r in problem.rounded.items() if status[c] == PUBLISHED}
    visible = (status == PUBLISHED) & ~np.isin(np.arange(len(problem)), list(problem.rounded))
    return Release(
        threshold=problem.policy.min_count,
        zeros_shown=problem.policy.zeros_shown,
        ids=problem.ids,
        status=status,
        value=value,
        lb=released_bounds(problem, table.value, status),
        ub=np.full(len(problem), np.nan),
        rounded=shown,
        matrix=problem.matrix,
        rhs=problem.rhs,
        sense=problem.sense,
        relation_ids=problem.relation_ids,
        ratios=[
            r for r in (_ratio(problem, d, table.value, visible) for d in problem.derived) if r
        ],
        needs={g.cell: float(g.amount) for g in table.goals if g.kind == WIDTH},
        external=problem.baseline > 0,
        thresholds={
            int(i): int(problem.threshold[i])
            for i in np.flatnonzero(problem.threshold != problem.policy.min_count)
        },
        amounts=frozenset(np.flatnonzero(problem.kind == AMOUNT).tolist()),
        offers=frozenset(np.flatnonzero(problem.kind == OFFER).tolist()),
        min_population=problem.policy.min_population,
        bases=_told(problem.base, status),
        universes=_told(problem.universe, status),
    )


def _told(column: np.ndarray, status: np.ndarray) -> dict[int, float]:
    """Return what is known beside the cells that are published, by their place."""
    told = np.flatnonzero(~np.isnan(column) & (status == PUBLISHED))
    return dict(zip(told.tolist(), column[told].tolist(), strict=True))


BELOW_ALL = -1e9
"""What is stated of hidden amounts when some are negative: lower than any of them."""


def released_bounds(problem: Problem, value: np.ndarray, status: np.ndarray) -> np.ndarray:
    """Return the (n,) lower bounds stated of hidden cells, NaN for the others.

    One bound for all of a kind: a bound of its own would tell the cell that needs it.  Where one
    hidden cell is a 0 though zeros are shown, no hidden cell is said to be at least 1.
    """
    hidden, amount = status == SUPPRESSED, problem.kind == AMOUNT
    floor = 1.0 if problem.policy.zeros_shown else 0.0
    low = np.where(hidden, floor, np.where(status == VIRTUAL, 0.0, np.nan))
    if (value[hidden & ~amount] < floor).any():
        low[hidden & ~amount] = 0.0
    if (value[hidden & amount] < floor).any():
        low[hidden & amount] = BELOW_ALL if (value[hidden & amount] < 0).any() else 0.0
    return low


def _sum(problem: Problem, terms: Mapping[str, float], value: np.ndarray) -> Fraction:
    """Return Σ coef·value, exactly."""
    parts = ((coef, float(value[problem.index[name]])) for name, coef in terms.items())
    return sum((exact(coef) * exact(part) for coef, part in parts), Fraction(0))


def _ratio(
    problem: Problem, derived: Derived, value: np.ndarray, visible: np.ndarray
) -> Ratio | None:
    """Return the figure as displayed, None when one of its operands is not shown exactly."""
    cells = [problem.index[name] for name in derived.operands]
    den = _sum(problem, derived.den, value) if visible[cells].all() else Fraction(0)
    if den == 0:
        return None
    figure = _sum(problem, derived.num, value) / den + Fraction(str(derived.offset))
    figure *= Fraction(str(derived.scale))
    tenths = 10**derived.decimals
    displayed = float(Fraction(math.floor(figure * tenths + Fraction(1, 2)), tenths))
    if abs(Fraction(str(displayed)) - figure) * tenths > Fraction(1, 2):
        return None  # more digits than a file can hold: what it would say is false
    return Ratio(
        id=derived.id,
        num=dict(derived.num),
        den=dict(derived.den),
        scale=derived.scale,
        offset=derived.offset,
        value=displayed,
        decimals=derived.decimals,
    )
