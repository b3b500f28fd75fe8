"""The directory: which structures answer a need, here, for here, elsewhere; all of it public.

A structure that closed is not in it.  One whose list is not said to be full, or whose source is
old, is shown with the date of its source: a family should not cross the city for a closed door.
"""

from dataclasses import dataclass
from datetime import date

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds, needs
from ctg_data.model import Level
from ctg_data.register.model import ZONINGS, Register, Structure, age_words, written_day
from ctg_data.territory.config import TerritoryConfig, Zone

FRESH_YEARS = 2  # a source older than this is to be checked before going


@dataclass(frozen=True)
class Listing:
    """What the directory shows for one need and one zone.

    Attributes:
        here: standing in the zone.
        serving: standing elsewhere, whose competence zone holds it.
        elsewhere: in or around the commune.
        unplaced: nobody said where.
        open_lists: the types, among those asked, whose list is not said to be full.
    """

    here: tuple[Structure, ...] = ()
    serving: tuple[Structure, ...] = ()
    elsewhere: tuple[Structure, ...] = ()
    unplaced: tuple[Structure, ...] = ()
    open_lists: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many structures in all."""
        return sum(map(len, (self.here, self.serving, self.elsewhere, self.unplaced)))


def listing(
    register: Register, config: TerritoryConfig, need: str, zone: Zone, today: date
) -> Listing:
    """The structures that answer a need (every one without), seen from a zone."""
    known = needs()
    wanted = known[need].types if need in known else tuple(kinds())
    order = {kind: rank for rank, kind in enumerate(wanted)}
    found = fr.by_name(
        (one for one in register.structures if one.kind in order and one.open_on(today)),
        lambda one: one.name,
        before=lambda one: (order[one.kind], -_year(one)),
    )
    groups: dict[str, list[Structure]] = {"here": [], "serving": [], "elsewhere": []}
    unplaced = []
    for one in {one.id: one for one in found}.values():
        place = _where(one, config, zone)
        groups[place].append(one) if place else unplaced.append(one)
    open_lists = tuple(kinds()[kind].many for kind in wanted if kind not in register.complete)
    return Listing(
        **{name: tuple(some) for name, some in groups.items()},
        unplaced=tuple(unplaced),
        open_lists=open_lists,
    )


def _year(one: Structure) -> int:
    """The year of its source: what is known best comes first."""
    return int(one.source_date[:4] or 0)


def _where(one: Structure, config: TerritoryConfig, zone: Zone) -> str:
    """Where a structure stands as seen from a zone; nothing when it is not known."""
    commune = config.commune.code
    if zone.level is Level.COMMUNE:
        return "here" if one.commune == commune else "elsewhere"
    column = next(
        name
        for name, (level, year) in ZONINGS.items()
        if level is zone.level and year in (0, zone.vintage)
    )
    stands = one.zone(column, commune)
    if stands == zone.code:
        return "here"
    if zone.code in one.competence:
        return "serving"
    return "elsewhere" if stands else ""


def caution(one: Structure, register: Register, today: date) -> str:
    """What must be checked before going, or nothing.

    >>> old = Structure("a", "laep", "A", source_date="2014-01-24")
    >>> caution(old, Register((old,), {"laep": 2010}), date(2026, 1, 1))
    'Dernière mention publique : 24/01/2014. Vérifiez avant de vous déplacer.'
    >>> caution(old, Register((old,), {"laep": 2010}), date(2015, 1, 1))
    ''
    """
    if not one.source_date:
        return "Source sans date. Vérifiez avant de vous déplacer."
    age = today.year - int(one.source_date[:4])
    if age > FRESH_YEARS:
        when = written_day(one.source_date)
        return fr.spaced(
            f"Dernière mention publique : {when}. Vérifiez avant de vous déplacer."
        ).replace(fr.WIDE, " ")
    return ""


def zones_of(one: Structure, config: TerritoryConfig) -> list[str]:
    """The zones it stands in, by name: quartier and QPV of today, else its IRIS."""
    names: list[str] = []
    for column in ("quartier", "qpv_2024", "iris"):
        if column == "iris" and names:
            break  # a neighbourhood that people know by name says enough
        level, _ = ZONINGS[column]
        code = one.zones.get(column, "")
        label = config.labels.get((str(level), code))
        if label:
            names.append(label)
    if one.commune and one.commune != config.commune.code:
        names.append(config.labels.get((str(Level.COMMUNE), one.commune), one.commune))
    return list(dict.fromkeys(names))


def facts(one: Structure, config: TerritoryConfig) -> list[tuple[str, str]]:
    """What a family asks, in order, as (question, answer); what is not said is left out."""
    public = one.public or age_words(one)
    where = ", ".join(part for part in (one.address, *zones_of(one, config)) if part)
    told = [
        ("Pour qui", public),
        ("Où", where),
        ("Quand", one.hours),
        ("Contact", one.contact),
        ("S'inscrire", one.apply),
        ("Géré par", one.manager),
        ("À savoir", one.note),
    ]
    return [(head, fr.spaced(text)) for head, text in told if text]


def origin(one: Structure) -> str:
    """Where the line comes from, and of when, as a sentence."""
    return fr.spaced(f"Source : {source_of(one)}.")


def source_of(one: Structure) -> str:
    """The same under a heading that says « Source »."""
    when = f", {written_day(one.source_date)}" if one.source_date else ""
    return fr.spaced(f"{one.source or 'non précisée'}{when}")
