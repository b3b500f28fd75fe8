"""Relative changes of one place, one bar an indicator, on both sides of zero.

The colour says nothing of good or bad: a rise of a number of households is neither by itself.
"""

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.model import Sign
from ui import theme
from ui.chart_base import (
    SIZE,
    WHY,
    Chart,
    axis_range,
    canvas,
    note,
    require_masked,
    row_height,
    wrapped,
)

WIDTH = 24  # characters of a name before it takes two lines
SMALL = "–\u202f: effectif trop petit pour un pourcentage"


def moves(table: MaskedTable, words: dict[str, str], *, decimals: int, title: str) -> Chart:
    """One bar a variable, from the largest rise to the largest fall; hidden ones last.

    Args:
        table: one row a variable, of one place and year, in percent.
        words: name of each variable shown.
        decimals: of the numbers beside the bars.
        title: what is measured, for the alternative text.
    """
    require_masked(table)
    found = [
        (str(row["variable"]), None if row["sign"] else float(row["value"]), Sign(row["sign"]))
        for row in table.frame.to_dict("records")
        if row["variable"] in words
    ]
    shown = sorted((one for one in found if one[1] is not None), key=lambda one: -(one[1] or 0))
    rows = [*shown, *(one for one in found if one[1] is None)]
    names = [wrapped(words[key], WIDTH) for key, _, _ in rows]
    figure = canvas(row_height(names) * len(rows) + 16, bargap=0.3)
    values = [value or 0.0 for _, value, _ in shown]
    figure.add_trace(_bars([key for key, _, _ in shown], values, decimals))
    keys = [key for key, _, _ in rows]
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=keys,
        tickvals=keys,
        ticktext=names,
        range=[len(keys) - 0.5, -0.5],
    )
    figure.update_xaxes(range=axis_range(values, room=0.45), showticklabels=False)
    line = {"color": theme.MUTED, "width": 1}
    figure.add_shape(type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line=line)
    font = {"color": theme.MUTED, "size": SIZE - 1}
    for key, value, sign in rows:
        if value is None:
            figure.add_annotation(note(0, key, _why(sign), xshift=6, font=font))
    told = [f"{words[key]} {_text(value, decimals) or sign}" for key, value, sign in rows]
    return Chart(figure, f"{title} : {', '.join(told)}.")


def _bars(keys: list[str], values: list[float], decimals: int) -> go.Bar:
    return go.Bar(
        x=values,
        y=keys,
        orientation="h",
        text=[_text(value, decimals) for value in values],
        textposition="outside",
        cliponaxis=False,
        marker={"color": theme.COMMUNE},
        hoverinfo="skip",
    )


def _text(value: float | None, decimals: int) -> str:
    return "" if value is None else fr.with_unit_signed(value, "%", decimals)


def _why(sign: Sign) -> str:
    return SMALL if sign is Sign.NOT_APPLICABLE else WHY[sign]
