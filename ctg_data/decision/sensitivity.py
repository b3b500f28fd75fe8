"""How firm a ranking is: does the first zone stay first when one argues with it?

Three questions, each with its own answer: other weights (each one moved, each criterion dropped,
thousands of weights drawn at random), and the noise of the figures themselves (rounding, and the
chance that weighs on small counts).  Drawn from shown cells only, with a fixed seed: two readers
of the same ranking find the same answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from ctg_data.catalogue.kinds.operands import pick, split
from ctg_data.decision import priorities
from ctg_data.decision.priorities import Criterion, Ranking
from ctg_data.model import PublicStatus
from ctg_data.natures import OFFER
from ctg_data.observations import variables
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace

SEED = 20
WEIGHTINGS, DRAWS = 2000, 1000
SURE = 90  # percent of the draws that an interval of places holds
CAF_ROUNDING = 2.5  # a count rounded to 5 stands for two and a half on each side


@dataclass(frozen=True)
class Trial:
    """The ranking made again with one thing changed.

    ``change`` is the relative move of the weight; None when the criterion is dropped.
    """

    criterion: Criterion
    change: float | None
    first: tuple[Zone, ...]
    holds: bool


@dataclass(frozen=True)
class Draws:
    """What chance makes of a ranking, whatever one argues; one number a zone, in its order.

    Attributes:
        weightings: share of the weights drawn at random that put the zone first.
        noise: share of the draws within the noise of figures that put it first.
        low: the best place it takes, within that noise, nine times in ten; high: the worst.
    """

    weightings: np.ndarray
    noise: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class Firmness(Draws):
    """What is left of a ranking when it is argued with.

    Attributes:
        trials: each weight moved both ways, then each criterion dropped.
    """

    trials: tuple[Trial, ...]

    @property
    def holds(self) -> bool:
        """Whether the first zone stays first in every trial."""
        return all(one.holds for one in self.trials)


def firmness(
    data: Workspace, ranking: Ranking, change: float, draws: Draws | None = None
) -> Firmness:
    """Argue with a ranking; ``change`` is how far each weight is moved, 0.25 for a quarter.

    ``draws``, those of this ranking, are made unless they are given: they do not depend on it.
    """
    found = draws or draw(data, ranking)
    trials = tuple(_trials(ranking, change))
    return Firmness(found.weightings, found.noise, found.low, found.high, trials)


def draw(data: Workspace, ranking: Ranking) -> Draws:
    """Weights at random, then figures within their noise."""
    generator = np.random.default_rng(SEED)
    drawn = generator.dirichlet(np.ones(len(ranking.criteria)), WEIGHTINGS)
    leads = _leading(drawn @ ranking.points)
    scores = _noisy(data, ranking, generator)
    places = rankdata(-np.round(scores, 9), axis=1, method="min")
    margin = (100 - SURE) / 2
    low, high = np.percentile(places, [margin, 100 - margin], axis=0, method="nearest")
    noise = _leading(scores).mean(axis=0)
    return Draws(leads.mean(axis=0), noise, low.astype(int), high.astype(int))


def _leading(scores: np.ndarray) -> np.ndarray:
    """Whether each zone is first, alone or not, in each line of scores."""
    rounded = np.round(scores, 9)
    return np.asarray(rounded == rounded.max(axis=1, keepdims=True))


def _trials(ranking: Ranking, change: float) -> Iterator[Trial]:
    moves: list[float | None] = [change, -change]
    if len(ranking.criteria) > 1:
        moves.append(None)
    for move in moves:
        for i, one in enumerate(ranking.criteria):
            weights = ranking.weights.copy()
            weights[i] *= 0.0 if move is None else 1 + move
            (leads,) = _leading((weights @ ranking.points)[None, :])
            first = tuple(np.array(ranking.zones, dtype=object)[leads])
            yield Trial(one, move, first, ranking.zones[0] in first)


def _noisy(data: Workspace, ranking: Ranking, generator: np.random.Generator) -> np.ndarray:
    """Scores of the zones, many times, each value moved within its own noise."""
    spreads = [
        _spread(data, one, ranking, row)
        for one, row in zip(ranking.criteria, ranking.values, strict=True)
    ]
    deviation = np.array([chance for chance, _ in spreads])
    half = np.array([rounding for _, rounding in spreads])
    shape = (DRAWS, *deviation.shape)
    moved = ranking.values + deviation * generator.standard_normal(shape)
    moved += half * generator.uniform(-1, 1, shape)
    points = priorities.worth(moved, ranking.criteria, ranking.bases, ranking.method)
    return np.asarray(np.tensordot(ranking.weights, points, (0, 1)) / ranking.weights.sum())


def _spread(
    data: Workspace, one: Criterion, ranking: Ranking, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each zone, the standard deviation that chance alone makes, and half a rounding.

    A share varies like a draw of its population, a count like its own square root, places for
    100 children like the number of children; places and structures do not vary.  A rate published
    as such comes without its population: only its rounding is known.
    """
    indicator = one.indicator
    half = np.full(len(values), 0.0 if indicator.is_count else 0.5 * 10.0**-indicator.decimals)
    if indicator.is_count:
        rounded = _rounded(data, one, ranking)
        return np.sqrt(np.maximum(values, 1.0)), np.where(rounded, CAF_ROUNDING, 0.0)
    if not indicator.compute.population:
        return np.zeros(len(values)), half
    base = np.maximum(_population(data, one, ranking), 1.0)
    if indicator.unit == "%":
        share = np.clip(values / 100, 0.0, 1.0)
        return 100 * np.sqrt(share * (1 - share) / base), half
    return values / np.sqrt(base), half


def _population(data: Workspace, one: Criterion, ranking: Ranking) -> np.ndarray:
    """The people a shown ratio counts: shown too, or the ratio would be hidden.

    Those it is a ratio of, else those it counts, for places or structures.
    """
    total, how = np.zeros(len(ranking.zones)), one.indicator.compute
    below = [name for name in how.population if _counts_people(name)]
    above = [name for name, _ in how.shape.top] if how.shape else []
    for operand in below or above:
        rows = pick(data.release, operand).where(level=str(ranking.level), period=one.period)
        cells = [rows.cell(str(ranking.level), zone.code) for zone in ranking.zones]
        total += np.array([cell.value or 0.0 for cell in cells])
    return total


def _rounded(data: Workspace, one: Criterion, ranking: Ranking) -> np.ndarray:
    rows = data.table(one.indicator).where(level=str(ranking.level), period=one.period)
    found = [rows.cell(str(ranking.level), zone.code).status for zone in ranking.zones]
    return np.array([status is PublicStatus.ARRONDI for status in found])


def _counts_people(operand: str) -> bool:
    return variables()[split(operand)[0]].nature != OFFER
