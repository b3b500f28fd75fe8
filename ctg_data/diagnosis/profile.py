"""The profile of one place: every indicator, how it compares, how it moved, who resembles it.

From masked cells only: a place is compared by what may be shown of it, and one whose size is
hidden resembles nobody.
"""

import math
from dataclasses import dataclass

from ctg_data.catalogue.cards import THEMES, Indicator
from ctg_data.diagnosis import comparing, reading
from ctg_data.diagnosis.reading import Move
from ctg_data.model import Sign
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

SIZE = "CTX02"  # foyers allocataires: what zones are matched by
LOOKALIKES = 3
RATIO = 2.0  # a lookalike has from half to twice as many households


@dataclass(frozen=True)
class Line:
    """One indicator in one place.

    Attributes:
        cell: its latest number, else the sign of its latest year.
        series: every year of the place and its generation of outlines.
        gap: against the first reference known the same year, none when there is none.
        move: since the year before in the series, none when it is the only one.
    """

    indicator: Indicator
    cell: Cell
    series: MaskedTable
    gap: Move | None
    move: Move | None

    @property
    def judged(self) -> bool:
        """Whether a gap and a move are known, of an indicator that one sense makes better."""
        compared = all(one is not None and one.made for one in (self.gap, self.move))
        return compared and bool(self.indicator.favourable) and not self.indicator.is_count

    @property
    def worrying(self) -> bool:
        """Unfavourable against the reference, and getting worse."""
        return bool(self.gap and self.move and self.gap.favourable < 0 and self.move.favourable < 0)


@dataclass(frozen=True)
class Profile:
    """All that may be said of one place.

    ``themes`` holds the lines of each theme; ``hidden`` counts the indicators under secrecy,
    ``absent`` those that nobody gives at this level, ``unavailable`` those given here without a
    number.
    """

    zone: Zone
    reference: Zone | None
    themes: dict[str, tuple[Line, ...]]
    hidden: int
    absent: int

    @property
    def unavailable(self) -> int:
        """How many lines have no number, and are no secret."""
        return sum(not one.cell.told and one.cell.sign is not Sign.SECRET for one in self.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order of the themes."""
        return tuple(line for lines in self.themes.values() for line in lines)


def profile(data: Workspace, zone: Zone, reference: Zone | None, name: str) -> Profile:
    """The profile of a place.

    Args:
        data: the territory.
        zone: the place.
        reference: what it is compared with; none for a place without a wider one.
        name: the reference in words, with its article.
    """
    themes: dict[str, list[Line]] = {theme: [] for theme in THEMES}
    hidden = absent = 0
    for indicator in data.indicators():
        if zone.level not in indicator.levels:
            continue
        line = _line(data, indicator, zone, reference, name)
        if not len(line.series):
            absent += 1
            continue
        hidden += line.cell.sign is Sign.SECRET
        themes[indicator.theme].append(line)
    kept = {theme: tuple(lines) for theme, lines in themes.items() if lines}
    return Profile(zone, reference, kept, hidden, absent)


def _line(
    data: Workspace, indicator: Indicator, zone: Zone, reference: Zone | None, name: str
) -> Line:
    series = data.table(indicator).where(level=str(zone.level), code=zone.code)
    shown = series.periods
    cell = series.cell(str(zone.level), zone.code, shown[0] if shown else None)
    gap = move = None
    if reference is not None and cell.told and not indicator.compute.against_reference:
        other = data.cell(indicator, reference, cell.period)
        if other.told:
            gap = reading.gap(cell, other, name, indicator)
    earlier = comparing.earlier(shown, cell.period, indicator)
    if earlier is not None:
        before = series.cell(str(zone.level), zone.code, earlier)
        move = reading.evolution(before, cell, indicator)
    return Line(indicator, cell, series, gap, move)


def alike(data: Workspace, zone: Zone) -> tuple[Zone, ...]:
    """The places of the same level whose number of households is closest, the closest first.

    From half to twice the number, the same year and the same generation of outlines; none when
    that number may not be shown.
    """
    size = data.cell(data.indicator(SIZE), zone)
    if not size.value:
        return ()
    found = []
    for other in data.territory.zones(zone.level, zone.vintage):
        if other.code == zone.code:
            continue
        cell = data.cell(data.indicator(SIZE), other, size.period)
        if cell.value and 1 / RATIO <= cell.value / size.value <= RATIO:
            found.append((abs(math.log(cell.value / size.value)), other))
    found.sort(key=lambda pair: pair[0])
    return tuple(other for _, other in found[:LOOKALIKES])
