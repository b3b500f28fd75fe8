"""One change from a year to the next: what may be said of it, and which is told first."""

from collections.abc import Iterable
from dataclasses import dataclass

from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis.reading import LEAST_BASE, Move
from ctg_data.release.masked import Cell
from ctg_data.territory.config import Zone

LARGE = 0.30  # beyond, a change of scope is as likely as a change of life


@dataclass(frozen=True)
class Evolution:
    """One indicator of one place, from a year to the next one at hand."""

    indicator: Indicator
    zone: Zone
    before: Cell
    after: Cell
    move: Move

    @property
    def share(self) -> float | None:
        """The relative change; None where it would say more than the counts bear."""
        first, last = self.before.value, self.after.value
        if first is None or last is None or not self.indicator.is_count or first < LEAST_BASE:
            return None
        return (last - first) / first

    @property
    def told(self) -> bool:
        """Whether there is a change to tell: neither hidden, nor cut, nor within rounding."""
        known = self.before.value is not None and self.after.value is not None
        cut = self.indicator.breaks_between(self.before.period, self.after.period)
        return known and not cut and not self.move.stable

    @property
    def compared(self) -> bool:
        """Whether the two years say something together, be it that nothing moved."""
        return self.told or self.move.stable

    @property
    def doubtful(self) -> bool:
        """Whether it is large enough to be checked with the CAF before it is quoted."""
        return self.share is not None and abs(self.share) >= LARGE


@dataclass(frozen=True)
class Alert:
    """« Défavorable et qui se dégrade »: worse than the reference, and worse than last year."""

    evolution: Evolution
    gap: Move


def in_order(found: Iterable[Evolution | None]) -> tuple[Evolution, ...]:
    """What can be compared, the most telling first."""
    return tuple(sorted((one for one in found if one), key=_weight))


def _weight(one: Evolution) -> tuple[int, float, str]:
    """Order: percents, then points and small counts, then what is stable, then what is hidden."""
    if not one.told:
        return (2 if one.move.stable else 3, 0.0, one.zone.label)
    if one.share is None:
        return (1, -points(one), one.zone.label)
    return (0, -abs(one.share), one.zone.label)


def points(one: Evolution) -> float:
    """By how much the figure moved, in its own unit, whatever the way."""
    return abs((one.after.value or 0.0) - (one.before.value or 0.0))
