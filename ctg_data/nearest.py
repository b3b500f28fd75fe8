"""A name that nobody declared: refused, with the declared name it was probably meant to be.

A key written wrong and passed over in silence is a setting that does not apply: every reader of
a file that people write refuses it by name, whatever else is wrong with the file.
"""

from collections.abc import Collection
from difflib import get_close_matches

ALIKE = 0.6  # share of common letters; under it no suggestion helps


def nearest(name: str, known: Collection[str]) -> str:
    """The known name closest to ``name``, "" when none is close.

    >>> nearest("valuer", ["valeur", "defaut"]), nearest("x", ["valeur"])
    ('valeur', '')
    """
    return next(iter(get_close_matches(name, sorted(known), 1, ALIKE)), "")


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
