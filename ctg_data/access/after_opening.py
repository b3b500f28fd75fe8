"""What a structure opened in the middle of a zone changes in access, on both sides of boundaries.

Access is computed twice by the same rule, with the register and with one structure more: what
may not be told in one is told in neither.  Places opened are shared, not made: those who live in
the commune have part of them, those who live within reach around it have the rest.
"""

from dataclasses import dataclass, replace

from ctg_data.access import accessibility
from ctg_data.access.accessibility import IRIS, Around
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.access import Access
from ctg_data.errors import TerritoryError
from ctg_data.register.model import Structure
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from geo.maps import ground

NAMES = ("estimation/acces_avant", "estimation/acces_apres", "estimation/acces_gain")
KEPT = "estimation/places_a_portee"
TRIED = "structure essayée"


@dataclass(frozen=True)
class Change:
    """Access by IRIS before and after, of the last year that can be computed.

    Attributes:
        before, after, gain: places for 100 people, one row a zone.
        shared: of the places opened, those that each zone has a part of.
        whole: whether every zone of the commune is told.
    """

    before: MaskedTable
    after: MaskedTable
    gain: MaskedTable
    shared: MaskedTable
    whole: bool

    @property
    def kept(self) -> float:
        """Places opened that go to those who live in the zones that are told."""
        return float(self.shared.frame["value"].sum())

    @property
    def period(self) -> int:
        """The year of the people and of the places."""
        return self.gain.periods[0]


def change(
    around: Around,
    indicator: Indicator,
    zone: Zone,
    places: int,
    known: MaskedTable | None = None,
) -> Change | None:
    """What ``places`` more in the middle of ``zone`` change; None when access is not known.

    ``known`` is the access of today, every year; computed unless it is given.
    """
    today = accessibility.table(around, indicator) if known is None else known
    opened = _opened(around, indicator, zone, places)
    if opened is None or not today.where(level=IRIS).shown:
        return None
    period = today.where(level=IRIS).periods[0]
    structures = (*around.register.structures, replace(opened, spans=((str(period), ""),)))
    then = replace(around, register=replace(around.register, structures=structures))
    later = accessibility.table(then, indicator, only=period)
    pair = [one.where(level=IRIS, period=period) for one in (today, later)]
    unit = f"{indicator.unit}, estimation"
    before, after, gain = (
        today.derive(name, unit, pair, formula)
        for name, formula in zip(
            NAMES,
            (lambda old, _: old.copy(), lambda _, new: new.copy(), lambda old, new: new - old),
            strict=True,
        )
    )
    if not gain.shown:
        return None
    told = set(gain.frame[gain.frame["value"].notna()]["code"])
    whole = told >= {one.code for one in around.config.iris}
    return Change(before, after, gain, _kept(around, indicator, gain), whole)


def _opened(around: Around, indicator: Indicator, zone: Zone, places: int) -> Structure | None:
    """The structure tried, in the middle of its zone; a plan has no true place."""
    try:
        layer = ground.open_ground(around.config).layer(zone.level, zone.vintage)
    except TerritoryError:
        return None
    spot = None if layer is None or layer.schematic else layer.spots.get(zone.code)
    if spot is None:
        return None
    return Structure(
        TRIED,
        accessibility.how_of(indicator).structures,
        TRIED,
        commune=around.config.commune.code,
        longitude=spot.x,
        latitude=spot.y,
        places=places,
    )


def _kept(around: Around, indicator: Indicator, gain: MaskedTable) -> MaskedTable:
    """Gain × people, zone by zone: places opened that those who live there may share."""
    period = gain.periods[0]
    people = around.need(indicator).where(level=IRIS, period=period)
    scale = Access.SCALE
    return gain.derive(
        KEPT, "places, estimation", [gain, people], lambda more, of: more * of / scale
    )
