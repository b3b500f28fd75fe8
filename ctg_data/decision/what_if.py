"""What it would take, and what it would change: places to create, rates to come, a new structure.

Made after the gate, of cells that may be shown: a zone whose children are hidden gets no
estimate.  Where the commune's children or places are not published, an estimate of them stands
in, and says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ctg_data.catalogue import indicators
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.operands import pick
from ctg_data.catalogue.kinds.projected_rate import ProjectedRate
from ctg_data.catalogue.kinds.shortfall import lacking
from ctg_data.decision import projection
from ctg_data.decision.projection import Projection
from ctg_data.decision.proposed import readable
from ctg_data.errors import CtgError
from ctg_data.model import UNDER_COMMUNE, Level
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone

if TYPE_CHECKING:  # the façade asks for the projection of its cards
    from ctg_data.workspace import Workspace

RATE, CHILDREN, HERE, RATIO = "PE11", "PE01", "PE07", "PE14B"
PLACES, UNDER_FIVE = "places_petite_enfance/total", "population_age/0-4"
THREE_OF_FIVE = 3 / 5  # children under three among those under five, if ages are even
CREATE, COVERAGE = "estimation/places_a_creer", "estimation/taux_couverture"
Formula = Callable[..., Any]
ZONE_CHILDREN, AFTER = "estimation/enfants", "estimation/places_pour_100"


@dataclass(frozen=True)
class Basis:
    """The commune today: its children under three and its places, one cell each.

    ``guessed_children`` and ``guessed_places`` say whether each is an estimate.
    """

    children: MaskedTable
    places: MaskedTable
    period: int
    guessed_children: bool
    guessed_places: bool

    @property
    def guessed(self) -> tuple[str, ...]:
        """How those that are estimates are made, in words."""
        children = (
            "Enfants de moins de 3 ans : trois cinquièmes des 0 à 4 ans du recensement "
            f"{self.period}."
        )
        places = "Places : taux de couverture publié × enfants de moins de 3 ans."
        told = ((children, self.guessed_children), (places, self.guessed_places))
        return tuple(words for words, guessed in told if guessed)

    @property
    def offer(self) -> float:
        """The number of places."""
        return float(self.places.frame["value"].iloc[0])


def basis(data: "Workspace") -> Basis | None:
    """The last year for which children and places are both known, or can be estimated."""
    place = data.territory.commune
    ours = data.release.where(level=str(place.level), code=place.code)
    rates = data.table(data.indicator(RATE)).where(level=str(place.level), code=place.code)
    counted = data.table(data.indicator(CHILDREN)).where(level=str(place.level), code=place.code)
    under_five, offer = pick(ours, UNDER_FIVE), pick(ours, PLACES)
    for year in rates.periods:
        children, places = counted.where(period=year), offer.where(period=year)
        guessed = not children.shown, not places.shown
        if not children.shown:
            children = under_five.where(period=year)
            children = children.derive(
                ZONE_CHILDREN, "enfants, estimation", [children], lambda few: THREE_OF_FIVE * few
            )
        if not places.shown:
            operands = [rates.where(period=year), children]
            places = rates.derive(
                "estimation/places", "places, estimation", operands, lambda r, c: r * c / 100
            )
        if children.shown and places.shown:
            return Basis(children, places, year, *guessed)
    return None


def targets(data: "Workspace", period: int) -> dict[str, tuple[Zone, float]]:
    """The places whose rate of that year may be aimed at, by level."""
    table = data.table(data.indicator(RATE))
    found = {}
    for zone in data.territory.references:
        value = table.cell(str(zone.level), zone.code, period).value
        if value is not None:
            found[str(zone.level)] = zone, value
    return found


def to_create(
    children: MaskedTable, known: Basis, target: float, added: int = 0, unit: str = "places"
) -> MaskedTable:
    """Places to create to have ``target`` places for 100 children, year by year; never below 0."""
    have = known.offer + added
    return children.derive(
        CREATE,
        f"{unit}, estimation",
        [children],
        lambda count: lacking(target, count, have),
        also=[known.places],
    )


def coverage(children: MaskedTable, known: Basis, added: int = 0) -> MaskedTable:
    """Places for 100 children (PE17), year by year, if the offer stays what it is."""
    have = known.offer + added
    unit = "places pour 100 enfants, estimation"
    return children.derive(
        COVERAGE, unit, [children], lambda count: 100 * have / count, also=[known.places]
    )


def scenarios(
    made: Projection, known: Basis, target: float, added: int = 0
) -> tuple[Mapping[str, MaskedTable], Mapping[str, MaskedTable]]:
    """Places to create and rates to come, by scenario."""
    lacking = {key: to_create(rows, known, target, added) for key, rows in made.futures.items()}
    rates = {key: coverage(rows, known, added) for key, rows in made.futures.items()}
    return lacking, rates


def card(data: "Workspace", indicator: Indicator) -> MaskedTable:
    """A card of projection: the rate to come in its scenario, when no child is born yet.

    The cell of « Et si… » for that year, no place opened: one formula, one figure.  No row where
    the territory makes no hypothesis or its births are not known.
    """
    chosen = readable(data.territory)
    how = indicator.compute
    if not isinstance(how, ProjectedRate):
        raise CtgError(f"{indicator.id}: not a projection")
    children = projection.unborn(data, chosen, how.scenario) if chosen else None
    known = basis(data)
    if children is None or known is None:
        return data.release.part(indicator.id, "total")
    rows = coverage(children, known)
    return rows.derive(indicator.id, indicator.unit, [rows], np.array)


@dataclass(frozen=True)
class Opening:
    """A structure that one tries to open: where, and with how many places."""

    zone: str
    places: int


@dataclass(frozen=True)
class Zones:
    """The zones of a level in one year: children, places there, places to create.

    Attributes:
        level: of the zones.
        census: the year of the children; year: the one asked for, the same or later.
        average: places for 100 children in the whole commune, the target unless told.
        children, places: one cell a zone.
    """

    level: Level
    census: int
    year: int
    average: float
    children: MaskedTable
    places: MaskedTable

    def ratio(self, opened: Opening | None = None) -> MaskedTable:
        """Places of the zone for 100 children who live there, with those opened meanwhile."""
        unit = "places pour 100 enfants, estimation"

        def formula(more: int) -> Formula:
            return lambda count, places: 100 * (places + more) / count

        return self._each(AFTER, unit, formula, opened)

    def lacking(self, target: float, opened: Opening | None = None) -> MaskedTable:
        """Places to create for each zone to have ``target`` places for 100 children."""

        def formula(more: int) -> Formula:
            return lambda count, places: lacking(target, count, places + more)

        return self._each(CREATE, "places, estimation", formula, opened)

    def _each(
        self, name: str, unit: str, formula: Callable[[int], Formula], opened: Opening | None
    ) -> MaskedTable:
        """A formula in every zone; the one where a structure opens has its places too."""
        operands = [self.children, self.places]
        if opened is None:
            return self.children.derive(name, unit, operands, formula(0))
        codes = set(self.children.frame["code"]) - {opened.zone}
        others = [one.where(code=codes) for one in operands]
        here = [one.where(code=opened.zone) for one in operands]
        return self.children.derive(name, unit, others, formula(0)).join(
            self.children.derive(name, unit, here, formula(opened.places))
        )


def levels(data: "Workspace") -> list[Level]:
    """Levels where both children and places are known, the widest zones first."""
    return [one for one in reversed(UNDER_COMMUNE) if zones(data, one) is not None]


def zones(
    data: "Workspace",
    level: Level,
    made: Projection | None = None,
    scenario: str = "",
    year: int | None = None,
) -> Zones | None:
    """The zones of a level; in a year to come, each keeps its share of the commune's children."""
    ratios = data.table(data.indicator(RATIO)).where(level=str(level))
    if not ratios.shown:
        return None
    census = ratios.periods[0]
    codes = list(ratios.where(period=census).frame["code"])
    children, places = (
        data.table(data.indicator(code)).where(level=str(level), period=census, code=codes)
        for code in (CHILDREN, HERE)
    )
    asked = census if year is None or made is None else year
    growth = 1.0 if made is None or asked == census else made.growth(scenario, census, asked)
    later = children.dated(asked).derive(
        ZONE_CHILDREN,
        "enfants, estimation",
        [children.dated(asked)],
        lambda count: growth * count,
        also=[made.births] if made is not None else [],
    )
    return Zones(level, census, asked, _average(data, census), later, places.dated(asked))


def _average(data: "Workspace", period: int) -> float:
    """Places for 100 children in the whole commune, by the formula of its zones."""
    place = data.territory.commune
    whole = data.release.where(level=str(place.level), code=place.code)
    rows = indicators.compute(whole, replace(data.indicator(RATIO), levels=(place.level,)))
    return rows.cell(str(place.level), place.code, period).value or float("nan")
