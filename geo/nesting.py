"""Which zones lie inside which, measured on their outlines: what a reader can add or subtract.

Two zonings of one city give a third: the difference between a QPV and the IRIS inside it is a
piece of land with people in it, published by nobody and computed by anyone.  Each nesting found
here becomes sums for the secrecy engine, and what is left of the larger zone obeys the same rules.

Sources draw the same street differently, so « inside » bears a tolerance.
"""

import math
from collections.abc import Mapping, Sequence

from shapely import STRtree
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ctg_data.disclosure.relations import Nesting, Place

# Two official layers of one commune differ by several percent; people live in the middle.
TOLERANCE = 0.05


def measure(outlines: Mapping[Place, BaseGeometry]) -> list[Nesting]:
    """Find every nesting between zones of different zonings.

    Args:
        outlines: polygons in degrees (EPSG:4326) by place; a zoning is one level and generation.

    Returns:
        For each zone, the zones of one other zoning that lie inside it, when there are some, and
        those that cover it, when they overflow it.
    """
    flat = _flattened(outlines)
    zonings = sorted({_zoning(place) for place in flat})
    found = []
    for zoning in zonings:
        places = [place for place in flat if _zoning(place) == zoning]
        tree = STRtree([flat[place] for place in places])
        for whole, shape in flat.items():
            if _zoning(whole) != zoning:
                near = [places[i] for i in tree.query(shape, predicate="intersects")]
                found += _nestings(whole, shape, sorted(near), flat)
    return found


def _zoning(place: Place) -> tuple[str, int]:
    return (place[0], place[2])


def _flattened(outlines: Mapping[Place, BaseGeometry]) -> dict[Place, BaseGeometry]:
    """Stretch degrees so that shares of area are right at this latitude."""
    if not outlines:
        return {}
    latitude = next(iter(outlines.values())).centroid.y
    ratio = math.cos(math.radians(latitude))
    return {place: scale(one, ratio, 1, origin=(0, 0)) for place, one in sorted(outlines.items())}


def _nestings(
    whole: Place, shape: BaseGeometry, near: Sequence[Place], flat: Mapping[Place, BaseGeometry]
) -> list[Nesting]:
    """The parts inside one zone, and the parts that cover it."""
    shares = {place: flat[place].intersection(shape).area for place in near}
    inside = [p for p in near if shares[p] >= (1 - TOLERANCE) * flat[p].area]
    touching = [
        p for p in near if shares[p] > TOLERANCE * min(flat[p].area, shape.area) or p in inside
    ]
    found = []
    name = f"{whole[1]} et {'/'.join(map(str, _zoning(near[0])))}" if near else ""
    if inside:
        found.append(Nesting(whole, tuple(inside), f"dans {name}"))
    # a single zone around this one says nothing more than this one inside it, found the other way
    if len(touching) > max(1, len(inside)):
        covered = unary_union([flat[place] for place in touching]).intersection(shape).area
        if covered >= (1 - TOLERANCE) * shape.area:
            found.append(Nesting(whole, tuple(touching), f"autour de {name}", covers=True))
    return found
