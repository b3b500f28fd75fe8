"""Indicators: read from ``catalogue/THEME/ID.toml``, computed on masked tables only.

Add before the gate, divide after it: every function below takes a release, the ``MaskedTable``
of a whole territory, so that a ratio inherits the secrecy of what it is made of.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ctg_data import observations
from ctg_data.catalogue.cards import (
    KINDS,
    ORIGINS,
    RULE_OF_100,
    THEMES,
    Break,
    Compute,
    Indicator,
    Reference,
    nature_of,
    split,
)
from ctg_data.catalogue.reader import read_catalogue
from ctg_data.errors import CtgError
from ctg_data.model import Level
from ctg_data.release.masked import MaskedTable
from ctg_data.release.universe import HOUSEHOLDS, PEOPLE, Universe

__all__ = ["KINDS", "ORIGINS", "THEMES", "Break", "Compute", "Indicator", "Reference"]
__all__ += ["catalogue", "compute", "pick"]
CATALOGUE = Path(__file__).parent


@cache
def catalogue() -> dict[str, Indicator]:
    """Every declared indicator by id, in the order of their codes."""
    return read_catalogue(CATALOGUE)


def pick(release: MaskedTable, operand: str) -> MaskedTable:
    """The cells of one operand, ``variable/category``, at every place and year.

    The total of a breakdown may be stored under the variable that counts the whole.
    """
    variable, category = split(operand)
    whole = observations.variables()[variable].total_de
    if category == "total" and whole:
        variable = whole
    return release.part(variable, category)


def at_levels(release: MaskedTable, operand: str, indicator: Indicator) -> MaskedTable:
    """The cells of one operand at the levels that an indicator declares."""
    return pick(release, operand).where(level=[str(level) for level in indicator.levels])


def compute(
    release: MaskedTable, indicator: Indicator, reference: tuple[str, str] | None = None
) -> MaskedTable:
    """The indicator at every declared level, place and year.

    Args:
        release: the whole masked territory.
        indicator: what to compute.
        reference: (level, code) of the reference of a ``shortfall``.

    Returns:
        One row per place and year, ``variable`` being the id of the indicator.
    """
    how = indicator.compute
    if how.kind == "shortfall":
        return _shortfall(release, indicator, reference)
    if how.kind == "mean_rank":
        return _mean_rank(release, indicator)
    operands = [at_levels(release, one, indicator) for one in how.operands]
    if not all(map(len, operands)):
        return release.part(indicator.id, "total")  # no row, and nothing to align
    formula, universe = _formula(how), _universe(indicator)
    return release.derive(indicator.id, indicator.unit, operands, formula, universe=universe)


Formula = Callable[..., Any]


def _formula(how: Compute) -> Formula:
    """The formula of a kind."""
    if how.kind == "value":
        return np.array  # a copy: the caller erases what is hidden in place
    if how.kind == "product":
        return lambda value: how.factor * value
    if how.kind == "sum":
        return lambda *values: _weighted(values, how.weights)
    if how.kind == "absence":
        return lambda *values: np.all(np.equal(values, 0), axis=0)
    if how.kind == "ratio":
        return _ratio(how)
    raise CtgError(f"unknown kind of computation {how.kind!r}")


def _ratio(how: Compute) -> Formula:
    top = len(how.numerator)

    def ratio(*values: np.ndarray) -> np.ndarray:
        whole = how.factor * _weighted(values[top:], how.weights)
        return np.asarray(how.scale * np.sum(values[:top], axis=0) / whole)

    return ratio


def _universe(indicator: Indicator) -> Universe | None:
    """The population that a rate studies, when its class says that it is one of allocataires."""
    how = indicator.compute
    counted = {nature_of(one) for one in how.denominator}
    if indicator.masking not in RULE_OF_100 or not counted & set(PEOPLE):
        return None
    top, count = len(how.numerator), len(how.denominator)
    weights = how.weights or (1.0,) * count
    return Universe(tuple(range(top, top + count)), weights, counted == {HOUSEHOLDS})


def _weighted(values: Sequence[np.ndarray], weights: tuple[float, ...]) -> np.ndarray:
    """Σ weight × value; the weights are 1 unless the card says otherwise."""
    scaled = [one * w for one, w in zip(values, weights or (1.0,) * len(values), strict=True)]
    return np.asarray(np.sum(scaled, axis=0))


def _first(*values: np.ndarray) -> np.ndarray:
    """The formula of a table without a row: it only gives the columns."""
    return values[0]


def _mean_rank(release: MaskedTable, indicator: Indicator) -> MaskedTable:
    """Mean rank on each criterion, the highest first, among the zones without any of the terms.

    Level by level (and generation by generation of QPV), each criterion at its last year observed,
    the same for every zone: one whose year is not established leaves the zones without a rank.
    Only zones whose every criterion is shown are ranked: a masked zone is not, and moves no other.
    """
    how = indicator.compute
    criteria = [compute(release, catalogue()[one]) for one in how.criteria]
    terms = [at_levels(release, one, indicator) for one in how.terms]
    empty = [one.where(level=[]) for one in (*criteria, *terms)]
    parts = [release.derive(indicator.id, indicator.unit, empty, _first)]
    rank = _ranking(len(criteria))
    for place in _generations(terms[0]):
        here = [one.where(**place) for one in terms]
        if year := next(iter(here[0].periods), None):
            last = [one.where(**place) for one in criteria]
            last = [one.where(period=one.years[:1]).dated(year) for one in last]
            rows = [*last, *(one.where(period=year) for one in here)]
            parts.append(release.derive(indicator.id, indicator.unit, rows, rank))
    return parts[0].join(*parts[1:])


def _ranking(count: int) -> Formula:
    """The formula of a mean rank: ``count`` criteria, then the terms that must be 0."""

    def rank(*values: np.ndarray) -> np.ndarray:
        criteria, terms = np.array(values[:count]), np.array(values[count:])
        bare = np.all(terms == 0, axis=0) & np.isfinite(criteria).all(axis=0)
        found = np.full(criteria.shape[1], np.nan)
        if bare.any():
            shown = pd.DataFrame(criteria[:, bare].T)
            found[bare] = shown.rank(ascending=False).mean(axis=1)
        return found

    return rank


def _generations(table: MaskedTable) -> list[dict[str, Any]]:
    """Levels whose zones may be ranked together; two generations of QPV may not."""
    frame = table.frame
    found: list[dict[str, Any]] = []
    for level in map(str, table.levels):
        vintages = sorted(set(frame.loc[frame["level"] == level, "vintage"]))
        apart = level == str(Level.QPV)
        found += (
            [{"level": level, "vintage": one} for one in vintages] if apart else [{"level": level}]
        )
    return found


def lacking(rate: float, need: np.ndarray, offer: np.ndarray | float) -> np.ndarray:
    """Whole places missing to have ``rate`` places for 100; a fraction of a place is one more.

    >>> lacking(60.0, np.array([1000.0, 1004.0]), 540.0)
    array([60., 63.])
    """
    short = np.maximum(0.0, rate / 100 * np.asarray(need) - offer)
    return np.asarray(np.ceil(short - 1e-9) + 0.0)


def _shortfall(
    release: MaskedTable,
    indicator: Indicator,
    reference: tuple[str, str] | None,
) -> MaskedTable:
    """Whole places missing to reach the rate of ``reference``, year by year; never below zero."""
    if reference is None:
        raise CtgError(f"{indicator.id}: a shortfall needs a reference")
    how = indicator.compute
    rates = pick(release, how.rate).where(level=reference[0], code=reference[1])
    need, offer = (at_levels(release, one, indicator) for one in (how.need, how.offer))
    parts = [
        need.where(period=[]).derive(indicator.id, indicator.unit, [need.where(period=[])], abs)
    ]
    for period in rates.periods:
        rate = rates.cell(*reference, period).value
        if rate is None:
            continue  # without its reference a shortfall is unknown, not zero
        years = [need.where(period=period), offer.where(period=period)]
        parts.append(
            release.derive(
                indicator.id,
                indicator.unit,
                years,
                lambda need, offer, rate=rate: lacking(rate, need, offer),
                also=[rates.where(period=period)],
            )
        )
    return parts[0].join(*parts[1:])
