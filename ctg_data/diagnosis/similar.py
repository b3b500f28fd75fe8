"""« Communes semblables »: those of a size and a poverty near ours, by criteria told on screen.

Both figures are published ones, of the same year for every commune.  A commune with one of them
hidden or missing is not chosen: nothing is guessed about it.
"""

from dataclasses import dataclass
from statistics import median

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.model import Level, PublicStatus
from ctg_data.release.masked import Cell
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

POPULATION, POVERTY = "CTX01", "CTX05"
LEAST_TIMES, MOST_TIMES = 0.5, 2.0  # of our population
POINTS = 5.0  # of poverty, on either side
ENOUGH = 3  # communes with a figure: the middle of two is nobody's


@dataclass(frozen=True)
class Similar:
    """The communes chosen, and the criteria in words, figures included."""

    zones: tuple[Zone, ...]
    criteria: str


def similar(data: Workspace) -> Similar:
    """The communes like ours among those whose figures are at hand."""
    place = data.territory.commune
    people, poor = (data.cell(data.indicator(one), place) for one in (POPULATION, POVERTY))
    if people.value is None or poor.value is None:
        return Similar((), "population ou taux de pauvreté de la commune non disponible")
    size = (LEAST_TIMES * people.value, MOST_TIMES * people.value)
    rate = (poor.value - POINTS, poor.value + POINTS)
    told = (
        f"entre {fr.number(size[0])} et {fr.number(size[1])} habitants ({people.moment.told}) "
        f"et un taux de pauvreté entre {fr.number(rate[0], 1)} et {fr.number(rate[1], 1)} % "
        f"({poor.moment.told})"
    )
    chosen = [
        one
        for one in _known(data, people.period)
        if _within(data, POPULATION, one, people.period, size)
        and _within(data, POVERTY, one, poor.period, rate)
    ]
    return Similar(tuple(chosen), told)


def awaited(data: Workspace) -> tuple[Zone, ...]:
    """Communes proposed by the territory whose size or poverty no update has brought yet."""
    asked = [data.table(data.indicator(one)) for one in (POPULATION, POVERTY)]
    known = [set(table.where(level=str(Level.COMMUNE)).frame["code"]) for table in asked]
    return tuple(one for one in data.territory.comparables if any(one.code not in k for k in known))


def middle(data: Workspace, zones: tuple[Zone, ...], indicator: Indicator, period: int) -> Cell:
    """The median of published rates; none under three figures, nor for counts.

    A rate known by a bound alone enters none: where there is one, nobody knows which is the middle.
    """
    rows = data.table(indicator)
    cells = [rows.cell(str(one.level), one.code, period) for one in zones]
    values = [one.value for one in cells if one.value is not None]
    if indicator.is_count or len(values) < ENOUGH or any(one.bound_words for one in cells):
        return Cell(None, PublicStatus.NON_DISPONIBLE, period, indicator.unit)
    rounded = any(one.rounded for one in cells)
    status = PublicStatus.ARRONDI if rounded else PublicStatus.DIFFUSE
    return Cell(median(values), status, period, indicator.unit)


def _known(data: Workspace, period: int) -> list[Zone]:
    """Every other commune with a population, in the order of their codes."""
    rows = data.table(data.indicator(POPULATION)).where(level=str(Level.COMMUNE), period=period)
    level, mine = Level.COMMUNE, data.territory.commune.code
    codes = sorted(set(rows.frame["code"]) - {mine})
    return [Zone(level, one, period, data.label(str(level), one)) for one in codes]


def _within(
    data: Workspace, code: str, zone: Zone, period: int, bounds: tuple[float, float]
) -> bool:
    value = data.cell(data.indicator(code), zone, period).value
    return value is not None and bounds[0] <= value <= bounds[1]
