"""``sum``: Σ weight × term."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ctg_data.catalogue.kinds import units
from ctg_data.catalogue.kinds.computation import CellByCell, Operands, Shape
from ctg_data.catalogue.kinds.shape import Fault
from ctg_data.catalogue.kinds.weights import or_ones, weight_faults, weighted
from ctg_data.release.bounds import Monotone


@dataclass(frozen=True)
class WeightedSum(CellByCell):
    """Terms of one unit added up; ``weights`` take a part of an age band."""

    name = "sum"
    terms: Operands
    weights: tuple[float, ...] = ()

    @property
    def is_count(self) -> bool:
        """Counts add up to a count."""
        return True

    @property
    def shape(self) -> Shape:
        """The terms."""
        weights = or_ones(self.weights, len(self.terms))
        return Shape(1.0, tuple(zip(self.terms, weights, strict=True)))

    def units(self) -> set[str]:
        """The one unit of the terms."""
        return units.of_sum(self.terms)

    def card_faults(self, card: Mapping[str, Any]) -> Iterator[Fault]:
        """Weights must be told as well."""
        yield from super().card_faults(card)
        yield from weight_faults(self.weights, self.terms, card)

    @property
    def moves(self) -> Monotone:
        """With every term: weights are positive."""
        return Monotone((1,) * len(self.terms))

    def formula(self, *values: np.ndarray) -> np.ndarray:
        """The sum."""
        return weighted(values, self.weights)
