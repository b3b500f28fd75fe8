"""``absence``: 1 where all the terms are 0, else 0."""

from dataclasses import dataclass

import numpy as np

from ctg_data.catalogue.kinds.computation import CellByCell, Operands
from ctg_data.release.bounds import Monotone


@dataclass(frozen=True)
class Absence(CellByCell):
    """Whether a zone has none of what the terms count; over zones, how many have none."""

    name = "absence"
    terms: Operands

    @property
    def is_count(self) -> bool:
        """It counts zones."""
        return True

    def units(self) -> set[str]:
        """Zones."""
        return {"zones"}

    @property
    def moves(self) -> Monotone:
        """Against every term; one that is there is enough to tell that the zone has some."""
        return Monotone((-1,) * len(self.terms), ceiling=1.0)

    def formula(self, *values: np.ndarray) -> np.ndarray:
        """Every term at zero."""
        return np.asarray(np.all(np.equal(values, 0), axis=0))
