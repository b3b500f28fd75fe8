"""``access``: places of a kind of structures within reach, on either side of boundaries."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ctg_data.catalogue.kinds import units
from ctg_data.catalogue.kinds.computation import NeedsMore, Operand
from ctg_data.catalogue.kinds.shape import Fault
from ctg_data.catalogue.structures.declared import kinds


@dataclass(frozen=True)
class Access(NeedsMore):
    """``SCALE`` × the places within reach for one of those who need them."""

    name = "access"
    looks_beyond = True
    SCALE: ClassVar[float] = 100.0
    need: Operand
    offer: Operand
    structures: str

    def units(self) -> set[str]:
        """So many places for ``SCALE`` of those who need them."""
        return units.of_ratio([self.offer], [self.need], self.SCALE)

    def choice_faults(self) -> Iterator[Fault]:
        """A kind of structures that does not exist."""
        if self.structures not in kinds():
            yield "compute.structures", f"choisissez parmi {', '.join(kinds())}."
