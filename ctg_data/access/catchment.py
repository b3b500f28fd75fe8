"""Access to places from where people live: the two-step floating catchment area (Luo, Wang, 2003).

First, each structure shares its places among all who live within reach of it, on either side of
a boundary; then each zone adds up the shares it reaches.  Nothing is lost on the way: over all
homes, access × people gives back the places that somebody reaches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

EARTH = 6_371_008.8  # metres, mean radius

Roads = Mapping[tuple[str, str], float]  # (structure, home) → metres by road


@dataclass(frozen=True)
class Point:
    """Something that stands somewhere: a structure, or the middle of a zone."""

    id: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Rule:
    """How far is near.

    Attributes:
        reach: longest way, in metres.
        detour: how much longer a way is than the straight line.
    """

    reach: float
    detour: float


def within(
    structures: Sequence[Point], homes: Sequence[Point], rule: Rule, roads: Roads | None = None
) -> np.ndarray:
    """Which homes each structure is within reach of, one row a structure.

    With ``roads``, a way that was measured is taken as it is; no road is shorter than the
    straight line, so what lies farther as the crow flies needs no measure.
    """
    straight = distances(structures, homes)
    near = np.asarray(straight * rule.detour <= rule.reach)
    for (one, home), metres in (roads or {}).items():
        rows = [i for i, place in enumerate(structures) if place.id == one]
        columns = [i for i, place in enumerate(homes) if place.id == home]
        near[np.ix_(rows, columns)] = metres <= rule.reach
    return near


def distances(some: Sequence[Point], others: Sequence[Point]) -> np.ndarray:
    """Metres as the crow flies, one row for each of ``some``.

    >>> one, other = Point("a", 1.0, 49.0), Point("b", 1.0, 50.0)
    >>> [round(float(x) / 1000) for x in distances([one], [one, other])[0]]
    [0, 111]
    """
    here = np.radians([[one.longitude, one.latitude] for one in some]).reshape(-1, 1, 2)
    there = np.radians([[one.longitude, one.latitude] for one in others]).reshape(1, -1, 2)
    half = np.sin((there - here) / 2) ** 2
    curve = half[..., 1] + np.cos(here[..., 1]) * np.cos(there[..., 1]) * half[..., 0]
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(curve)))


def shares(places: np.ndarray, near: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Places for one person within reach of each structure.

    ``people`` is NaN where it is not known: then neither is the share of a structure near it.
    A structure near nobody shares nothing.
    """
    around = np.where(near, people, 0.0).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(around == 0, 0.0, places / around)


def access(near: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Places for one person at each home; NaN where a share it reaches is not known."""
    return np.asarray(np.where(near, share[:, None], 0.0).sum(axis=0))


def reaching(near: np.ndarray, homes: np.ndarray) -> np.ndarray:
    """The homes that share a structure with one of ``homes`` (a mask): their access tells of it."""
    touched = (near & homes[None, :]).any(axis=1)
    return np.asarray((near & touched[:, None]).any(axis=0) | homes)
