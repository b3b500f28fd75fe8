"""Words for numbers: the sentences printed on pages and in exports, from masked cells only.

A sentence never says more than its cells bear: two counts rounded to 5 that differ by 5 or less
are « stable », a hidden cell is named as such, a missing one too.
"""

from dataclasses import dataclass

from ctg_data import fr
from ctg_data.disclosure.masked import Cell
from ctg_data.indicators import Indicator
from ctg_data.model import SIGN_WORDS, Sign

ROUNDING_NOISE = 5.0  # two counts rounded to 5 may differ by 5 when nothing moved


@dataclass(frozen=True)
class Move:
    """An evolution or a gap, in words.

    ``favourable`` is +1, -1 or 0 (neither, or not to be judged); ``stable`` is true when the
    difference is within what rounding alone makes.
    """

    text: str
    favourable: int
    stable: bool


def value_text(cell: Cell, decimals: int, unit: str = "") -> str:
    r"""Write a cell: its number (and unit), or its sign.

    >>> from ctg_data.model import PublicStatus
    >>> value_text(Cell(61.7, PublicStatus.DIFFUSE, 2023, ""), 1)
    '61,7'
    >>> value_text(Cell(None, PublicStatus.SECRET, 2023, ""), 1)
    's'
    """
    if cell.value is None:
        return str(cell.sign)
    return fr.with_unit(cell.value, unit, decimals) if unit else fr.number(cell.value, decimals)


def sign_words(cell: Cell) -> str:
    """Say in full what a sign stands for; empty for a number."""
    return "" if cell.sign is Sign.NONE else SIGN_WORDS[cell.sign]


def evolution(before: Cell, after: Cell, indicator: Indicator) -> Move:
    """Compare a place with itself, from one year to another."""
    if before.value is None or after.value is None:
        return Move("évolution non disponible", 0, False)
    since = f"depuis {before.period}"
    difference = after.value - before.value
    if is_noise(before, after, indicator.decimals):
        return Move(f"stable {since}", 0, True)
    sense = indicator.favourable * (1 if difference > 0 else -1)
    if indicator.decimals == 0 and before.value > 0:
        share = fr.with_unit_signed(100 * difference / before.value, "%", 1)
        count = fr.number(difference, 0, signed=True)
        return Move(f"{share} {since} ({count})", sense, False)
    return Move(f"{fr.number(difference, indicator.decimals, signed=True)} {since}", sense, False)


def gap(cell: Cell, reference: Cell, name: str, indicator: Indicator) -> Move:
    """Compare a place with a reference of the same year; ``name`` comes with its article."""
    if cell.value is None or reference.value is None:
        return Move(f"comparaison avec {name} non disponible", 0, False)
    difference = cell.value - reference.value
    size = round(abs(difference), indicator.decimals)
    if size == 0:
        return Move(f"au niveau {fr.of(name)}", 0, True)
    word = "point" if size < 2 else "points"
    side = "au-dessus" if difference > 0 else "au-dessous"
    sense = indicator.favourable * (1 if difference > 0 else -1)
    return Move(
        f"{fr.number(size, indicator.decimals)}{fr.WIDE}{word} {side} {fr.of(name)}", sense, False
    )


def is_noise(before: Cell, after: Cell, decimals: int) -> bool:
    """Whether a difference is no more than what rounding makes."""
    if before.value is None or after.value is None:
        return False
    difference = abs(after.value - before.value)
    if (before.rounded or after.rounded) and decimals == 0:
        return difference <= ROUNDING_NOISE
    return round(difference, decimals) == 0


def lecture(indicator: Indicator, place: str, cell: Cell) -> str:
    """The reading sentence of an indicator for one place, or why there is none."""
    if cell.value is None:
        return fr.spaced(f"{place} : {sign_words(cell)} en {cell.period}.")
    value = value_text(cell, indicator.decimals, indicator.unit)
    words = str(indicator.text["reading"])
    return fr.spaced(words.format(territory=place, value=value, period=cell.period))
