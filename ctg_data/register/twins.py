"""Two lines that are one structure: the same type, name and place, on the same days.

Cities write one line a kind of care, or paste two lists together: what is one place would count
twice.  Two structures of one name at two addresses are two; so are two that somebody gave two
identifiers, and it is told.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields, replace

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register.communes import name_key
from ctg_data.register.model import Structure
from ctg_data.register.read import Line
from ctg_data.register.rules import remark
from ctg_data.tabular.names import plain
from ctg_data.tabular.report import Message

Pair = tuple[Line, Structure]
SHORTENED = {
    **{"av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "r": "rue"},
    **{"bvd": "boulevard", "pl": "place", "all": "allee", "imp": "impasse", "ch": "chemin"},
    **{"rte": "route", "sq": "square", "fg": "faubourg", "fbg": "faubourg", "crs": "cours"},
    **{"st": "saint", "ste": "sainte", "dr": "docteur", "gal": "general", "gl": "general"},
    **{"pdt": "president", "mal": "marechal", "res": "residence", "qu": "quai"},
}
SMALL = {"de", "du", "des", "d", "la", "le", "les", "l", "a", "et"}
COUNTED = ("places", "psu", "works", "sessions", "age_min", "age_max", "spans", "competence")
WORDED = {"public": " ; ", "hours": " ; ", "contact": " · ", "note": " ; ", "apply": " ; "}
NEAR = 4  # decimals of a degree: some ten metres
FRENCH = {
    **{"places": "places", "psu": "psu", "works": "projet de travaux", "sessions": "séances"},
    **{"age_min": "âge", "age_max": "âge", "spans": "dates", "competence": "zone de compétence"},
}


def overlap(one: Structure, other: Structure) -> bool:
    """Whether two lines speak of the same days."""
    always = (("", ""),)
    return any(
        (a[0] or "0") < (b[1] or "9999") and (b[0] or "0") < (a[1] or "9999")
        for a in one.spans or always
        for b in other.spans or always
    )


def united(pairs: Sequence[Pair], tell: Callable[[Message], None]) -> list[Pair]:
    """The lines, those of one structure brought together; what contradicts itself is told."""
    found: list[Pair] = []
    for line, one in pairs:
        twin = next((rank for rank, (_, known) in enumerate(found) if _same(known, one)), None)
        if twin is None:
            found.append((line, one))
            continue
        first, known = found[twin]
        where = [each.place("nom", each.text("nom")) for each in (first, line)]
        said = f"Lignes {first.number} et {line.number} : même type, même nom (« {one.name} ») et "
        said += "même lieu"
        if known.id and one.id:
            if known.id != one.id:  # else: an identifier that serves twice is told elsewhere
                done = "gardées toutes deux : deux identifiants leur sont donnés"
                tell(remark("doublon_possible", f"{said}.", where, done=done))
            found.append((line, one))
        elif against := _against(known, one):
            done = (
                "fichier refusé ; une seule ligne si c'est une structure, un identifiant (colonne "
                "id) à chacune si elles sont deux"
            )
            told = f"{said}, mais pas les mêmes {fr.listed(against)}."
            tell(remark("doublon_contredit", told, where, done=done))
        else:
            done = "comptées une fois ; si elles sont deux, donnez un identifiant (id) à chacune"
            tell(remark("doublon", f"{said}.", where, done=done))
            found[twin] = (first, _together(known, one))
    return found


def _same(one: Structure, other: Structure) -> bool:
    return (
        one.kind == other.kind
        and bool(one.kind)
        and one.commune == other.commune
        and name_of(one) == name_of(other)
        and overlap(one, other)
        and place_of(one) == place_of(other)
    )


def name_of(one: Structure) -> str:
    """A name without the words of its type: « Crèche Les Lutins » and « Les Lutins » are one.

    >>> [name_of(Structure("", "eaje", one)) for one in ("Crèche Les Lutins", "LUTINS")]
    ['lutins', 'lutins']
    """
    word = plain(one.name)
    kind = kinds().get(one.kind)
    for start in sorted(map(plain, (*kind.debuts, *kind.noms)) if kind else (), key=len)[::-1]:
        if word.startswith(f"{start} "):
            word = word.removeprefix(f"{start} ")
            break
    return " ".join(part for part in word.split() if part not in SMALL) or word


def place_of(one: Structure) -> Hashable:
    """Where a line says the structure is: its address, else its point, else its zones."""
    address = address_key(one.address, one.commune)
    if address:
        return address
    if one.longitude is not None and one.latitude is not None:
        return round(one.longitude, NEAR), round(one.latitude, NEAR)
    return tuple(sorted(one.zones.items()))


def address_key(text: str, town: str = "") -> str:
    """An address as it is compared.

    >>> address_key("1, Pl. du Vieux-Chêne 00100 Songe"), address_key("1 place Vieux chene")
    ('1 place vieux chene', '1 place vieux chene')
    """
    street = re.split(r"\b\d{5}\b", text)[0]
    words = [SHORTENED.get(word, word) for word in plain(street).split()]
    bare = " ".join(word for word in words if word not in SMALL)
    return bare.removesuffix(f" {name_key(town)}") if town else bare


def _against(one: Structure, other: Structure) -> list[str]:
    """What two lines both say, and say otherwise."""
    return list(
        dict.fromkeys(
            FRENCH[name]
            for name in COUNTED
            if getattr(one, name) not in (None, "", (), {})
            and getattr(other, name) not in (None, "", (), {})
            and getattr(one, name) != getattr(other, name)
        )
    )


def _together(one: Structure, other: Structure) -> Structure:
    """One structure: what the first does not say comes from the other, words are put together."""
    got = {
        each.name: getattr(other, each.name)
        for each in fields(Structure)
        if getattr(one, each.name) in (None, "", (), {})
    }
    for name, between in WORDED.items():
        texts = [text for text in (getattr(one, name), getattr(other, name)) if text]
        got[name] = between.join(dict.fromkeys(texts))
    return replace(one, **got)
