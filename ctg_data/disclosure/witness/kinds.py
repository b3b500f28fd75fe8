"""Kinds of people, sums of them, and what they owe to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Count = tuple[str, str]  # variable, category
Kind = str
Terms = dict[Kind, int]
Ages = tuple[int, int]  # first and last, both included
TOTAL = "total"
FOYERS, CHILDREN, PERSONS = "foyers", "enfants", "personnes"


class Foyers(NamedTuple):
    """What foyers of one kind are: of which variable, with how many adults, how many children."""

    root: str
    adults: int | None  # allocataire and partner; None when the dictionary does not say
    children: int  # at least


@dataclass(frozen=True)
class Rule:
    """What kinds owe to each other wherever people live: Σ terms ≥ 0, or = 0."""

    name: str
    terms: Mapping[Kind, int]
    equal: bool = False


@dataclass
class People:
    """Every figure as a sum of kinds.

    Attributes:
        counts: kinds counted by each figure, how many times.
        rules: between kinds.
        rests: what inclusions leave aside, people too: (inner figure, its host), in kinds.
        beyond: kinds that nobody names (persons neither allocataire, partner nor child), each as
            a difference of figures: there are none if the file shows it wherever it can be seen.
    """

    counts: dict[Count, Terms] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    rests: dict[tuple[Count, Count], Terms] = field(default_factory=dict)
    beyond: dict[Kind, dict[Count, int]] = field(default_factory=dict)


def plus(*sides: Mapping[Kind, int], minus: Mapping[Kind, int] | None = None) -> Terms:
    """Add sums of kinds up, one of them taken away."""
    found: Terms = {}
    for sign, side in (*((1, one) for one in sides), (-1, minus or {})):
        for kind, times in side.items():
            found[kind] = found.get(kind, 0) + sign * times
    return {kind: times for kind, times in found.items() if times}


def times(factor: int, side: Mapping[Kind, int]) -> Terms:
    """Each kind that many times."""
    return {kind: factor * coef for kind, coef in side.items()}


def ages_in(kind: Kind) -> Ages | None:
    """The ages that a kind of children is named after.

    >>> ages_in("enfants_aeeh@6-10"), ages_in("enfants_clas/total")
    ((6, 10), None)
    """
    _, mark, told = kind.rpartition("@")
    if not mark:
        return None
    first, last = told.split("-")
    return (int(first), int(last))


def meet(one: Ages, other: Ages) -> bool:
    """Whether two ranges of ages share one."""
    return one[0] <= other[1] and other[0] <= one[1]
