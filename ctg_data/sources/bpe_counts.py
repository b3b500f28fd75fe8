"""How many facilities of each part stand in each zone, from the lines of Insee's BPE.

Where the file lists none, there is none « selon la BPE ».  A line that Insee does not place below
the commune makes the count of its part a lower bound in each zone of that commune.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ctg_data import fr
from ctg_data.model import Level, Status
from ctg_data.sources.base import communes_compared, row_of
from ctg_data.sources.bpe_places import Sited
from ctg_data.sources.bpe_types import (
    FIXED_PART,
    FRANCE_SERVICES,
    facilities,
    parts_told,
    types,
)
from ctg_data.sources.places import FIXED, OUTREACH
from ctg_data.territory.config import TerritoryConfig, Zone

VARIABLE = "equipements"
# column of the register: level, generation of its zones
BELOW = {
    "iris": (Level.IRIS, None),
    "qpv_2024": (Level.QPV, 2024),
    "qpv_2015": (Level.QPV, 2015),
}


@dataclass(frozen=True)
class Counted:
    """Rows of the long table, and what must be known of them in French."""

    rows: list[dict[str, Any]]
    notes: tuple[str, ...]


def parts_of(one: Sited) -> Iterator[str]:
    """The parts that a line is counted in; those that stand somewhere have one of their own."""
    yield from one.facility.parts
    if one.facility.code == FRANCE_SERVICES and one.standing == FIXED:
        yield FIXED_PART


def count(
    sited: Sequence[Sited], territory: TerritoryConfig, edition: int, listed: Collection[str]
) -> Counted:
    """Count every part at every level that the file reaches.

    Args:
        sited: lines of the communes compared.
        territory: whose zones are counted.
        edition: year of the file: it describes its 1 January.
        listed: codes of the types that the country has.
    """
    parts = list(parts_told(listed, edition))
    if set(parts) & set(facilities()[FRANCE_SERVICES].parts):
        parts.append(FIXED_PART)
    tally = _Tally(sited, parts, edition, territory.commune.code)
    present = [code for code in communes_compared(territory) if code in tally.communes]
    rows = [row for code in present for row in tally.commune(Level.COMMUNE, code, (code,))]
    members = [zone.code for zone in territory.epci_members]
    whole = bool(members) and set(members) <= tally.communes
    if whole:
        rows += tally.commune(Level.EPCI, territory.epci.code, members)
    for column, (level, generation) in BELOW.items():
        for zone in territory.zones(level, generation):
            rows += tally.zone(column, zone)
    notes = [*_renumbered(listed, edition), *_absent(territory, tally.communes)]
    notes += tally.unplaced(territory)
    return Counted(rows, tuple(notes))


class _Tally:
    """Lines by commune, part and zone."""

    def __init__(
        self, sited: Sequence[Sited], parts: Sequence[str], edition: int, commune: str
    ) -> None:
        self._parts, self._edition, self._commune = parts, edition, commune
        self._sited = sited
        self.communes = {one.commune for one in sited}
        self._found: Counter[tuple[str, str]] = Counter()  # commune, part
        self._here: Counter[tuple[str, str, str]] = Counter()  # column, zone, part
        self._open: Counter[tuple[str, str, str]] = Counter()  # column, commune, part
        self._unsure: Counter[tuple[str, str]] = Counter()  # commune, part
        for one in sited:
            self._add(one)

    def _add(self, one: Sited) -> None:
        for part in parts_of(one):
            self._found[one.commune, part] += 1
            for column, zone in one.zones.items():
                self._here[column, zone, part] += 1
                self._open[column, one.commune, part] += not zone
        if one.facility.code == FRANCE_SERVICES and not one.standing:
            self._unsure[one.commune, FIXED_PART] += 1

    def commune(self, level: Level, code: str, communes: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The rows of one commune, or of several together."""
        for part in self._parts:
            known = sum(self._found[one, part] for one in communes)
            least = any(self._unsure[one, part] for one in communes)
            yield self._row((level, code, self._edition), part, known, least)

    def zone(self, column: str, zone: Zone) -> Iterator[dict[str, Any]]:
        """The rows of one zone; what may move has no zone, and is not counted there."""
        communes = zone.communes or (self._commune,)
        if not set(communes) <= self.communes:
            return
        for part in self._parts:
            if part in facilities()[FRANCE_SERVICES].parts:
                continue
            least = any(
                self._open[column, one, part] or self._unsure[one, part] for one in communes
            )
            place = (zone.level, zone.code, zone.vintage)
            yield self._row(place, part, self._here[column, zone.code, part], least)

    def _row(
        self, place: tuple[Level, str, int], part: str, known: int, least: bool
    ) -> dict[str, Any]:
        status = Status.MINIMUM if least else Status.DIFFUSE
        return row_of(place, self._edition, (VARIABLE, part), float(known), status)

    def unplaced(self, territory: TerritoryConfig) -> Iterator[str]:
        """What could not be placed in the commune, by kind of zone."""
        ours = [one for one in self._sited if one.commune == self._commune]
        standing = [one for one in ours if one.standing != OUTREACH]
        names = {"iris": "IRIS", "qpv_2024": "quartier prioritaire de 2024"}
        for column, name in names.items():
            count = sum(not one.zones.get(column) for one in standing)
            if count and territory.zones(*BELOW[column]):
                what = fr.plural(count, "lieu n'est pas situé", "lieux ne sont pas situés")
                yield (
                    f"Sur {fr.plural(len(standing), 'lieu', 'lieux')} de la commune, {what} de "
                    f"façon sûre au niveau « {name} » : le compte de la commune est entier, celui "
                    "de ses zones est un minimum."
                )


def _renumbered(listed: Collection[str], edition: int) -> Iterator[str]:
    """Types of this edition that nobody has, in the whole country."""
    lost = [
        f"{one.label} ({one.code})"
        for one in types()
        if edition >= one.since and not any(code in listed for code in one.codes)
    ]
    if lost:
        yield (
            f"Absents de l'édition {edition} dans toute la France, donc sans doute renumérotés, et "
            f"non comptés (ni zéro) : {', '.join(lost)}. Signalez-le à qui maintient l'application."
        )


def _absent(territory: TerritoryConfig, communes: Collection[str]) -> Iterator[str]:
    """Communes of which the file has no line, not even their town hall."""
    lost = [code for code in communes_compared(territory) if code not in communes]
    if lost:
        yield (
            f"Aucune ligne pour {fr.plural(len(lost), 'commune')} ({', '.join(lost[:8])}"
            f"{'…' if len(lost) > 8 else ''}) : leur code a pu changer. Elles ne sont pas comptées "
            "(ni zéro), ni l'intercommunalité si elles en sont."
        )
