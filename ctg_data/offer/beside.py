"""Published places as readers meet them beside the register: one entry a place, with its sources.

A reader never meets two entries of one place: what the register has, or has under a name alike, is
told with the structure of the register; two lists that speak alike make one entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Citation
from ctg_data.offer.candidates import Candidate, standing
from ctg_data.offer.decisions import ASIDE
from ctg_data.offer.likeness import ALIKE, Verdict, compare, how_near, likeness
from ctg_data.offer.offered import Published
from ctg_data.register.model import Register, Structure
from ctg_data.sources.places import PublishedPlace

ITINERANT = "Itinérant : ne se tient pas toujours à cette adresse."
PROBABLE = "Quartier probable, d'après le producteur."


@dataclass(frozen=True)
class Beside:
    """What is published beside the register.

    Attributes:
        entries: places that the register does not have, each a line with its sources in words.
        nameless: how many more there are in the commune, whose name is not published.
        known: id of a structure of the register → what lists say of it, in words.
    """

    entries: tuple[Structure, ...] = ()
    nameless: int = 0
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def beside(known: Published, register: Register) -> Beside:
    """Everything published, once each; what the city set aside is not told."""
    lines = register.by_id()
    kept: list[tuple[Candidate, Structure]] = []
    nameless, also = 0, dict[str, list[str]]()
    for one in known.candidates:
        decision = known.decisions.of(one.signs)
        if decision is not None and decision.what == ASIDE:
            continue
        same = one.same or _alike(one, lines)
        if same:
            also.setdefault(same, []).append(_also(one, known, sure=bool(one.same)))
        elif one.line.name:
            _add(kept, one, known)
        else:
            nameless += 1
    told = {name: tuple(dict.fromkeys(words)) for name, words in also.items()}
    return Beside(tuple(line for _, line in kept), nameless, told)


def _alike(one: Candidate, lines: Mapping[str, Sequence[Structure]]) -> str:
    """The structure of the register that bears its name, and that it may be."""
    for name in one.perhaps:
        if any(likeness(one.line, each) >= ALIKE for each in lines.get(name, ())):
            return name
    return ""


def _also(one: Candidate, known: Published, *, sure: bool) -> str:
    where = f" au {one.line.address}" if one.line.address and not sure else ""
    doubt = "" if sure else " (sous ce nom ; à confirmer par la Ville)"
    return f"publié aussi par {' ; '.join(sources(one, known.lists.citations))}{where}{doubt}"


def _add(kept: list[tuple[Candidate, Structure]], one: Candidate, known: Published) -> None:
    """One more entry, or one more source of an entry that speaks of the same place."""
    line = entry(one, known)
    for rank, (held, told) in enumerate(kept):
        if _one_place(held, one):
            source = " ; ".join(dict.fromkeys([told.source, line.source]))
            fuller = told if told.address or not line.address else line
            last = max(told.source_date, line.source_date)
            kept[rank] = (held, replace(fuller, source=source, source_date=last))
            return
    kept.append((one, line))


def _one_place(one: Candidate, other: Candidate) -> bool:
    return (
        one.line.kind == other.line.kind
        and one.line.commune == other.line.commune
        and one.list != other.list
        and compare(one.line, other.line) is not Verdict.OTHER
        and likeness(one.line, other.line) >= ALIKE
    )


def entry(one: Candidate, known: Published) -> Structure:
    """A published place as a line that readers see: its sources, what to know before going."""
    note = [ITINERANT] if one.moves else []
    note += [PROBABLE] if one.places[0].probable and not one.moves else []
    source = " ; ".join(sources(one, known.lists.citations))
    return replace(standing(one), source=source, note=" ".join(note))


def sources(one: Candidate, cited: Mapping[str, Citation]) -> tuple[str, ...]:
    """Each list that has it, with the day it speaks of unless that is the latest of them."""
    last = one.line.source_date
    return tuple(dict.fromkeys(_source(place, cited, last) for place in one.places))


def _source(place: PublishedPlace, cited: Mapping[str, Citation], last: str) -> str:
    citation = cited.get(place.citation)
    name = f"{citation.producer}, {citation.title}" if citation else place.source
    return name if place.observed == last or not place.observed else f"{name} ({day(place)})"


def day(place: PublishedPlace) -> str:
    """The day on which its list says that it exists, in words."""
    return fr.day(date.fromisoformat(place.observed[:10]))


def context(known: Published, commune: str) -> tuple[PublishedPlace, ...]:
    """Published places of the commune that are of no type of the register: told, never taken."""
    held = kinds()
    return tuple(
        one for one in known.lists.places if one.commune == commune and one.kind not in held
    )


def cited(known: Published, some: Iterable[PublishedPlace]) -> str:
    """The lists that some places come from, with their day and licence, as one sentence."""
    names = dict.fromkeys(one.citation for one in some)
    found = [known.lists.citations[name] for name in names if name in known.lists.citations]
    told = dict.fromkeys(
        f"{one.producer}, {one.title}, {one.period} ({one.licence})" for one in found
    )
    return f"Sources : {' ; '.join(told)}." if told else ""


def latest(one: Candidate) -> str:
    """The last day on which a list has it, in words."""
    when = one.line.source_date
    return fr.day(date.fromisoformat(when[:10])) if when else ""


def nearest(one: Candidate, register: Register) -> list[tuple[Structure, str]]:
    """The structures of the register that it may be, the nearest first, with how near in words."""
    lines = register.by_id()
    found = [lines[name][0] for name in one.perhaps if name in lines]
    return [(each, how_near(one.line, each)) for each in found]
