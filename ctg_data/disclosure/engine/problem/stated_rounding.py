"""What a producer says of its rounding: a datum alone, which the audit may read too."""

from __future__ import annotations

from dataclasses import dataclass

ROUNDING_MODES = ("nearest", "down", "up", "both")


@dataclass(frozen=True)
class Rounding:
    """How a producer rounded a value: `base` in units of the cell, `mode` in ROUNDING_MODES.

    `both` says that the producer does not tell whether it rounds to the nearest or down.
    """

    base: int
    mode: str
