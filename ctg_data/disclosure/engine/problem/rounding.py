"""Figures that producers print rounded: what is printed, and which numbers it may stand for."""

from __future__ import annotations

import numpy as np

from ctg_data.disclosure.engine.problem.stated_rounding import Rounding

READINGS = ("nearest", "down")  # how a producer that does not say may have rounded


def rounds_to(value: float, rounding: Rounding) -> float:
    """Return the figure that a producer prints for a value (to the nearest when it does not say).

    >>> rounds_to(66, Rounding(5, "nearest")), rounds_to(66, Rounding(5, "up"))
    (65.0, 70.0)
    """
    base = float(rounding.base)
    if rounding.mode == "down":
        return float(np.floor(value / base) * base)
    if rounding.mode == "up":
        return float(np.ceil(value / base) * base)
    return float(np.floor(value / base + 0.5) * base)


def rounding_interval(published: float, rounding: Rounding) -> tuple[float, float]:
    """Return the least and greatest whole numbers that a producer prints as `published`.

    A reading of ties (up or to even) is not supposed: what is proved inside holds under each.
    Of a producer that does not say, the interval is the one common to its two readings.

    >>> rounding_interval(65, Rounding(5, "nearest")), rounding_interval(65, Rounding(5, "down"))
    ((63.0, 67.0), (65.0, 69.0))
    """
    half = float((rounding.base - 1) // 2)
    low = published - {"down": 0.0, "both": 0.0, "up": rounding.base - 1.0}.get(rounding.mode, half)
    high = published + {"down": rounding.base - 1.0, "up": 0.0}.get(rounding.mode, half)
    return max(low, 0.0), high


def could_be(value: float, published: float, rounding: Rounding) -> bool:
    """Say whether a producer may print `published` for a value, a half going either way.

    >>> could_be(104, 100, Rounding(5, "both")), could_be(104, 100, Rounding(5, "nearest"))
    (True, False)
    """
    if rounding.mode == "both":
        return any(could_be(value, published, Rounding(rounding.base, mode)) for mode in READINGS)
    low, high = rounding_interval(published, rounding)
    tie = rounding.mode == "nearest" and abs(value - published) * 2 == rounding.base
    return low <= value <= high or tie
