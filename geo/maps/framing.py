"""What a layer shows and how it is hatched: its frame, and lines that line up from zone to zone."""

import math
from collections.abc import Sequence

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from geo.maps.layers import Box, Segment
from geo.outlines import zones

MARGIN = 0.04  # of the frame, around what it shows


def hatch(form: BaseGeometry, step: float) -> tuple[Segment, ...]:
    """Oblique lines inside a zone, on a grid common to the layer so that they line up."""
    west, south, east, north = form.bounds
    first = math.floor((west - north) / step)
    last = math.ceil((east - south) / step)
    lines = [
        LineString([(south + k * step, south), (north + k * step, north)])
        for k in range(first, last + 1)
    ]
    found = shapely.get_parts(shapely.intersection(shapely.union_all(lines), form))
    return tuple(_segment(part) for part in found if part.length > step / 4)


def _segment(line: LineString) -> Segment:
    (x1, y1), (x2, y2) = line.coords[0], line.coords[-1]
    return zones.short(x1), zones.short(y1), zones.short(x2), zones.short(y2)


def frame(shapes: Sequence[BaseGeometry]) -> Box:
    """What a map shows of some outlines: all of them, and a margin."""
    west, south, east, north = shapely.total_bounds(list(shapes))
    dx, dy = MARGIN * (east - west), MARGIN * (north - south)
    return (
        zones.short(west - dx),
        zones.short(south - dy),
        zones.short(east + dx),
        zones.short(north + dy),
    )
