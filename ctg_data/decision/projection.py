"""Children under three in the years to come, from published births: three futures, one band.

A child under three on January 1st of a year was born in one of the three years before.  What a
birth becomes (deaths, families that come and go) is read in the last census, and held constant.
Births that nobody knows yet follow the scenarios of ``decision.toml``.  Every result is an
estimate, made after the gate, of the commune's published figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ctg_data.decision.proposed import Decision, Scenario
from ctg_data.release.masked import MaskedTable

if TYPE_CHECKING:  # the façade asks for the projection of its cards
    from ctg_data.workspace import Workspace

BIRTHS, CHILDREN = "PE03", "PE01"
FUTURE = "projection/enfants"
GENERATIONS = 3  # births of as many years make the children under three
MEAN = 3  # known years whose mean is where a scenario starts from


@dataclass(frozen=True)
class Projection:
    """The futures of a commune.

    Attributes:
        census: its children under three, every year known.
        births: its births, every year known.
        base: the census that futures start from; last_birth: the last year of births known.
        presence: children under three for one birth of the last three years, in that census.
        futures: children under three after the base, by scenario.
        decision: the hypotheses.
    """

    census: MaskedTable
    births: MaskedTable
    base: int
    last_birth: int
    presence: float
    futures: Mapping[str, MaskedTable] = field(compare=False)  # follow from all the others
    decision: Decision

    @property
    def years(self) -> tuple[int, ...]:
        """The years to come, the first one first."""
        return tuple(range(self.base + 1, self.last_birth + 2 + self.decision.horizon))

    @property
    def first_unknown(self) -> int:
        """The first year that a scenario weighs on: before, every child is born already."""
        return self.last_birth + 2

    def children(self, scenario: str, year: int) -> float:
        """Children under three, of the census until the base, of a scenario after."""
        rows = self.census if year <= self.base else self.futures[scenario]
        found = rows.where(period=year).frame["value"]
        return float(found.iloc[0]) if len(found) else float("nan")

    def growth(self, scenario: str, since: int, year: int) -> float:
        """By how much the children of a year are to be multiplied to have those of another."""
        return self.children(scenario, year) / self.children(scenario, since)

    @property
    def trend(self) -> float:
        """The yearly change of births over the years known, in percent."""
        years = self.births.periods
        first, last = (self._births(one) for one in (years[-1], years[0]))
        return float(100 * ((last / first) ** (1 / max(1, years[0] - years[-1])) - 1))

    def _births(self, year: int) -> float:
        return float(self.births.where(period=year).frame["value"].iloc[0])


@dataclass(frozen=True)
class _Known:
    """What futures start from: figures of the commune, the last census, the last births known."""

    census: MaskedTable
    births: MaskedTable
    base: int
    last: int

    @property
    def years(self) -> list[int]:
        """The years of birth that enter a future."""
        return [*_generations(self.base), *range(self.base, self.last + 1)]


def project(data: "Workspace", decision: Decision) -> Projection | None:
    """The futures of the commune; None when births or children are not known."""
    known = _known(data)
    if known is None:
        return None
    place, census, births = data.territory.commune, known.census, known.births
    years = range(known.base + 1, known.last + 2 + decision.horizon)
    operands = _operands(known, years)
    futures = {one.id: _future(known, operands, years, one) for one in decision.scenarios}
    children = census.cell(str(place.level), place.code, known.base).value or 0.0
    parents = [
        births.cell(str(place.level), place.code, one).value or 0.0 for one in known.years[:3]
    ]
    presence = children / sum(parents)
    return Projection(census, births, known.base, known.last, presence, futures, decision)


def unborn(data: "Workspace", decision: Decision, scenario: str) -> MaskedTable | None:
    """The children of the first year when none is born yet, in one scenario: one cell.

    The same cell as in ``project``, without the years and the scenarios that nobody asked for.
    """
    known = _known(data)
    chosen = next((one for one in decision.scenarios if one.id == scenario), None)
    if known is None or chosen is None:
        return None
    year = known.last + 1 + GENERATIONS
    years = range(year, year + 1)
    return _future(known, _operands(known, years), years, chosen)


def _known(data: "Workspace") -> _Known | None:
    place = data.territory.commune
    births, census = (
        data.table(data.indicator(code)).where(level=str(place.level), code=place.code)
        for code in (BIRTHS, CHILDREN)
    )
    born = set(births.periods)
    bases = [one for one in census.periods if set(_generations(one)) <= born]
    if not bases:
        return None
    last = bases[0] - 1
    while last + 1 in born:
        last += 1
    return _Known(census, births, bases[0], last)


def _generations(year: int) -> list[int]:
    """The years in which children under three on January 1st of a year were born."""
    return list(range(year - GENERATIONS, year))


def _operands(start: _Known, years: range) -> list[MaskedTable]:
    """Children of the census, then births of each year known: one row a year to come, in order."""

    def over(rows: MaskedTable) -> MaskedTable:
        first, *others = (rows.dated(year) for year in years)
        return first.join(*others)

    counted = [start.births.where(period=one) for one in start.years]
    return [over(rows) for rows in (start.census.where(period=start.base), *counted)]


def _future(
    start: _Known, operands: list[MaskedTable], years: range, scenario: Scenario
) -> MaskedTable:
    """Children by year in one scenario; a hidden figure among its operands hides it all."""
    known, pace = start.years, 1 + scenario.yearly / 100

    def formula(children: np.ndarray, *counts: np.ndarray) -> np.ndarray:
        born = dict(zip(known, counts, strict=True))
        usual = np.mean([born[one] for one in known[-MEAN:]], axis=0)
        later = [
            sum(
                born[one][row] if one in born else usual[row] * pace ** (one - known[-1])
                for one in _generations(year)
            )
            for row, year in enumerate(years)
        ]
        presence = children / np.sum([born[one] for one in _generations(start.base)], axis=0)
        return np.asarray(presence * np.array(later))

    unit = f"enfants, estimation, scénario « {scenario.name} »"
    return start.census.derive(f"{FUTURE}/{scenario.id}", unit, operands, formula)
