"""The type of a structure, as cities write it.

A name is compared whole, then by its beginning: « Crèche familiale » is a crèche.  What is not
known keeps the types it looks like, for the reader to choose; a choice serves for the next file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ctg_data.catalogue.structures.declared import Kind, kinds
from ctg_data.tabular.names import near, plain

WHOLE_WORD = 4  # letters under which a beginning is a whole word: « ram », never « rampe »
BEFORE = re.compile(r"^(?:structures?|etablissements?|services?|equipements?|lieux?)(?: de| d)? ")


@dataclass(frozen=True)
class Guess:
    """A type that is not known, and those it looks like."""

    text: str
    near: tuple[str, ...]


@dataclass(frozen=True)
class Aside:
    """A type that the reader said to leave aside."""

    text: str


def word_of(text: str) -> str:
    """A type as it is compared and remembered.

    >>> word_of("Crèches"), word_of("multi_accueil")
    ('creche', 'multi accueil')
    """
    words = plain(text.replace("_", " ")).split()
    return " ".join(one[:-1] if len(one) > 3 and one[-1] in "sx" else one for one in words)


def kind_of(text: str, chosen: Mapping[str, str] | None = None) -> Kind | Guess | Aside:
    """The type named: as chosen before, by its identifier or one of its names, or its beginning.

    >>> [kind_of(one).id for one in ("Crèches", "EAJE", "centre social", "Crèche familiale")]
    ['eaje', 'eaje', 'centre_social', 'eaje']
    >>> kind_of("Relais Petite Enfance (RPE)").id, kind_of("Accueil de loisirs - ados").id
    ('rpe', 'alsh_ados')
    >>> kind_of("centre sociaal").near, kind_of("Autre", {"autre": ""})
    (('centre_social',), Aside(text='Autre'))
    """
    word = word_of(text)
    if chosen and word in chosen:
        named = chosen[word]
        return kinds()[named] if named in kinds() else Aside(text)
    names = _names()
    inside = [word_of(one) for one in re.findall(r"\(([^)]*)\)", text)]
    outside = word_of(re.sub(r"\([^)]*\)", " ", text))
    shorter = (word, outside, BEFORE.sub("", word))
    whole = (names[one] for one in shorter if one in names)
    begun = (kind for one in shorter for start, kind in _beginnings() if _begins(one, start))
    within = (names[one] for one in inside if one in names)
    found = next((kind for kinds_found in (whole, begun, within) for kind in kinds_found), None)
    if found is not None:
        return found
    close = near(word, word, names)
    return Guess(text, tuple(dict.fromkeys(names[name].id for name in close)))


def _begins(word: str, start: str) -> bool:
    return word.startswith(start if len(start) > WHOLE_WORD else f"{start} ")


@cache
def _names() -> dict[str, Kind]:
    names: dict[str, Kind] = {}
    for one in kinds().values():
        known = (one.id, one.label, one.many, *one.noms, *one.debuts)
        names |= {word_of(name): one for name in known}
    return names


@cache
def _beginnings() -> list[tuple[str, Kind]]:
    """The longest first: « accueil de loisirs ado » before « accueil de loisirs »."""
    found = [(word_of(start), one) for one in kinds().values() for start in one.debuts]
    return sorted(found, key=lambda pair: -len(pair[0]))
