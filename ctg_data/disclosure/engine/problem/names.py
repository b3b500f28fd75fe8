"""Names of a file that nobody reads, refused with the nearest known one.

A misspelt « relations » would leave a table without its sums, and show what they give away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from ctg_data.nearest import letters, nearest

VERY_ALIKE = 0.76
"""Share of letters in common from which a column of a CSV file, free to bear any name, is taken
for a misspelt one."""


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
    bare = letters(name)
    if FRENCH.get(bare) in known:
        return FRENCH[bare]
    started = [one for one in known if len(bare) >= SHORT and one.startswith(bare)]
    return started[0] if started else nearest(name, known, VERY_ALIKE) or None
