"""Why a cell is hidden: what the statistician's journal says, and the status that follows.

One name a reason.  What the page or the journal prints is made from it, never read back.
"""

from enum import StrEnum

from ctg_data.disclosure.engine.problem.rules import RULES
from ctg_data.model import Status
from ctg_data.release.policy import Policy


class Reason(StrEnum):
    """The engine's own rules by the names it gives them, then those of the gate."""

    FEW = "effectif"
    ZERO = "zero"
    ZONE = "zone"
    WIDTH = "besoin"
    LISTED = "liste"
    SOURCE = "source"
    ROUNDED = "arrondi"
    COMPLEMENT = "complement"
    MERGED = "regroupement"
    PARTS = "parts"
    UNPROVED = "table"

    def text(self, policy: Policy) -> str:
        """The sentence of the journal."""
        if self in OWN:
            return OWN[self]
        return RULES[self].format(t=policy.min_count, pop=policy.min_population)

    @property
    def status(self) -> Status:
        """What kind of secrecy it is."""
        if self in OWN:
            return Status.SECRET_INDUIT
        return Status.SECRET_ZONE if self is Reason.ZONE else Status.SECRET_CELLULE


OWN = {
    Reason.COMPLEMENT: "protège une autre case",
    Reason.MERGED: "parts regroupées : masque non prouvé",
    Reason.PARTS: "parts non montrées : masque non prouvé",
    Reason.UNPROVED: "table non protégée",
}
