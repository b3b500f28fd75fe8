"""A point as lists of cities give it: in one column, in two, in degrees or in metres.

« 49.44, 1.09 » (latitude first, as portals write it), WKT, GeoJSON, or metres of one of the French
projections.  Which of them metres are in is told by where they fall: the only one that puts the
point near the territory.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shapely import from_wkt
from shapely.errors import ShapelyError
from shapely.geometry import Point, shape

from geo.outlines import formats, whereabouts

NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
KEYS = {"x": ("lon", "lng", "long", "longitude", "x"), "y": ("lat", "latitude", "y")}
METRES = 400  # beyond, no degree
# Projections in metres, the usual ones first: Lambert 93, the nine conics, Mercator, Lambert II
# extended, then those of the overseas départements.
SYSTEMS = {
    2154: "Lambert 93",
    **{3900 + zone: f"CC{zone}" for zone in range(42, 51)},
    3857: "Mercator du web",
    27572: "Lambert II étendu",
    5490: "UTM 20 (Antilles)",
    2972: "UTM 22 (Guyane)",
    2975: "UTM 40 (La Réunion)",
    4471: "UTM 38 (Mayotte)",
}


@dataclass(frozen=True)
class Pair:
    """Two numbers as written; ``ordered`` when it is sure which is the longitude (or the x)."""

    x: float
    y: float
    ordered: bool


def read(text: str) -> Pair | None:
    """The point of a cell; none when it cannot be read.

    >>> read("49.4431, 1.0993"), read("49,4431 ; 1,0993")
    (Pair(x=1.0993, y=49.4431, ordered=False), Pair(x=1.0993, y=49.4431, ordered=False))
    >>> read("POINT (1.0993 49.4431)"), read('{"type": "Point", "coordinates": [1.0993, 49.4431]}')
    (Pair(x=1.0993, y=49.4431, ordered=True), Pair(x=1.0993, y=49.4431, ordered=True))
    >>> read('{"lon": 1.0993, "lat": 49.4431}'), read("place du Vieux Chêne")
    (Pair(x=1.0993, y=49.4431, ordered=True), None)
    """
    bare = re.sub(r"^\s*SRID=\d+;", "", text.strip())
    if bare.startswith("{"):
        return _from_json(bare)
    if re.match(r"[A-Za-z]+\s*Z?\s*\(", bare):
        try:
            spot = from_wkt(bare).representative_point()
        except ShapelyError:
            return None
        return Pair(spot.x, spot.y, ordered=True)
    numbers = _numbers(bare)
    if len(numbers) != 2 or re.search(r"[A-Za-zÀ-ÿ]{2}", re.sub(r"[eE][-+]?\d", "", bare)):
        return None
    first, second = numbers
    # as portals write it: the latitude first; metres come x first
    return Pair(second, first, False) if max(first, second) <= METRES else Pair(first, second, True)


def _numbers(text: str) -> list[float]:
    """The numbers of a text, whether the comma is of decimals or stands between them."""
    if text.count(",") == 1 and ("." in text or re.search(r",\s", text)):
        text = text.replace(",", " ")
    return [float(one.replace(",", ".")) for one in NUMBER.findall(text)]


def _from_json(text: str) -> Pair | None:
    try:
        told: Any = json.loads(text.replace("'", '"'))
        told = told.get("geometry", told) if isinstance(told, dict) else told
        if "coordinates" in told:
            spot = shape(told).representative_point()
            return Pair(spot.x, spot.y, ordered=True)
        low = {str(key).casefold(): float(value) for key, value in told.items()}
        x, y = (next(low[one] for one in KEYS[axis] if one in low) for axis in ("x", "y"))
    except (ValueError, TypeError, AttributeError, KeyError, ShapelyError, RuntimeError):
        return None
    return Pair(x, y, ordered=True)


def in_degrees(x: float, y: float) -> bool:
    """Whether two numbers may be degrees."""
    return max(abs(x), abs(y)) <= METRES


def from_metres(
    x: float, y: float, is_near: Callable[[float, float], bool] | None
) -> tuple[float, float, str] | None:
    """Longitude, latitude and the name of the projection; none when no projection fits.

    Args:
        x: metres to the east, or to the north when the two columns were exchanged.
        y: the other.
        is_near: whether degrees are near the territory; without it, only whether they are in
            France, and nothing is answered when several projections say so.
    """
    for first, second in ((x, y), (y, x)):
        found = []
        for epsg, name in SYSTEMS.items():
            if _of_zone(epsg, second):
                lon, lat = _degrees(first, second, epsg)
                inside = whereabouts.coordinates((lon, lat, lon, lat)) == "degres"
                if is_near(lon, lat) if is_near else inside:
                    found.append((lon, lat, name))
        if found:
            return found[0] if is_near or len(found) == 1 else None
    return None


def _of_zone(epsg: int, y: float) -> bool:
    """Each conic has its own band of northings, a million metres apart."""
    if 3942 <= epsg <= 3950:
        centre = (epsg - 3941) * 1_000_000 + 200_000
        return abs(y - centre) < 500_000
    return True


def _degrees(x: float, y: float, epsg: int) -> tuple[float, float]:
    spot: Sequence[Any] = formats.to_degrees([Point(x, y)], epsg)
    return float(spot[0].x), float(spot[0].y)
