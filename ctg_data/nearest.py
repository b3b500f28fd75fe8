"""A name that nobody declared: refused, with the declared name it was probably meant to be.

A key written wrong and passed over in silence is a setting that does not apply: every reader of
a file that people write refuses it by name, whatever else is wrong with the file.
"""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

ALIKE = 0.6  # share of common letters; under it no suggestion helps


def nearest(name: str, known: Collection[str], alike: float = ALIKE) -> str:
    """The known name closest to ``name``, "" when none shares ``alike`` of its letters.

    Accents, capitals, blanks and marks change nothing.

    >>> nearest("valuer", ["valeur", "defaut"]), nearest("Défaut ", ["defaut"])
    ('valeur', 'defaut')
    >>> nearest("x", ["valeur"])
    ''
    """
    by_letters = {letters(one): one for one in sorted(known)}
    found = get_close_matches(letters(name), by_letters, 1, alike)
    return by_letters[found[0]] if found else ""


def letters(name: str) -> str:
    """A name without its accents, case, blanks and marks.

    >>> letters("Clé d'accès")
    'cledacces'
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in bare if letter.isalnum())


def unknown(name: str, known: Collection[str]) -> str:
    """Say in French that a key is not one of those known, and which one was probably meant.

    >>> unknown("valuer", ["valeur", "defaut"])
    'clé inconnue. Vouliez-vous écrire « valeur » ?'
    >>> unknown("x", ["valeur", "defaut"])
    'clé inconnue. Clés possibles : defaut, valeur.'
    """
    if near := nearest(name, known):
        return f"clé inconnue. Vouliez-vous écrire « {near} » ?"
    if not known:
        return "clé inconnue : rien n'est attendu ici. Retirez-la."
    return f"clé inconnue. Clés possibles : {', '.join(sorted(known))}."


ANY = None  # a form that says nothing of what is inside: free text, codes and their labels
Form = Mapping[str, Any]  # key → form of its table, or of each table of its list, or ANY


def strangers(table: Mapping[str, Any], form: Form, place: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a file that its form does not know: (its whole name, French sentence).

    >>> list(strangers({"lable": 1, "qpv": [{"cod": 1}]}, {"label": ANY, "qpv": {"code": ANY}}))
    ... # doctest: +NORMALIZE_WHITESPACE
    [('lable', 'clé inconnue. Vouliez-vous écrire « label » ?'),
     ('qpv[1].cod', 'clé inconnue. Vouliez-vous écrire « code » ?')]
    """
    for key, value in table.items():
        if key not in form:
            yield f"{place}{key}", unknown(key, form)
        elif (inner := form[key]) is not ANY:
            if isinstance(value, dict):
                yield from strangers(value, inner, f"{place}{key}.")
            elif isinstance(value, list):
                for rank, one in enumerate(value, start=1):
                    if isinstance(one, dict):
                        yield from strangers(one, inner, f"{place}{key}[{rank}].")
