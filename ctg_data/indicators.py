"""Indicators: read from ``catalogue/THEME/ID.toml``, computed on masked tables only.

Add before the gate, divide after it: every function below takes a release, the ``MaskedTable``
of a whole territory, so that a ratio inherits the secrecy of what it is made of.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ctg_data import observations
from ctg_data.card_reader import read_catalogue
from ctg_data.cards import KINDS, THEMES, Break, Compute, Indicator, Reference, split
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.errors import CtgError

__all__ = ["KINDS", "THEMES", "Break", "Compute", "Indicator", "Reference", "catalogue", "compute"]
__all__ += ["pick"]
CATALOGUE = Path(__file__).with_name("catalogue")


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
    return release.where(variable=variable, category=category)


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
    kept = release.where(level=[str(level) for level in indicator.levels])
    if how.kind == "shortfall":
        return _shortfall(release, kept, indicator, reference)
    operands = [pick(kept, one) for one in how.operands]
    formula, universe = _formula(how)
    return kept.derive(indicator.id, indicator.unit, operands, formula, universe=universe)


Formula = Callable[..., Any]


def _formula(how: Compute) -> tuple[Formula, Formula | None]:
    """The formula of a kind, and the population it studies when that counts allocataires."""
    if how.kind == "value":
        return np.array, None  # a copy: the caller erases what is hidden in place
    if how.kind == "product":
        return (lambda value: how.factor * value), None
    if how.kind == "ratio":
        top = len(how.numerator)

        def population(*values: np.ndarray) -> np.ndarray:
            return np.asarray(np.sum(values[top:], axis=0))

        def ratio(*values: np.ndarray) -> np.ndarray:
            whole = how.factor * population(*values)
            return np.asarray(how.scale * np.sum(values[:top], axis=0) / whole)

        return ratio, (population if how.universe else None)
    raise CtgError(f"unknown kind of computation {how.kind!r}")


def _shortfall(
    release: MaskedTable,
    kept: MaskedTable,
    indicator: Indicator,
    reference: tuple[str, str] | None,
) -> MaskedTable:
    """Places missing to reach the rate of ``reference``, year by year; never below zero."""
    if reference is None:
        raise CtgError(f"{indicator.id}: a shortfall needs a reference")
    how = indicator.compute
    rates = pick(release, how.rate).where(level=reference[0], code=reference[1])
    need, offer = pick(kept, how.need), pick(kept, how.offer)
    parts = [
        need.where(period=[]).derive(indicator.id, indicator.unit, [need.where(period=[])], abs)
    ]
    for period in rates.periods:
        rate = rates.cell(*reference, period).value
        if rate is None:
            continue  # without its reference a shortfall is unknown, not zero
        years = [need.where(period=period), offer.where(period=period)]
        parts.append(
            kept.derive(
                indicator.id,
                indicator.unit,
                years,
                lambda need, offer, rate=rate: np.maximum(0.0, rate / 100 * need - offer),
                also=[rates.where(period=period)],
            )
        )
    return parts[0].join(*parts[1:])
