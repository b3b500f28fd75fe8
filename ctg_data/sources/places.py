"""A place that a producer publishes: what it offers, where, to whom, as it says it.

Public, and of nobody: neither e-mail nor person's name ever enters (``public_text``).  A place is
a candidate, never a line of the city's register; ``ctg_data/register`` sets one against the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ADDRESS = re.compile(r"\S*@\S*")  # of e-mail
PERSON = re.compile(r"(?i)^(?:m|mr|mme|mlle|monsieur|madame|docteur|dr|me|maitre|maître)\.?\s+\S")
# a person told after what is named: « Accueil – Mme Durand », « bât. B, demander M. Durand ».
# Without a mark or a word that calls for somebody, it is whom a school or a street is named after.
_MARK = r"\s+[-–—]\s*|\s*[,;:/(|]\s*"
_CALL = (
    r"(?i:chez|voir|demander|contacter|contact|responsable|l['’]attention de|s['’]adresser à)[\s:]+"
)
_CIVILITY = r"(?:(?i:m|mr|mme|mlle|monsieur|madame|docteur|dr|ma[iî]tre)\.?|Me)"
NAMED = re.compile(
    rf"(?:(?:{_MARK}|\s+|^)(?:[àÀ] )?{_CALL}|{_MARK}){_CIVILITY}\s+[A-ZÀ-Ý][^,;:/()|]*\)?"
)
FIXED, OUTREACH = "fixe", "itinerant"


@dataclass(frozen=True)
class PublishedPlace:
    """One place of one list; an empty text is « not said ».

    Attributes:
        key: its name in its list, the same from one edition to the next.
        source: id of the declared source; with ``key`` it names the place.
        citation: id of the citation of the bytes it was read from.
        kind: type of the register (``structures.toml``); "" for what the register does not hold.
        nature: what the producer calls it, in French.
        commune: Insee code, of the whole commune where its arrondissements are published.
        siret: 14 digits, or nothing.
        zones: by column of the register (``iris``, ``qpv_2015``, ``qpv_2024``): a code, « hors »,
            or nothing when its producer does not know.
        probable: those of these columns of which its producer is not sure.
        standing: ``FIXED``, or ``OUTREACH`` for what moves and stands in no zone.
        observed: ISO day on which its list says that it exists.
    """

    key: str
    source: str
    citation: str
    kind: str
    nature: str
    commune: str
    observed: str
    name: str = ""
    address: str = ""
    postcode: str = ""
    siret: str = ""
    longitude: float | None = None
    latitude: float | None = None
    zones: Mapping[str, str] = field(default_factory=dict, hash=False)
    probable: tuple[str, ...] = ()
    standing: str = FIXED
    public: str = ""
    hours: str = ""
    telephone: str = ""
    website: str = ""

    @property
    def id(self) -> str:
        """Its name among all lists."""
        return f"{self.source}:{self.key}"


def public_text(text: object) -> str:
    r"""A text without e-mail address, on one line; nothing where it names a person.

    >>> public_text(" Maison  des\nhabitants, contact@exemple.fr "), public_text("Mme Dupont")
    ('Maison des habitants,', '')
    >>> public_text("Madame de Sévigné (crèche)"), public_text(None)
    ('', '')
    >>> public_text("Accueil – Mme Untel"), public_text("Bât. B, demander M. Untel, étage 2")
    ('Accueil', 'Bât. B, étage 2')
    >>> public_text("École Madame Curie"), public_text("12 RUE DU DR VIDE")
    ('École Madame Curie', '12 RUE DU DR VIDE')
    """
    words = " ".join(ADDRESS.sub(" ", "" if text is None else str(text)).split())
    words = NAMED.sub("", words)
    return "" if PERSON.match(words) else words
