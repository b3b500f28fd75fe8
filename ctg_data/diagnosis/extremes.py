"""The two ends of a list of zones, in words that hold: ties told, and among how many known.

A superlative over one known zone is no superlative; two zones that print the same number tie.
Where some zones are known by a bound, an end is told only if no world that the bounds allow has
another one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ctg_data import fr
from ctg_data.release.masked import Cell

MOST = 3  # names of a tie; the others are counted


@dataclass(frozen=True)
class Known:
    """One zone with a number: its name, its value, and how the value is printed.

    Of one known by a bound, ``span`` is what it may be.
    """

    name: str
    value: float
    text: str
    span: tuple[float, float] | None = None

    @property
    def bounded(self) -> bool:
        """Whether it is known by a bound alone."""
        return self.span is not None and self.span[0] < self.span[1]


def known(name: str, cell: Cell, text: str) -> Known:
    """One zone from its cell, which tells a number or a bound."""
    low, high = cell.span
    return Known(name, low if math.isinf(high) else high, text, (low, high))


@dataclass(frozen=True)
class Words:
    """How the two ends are called, alone and when several tie.

    >>> Words().high
    'le plus haut'
    """

    high: str = "le plus haut"
    highs: str = "les plus hauts, à égalité"
    low: str = "le plus bas"
    lows: str = "les plus bas, à égalité"


LARGEST = Words("le plus", "le plus, à égalité", "le moins", "le moins, à égalité")


def told(zones: Sequence[Known], total: int, words: Words | None = None) -> str:
    """The ends of some zones, without a capital nor a stop; empty when none is known.

    Args:
        zones: those with a number, in any order.
        total: how many zones there are, those without a number included.
        words: how the ends are called.

    >>> told([Known("A", 3, "3"), Known("B", 1, "1"), Known("C", 3, "3")], 3)
    'les plus hauts, à égalité : A et C (3) ; le plus bas : B (1)'
    >>> told([Known("A", 3, "3")], 2), told([Known("A", 3, "3"), Known("B", 3, "3")], 2)
    ('une seule zone connue sur 2 : A (3)', 'à égalité : A et B (3)')
    >>> told([Known("A", 3, "3"), Known("B", 1, "1")], 4)
    'parmi 2 zones connues sur 4, le plus haut : A (3) ; le plus bas : B (1)'
    """
    said = words or Words()
    if not zones:
        return ""
    if len(zones) == 1:
        only = f"{zones[0].name} ({zones[0].text})"
        return f"une seule zone connue sur {fr.number(total)} : {only}" if total > 1 else only
    ordered = sorted(zones, key=lambda one: -one.value)
    if any(one.bounded for one in zones):
        return _of_bounds(zones, total, said)
    highs = [one for one in ordered if one.text == ordered[0].text]
    lows = [one for one in ordered if one.text == ordered[-1].text]
    among = _among(zones, total)
    if len(highs) == len(zones):
        return f"{among}à égalité : {_named(highs)}"
    high = f"{said.high if len(highs) == 1 else said.highs} : {_named(highs)}"
    low = f"{said.low if len(lows) == 1 else said.lows} : {_named(lows)}"
    return f"{among}{high} ; {low}"


def _among(zones: Sequence[Known], total: int) -> str:
    if len(zones) == total:
        return ""
    return f"parmi {fr.number(len(zones))} zones connues sur {fr.number(total)}, "


def _of_bounds(zones: Sequence[Known], total: int, words: Words) -> str:
    """The ends that are sure whatever the truth is, then the other zones known by a bound."""
    said, named = list[str](), list[Known]()
    for word, which, sense in ((words.high, 0, 1), (words.low, 1, -1)):
        for one in zones:
            others = (other for other in zones if other is not one)
            if all(sense * _end(one, which) > sense * _end(x, 1 - which) for x in others):
                said.append(f"{word} : {_named([one])}")
                named.append(one)
    bounds = [one for one in zones if one.bounded and one not in named]
    names = [f"{one.name} ({one.text})" for one in bounds[:MOST]]
    if len(bounds) > MOST:
        names.append(fr.plural(len(bounds) - MOST, "autre"))
    if bounds:
        count = fr.plural(len(bounds), "zone n'est connue", "zones ne sont connues")
        said.append(f"{count} que par une borne : {fr.listed(names)}")
    return f"{_among(zones, total)}{' ; '.join(said)}"


def _end(zone: Known, which: int) -> float:
    """The least (0) or the most (1) that a zone may be."""
    return (zone.span or (zone.value, zone.value))[which]


def _named(zones: Sequence[Known]) -> str:
    """Zones that print the same number, then the number once."""
    names = [one.name for one in zones[:MOST]]
    if len(zones) > MOST:
        names.append(fr.plural(len(zones) - MOST, "autre"))
    return f"{fr.listed(names)} ({zones[0].text})"
