"""What figures leave between them: people too, counted by nobody and worked out by anyone.

The rest of a subset in its host; on the ground, what is left of a zone once those of another
zoning are taken away, and what two zones share.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ctg_data.disclosure.witness.facts import Atoms, Figure
from ctg_data.disclosure.witness.ground import Zone
from ctg_data.disclosure.witness.kinds import Count


@dataclass(frozen=True)
class Rest:
    """A sum that nobody shows: the figure it is a part of, and the variables it comes from."""

    id: str
    atoms: Mapping[int, int]
    count: Count
    zone: Zone
    variables: tuple[str, ...]


def remains(atoms: Atoms, figures: Sequence[Figure], year: int) -> Iterator[Rest]:
    """Every rest that figures of the release leave, in their zones and between zones."""
    told = {(one.count, one.zone): one for one in figures}
    for (inner, outer), terms in atoms.people.rests.items():
        for zone in dict.fromkeys(one.zone for one in figures):
            sides = [told.get((count, zone)) for count in (inner, outer)]
            if all(sides) and any(one.ours for one in sides if one) and min(terms.values()) < 0:
                sum_of = atoms.sum(terms, atoms.where(zone))
                name = f"{'/'.join(outer)} moins {'/'.join(inner)}, {zone[0]} {zone[1]}, {year}"
                yield Rest(name, sum_of, inner, zone, (inner[0], outer[0]))
    yield from _on_the_ground(atoms, figures, year)


def _on_the_ground(atoms: Atoms, figures: Sequence[Figure], year: int) -> Iterator[Rest]:
    """Pieces that are no zone, of a figure given for the zones that they come from."""
    given: dict[Zone, dict[Count, bool]] = {}
    for one in figures:
        given.setdefault(one.zone, {})[one.count] = one.ours
    whole = {frozenset(atoms.where(zone)) for zone in given}
    seen = set[tuple[Count, frozenset[int]]]()
    for zone, other, pieces in _between(atoms, list(given)):
        if pieces in whole:
            continue
        for count, ours in given[zone].items():
            if (count, pieces) in seen or count not in given[other] or count not in _plain(atoms):
                continue
            if ours or given[other][count]:
                seen.add((count, pieces))
                sum_of = atoms.sum(atoms.people.counts[count], pieces)
                name = f"{'/'.join(count)}, {zone[1]} et {other[1]}, {year}"
                yield Rest(name, sum_of, count, zone, (count[0],))


def _plain(atoms: Atoms) -> Mapping[Count, object]:
    return atoms.people.counts


def _between(atoms: Atoms, zones: Sequence[Zone]) -> Iterator[tuple[Zone, Zone, frozenset[int]]]:
    """Two zones, and pieces that they share or that one leaves out of the other's zoning."""
    where = {zone: frozenset(atoms.where(zone)) for zone in zones}
    for zone in zones:
        others: dict[tuple[str, int], list[Zone]] = {}
        for other in zones:
            if (other[0], other[2]) != (zone[0], zone[2]) and where[zone] & where[other]:
                others.setdefault((other[0], other[2]), []).append(other)
        for near in others.values():
            left = where[zone].difference(*(where[other] for other in near))
            if left:
                yield zone, near[0], left
            for other in near if zone < min(near) else ():
                yield zone, other, where[zone] & where[other]
