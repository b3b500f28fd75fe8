"""Indicators: read from ``catalogue/THEME/ID.toml``, computed on masked tables only.

Add before the gate, divide after it: every function below takes a release, the ``MaskedTable``
of a whole territory, so that a ratio inherits the secrecy of what it is made of.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ctg_data import observations
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.errors import CtgError
from ctg_data.model import Level

CATALOGUE = Path(__file__).with_name("catalogue")
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
POLARITIES = {"hausse", "baisse", "neutre"}  # which move is favourable
MASKING = {"C5", "P5", "R100", "GAP", "OFFER", "PUB"}
TEXTS = {"definition", "scope", "reading", "limits"}


@dataclass(frozen=True)
class Reference:
    """A text or page the definition comes from, and the day it was checked."""

    title: str
    href: str
    verified: date


@dataclass(frozen=True)
class Compute:
    """How the indicator is computed; operands are written ``variable/category``.

    ``kind``: ``value`` (the operand as published), ``ratio`` (scale × Σ numerator ÷ Σ denominator),
    ``product`` (factor × operand), ``shortfall`` (max(0, reference rate ÷ 100 × need − offer), one
    value per chosen reference: operands rate, need and offer).  ``universe``: the denominator
    counts allocataires, so the rule of 100 applies to it below the commune.
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
    universe: bool = False

    @property
    def operands(self) -> tuple[str, ...]:
        """Every operand, in the order of the formula."""
        single = (self.operand, self.rate, self.need, self.offer)
        return (*(one for one in single if one), *self.numerator, *self.denominator)


@dataclass(frozen=True)
class Indicator:
    """One declared indicator.  No field is optional: without its reading it is not one."""

    id: str
    code: str  # PE11: the line of the published list of indicators
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
    compute: Compute
    text: dict[str, Any]
    reference: tuple[Reference, ...]

    def __post_init__(self) -> None:
        allowed = {"theme": THEMES, "kind": KINDS, "polarity": POLARITIES, "masking": MASKING}
        for name, choices in allowed.items():
            if (got := getattr(self, name)) not in choices:
                raise CtgError(f"{self.id}: {name} is {got!r}, expected one of {sorted(choices)}")
        if missing := TEXTS - self.text.keys():
            raise CtgError(f"{self.id}: [text] lacks {sorted(missing)}")
        self.text["reading"].format(territory="", value="", period="")
        for operand in self.compute.operands:
            _split(operand)

    @property
    def favourable(self) -> int:
        """+1 when a rise is favourable, -1 when a fall is, 0 when neither."""
        return {"hausse": 1, "baisse": -1, "neutre": 0}[self.polarity]


def _split(operand: str) -> tuple[str, str]:
    variable, _, category = operand.partition("/")
    declared = observations.variables().get(variable)
    if declared is None or (category not in ("total", *declared.categories)):
        raise CtgError(f"unknown operand {operand!r}: see variables.toml")
    return variable, category


def _read(path: Path) -> Indicator:
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    identifier = f"{path.parent.name}/{path.stem}"
    names = {field.name for field in fields(Indicator)} - {"id"}
    if declared.keys() != names:
        raise CtgError(f"{identifier}: fields differ: {sorted(declared.keys() ^ names)}")
    compute: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in declared.pop("compute").items()
    }
    return Indicator(
        id=identifier,
        compute=Compute(**compute),
        levels=tuple(Level(level) for level in declared.pop("levels")),
        reference=tuple(Reference(**one) for one in declared.pop("reference")),
        **declared,
    )


@cache
def catalogue() -> dict[str, Indicator]:
    """Every declared indicator by id, in the order of their codes."""
    found = [_read(path) for path in CATALOGUE.glob("*/*.toml")]
    return {one.id: one for one in sorted(found, key=lambda one: one.code)}


def pick(release: MaskedTable, operand: str) -> MaskedTable:
    """The cells of one operand, ``variable/category``, at every place and year.

    The total of a breakdown may be stored under the variable that counts the whole.
    """
    variable, category = _split(operand)
    whole = observations.variables()[variable].total_de
    if category == "total" and whole:
        variable = whole
    return release.where(variable=variable, category=category)


def compute(
    release: MaskedTable, indicator: Indicator, reference: tuple[str, str] | None = None
) -> MaskedTable:
    """The indicator at every declared level, place and year.

    Args:
        release: the whole masked territory.
        indicator: what to compute.
        reference: (level, code) of the reference of a ``shortfall``.

    Returns:
        One row per place and year, ``variable`` being the id of the indicator.
    """
    how = indicator.compute
    kept = release.where(level=[str(level) for level in indicator.levels])
    if how.kind == "shortfall":
        return _shortfall(release, kept, indicator, reference)
    operands = [pick(kept, one) for one in how.operands]
    formula, universe = _formula(how)
    return kept.derive(indicator.id, indicator.unit, operands, formula, universe=universe)


Formula = Callable[..., Any]


def _formula(how: Compute) -> tuple[Formula, Formula | None]:
    """The formula of a kind, and the population it studies when that counts allocataires."""
    if how.kind == "value":
        return (lambda value: value), None
    if how.kind == "product":
        return (lambda value: how.factor * value), None
    if how.kind == "ratio":
        top = len(how.numerator)

        def population(*values: np.ndarray) -> np.ndarray:
            return np.sum(values[top:], axis=0)

        def ratio(*values: np.ndarray) -> np.ndarray:
            return how.scale * np.sum(values[:top], axis=0) / population(*values)

        return ratio, (population if how.universe else None)
    raise CtgError(f"unknown kind of computation {how.kind!r}")


def _shortfall(
    release: MaskedTable,
    kept: MaskedTable,
    indicator: Indicator,
    reference: tuple[str, str] | None,
) -> MaskedTable:
    """Places missing to reach the rate of ``reference``, year by year; never below zero."""
    if reference is None:
        raise CtgError(f"{indicator.id}: a shortfall needs a reference")
    how = indicator.compute
    rates = pick(release, how.rate).where(level=reference[0], code=reference[1])
    need, offer = pick(kept, how.need), pick(kept, how.offer)
    parts = [
        need.where(period=[]).derive(indicator.id, indicator.unit, [need.where(period=[])], abs)
    ]
    for period in rates.periods:
        rate = rates.cell(*reference, period).value or 0.0
        years = [need.where(period=period), offer.where(period=period)]
        parts.append(
            kept.derive(
                indicator.id,
                indicator.unit,
                years,
                lambda need, offer, rate=rate: np.maximum(0.0, rate / 100 * need - offer),
                also=[rates.where(period=period)],
            )
        )
    return parts[0].join(*parts[1:])
