"""How places are named in sentences: with their article, and told apart when homonyms."""

from ctg_data.model import Level
from ctg_data.territory.config import Zone

EPCI = {
    "Métropole": "la Métropole",
    "Communauté": "la Communauté",
    "Agglomération": "l'Agglomération",
}
WORDS = {
    Level.DEPARTEMENT: "le département",
    Level.REGION: "la région",
    Level.FRANCE: "la France",
}


def in_words(zone: Zone) -> str:
    """A place with its article, as ``reading.gap`` and ``fr.of`` want it.

    >>> in_words(Zone(Level.EPCI, "200000000", 2025, "Métropole des Exemples"))
    'la Métropole'
    >>> in_words(Zone(Level.REGION, "99", 2025, "Exemple"))
    'la région'
    """
    if zone.level is Level.EPCI:
        first = zone.label.split()[0]
        return EPCI.get(first, "l'intercommunalité")
    return WORDS.get(zone.level, zone.label)


def full_name(zone: Zone) -> str:
    """A name that tells two generations of a QPV apart.

    >>> full_name(Zone(Level.QPV, "QN09901N", 2024, "Les Exemples"))
    'Les Exemples (QPV 2024)'
    """
    if zone.level is Level.QPV:
        return f"{zone.label} (QPV {zone.vintage})"
    return zone.label
