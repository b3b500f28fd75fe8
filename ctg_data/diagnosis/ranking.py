"""Zones in order, with what the order is worth: a rank is a range, « rang 2 à 4 ».

Two things blur a rank: what the producer rounded, and how few people stand behind a rate.  A
count of people is taken as one draw among those that another year could have given (Poisson for
a count, Wilson's interval for a share), at 95 %.  Places and published rates move by their
printed decimals only.  A zone known by a bound may be anywhere beyond it: its rank, and those of
the zones that it may overtake, are ranges too.  Hidden zones have no rank and no interval, and are
listed apart.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.operands import pick, split
from ctg_data.diagnosis.reading import ROUNDING_NOISE
from ctg_data.model import PublicStatus, Sign
from ctg_data.natures import PEOPLE
from ctg_data.observations import variables
from ctg_data.release.bounds import told
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.workspace import Workspace

NORMAL_95 = 1.96
HALF = 0.5 - 1e-9  # of a last digit: a half is printed as the next one
Place = tuple[str, str]  # (level, code)


@dataclass(frozen=True)
class Part:
    """One operand of an indicator in one zone, and how much of it counts."""

    operand: str
    cell: Cell
    weight: float = 1.0


@dataclass(frozen=True)
class Span:
    """The values that rounding and small numbers leave possible."""

    low: float
    high: float


@dataclass(frozen=True)
class Standing:
    """One zone with a figure: its value, its interval, and the ranks it may hold.

    Of a zone that ``cell`` tells by a bound, ``value`` is the bound and ``span`` is open on the
    side where it may go.
    ``side`` is +1 when even the low end is above the reference, -1 when even the high end is
    below, 0 when nothing can be said.
    """

    place: Place
    value: float
    span: Span
    best: int
    last: int
    side: int
    cell: Cell

    @property
    def bound(self) -> str:
        """« au moins » or « au plus »; empty for a figure."""
        return self.cell.bound_words

    @property
    def rank(self) -> str:
        """« 2 », or « 2 à 4 »."""
        return str(self.best) if self.best == self.last else f"{self.best} à {self.last}"


@dataclass(frozen=True)
class Ranking:
    """Zones in order, the most worrying first; the others apart, by reason.

    ``counted`` tells whether the intervals come from counts of people: without them a rank is
    that of the published figures, and « nettement » would say more than is known.
    """

    standings: tuple[Standing, ...]
    masked: tuple[Place, ...]
    missing: tuple[Place, ...]
    counted: bool

    @property
    def bounded(self) -> int:
        """How many zones are known by a bound alone."""
        return sum(bool(one.bound) for one in self.standings)


def ranking(
    data: Workspace, indicator: Indicator, table: MaskedTable, reference: Cell | None = None
) -> Ranking:
    """Order the zones of ``table``, one row a zone, of one year.

    The first is the least favourable where the card says what is favourable, else the largest.
    """
    frame = table.frame
    known = told(frame)
    rows, silent = (part.to_dict("records") for part in (frame[known], frame[~known]))
    rising = indicator.favourable > 0
    shown = sorted(rows, key=_number, reverse=not rising)
    operands = _operands(data, indicator, table)
    spans = [_span(indicator, one, operands) for one in shown]
    standings = []
    for row, own in zip(shown, spans, strict=True):
        best, last = _ranks(own, spans, rising=rising)
        side = _side(own, reference)
        cell = table.cell(*_place(row), int(row["period"]))
        standings.append(Standing(_place(row), _number(row), own, best, last, side, cell))
    masked = tuple(_place(one) for one in silent if one["sign"] == Sign.SECRET)
    missing = tuple(_place(one) for one in silent if one["sign"] != Sign.SECRET)
    counted = any(map(_people, operands))
    return Ranking(tuple(standings), masked, missing, counted)


def _place(row: dict[Hashable, Any]) -> Place:
    return str(row["level"]), str(row["code"])


def _number(row: dict[Hashable, Any]) -> float:
    """A value, or the bound that is told in its place."""
    return float(row["bound"] if row["sign"] else row["value"])


def _operands(data: Workspace, indicator: Indicator, table: MaskedTable) -> dict[str, MaskedTable]:
    """What the indicator is made of, at the places and years of ``table``."""
    if indicator.compute.shape is None:  # its operands are not counts one by one
        return {}
    frame = table.frame
    periods = {*frame["period"], *frame["against"]}
    kept = {"level": list(frame["level"].unique()), "period": list(periods)}
    return {one: pick(data.release, one).where(**kept) for one in indicator.compute.operands}


def _span(indicator: Indicator, row: dict[Hashable, Any], operands: dict[str, MaskedTable]) -> Span:
    """The interval of one shown cell; that of a bound is open where the truth may go."""
    own = _drawn(indicator, row, operands)
    match PublicStatus(row["status"]):
        case PublicStatus.MINIMUM:
            return Span(own.low, math.inf)
        case PublicStatus.MAXIMUM:
            return Span(0.0, own.high)
    return own


def _drawn(
    indicator: Indicator, row: dict[Hashable, Any], operands: dict[str, MaskedTable]
) -> Span:
    """What rounding and small numbers leave of one cell, as if its bound were its value."""
    value, shape = _number(row), indicator.compute.shape
    cells = {
        one: rows.cell(*_place(row), _year(indicator, row, one)) for one, rows in operands.items()
    }
    if shape and shape.bottom:
        top, bottom = _parts(shape.top, cells), _parts(shape.bottom, cells)
        if shape.scale == 100 and all(map(_people, shape.operands)):
            return _share(top, bottom)
        scale, low, high = shape.scale, _count(top), _count(bottom)
        return Span(scale * low.low / high.high, scale * low.high / max(high.low, 1.0))
    if shape and any(map(_people, shape.operands)):
        own = _count(_parts(shape.top, cells))
        return Span(shape.scale * own.low, shape.scale * own.high)
    noise = HALF * 10.0**-indicator.decimals
    return Span(value - noise, value + noise)


def _year(indicator: Indicator, row: dict[Hashable, Any], operand: str) -> int:
    """The year of one operand of a cell: people may be of an earlier one."""
    how = indicator.compute
    lags = operand in {how.operands[i] for i in how.lagging}
    return int(row["against"] if lags and row["against"] else row["period"])


def _parts(terms: Sequence[tuple[str, float]], cells: dict[str, Cell]) -> list[Part]:
    return [Part(one, cells[one], weight) for one, weight in terms]


def _people(operand: str) -> bool:
    return variables()[split(operand)[0]].nature in PEOPLE


def _sum(parts: Sequence[Part]) -> tuple[float, float]:
    """The total, and by how much the producer's rounding may move it."""
    total = sum(one.weight * (one.cell.value or one.cell.bound or 0.0) for one in parts)
    return total, sum(one.weight * ROUNDING_NOISE / 2 for one in parts if one.cell.rounded)


def _count(parts: Sequence[Part]) -> Span:
    """A count: of people, a draw; of places, itself; rounded, a little more."""
    total, noise = _sum(parts)
    drawn = NORMAL_95 * math.sqrt(total) if all(_people(one.operand) for one in parts) else 0.0
    return Span(max(0.0, total - drawn - noise), total + drawn + noise)


def _share(top: Sequence[Part], bottom: Sequence[Part]) -> Span:
    """Wilson's interval of a share in percent, rounding of its parts included."""
    (count, blur), (whole, haze) = _sum(top), _sum(bottom)
    low = _wilson(max(0.0, count - blur) / (whole + haze), whole)[0]
    high = _wilson(min(1.0, (count + blur) / max(whole - haze, 1.0)), whole)[1]
    return Span(100 * low, 100 * high)


def _wilson(share: float, size: float) -> tuple[float, float]:
    squared = NORMAL_95**2
    middle = share + squared / (2 * size)
    half = NORMAL_95 * math.sqrt(share * (1 - share) / size + squared / (4 * size**2))
    return (middle - half) / (1 + squared / size), (middle + half) / (1 + squared / size)


def _ranks(own: Span, spans: Sequence[Span], *, rising: bool) -> tuple[int, int]:
    """Zones surely before this one, and surely after it."""
    above = sum(one.low > own.high for one in spans)
    below = sum(one.high < own.low for one in spans)
    before, after = (below, above) if rising else (above, below)
    return 1 + before, len(spans) - after


def _side(own: Span, reference: Cell | None) -> int:
    if reference is None or not reference.told:
        return 0
    least, most = reference.span
    return int(own.low > most) - int(own.high < least)
