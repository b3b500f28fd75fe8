"""Published places set against the register: who is there already, who is not, who may be.

A published place never enters the register by itself.  Places that two lists surely share are one
candidate with all its sources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ctg_data.built_once import built_once
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.offer.likeness import Verdict, compare, score
from ctg_data.offer.lists import Lists, repeating
from ctg_data.register.model import Register, Structure
from ctg_data.register.places import settled
from ctg_data.register.twins import address_key, name_of
from ctg_data.sources.places import OUTREACH, PublishedPlace
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.zones import Outline

NEAREST = 3  # structures of the register offered as the same place


@dataclass(frozen=True)
class Candidate:
    """One published place, with all the lists that have it.

    Attributes:
        line: the place as a line of the register would be, where it stands included.
        places: what each list says of it, the most telling list first.
        same: id of the structure of the register that it surely is; "" otherwise.
        perhaps: ids of the structures that it may be, the nearest first.
    """

    line: Structure
    places: tuple[PublishedPlace, ...]
    same: str = ""
    perhaps: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The name of each of its places among all lists."""
        return tuple(one.id for one in self.places)

    @property
    def list(self) -> str:
        """The list that it comes from; itself, where its list says a place several times."""
        source = self.places[0].source
        return self.places[0].id if source in repeating() else source

    @property
    def moves(self) -> bool:
        """Whether it goes from place to place, and stands in none."""
        return all(one.standing == OUTREACH for one in self.places)

    @property
    def signs(self) -> frozenset[str]:
        """What it is known by from one edition to the next, whatever its lists call it."""
        return frozenset(sign for one in self.places for sign in signs_of(one))


def signs_of(place: PublishedPlace) -> frozenset[str]:
    """The name of a place in its list, its SIRET, and its name with its address.

    >>> one = PublishedPlace("7", "x", "", "eaje", "", "00100", "", "Crèche A", "1 rue B")
    >>> sorted(signs_of(one))
    ['eaje:a@1 rue b/00100', 'x:7']
    """
    line = Structure("", place.kind, place.name, place.address, place.commune)
    found = {place.id}
    if place.siret:
        found.add(f"{place.kind}:siret:{place.siret}")
    if place.name and place.address:
        key = address_key(place.address, place.commune)
        found.add(f"{place.kind}:{name_of(line)}@{key}/{place.commune}")
    return frozenset(found)


def line_of(
    place: PublishedPlace, config: TerritoryConfig, outlines: Sequence[Outline]
) -> Structure:
    """A published place as a line of the register; its zones are its producer's, else its point's.

    A zone that its producer is not sure of stays unknown: its point would say otherwise than the
    address does.
    """
    line = Structure(
        id=place.id,
        kind=place.kind,
        name=place.name,
        address=place.address,
        commune=place.commune,
        longitude=place.longitude,
        latitude=place.latitude,
        zones={column: code for column, code in place.zones.items() if code},
        siret=place.siret,
        public=place.public,
        hours=place.hours,
        contact=" · ".join(text for text in (place.telephone, place.website) if text),
        source=place.source,
        source_date=place.observed,
    )
    return line if place.zones else settled(line, config, outlines)


@dataclass(frozen=True)
class _Places:
    """Places compared by name: what they say follows from the bytes that their citation names."""

    every: tuple[PublishedPlace, ...] = field(hash=False, compare=False)
    key: tuple[tuple[str, str], ...]


def candidates(
    lists: Lists,
    register: Register,
    config: TerritoryConfig,
    outlines: Sequence[Outline],
    links: Mapping[str, str],
) -> tuple[Candidate, ...]:
    """Every published place of a type that the register holds, set against it.

    Args:
        lists: what is published.
        register: in force.
        config: the territory.
        outlines: in use, where points are looked up.
        links: sign of a place → id of the structure that somebody said it is.
    """
    held = [one for one in lists.places if one.kind in kinds()]
    key = tuple((one.id, one.citation) for one in held)
    united = _united(_Places(tuple(held), key), config, tuple(outlines))
    by_kind: dict[str, list[Structure]] = {}
    for line in register.structures:
        by_kind.setdefault(line.kind, []).append(line)
    return tuple(_set_against(one, by_kind.get(one.line.kind, ()), links) for one in united)


def standing(one: Candidate) -> Structure:
    """Its line; without zone nor point for what moves, which stands in none."""
    return replace(one.line, zones={}, longitude=None, latitude=None) if one.moves else one.line


def _set_against(
    one: Candidate, present: Sequence[Structure], links: Mapping[str, str]
) -> Candidate:
    known = {each.id for each in present}
    if said := [links[sign] for sign in sorted(one.signs) if links.get(sign) in known]:
        return replace(one, same=said[0])
    told = [(compare(one.line, each), each) for each in present]
    same = [each for verdict, each in told if verdict is Verdict.SAME]
    if same:
        best = max(same, key=lambda each: score(one.line, each))
        return replace(one, same=best.id)
    perhaps = [each for verdict, each in told if verdict is Verdict.PERHAPS]
    perhaps.sort(key=lambda each: score(one.line, each), reverse=True)
    return replace(one, perhaps=tuple(dict.fromkeys(each.id for each in perhaps)))


@built_once(8)
def _united(
    places: _Places, config: TerritoryConfig, outlines: tuple[Outline, ...]
) -> tuple[Candidate, ...]:
    """Places that two lists surely share, brought together; two lines of one list stay two."""
    found: list[Candidate] = []
    for place in places.every:
        line = line_of(place, config, outlines)
        twin = next((rank for rank, one in enumerate(found) if _is(one, line, place)), None)
        if twin is None:
            found.append(Candidate(line, (place,)))
        else:
            known = found[twin]
            found[twin] = Candidate(_completed(known.line, line), (*known.places, place))
    return tuple(found)


def _is(one: Candidate, line: Structure, place: PublishedPlace) -> bool:
    if one.line.kind != line.kind:
        return False
    if place.source not in repeating() and any(each.source == place.source for each in one.places):
        return False
    return one.line.commune == line.commune and compare(one.line, line) is Verdict.SAME


def _completed(known: Structure, other: Structure) -> Structure:
    """What the first list does not say comes from the other."""
    more = {
        name: getattr(other, name)
        for name in ("name", "address", "siret", "public", "hours", "contact", "zones")
        if not getattr(known, name)
    }
    if not known.located and other.located:
        more |= {"longitude": other.longitude, "latitude": other.latitude}
    latest = max(known.source_date, other.source_date)
    return replace(known, **more, source_date=latest)
