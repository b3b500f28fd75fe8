"""Words for numbers: the sentences printed on pages and in exports, from masked cells only.

A sentence never says more than its cells bear: what rounding alone can make is « stable », a
break in a series forbids comparing, a small count is never turned into a percentage, a hidden
cell is named as such, a missing one too.  Differences of rates are those of exact values, rounded
once.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import bounded, comparing
from ctg_data.grammar import agreed, verb
from ctg_data.model import SIGN_WORDS, Sign
from ctg_data.release.masked import Cell

ROUNDING_NOISE = 5.0  # two counts rounded to 5 may differ by 5 when hardly anything moved
# Under 100 one household weighs more than one point: a percentage would sound surer than it is.
# It is also the least population that the convention lets anyone study (article 7).
LEAST_BASE = 100
LEAST_MOVE = 5  # a count that moved by fewer says nothing good or bad
EXACT = (
    "Les écarts et les évolutions entre taux sont calculés avant tout arrondi : ils peuvent "
    "différer d'un dernier chiffre de ce que donnent les valeurs affichées."
)
FEW_BY_NATURE = {"structures", "lieux", "zones", "dispositifs"}  # one more is one more
ONE_EACH = re.compile(r"\bpour 1 (?!0)")  # « pour 1 structure », not « pour 1 000 enfants »
LEAD = re.compile(r"^(?:En|En décembre|Fin|Au 31 décembre) \{period\}, ")  # of a card's reading
SOME_REFERENCE = "la référence choisie"
SENSES = {1: "favorable", -1: "défavorable"}


@dataclass(frozen=True)
class Move:
    """An evolution or a gap, in words.

    ``favourable`` is +1, -1 or 0 (neither, or not to be judged); ``stable`` is true when the
    difference is within what rounding alone makes; ``made`` is false when nothing could be
    compared, and the text says why.
    """

    text: str
    favourable: int
    stable: bool
    made: bool = True


def judged(move: Move) -> str:
    """A move and, where the card lets it be judged, in which sense it goes.

    >>> judged(Move("1,8 point au-dessous de la France", -1, False))
    '1,8 point au-dessous de la France (défavorable)'
    """
    sense = SENSES.get(move.favourable, "")
    return f"{move.text} ({sense})" if sense else move.text


def value_text(cell: Cell, decimals: int, unit: str = "") -> str:
    r"""Write a cell: its number (and unit, which agrees with it), or its sign.

    >>> from ctg_data.model import PublicStatus
    >>> value_text(Cell(61.7, PublicStatus.DIFFUSE, 2023, ""), 1)
    '61,7'
    >>> value_text(Cell(1, PublicStatus.DIFFUSE, 2023, ""), 0, "places")
    '1\xa0place'
    >>> value_text(Cell(None, PublicStatus.SECRET, 2023, ""), 1, "places")
    's'
    >>> value_text(Cell(None, PublicStatus.MINIMUM, 2025, "", bound=8.0), 0)
    'au moins 8'
    """
    if not cell.told:
        return str(cell.sign)
    value = cell.value
    if value is None:
        decimals = cell.bound_decimals(decimals)
        value = cell.printed_bound(decimals)
    lead = f"{cell.bound_words} " if cell.bound_words else ""
    if not unit:
        return lead + fr.number(value, decimals)
    return lead + fr.with_unit(value, agreed(unit, _printed(value, decimals)), decimals)


def unit_of(cell: Cell, indicator: Indicator) -> str:
    """The unit of an indicator, agreed with the number that a cell prints."""
    if cell.value is not None:
        return agreed(indicator.unit, cell.value)
    return agreed(indicator.unit, cell.printed_bound(cell.bound_decimals(indicator.decimals)))


def sign_words(cell: Cell) -> str:
    """Say in full what a sign stands for; empty for a number, exact or as a bound."""
    return "" if cell.told or cell.sign is Sign.NONE else SIGN_WORDS[cell.sign]


def evolution(before: Cell, after: Cell, indicator: Indicator) -> Move:
    """Compare a place with itself, from one year to another."""
    if why := comparing.refused(before, after, indicator):
        return Move(f"évolution non calculée : {why}", 0, False, made=False)
    assert before.value is not None
    assert after.value is not None
    since = before.moment.since
    if is_noise(before, after, indicator):
        return Move(f"stable {since}", 0, True)
    if not indicator.is_count:  # between exact values: two roundings would move the difference
        change = after.value - before.value
        sense = indicator.favourable * (1 if change > 0 else -1)
        return Move(f"{_points(change, indicator, signed=True)} {since}", sense, False)
    first, last = (_printed(one, indicator.decimals) for one in (before.value, after.value))
    sense = indicator.favourable * (1 if last > first else -1)
    if abs(last - first) < LEAST_MOVE and indicator.unit not in FEW_BY_NATURE:
        sense = 0
    count = f"{fr.number(last - first, 0, signed=True)}{fr.WIDE}"
    count += agreed(indicator.unit, last - first)
    if first < LEAST_BASE or indicator.compute.against_reference:  # a residue has no percentage
        return Move(f"{count} {since}", sense, False)
    share = fr.with_unit_signed(100 * (last - first) / first, "%", 1)
    return Move(f"{share} {since} ({count})", sense, False)


def is_noise(before: Cell, after: Cell, indicator: Indicator) -> bool:
    """Whether a difference is no more than what rounding makes, or too small to be printed.

    Between counts rounded to 5, five tell nothing; and a change that prints as 0,0 % is none.
    """
    if before.value is None or after.value is None:
        return False
    if not indicator.is_count:
        return _printed(after.value - before.value, indicator.decimals) == 0
    first, last = (_printed(one, indicator.decimals) for one in (before.value, after.value))
    difference = abs(last - first)
    if (before.rounded or after.rounded) and difference <= ROUNDING_NOISE:
        return True
    return difference == 0 or (first >= LEAST_BASE and _printed(100 * difference / first, 1) == 0)


def gap(cell: Cell, reference: Cell, name: str, indicator: Indicator) -> Move:
    """Compare a place with a reference of the same year; ``name`` comes with its article."""
    silent = next((one for one in (cell, reference) if not one.told), None)
    if silent is not None:
        return Move(
            f"comparaison avec {name} impossible : {sign_words(silent)}", 0, False, made=False
        )
    if cell.period != reference.period:
        when = cell.moment.when
        why = f"comparaison avec {name} impossible : rien {when} pour {name}"
        return Move(why, 0, False, made=False)
    if bounded.only(cell, reference):
        return _bounded_gap(cell, reference, name, indicator)
    if indicator.is_count:
        value, other = (_printed(one.value or 0.0, indicator.decimals) for one in (cell, reference))
        return _proportion(value, other, name, indicator)
    difference = _printed((cell.value or 0.0) - (reference.value or 0.0), indicator.decimals)
    if difference == 0:
        return Move(f"au niveau {fr.of(name)}", 0, True)
    side = "au-dessus" if difference > 0 else "au-dessous"
    sense = indicator.favourable * (1 if difference > 0 else -1)
    size = _points(abs(difference), indicator)
    return Move(f"{size} {side} {fr.of(name)}", sense, False)


def _bounded_gap(cell: Cell, reference: Cell, name: str, indicator: Indicator) -> Move:
    """Of what is known by a bound only a side may be told, where every value is on it."""
    if indicator.is_count:
        return Move(f"contre {value_text(reference, indicator.decimals)} pour {name}", 0, False)
    side = bounded.side(cell, reference)
    if not side:
        why = bounded.why_not(cell, reference)
        return Move(f"écart avec {name} non calculé : {why}", 0, False, made=False)
    words = "au-dessus" if side > 0 else "au-dessous"
    return Move(f"{words} {fr.of(name)}", indicator.favourable * side, False)


def _proportion(value: float, other: float, name: str, indicator: Indicator) -> Move:
    """Counts of two places do not compare; one is told as a share of the bigger one."""
    residue = indicator.compute.against_reference
    if residue or min(value, other) < LEAST_BASE or value >= other:
        return Move(f"contre {fr.number(other)} pour {name}", 0, False)
    share = fr.with_unit(100 * value / other, "%", 1)
    return Move(f"l'équivalent de {share} du total {fr.of(name)}", 0, False)


def lecture(indicator: Indicator, place: str, cell: Cell, reference: str = SOME_REFERENCE) -> str:
    """The reading sentence of an indicator for one place, or why there is none.

    Args:
        indicator: whose sentence it is.
        place: the name of the place, with its article if it takes one.
        cell: its value.
        reference: for a shortfall, the name of the reference, with its article.
    """
    if not cell.told:
        year = f" {cell.moment.when}" if cell.period else ""
        return fr.spaced(fr.capital(f"{place} : {sign_words(cell)}{year}."))
    words = indicator.compute.zero_reading
    if not words or cell.value is None or _printed(cell.value, indicator.decimals) != 0:
        words = _dated(str(indicator.text["reading"]), cell)
    words = re.sub(r"(?<=\{territory\} )\w+e\b", lambda found: verb(found[0], place), words)
    said = words.format(
        territory=place,
        value=value_text(cell, indicator.decimals, indicator.unit),
        period=cell.period,
        reference=fr.of(reference),
        when=cell.moment.when,
        reaches=verb("atteint", place),
    )
    more = [bounded.against_words(indicator, cell), bounded.how_exact(cell)]
    return fr.spaced(" ".join([fr.capital(said), *(f"{fr.capital(one)}." for one in more if one)]))


def _dated(words: str, cell: Cell) -> str:
    """A reading whose opening says what its year is: an edition too, or a year that is not over.

    A bound is what lists know in the course of a year, not what is open at its end.
    """
    if cell.moment.ordinary and not cell.bound_words:
        return words
    return LEAD.sub(f"{fr.capital(cell.moment.when)}, ", words)


def answer(
    indicator: Indicator, place: str, cell: Cell, references: Sequence[tuple[str, Cell]] = ()
) -> str:
    """The answer of a page in one sentence: the value, its year, and the gaps that can be told.

    Args:
        indicator: the question.
        place: the name of the place, with its article if it takes one.
        cell: its value.
        references: name, with its article, and cell of each place to compare with.  For a
            shortfall, the first name is that of the reference it was computed for.
    """
    if not cell.told or indicator.compute.against_reference:
        named = references[0][0] if references else SOME_REFERENCE
        return lecture(indicator, place, cell, named)
    value = value_text(cell, indicator.decimals, indicator.unit_long)
    pause = "," if "," in indicator.unit_long else ""
    said = f"{place} {verb('compte', place)} {value}{pause} {cell.moment.when}"
    made = [
        gap(cell, other, name, indicator)
        for name, other in references
        if other.told and other.period == cell.period
    ]
    gaps = [one.text for one in made if one.made]
    if gaps and not indicator.is_count:
        told_once = step(indicator.unit)  # with the first gap
        again = "|".join(re.escape(f"{fr.WIDE}{agreed(told_once, size)}") for size in (2, 0))
        gaps[1:] = [re.sub(again, "", one, count=1) for one in gaps[1:]]
    said += f" : {', '.join(gaps)}" if gaps else ""
    against = bounded.against_words(indicator, cell)
    return fr.spaced(fr.capital(f"{said}." + (f" {fr.capital(against)}." if against else "")))


def _points(size: float, indicator: Indicator, *, signed: bool = False) -> str:
    """A difference between rates: in points between percentages, else in the unit of the rate.

    « habitants pour 1 structure » differ by habitants, « places pour 100 enfants » by as many.
    """
    number = fr.number(size, indicator.decimals, signed=signed)
    return f"{number}{fr.WIDE}{agreed(step(indicator.unit), size)}"


def step(unit: str) -> str:
    """The unit of a difference between two rates.

    >>> step("%"), step("habitants pour 1 structure"), step("places pour 100 enfants")
    ('points', 'habitants', 'places pour 100')
    >>> step("rang moyen")
    'rangs'
    """
    if ONE_EACH.search(unit):
        return unit.split(" pour ")[0]
    if " pour " in unit:
        return unit.rpartition(" ")[0]
    return {"%": "points", "rang moyen": "rangs"}.get(unit, unit)


def _printed(value: float, decimals: int) -> float:
    """The number as ``fr.number`` prints it: half away from zero."""
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals
    return math.copysign(scaled, value)
