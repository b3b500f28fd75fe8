"""A theme at a glance: what each indicator says here, against a reference, and over time.

One ``Fact`` an indicator, from masked cells only.  What has no figure here is listed with the
reason: under secrecy, or awaited and from whom.  Nothing below ranks or averages a hidden cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ctg_data import dating, fr
from ctg_data.catalogue.cards import ORIGINS, Indicator
from ctg_data.catalogue.themes import SECTIONS, Theme
from ctg_data.diagnosis import comparing, reading
from ctg_data.diagnosis.reading import Move
from ctg_data.model import AS_TOLD, Level, PublicStatus
from ctg_data.release.bounds import told
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

ZONES = AS_TOLD
LATEST = 0  # in place of a year: the last one known of each indicator


class Reference(Protocol):
    """What a place is compared with."""

    @property
    def name(self) -> str:
        """Its name, article included."""

    @property
    def zone(self) -> Zone | None:
        """The place it is, when it is a single one."""

    def cell(self, data: Workspace, indicator: Indicator, period: int) -> Cell:
        """Its figure of one year."""


class Reach(StrEnum):
    """Where the figures of an indicator are."""

    HERE = "here"  # in the commune
    ZONES = "zones"  # below it only
    AROUND = "around"  # in its intercommunalité only
    MASKED = "masked"  # everywhere under secrecy
    AWAITED = "awaited"  # nowhere


@dataclass(frozen=True)
class Fact:
    """One indicator of a theme: its cell, its gap with the reference, its last move."""

    indicator: Indicator
    reach: Reach
    place: Zone
    cell: Cell
    gap: Move | None
    before: Cell | None
    move: Move | None

    @property
    def known(self) -> bool:
        """Whether there is at least one figure to show."""
        return self.reach not in (Reach.MASKED, Reach.AWAITED)

    @property
    def alert(self) -> bool:
        """« Défavorable et qui se dégrade »: against the reference, and against itself before."""
        sides = (self.gap, self.move)
        return all(one is not None and one.favourable < 0 for one in sides)


@dataclass(frozen=True)
class Diagnosis:
    """A theme read against one reference; ``year`` is ``LATEST`` or the year asked for."""

    theme: Theme
    reference: Reference
    year: int
    facts: tuple[Fact, ...]

    def section(self, name: str) -> list[Fact]:
        """The facts of one section with figures, in the order of the theme."""
        kinds = SECTIONS[name]
        return [one for one in self.facts if one.known and one.indicator.kind in kinds]

    @property
    def figures(self) -> list[Fact]:
        """Key figures of the commune, in the order declared."""
        by_code = {one.indicator.code: one for one in self.facts}
        listed = [by_code[code] for code in self.theme.figures if code in by_code]
        return [one for one in listed if one.cell.told]

    @property
    def unknown(self) -> list[Fact]:
        """Indicators without any figure here."""
        return [one for one in self.facts if not one.known]

    @property
    def alerts(self) -> list[Fact]:
        """What is worse than the reference and getting worse."""
        return [one for one in self.facts if one.alert]


def diagnosis(data: Workspace, theme: Theme, reference: Reference, year: int) -> Diagnosis:
    """Read every indicator of a theme."""
    facts = tuple(_fact(data, one, reference, year) for one in theme.indicators())
    return Diagnosis(theme, reference, year, facts)


def table_of(data: Workspace, indicator: Indicator, reference: Reference) -> MaskedTable:
    """The indicator everywhere; a shortfall is that of the chosen reference."""
    zone = reference.zone
    if not indicator.compute.against_reference or zone is None:
        return data.table(indicator)
    return data.table(indicator, (str(zone.level), zone.code))


def years(data: Workspace, theme: Theme) -> list[int]:
    """Years with a figure of the theme in the commune, latest first; none to come."""
    place = data.territory.commune
    found: set[int] = set()
    for one in (card for card in theme.indicators() if not card.compute.looks_ahead):
        found |= set(data.table(one).where(level=str(place.level), code=place.code).periods)
    return dating.years(found)


def zone_levels(data: Workspace, indicator: Indicator) -> list[Level]:
    """Levels below the commune with at least one figure, QPV first."""
    table = data.table(indicator)
    return [one for one in ZONES if table.where(level=str(one)).shown]


def newest(table: MaskedTable, year: int = LATEST) -> MaskedTable:
    """One year of one generation of boundaries: the one asked for, else the last with figures."""
    if not table.shown:
        return table
    frame = table.frame
    shown = frame[told(frame)]
    asked = shown[shown["period"] == year]
    kept = asked if len(asked) else shown
    vintage = int(kept["vintage"].max())
    period = dating.newest_first(kept[kept["vintage"] == vintage]["period"])[0]
    return table.where(vintage=vintage, period=period)


def awaited_from(indicator: Indicator) -> str:
    """Who will provide what is missing, as its card says."""
    return fr.listed([ORIGINS[one] for one in indicator.origin])


def _fact(data: Workspace, indicator: Indicator, reference: Reference, year: int) -> Fact:
    table = table_of(data, indicator, reference)
    # neither depends on all that is chosen: of a table, and of a year of it
    place, reach = data.once(("place", indicator.id, table), lambda: _place(data, indicator, table))
    cell, before = data.once(
        ("last two", indicator.id, table, year), lambda: _last_two(table, place, year, indicator)
    )
    gap = _gap(data, indicator, cell, reference) if cell.told else None
    if reference.zone == place:
        gap = None
    move = reading.evolution(before, cell, indicator) if before else None
    return Fact(indicator, reach, place, cell, gap, before, move)


def _gap(data: Workspace, indicator: Indicator, cell: Cell, reference: Reference) -> Move | None:
    """None where it would only say that there is nothing to compare with."""
    if indicator.compute.against_reference:
        return None
    other = reference.cell(data, indicator, cell.period)
    return reading.gap(cell, other, reference.name, indicator) if other.told else None


def _place(data: Workspace, indicator: Indicator, table: MaskedTable) -> tuple[Zone, Reach]:
    """The commune when it has figures, else where they are."""
    here, around = data.territory.commune, data.territory.epci
    if _of(table, here).shown:
        return here, Reach.HERE
    if zone_levels(data, indicator):
        return here, Reach.ZONES
    if _of(table, around).shown:
        return around, Reach.AROUND
    mine = table.where(level=[str(here.level), *map(str, ZONES)])
    hidden = (mine.frame["status"] == str(PublicStatus.SECRET)).any()
    return here, Reach.MASKED if hidden else Reach.AWAITED


def _last_two(
    table: MaskedTable, place: Zone, year: int, indicator: Indicator
) -> tuple[Cell, Cell | None]:
    """The cell of the year asked for (the last known, where it is not) and the one before it."""
    rows = _of(table, place)
    known = rows.periods
    level, code = str(place.level), place.code
    if not known:
        return rows.cell(level, code), None
    period = year if year in known else known[0]
    earlier = comparing.earlier(known, period, indicator)
    before = None if earlier is None else rows.cell(level, code, earlier)
    return rows.cell(level, code, period), before


def _of(table: MaskedTable, zone: Zone) -> MaskedTable:
    return table.where(level=str(zone.level), code=zone.code)


def first(facts: Sequence[Fact], codes: Sequence[str]) -> Fact | None:
    """The first fact among codes, else the first of all."""
    by_code = {one.indicator.code: one for one in facts}
    return next((by_code[code] for code in codes if code in by_code), next(iter(facts), None))
