"""Where the territory stands: its key figures, and what moved since the year before.

Sentences only from masked cells, through ``reading``.  Nothing here ranks a hidden cell or
calls a move what rounding alone can make.
"""

from dataclasses import dataclass

from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import comparing, reading
from ctg_data.diagnosis.reading import Move
from ctg_data.model import producers
from ctg_data.release.masked import Cell
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

# population, foyers, personnes, RSA, prime d'activité, aides au logement, accueil, pauvreté
KEY = ("CTX01", "CTX02", "CTX03", "AD01A", "AD02A", "AS01", "PE11", "CTX05")


@dataclass(frozen=True)
class KeyFigure:
    """One figure of the territory, its year before and its intercommunalité, in words."""

    indicator: Indicator
    cell: Cell
    move: Move | None
    gap: Move | None
    producer: str


@dataclass(frozen=True)
class Change:
    """One indicator from a year to the next one at hand."""

    indicator: Indicator
    before: Cell
    after: Cell
    move: Move
    weight: float  # relative size, to order the list


@dataclass(frozen=True)
class Overview:
    """What the page « Accueil » says."""

    figures: tuple[KeyFigure, ...]
    changes: tuple[Change, ...]
    steady: tuple[Change, ...]  # those that did not move beyond rounding


def overview(data: Workspace, whole: str) -> Overview:
    """The overview of a territory, made once for all its readers.

    Args:
        data: the territory.
        whole: its intercommunalité in words, article included.
    """
    return data.once(("overview", whole), lambda: _overview(data, whole))


def _overview(data: Workspace, whole: str) -> Overview:
    figures = tuple(_key_figure(data, code, whole) for code in KEY)
    moved = [
        one for one in (_change(data, one) for one in _followed(data)) if one and one.move.made
    ]
    moved.sort(key=lambda one: -one.weight)
    return Overview(
        figures,
        tuple(one for one in moved if not one.move.stable),
        tuple(one for one in moved if one.move.stable),
    )


def _key_figure(data: Workspace, code: str, whole: str) -> KeyFigure:
    indicator = data.indicator(code)
    place, around = data.territory.commune, data.territory.epci
    cell = data.cell(indicator, place)
    other = _same_year(data, indicator, around, cell.period)
    pair = _last_two(data, indicator, place)
    return KeyFigure(
        indicator=indicator,
        cell=cell,
        move=reading.evolution(*pair, indicator) if pair else None,
        gap=reading.gap(cell, other, whole, indicator) if other.told else None,
        producer=_producers(data, indicator, place, *([around] if other.told else [])),
    )


def _followed(data: Workspace) -> list[Indicator]:
    """Indicators that tell a change: a share moves with its parts and would say it twice."""
    return [one for one in data.indicators() if one.compute.as_published]


def _change(data: Workspace, indicator: Indicator) -> Change | None:
    pair = _last_two(data, indicator, data.territory.commune)
    if pair is None:
        return None
    before, after = pair
    move = reading.evolution(before, after, indicator)
    return Change(indicator, before, after, move, _weight(before, after, indicator))


def _weight(before: Cell, after: Cell, indicator: Indicator) -> float:
    """The relative size of a move; none under 100, where a few households make a large one."""
    if not before.value or after.value is None:
        return 0.0
    if indicator.is_count and before.value < reading.LEAST_BASE:
        return 0.0
    return abs(after.value - before.value) / before.value


def _last_two(data: Workspace, indicator: Indicator, place: Zone) -> tuple[Cell, Cell] | None:
    """The last two years that compare; none across a break of series."""
    level, code = str(place.level), place.code
    rows = data.table(indicator).where(level=level, code=code)
    if len(rows.periods) < 2:
        return None
    last = rows.periods[0]
    before = comparing.earlier(rows.periods, last, indicator)
    if before is None or indicator.breaks_between(before, last):
        return None
    if last - before < indicator.years_apart:
        return None
    return rows.cell(level, code, before), rows.cell(level, code, last)


def _same_year(data: Workspace, indicator: Indicator, place: Zone, period: int) -> Cell:
    rows = data.table(indicator).where(level=str(place.level), code=place.code)
    return rows.cell(str(place.level), place.code, period)


def _producers(data: Workspace, indicator: Indicator, *places: Zone) -> str:
    """Who gives the figure, and the one it is compared with."""
    rows = data.table(indicator)
    latest = [rows.where(level=str(one.level), code=one.code).latest() for one in places]
    return producers(one for part in latest for one in part.citations)
