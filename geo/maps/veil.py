"""Zones drawn over a base map: how it is laid under them, and what it is seen through."""

import plotly.graph_objects as go

from geo.maps import palette

FAINT = 0.85  # of the picture's own strength
VEIL, LIGHT_VEIL = 0.72, 0.4  # how much zones hide of it: with a class, without
LOST = {palette.ABROAD, palette.NEUTRAL, palette.WATER}  # grounds that the picture replaces


def lay(figure: go.Figure, address: str) -> None:
    """Put a picture under the strokes of a map, and let it be seen through the zones.

    Both are centred and whole in the same box, in the same projection: they cannot slip.
    """
    figure.add_layout_image(
        source=address,
        xref="paper",
        yref="paper",
        x=0.5,
        y=0.5,
        sizex=1,
        sizey=1,
        xanchor="center",
        yanchor="middle",
        sizing="contain",
        layer="below",
        opacity=FAINT,
    )
    for trace in figure.data:
        if trace.type != "choropleth":
            continue
        fill = trace.colorscale[0][1]
        if trace.hoverinfo == "skip" and fill in LOST:
            line = palette.EDGE if trace.marker.line.width else palette.CLEAR
            trace.colorscale = [[0, palette.CLEAR], [1, palette.CLEAR]]
            trace.marker.line.update(color=line, width=1)
        elif fill != palette.CLEAR:
            seen = LIGHT_VEIL if fill == palette.NEUTRAL else VEIL
            for look in (trace.marker, trace.selected.marker, trace.unselected.marker):
                look.opacity = seen


def swatch(colour: str) -> str:
    """The colour of a class as the eye meets it over a pale ground."""
    return palette.veiled(colour, VEIL)
