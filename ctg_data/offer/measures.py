"""What is made of the structures of a zone: how many, how many places, which kinds."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Status
from ctg_data.offer.distinct import least
from ctg_data.offer.likeness import Verdict, compare
from ctg_data.register.model import BANDS, SESSIONS, Structure

LEISURE = ("alsh", "alsh_ados")
EARLY = ("eaje", "rpe", "laep")  # what a child under 3 is taken to
WORKS = "structures_projet_travaux"  # of the last year only: a file says what is decided today


@dataclass(frozen=True)
class Line:
    """One structure of the register, or one published place.

    Attributes:
        structure: what it is and where it stands.
        perhaps: ids of the structures of the register that a published place may be.
        list: the list that it comes from, "" for the register.
    """

    structure: Structure
    perhaps: tuple[str, ...] = ()
    list: str = ""


@dataclass(frozen=True)
class Known:
    """A number of what is offered: exact, or known at least, or at most."""

    value: float
    status: Status = Status.DIFFUSE

    def within(self, *, whole: bool) -> "Known":
        """The same, a lower bound where what it was made from may not be all there is."""
        return self if whole else replace(self, status=Status.MINIMUM)


Measure = Callable[[Sequence[Line]], Known]


@dataclass(frozen=True)
class Series:
    """One variable and part, made from structures of some types."""

    variable: str
    category: str
    kinds: tuple[str, ...]
    measure: Measure
    last_only: bool = False


def youth() -> tuple[str, ...]:
    """The types that are an offer for people of 12 to 25."""
    return tuple(one.id for one in kinds().values() if one.jeunes)


def series() -> Iterator[Series]:
    """What is made of the lists, declared."""
    for kind in kinds():
        yield Series("structures", kind, (kind,), _count)
    parents = tuple(one.id for one in kinds().values() if one.parents)
    yield Series("dispositifs_parentalite", "total", parents, _variety)
    yield Series("places_eaje_implantees", "total", ("eaje",), _sum_of(lambda one: one.places))
    yield Series("eaje_psu", "total", ("eaje",), _sum_of(lambda one: _said(one.psu)))
    works = _sum_of(lambda one: _said(one.works))
    yield Series(WORKS, "total", EARLY, works, last_only=True)
    yield Series("lits_fjt", "total", ("fjt",), _sum_of(lambda one: one.places))
    for session in SESSIONS:
        for band in BANDS:
            wanted = LEISURE if band == BANDS[-1] else LEISURE[:1]
            yield Series(f"places_alsh_{session}", band, wanted, _sessions(session, (band,)))
        yield Series(f"places_alsh_{session}", "total", LEISURE, _sessions(session, BANDS))


def _count(found: Sequence[Line]) -> Known:
    """How many there are: every structure, and those that lists surely add."""
    lines = sorted(found, key=lambda one: one.list)
    lists = [list(group) for _, group in groupby(lines, key=lambda one: one.list)]
    if len(lists) < 2:
        return Known(float(len(lines)))
    return Known(float(least(lists, _may_be_one)))


def _may_be_one(one: Line, other: Line) -> bool:
    """Whether two lines of two lists may be the same place."""
    for place, known in ((one, other), (other, one)):
        if not known.list and place.list:
            return known.structure.id in place.perhaps
    return compare(one.structure, other.structure) is not Verdict.OTHER


def _variety(found: Sequence[Line]) -> Known:
    return Known(float(len({one.structure.kind for one in found})))


def _said(text: str) -> int | None:
    """1 for « oui », 0 for « non », nothing for what nobody said."""
    return {"oui": 1, "non": 0}.get(text)


def _sum_of(number: Callable[[Structure], int | None]) -> Measure:
    """A sum over structures; a lower bound as soon as one of them does not tell.

    No list of producers tells places: what it publishes leaves the sum a lower bound.
    """

    def measure(found: Sequence[Line]) -> Known:
        told = [number(one.structure) for one in found]
        whole = all(one is not None for one in told)
        return Known(float(sum(one or 0 for one in told))).within(whole=whole)

    return measure


def _sessions(session: str, bands: Sequence[str]) -> Measure:
    """Places of a session: the most that one address declares by band, then their sum.

    Two declarations at one address are the same rooms (jeunes.gouv.fr, article 6234).
    """

    def measure(found: Sequence[Line]) -> Known:
        most: dict[tuple[str, str], int] = {}
        for line in found:
            one = line.structure
            for band in bands:
                key = (one.address.casefold() or one.id, band)
                most[key] = max(most.get(key, 0), one.sessions.get((session, band), 0))
        whole = all(one.structure.sessions for one in found)
        return Known(float(sum(most.values()))).within(whole=whole)

    return measure
