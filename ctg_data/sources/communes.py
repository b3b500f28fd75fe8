"""Which commune of the territory a line of a list is of: by its code, else by its name."""

import re

from ctg_data import fr
from ctg_data.sources.base import ARRONDISSEMENTS, communes_of
from ctg_data.territory.config import TerritoryConfig

DISTRICT = re.compile(r"\s+\d{1,2}\s*(er|e|eme|nd)?(\s+arrondissement)?$")


def whole(territory: TerritoryConfig) -> dict[str, str]:
    """Each code that lists may bear, arrondissements included: the commune it is told for."""
    codes = {code: code for code in communes_of(territory)}
    return codes | {part: code for code in codes for part in ARRONDISSEMENTS.get(code, ())}


def of_address(territory: TerritoryConfig, name: str, postcode: str, attached: str = "") -> str:
    """The code of the commune that an address names; "" when it is none of the territory's.

    Args:
        territory: whose communes are known.
        name: that of the commune, as an address writes it; nothing: ``attached`` is the answer.
        postcode: five digits or nothing: a namesake of another department is another commune.
        attached: the commune that its producer attaches the line to.
    """
    named = plain(name)
    if not named:
        return attached
    zones = (territory.commune, *territory.neighbours, *territory.epci_members)
    labels = {zone.code: plain(zone.label) for zone in zones}
    if labels.get(attached) == named:
        return attached
    same = [code for code, label in labels.items() if label == named]
    same = [code for code in same if _in_department(code, postcode)]
    return same[0] if len(same) == 1 else ""


def _in_department(code: str, postcode: str) -> bool:
    """Whether a postcode may be of a commune's department."""
    head = code[:3] if code.startswith("97") else {"2A": "20", "2B": "20"}.get(code[:2], code[:2])
    return not postcode or postcode.startswith(head)


def plain(name: str) -> str:
    """The name of a commune as it is compared.

    >>> plain("Exemple-les-Prés Cedex 2"), plain("St Exemple"), plain("Exemple 12e Arrondissement")
    ('exemple les pres', 'saint exemple', 'exemple')
    """
    bare = re.sub(r"[^a-z0-9]+", " ", fr.bare(name)).strip()
    bare = re.sub(r"\s+cedex\b.*", "", bare)
    bare = re.sub(r"\bst\b", "saint", re.sub(r"\bste\b", "sainte", bare))
    return DISTRICT.sub("", bare)
