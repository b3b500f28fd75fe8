"""Names of a file that nobody reads, refused with the nearest known one.

A misspelt « relations » would leave a table without its sums, and show what they give away.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache

ALIKE, VERY_ALIKE = 0.5, 0.76
"""Share of letters in common from which a known name is proposed; from which a column of a CSV
file, free to bear any name, is taken for a misspelt one."""


def unknown_names(
    given: Iterable[object], known: Collection[str], described: str = ""
) -> list[str]:
    """Return one French line a name outside `known`, each with the nearest known one.

    `described` are names that tell of an example and change nothing, separated by blanks.

    >>> unknown_names(["relation"], ["relations", "cells"])
    ['« relation » est un nom inconnu ; vouliez-vous écrire « relations » ?']
    """
    allowed = _allowed(tuple(known), described)
    return [
        f"« {name} » est un nom inconnu ; {proposal(str(name), known)}"
        for name in given
        if name not in allowed
    ]


@cache
def _allowed(known: tuple[str, ...], described: str) -> frozenset[str]:
    return frozenset([*known, *described.split()])


def proposal(name: str, known: Collection[str]) -> str:
    """Propose the nearest known name, or tell them all.

    >>> proposal("zzz", ["id", "value"])
    'les noms possibles sont : id, value.'
    """
    near = nearest(name, known)
    if near:
        return f"vouliez-vous écrire « {near} » ?"
    return f"les noms possibles sont : {', '.join(known)}."


def nearest(name: str, known: Collection[str], alike: float = ALIKE) -> str | None:
    """Return the known name most like another, None when none is.

    >>> nearest("univers", ["id", "universe"]), nearest("Value ", ["value"]), nearest("geo", ["id"])
    ('universe', 'value', None)
    """
    by_letters = {_letters(one): one for one in known}
    found = difflib.get_close_matches(_letters(name), by_letters, n=1, cutoff=alike)
    return by_letters[found[0]] if found else None


FRENCH = {
    **{"valeur": "value", "effectif": "value", "identifiant": "id", "cellule": "cell"},
    **{"univers": "universe", "population": "universe", "seuil": "threshold"},
    **{"allocataires": "base", "statut": "status", "etat": "status"},
    **{"relations": "relation", "coefficient": "coef", "externe": "external", "virtuel": "virtual"},
}
"""What a French hand writes for a column that counts."""
SHORT = 3
"""Letters from which the beginning of a name is taken for the whole."""


def column_meant(name: str, known: Collection[str]) -> str | None:
    """Return the known column that another one looks like, None for a description of the line.

    >>> column_meant("univers", ["id", "value", "universe"]), column_meant("Seuil", ["threshold"])
    ('universe', 'threshold')
    >>> [column_meant(name, ["id", "value", "base"]) for name in ("geo", "cat", "year", "zone")]
    [None, None, None, None]
    """
    letters = _letters(name)
    if FRENCH.get(letters) in known:
        return FRENCH[letters]
    started = [one for one in known if len(letters) >= SHORT and one.startswith(letters)]
    return started[0] if started else nearest(name, known, VERY_ALIKE)


def _letters(name: str) -> str:
    """Return a name without its accents, case, blanks and marks."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in bare if letter.isalnum())
