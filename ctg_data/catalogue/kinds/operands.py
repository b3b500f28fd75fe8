"""Operands of cards, ``variable/category``: what they count, and their cells in a release."""

from collections.abc import Iterable

from ctg_data import observations
from ctg_data.errors import CtgError
from ctg_data.model import Level
from ctg_data.release.masked import MaskedTable


def split(operand: str) -> tuple[str, str]:
    """The variable and the category of an operand.

    >>> split("enfants_couverts/0-2")
    ('enfants_couverts', '0-2')
    """
    variable, _, category = operand.partition("/")
    declared = observations.variables().get(variable)
    if declared is None or (category not in ("total", *declared.categories)):
        raise CtgError(f"unknown operand {operand!r}: see variables.toml")
    return variable, category


def nature_of(operand: str) -> str:
    """The nature of an operand, as variables.toml declares it."""
    return observations.variables()[split(operand)[0]].nature


def unit_of(operand: str) -> str:
    """The unit of an operand, as variables.toml declares it."""
    return observations.variables()[split(operand)[0]].unit


def pick(release: MaskedTable, operand: str) -> MaskedTable:
    """The cells of one operand, ``variable/category``, at every place and year.

    The total of a breakdown may be stored under the variable that counts the whole.
    """
    variable, category = split(operand)
    whole = observations.variables()[variable].total_de
    if category == "total" and whole:
        variable = whole
    return release.part(variable, category)


def at_levels(release: MaskedTable, operand: str, levels: Iterable[Level]) -> MaskedTable:
    """The cells of one operand at some levels."""
    return pick(release, operand).where(level=[str(level) for level in levels])
