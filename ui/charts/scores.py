"""Scores of zones: what each criterion brings to them, and the places they may take.

Ranked zones only: a zone that lacks a criterion has no score, and is named beside the figure.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.diagnosis import reading
from ctg_data.release.masked import MaskedTable
from ui.charts.base import (
    SIZE,
    ZERO,
    Chart,
    Label,
    axis_range,
    canvas,
    named_rows,
    note,
    require_masked,
    row_height,
)
from ui.state import colours

# told apart by people who confuse red and green, and by their lightness when printed in grey
COLOURS = ("#00476F", "#E69F00", "#5BB4E5", "#AA3377", "#7F8C99")
MOST = len(COLOURS)  # criteria: beyond, colours are no longer told apart
INSIDE = 9.0  # points: under, a number does not fit in its piece of bar


def contributions(
    table: MaskedTable, label: Label, *, variables: dict[str, str], score: str, title: str
) -> Chart:
    """One bar a zone, cut into what each criterion brings, from the highest score down.

    Args:
        table: the score and its pieces, one row a zone and a variable.
        label: names a zone.
        variables: the pieces, with the words for them, in order.
        score: the variable whose number is written at the end of the bar.
        title: what is measured, for the alternative text.
    """
    require_masked(table)
    scores = _numbers(table, score)
    named = _names(table, label)
    codes = fr.by_name(scores, named.__getitem__, before=lambda key: -scores[key])
    names = [named[key] for key in codes]
    pieces = {one: _numbers(table, one) for one in variables}
    told = {
        code: [_points(scores[code])]
        + [f"{words} {fr.number(pieces[one][code], 1)}" for one, words in variables.items()]
        for code in codes
    }
    ends = [sum(max(0.0, numbers[code]) for numbers in pieces.values()) for code in codes]
    lows = [sum(min(0.0, numbers[code]) for numbers in pieces.values()) for code in codes]
    coloured = zip(pieces.values(), COLOURS, strict=False)
    figure = canvas(
        row_height(names) * len(codes) + 16,
        *(_pieces(codes, numbers, colour) for numbers, colour in coloured),
        bargap=0.26,
        barmode="relative",
        **named_rows(codes, names),
        xaxis={"range": axis_range([*ends, *lows], room=0.24), "showticklabels": False},
        shapes=[ZERO] if min(lows, default=0.0) < 0 else [],
        annotations=_written(scores, codes, ends),
    )
    said = [f"{name} : {', '.join(told[code])}" for code, name in zip(codes, names, strict=True)]
    return Chart(figure, f"{title}. {'. '.join(said)}.")


def places(table: MaskedTable, label: Label, *, variables: Sequence[str], title: str) -> Chart:
    """One line a zone, from the best place it may take to the worst, a dot at the one it has.

    ``variables`` are the place, the best one and the worst one.
    """
    require_masked(table)
    here, best, worst = (_numbers(table, one) for one in variables)
    codes = sorted(here, key=lambda code: (here[code], best[code], worst[code]))
    named = _names(table, label)
    names = [named[key] for key in codes]
    xs = [x for code in codes for x in (best[code], worst[code], None)]
    ys = [y for code in codes for y in (code, code, None)]
    line = {"color": "#A9B4BF", "width": 7}
    dots = go.Scatter(
        x=[here[code] for code in codes],
        y=codes,
        mode="markers",
        marker={"size": 13, "color": colours.COMMUNE},
        hoverinfo="skip",
    )
    rows = named_rows(codes, names)
    figure = canvas(
        row_height(names) * len(codes) + 40,
        go.Scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip"),
        dots,
        yaxis=rows["yaxis"],
        xaxis=_place_axis(int(max(worst.values()))),
        margin=rows["margin"] | {"b": 8, "t": 34},
    )
    told = [
        f"{name} {_place(int(here[code]))}, de la {_place(int(best[code]))} à la "
        f"{_place(int(worst[code]))}"
        for code, name in zip(codes, names, strict=True)
    ]
    return Chart(figure, f"{title} : {' ; '.join(told)}.")


def legend_html(words: Sequence[str]) -> str:
    """The colours of the pieces, in the order of the bars, with their names."""
    items = "".join(
        f'<li><i style="background:{colour}"></i>{escape(fr.spaced(one))}</li>'
        for one, colour in zip(words, COLOURS, strict=False)
    )
    return f'<ul class="ctg-pieces">{items}</ul>'


def _written(scores: dict[str, float], codes: list[str], ends: list[float]) -> list[dict[str, Any]]:
    """Each score at the end of its bar."""
    return [
        note(end, code, f"<b>{fr.number(scores[code], 1)}</b>", xshift=4)
        for code, end in zip(codes, ends, strict=True)
    ]


def _points(score: float) -> str:
    return f"{fr.number(score, 1)}{fr.WIDE}{reading.agreed('points', score)}"


def _numbers(table: MaskedTable, variable: str) -> dict[str, float]:
    """The shown numbers of a variable, by zone."""
    frame = table.where(variable=variable).frame
    kept = frame[frame["sign"] == ""]
    keys = map(_key, kept["level"], kept["code"])
    return dict(zip(keys, kept["value"].astype(float), strict=True))


def _key(level: str, code: str) -> str:
    """A zone on an axis of names: a code made of digits would be read there as a number."""
    return f"{level}:{code}"


def _names(table: MaskedTable, label: Label) -> dict[str, str]:
    """The name of each zone, by its key on the axis."""
    places = table.frame[["level", "code"]].drop_duplicates().itertuples(index=False, name=None)
    return {_key(level, code): label(str(level), str(code)) for level, code in places}


def _pieces(codes: list[str], numbers: dict[str, float], colour: str) -> go.Bar:
    texts = [fr.number(numbers[one], 0) if abs(numbers[one]) >= INSIDE else "" for one in codes]
    dark = colour in ("#00476F", "#AA3377")
    return go.Bar(
        x=[numbers[one] for one in codes],
        y=codes,
        orientation="h",
        text=texts,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": "#FFFFFF" if dark else colours.INK, "size": SIZE - 2},
        marker={"color": colour, "line": {"color": "#FFFFFF", "width": 1}},
        hoverinfo="skip",
    )


def _place_axis(last: int) -> dict[str, Any]:
    """An axis of places along the top, some of them written when there are many."""
    step = max(1, -(-last // 5))
    ticks = sorted({1, *range(step, last + 1, step)})
    return {
        "range": [0.4, last + 0.6],
        "side": "top",
        "tickvals": ticks,
        "ticktext": [_place(one) for one in ticks],
        "showgrid": True,
        "gridcolor": colours.GRID,
        "tickfont": {"size": SIZE - 1, "color": colours.MUTED},
    }


def _place(place: int) -> str:
    return "1re" if place == 1 else f"{place}e"
