"""Zones in order, each with the interval its counts leave: two that overlap are not ranked.

A zone takes a colour only when its whole interval is on one side of the reference; hidden zones
keep their line, last, without a mark.  A bound is an open dot, its line
dashed on the side it may go.
"""

import math
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.diagnosis import reading
from ctg_data.diagnosis.ranking import Ranking, Standing
from ctg_data.release.masked import Cell, MaskedTable
from ui.charts import bounded
from ui.charts.base import (
    OTHER,
    SIZE,
    Bar,
    Chart,
    Label,
    axis_range,
    canvas,
    hidden_note,
    named_line,
    named_rows,
    note,
    require_masked,
    row_height,
    rows,
)
from ui.state import colours

MOST = 20  # lines of a chart; the table below has every zone


def ranks(
    table: MaskedTable,
    found: Ranking,
    label: Label,
    *,
    decimals: int,
    favourable: int = 0,
    reference: tuple[str, Cell] | None = None,
    title: str = "",
) -> Chart:
    """A dot and its interval by zone, in the order of the ranking.

    Args:
        table: one row a zone, of one year.
        found: their order and their intervals.
        label: names a place from its level and code.
        decimals: of the numbers beside the dots.
        favourable: +1 when a high figure is favourable, -1 when a low one is, 0 when neither.
        reference: a name and a cell, drawn as a line.
        title: what is measured, for the alternative text.
    """
    require_masked(table)
    shown = found.standings[:MOST]
    hidden = _hidden(rows(table, label))[: MOST - len(shown)]
    keys = [":".join(one.place) for one in shown] + [one.key for one in hidden]
    names = _names(shown, label, decimals) + [one.name for one in hidden]
    value = reference[1].value if reference else None
    span = axis_range(_ends(shown, value), room=0.34)
    figure = canvas(
        row_height(names) * len(names) + (40 if reference else 16),
        _dots(shown, decimals, favourable),
        **named_rows(keys, names),
        xaxis={"range": span, "showticklabels": False},
        annotations=[hidden_note(one, one.key) for one in hidden] + _numbers(shown, decimals),
    )
    if reference and value is not None:
        words = f"{reference[0]}\u00a0: {fr.number(value, decimals)}"
        named_line(figure, value, words, span, layer="below")
    _open(figure, shown, span)
    return Chart(figure, _alt(title, shown, hidden, label, decimals, reference))


def _names(shown: tuple[Standing, ...], label: Label, decimals: int) -> list[str]:
    return [bounded.named(label(*one.place), one.cell, decimals) for one in shown]


def _hidden(every: list[Bar]) -> list[Bar]:
    return fr.by_name((one for one in every if one.number is None), lambda one: one.name)


def _ends(shown: tuple[Standing, ...], reference: float | None) -> list[float]:
    """What the axis has to hold: a bound has no end on the side where it is open."""
    ends = [end for one in shown for end in (one.value, one.span.low, one.span.high)]
    ends += [] if reference is None else [reference]
    return [end for end in ends if math.isfinite(end)]


def _dots(shown: tuple[Standing, ...], decimals: int, favourable: int) -> go.Scatter:
    values = [one.value for one in shown]
    return go.Scatter(
        x=values,
        y=[":".join(one.place) for one in shown],
        mode="markers",
        marker={
            "size": 12,
            "color": [_colour(one, favourable) for one in shown],
            "symbol": ["circle-open" if one.bound else "circle" for one in shown],
            "line": {"width": 2},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [0.0 if one.bound else one.span.high - one.value for one in shown],
            "arrayminus": [0.0 if one.bound else one.value - one.span.low for one in shown],
            "color": OTHER,
            "thickness": 3,
            "width": 0,
        },
        hoverinfo="skip",
        cliponaxis=False,
    )


def _open(figure: go.Figure, shown: tuple[Standing, ...], span: list[float]) -> None:
    """From each bound, a dashed line and an arrow to where the truth may be."""
    for row, one in enumerate(shown):
        if one.bound:
            rising = math.isinf(one.span.high)
            end = span[1] if rising else max(span[0], one.span.low)
            ends = {"x0": one.value, "x1": end, "y0": row, "y1": row}
            figure.add_shape(type="line", line=bounded.LINE, layer="below", **ends)
            sign = note(end, ":".join(one.place), "→" if rising else "←", font={"size": SIZE + 3})
            figure.add_annotation(sign | {"xanchor": "right" if rising else "left"})
    if any(one.bound for one in shown):
        bounded.legend(figure)


def _colour(one: Standing, favourable: int) -> str:
    """Judged only beyond doubt, and only where the card says what is favourable."""
    return {1: colours.FAVOURABLE, -1: colours.UNFAVOURABLE}.get(
        one.side * favourable, colours.MUTED
    )


def _numbers(shown: tuple[Standing, ...], decimals: int) -> list[dict[str, Any]]:
    """Each figure after its interval, where nothing crosses it; a bound is with its name."""
    beside = {"xshift": 8, "bgcolor": "#FFFFFF"}
    return [
        note(one.span.high, ":".join(one.place), fr.number(one.value, decimals), **beside)
        for one in shown
        if not one.bound
    ]


def _alt(
    title: str,
    shown: tuple[Standing, ...],
    hidden: list[Bar],
    label: Label,
    decimals: int,
    reference: tuple[str, Cell] | None,
) -> str:
    told = [
        f"{label(*one.place)} {reading.value_text(one.cell, decimals)} (rang {one.rank})"
        for one in shown
    ]
    told += [f"{one.name} {one.sign}" for one in hidden]
    line = ""
    if reference and reference[1].value is not None:
        line = f" Repère : {reference[0]} {fr.number(reference[1].value, decimals)}."
    return f"{title} : {', '.join(told)}.{line}"
