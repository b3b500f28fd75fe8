"""What is offered, year by year and zone by zone: rows of the long table, for the gate.

Counted on 31 December.  Where the city says that the list of a type is full, no structure is a
true 0.  Where nobody says so, what is known is a lower bound, told for the last year that some
list speaks of: the register, and what producers publish besides.  A structure that stands nowhere
known may stand in any zone, and one whose places are not told may have some: bounds again, never a
0 for an unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ctg_data.model import Level, Status
from ctg_data.offer.candidates import Candidate
from ctg_data.offer.measures import Known, Line, Series, series, youth
from ctg_data.register.model import ZONINGS, Register
from ctg_data.sources.base import observations_of, row_of
from ctg_data.territory.config import TerritoryConfig

FIRST_QPV_2024, LAST_QPV_2015 = 2023, 2023  # December 2023 is published on both generations
QPV_IN_FORCE = 2024  # the perimeters of 2024 replace those of 2015 on 1 January 2024


@dataclass(frozen=True)
class Place:
    """One zone of one zoning; ``column`` is empty for the commune."""

    level: Level
    code: str
    vintage: int
    column: str = ""


@dataclass(frozen=True)
class Offer:
    """What is known of what is offered.

    Attributes:
        register: the city's.
        published: places that lists add to it, those set aside and those that move apart.
        citation: id of who says what is exact.
    """

    register: Register
    citation: str
    published: tuple[Candidate, ...] = ()

    def lists(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """The lists that have places of some types, by the id of their citation, in order."""
        found = {
            place.citation
            for one in self.published
            if one.line.kind in wanted
            for place in one.places
        }
        return tuple(sorted(found))

    @property
    def last(self) -> int | None:
        """The last year that some list speaks of."""
        dates = [one.source_date for one in self.register.structures]
        dates += [one.line.source_date for one in self.published]
        told = [int(one[:4]) for one in dates if one]
        return max(told, default=None)


def rows(offer: Offer, config: TerritoryConfig) -> pd.DataFrame:
    """Every row the lists give, competence zones apart (``reach``)."""
    exact: list[dict[str, Any]] = []
    bounded: dict[str, list[dict[str, Any]]] = {}  # by the citation of the lists they are made of
    for one in series():
        full = years(offer.register, one.kinds)
        if full:
            for year in full[-1:] if one.last_only else full:
                exact += _rows(offer, config, one, year)
        elif offer.last is not None:
            known = bounded.setdefault(bounds_of(offer.lists(one.kinds)), [])
            known += _rows(offer, config, one, offer.last, full=False)
    full = years(offer.register, youth())
    for year in full:
        exact += _without_youth(offer, config, year)
    if not full and offer.last is not None:
        known = bounded.setdefault(bounds_of(offer.lists(youth())), [])
        known += _without_youth(offer, config, offer.last, full=False)
    parts = [observations_of(exact, offer.citation)]
    parts += [observations_of(known, name) for name, known in bounded.items()]
    return pd.concat(parts, ignore_index=True)


def bounds_of(lists: Sequence[str]) -> str:
    """The id of the citation of what the register and some lists know at least.

    >>> bounds_of([])
    'registre_et_listes:registre'
    """
    return f"registre_et_listes:{'+'.join(lists) or 'registre'}"


def years(register: Register, wanted: Iterable[str]) -> range:
    """The years for which the lists of all these types are full."""
    starts = [register.complete.get(kind) for kind in wanted]
    known = [start for start in starts if start is not None]
    if not starts or len(known) < len(starts) or register.until is None:
        return range(0)
    return range(max(known), register.until + 1)


def places_of(config: TerritoryConfig, year: int) -> Iterator[Place]:
    """The commune and every zone of a year, QPV in the generations published that year."""
    commune = config.commune
    yield Place(commune.level, commune.code, commune.vintage)
    for column, (level, vintage) in ZONINGS.items():
        late = vintage == QPV_IN_FORCE and year < FIRST_QPV_2024
        if late or (vintage == 2015 and year > LAST_QPV_2015):
            continue
        for zone in config.zones(level, vintage or None):
            yield Place(level, zone.code, zone.vintage, column)


def lines_of(offer: Offer, kinds_wanted: Sequence[str], year: int, *, full: bool) -> list[Line]:
    """What is open in a year: the register, and what lists add where it is not full.

    A published place that is a structure of the register is that structure, and adds nothing.
    """
    found = [Line(one) for one in offer.register.open_in(year) if one.kind in kinds_wanted]
    if full:
        return found
    added = [one for one in offer.published if one.line.kind in kinds_wanted and not one.same]
    return found + [Line(one.line, one.perhaps, one.list) for one in added]


def _rows(
    offer: Offer, config: TerritoryConfig, one: Series, year: int, *, full: bool = True
) -> Iterator[dict[str, Any]]:
    commune = config.commune.code
    found = lines_of(offer, one.kinds, year, full=full)
    held = {column: _by_zone(found, column, commune) for column in ZONINGS}
    ours = [x for x in found if x.structure.commune == commune]
    for place in places_of(config, year):
        here = held[place.column].get(place.code, ()) if place.column else ours
        known = one.measure(here)
        whole = full and not (place.column and "" in held[place.column])
        yield row(place, year, (one.variable, one.category), known.within(whole=whole))


def _by_zone(found: Sequence[Line], column: str, commune: str) -> Mapping[str, list[Line]]:
    """Lines by the zone they stand in; under "" those of which it is not known."""
    held: dict[str, list[Line]] = {}
    for one in found:
        held.setdefault(one.structure.zone(column, commune), []).append(one)
    return held


def _without_youth(
    offer: Offer, config: TerritoryConfig, year: int, *, full: bool = True
) -> Iterator[dict[str, Any]]:
    """QPV where nothing for people of 12 to 25 stands: each of them 1 or 0, then their number."""
    vintage = QPV_IN_FORCE if year >= QPV_IN_FORCE else 2015
    column = f"qpv_{vintage}"
    places = [one for one in places_of(config, year) if one.column == column]
    if not places:
        return
    held = _by_zone(lines_of(offer, youth(), year, full=full), column, config.commune.code)
    lacking = {one.code: one.code not in held for one in places}
    sure = full and "" not in held
    variable = ("zones_sans_offre_12_25", "total")
    for one in places:
        known = Known(0.0) if not lacking[one.code] else Known(1.0) if sure else None
        yield row(one, year, variable, known)
    commune = config.commune
    here = Place(commune.level, commune.code, commune.vintage)
    total = float(sum(lacking.values()))
    yield row(here, year, variable, Known(total, Status.DIFFUSE if sure else Status.MAXIMUM))


def row(place: Place, year: int, variable: tuple[str, str], known: Known | None) -> dict[str, Any]:
    """One row; nothing known is « non disponible », with no number."""
    where = (place.level, place.code, place.vintage)
    if known is None:
        return row_of(where, year, variable, None, Status.NON_DISPONIBLE)
    return row_of(where, year, variable, known.value, known.status)
