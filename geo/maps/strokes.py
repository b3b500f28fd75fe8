"""The strokes maps are made of, from the ground up: surroundings, areas, hatching, names.

Every one is SVG and carries codes and shown texts only.  Outlines go by address when they have
been prepared, in the figure otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from ctg_data.model import Sign
from geo.maps import labels, palette
from geo.maps.layers import Ground, Layer, Limits, address

FEW = 12  # zones whose names a phone bears
CLIPPED = 1e-3  # degrees that Plotly takes off each side of a frame
STRIPE = 2.5  # pixels, of the lines over a zone known by a bound
PIN = 11.0  # pixels across, of a structure
NARROW = "etroit"  # mark of the letters meant for a narrow screen alone
FONT = '"Source Sans", "Source Sans 3", system-ui, sans-serif'


@dataclass(frozen=True)
class Shown:
    """One zone as it may be told: its number, its bound or its sign, in words."""

    code: str
    name: str
    value: float | None
    sign: Sign
    text: str  # short, on the map
    words: str  # whole, when pointed at
    bound: float | None = None  # where nothing more is known
    lead: str = ""  # « au moins » or « au plus », of a bound

    @property
    def number(self) -> float | None:
        """What places it in a class or sizes its circle: its value, else its bound."""
        return self.bound if self.value is None else self.value


@dataclass(frozen=True)
class Pin:
    """A structure where it stands; everything in it is public."""

    x: float
    y: float
    name: str
    words: str  # under its name, when pointed at
    open: bool = False  # published, and confirmed by nobody here: an open mark


def canvas(layer: Layer) -> dict[str, Any]:
    """An empty map, in the frame of its layer whatever the screen: the layout of its figure."""
    west, south, east, north = layer.frame
    return {
        "autosize": True,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "font": {"family": FONT, "size": labels.SIZE, "color": palette.INK},
        "paper_bgcolor": palette.CLEAR,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#FFFFFF", "bordercolor": palette.EDGE, "font": {"size": 15}},
        "geo": {
            "visible": False,
            "bgcolor": palette.CLEAR,
            "fitbounds": False,
            "projection": {"type": "equirectangular" if layer.schematic else "mercator"},
            "center": {"lon": (west + east) / 2, "lat": (south + north) / 2},
            "lonaxis": {"range": [west - CLIPPED, east + CLIPPED]},
            "lataxis": {"range": [south - CLIPPED, north + CLIPPED]},
        },
    }


def surroundings(ground: Ground, layer: Layer, *, above: bool) -> list[go.Choropleth]:
    """What lies around the zones; the river over them when it runs through them."""
    water = {"eau": (palette.WATER, palette.WATER, 0.0)}
    if above:
        looks = (
            {"commune": (palette.CLEAR, palette.EDGE, 1.5)} if layer.level.is_infra_communal else {}
        )
        looks |= water if layer.water_above else {}
    else:
        looks = {} if layer.water_above else water
        looks |= {
            "voisine": (palette.ABROAD, palette.BORDER, 1.5),
            "commune": (palette.NEUTRAL, palette.NEUTRAL, 0.0),
        }
        looks |= {"fond": (palette.NEUTRAL, palette.BORDER, 1.0)}
    around = {
        kind: [code for code in layer.backdrop_codes if code.partition("-")[0] == kind]
        for kind in looks
    }
    source = outlines(ground, layer, layer.backdrop)
    return [
        area(source, codes, *looks[kind], hoverinfo="skip")
        for kind, codes in around.items()
        if codes
    ]


def areas(
    ground: Ground, layer: Layer, zones: Sequence[Shown], fill: str, border: str = palette.BORDER
) -> list[go.Choropleth]:
    """Zones of one colour, that can be pointed at and chosen."""
    if not zones:
        return []
    return [
        area(
            outlines(ground, layer, layer.file),
            [one.code for one in zones],
            fill,
            border,
            1,
            customdata=[[one.code, one.name, one.words] for one in zones],
            hovertemplate="<b>%{customdata[1]}</b><br>%{customdata[2]}<extra></extra>",
        )
    ]


def without_number(ground: Ground, layer: Layer, zones: Sequence[Shown]) -> list[Any]:
    """Hidden zones grey and hatched, zones without data hollow: two things, two looks."""
    hidden = [one for one in zones if one.sign is Sign.SECRET]
    empty = [one for one in zones if one.number is None and one.sign is not Sign.SECRET]
    drawn = areas(ground, layer, empty, palette.MISSING, palette.EDGE) + areas(
        ground, layer, hidden, palette.SECRET
    )
    return [*drawn, *_hatching(layer, [one.code for one in hidden])]


def striped(layer: Layer, zones: Sequence[Shown], dark: set[str]) -> list[go.Scattergeo]:
    """Wide stripes over the class that a bound reaches: read on light classes and on dark ones."""
    bounds = [one.code for one in zones if one.bound is not None]
    light = [code for code in bounds if code not in dark]
    rest = [code for code in bounds if code in dark]
    return [
        *_hatching(layer, light, palette.INK, STRIPE),
        *_hatching(layer, rest, palette.LIGHT_TEXT, STRIPE),
    ]


def pins(layer: Layer, structures: Sequence[Pin]) -> list[go.Scattergeo]:
    """Squares where structures stand; those out of the frame are left out."""
    west, south, east, north = layer.frame
    seen = [one for one in structures if west < one.x < east and south < one.y < north]
    # the open ones first: what is confirmed stands over them
    groups = [[one for one in seen if one.open is hollow] for hollow in (True, False)]
    return [_squares(some, hollow=some[0].open) for some in groups if some]


def _squares(some: Sequence[Pin], *, hollow: bool) -> go.Scattergeo:
    inside, edge = palette.PIN, palette.BORDER
    if hollow:
        inside, edge = edge, inside
    return go.Scattergeo(
        lon=[one.x for one in some],
        lat=[one.y for one in some],
        mode="markers",
        marker={
            "symbol": "square",
            "size": PIN,
            "color": inside,
            "line": {"color": edge, "width": 2.5 if hollow else 1.5},
            "opacity": 1,
        },
        customdata=[[one.name, one.words] for one in some],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
    )


def chosen(ground: Ground, layer: Layer, code: str) -> list[go.Choropleth]:
    """The zone the reader is looking at, ringed."""
    if code not in layer.spots:
        return []
    source = outlines(ground, layer, layer.file)
    return [
        area(source, [code], palette.CLEAR, "#FFFFFF", 6, hoverinfo="skip"),
        area(source, [code], palette.CLEAR, palette.INK, 3, hoverinfo="skip"),
    ]


def marks(layer: Layer) -> list[go.Scattergeo]:
    """Names that are no zone: river, banks, neighbours."""
    looks = {
        "riviere": (palette.WATER_TEXT, 13),
        "rive": (palette.MUTED, 15),
        "voisine": (palette.MUTED, 12),
    }
    drawn = []
    for style, (colour, size) in looks.items():
        kept = [one for one in layer.marks if one.style == style]
        if kept:
            font = {"color": colour, "size": size, "style": "italic", "family": FONT}
            drawn.append(_text([(m.x, m.y, m.text) for m in kept], font, "middle center"))
    return drawn


def writing(
    layer: Layer, zones: Sequence[Shown], dark: set[str], first: Iterable[str]
) -> list[go.Scattergeo]:
    """Names with the number or sign under them; last, the numbers alone for a narrow screen.

    A style sheet shows one or the other: on a phone names would run into each other.
    """
    names = {one.code: one.text for one in labels.placed(layer, first)}
    under, small = labels.under(layer), labels.numbered(layer, first)
    colours = [
        palette.LIGHT_TEXT if one.code in dark and not under else palette.INK for one in zones
    ]
    font = {"color": colours, "size": labels.size(layer), "family": FONT}
    drawn = []
    for whole in (True, False):
        texts = [
            f"{names[one.code]}<br><b>{one.text}</b>"
            if whole and one.code in names
            else f"<b>{one.text}</b>"
            if whole or one.code in small
            else ""
            for one in zones
        ]
        spots = [layer.spots[one.code] for one in zones]
        ys = [spot.low if under else spot.y for spot in spots]
        at = [(spot.x, y, text) for spot, y, text in zip(spots, ys, texts, strict=True)]
        drawn.append(_text(at, font, "bottom center" if under else "middle center"))
    drawn[-1].meta = NARROW
    return drawn if len(zones) > FEW else drawn[:1]


def outlines(ground: Ground, layer: Layer | Limits, file: str) -> Any:
    """Outlines as the browser gets them: an address on this server, or the outlines themselves."""
    return layer.inline[file] if file in layer.inline else address(ground, file)


def _text(
    places: Sequence[tuple[float, float, str]], font: dict[str, Any], position: str
) -> go.Scattergeo:
    return go.Scattergeo(
        lon=[x for x, _, _ in places],
        lat=[y for _, y, _ in places],
        text=[text for _, _, text in places],
        mode="text",
        textposition=position,
        textfont=font,
        hoverinfo="skip",
    )


def _hatching(
    layer: Layer, codes: Sequence[str], colour: str = palette.HATCH, width: float = 1
) -> list[go.Scattergeo]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for code in codes:
        for x0, y0, x1, y1 in layer.spots[code].hatch:
            xs, ys = [*xs, x0, x1, None], [*ys, y0, y1, None]
    if not xs:
        return []
    line = {"color": colour, "width": width}
    return [go.Scattergeo(lon=xs, lat=ys, mode="lines", line=line, hoverinfo="skip")]


def area(
    source: Any, codes: Sequence[str], fill: str, border: str, width: float, **more: Any
) -> go.Choropleth:
    """Zones of one colour: the number behind a colour never enters the figure."""
    return go.Choropleth(
        geojson=source,
        featureidkey="properties.code",
        locations=list(codes),
        z=[1] * len(codes),
        zmin=0,
        zmax=1,
        colorscale=[[0, fill], [1, fill]],
        showscale=False,
        marker={"line": {"color": border, "width": width}, "opacity": 1},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        **more,
    )
