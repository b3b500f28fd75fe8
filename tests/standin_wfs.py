"""The stand-in's WFS: pages, filters, boxes and coordinates as GeoServer gives them, traps kept.

A box in EPSG:4326 is read latitude first, as the true service does; an unknown column, too large
a page or an unknown layer are refused in XML.
"""

import json
import math
import re
from typing import Any

EARTH = 6_378_137.0
MOST = 5_000


def answer(layers: dict[str, list[dict[str, Any]]], asked: Any) -> Any:
    """Answer one request on some layers."""
    from tests.standin import Reply

    if asked.get("request") == "GetCapabilities":
        names = "".join(f"<FeatureType><Name>{one}</Name></FeatureType>" for one in layers)
        body = f'<?xml version="1.0"?><wfs:WFS_Capabilities>{names}</wfs:WFS_Capabilities>'
        return Reply(200, body.encode(), "application/xml")
    try:
        name = asked.get("typeNames")
        if name not in layers:
            raise LookupError(f"Feature type {name} unknown")
        kept = [one for one in layers[name] if _keeps(one, asked)]
    except LookupError as error:
        text = f"<ows:ExceptionReport><ows:ExceptionText>{error}</ows:ExceptionText>"
        return Reply(400, f"{text}</ows:ExceptionReport>".encode(), "application/xml")
    start, size = int(asked.get("startIndex") or 0), min(int(asked.get("count") or MOST), MOST)
    page = kept[start : start + size]
    crs = asked.get("srsName") or "EPSG:4326"
    metres = crs == "EPSG:3857"
    features = [
        {**one, "id": f"{name}.{start + rank}", "geometry": _drawn(one["geometry"], metres)}
        for rank, one in enumerate(page)
    ]
    told = {"type": "FeatureCollection", "numberMatched": len(kept), "numberReturned": len(page)}
    urn = f"urn:ogc:def:crs:EPSG::{crs.split(':')[1]}"
    told |= {"crs": {"type": "name", "properties": {"name": urn}}}
    return Reply(200, json.dumps(told | {"features": features}).encode())


def _keeps(feature: dict[str, Any], asked: Any) -> bool:
    if where := asked.get("cql_filter"):
        return _filtered(where, feature["properties"])
    if box := asked.get("bbox"):
        *numbers, crs = box.split(",")
        a, b, c, d = map(float, numbers)
        if crs == "EPSG:4326":  # the axis order of the register: latitude first
            a, b, c, d = (mercator(x, y)[k] for y, x in ((a, b), (c, d)) for k in (0, 1))
        points = [mercator(x, y) for x, y in _points(feature["geometry"]["coordinates"])]
        return any(a <= x <= c and b <= y <= d for x, y in points)
    return True


def _filtered(where: str, row: dict[str, Any]) -> bool:
    found = re.fullmatch(r"(\w+) (IN \((.+)\)|LIKE '(.+)%')", where)
    if not found or found[1] not in row:
        raise LookupError(f"Illegal property name: {where.split()[0]}")
    value = str(row[found[1]])
    if found[4]:
        return value.startswith(found[4])
    return value in re.findall(r"'([^']*)'", found[3])


def _points(node: Any) -> list[tuple[float, float]]:
    if isinstance(node[0], (int, float)):
        return [(node[0], node[1])]
    return [point for child in node for point in _points(child)]


def _drawn(geometry: dict[str, Any], metres: bool) -> dict[str, Any]:
    def turned(node: Any) -> Any:
        if isinstance(node[0], (int, float)):
            return list(mercator(*node[:2])) if metres else node
        return [turned(child) for child in node]

    return {**geometry, "coordinates": turned(geometry["coordinates"])}


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return EARTH * math.radians(longitude), EARTH * y
