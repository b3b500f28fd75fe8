"""What was counted, then what may come: a line, and a band between two scenarios.

A band is drawn between hypotheses, not between measures: the title and the notes say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.release.masked import MaskedTable
from ui.charts.base import (
    SIZE,
    Chart,
    axis_range,
    canvas,
    note,
    require_masked,
    value_axis,
    wrapped,
)
from ui.state import colours

HEIGHT = 340
BAND = "rgba(0, 114, 178, 0.16)"
EDGE = "#0072B2"


@dataclass(frozen=True)
class Future:
    """One scenario: the variable that holds it, and its name."""

    variable: str
    name: str


def band(
    table: MaskedTable,
    *,
    known: str,
    futures: Sequence[Future],
    decimals: int,
    title: str,
    reference: tuple[float, str] | None = None,
) -> Chart:
    """The years counted, then three scenarios, the outer two bounding a band.

    Args:
        table: of one place; ``known`` and each scenario are variables of it.
        known: the variable counted.
        futures: the scenarios, from the lowest line to the highest.
        decimals: of the numbers written.
        title: what is measured, for the alternative text.
        reference: a level to reach, and its name.
    """
    require_masked(table)
    past = _points(table, known)
    paths = [(one, _points(table, one.variable)) for one in futures]
    figure = canvas(HEIGHT, margin={"l": 64, "r": 108, "t": 20, "b": 34})
    low, high = paths[0][1], paths[-1][1]
    start = dict([max(past.items())]) if past else {}
    _fill(figure, start | low, start | high)
    for one, points in paths:
        _path(figure, start | points, dashed=one is not futures[len(futures) // 2])
    _path(figure, past, colour=colours.COMMUNE, dashed=False)
    values = [*past.values(), *(v for _, points in paths for v in points.values())]
    values += [reference[0]] if reference else []
    span = axis_range(values, zero=False, room=0.14)
    span[0] -= 0.14 * (span[1] - span[0])
    years = sorted({*past, *low})
    figure.update_yaxes(value_axis(span))
    _year_axis(figure, years)
    if reference:
        _reference(figure, *reference, years)
    _names(figure, paths, span, decimals)
    return Chart(figure, _alt(title, past, paths, decimals))


def _year_axis(figure: go.Figure, years: Sequence[int]) -> None:
    """Every year while there is room for it on a phone, else one in four."""
    ticks = [one for one in years if (years[-1] - one) % 4 == 0] if len(years) > 8 else years
    figure.update_xaxes(tickvals=ticks, ticktext=list(map(str, ticks)), tickangle=0)
    figure.update_xaxes(range=[years[0] - 0.3, years[-1] + 0.3])


def _points(table: MaskedTable, variable: str) -> dict[int, float]:
    frame = table.where(variable=variable).frame
    shown = frame[frame["sign"] == ""].sort_values("period")
    return dict(zip(map(int, shown["period"]), shown["value"].astype(float), strict=True))


def _fill(figure: go.Figure, low: dict[int, float], high: dict[int, float]) -> None:
    years = sorted(low)
    xs = [*years, *reversed(years)]
    ys = [low[one] for one in years] + [high[one] for one in reversed(years)]
    figure.add_trace(
        go.Scatter(x=xs, y=ys, fill="toself", fillcolor=BAND, line={"width": 0}, hoverinfo="skip")
    )


def _path(
    figure: go.Figure, points: dict[int, float], *, colour: str = EDGE, dashed: bool = True
) -> None:
    line = {"color": colour, "width": 1.5 if dashed else 2.5, "dash": "dot" if dashed else "solid"}
    figure.add_trace(
        go.Scatter(
            x=list(points),
            y=list(points.values()),
            mode="lines+markers" if colour != EDGE else "lines",
            line=line,
            marker={"size": 7, "color": colour},
            hoverinfo="skip",
            cliponaxis=False,
        )
    )


def _reference(figure: go.Figure, value: float, words: str, years: Sequence[int]) -> None:
    line = {"color": colours.REFERENCE, "width": 1.5, "dash": "dot"}
    figure.add_shape(type="line", x0=0, x1=1, xref="paper", y0=value, y1=value, line=line)
    font = {"color": colours.MUTED, "size": SIZE - 1}
    figure.add_annotation(
        note(
            years[0] - 0.2,
            value,
            words,
            yanchor="bottom",
            font=font,
            bgcolor="rgba(255,255,255,.8)",
        )
    )


def _names(
    figure: go.Figure,
    paths: list[tuple[Future, dict[int, float]]],
    span: list[float],
    decimals: int,
) -> None:
    """Each scenario named where it ends; names too close are spread apart."""
    ends = sorted(((max(p), p[max(p)], one.name) for one, p in paths), key=lambda end: end[1])
    least, last = (span[1] - span[0]) * 0.14, float("-inf")
    for year, value, name in ends:
        last = max(value, last + least)
        text = f"{wrapped(name, 11)} <b>{fr.number(value, decimals)}</b>"
        figure.add_annotation(note(year, last, text, xshift=10, font={"color": EDGE}))


def _alt(
    title: str,
    past: dict[int, float],
    paths: list[tuple[Future, dict[int, float]]],
    decimals: int,
) -> str:
    told = [", ".join(f"{year} {fr.number(value, decimals)}" for year, value in past.items())]
    for one, points in paths:
        years = ", ".join(f"{year} {fr.number(v, decimals)}" for year, v in points.items())
        told.append(f"{one.name} : {years}")
    return f"{title}. {'. '.join(filter(None, told))}."
