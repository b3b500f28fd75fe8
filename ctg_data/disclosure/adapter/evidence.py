"""What an audit measured, kept beside what it attacked: counts, never values nor names of cells.

Nothing here is assumed.  A masking whose audit did not run carries no evidence, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ctg_data import fr
from ctg_data.disclosure.engine.audit.verdict import Verdict

UNVERIFIED = "non vérifié : aucun audit n'a été mené"


@dataclass(frozen=True)
class Evidence:
    """The verdict of an audit, in counts.

    Attributes:
        attacked: hidden cells that were attacked.
        leaks: those that could be worked out, or narrowed too far.
        undecided: those that the budget of the audit left open: not known to be safe.
        on: ISO date.
        seconds: time taken by the masking and its audit.
    """

    attacked: int
    leaks: int
    undecided: int
    on: str
    seconds: float

    @classmethod
    def of(cls, verdict: Verdict, on: str, seconds: float) -> Evidence:
        """Sum a verdict up."""
        leaks, undecided = len(verdict.leaks), len(verdict.undecided)
        return cls(verdict.checked, leaks, undecided, on, seconds)

    @property
    def safe(self) -> bool:
        """Whether nothing was found, and nothing left open."""
        return not self.leaks and not self.undecided

    @property
    def word(self) -> str:
        """The verdict as a manifest says it: safe, leaks or undecided."""
        return "leaks" if self.leaks else "undecided" if self.undecided else "safe"

    def __str__(self) -> str:
        """What was found, in French.

        >>> str(Evidence(40, 0, 0, "2026-11-23", 1.0))
        '40 cases attaquées, aucune recalculable'
        >>> str(Evidence(40, 2, 1, "2026-11-23", 1.0))
        '40 cases attaquées, 2 recalculables, 1 indécise'
        """
        found = fr.plural(self.leaks, "recalculable", "recalculables")
        told = [
            fr.plural(self.attacked, "case attaquée", "cases attaquées"),
            found if self.leaks else "aucune recalculable",
        ]
        if self.undecided:
            told.append(fr.plural(self.undecided, "indécise", "indécises"))
        return ", ".join(told).replace(fr.WIDE, " ")

    def in_manifest(self, seconds: float) -> dict[str, Any]:
        """What the manifest of a written file says of its audit, and of the time that took."""
        return {
            "verdict": self.word,
            "attacked": self.attacked,
            "leaks": self.leaks,
            "undecided": self.undecided,
            "seconds": round(seconds, 3),
        }

    def as_json(self) -> dict[str, Any]:
        """Every field, by name."""
        return asdict(self)


def read(kept: Mapping[str, Any] | None) -> Evidence | None:
    """Evidence as it was kept; none where what was kept was not measured.

    Maskings kept by earlier versions carry no count of undecided cells: their « 0 » was written,
    not found.
    """
    return Evidence(**kept) if kept else None


def added(parts: Sequence[Evidence | None]) -> Evidence | None:
    """Several audits as one; none when one of the parts was not attacked."""
    found = [one for one in parts if one is not None]
    if not found or len(found) < len(parts):
        return None
    return Evidence(
        sum(one.attacked for one in found),
        sum(one.leaks for one in found),
        sum(one.undecided for one in found),
        min(one.on for one in found),
        sum(one.seconds for one in found),
    )
