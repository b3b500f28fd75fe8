"""What follows from operands that are only bounded: « au moins 8 », « au plus 14 700 for each ».

A formula that rises with some operands and falls with others has its extremes where they have
theirs.  What it gives is then a bound, a figure where both extremes meet, or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ctg_data.model import PublicStatus

BOUNDS = (PublicStatus.MINIMUM, PublicStatus.MAXIMUM)
LEAST, MOST = str(PublicStatus.MINIMUM), str(PublicStatus.MAXIMUM)
NEAR = 1e-9  # two extremes as near as this are one figure


@dataclass(frozen=True)
class Monotone:
    """How a formula moves with its operands, and what its result cannot exceed.

    Attributes:
        slopes: by operand, 1 where it rises with it, -1 where it falls.
        ceiling: the most that it can be; the least is 0.
    """

    slopes: tuple[int, ...]
    ceiling: float = np.inf


@dataclass(frozen=True)
class Outcome:
    """Results of the rows that have a bounded operand: (n,) status, value and bound."""

    status: np.ndarray
    value: np.ndarray
    bound: np.ndarray


def told(frame: pd.DataFrame) -> "pd.Series[bool]":
    """The rows of a release that say a number, exact or as a bound; « au moins 0 » is none."""
    nothing = frame["status"].eq(LEAST) & frame["bound"].le(0)
    return frame["value"].notna() | (frame["bound"].notna() & ~nothing)


def of_rows(frame: pd.DataFrame, count: int, formula: Callable[..., Any], how: Monotone) -> Outcome:
    """The formula at both its extremes.

    Args:
        frame: aligned rows; ``value_i``, ``status_i`` and ``bound_i`` of each operand.
        count: of operands.
        formula: of their values.
        how: it moves with them.
    """
    pairs = [_extremes(frame, i) for i in range(count)]
    turned = [
        pair if slope > 0 else pair[::-1] for pair, slope in zip(pairs, how.slopes, strict=True)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.array(formula(*(pair[0] for pair in turned)), dtype=float)
        high = np.array(formula(*(pair[1] for pair in turned)), dtype=float)
    return _told(low, high, how.ceiling)


def _extremes(frame: pd.DataFrame, i: int) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that an operand may be."""
    value, bound, status = (
        frame[f"{name}_{i}"].to_numpy() for name in ("value", "bound", "status")
    )
    value, bound = value.astype(float), bound.astype(float)
    low = np.where(status == LEAST, bound, np.where(status == MOST, 0.0, value))
    high = np.where(status == LEAST, np.inf, np.where(status == MOST, bound, value))
    return low, high


def _told(low: np.ndarray, high: np.ndarray, ceiling: float) -> Outcome:
    """A figure where the extremes meet, a bound where one of them says something."""
    status = np.full(low.shape, str(PublicStatus.NON_DISPONIBLE), dtype=object)
    value, bound = np.full(low.shape, np.nan), np.full(low.shape, np.nan)
    above = np.isfinite(low) & (low > 0)
    below = np.isfinite(high) & (high < ceiling)
    status[above], bound[above] = LEAST, low[above]
    status[below & ~above], bound[below & ~above] = MOST, high[below & ~above]
    met = np.isfinite(low) & np.isfinite(high) & (np.abs(high - low) <= NEAR)
    met |= above & (low >= ceiling) | below & (high <= 0)
    status[met] = str(PublicStatus.DIFFUSE)
    value[met] = np.where(np.isfinite(low) & (low > 0), low, high)[met]
    bound[met] = np.nan
    return Outcome(status, value, bound)
