"""Where a name may be written on the map without covering a zone."""

import math

from shapely import affinity
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo import zones
from geo.ground import Box

LETTER = 0.0048  # half a letter, of the width of the frame
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
