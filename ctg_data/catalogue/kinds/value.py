"""``value``: an operand as published."""

from dataclasses import dataclass

import numpy as np

from ctg_data.catalogue.kinds import units
from ctg_data.catalogue.kinds.computation import CellByCell, Operand, Shape
from ctg_data.catalogue.kinds.operands import unit_of
from ctg_data.release.bounds import Monotone

RATES = ("taux", "euros")  # units of what is no count


@dataclass(frozen=True)
class Value(CellByCell):
    """The operand as published, never clamped."""

    name = "value"
    is_measured = True
    operand: Operand

    @property
    def is_count(self) -> bool:
        """As its operand is."""
        return unit_of(self.operand) not in RATES

    @property
    def as_published(self) -> str:
        """Its only operand."""
        return self.operand

    @property
    def shape(self) -> Shape:
        """Its operand, once."""
        return Shape(1.0, ((self.operand, 1.0),))

    def units(self) -> set[str]:
        """That of the operand."""
        return units.published(self.operand)

    @property
    def moves(self) -> Monotone:
        """With its operand."""
        return Monotone((1,))

    def formula(self, *values: np.ndarray) -> np.ndarray:
        """A copy: the caller erases what is hidden in place."""
        (value,) = values
        return np.array(value)
