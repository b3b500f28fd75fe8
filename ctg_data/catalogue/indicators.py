"""Indicators: read from ``catalogue/THEME/ID.toml``, computed on masked tables only.

Add before the gate, divide after it: every function below takes a release, the ``MaskedTable``
of a whole territory, so that a ratio inherits the secrecy of what it is made of.
"""

from functools import cache
from pathlib import Path

from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.computation import Asked
from ctg_data.catalogue.reader import read_catalogue
from ctg_data.release.masked import MaskedTable

CATALOGUE = Path(__file__).parent


@cache
def catalogue() -> dict[str, Indicator]:
    """Every declared indicator by id, in the order of their codes."""
    return read_catalogue(CATALOGUE)


def compute(
    release: MaskedTable, indicator: Indicator, reference: tuple[str, str] | None = None
) -> MaskedTable:
    """The indicator at every declared level, place and year.

    Args:
        release: the whole masked territory.
        indicator: what to compute.
        reference: (level, code) of the place to compare with, for those that need one.

    Returns:
        One row per place and year, ``variable`` being the id of the indicator.

    Raises:
        CtgError: it needs a reference, or more than a release.
    """
    asked = Asked(
        release=release,
        id=indicator.id,
        unit=indicator.unit,
        levels=indicator.levels,
        masking=indicator.masking,
        reference=reference,
        other=lambda one: compute(release, catalogue()[one]),
    )
    return indicator.compute.table(asked)
