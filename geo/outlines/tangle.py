"""Outlines that would cost without end to mend or to compare: found out first, at little cost.

Mending a ring that crosses itself takes as much as it has crossings, which grow with the square of
its points: two hundred points taken at random cross some six thousand times.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ctg_data import fr

MOST_POINTS = 200_000  # of one zone; the finest outline of a whole commune has some thousands
MOST_RINGS = 2_000
MOST_CROSSINGS = 500  # a damaged outline crosses itself a few times
FARTHEST = 1e8  # metres: more than twice around the Earth
AT_ONCE = 2_000_000  # pairs of segments looked at together


def refusal(form: BaseGeometry) -> str:
    """Why an outline is not even looked at, in French; nothing when it may be.

    >>> refusal(shapely.box(1.0, 49.0, 1.1, 49.1))
    ''
    >>> refusal(shapely.Polygon([(0, 0), (1e300, 0), (0, 1)]))
    'ses coordonnées ne sont pas des lieux de la Terre'
    """
    points = shapely.get_coordinates(form)
    if not np.isfinite(points).all() or (np.abs(points) > FARTHEST).any():
        return "ses coordonnées ne sont pas des lieux de la Terre"
    if len(points) > MOST_POINTS:
        return (
            f"il a {fr.number(len(points))} points, {fr.number(MOST_POINTS)} au plus sont "
            "attendus pour une zone. Simplifiez-le"
        )
    rings = _rings(form)
    if len(rings) > MOST_RINGS:
        return (
            f"il a {fr.number(len(rings))} morceaux ou trous, {fr.number(MOST_RINGS)} au plus sont "
            "attendus pour une zone. Simplifiez-le"
        )
    if not form.is_valid and crossings(form) > MOST_CROSSINGS:
        return (
            f"il se croise lui-même plus de {fr.number(MOST_CROSSINGS)} fois : ses points sont "
            "sans doute dans le désordre. Exportez-le à nouveau"
        )
    return ""


def crossings(form: BaseGeometry, most: int = MOST_CROSSINGS) -> int:
    """How many times the rings of an outline cross, counted to ``most`` + 1 at the most.

    >>> crossings(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    1
    >>> crossings(shapely.box(0, 0, 1, 1))
    0
    """
    sides = [
        shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1))
        for one in _rings(form)
        if len(ring := shapely.get_coordinates(one)) > 1
    ]
    if not sides:
        return 0
    segments = np.concatenate(sides)
    tree, found = shapely.STRtree(segments), 0
    step = max(1, AT_ONCE // len(segments))
    for start in range(0, len(segments), step):
        some = segments[start : start + step]
        found += tree.query(some, predicate="crosses").shape[1]  # borders shared do not cross
        if found > 2 * most:
            return most + 1
    return found // 2


def _rings(form: BaseGeometry) -> np.ndarray:
    """Every ring of every polygon, whatever collections they lie in."""
    parts = np.asarray([form], dtype=object)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    rings: np.ndarray = shapely.get_rings(polygons)
    return rings
