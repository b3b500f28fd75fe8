"""Vocabulary shared by every layer: levels, signs, statuses, citations."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Territory levels, from the finest to the widest."""

    IRIS = "iris"
    QPV = "qpv"
    QUARTIER = "quartier"
    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    FRANCE = "france"

    @property
    def is_infra_communal(self) -> bool:
        """Whether the rule of 100 allocataires (article 7) applies to the zones of this level."""
        return self in (Level.IRIS, Level.QPV, Level.QUARTIER)

    @property
    def has_generations(self) -> bool:
        """Whether its zones are other zones when their boundaries are dated otherwise."""
        return self is Level.QPV

    @property
    def tiles_commune(self) -> bool:
        """Whether its zones cover the commune and overlap nowhere."""
        return self in TILING

    @property
    def label(self) -> str:
        """The level as shown on screen."""
        return LEVEL_LABELS[self]


UNDER_COMMUNE = tuple(level for level in Level if level.is_infra_communal)  # the finest first
AS_TOLD = (Level.QPV, Level.QUARTIER, Level.IRIS)  # the same, in the order of pages
TILING = (Level.IRIS, Level.QUARTIER)  # what is missing from their sum is nobody's land
LEVEL_LABELS = {
    Level.IRIS: "IRIS",
    Level.QPV: "Quartiers prioritaires (QPV)",
    Level.QUARTIER: "Quartiers de la ville",
    Level.COMMUNE: "Commune",
    Level.EPCI: "Intercommunalité",
    Level.DEPARTEMENT: "Département",
    Level.REGION: "Région",
    Level.FRANCE: "France",
}


class Status(StrEnum):
    """What became of a cell, inside the gate.  A blank from a producer is never 0."""

    DIFFUSE = "diffuse"
    ARRONDI = "arrondi"  # rounded by its producer (data.caf.fr: to 5)
    MINIMUM = "minimum"  # what is known of an offer; there may be more
    MAXIMUM = "maximum"  # likewise: there may be less
    SECRET_CELLULE = "secret_cellule"  # under its threshold, or blanked by the producer
    SECRET_ZONE = "secret_zone"  # zone or universe under 100
    SECRET_INDUIT = "secret_induit"  # hidden to protect another cell
    QUALITE = "qualite"  # withheld by the producer for quality
    NON_DISPONIBLE = "non_disponible"
    SANS_OBJET = "sans_objet"


SECRETS = (Status.SECRET_CELLULE, Status.SECRET_ZONE, Status.SECRET_INDUIT)
BOUNDS = (Status.MINIMUM, Status.MAXIMUM)


class PublicStatus(StrEnum):
    """What a reader is told of a cell: never which rule hid it."""

    DIFFUSE = "diffuse"
    ARRONDI = "arrondi"
    MINIMUM = "minimum"  # « au moins »: the cell has a bound, and no value
    MAXIMUM = "maximum"  # « au plus »
    SECRET = "secret"
    NON_DISPONIBLE = "non_disponible"
    SANS_OBJET = "sans_objet"

    @property
    def sign(self) -> "Sign":
        """What is printed in place of the number, by whoever does not print a bound."""
        return SIGNS[self]

    @property
    def bound_words(self) -> str:
        """What comes before a bound; empty for what is none."""
        return BOUND_WORDS.get(self, "")


class Sign(StrEnum):
    """Printed in place of a number.  One sign for every kind of secrecy.

    Telling a cell under the threshold from a cell hidden to protect another one would hand
    the reader an upper bound, so the reason stays in the statistician's journal.
    """

    NONE = ""
    SECRET = "s"
    MISSING = "n.d."
    NOT_APPLICABLE = "–"


SIGNS = {
    PublicStatus.DIFFUSE: Sign.NONE,
    PublicStatus.ARRONDI: Sign.NONE,
    PublicStatus.MINIMUM: Sign.MISSING,
    PublicStatus.MAXIMUM: Sign.MISSING,
    PublicStatus.SECRET: Sign.SECRET,
    PublicStatus.NON_DISPONIBLE: Sign.MISSING,
    PublicStatus.SANS_OBJET: Sign.NOT_APPLICABLE,
}
BOUND_WORDS = {PublicStatus.MINIMUM: "au moins", PublicStatus.MAXIMUM: "au plus"}
SEVERAL = "|"  # between the citations of one figure; an id has none
SIGN_WORDS = {
    Sign.SECRET: "donnée couverte par le secret statistique",
    Sign.MISSING: "donnée non disponible",
    Sign.NOT_APPLICABLE: "sans objet",
}


def joined_sources(ids: Iterable[str]) -> str:
    """The ``source`` of a figure made of several: the id of each citation, once.

    >>> joined_sources(["a", "b", "a"])
    'a|b'
    """
    return SEVERAL.join(dict.fromkeys(ids))


def sources_in(source: str) -> list[str]:
    """The citations that the ``source`` of a figure names, in order."""
    return source.split(SEVERAL)


def producers(citations: Iterable["Citation"]) -> str:
    """Who gives some figures, each once, though a citation may name several.

    >>> one, two = (Citation(x, x, "", "", "", "") for x in ("Insee", "Ville, Insee"))
    >>> producers([one, two])
    'Insee, Ville'
    """
    return ", ".join(dict.fromkeys(name for one in citations for name in one.producer.split(", ")))


@dataclass(frozen=True, order=True)
class Citation:
    """Where a number comes from, as printed under a chart and written in every export.

    ``retrieved_on`` is the day the bytes were received, in ISO form.
    """

    id: str
    producer: str
    title: str
    period: str
    retrieved_on: str
    licence: str
    href: str = ""
    fictional: bool = False
    confidential: bool = False  # handed over by the CAF (socle, FED): masked by us, never "public"

    def __str__(self) -> str:
        got = f", consulté le {self.retrieved_on}" if self.retrieved_on else ""
        words = f"{self.producer}, {self.title} ({self.period}){got}, {self.licence}"
        return f"{words} – données fictives" if self.fictional else words
