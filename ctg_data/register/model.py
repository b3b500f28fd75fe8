"""The register of structures: what is offered, where, to whom, from when to when.

Everything in it is public.  A structure counts nobody: those who work there or who come are
counted by the socle, which the gate masks.  Dates are ISO texts, cut where they are not known
(« 2005 », « 2023-09 »), so that text order is time order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ctg_data.model import Level

ZONINGS = {  # column of the register → level and generation of its zones (0: the only one)
    "iris": (Level.IRIS, 0),
    "quartier": (Level.QUARTIER, 0),
    "qpv_2015": (Level.QPV, 2015),
    "qpv_2024": (Level.QPV, 2024),
}
OUTSIDE = "hors"  # known to stand in no zone of that kind; a blank is not known
BANDS = ("3-5", "6-11", "12-17")
SESSIONS = ("mercredi", "vacances")
BY_HAND, BY_GEOCODER, BY_FILE = "main", "geocodeur", "fichier"
Span = tuple[str, str]  # opened, closed; an empty text is not known, or not yet


@dataclass(frozen=True)
class Structure:
    """One structure, with the facts its line gives; an empty text is « not said ».

    Attributes:
        zones: by column of ``ZONINGS``: a code, ``OUTSIDE``, or nothing when not known.
        score: of the geocoder, from 0 to 1; ``located_by`` says who placed the point.
        places: of a crèche; beds of a foyer.
        psu, works: « oui », « non », or nothing; works are decided, not only wished for.
        sessions: places of an accueil de loisirs by (session, age band).
        competence: codes of the zones whose inhabitants it serves.
        siret: 14 digits of the establishment, when the city gives them.
        spans: when it was open; a structure that closed and opened again has two.

    Hashable, so that what is made of some structures is made once: tables within it are compared
    and not hashed.
    """

    id: str
    kind: str
    name: str
    address: str = ""
    commune: str = ""
    longitude: float | None = None
    latitude: float | None = None
    score: float | None = None
    located_by: str = ""
    zones: Mapping[str, str] = field(default_factory=dict, hash=False)
    places: int | None = None
    psu: str = ""
    works: str = ""
    sessions: Mapping[tuple[str, str], int] = field(default_factory=dict, hash=False)
    age_min: int | None = None
    age_max: int | None = None
    public: str = ""
    manager: str = ""
    hours: str = ""
    contact: str = ""
    apply: str = ""
    competence: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    note: str = ""
    source: str = ""
    source_date: str = ""
    fictional: bool = False
    siret: str = ""

    @property
    def located(self) -> bool:
        """Whether a map can show it."""
        return self.longitude is not None and self.latitude is not None

    def zone(self, column: str, commune: str) -> str:
        """The zone of a zoning it stands in: a code, ``OUTSIDE``, or nothing when not known.

        A structure of another commune is in no zone of this one; one whose IRIS was read from
        outlines, or given with its point, was looked for in all of them.
        """
        if self.zones.get(column):
            return self.zones[column]
        if self.commune != commune:
            return OUTSIDE
        return OUTSIDE if self.located and self.zones.get("iris") else ""

    def open_in(self, year: int) -> bool:
        """Whether it was open on 31 December of a year.

        Without an opening date it is known from the date of its source on, not before.
        """
        return self.open_on(date(year, 12, 31))

    def open_on(self, day: date) -> bool:
        """Whether it is known to be open at the end of a day."""
        when = day.isoformat()
        return any(
            (opened or self.source_date or "9999") <= when and (closed or "9999") > when
            for opened, closed in self.spans or (("", ""),)
        )

    @property
    def closed(self) -> bool:
        """Whether its last period is over."""
        return bool(self.spans and self.spans[-1][1])


@dataclass(frozen=True)
class Register:
    """Every structure of a territory, and of which types the list is said to be full.

    Attributes:
        complete: type → first year for which its list is full: no structure is then a true 0.
        received_on: ISO day it was imported; empty for the one that came with the territory.
    """

    structures: tuple[Structure, ...] = ()
    complete: Mapping[str, int] = field(default_factory=dict)
    received_on: str = ""

    @property
    def until(self) -> int | None:
        """The last 31 December the register speaks of, by the latest date of its sources."""
        dates = [one.source_date for one in self.structures if len(one.source_date) == 10]
        if not dates:
            return None
        last = max(dates)
        return int(last[:4]) if last[4:] >= "-12-31" else int(last[:4]) - 1

    def open_in(self, year: int) -> tuple[Structure, ...]:
        """The structures open on 31 December of a year."""
        return tuple(one for one in self.structures if one.open_in(year))

    def by_id(self) -> dict[str, tuple[Structure, ...]]:
        """Lines by identifier: one structure may have several, when what it offers changed."""
        found: dict[str, tuple[Structure, ...]] = {}
        for one in self.structures:
            found[one.id] = (*found.get(one.id, ()), one)
        return found


def age_words(one: Structure) -> str:
    """The ages it is open to, in words.

    >>> age_words(Structure("a", "eaje", "A", age_min=0, age_max=2))
    'de 0 à 2 ans'
    >>> age_words(Structure("a", "evs", "A", age_min=0, age_max=99)), age_words(
    ...     Structure("a", "fjt", "A", age_min=16)
    ... )
    ('à tout âge', 'à partir de 16 ans')
    """
    low, high = one.age_min, one.age_max
    if low is None and high is None:
        return ""
    if not low and high is not None and high >= 99:
        return "à tout âge"
    if high is None or high >= 99:
        return f"à partir de {low} ans"
    return f"de {low or 0} à {high} ans"


def spells(one: Structure) -> Iterator[str]:
    """The periods of opening, in words.

    >>> list(spells(Structure("a", "centre_social", "A", spans=(("2005", "2014"), ("2023", "")))))
    ['de 2005 à 2014', 'depuis 2023']
    """
    for opened, closed in one.spans:
        if opened and closed:
            yield f"de {written_day(opened)} à {written_day(closed)}"
        elif closed:
            yield f"jusqu'à {written_day(closed)}"
        elif opened:
            yield f"depuis {written_day(opened)}"


def written_day(when: str) -> str:
    """A date as short as it is known.

    >>> written_day("2023-09-25"), written_day("2023-09"), written_day("2023")
    ('25/09/2023', '09/2023', '2023')
    """
    return "/".join(reversed(when.split("-")))
