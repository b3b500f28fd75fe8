"""From rows of the long table to the figures that a reader holds, year by year."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ctg_data.disclosure.witness.facts import Figure
from ctg_data.disclosure.witness.ground import Zone, zone_of
from ctg_data.disclosure.witness.kinds import Count, People
from ctg_data.model import Status

Key = tuple[Count, Zone, int]


def figures_of(rows: pd.DataFrame, people: People) -> dict[int, list[Figure]]:
    """Figures by year; of one told twice, ours is kept: the same, or another count."""
    found: dict[int, dict[tuple[Count, Zone], Figure]] = {}
    columns = ("variable", "category", "level", "code", "vintage", "period", "status", "ours")
    values = rows["value"].astype(float).tolist()
    lines = zip(*(rows[name].tolist() for name in columns), values, strict=True)
    for variable, category, level, code, vintage, year, status, ours, value in lines:
        count, zone = (variable, category), zone_of(level, code, vintage)
        if count not in people.counts:
            continue
        rounded = status == Status.ARRONDI and value == value
        figure = Figure(count, zone, value, value, bool(ours), rounded)
        known = found.setdefault(int(year), {}).get((count, zone))
        if known is None or _tells_more(figure, known):
            found[int(year)][count, zone] = figure
    return {year: list(own.values()) for year, own in found.items()}


def exact_of(years: Mapping[int, Sequence[Figure]]) -> dict[Key, float]:
    """What is shown, and not rounded."""
    return {
        (one.count, one.zone, year): one.low
        for year, figures in years.items()
        for one in figures
        if not one.hidden and not one.rounded
    }


def _tells_more(one: Figure, other: Figure) -> bool:
    """Whether a figure replaces another of the same datum: shown, then exact, then ours."""
    ranks = [(not figure.hidden, not figure.rounded, figure.ours) for figure in (one, other)]
    return ranks[0] > ranks[1]
