"""Which names are written on a map, and where: none over another nor over a number.

Widths are reckoned for a wide screen; a phone shows numbers alone, those that have room there.
Room is a matter of ground: what is written, or hidden, never decides whether it is.
"""

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ctg_data.model import Level
from geo.maps.layers import Box, Layer, Spot

WIDE, TALL = 740.0, 620.0  # pixels the frame is drawn in, on a wide screen
PHONE, SMALL = 350.0, 10  # the same on a phone, and the size of its letters
FIGURES = 4  # letters of a number, or of the sign that stands for it
GLYPH, LEADING = 0.53, 1.18  # of the size of a letter: mean width, height of a line
SIZE = 12
OVERFLOW = 1.05  # a name may leave its zone by that much
TILE, LARGE = 11, 14  # on a plan of many tiles, of few
SHORT = 18  # letters a name under its zone may have on a line


@dataclass(frozen=True)
class Label:
    """A name to write, its lines separated by ``<br>``."""

    code: str
    text: str


def stretch(layer: Layer) -> float:
    """How much longer a degree is drawn upwards than across: Mercator, or a plan."""
    middle = math.radians((layer.frame[1] + layer.frame[3]) / 2)
    return 1.0 if layer.schematic else 1 / math.cos(middle)


def scale(layer: Layer) -> float:
    """Pixels to one unit across, on a wide screen."""
    west, south, east, north = layer.frame
    return min(WIDE / (east - west), TALL / ((north - south) * stretch(layer)))


def size(layer: Layer) -> int:
    """Letters follow the room there is: many tiles, a map, or a few large tiles."""
    if not layer.schematic:
        return SIZE + 1 if under(layer) else SIZE
    return TILE if len(layer.spots) > 20 else LARGE


def under(layer: Layer) -> bool:
    """Whether names go under their zones: QPV are too small to hold them."""
    return layer.level is Level.QPV and not layer.schematic


def placed(layer: Layer, first: Iterable[str] = ()) -> list[Label]:
    """The names that can be read: widest zones first, those of ``first`` before any other."""
    if layer.schematic:
        return [Label(code, one.name.replace("|", "<br>")) for code, one in layer.spots.items()]
    pixels = scale(layer)
    boxes = {code: _box(one, [], pixels, layer) for code, one in layer.spots.items()}
    kept = []
    for code, spot in _by_room(layer, first):
        room = WIDE if under(layer) else spot.width * pixels * OVERFLOW
        others = [one for other, one in boxes.items() if other != code]
        for lines in _lines(spot, room):
            around = _box(spot, lines, pixels, layer)
            if not any(_meet(around, one) for one in others):
                boxes[code] = around
                kept.append(Label(code, "<br>".join(lines)))
                break
    return kept


def written(layer: Layer, label: Label) -> Box:
    """What a name and its number cover, in pixels, y upwards."""
    return _box(layer.spots[label.code], label.text.split("<br>"), scale(layer), layer)


def numbered(layer: Layer, first: Iterable[str] = ()) -> set[str]:
    """The zones whose number has room on a phone; a plan has room for all."""
    if layer.schematic:
        return set(layer.spots)
    pixels = PHONE / (layer.frame[2] - layer.frame[0])
    boxes: dict[str, Box] = {}
    for code, spot in _by_room(layer, first):
        x, y = spot.x * pixels, spot.y * pixels * stretch(layer)
        around = _centred(x, y, FIGURES * SMALL * GLYPH, SMALL)
        if not any(_meet(around, one) for one in boxes.values()):
            boxes[code] = around
    return set(boxes)


def _by_room(layer: Layer, first: Iterable[str]) -> list[tuple[str, Spot]]:
    before = set(first)
    return sorted(layer.spots.items(), key=lambda one: (one[0] not in before, -one[1].width))


def _lines(spot: Spot, room: float) -> Iterator[list[str]]:
    """The name in one, two, three lines, as its room allows."""
    for many in (1, 2, 3):
        width = max(6, min(SHORT, math.ceil(len(spot.name) / many) + 1))
        lines = textwrap.wrap(spot.name, width, break_long_words=False)
        if len(lines) <= 3 and max(map(len, lines)) * SIZE * GLYPH <= room:
            yield lines


def _box(spot: Spot, lines: Sequence[str], pixels: float, layer: Layer) -> Box:
    """In pixels, y upwards: the name and the number under it; without a name, the number."""
    wide = max([FIGURES, *map(len, lines)]) * SIZE * GLYPH + 4
    high = (len(lines) + 1) * SIZE * LEADING + 2
    x, y = spot.x * pixels, spot.y * pixels * stretch(layer)
    if under(layer):
        y = spot.low * pixels * stretch(layer) - high / 2
    return _centred(x, y, wide, high)


def _centred(x: float, y: float, wide: float, high: float) -> Box:
    return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
