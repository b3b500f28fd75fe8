"""A reader of a small masked table: sums typed by hand, whole-number programmes by scipy.

Shares no code with the engine nor with its audit, so that agreement between them means something.
A name in a sum that is no figure of the table is a remainder: zero or more people.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

LEAST = 5  # « au moins 5 allocataires »
MANY = 5000  # more than any figure of these worlds

Known = Mapping[str, float | None]
Sum = Mapping[str, int]  # Σ coef·figure = 0


def less(whole: str, *parts: str, rest: str | None = None) -> dict[str, int]:
    """Whole = parts, and a remainder when there is one."""
    return {whole: 1, **dict.fromkeys(parts, -1), **({rest: -1} if rest else {})}


def bounds(known: Known, sums: Iterable[Sum]) -> dict[str, tuple[float, float]]:
    """Least and greatest whole number that each hidden figure, or remainder, may be."""
    sums = list(sums)
    names = sorted({name for one in sums for name in one} | set(known))
    unknown = [name for name in names if known.get(name) is None]
    rows = np.array([[one.get(name, 0) for name in unknown] for one in sums], dtype=float)
    told = np.array([sum(c * (known.get(name) or 0) for name, c in one.items()) for one in sums])
    found = {}
    for k, name in enumerate(unknown):
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(unknown))
            cost[k] = sign
            made = milp(
                cost,
                constraints=LinearConstraint(rows, -told, -told),
                bounds=Bounds(0, MANY),
                integrality=np.ones(len(unknown)),
            )
            assert made.status == 0, made.message
            ends.append(round(sign * made.fun))
        found[name] = (ends[0], ends[1])
    return found


def leaks(known: Known, sums: Iterable[Sum]) -> dict[str, tuple[float, float]]:
    """Whatever a reader knows to be below five, a zero included."""
    return {name: ends for name, ends in bounds(known, sums).items() if ends[1] < LEAST}
