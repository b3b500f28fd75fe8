"""The unit that follows from operands: as published, of a sum, or of one count for another."""

from collections.abc import Sequence

from ctg_data import fr
from ctg_data.catalogue.kinds.operands import split, unit_of
from ctg_data.natures import OFFER
from ctg_data.observations import variables


def published(operand: str) -> set[str]:
    """Units of an operand as published."""
    variable = variables()[split(operand)[0]]
    if variable.unit != "taux":
        return {variable.unit}
    # places for a hundred children are not a percentage: there can be more than a hundred
    return {"places pour 100 enfants" if variable.nature == OFFER else "%"}


def of_sum(terms: Sequence[str]) -> set[str]:
    """Units of a sum: one, that of all its terms."""
    units = {unit_of(one) for one in terms}
    return _called(units.pop()) if len(units) == 1 else {"une seule unité"}


def of_ratio(numerator: Sequence[str], denominator: Sequence[str], scale: float) -> set[str]:
    """Units of ``scale`` × Σ numerator ÷ Σ denominator."""
    tops, bottoms = ({unit_of(one) for one in side} for side in (numerator, denominator))
    if len(tops) > 1 or len(bottoms) > 1:
        return {"une seule unité de chaque côté"}
    top, bottom = tops.pop(), bottoms.pop()
    if top == bottom and scale == 100:
        return {"%"}
    return {f"{top} pour {fr.number(scale)} {_after(one, scale)}" for one in _called(bottom)}


def _called(unit: str) -> set[str]:
    """Inhabitants of an age may be called by it."""
    return {unit, "enfants", "jeunes"} if unit == "habitants" else {unit}


def _after(unit: str, count: float) -> str:
    """A unit after its count: « 1 structure », « 1 lieu », « 100 enfants »."""
    return unit[:-1] if count < 2 and unit.endswith(("s", "x")) else unit
