"""What every kind of computation says of itself: fields, faults, unit, formula, traits.

A card's ``[compute]`` names a kind; its fields are those of the class, each with its type.  Nobody
else asks of what kind a card is: they ask what it does.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, NewType, Self, get_args, get_origin

import numpy as np

from ctg_data.catalogue.kinds.masking import COUNTED, MASKING, RULE_OF_100
from ctg_data.catalogue.kinds.operands import at_levels, nature_of, split
from ctg_data.catalogue.kinds.shape import Fault, misshapen
from ctg_data.errors import CtgError
from ctg_data.model import Level
from ctg_data.natures import COVERED
from ctg_data.release.bounds import Monotone
from ctg_data.release.masked import MaskedTable
from ctg_data.release.universe import Universe

Operand = NewType("Operand", str)  # variable/category
Operands = tuple[Operand, ...]
Formula = Callable[..., Any]


@dataclass(frozen=True)
class Asked:
    """What a card asks of its computation.

    Attributes:
        release: the whole masked territory.
        id, unit, levels, masking: of the card.
        reference: (level, code) of the place chosen to compare with, if one was.
        other: the table of another card, by its id.
    """

    release: MaskedTable
    id: str
    unit: str
    levels: tuple[Level, ...]
    masking: str
    reference: tuple[str, str] | None
    other: Callable[[str], MaskedTable]

    def operand(self, name: str) -> MaskedTable:
        """The cells of an operand, at the levels of the card."""
        return at_levels(self.release, name, self.levels)

    def derive(
        self, operands: Sequence[MaskedTable], formula: Formula, **options: Any
    ) -> MaskedTable:
        """The figures of the card; options are those of ``MaskedTable.derive``."""
        return self.release.derive(self.id, self.unit, operands, formula, **options)

    @property
    def nothing(self) -> MaskedTable:
        """No row of the card."""
        return self.release.part(self.id, "total")


@dataclass(frozen=True)
class Shape:
    """``scale`` × Σ top ÷ Σ bottom, each operand with its weight; without a bottom, the sum.

    Only of computations whose operands are counts one by one: chance bears on each of them.
    """

    scale: float
    top: tuple[tuple[str, float], ...]
    bottom: tuple[tuple[str, float], ...] = ()

    @property
    def operands(self) -> tuple[str, ...]:
        """Those above, then those below."""
        return tuple(name for name, _ in (*self.top, *self.bottom))


@dataclass(frozen=True)
class Computation(ABC):
    """How a card is computed.  A field typed ``Operand`` names one, ``Operands`` several.

    A factor or a fractional weight is a hypothesis: the definition must say it.  Whether the rule
    of 100 applies to a denominator below the commune is the card's ``masking``.
    """

    name: ClassVar[str]  # as cards write it
    # Whether it is a distance to a reference already: it has no gap, and no percentage of change.
    against_reference: ClassVar[bool] = False
    # Whether it is a figure as observed, or a rate of such figures: what follows from a reference,
    # a hypothesis or a rank measures no need.
    is_measured: ClassVar[bool] = False
    # Whether its years are to come, under a hypothesis.
    looks_ahead: ClassVar[bool] = False
    # Whether it crosses the boundaries of zones, and needs outlines and the register.
    looks_beyond: ClassVar[bool] = False
    # Whether zones may be ranked on it by another card.
    ranks_zones: ClassVar[bool] = True
    # What its reading sentence may name beside the place, the period and the value.
    reading_fields: ClassVar[frozenset[str]] = frozenset()
    # Its reading where the value is zero, when that is not read as another figure.
    zero_reading: ClassVar[str] = ""

    @property
    def is_count(self) -> bool:
        """Whether it counts something (a bigger place has more), rather than being a rate."""
        return False

    @property
    def operands(self) -> tuple[str, ...]:
        """Every operand, in the order of the formula."""
        return tuple(one for _, several in self._operand_fields() for one in several)

    @property
    def lagging(self) -> tuple[int, ...]:
        """The operands that may be of an earlier year than the first one."""
        return ()

    @property
    def as_published(self) -> str:
        """The operand that it gives as published; empty when it computes."""
        return ""

    @property
    def population(self) -> tuple[str, ...]:
        """The operands of the population that a rate is of; none when it is no rate of operands."""
        return ()

    @property
    def shape(self) -> Shape | None:
        """Its operands as a sum or a fraction; None where it is neither."""
        return None

    @property
    def other_cards(self) -> tuple[str, ...]:
        """The ids of the cards that it is made of."""
        return ()

    @abstractmethod
    def units(self) -> set[str]:
        """The units that the operands allow."""

    @abstractmethod
    def table(self, asked: Asked) -> MaskedTable:
        """The figures at every level, place and year.

        Raises:
            CtgError: it lacks what it is computed from.
        """

    @classmethod
    def read(cls, how: Mapping[str, Any]) -> Self:
        """The computation that a well-shaped ``[compute]`` declares, its ``kind`` apart."""
        return cls(**{key: tuple(v) if isinstance(v, list) else v for key, v in how.items()})

    @classmethod
    def misshapen(cls, how: Mapping[str, Any]) -> Iterator[Fault]:
        """Fields of ``[compute]`` that are missing, unknown or of another type."""
        shape = {
            one.name: list if get_origin(one.type) is tuple else _written_as(one.type)
            for one in fields(cls)
            if one.name in how or one.default is MISSING
        }
        return misshapen(dict(how), shape, "compute.")

    def operand_faults(self) -> Iterator[Fault]:
        """Operands that do not exist, lists of none."""
        for key, several in self._operand_fields():
            if not several:
                yield f"compute.{key}", "la liste est vide."
            for operand in several:
                try:
                    split(str(operand))
                except CtgError:
                    yield (
                        f"compute.{key}",
                        f"« {operand} » n'est pas dans variables.toml : écrivez "
                        "variable/catégorie, ou variable/total.",
                    )

    def choice_faults(self) -> Iterator[Fault]:
        """Choices that are not offered."""
        return iter(())

    def card_faults(self, card: Mapping[str, Any]) -> Iterator[Fault]:
        """What the computation denies of the rest of its card; its own words are right."""
        if card["unit"] not in (wanted := self.units()):
            yield "unit", f"d'après le calcul, l'unité est « {' » ou « '.join(sorted(wanted))} »."
        if card["masking"] not in (allowed := self._maskings(card["levels"])):
            yield (
                "masking",
                f"d'après ce que comptent les opérandes : {', '.join(sorted(allowed))}.",
            )

    def _operand_fields(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.type is Operand:
                yield one.name, (value,)
            elif Operand in get_args(one.type):
                yield one.name, value

    def _maskings(self, levels: Sequence[str]) -> set[str]:
        """The masking classes that the operands allow: what counts people is never said free.

        A rate over allocataires or their children, under the commune, is under the rule of 100.
        """
        below = any(Level(level).is_infra_communal for level in levels)
        if {nature_of(one) for one in self.population} & set(COVERED):
            return set(RULE_OF_100) if below else {*RULE_OF_100, *COUNTED}
        if {nature_of(one) for one in self.operands} & set(COVERED):
            return {*COUNTED, "GAP"}
        return MASKING - {"R100"}


@dataclass(frozen=True)
class CellByCell(Computation):
    """A kind whose every figure is made of its operands of the same place and year."""

    @abstractmethod
    def formula(self, *values: np.ndarray) -> np.ndarray:
        """The figures, from those of each operand, (n,) each."""

    @property
    def moves(self) -> Monotone | None:
        """How the formula moves with each operand; None where that is not said."""
        return None

    def universe(self, masking: str) -> Universe | None:
        """The population that a rate studies, when its masking says that it is one."""
        return None

    def table(self, asked: Asked) -> MaskedTable:
        """The formula, wherever every operand has a row."""
        operands = [asked.operand(one) for one in self.operands]
        if not all(map(len, operands)):
            return asked.nothing
        return asked.derive(
            operands,
            self.formula,
            universe=self.universe(asked.masking),
            moves=self.moves,
            lagging=self.lagging,
        )


@dataclass(frozen=True)
class NeedsMore(Computation):
    """A kind that the release alone cannot give: the wing that knows the rest computes it.

    ``opening`` tells which function does, and the workspace calls it.
    """

    ranks_zones = False

    def table(self, asked: Asked) -> MaskedTable:
        """Nothing.

        Raises:
            CtgError: always; a release is not enough.
        """
        raise CtgError(f"{asked.id}: a {self.name} needs more than a release")


def _written_as(typed: Any) -> type:
    """How a field that is no list is written in a card."""
    return str if typed is Operand else typed
