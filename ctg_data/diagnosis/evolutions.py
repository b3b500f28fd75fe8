"""What changed this year in the population the CAF serves, place by place, after the gate.

Two years compare only where the series and the outline allow it; a hidden cell is named, never
ranked; under 100 a change is told in numbers, never in percent.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar
from weakref import ref

import numpy as np

from ctg_data import fr
from ctg_data.built_once import BuiltOnce
from ctg_data.catalogue.cards import Break, Indicator
from ctg_data.catalogue.kinds.operands import pick, split
from ctg_data.diagnosis import reading
from ctg_data.diagnosis.compared_years import HEAD, UNDER, Years, of_zones
from ctg_data.diagnosis.one_change import Alert, Evolution, in_order, points
from ctg_data.diagnosis.reading import LEAST_BASE
from ctg_data.model import Level, Sign
from ctg_data.natures import COVERED
from ctg_data.observations import variables
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

__all__ = ["Alert", "Evolution", "Evolutions", "evolutions"]
T = TypeVar("T")
LEAST_HOUSEHOLDS = 5  # a rate that moved by fewer households is not an alert
MOST = 400  # results of two years: every level with every indicator


def evolutions(data: Workspace, years: Years | None = None) -> "Evolutions":
    """The evolutions of a territory, between its last two years unless told; made once."""
    return data.once(("evolutions", years), lambda: Evolutions(data, years))


class Evolutions:
    """The evolutions of a territory between two years, its last two unless told.

    Attributes:
        last: the year read; before: the one it is compared with, None when there is none.
    """

    def __init__(self, data: Workspace, years: Years | None = None) -> None:
        self._opened = ref(data)
        self._reference = data.territory.commune
        self._made: BuiltOnce[Hashable, Any] = BuiltOnce(MOST)
        table = self._table(data.indicator(HEAD))
        found = table.where(level=str(Level.COMMUNE), code=self._reference.code).years
        latest = (found[1] if len(found) > 1 else None, found[0] if found else None)
        self.before, self.last = years or latest

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Indicators made only of what the CAF counts."""
        return self._once(
            "indicators", lambda: tuple(one for one in self._data.indicators() if _is_ours(one))
        )

    @property
    def commune(self) -> tuple[Evolution, ...]:
        """The commune, the largest relative change first; what cannot be compared is left out."""
        return self._once(
            "commune", lambda: in_order(self.of(one, self._reference) for one in self.indicators)
        )

    def levels(self) -> list[Level]:
        """Levels under the commune with figures for the year read, the widest zones first."""
        return [one for one in UNDER if self.places(one)]

    def elsewhere(self) -> Years | None:
        """The latest years between which zones compare, where they are others than these."""
        found = of_zones(self._data)
        return next((one for one in found[:1] if one != (self.before, self.last)), None)

    def counted(self, level: Level) -> list[Indicator]:
        """Counts that compare somewhere at this level, the population first."""
        return list(self._once(("counted", level), lambda: self._counted(level)))

    def _counted(self, level: Level) -> tuple[Indicator, ...]:
        kept = [
            one
            for one in self.indicators
            if one.is_count and any(zone.compared for zone in self.zones(level, one))
        ]
        return tuple(sorted(kept, key=lambda one: one.code != HEAD))

    def zones(self, level: Level, indicator: Indicator) -> tuple[Evolution, ...]:
        """The zones of one level: those told first, the largest change first, then the others."""
        return self._once(
            ("zones", level, indicator.id),
            lambda: in_order(self.of(indicator, zone, silent=True) for zone in self.places(level)),
        )

    def of(self, indicator: Indicator, zone: Zone, *, silent: bool = False) -> Evolution | None:
        """One indicator in one place; None when neither year has a figure there.

        ``silent`` keeps the place all the same: among zones it is counted, and named.
        """
        if self.last is None or self.before is None or zone.level not in indicator.levels:
            return None
        table = self._table(indicator)
        level = str(zone.level)
        after, before = (table.cell(level, zone.code, year) for year in (self.last, self.before))
        if not silent and after.sign is Sign.MISSING and before.sign is Sign.MISSING:
            return None
        return Evolution(
            indicator, zone, before, after, reading.evolution(before, after, indicator)
        )

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """Rates that are worse than in the commune (for it, than around), and getting worse."""
        return self._once("alerts", self._alerts)

    @property
    def weighed(self) -> int:
        """How many rates could have been an alert: their move and their reference are known."""
        return self._once("weighed", lambda: sum(self._is_weighed(*one) for one in self._pairs()))

    def _alerts(self) -> tuple[Alert, ...]:
        found = [alert for one in self._pairs() if (alert := self._alert(*one))]
        return tuple(sorted(found, key=lambda one: -points(one.evolution)))

    def _pairs(self) -> list[tuple[Indicator, Zone, Zone]]:
        """Each rate that one sense makes better, each place and what the place is set against."""
        place = self._data.territory
        pairs = [(place.commune, place.epci)]
        pairs += [(zone, place.commune) for level in self.levels() for zone in self.places(level)]
        judged = [one for one in self.indicators if one.favourable and not one.is_count]
        return [(one, zone, reference) for zone, reference in pairs for one in judged]

    def _is_weighed(self, indicator: Indicator, zone: Zone, reference: Zone) -> bool:
        evolution = self.of(indicator, zone)
        whole = self._table(indicator).cell(str(reference.level), reference.code, self.last)
        return evolution is not None and evolution.compared and whole.value is not None

    def shares(self, indicators: Sequence[Indicator], zones: Iterable[Zone]) -> MaskedTable:
        """Relative changes as a masked table, to draw: one row an indicator and a place."""
        wanted = tuple(zones)
        key = ("shares", tuple(one.id for one in indicators), wanted)
        return self._once(key, lambda: self._shares(indicators, wanted))

    def _shares(self, indicators: Sequence[Indicator], zones: Sequence[Zone]) -> MaskedTable:
        codes = {str(zone.level): set[str]() for zone in zones}
        for zone in zones:
            codes[str(zone.level)].add(zone.code)
        parts = [self._share(one, codes) for one in indicators if one.is_count]
        return parts[0].join(*parts[1:])

    def breaks(self) -> list[tuple[Indicator, Break]]:
        """Series cut between the two years: they are not compared."""
        if self.last is None or self.before is None:
            return []
        return [
            (one, cut)
            for one in self.indicators
            for cut in one.breaks_between(self.before, self.last)
        ]

    def remarks(self) -> list[str]:
        """What forbids comparing, or asks for care, beyond the series' own breaks."""
        if self.last is None or self.before is None:
            return []
        told = []
        if self.last - self.before > 1:
            told.append(
                f"Aucune donnée {self.last - 1} : l'évolution est calculée de {self.before} à "
                f"{self.last}."
            )
        generations = {year: self._generations(year) for year in (self.before, self.last)}
        new = generations[self.last] - generations[self.before]
        if new and generations[self.before]:
            told.append(
                f"Les quartiers prioritaires ont de nouveaux contours ({min(new)}) : ceux de "
                f"{self.before} et de {self.last} ne sont pas les mêmes lieux et ne se comparent "
                "pas."
            )
        return [fr.spaced(text) for text in told]

    @property
    def _data(self) -> Workspace:
        found = self._opened()
        assert found is not None, "a workspace outlives what was made of it"
        return found

    def _table(self, indicator: Indicator) -> MaskedTable:
        return self._data.table(indicator)

    def _once(self, key: Hashable, build: Callable[[], T]) -> T:
        found: T = self._made.get(key, build)
        return found

    def places(self, level: Level) -> tuple[Zone, ...]:
        """Zones of a level, of the generation that has figures for the year read."""
        return self._once(("places", level), lambda: tuple(self._places(level)))

    def _places(self, level: Level) -> list[Zone]:
        rows = self._table(self._data.indicator(HEAD)).where(level=str(level), period=self.last)
        codes = set(rows.frame["code"])
        return [one for one in self._data.territory.zones(level) if one.code in codes]

    def _generations(self, year: int) -> set[int]:
        rows = self._table(self._data.indicator(HEAD)).where(level=str(Level.QPV), period=year)
        return {int(one) for one in rows.frame["vintage"]}

    def _alert(self, indicator: Indicator, zone: Zone, reference: Zone) -> Alert | None:
        evolution = self.of(indicator, zone)
        if evolution is None or not evolution.told or evolution.move.favourable >= 0:
            return None
        whole = self._table(indicator).cell(str(reference.level), reference.code, self.last)
        name = "la commune" if reference is self._reference else reference.label
        gap = reading.gap(evolution.after, whole, name, indicator)
        worse = gap.favourable < 0 and self._households(evolution) >= LEAST_HOUSEHOLDS
        return Alert(evolution, gap) if worse else None

    def _households(self, one: Evolution) -> float:
        """How many households the change of a rate stands for; 0 when it cannot be told."""
        place, total, how = one.zone, 0.0, one.indicator.compute
        for operand in how.population:
            counted = self._once(operand, partial(pick, self._data.release, operand))
            cell = counted.cell(str(place.level), place.code, self.last)
            if cell.value is None:
                return 0.0
            total += cell.value
        return points(one) / how.shape.scale * total if how.shape else 0.0

    def _share(self, indicator: Indicator, codes: dict[str, set[str]]) -> MaskedTable:
        """Percent of change; a base under 100, a cut series or a rounding is not drawn."""
        assert self.last is not None
        assert self.before is not None
        rows = self._table(indicator)
        wide = {one for some in codes.values() for one in some}
        kept = rows.where(level=list(codes), code=list(wide))
        after = kept.where(period=self.last)
        before = kept.where(period=self.before).dated(self.last)
        cut = bool(indicator.breaks_between(self.before, self.last))

        def change(last: np.ndarray, first: np.ndarray) -> np.ndarray:
            percent = 100 * (last - first) / first
            return np.asarray(np.where((first < LEAST_BASE) | cut, np.nan, percent))

        return rows.derive(indicator.id, "%", [after, before], change)


def _is_ours(indicator: Indicator) -> bool:
    names = [split(one)[0] for one in indicator.compute.operands]
    counted = all(variables()[name].nature in COVERED for name in names)
    return counted and indicator.compute.is_measured
