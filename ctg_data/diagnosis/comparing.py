"""Which two years of a place compare, and why others do not."""

from collections.abc import Sequence

from ctg_data.catalogue.cards import Indicator
from ctg_data.dating import forbids, is_known, newest_first, order
from ctg_data.diagnosis import bounded
from ctg_data.model import SIGN_WORDS
from ctg_data.release.masked import Cell


def earlier(periods: Sequence[int], period: int, indicator: Indicator) -> int | None:
    """The period to compare one with: the last before it, at the distance that the card asks for.

    Where none is that far, the nearest: the evolution then says why it is not computed.
    """
    before = [one for one in newest_first(periods) if order(one) < order(period)]
    far = [one for one in before if is_known(one) and period - one >= indicator.years_apart]
    return next(iter([*far, *before]), None)


def refused(before: Cell, after: Cell, indicator: Indicator) -> str:
    """Why two cells of one place say nothing together; empty when they do."""
    if bound := bounded.why_not(before, after):
        return bound
    if before.value is None or after.value is None:
        silent = before if before.value is None else after
        when = f" {silent.moment.when}" if silent.period else ""
        return f"{SIGN_WORDS[silent.sign]}{when}"
    if why := forbids(before.moment, after.moment):
        return why
    if before.period >= after.period:
        return "une seule année disponible"
    if after.period - before.period < indicator.years_apart:
        return "deux recensements à moins de cinq ans d'écart ont des enquêtes communes"
    cut = indicator.breaks_between(before.period, after.period)
    return f"rupture de série en {cut[-1].year}" if cut else ""
