"""Where a name may be written on the map without covering a zone."""

import math
from collections.abc import Iterator, Sequence

import shapely
from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from geo.maps import labels
from geo.maps.layers import Box, Layer, Mark
from geo.outlines import zones
from geo.outlines.zones import Outline

LETTER = 0.0048  # half a letter, of the width of the frame
SEEN = 0.01  # of the frame: under it a neighbour is not named
TALL = 2.4  # half the height of a letter, in halves of its width


def room_for(name: str, part: BaseGeometry, ours: BaseGeometry, frame: Box) -> BaseGeometry:
    """Where the middle of a name may stand: inside the frame, off our zones.

    Our zones are grown by half a name each way: what is left is free of it.
    """
    em = LETTER * (frame[2] - frame[0])
    wide = len(name) * em
    tall = TALL * em * math.cos(math.radians((frame[1] + frame[3]) / 2))
    flat = affinity.scale(ours, tall / wide, 1, origin=(0, 0)).buffer(tall, join_style="mitre")
    grown = affinity.scale(flat, wide / tall, 1, origin=(0, 0))
    edge = box(frame[0] + wide, frame[1] + tall, frame[2] - wide, frame[3] - tall)
    return zones.polygonal(part.intersection(edge).difference(grown))


def neighbours_named(
    layer: Layer, around: Sequence[Outline], inner: Sequence[BaseGeometry]
) -> tuple[Mark, ...]:
    """Names of the neighbours, where enough of them is seen and nothing is written over.

    ``inner`` is the ground of the commune and its zones.
    """
    seen = box(*layer.frame)
    ours = shapely.union_all([*inner, *_written(layer)])
    marks = []
    for one in around:
        part = zones.polygonal(one.shape.intersection(seen))
        name = fr.unmarked(one.label)
        free = room_for(name, part, ours, layer.frame)
        if part.area > SEEN * seen.area and not free.is_empty:
            x, y = inside(free)
            marks.append(Mark(zones.short(x), zones.short(y), name, "voisine"))
    return tuple(marks)


def inside(form: BaseGeometry) -> tuple[float, float]:
    """The point of a zone farthest from its border."""
    largest = max(shapely.get_parts(form), key=lambda part: part.area)
    line = shapely.maximum_inscribed_circle(largest, tolerance=math.sqrt(largest.area) / 50)
    return float(line.coords[0][0]), float(line.coords[0][1])


def _written(layer: Layer) -> Iterator[BaseGeometry]:
    """The ground that the names of our own zones cover, when they are written under them."""
    if not labels.under(layer):
        return
    pixels, up = labels.scale(layer), labels.stretch(layer)
    for one in labels.placed(layer):
        west, south, east, north = labels.written(layer, one)
        yield box(west / pixels, south / pixels / up, east / pixels, north / pixels / up)
