"""One cell of a release, as whoever writes or draws it takes it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ctg_data.dating import Dating, Moment
from ctg_data.model import PublicStatus, Sign

NEAR = 1e-6  # of a last digit: what a computation leaves
MOST = 6  # decimals of a bound
UNKNOWN = (0.0, math.inf)


def cell_of(row: Mapping[Any, Any]) -> "Cell":
    """The cell of one row of a release."""
    value, bound = (
        None if row[name] != row[name] else float(row[name]) for name in ("value", "bound")
    )
    told = PublicStatus(str(row["status"])), int(row["period"]), str(row["unit"])
    proof = Dating(str(row["dating"]))
    return Cell(value, *told, str(row["edition"]), proof, bound, int(row["against"]))


@dataclass(frozen=True)
class Cell:
    """One shown cell: a number, or the sign printed in its place."""

    value: float | None
    status: PublicStatus
    period: int
    unit: str
    edition: str = ""
    dating: Dating = Dating.PRODUCTEUR
    bound: float | None = None  # what it is at least or at most, by its status
    against: int = 0  # the year of the people it is told for, where that is another one

    @property
    def told(self) -> bool:
        """Whether it says a number, exact or as a bound; « au moins 0 » says nothing."""
        return self.value is not None or (self.bound is not None and self.span != UNKNOWN)

    @property
    def span(self) -> tuple[float, float]:
        """The least and the most that it may be; what is told is never negative.

        >>> Cell(None, PublicStatus.MINIMUM, 2025, "", bound=8).span
        (8, inf)
        """
        if self.value is not None:
            return self.value, self.value
        if self.bound is None:
            return UNKNOWN
        least = self.status is PublicStatus.MINIMUM
        return (self.bound, math.inf) if least else (0.0, self.bound)

    @property
    def bound_words(self) -> str:
        """« au moins » or « au plus »; empty for what is no bound."""
        return self.status.bound_words if self.told and self.value is None else ""

    def bound_decimals(self, decimals: int) -> int:
        """So many decimals, or as many more as it takes not to print « au moins 0 ».

        >>> Cell(None, PublicStatus.MINIMUM, 2025, "", bound=0.04).bound_decimals(1)
        2
        """
        return next((d for d in range(decimals, MOST) if self.printed_bound(d) > 0), decimals)

    def printed_bound(self, decimals: int) -> float:
        """The bound with so many decimals, never tighter than it is.

        >>> Cell(None, PublicStatus.MINIMUM, 2025, "", bound=0.89).printed_bound(1)
        0.8
        >>> Cell(None, PublicStatus.MAXIMUM, 2025, "", bound=14707.2).printed_bound(0)
        14708.0
        """
        assert self.bound is not None
        scaled = self.bound * 10**decimals
        least = self.status is PublicStatus.MINIMUM
        kept = math.floor(scaled + NEAR) if least else math.ceil(scaled - NEAR)
        return float(kept / 10**decimals)

    @property
    def moment(self) -> Moment:
        """When it was observed, and how that is known, in words."""
        return Moment(self.period, self.edition, self.dating)

    @property
    def sign(self) -> Sign:
        """Empty when the number may be shown."""
        return self.status.sign

    @property
    def rounded(self) -> bool:
        """Whether the producer rounded the number, to 5 on data.caf.fr."""
        return self.status is PublicStatus.ARRONDI
