"""Whether two lines speak of one place: surely, perhaps, or surely not.

By SIRET, else by name and full address as they are compared; never by coordinates alone: several
services share a building.  What is not surely other may be the same: a lower bound counts it once.
"""

import math
import re
from difflib import SequenceMatcher
from enum import StrEnum

from ctg_data import fr
from ctg_data.register.model import Structure
from ctg_data.register.twins import address_key, name_of

APART = 1.0  # kilometres between two points: beyond, two places
ALIKE = 0.82  # likeness of two names at one address from which they are one place
HOUSE = re.compile(r"^\d+\b")
KM_OF_A_DEGREE = 111.2
Name = tuple[str, str]


class Verdict(StrEnum):
    """What is known of two lines of one type."""

    SAME = "même"
    PERHAPS = "peut-être"
    OTHER = "autre"


def compare(one: Structure, other: Structure) -> Verdict:
    """Two lines of one type; the address counts when it names a street and a house."""
    if one.siret and one.siret == other.siret:
        return Verdict.SAME
    here, there = _address(one), _address(other)
    if here and there and here != there:
        return Verdict.OTHER
    if here and here == there:
        return Verdict.SAME if likeness(one, other) >= ALIKE else Verdict.PERHAPS
    if _kilometres(one, other) > APART:
        return Verdict.OTHER
    return Verdict.PERHAPS


def likeness(one: Structure, other: Structure) -> float:
    """How alike two names are without the words of their type, from 0 to 1."""
    first, second = (" ".join(sorted(name_of(each).split())) for each in (one, other))
    if not first or not second:
        return 0.0
    words, more = set(first.split()), set(second.split())
    # all the words of one in the other is enough; some are, when they are several
    held = len(words & more) / min(len(words), len(more))
    held = held if held == 1 or len(words & more) > 1 else 0.0
    return max(SequenceMatcher(None, first, second).ratio(), held)


def score(one: Structure, other: Structure) -> float:
    """How near two lines are, from 0 to 1, to offer the nearest first: half name, half address."""
    here, there = (address_key(each.address, each.commune) for each in (one, other))
    street = SequenceMatcher(None, here, there).ratio() if here and there else 0.0
    return 0.5 * likeness(one, other) + 0.5 * street


def how_near(one: Structure, other: Structure) -> str:
    r"""How near two lines of one type are, in words.

    >>> first = Structure("a", "laep", "La Ronde", "1 rue A")
    >>> how_near(first, Structure("b", "laep", "Ronde", "1 rue A")).replace("\xa0", " ")
    'nom semblable à 100 %, même adresse'
    >>> how_near(first, Structure("b", "laep", "Ronde")).replace("\xa0", " ")
    'nom semblable à 100 %, sans adresse au registre'
    """
    here, there = _address(one), _address(other)
    told = [f"nom semblable à {fr.with_unit(100 * likeness(one, other), '%')}"] if one.name else []
    if here and here == there:
        told.append("même adresse")
    elif not other.address:
        told.append("sans adresse au registre")
    elif one.located and other.located:
        told.append(f"à {fr.number(_kilometres(one, other), 1)}{fr.WIDE}km")
    return ", ".join(told)


def _address(one: Structure) -> str:
    """A full address as it is compared; nothing for a street without a house, or a hamlet."""
    key = address_key(one.address, one.commune)
    return key if HOUSE.match(key) and len(key.split()) > 1 else ""


def _kilometres(one: Structure, other: Structure) -> float:
    """Between two points, 0 where one is not known; flat, which is enough here."""
    if not (one.located and other.located):
        return 0.0
    assert one.longitude is not None
    assert one.latitude is not None
    assert other.longitude is not None
    assert other.latitude is not None
    north = (one.latitude - other.latitude) * KM_OF_A_DEGREE
    narrow = math.cos(math.radians(one.latitude))
    east = (one.longitude - other.longitude) * KM_OF_A_DEGREE * narrow
    return float((north * north + east * east) ** 0.5)
