"""Relative changes, one bar an indicator or a place, on both sides of zero.

The colour says nothing of good or bad: a rise of a number of households is neither by itself.
A sign stands alone in place of a bar, and the note beside says what it means: bars on both sides
leave no room for words on a phone.
"""

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.model import Sign
from ui import theme
from ui.chart_base import (
    OTHER,
    SIZE,
    Chart,
    axis_range,
    canvas,
    name_rows,
    note,
    require_masked,
    row_height,
)


def moves(
    table: MaskedTable,
    words: dict[str, str],
    *,
    decimals: int,
    title: str,
    by: str = "variable",
    highlight: str = "",
) -> Chart:
    """One bar an indicator (or a place), from the largest rise to the largest fall.

    Args:
        table: one row a bar, of one year, in percent.
        words: name of each variable or code shown; the others are left out.
        decimals: of the numbers beside the bars.
        title: what is measured, for the alternative text.
        by: ``variable`` or ``code``, what makes the bars.
        highlight: the bar in colour; all of them are when there is none.
    """
    require_masked(table)
    rows = _rows(table, words, by)
    shown = [(key, value) for key, value, _ in rows if value is not None]
    names = [words[key] for key, _, _ in rows]
    figure = canvas(row_height(names) * len(rows) + 16, bargap=0.3)
    figure.add_trace(_bars(shown, decimals, highlight))
    name_rows(figure, [key for key, _, _ in rows], names)
    span = axis_range([value for _, value in shown], room=0.75)
    figure.update_xaxes(range=span, showticklabels=False)
    line = {"color": theme.MUTED, "width": 1}
    figure.add_shape(type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line=line)
    font = {"color": theme.MUTED, "size": SIZE - 1}
    for key, value, sign in rows:
        if value is None:
            figure.add_annotation(note(0, key, str(sign), xshift=6, font=font))
    told = [f"{words[key]} {_text(value, decimals) or sign}" for key, value, sign in rows]
    return Chart(figure, f"{title} : {', '.join(told)}.")


def _rows(
    table: MaskedTable, words: dict[str, str], by: str
) -> list[tuple[str, float | None, Sign]]:
    """Shown ones from the largest; a hidden one is last, and not ranked."""
    found = [
        (str(row[by]), None if row["sign"] else float(row["value"]), Sign(row["sign"]))
        for row in table.frame.to_dict("records")
        if row[by] in words
    ]
    shown = sorted((one for one in found if one[1] is not None), key=lambda one: -(one[1] or 0))
    hidden = sorted((one for one in found if one[1] is None), key=lambda one: words[one[0]])
    return [*shown, *hidden]


def _bars(shown: list[tuple[str, float]], decimals: int, highlight: str) -> go.Bar:
    colours = [theme.COMMUNE if highlight in ("", key) else OTHER for key, _ in shown]
    return go.Bar(
        x=[value for _, value in shown],
        y=[key for key, _ in shown],
        orientation="h",
        text=[_text(value, decimals) for _, value in shown],
        textposition="outside",
        cliponaxis=False,
        marker={"color": colours},
        hoverinfo="skip",
    )


def _text(value: float | None, decimals: int) -> str:
    return "" if value is None else fr.with_unit_signed(value, "%", decimals)
