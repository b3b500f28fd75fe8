"""Classes of a map: the same limits for every year and every level, readable numbers, words.

Those of values come from the finest level that has numbers: a zone keeps its colour when the
level changes.  And from numbers that are shown, never from a hidden one, so that a limit gives
nothing away.  Those of gaps come from the reference alone: the same bands around it everywhere.
"""

import bisect
import math
from dataclasses import dataclass

import numpy as np

from ctg_data import fr
from ctg_data.model import AS_TOLD, Level
from ctg_data.release.masked import MaskedTable
from geo.maps.palette import DIVERGING, SEQUENTIAL

FINEST = (*reversed(AS_TOLD), Level.COMMUNE)
STEPS = (5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05)  # of the magnitude of the spread
# Shares of the reference: the same bands at every level and every year
BANDS = (0.6, 0.85, 1.0, 1.15, 1.4)


@dataclass(frozen=True)
class Classes:
    """Limits between classes, a value equal to a limit being in the upper one.

    Attributes:
        limits: between classes, in order; one fewer than the colours.
        colours: from the lowest class to the highest.
        decimals: of the numbers shown; values are classed as they are printed, gaps exactly.
        unit: written after the numbers of the legend.
        reference: name of what gaps are measured from; empty for values.
        middle: what gaps are measured from.
    """

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    decimals: int
    unit: str
    reference: str = ""
    middle: float = 0.0

    @property
    def distance_unit(self) -> str:
        """Written after a difference: two percentages differ by points."""
        return "points" if self.unit == "%" else self.unit

    def held(self, rank: int) -> bool:
        """Whether a number can fall in a class: limits that round to one number leave none."""
        return not 0 < rank < len(self.limits) or self.limits[rank - 1] < self.limits[rank]

    def rank(self, value: float) -> int:
        """The class of a value.

        >>> Classes((40.0,), ("#fff", "#000"), 1, "%").rank(39.96)
        1
        """
        exact = value + 1e-9 if self.reference else round(value, self.decimals)
        return bisect.bisect_right(self.limits, exact)

    def words(self, rank: int) -> str:
        """A class in words."""
        return self._gap_words(rank) if self.reference else self._value_words(rank)

    def detail(self, rank: int) -> str:
        """What a class of gaps makes in numbers, the year of its reference."""
        return self._value_words(rank) if self.reference else ""

    def _value_words(self, rank: int) -> str:
        unit = f"{fr.WIDE}{self.unit}" if self.unit else ""
        if not self.limits:
            return "valeurs affichées"
        if rank == 0:
            return f"moins de {self._written(self.limits[0])}{unit}"
        low = self._written(self.limits[rank - 1])
        if rank == len(self.limits):
            return f"{low}{unit} ou plus"
        return f"de {low} à moins de {self._written(self.limits[rank])}{unit}"

    def _gap_words(self, rank: int) -> str:
        """How many times the reference."""
        told = [fr.number(one, 0 if one == 1 else 2) for one in BANDS]
        if rank == 0:
            return f"moins de {told[0]} fois {self.reference}"
        if rank == len(BANDS):
            return f"{told[-1]} fois ou plus"
        return f"de {told[rank - 1]} à {told[rank]} fois"

    def _written(self, value: float) -> str:
        decimals = next((d for d in range(3) if round(value, d) == round(value, 6)), 2)
        return fr.number(value, decimals)


def of_values(table: MaskedTable, decimals: int, unit: str) -> Classes:
    """Five classes of about as many zones each, over every year of the finest level shown."""
    groups = [table.where(level=str(one)).frame["value"].dropna() for one in FINEST]
    finest = next((one for one in groups if len(one)), groups[-1])
    values = np.round(finest.to_numpy(dtype=float), decimals)
    limits = _readable(values, decimals)
    kept = np.linspace(0, len(SEQUENTIAL) - 1, len(limits) + 1).round().astype(int)
    colours = tuple(SEQUENTIAL[i] for i in kept) if limits else (SEQUENTIAL[1],)
    return Classes(limits, colours, decimals, unit)


def of_gaps(reference: float, decimals: int, unit: str, name: str) -> Classes:
    """Six classes around a reference, by how many times it a zone counts.

    >>> of_gaps(40.0, 1, "%", "la ville").limits
    (24.0, 34.0, 40.0, 46.0, 56.0)
    """
    limits = tuple(reference * one for one in BANDS)
    return Classes(limits, DIVERGING, decimals, unit, name, reference)


def _readable(values: np.ndarray, decimals: int) -> tuple[float, ...]:
    """Quintiles on the roundest numbers that still tell the classes apart."""
    distinct = np.unique(values)
    parts = min(len(SEQUENTIAL), len(distinct))
    if parts < 2:
        return ()
    wanted = np.quantile(values, [k / parts for k in range(1, parts)])
    spread = float(distinct[-1] - distinct[0])
    scale = 10.0 ** math.floor(math.log10(spread))
    best: tuple[float, ...] = ()
    for step in (scale * one for one in STEPS):
        if step < 10.0**-decimals * 0.999:
            break
        rounded = sorted({round(math.floor(one / step + 0.5) * step, 6) for one in wanted})
        kept = tuple(one for one in rounded if distinct[0] < one <= distinct[-1])
        if len(kept) > len(best):
            best = kept
        if len(best) == parts - 1 and _balanced(values, best):
            break
    return best or (float(distinct[1]),)  # nearly all at the lowest value


def _balanced(values: np.ndarray, limits: tuple[float, ...]) -> bool:
    """No class holds less than half, or more than twice, its share."""
    counts = np.bincount(np.searchsorted(limits, values, side="right"), minlength=len(limits) + 1)
    share = len(values) / len(counts)
    return bool(counts.min() >= share / 2 and counts.max() <= share * 2)


def rounded_to(value: float, least: float) -> float:
    """1, 2 or 5 times a power of ten, near a value and never under ``least``.

    >>> rounded_to(1988, 1), rounded_to(0.3, 1)
    (2000.0, 1)
    """
    if value <= least:
        return least
    power = 10.0 ** math.floor(math.log10(value))
    return max(least, min((k * power for k in (1, 2, 5, 10)), key=lambda one: abs(one - value)))
