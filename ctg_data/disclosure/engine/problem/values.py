"""What a value of a file may be: shared by those who read tables and those who read releases."""

from __future__ import annotations

import math
from typing import Any, TypeGuard

MODES = {
    **{"nearest": "nearest", "both": "both", "down": "down", "floor": "down"},
    **{"up": "up", "ceil": "up", "ceiling": "up"},
}
DECIMALS = 20
"""Decimals beyond any that a float can tell; the engine shows fewer, or no figure at all."""
LONGEST = 300
"""Digits beyond which a whole number is no count of anything, and no float."""


def number(item: Any) -> TypeGuard[float]:
    """Say whether an item of JSON is a finite number that a float can hold (true is not one)."""
    if isinstance(item, bool):
        return False
    if isinstance(item, int):
        return abs(item) < 10**LONGEST
    return isinstance(item, float) and math.isfinite(item)


def whole(item: Any, least: int = 0) -> TypeGuard[float]:
    """Say whether an item of JSON is a whole number, at least `least`."""
    return number(item) and float(item).is_integer() and item >= least


def name(item: Any) -> TypeGuard[str]:
    r"""Say whether an item can name a cell: text, with no sign that a screen does not show.

    >>> name("a|b"), name(""), name("a\0"), name(3)
    (True, False, False, False)
    """
    return isinstance(item, str) and bool(item.strip()) and item.isprintable()


def count_problems(value: float | None, kind: str | None) -> list[str]:
    """Check what is counted: whole, never negative; an amount may be anything."""
    if value is None or kind == "amount":
        return []
    found = ["un effectif ne peut pas être négatif."] if value < 0 else []
    if not float(value).is_integer():
        found.append("un effectif est un nombre entier (un montant se déclare « amount »).")
    return found


def rounding_mode(told: Any) -> str | None:
    """Return the mode among ROUNDING_MODES for what a file says, None when it is unknown.

    >>> rounding_mode("floor"), rounding_mode(["nearest", "down"]), rounding_mode("?")
    ('down', 'both', None)
    """
    if isinstance(told, list | tuple):
        modes = {rounding_mode(item) for item in told}
        if modes == {"nearest", "down"}:
            return "both"
        return modes.pop() if len(modes) == 1 else None
    return "nearest" if told is None else MODES.get(told) if isinstance(told, str) else None


def base_problems(base: float | None, value: float | None, kind: str | None) -> list[str]:
    """Check the allocataires told behind a cell: persons are never fewer than their allocataires.

    A greater base would be believed, and show a small count.
    """
    if base is None:
        return []
    if base < 0 or not float(base).is_integer():
        return ["« base » : un nombre entier d'allocataires, 0 ou plus, est attendu."]
    if value is None or kind == "offer":
        return []
    if kind != "amount" and base > value:
        return ["« base » dépasse « value » : il y a au moins une personne par allocataire."]
    if base == 0 and value:
        return ["« base » dit que personne n'est derrière cette case, qui n'est pas nulle."]
    return []
