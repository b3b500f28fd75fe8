"""The zones a theme is read in: what is known of them, and what it is kept by.

Readers make several choices at once; what a table of zones is made of depends on few of them.
"""

from dataclasses import dataclass, replace

from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import ranking, theme as diagnosis
from ctg_data.diagnosis.ranking import Ranking
from ctg_data.diagnosis.theme import LATEST, ZONES
from ctg_data.model import Level
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.workspace import Workspace
from ui.state.memo import remembered
from ui.themes import choice as theme_choice
from ui.themes.choice import Choice

TOLD_BY_PLACES = {"structures", "zones", "dispositifs"}  # present or absent: theme_schemes


@dataclass(frozen=True)
class Asked:
    """One indicator, at one level."""

    code: str
    level: Level


def bearing(data: Workspace, choice: Choice, asked: Asked) -> Choice:
    """What of a choice bears on the zones of a level: what they are made of is kept by it alone.

    A reference does for communes and for what is missing to reach it; a year without a figure
    there is the last one.
    """
    indicator = data.indicator(asked.code)
    if indicator.is_count or asked.level is not Level.COMMUNE:
        choice = _alone(data, choice, indicator)
    known = choice.year in _periods(data, choice, asked)
    return choice if known else replace(choice, year=LATEST)


def _alone(data: Workspace, choice: Choice, indicator: Indicator) -> Choice:
    """What of it bears on their figures: a reference, for what is missing to reach it only."""
    if indicator.compute.against_reference:
        return choice
    return replace(choice, reference=next(iter(theme_choice.references(data).values())))


def _periods(data: Workspace, choice: Choice, asked: Asked) -> frozenset[int]:
    alone = _alone(data, replace(choice, year=LATEST), data.indicator(asked.code))
    return _periods_of(data, alone, asked)


@remembered
def _periods_of(data: Workspace, choice: Choice, asked: Asked) -> frozenset[int]:
    return frozenset(_zones(data, choice, asked).periods)


@remembered
def offered(data: Workspace, choice: Choice) -> dict[str, tuple[Level, ...]]:
    """Indicators with figures in two zones of a level at least, and those levels."""
    order = {code: rank for rank, code in enumerate(choice.theme.where)}
    every = sorted(choice.theme.indicators(), key=lambda one: order.get(one.code, len(order)))
    levels = {one.code: _levels(data, _alone(data, choice, one), one.code) for one in every}
    return {code: some for code, some in levels.items() if some}


@remembered
def _levels(data: Workspace, choice: Choice, code: str) -> tuple[Level, ...]:
    indicator = data.indicator(code)
    if indicator.unit in TOLD_BY_PLACES:
        return ()
    wanted = (*ZONES, Level.COMMUNE) if not indicator.is_count else ZONES
    asked = [Asked(indicator.code, one) for one in wanted]
    return tuple(
        one.level for one in asked if table(data, bearing(data, choice, one), one).shown > 1
    )


def table(data: Workspace, choice: Choice, asked: Asked) -> MaskedTable:
    """One year of the zones of one level: those of the territory, not of all its producer's."""
    return _table(data, _alone(data, choice, data.indicator(asked.code)), asked)


@remembered
def _table(data: Workspace, choice: Choice, asked: Asked) -> MaskedTable:
    kept = _zones(data, choice, asked)
    if asked.level is Level.COMMUNE:
        year = choice.year if choice.year in kept.periods else kept.last.period
        return kept.where(period=year)
    return diagnosis.newest(kept, choice.year)


def _zones(data: Workspace, choice: Choice, asked: Asked) -> MaskedTable:
    """Every year of them."""
    rows = diagnosis.table_of(data, data.indicator(asked.code), choice.reference)
    known = [one.code for one in data.territory.zones(asked.level)]
    return rows.where(level=str(asked.level), code=known)


def base(data: Workspace, choice: Choice, asked: Asked) -> tuple[str, Cell | None]:
    """What zones are compared with: the commune; for communes, the chosen reference."""
    indicator = data.indicator(asked.code)
    period = table(data, choice, asked).last.period
    if indicator.is_count:
        return "", None
    commune = data.territory.commune
    if asked.level is Level.COMMUNE:
        cell, name = choice.reference.cell(data, indicator, period), choice.reference.name
    else:
        cell, name = data.cell(indicator, commune, period), commune.label
    return (name, cell) if cell.told else ("", None)


@remembered
def ranked(data: Workspace, choice: Choice, asked: Asked) -> Ranking:
    """They in their order, against what they are compared with."""
    _, cell = base(data, choice, asked)
    return ranking.ranking(data, data.indicator(asked.code), table(data, choice, asked), cell)
