"""The two ends of a list of zones, in words that hold: ties told, and among how many known.

A superlative over one known zone is no superlative; two zones that print the same number tie.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ctg_data import fr

MOST = 3  # names of a tie; the others are counted


@dataclass(frozen=True)
class Known:
    """One zone with a number: its name, its value, and how the value is printed."""

    name: str
    value: float
    text: str


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
    highs = [one for one in ordered if one.text == ordered[0].text]
    lows = [one for one in ordered if one.text == ordered[-1].text]
    among = ""
    if len(zones) < total:
        among = f"parmi {fr.number(len(zones))} zones connues sur {fr.number(total)}, "
    if len(highs) == len(zones):
        return f"{among}à égalité : {_named(highs)}"
    high = f"{said.high if len(highs) == 1 else said.highs} : {_named(highs)}"
    low = f"{said.low if len(lows) == 1 else said.lows} : {_named(lows)}"
    return f"{among}{high} ; {low}"


def _named(zones: Sequence[Known]) -> str:
    """Zones that print the same number, then the number once."""
    names = [one.name for one in zones[:MOST]]
    if len(zones) > MOST:
        names.append(fr.plural(len(zones) - MOST, "autre"))
    return f"{fr.listed(names)} ({zones[0].text})"
