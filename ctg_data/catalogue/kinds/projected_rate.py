"""``projection``: the rate to come, offer unchanged, in one scenario of births."""

from collections.abc import Iterator
from dataclasses import dataclass

from ctg_data.catalogue.kinds import units
from ctg_data.catalogue.kinds.computation import NeedsMore, Operand
from ctg_data.catalogue.kinds.shape import Fault

SCENARIOS = ("bas", "stable", "haut")  # of births: each territory's decision.toml sets their pace


@dataclass(frozen=True)
class ProjectedRate(NeedsMore):
    """Places for 100 children when none is born yet; the hypotheses are in decision.toml."""

    name = "projection"
    looks_ahead = True
    need: Operand
    offer: Operand
    births: Operand
    scenario: str

    def units(self) -> set[str]:
        """So many places for 100 of those who need them."""
        return units.of_ratio([self.offer], [self.need], 100)

    def choice_faults(self) -> Iterator[Fault]:
        """A scenario that no territory has."""
        if self.scenario not in SCENARIOS:
            yield "compute.scenario", f"choisissez parmi {', '.join(SCENARIOS)}."
