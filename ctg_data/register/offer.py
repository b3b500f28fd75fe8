"""The register as offer, year by year and zone by zone: rows of the long table, for the gate.

Counted on 31 December.  A type is counted only where its list is said to be full; then no
structure is a true 0.  A structure that stands nowhere known leaves every zone « non disponible »
for its type, and one whose places are not told leaves its zone so: never a 0 for an unknown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Level, Status
from ctg_data.register.model import BANDS, SESSIONS, ZONINGS, Register, Structure
from ctg_data.sources.base import observations_of, row_of
from ctg_data.territory.config import TerritoryConfig

FIRST_QPV_2024, LAST_QPV_2015 = 2023, 2023  # December 2023 is published on both generations
QPV_IN_FORCE = 2024  # the perimeters of 2024 replace those of 2015 on 1 January 2024
LEISURE = ("alsh", "alsh_ados")
EARLY = ("eaje", "rpe", "laep")  # what a child under 3 is taken to
WORKS = "structures_projet_travaux"  # of the last year only: a file says what is decided today
Measure = Callable[[Sequence[Structure]], float | None]  # of the structures of a zone; None: n.d.


@dataclass(frozen=True)
class Place:
    """One zone of one zoning; ``column`` is empty for the commune."""

    level: Level
    code: str
    vintage: int
    column: str = ""


@dataclass(frozen=True)
class Series:
    """One variable and part, made from structures of some types."""

    variable: str
    category: str
    kinds: tuple[str, ...]
    measure: Measure


def offer(register: Register, config: TerritoryConfig, citation: str) -> pd.DataFrame:
    """Every row the register gives, its competence zones apart (``reach``)."""
    rows: list[dict[str, Any]] = []
    for one in series():
        spoken = years(register, one.kinds)
        for year in spoken[-1:] if one.variable == WORKS else spoken:
            rows += _rows(register, config, one, year)
    for year in years(register, youth()):
        rows += _without_youth(register, config, year)
    return observations_of(rows, citation)


def years(register: Register, wanted: Iterable[str]) -> range:
    """The years for which the lists of all these types are full."""
    starts = [register.complete.get(kind) for kind in wanted]
    known = [start for start in starts if start is not None]
    if not starts or len(known) < len(starts) or register.until is None:
        return range(0)
    return range(max(known), register.until + 1)


def youth() -> tuple[str, ...]:
    """The types that are an offer for people of 12 to 25."""
    return tuple(one.id for one in kinds().values() if one.jeunes)


def series() -> Iterator[Series]:
    """What is made of the register, declared."""
    for kind in kinds():
        yield Series("structures", kind, (kind,), len)
    parents = tuple(one.id for one in kinds().values() if one.parents)
    yield Series("dispositifs_parentalite", "total", parents, _variety)
    yield Series("places_eaje_implantees", "total", ("eaje",), _places)
    yield Series("eaje_psu", "total", ("eaje",), _funded)
    yield Series(WORKS, "total", EARLY, _with_works)
    yield Series("lits_fjt", "total", ("fjt",), _places)
    for session in SESSIONS:
        for band in BANDS:
            wanted = LEISURE if band == BANDS[-1] else LEISURE[:1]
            measure = _sessions(session, (band,))
            yield Series(f"places_alsh_{session}", band, wanted, measure)
        yield Series(f"places_alsh_{session}", "total", LEISURE, _sessions(session, BANDS))


def _variety(found: Sequence[Structure]) -> float:
    return len({one.kind for one in found})


def _places(found: Sequence[Structure]) -> float | None:
    if any(one.places is None for one in found):
        return None
    return sum(one.places or 0 for one in found)


def _with_works(found: Sequence[Structure]) -> float | None:
    if any(not one.works for one in found):
        return None
    return sum(one.works == "oui" for one in found)


def _funded(found: Sequence[Structure]) -> float | None:
    if any(not one.psu for one in found):
        return None
    return sum(one.psu == "oui" for one in found)


def _sessions(session: str, bands: Sequence[str]) -> Measure:
    """Places of a session: the most that one address declares by band, then their sum.

    Two declarations at one address are the same rooms (jeunes.gouv.fr, article 6234).
    """

    def measure(found: Sequence[Structure]) -> float | None:
        most: dict[tuple[str, str], int] = {}
        for one in found:
            if not one.sessions:
                return None
            for band in bands:
                key = (one.address.casefold() or one.id, band)
                most[key] = max(most.get(key, 0), one.sessions.get((session, band), 0))
        return sum(most.values())

    return measure


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


def _rows(
    register: Register, config: TerritoryConfig, one: Series, year: int
) -> Iterator[dict[str, Any]]:
    commune = config.commune.code
    found = [x for x in register.open_in(year) if x.kind in one.kinds]
    held = {column: _by_zone(found, column, commune) for column in ZONINGS}
    ours = [x for x in found if x.commune == commune]
    for place in places_of(config, year):
        if not place.column:
            value = one.measure(ours)
        elif "" in held[place.column]:  # one of them may stand here
            value = None
        else:
            value = one.measure(held[place.column].get(place.code, ()))
        yield row(place, year, one.variable, one.category, value)


def _by_zone(
    found: Sequence[Structure], column: str, commune: str
) -> Mapping[str, list[Structure]]:
    """Structures by the zone they stand in; under "" those of which it is not known."""
    held: dict[str, list[Structure]] = {}
    for one in found:
        held.setdefault(one.zone(column, commune), []).append(one)
    return held


def _without_youth(
    register: Register, config: TerritoryConfig, year: int
) -> Iterator[dict[str, Any]]:
    """QPV where nothing for people of 12 to 25 stands: each of them 1 or 0, then their number."""
    vintage = QPV_IN_FORCE if year >= QPV_IN_FORCE else 2015
    column = f"qpv_{vintage}"
    places = [one for one in places_of(config, year) if one.column == column]
    if not places:
        return
    found = [x for x in register.open_in(year) if x.kind in youth()]
    held = _by_zone(found, column, config.commune.code)
    lacking = {one.code: float(one.code not in held) for one in places}
    known = "" not in held
    for one in places:
        value = lacking[one.code] if known else None
        yield row(one, year, "zones_sans_offre_12_25", "total", value)
    commune = config.commune
    here = Place(commune.level, commune.code, commune.vintage)
    total = sum(lacking.values()) if known else None
    yield row(here, year, "zones_sans_offre_12_25", "total", total)


def row(
    place: Place, year: int, variable: str, category: str, value: float | None
) -> dict[str, Any]:
    """One row; nothing known is « non disponible », with no number."""
    status = Status.NON_DISPONIBLE if value is None else Status.DIFFUSE
    where = (place.level, place.code, place.vintage)
    return row_of(where, year, (variable, category), value, status)
