"""What a table to protect is made of: one frozen object a cell, a relation, a derived figure.

The fields are those of TABLE.json.  A field that does not exist, or a word outside its list, is
refused when the object is made: protection is never switched off by a name nobody reads.  What a
*file* says is turned into these objects by `spec_read`, which names everything wrong at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ctg_data.disclosure.engine.problem.stated_rounding import ROUNDING_MODES, Rounding
from ctg_data.release.policy import Policy

Kind = Literal["count", "amount", "offer"]
External = Literal["", "shown", "suppressed"]
Sense = Literal["=", "<=", ">="]
Zeros = Literal["masked", "shown"]

KINDS: tuple[Kind, ...] = ("count", "amount", "offer")
EXTERNALS: tuple[External, ...] = ("", "shown", "suppressed")
SENSES: tuple[Sense, ...] = ("=", "<=", ">=")


@dataclass(frozen=True, slots=True)
class Need:
    """The least width of the interval left to a reader; `only`: the rule of 5 does not apply."""

    min_width: float
    only: bool = False

    def __post_init__(self) -> None:
        """Refuse a width that protects nothing.

        Raises:
            ValueError: it is not a number above 0.
        """
        if not (math.isfinite(self.min_width) and self.min_width > 0):
            raise ValueError(f"min_width must be above 0, not {self.min_width}")


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One cell of the table.

    Attributes:
        id: its name, one of a kind.
        value: exact; None where the source itself hides it.
        kind: what it counts: people, euros, places.
        base: allocataires behind it, when the value does not count them.
        universe: allocataires of its zone or sub-population.
        threshold: its own least count, stricter than the policy's.
        external: already diffused by somebody else: « shown » or « suppressed » there.
        virtual: never shown, must not leak.
        rounded: how its producer rounded it before showing it.
        published: the figure that the producer printed, when it rounds another value than ours.
        need: the least width left to a reader.
        mask_ub: the bound that a mark like « < 5 » would give away.
    """

    id: str
    value: float | None = None
    kind: Kind = "count"
    base: float | None = None
    universe: float | None = None
    threshold: float | None = None
    external: External = ""
    virtual: bool = False
    rounded: Rounding | None = None
    published: float | None = None
    need: Need | None = None
    mask_ub: float | None = None

    def __post_init__(self) -> None:
        """Refuse words outside their list, and what is not a finite number.

        Raises:
            ValueError: a bug of the caller; a file is checked by `spec_read` first.
        """
        if self.kind not in KINDS or self.external not in EXTERNALS:
            raise ValueError(f"cell {self.id!r}: kind {self.kind!r}, external {self.external!r}")
        if self.rounded is not None and self.rounded.mode not in ROUNDING_MODES:
            raise ValueError(f"cell {self.id!r}: rounding mode {self.rounded.mode!r}")
        for name in ("value", "base", "universe", "threshold", "published", "mask_ub"):
            number = getattr(self, name)
            if number is not None and not math.isfinite(number):
                raise ValueError(f"cell {self.id!r}: {name} is {number}")


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """Σ coef·cell = rhs, or an inequality; `terms` map cell ids to coefficients."""

    id: str
    terms: Mapping[str, float]
    rhs: float = 0
    sense: Sense = "="

    def __post_init__(self) -> None:
        """Refuse another sense, and what is not a finite number.

        Raises:
            ValueError: a bug of the caller; a file is checked by `spec_read` first.
        """
        if self.sense not in SENSES:
            raise ValueError(f"relation {self.id!r}: sense {self.sense!r}")
        if not all(map(math.isfinite, (self.rhs, *self.terms.values()))):
            raise ValueError(f"relation {self.id!r}: a coefficient is not a number")


@dataclass(frozen=True, slots=True)
class Derived:
    """scale × (num / den + offset), displayed at `decimals`; num and den map cells to coefs."""

    id: str
    num: Mapping[str, float]
    den: Mapping[str, float]
    scale: float = 100.0
    offset: float = 0.0
    decimals: int = 1

    @property
    def operands(self) -> tuple[str, ...]:
        """Ids of every cell that the figure is computed from."""
        return (*self.num, *(name for name in self.den if name not in self.num))


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A whole table to protect; see `Problem.build` for what each part means."""

    cells: tuple[CellSpec, ...]
    relations: tuple[RelationSpec, ...] = ()
    derived: tuple[Derived, ...] = ()
    policy: Policy = field(default_factory=Policy)
    keep: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
