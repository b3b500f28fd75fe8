"""French agreement: a unit with its number, a verb with the place it is about."""

INVARIABLE = {"dans", "sans", "sous", "moins", "plus", "hors"}  # end with s, and keep it
INVARIABLE |= {
    "relais",
    "accès",
    "mois",
    "temps",
    "cours",
    "parcours",
    "tiers",
    "fois",
    "ans",
    "rendez-vous",
}
# said of what is counted, wherever it comes before those it is counted for
SAID_OF_IT = {"recensés", "recensées", "couverts", "couvertes", "implantés", "implantées"}
SAID_OF_IT |= {"ouverts", "ouvertes", "présents", "présentes", "bénéficiaires", "accessibles"}
SAID_OF_IT |= {"occupées", "ambulatoires", "accompagnées"}
OTHERS = {"pour", "dont", "chez", "parmi"}  # what follows is of somebody else
LISTED = " et "  # between two kinds of one count: a single one is of either
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
    >>> agreed("lieux d'accueil", 1), agreed("relais petite enfance ouverts", 1)
    ("lieu d'accueil", 'relais petite enfance ouvert')
    >>> agreed("centres sociaux et espaces de vie sociale ouverts", 1)
    'centre social ou espace de vie sociale ouvert'
    >>> agreed("enfants de 3 à 5 ans couverts par la CAF", 1)
    'enfant de 3 à 5 ans couvert par la CAF'
    """
    if abs(value) >= 2:
        return unit
    kinds = unit.split(LISTED)
    nouns = [one.split(" ")[0] for one in kinds]
    several = len(kinds) > 1 and all(_single(one) and one not in SAID_OF_IT for one in nouns)
    return " ou ".join(map(_one, kinds)) if several else _one(unit)


def _one(unit: str) -> str:
    """A unit in the singular: its first words while they are plural, and what is said of it."""
    words = unit.split(" ")
    own = next((place for place, word in enumerate(words) if word in OTHERS), len(words))
    leading = True
    for place, word in enumerate(words[:own]):
        bare = word.rstrip(",")
        single = _single(bare)
        leading = leading and bool(single)
        if single and (leading or bare in SAID_OF_IT):
            words[place] = single + word[len(bare) :]
    return " ".join(words)


def _single(word: str) -> str:
    """The singular of a plural word; nothing for what is none."""
    bare = word.rpartition("'")[2]
    if bare in INVARIABLE or not word.endswith(("s", "aux", "eux")):
        return ""
    return f"{word[:-3]}al" if word.endswith("aux") else word[:-1]


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
