"""Circles whose area follows a count: full for a figure, open for a bound."""

from collections.abc import Sequence

import plotly.graph_objects as go

from geo.maps import palette
from geo.maps.layers import Layer
from geo.maps.strokes import FEW, Shown

LARGEST = (64.0, 40.0)  # pixels across, of the largest circle of any year: few zones, or many


def largest_circle(layer: Layer) -> float:
    """Pixels across, so that neighbours do not cover each other on a phone."""
    return LARGEST[len(layer.spots) > FEW]


def diameter(value: float, largest: float, across: float) -> float:
    """Pixels across: the area of a circle, not its width, follows the count."""
    return float(across * (max(value, 0.0) / largest) ** 0.5) if largest > 0 else 0.0


def circles(layer: Layer, zones: Sequence[Shown], largest: float) -> list[go.Scattergeo]:
    """One circle per number, small ones over large ones; open ones for bounds."""
    exact = [one for one in zones if one.value is not None]
    bounds = [one for one in zones if one.bound is not None]
    return [
        *_circles(layer, exact, largest, palette.CIRCLE, 1.5),
        *_circles(layer, bounds, largest, palette.CLEAR, 2.5),
    ]


def _circles(
    layer: Layer, zones: Sequence[Shown], largest: float, fill: str, edge: float
) -> list[go.Scattergeo]:
    order = sorted(zones, key=lambda one: -(one.number or 0.0))
    across = largest_circle(layer)
    if not order:
        return []
    return [
        go.Scattergeo(
            lon=[layer.spots[one.code].x for one in order],
            lat=[layer.spots[one.code].y for one in order],
            mode="markers",
            marker={
                "size": [round(diameter(one.number or 0.0, largest, across), 1) for one in order],
                "color": fill,
                "line": {"color": palette.CIRCLE_EDGE, "width": edge},
                "opacity": 1,
            },
            hoverinfo="skip",
        )
    ]
