"""The verdict of an audit: what leaks, what is only recomputable, what could not be decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EXACT, INSIDE, BELOW, NARROW = "EXACT", "INSIDE", "BELOW", "NARROW"
"""What an attack concludes about a hidden cell."""
SHOWN, ZONE, OPERAND = "SHOWN", "ZONE", "OPERAND"
"""What is in plain sight: a small count, a figure of a small zone, a rate of a hidden cell."""


@dataclass(frozen=True)
class Leak:
    """A cell that the release gives away.

    Attributes:
        id: name of the cell.
        lo, hi: every compatible table puts it there.
        kind: EXACT, INSIDE (1..t-1), BELOW (under t) or NARROW (under its need) when it is
            hidden; SHOWN, ZONE or OPERAND when it is in plain sight.
        knowing: id of the cell whose only allocataire could find this out, if it takes that.
    """

    id: str
    lo: float
    hi: float
    kind: str
    knowing: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What the attack found.

    Attributes:
        leaks: cells given away by the release.
        public: cells already given away by what others published, no further by us.
        recomputable: hidden cells that can be recomputed, and are not sensitive.
        undecided: cells that the solver could not settle within the budget: not known to be safe.
        checked: how many cells were attacked.
        hypotheses: rounding modes under which some table is compatible.
        seconds: time taken.
        bounds: id → exact (lo, hi) of every hidden cell, when asked for.
    """

    leaks: list[Leak]
    public: list[Leak]
    recomputable: list[str]
    undecided: list[str]
    checked: int
    hypotheses: list[str]
    seconds: float
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def safe(self) -> bool:
        """Say whether nothing was found and nothing is left open."""
        return not self.leaks and not self.undecided

    @property
    def exit_code(self) -> int:
        """Return 0 when safe, 1 on a leak, 3 when undecided."""
        if self.leaks:
            return 1
        return 3 if self.undecided else 0

    def as_json(self) -> dict[str, Any]:
        """Return the machine-readable verdict; an endless bound is null."""
        data: dict[str, Any] = {
            "verdict": {0: "safe", 1: "leaks", 3: "undecided"}[self.exit_code],
            "checked": self.checked,
            "leaks": [leak_json(leak) for leak in self.leaks],
            "already_public": [leak_json(leak) for leak in self.public],
            "recomputable": self.recomputable,
            "undecided": self.undecided,
            "hypotheses": self.hypotheses,
            "seconds": round(self.seconds, 3),
        }
        if self.bounds:
            data["bounds"] = {name: [end(lo), end(hi)] for name, (lo, hi) in self.bounds.items()}
        return data


def end(bound: float) -> float | int | None:
    """Return a bound as JSON can hold it."""
    if bound in (float("inf"), float("-inf")):
        return None
    return int(bound) if float(bound).is_integer() else bound


def leak_json(leak: Leak) -> dict[str, Any]:
    """Return one leak as a JSON record."""
    record = {"id": leak.id, "lo": end(leak.lo), "hi": end(leak.hi), "kind": leak.kind}
    return record | ({"knowing": leak.knowing} if leak.knowing else {})


def classify(
    lo: float, hi: float, *, threshold: float, need: float, zeros_shown: bool
) -> str | None:
    """Name the leak that an interval is, or None.

    >>> classify(3, 3, threshold=5, need=0, zeros_shown=True)
    'EXACT'
    >>> classify(1, 4, threshold=5, need=0, zeros_shown=True)
    'INSIDE'
    >>> classify(0, 4, threshold=5, need=0, zeros_shown=True)
    'BELOW'
    >>> classify(0, 0, threshold=5, need=0, zeros_shown=True)  # this 0 is no secret
    >>> classify(0, 0, threshold=5, need=0, zeros_shown=False)
    'EXACT'
    >>> classify(90, 95, threshold=5, need=18, zeros_shown=True)
    'NARROW'
    """
    free = lo == hi == 0 and zeros_shown
    if hi < threshold and not free:
        return EXACT if lo == hi else INSIDE if lo >= 1 else BELOW
    return NARROW if hi - lo < need else None
