"""Which zones come first, by criteria and weights that everybody sees and may change.

Made after the gate, of shown cells only.  A zone that lacks one criterion, hidden or missing, is
not ranked at all: it is out of the places, of the score and of everything that is compared, so
that nothing of what is printed depends on what is hidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import rankdata

from ctg_data import dating, fr
from ctg_data.catalogue import indicators
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.kinds.operands import split
from ctg_data.dating import Moment
from ctg_data.model import AS_TOLD, Level, PublicStatus
from ctg_data.release.masked import BOUNDS, SHOWN, MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

PLACES, GAP = "rang", "ecart"
SCORE, POINTS = "priorite/score", "priorite/points"
LEAST_ZONES = 2  # one zone alone comes first of nothing
KINDS = ("besoin", "ecart")
# the same places over other children: their cards forbid to show both on one chart
VARIANTS = {"PE14B": "PE14A"}
LEVELS = AS_TOLD
Matrix = np.ndarray  # one row a criterion, one column a zone


@dataclass(frozen=True)
class Criterion:
    """One indicator at one level: its year, and which way the need grows (+1: with it)."""

    indicator: Indicator
    moment: Moment
    sense: int

    @property
    def period(self) -> int:
        """The year observed."""
        return self.moment.period


@dataclass(frozen=True)
class Setting:
    """What the reader chose: a level, a weight for each criterion kept, how to compare."""

    level: Level
    weights: tuple[tuple[str, int], ...]  # code of the indicator, weight above 0
    method: str = PLACES


@dataclass(frozen=True)
class Ranking:
    """Zones in order, and all that makes the order.

    Attributes:
        level: of the zones.
        criteria: with, for each, its weight.
        zones: ranked, the first one first.
        unranked: by reason, in words, the zones that are not.
        values: printed values, one row a criterion, one column a zone in ``zones``.
        bases: the commune's value of each criterion, NaN when it has none.
        points: what each value is worth.
        scores: their mean by the weights.
        table: scores, points brought by each criterion and values, as cells that may be shown.
    """

    level: Level
    criteria: tuple[Criterion, ...]
    weights: np.ndarray
    zones: tuple[Zone, ...]
    unranked: Mapping[PublicStatus, tuple[Zone, ...]]
    values: Matrix
    bases: np.ndarray
    points: Matrix
    scores: np.ndarray
    table: MaskedTable
    method: str

    @property
    def brought(self) -> Matrix:
        """The points of the score that each criterion brings to each zone: they add up to it."""
        return self.points * (self.weights / self.weights.sum())[:, None]

    @property
    def places(self) -> np.ndarray:
        """The place of each zone; zones with the same score share the better one."""
        return np.asarray(rankdata(-np.round(self.scores, 9), method="min")).astype(int)


def criteria(data: Workspace, level: Level) -> tuple[Criterion, ...]:
    """What may be weighed at a level: needs and gaps with numbers there, latest year each."""
    return _criteria(data, level, known_zones(data, level))


def _criteria(data: Workspace, level: Level, zones: Sequence[Zone]) -> tuple[Criterion, ...]:
    codes = [one.code for one in zones]
    found = {}
    for one in _declared(data, level):
        rows = data.table(one).where(level=str(level), code=codes)
        exact = rows.frame[rows.frame["value"].notna()]["period"]  # a bound is no rank
        year = next(iter(dating.years(exact)), None)  # of an unknown year, nothing adds up
        if year is not None and exact.eq(year).sum() >= LEAST_ZONES:
            found[one.code] = Criterion(one, rows.moment(year), -one.favourable or 1)
    return tuple(one for code, one in found.items() if VARIANTS.get(code) not in found)


def proposed(found: Iterable[Criterion], weights: Mapping[str, int]) -> dict[str, int]:
    """The weights a reader starts from: the territory's, else one for each judged criterion."""
    known = list(found)
    given = {c.indicator.code: weights.get(c.indicator.code, 0) for c in known}
    kept = {code: weight for code, weight in given.items() if weight}
    judged = [c.indicator.code for c in known if c.indicator.favourable] or [
        c.indicator.code for c in known[:1]
    ]
    return kept or dict.fromkeys(judged, 1)


def comparable(data: Workspace, found: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """The criteria that the commune has too, the same year: only they have a gap to it."""
    known = list(found)
    bases = _bases(data, known)
    return tuple(one for one, base in zip(known, bases, strict=True) if np.isfinite(base))


def rank(data: Workspace, setting: Setting) -> Ranking | None:
    """Rank the zones of a level; None when fewer than two can be."""
    weights = dict(setting.weights)
    everywhere = known_zones(data, setting.level)
    found = _criteria(data, setting.level, everywhere)
    kept = [one for one in found if weights.get(one.indicator.code)]
    if setting.method == GAP:
        kept = list(comparable(data, kept))
    if not kept:
        return None
    cells = _cells(data, setting.level, kept, everywhere)
    shown = [rows.frame.set_index("code")["value"] for rows in cells]
    ranked = [one for one in everywhere if all(np.isfinite(v.get(one.code, np.nan)) for v in shown)]
    if len(ranked) < LEAST_ZONES:
        return None
    values = np.array([[float(v[one.code]) for one in ranked] for v in shown])
    bases = _bases(data, kept)
    points = worth(values, kept, bases, setting.method)
    by_code = np.array([weights[one.indicator.code] for one in kept], dtype=float)
    scores = by_code @ points / by_code.sum()
    order = fr.by_name(
        range(len(ranked)),
        lambda i: ranked[i].label,
        before=lambda i: -round(scores[i], 9),
    )
    zones = tuple(ranked[i] for i in order)
    made = Ranking(
        setting.level,
        tuple(kept),
        by_code,
        zones,
        _unranked(cells, everywhere, zones),
        values[:, order],
        bases,
        points[:, order],
        scores[order],
        cells[0],
        setting.method,
    )
    return replace(made, table=_table(made, cells))


def worth(
    values: Matrix, kept: Sequence[Criterion], bases: np.ndarray, method: str = PLACES
) -> Matrix:
    """What each value is worth, so that criteria in different units add up.

    By places: 100 for the zone where the need is greatest among those ranked, 0 for the one
    where it is least, even steps between, ties shared.  By gap: percent above the commune,
    below zero when the zone is better off than it.  Many matrices may be given at once, stacked.
    """
    sense = np.array([one.sense for one in kept])[:, None]
    if method == GAP:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(100 * sense * (values - bases[:, None]) / np.abs(bases[:, None]))
    places = np.asarray(rankdata(sense * values, axis=-1))
    return np.asarray(100 * (places - 1) / (values.shape[-1] - 1))


def _declared(data: Workspace, level: Level) -> list[Indicator]:
    """Needs and gaps of the catalogue at a level."""
    return [
        one
        for one in data.indicators()
        if one.kind in KINDS and one.compute.is_measured and level in one.levels
    ]


def known_zones(data: Workspace, level: Level) -> list[Zone]:
    """The zones of the newest outlines with a number: two generations never mix."""
    every = data.territory.zones(level)
    declared = _declared(data, level)
    counted = {split(name)[0] for one in declared for name in one.compute.operands}
    rows = data.release.where(level=str(level), variable=counted).frame
    known = set(rows.loc[rows["value"].notna(), "code"])
    vintages = [one.vintage for one in every if one.code in known]
    return [one for one in every if vintages and one.vintage == max(vintages)]


def _cells(
    data: Workspace, level: Level, kept: Sequence[Criterion], zones: Sequence[Zone]
) -> list[MaskedTable]:
    codes = [one.code for one in zones]
    return [
        data.table(one.indicator).where(level=str(level), code=codes, period=one.period)
        for one in kept
    ]


def _bases(data: Workspace, found: Iterable[Criterion]) -> np.ndarray:
    """The commune's values, same indicators and same years; NaN where one is not known.

    Below the commune some rates bear another name: their formula is the same.
    """
    place = data.territory.commune
    whole = data.release.where(level=str(place.level), code=place.code)
    return np.array([_base(whole, place, one) for one in found])


def _base(whole: MaskedTable, place: Zone, one: Criterion) -> float:
    if one.indicator.is_count:
        return float("nan")  # a count of the whole is no reference for a part of it
    rows = indicators.compute(whole, replace(one.indicator, levels=(place.level,)))
    return rows.cell(str(place.level), place.code, one.period).value or float("nan")


def _unranked(
    cells: Sequence[MaskedTable], everywhere: Sequence[Zone], ranked: Sequence[Zone]
) -> dict[PublicStatus, tuple[Zone, ...]]:
    """Zones out of the ranking, by reason: secrecy first, then no figure, then a bound alone."""
    found: dict[PublicStatus, list[Zone]] = {}
    for zone in everywhere:
        if zone in ranked:
            continue
        seen = {rows.cell(str(zone.level), zone.code).status for rows in cells}
        silent = seen.difference(SHOWN, BOUNDS)
        reason = PublicStatus.NON_DISPONIBLE if silent else PublicStatus.MINIMUM
        reason = PublicStatus.SECRET if PublicStatus.SECRET in seen else reason
        found.setdefault(reason, []).append(zone)
    return {reason: tuple(zones) for reason, zones in sorted(found.items(), reverse=True)}


def ranks(ranking: Ranking) -> Matrix:
    """The place of each zone for each criterion, from the greatest need."""
    sense = np.array([one.sense for one in ranking.criteria])[:, None]
    return np.asarray(rankdata(-sense * ranking.values, axis=1, method="min"))


def laid(ranking: Ranking, name: str, unit: str, numbers: np.ndarray) -> MaskedTable:
    """Numbers of the ranked zones, in their order, as cells: where the score is hidden, hidden."""
    score = ranking.table.where(variable=SCORE)
    known = dict(zip((one.code for one in ranking.zones), numbers, strict=True))
    order = score.frame["code"]
    return score.derive(name, unit, [score], lambda _: [known[code] for code in order])


def _table(made: Ranking, cells: Sequence[MaskedTable]) -> MaskedTable:
    """Score, points brought and values, on the cells that they come from.

    The score is laid over the cells of all criteria: where one of them is hidden, so is it.
    """
    year = max(one.period for one in made.criteria)
    codes = [one.code for one in made.zones]
    kept = [rows.where(code=codes) for rows in cells]
    known = dict(zip(codes, made.scores, strict=True))
    order = kept[0].frame["code"]
    dated = [rows.dated(year) for rows in kept]
    score = kept[0].derive(SCORE, "points", dated, lambda *_: [known[code] for code in order])
    scored = replace(made, table=score)
    parts = [
        laid(
            scored, f"{POINTS}/{one.indicator.code}", f"points dus à « {one.indicator.title} »", row
        )
        for one, row in zip(made.criteria, made.brought, strict=True)
    ]
    return score.join(*parts, *kept)
