"""Limits laid over the zones of a map: their line alone, and a letter that the legend names.

Nothing is coloured and nothing is pointed at: the zones under them stay as they were.
"""

from string import ascii_uppercase
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from geo.maps import palette, strokes
from geo.maps.layers import Ground, Limits

LINE, CASING = 2.5, 5.0  # pixels; the white under a line parts it from any class
DISC, LETTER = 19.0, 12


def letters(limits: Limits) -> list[str]:
    """One for each zone: A to Z, then AA and on."""
    every = [f"{first}{last}" for first in ("", *ascii_uppercase) for last in ascii_uppercase]
    return every[: len(limits.tags)]


def named(limits: Limits) -> str:
    """What the lines are, each letter with the name of its zone."""
    told = " ; ".join(
        f"{letter}{fr.WIDE}{tag.name}"
        for letter, tag in zip(letters(limits), limits.tags, strict=True)
    )
    return f"{limits.words} : {told}"


def drawn(ground: Ground, limits: Limits) -> list[Any]:
    """The strokes: white under the line, the line, then a disc with the letter of each zone."""
    source = strokes.outlines(ground, limits, limits.file)
    codes = [one.code for one in limits.tags]
    lines = [
        strokes.area(source, codes, palette.CLEAR, colour, width, hoverinfo="skip")
        for colour, width in ((palette.BORDER, CASING), (palette.PIN, LINE))
    ]
    at = {"lon": [one.x for one in limits.tags], "lat": [one.y for one in limits.tags]}
    disc = {"color": palette.BORDER, "line": {"color": palette.PIN, "width": 1.5}, "opacity": 1}
    font = {"color": palette.PIN, "size": LETTER, "family": strokes.FONT}
    return [
        *lines,
        go.Scattergeo(
            **at,
            mode="markers",
            marker={"size": DISC, **disc},
            customdata=[[one.name, limits.words] for one in limits.tags],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
        ),
        go.Scattergeo(
            **at,
            mode="text",
            text=[f"<b>{one}</b>" for one in letters(limits)],
            textposition="middle center",
            textfont=font,
            hoverinfo="skip",
        ),
    ]
