"""Indicator cards: what one TOML file of the catalogue says, as objects nothing can change.

``card_reader`` reads and checks the files, ``indicators`` computes from them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ctg_data import observations
from ctg_data.dating import is_known
from ctg_data.errors import CtgError
from ctg_data.model import Level

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
MASKING = {"C5", "P5", "R100", "GAP", "OFFER", "PUB"}
RULE_OF_100 = ("R100", "GAP")  # their denominator is a population under the rule of 100
SCENARIOS = ("bas", "stable", "haut")  # of births: each territory's decision.toml sets their pace


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
class Compute:
    """How the indicator is computed; operands are written ``variable/category``.

    ``kind``:

    - ``value``: the operand as published;
    - ``ratio``: scale × Σ numerator ÷ (factor × Σ weight × denominator);
    - ``product``: factor × operand;
    - ``shortfall``: max(0, reference rate ÷ 100 × need − offer), for one chosen reference;
    - ``sum``: Σ weight × term;
    - ``absence``: 1 where all the terms are 0, else 0;
    - ``projection``: the rate to come, offer unchanged, in one of ``SCENARIOS`` (``what_if``);
    - ``mean_rank``: mean of the ranks on ``criteria`` (ids of cards, the highest first) among the
      zones of a level where all the terms are 0; a zone with a criterion missing has no rank.
    - ``access``: scale × the places of a kind of ``structures`` within reach of a zone for one of
      those who need them, on either side of boundaries (``accessibility``).

    A ``factor`` or a fractional weight is a hypothesis: the definition must say it.
    Whether the rule of 100 applies to a denominator below the commune is the card's ``masking``.
    """

    kind: str
    operand: str = ""
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    scale: float = 100.0
    factor: float = 1.0
    rate: str = ""
    need: str = ""
    offer: str = ""
    births: str = ""
    scenario: str = ""
    terms: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    criteria: tuple[str, ...] = ()
    structures: str = ""

    @property
    def operands(self) -> tuple[str, ...]:
        """Every operand, in the order of the formula."""
        single = (self.operand, self.rate, self.need, self.offer, self.births)
        several = (*self.numerator, *self.denominator, *self.terms)
        return (*(one for one in single if one), *several)


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
    compute: Compute
    text: dict[str, Any]
    reference: tuple[Reference, ...]

    @property
    def favourable(self) -> int:
        """+1 when a rise is favourable, -1 when a fall is, 0 when neither."""
        return POLARITIES[self.polarity]

    @property
    def is_count(self) -> bool:
        """Whether it counts something (a bigger place has more), rather than being a rate."""
        if self.compute.kind == "value":
            return unit_of(self.compute.operand) not in ("taux", "euros")
        return self.compute.kind in ("product", "shortfall", "sum", "absence")

    @property
    def years_apart(self) -> int:
        """How many years must lie between two figures for them to be compared.

        What is made of the census alone changes by its surveys; a number of structures, by itself.
        """
        counted = [observations.variables()[split(one)[0]] for one in self.compute.operands]
        census = [one.nature == "recensement" and one.unit in CENSUS_UNITS for one in counted]
        return CENSUS_SPAN if census and all(census) else 1

    def breaks_between(self, first: int, last: int) -> tuple[Break, ...]:
        """The breaks that forbid comparing the year ``last`` with the year ``first``.

        Both are years observed: of a period without one, no break can be told.
        """
        if not (is_known(first) and is_known(last)):
            return ()
        return tuple(one for one in self.breaks if first < one.year <= last)


def split(operand: str) -> tuple[str, str]:
    """The variable and the category of an operand.

    >>> split("enfants_couverts/0-2")
    ('enfants_couverts', '0-2')
    """
    variable, _, category = operand.partition("/")
    declared = observations.variables().get(variable)
    if declared is None or (category not in ("total", *declared.categories)):
        raise CtgError(f"unknown operand {operand!r}: see variables.toml")
    return variable, category


def nature_of(operand: str) -> str:
    """The nature of an operand, as variables.toml declares it."""
    return observations.variables()[split(operand)[0]].nature


def unit_of(operand: str) -> str:
    """The unit of an operand, as variables.toml declares it."""
    return observations.variables()[split(operand)[0]].unit
