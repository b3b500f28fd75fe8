"""A map written as SVG on the server, for paper and for rows of small maps.

It draws the strokes of the figure shown on screen, one by one: paper and screen cannot differ,
and what the figure does not hold cannot be printed.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ctg_data.built_once import built_once
from geo.maps import ground, labels, layers, palette, strokes
from geo.maps.choropleth import Place, ZoneMap
from geo.maps.layers import Ground, Layer

Ring = tuple[tuple[float, float], ...]
LEADING = 1.25  # height of a line of letters
RGBA = re.compile(r"rgba\((\d+),(\d+),(\d+),([\d.]+)\)")


@dataclass(frozen=True)
class Drawing:
    """The inside of an ``<svg>`` and the size it is drawn in."""

    width: float
    height: float
    body: str

    @property
    def address(self) -> str:
        """The drawing as the address of a picture: nothing more to fetch."""
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {self.width:g} {self.height:g}">{self.body}</svg>'
        )
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

    def placed(self, x: float, y: float, width: float, height: float) -> str:
        """The drawing in a box of a larger one, whole and centred at the top."""
        return (
            f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" preserveAspectRatio="xMidYMin meet">'
            f"{self.body}</svg>"
        )


@dataclass(frozen=True)
class _Paper:
    """How degrees, or the units of a plan, become pixels."""

    ground: Ground
    layer: Layer
    scale: float
    decimals: int
    pictures: Path | None

    def at(self, x: float, y: float) -> str:
        left, top = self.pixels(x, y)
        return f"{left:g} {top:g}"

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        west, _, _, north = self.layer.frame
        down = (north - y) * labels.stretch(self.layer) * self.scale
        return round((x - west) * self.scale, self.decimals), round(down, self.decimals)


def drawing(drawn: ZoneMap, place: Place) -> Drawing:
    """A map with its letters, as on a wide screen."""
    scale = labels.scale(place.layer)
    return _drawing(drawn, _Paper(place.ground, place.layer, scale, 1, place.pictures), True)


def small(drawn: ZoneMap, place: Place, width: float) -> Drawing:
    """A map without its letters, in whole pixels: light enough to be shown by the dozen."""
    west, _, east, _ = place.layer.frame
    scale = width / (east - west)
    return _drawing(drawn, _Paper(place.ground, place.layer, scale, 0, place.pictures), False)


def _drawing(drawn: ZoneMap, paper: _Paper, letters: bool) -> Drawing:
    west, south, east, north = paper.layer.frame
    width, height = (east - west) * paper.scale, (north - south) * paper.scale
    shrunk = paper.scale / labels.scale(paper.layer)
    tall = height * labels.stretch(paper.layer)
    body: list[str] = list(_pictures(drawn, paper.pictures, width, tall) if paper.pictures else ())
    for trace in drawn.figure.data:
        if trace.type == "choropleth":
            body += _areas(trace, paper, shrunk, letters)
        elif trace.mode == "markers":
            body += _markers(trace, paper, shrunk)
        elif trace.mode == "lines":
            body += _lines(trace, paper, shrunk)
        elif letters and trace.meta != strokes.NARROW:
            body += _letters(trace, paper)
    return Drawing(round(width, 1), round(height * labels.stretch(paper.layer), 1), "".join(body))


def _pictures(drawn: ZoneMap, kept: Path, width: float, height: float) -> Iterator[str]:
    """The base map of the screen, in the file itself: paper fetches nothing."""
    for one in drawn.figure.layout.images:
        path = kept / one.source.rpartition("/")[2]
        if path.is_file():
            packed = base64.b64encode(path.read_bytes()).decode()
            yield (
                f'<image width="{width:.1f}" height="{height:.1f}" preserveAspectRatio="none" '
                f'opacity="{one.opacity:g}" href="data:image/png;base64,{packed}"/>'
            )


def _areas(trace: Any, paper: _Paper, shrunk: float, letters: bool) -> Iterator[str]:
    shapes = _shapes(paper.ground, trace.geojson)
    line = trace.marker.line
    look = painted("fill", trace.colorscale[0][1])
    look += painted("stroke", line.color) if line.width else ""
    look += f' stroke-width="{line.width * max(shrunk, 0.5):g}" stroke-linejoin="round"'
    look += f' opacity="{trace.marker.opacity:g}"' if trace.marker.opacity < 1 else ""
    named = letters and trace.customdata is not None
    told = [row[1:] for row in trace.customdata] if named else []
    paths = []
    for rank, code in enumerate(trace.locations):
        path = "".join(_ring(ring, paper) for ring in shapes.get(code, ()))
        title = f"<title>{escape(_plain(' : '.join(told[rank])))}</title>" if told else ""
        paths.append(f'<path d="{path}">{title}</path>' if title else f'<path d="{path}"/>')
    yield f'<g fill-rule="evenodd"{look}>{"".join(paths)}</g>'


def _ring(ring: Ring, paper: _Paper) -> str:
    """One outline; points that fall on the same pixel are told once."""
    kept = list(dict.fromkeys(paper.at(*point) for point in ring))
    return f"M{'L'.join(kept)}Z" if len(kept) > 2 else ""


def _markers(trace: Any, paper: _Paper, shrunk: float) -> Iterator[str]:
    """Circles whose area follows a count, or squares where a structure stands."""
    line = trace.marker.line
    look = f"{painted('fill', trace.marker.color)}{painted('stroke', line.color)}"
    yield f'<g{look} stroke-width="{line.width * max(shrunk, 0.5):g}">'
    sizes = trace.marker.size
    for rank, (lon, lat) in enumerate(zip(trace.lon, trace.lat, strict=True)):
        x, y = paper.pixels(lon, lat)
        half = (sizes if isinstance(sizes, int | float) else sizes[rank]) / 2 * shrunk
        if trace.marker.symbol == "square":
            yield f'<rect x="{x - half:g}" y="{y - half:g}" '
            yield f'width="{2 * half:g}" height="{2 * half:g}"/>'
        else:
            yield f'<circle cx="{x:g}" cy="{y:g}" r="{half:.3g}"/>'
    yield "</g>"


def _lines(trace: Any, paper: _Paper, shrunk: float) -> Iterator[str]:
    """Hatching: segments separated by a hole."""
    path, pen = "", "M"
    for lon, lat in zip(trace.lon, trace.lat, strict=True):
        if lon is None:
            pen = "M"
        else:
            path, pen = f"{path}{pen}{paper.at(lon, lat)}", "L"
    width = trace.line.width * max(shrunk, 0.6)
    yield f'<path d="{path}" fill="none" stroke="{trace.line.color}" stroke-width="{width:g}"/>'


def _letters(trace: Any, paper: _Paper) -> Iterator[str]:
    font, below = trace.textfont, trace.textposition.startswith("bottom")
    slant = ' font-style="italic"' if font.style == "italic" else ""
    yield f'<g font-size="{font.size:g}" text-anchor="middle"{slant}>'
    for rank, (lon, lat, text) in enumerate(zip(trace.lon, trace.lat, trace.text, strict=True)):
        colour = font.color if isinstance(font.color, str) else font.color[rank]
        x, y = paper.pixels(lon, lat)
        yield _written(text.split("<br>"), x, y, font.size, colour, below)
    yield "</g>"


def _written(
    lines: Sequence[str], x: float, y: float, size: float, colour: str, below: bool
) -> str:
    """Centred lines, around a point or under it."""
    step = size * LEADING
    first = y + size if below else y - step * (len(lines) - 1) / 2 + size * 0.35
    spans = ""
    for rank, one in enumerate(lines):
        weight = ' font-weight="700"' if one.startswith("<b>") else ""
        words = escape(re.sub(r"</?b>", "", one))
        spans += f'<tspan x="{x:g}" y="{first + rank * step:.1f}"{weight}>{words}</tspan>'
    return f'<text fill="{colour}">{spans}</text>'


def painted(what: str, colour: str) -> str:
    """A colour as every reader of SVG understands it: opacity apart."""
    if colour == palette.CLEAR:
        return f' {what}="none"'
    if found := RGBA.fullmatch(colour.replace(" ", "")):
        red, green, blue = (int(one) for one in found.groups()[:3])
        return f' {what}="#{red:02X}{green:02X}{blue:02X}" {what}-opacity="{found[4]}"'
    return f' {what}="{colour}"'


def _plain(text: str) -> str:
    return re.sub(r"<[^>]*>", ", ", text)


def _shapes(made: Ground, source: Any) -> dict[str, list[Ring]]:
    """Outlines by code, from the figure itself or from the file its address stands for."""
    if not isinstance(source, str):
        return _rings(source["features"])
    name = source.rpartition("/")[2].partition("?")[0]
    received = ground.received_folder(made.territory) / made.source
    return _read((received if made.served else layers.STATIC / made.territory) / name, made.source)


@built_once(32)
def _read(path: Path, version: str) -> dict[str, list[Ring]]:
    """``version`` renews what is kept when a file changes under the same name."""
    return _rings(json.loads(path.read_text(encoding="utf-8"))["features"])


def _rings(features: Iterable[Any]) -> dict[str, list[Ring]]:
    found: dict[str, list[Ring]] = {}
    for one in features:
        shape = one["geometry"]
        single = shape["type"] == "Polygon"
        polygons = [shape["coordinates"]] if single else shape["coordinates"]
        found[one["properties"]["code"]] = [
            tuple((point[0], point[1]) for point in ring)
            for polygon in polygons
            for ring in polygon
        ]
    return found
