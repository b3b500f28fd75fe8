"""``ratio``: scale × Σ numerator ÷ (factor × Σ weight × denominator)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ctg_data.catalogue.kinds import units
from ctg_data.catalogue.kinds.computation import CellByCell, Operands, Shape
from ctg_data.catalogue.kinds.masking import RULE_OF_100
from ctg_data.catalogue.kinds.operands import nature_of
from ctg_data.catalogue.kinds.shape import Fault
from ctg_data.catalogue.kinds.weights import factor_faults, or_ones, weight_faults, weighted
from ctg_data.natures import COVERED, HOUSEHOLDS, OFFER
from ctg_data.release.bounds import Monotone
from ctg_data.release.universe import Universe


@dataclass(frozen=True)
class Ratio(CellByCell):
    """One count for another: a share, or so many for ``scale`` of those below.

    ``weights`` take a part of an age band, ``factor`` is a hypothesis on the whole denominator.
    ``last_known``: people are those of the last year known when an offer is of a later one, which
    the card's limits say.
    """

    name = "ratio"
    is_measured = True
    numerator: Operands
    denominator: Operands
    scale: float
    factor: float = 1.0
    weights: tuple[float, ...] = ()
    last_known: bool = False

    @property
    def population(self) -> tuple[str, ...]:
        """Those it is a rate of."""
        return self.denominator

    @property
    def shape(self) -> Shape:
        """The fraction; the hypothesis is in its scale."""
        weights = or_ones(self.weights, len(self.denominator))
        top = tuple((one, 1.0) for one in self.numerator)
        bottom = tuple(zip(self.denominator, weights, strict=True))
        return Shape(self.scale / self.factor, top, bottom)

    def units(self) -> set[str]:
        """A percentage of the same, or so many for as many."""
        return units.of_ratio(self.numerator, self.denominator, self.scale)

    def card_faults(self, card: Mapping[str, Any]) -> Iterator[Fault]:
        """What is multiplied must be told as well."""
        yield from super().card_faults(card)
        if self.scale <= 0:
            yield "compute.scale", "un nombre positif."
        offers = [nature_of(one) == OFFER for one in self.operands]
        if self.last_known and (all(offers) or not any(offers)):
            yield "compute.last_known", "seulement pour rapporter une offre à des personnes."
        yield from factor_faults(self.factor, card)
        yield from weight_faults(self.weights, self.denominator, card)

    @property
    def moves(self) -> Monotone:
        """With what is above, against what is below."""
        return Monotone((1,) * len(self.numerator) + (-1,) * len(self.denominator))

    @property
    def lagging(self) -> tuple[int, ...]:
        """Those that are no offer, where the card says that their last known year serves."""
        if not self.last_known:
            return ()
        return tuple(i for i, one in enumerate(self.operands) if nature_of(one) != OFFER)

    def formula(self, *values: np.ndarray) -> np.ndarray:
        """The numerators come first."""
        top = len(self.numerator)
        whole = self.factor * weighted(values[top:], self.weights)
        return np.asarray(self.scale * np.sum(values[:top], axis=0) / whole)

    def universe(self, masking: str) -> Universe | None:
        """The denominators, when the card's class says that they are people under the rule."""
        counted = {nature_of(one) for one in self.denominator}
        if masking not in RULE_OF_100 or not counted & set(COVERED):
            return None
        top, count = len(self.numerator), len(self.denominator)
        weights = or_ones(self.weights, count)
        return Universe(tuple(range(top, top + count)), weights, counted == {HOUSEHOLDS})
