"""Indicator cards: what one TOML file of the catalogue says, as objects nothing can change.

``reader`` reads and checks the files, ``kinds`` are what they may compute, ``indicators`` computes.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ctg_data import observations
from ctg_data.catalogue.kinds.computation import Computation
from ctg_data.catalogue.kinds.operands import split
from ctg_data.dating import is_known
from ctg_data.model import Level
from ctg_data.natures import CENSUS

THEMES = {
    "contexte": "Contexte",
    "petite_enfance": "Petite enfance",
    "enfance": "Enfance",
    "jeunesse": "Jeunesse",
    "parentalite": "Parentalité",
    "vie_sociale": "Animation de la vie sociale",
    "acces_aux_droits": "Accès aux droits",
    "accompagnement_social": "Accompagnement social des familles",
}
KINDS = {"contexte": "Contexte", "besoin": "Besoin", "offre": "Offre", "ecart": "Écart"}
POLARITIES = {"hausse": 1, "baisse": -1, "neutre": 0}  # which move is favourable
CENSUS_UNITS = {"habitants", "enfants", "familles"}  # births and job seekers are counted yearly
CENSUS_SPAN = 5  # a census year is the mean of five yearly surveys: nearer years share some
ORIGINS = {  # from whom the figures come, and are awaited while nothing is there
    "opendata": "données ouvertes",
    "publie": "données publiées, à recopier",  # no producer's format is known to read them by
    "socle": "socle annuel de la CAF",
    "registre": "registre des structures de la ville",
    "fed": "demande de données à la CAF (FED)",
}


@dataclass(frozen=True)
class Reference:
    """A text or page the definition comes from, and the day it was checked."""

    title: str
    href: str
    verified: date


@dataclass(frozen=True)
class Break:
    """A known break in a series: from ``year`` on, figures do not compare with those before."""

    year: int
    text: str


@dataclass(frozen=True)
class Indicator:
    """One declared indicator.  No field is optional: without its reading it is not one."""

    id: str
    code: str  # PE11: the line of the published list; a last letter tells variants (PE14A, PE14B)
    title: str
    question: str
    theme: str
    axis: str  # axis of the convention, or "transversal"
    objective: str
    orientation: str  # orientation of the CAF (article 2)
    kind: str
    levels: tuple[Level, ...]
    unit: str
    unit_long: str
    decimals: int
    polarity: str
    masking: str
    origin: tuple[str, ...]  # keys of ORIGINS
    breaks: tuple[Break, ...]
    compute: Computation
    text: dict[str, Any]
    reference: tuple[Reference, ...]

    @property
    def favourable(self) -> int:
        """+1 when a rise is favourable, -1 when a fall is, 0 when neither."""
        return POLARITIES[self.polarity]

    @property
    def is_count(self) -> bool:
        """Whether it counts something (a bigger place has more), rather than being a rate."""
        return self.compute.is_count

    @property
    def years_apart(self) -> int:
        """How many years must lie between two figures for them to be compared.

        What is made of the census alone changes by its surveys; a number of structures, by itself.
        """
        counted = [observations.variables()[split(one)[0]] for one in self.compute.operands]
        census = [one.nature == CENSUS and one.unit in CENSUS_UNITS for one in counted]
        return CENSUS_SPAN if census and all(census) else 1

    def breaks_between(self, first: int, last: int) -> tuple[Break, ...]:
        """The breaks that forbid comparing the year ``last`` with the year ``first``.

        Both are years observed: of a period without one, no break can be told.
        """
        if not (is_known(first) and is_known(last)):
            return ()
        return tuple(one for one in self.breaks if first < one.year <= last)
