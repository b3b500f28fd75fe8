"""``product``: factor × operand, the factor being a hypothesis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ctg_data.catalogue.kinds import units
from ctg_data.catalogue.kinds.computation import CellByCell, Operand, Shape
from ctg_data.catalogue.kinds.shape import Fault
from ctg_data.catalogue.kinds.weights import factor_faults
from ctg_data.release.bounds import Monotone


@dataclass(frozen=True)
class Product(CellByCell):
    """A part of what an operand counts, by hypothesis."""

    name = "product"
    operand: Operand
    factor: float

    @property
    def is_count(self) -> bool:
        """A part of a count is a count."""
        return True

    @property
    def shape(self) -> Shape:
        """Its operand, scaled."""
        return Shape(self.factor, ((self.operand, 1.0),))

    def units(self) -> set[str]:
        """That of the operand."""
        return units.published(self.operand)

    def card_faults(self, card: Mapping[str, Any]) -> Iterator[Fault]:
        """The hypothesis must be told as well."""
        yield from super().card_faults(card)
        yield from factor_faults(self.factor, card)

    @property
    def moves(self) -> Monotone:
        """With its operand."""
        return Monotone((1,))

    def formula(self, *values: np.ndarray) -> np.ndarray:
        """Factor × operand."""
        (value,) = values
        return np.asarray(self.factor * value)
