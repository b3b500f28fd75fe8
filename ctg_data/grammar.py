"""French agreement: a unit with its number, a verb with the place it is about."""

INVARIABLE = {"dans", "sans", "sous", "moins", "plus", "hors"}  # end with s, and keep it
PLURALS = {
    "est": "sont",
    "vient": "viennent",
    "obtient": "obtiennent",
    "reste": "restent",
    "a": "ont",
    "atteint": "atteignent",
}


def agreed(unit: str, value: float) -> str:
    """A unit, written in the plural, agreed with its number: French is plural from 2 on.

    >>> agreed("places pour 100 enfants", 1.9)
    'place pour 100 enfants'
    >>> agreed("foyers allocataires de la CAF", 0), agreed("enfants sans place", 5)
    ('foyer allocataire de la CAF', 'enfants sans place')
    """
    if abs(value) >= 2:
        return unit
    words = unit.split(" ")
    for place, word in enumerate(words):
        if not word.endswith("s") or word in INVARIABLE:
            break
        words[place] = word[:-1]
    return " ".join(words)


def agree(singular: str, place: str) -> str:
    """A place and a verb in the singular, agreed with it.

    >>> agree("est", "Les Hauts de Rive"), agree("vient", "Le Port"), agree("obtient", "Les Prés")
    ('Les Hauts de Rive sont', 'Le Port vient', 'Les Prés obtiennent')
    """
    return f"{place} {verb(singular, place)}"


def verb(singular: str, place: str) -> str:
    """Agree a verb with a place: « Les Coteaux comptent », « la commune compte »."""
    if not place.lower().startswith("les "):
        return singular
    return PLURALS.get(singular, f"{singular}nt")
