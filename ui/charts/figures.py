"""Plotly figures, made from a ``MaskedTable`` only.

A hidden cell keeps its place and says why; it is never drawn as zero, never averaged, never
ranked.  What is known by a bound is drawn open (``bounded``).  Numbers are written beside the
marks: no legend to look up, no hovering to read.
"""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.release.masked import MaskedTable
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
    largest_first,
    name_margin,
    named_line,
    named_rows,
    note,
    require_masked,
    row_height,
    rows,
    wrapped,
    write,
)
from ui.charts.lines import CUT_AXIS, lines
from ui.state import colours

CLEAR = "rgba(0,0,0,0)"
__all__ = ["CUT_AXIS", "Chart", "bars", "gaps", "lines", "parts"]


def bars(
    table: MaskedTable,
    label: Label,
    *,
    decimals: int,
    highlight: str = "",
    reference: MaskedTable | None = None,
    title: str = "",
) -> Chart:
    """One bar per place, largest first; ``reference``, one cell, is a line with its name.

    Args:
        table: one row per place, of one year.
        label: names a place from its level and code.
        decimals: of the numbers beside the bars.
        highlight: code of the place in colour.
        reference: the cell of the reference, when there is one.
        title: what is measured, for the alternative text.
    """
    places = largest_first(rows(table, label))
    line = _reference(reference, label)
    names = [bounded.named(b.name, b.cell, decimals) for b in places]
    values = [one.number for one in places if one.number is not None]
    if line is not None and line.value is not None:
        values.append(line.value)
    span, keys = axis_range(values), [one.key for one in places]
    figure = canvas(
        row_height(names) * len(places) + (40 if line else 16),
        _bar_trace(places, decimals, highlight, keys),
        bargap=0.28,
        **named_rows(keys, names),
        xaxis={"range": span, "showticklabels": False},
        annotations=[hidden_note(b, b.key) for b in places if b.number is None],
        shapes=bounded.outlines(places, list(range(len(places)))),
    )
    if line is not None and line.value is not None:
        named_line(figure, line.value, f"{line.name}\u00a0: {_text(line, decimals)}", span)
        _lift_numbers(figure, places, decimals)
    bounded.legend(figure, places)
    return Chart(figure, _alt(title, places, decimals, line))


def parts(
    table: MaskedTable,
    label: Label,
    *,
    decimals: int,
    variables: dict[str, str],
    order: Sequence[tuple[str, str]],
    highlight: str = "",
    title: str = "",
) -> Chart:
    """Small multiples: under each part, one bar per place, all on one scale.

    ``order`` lists the (level, code) of the places, the same under every part; ``variables``
    gives the parts by identifier, in order, with the words shown.
    """
    require_masked(table)
    groups = {key: rows(table.where(variable=key), label) for key in variables}
    at, heads, step = _stacked(groups, variables, order)
    shown = [one for _, one in at]
    names = [bounded.named(one.name, one.cell, decimals) for one in shown]
    height = row_height(names)
    ys = [y for y, _ in at]
    axis = {"tickvals": ys, "ticktext": list(map(wrapped, names))}
    head = {"xref": "paper", "font": {"size": SIZE + 1, "weight": 600}}
    values = [one.number for one in shown if one.number is not None]
    figure = canvas(
        int(height * 0.92 * step) + 16,
        _bar_trace(shown, decimals, highlight, ys),
        bargap=0.28,
        yaxis=axis | {"range": [step - 0.4, -0.6]},
        xaxis={"range": axis_range(values), "showticklabels": False},
        margin={"l": name_margin(names)},
        annotations=[note(0, y, words, **head) for y, words in heads]
        + [hidden_note(one, y) for y, one in at if one.number is None],
        shapes=bounded.outlines(shown, ys),
    )
    bounded.legend(figure, shown)
    told = [_alt(variables[key], found, decimals, None) for key, found in groups.items()]
    return Chart(figure, f"{title}. {' '.join(told)}" if title else " ".join(told))


def _stacked(
    groups: dict[str, list[Bar]], variables: dict[str, str], order: Sequence[tuple[str, str]]
) -> tuple[list[tuple[float, Bar]], list[tuple[float, str]], int]:
    """Where each bar and each heading stands, from the top, and how many lines that makes."""
    at: list[tuple[float, Bar]] = []
    heads: list[tuple[float, str]] = []
    step = 0
    for key, words in variables.items():
        found = {(one.level, one.code): one for one in groups[key]}
        heads.append((step, words))
        placed = [found[place] for place in order if place in found]
        at += [(step + 1 + rank, one) for rank, one in enumerate(placed)]
        step += len(placed) + 1
    return at, heads, step


def gaps(
    table: MaskedTable,
    label: Label,
    *,
    reference: tuple[str, str],
    decimals: int,
    highlight: str = "",
    title: str = "",
) -> Chart:
    """Dots around a reference: who stands above it, who stands below, by how much."""
    found = largest_first(rows(table, label))
    base = next((b for b in found if (b.level, b.code) == reference), None)
    if base is None or base.value is None:
        return bars(table, label, decimals=decimals, highlight=highlight, title=title)
    places = [one for one in found if one is not base]
    away = [_apart(b.value, base.value, decimals) for b in places]
    keys, texts = [b.key for b in places], [_signed(gap, decimals) for gap in away]
    names = [b.name for b in places]
    span = axis_range([gap for gap in away if gap is not None], room=0.34)
    figure = canvas(
        row_height(names) * len(places) + 44,
        *_stems(keys, away, texts, [_colour(b, highlight) for b in places]),
        **named_rows(keys, names),
        xaxis={"range": span, "showticklabels": False},
        annotations=[_without_gap(b, decimals) for b in places if b.value is None],
    )
    value = _text(base, decimals)
    named_line(figure, 0.0, f"{base.name}\u00a0: {value}", span)
    told = [f"{b.name} {t or b.text(decimals)}" for b, t in zip(places, texts, strict=True)]
    return Chart(figure, f"{title} : écart avec {base.name} ({value}). {', '.join(told)}.")


def _without_gap(bar: Bar, decimals: int) -> dict[str, Any]:
    """Why there is no dot: nothing is told, or a bound is, that has no gap."""
    if bar.number is None:
        return hidden_note(bar, bar.key)
    return hidden_note(bar, bar.key) | {"text": f"écart non calculé : {bar.text(decimals)}"}


def _apart(value: float | None, base: float, decimals: int) -> float | None:
    """The gap between exact figures, rounded once."""
    return None if value is None else round(value - base, decimals)


def _stems(
    keys: list[str], away: list[float | None], texts: list[str], shades: list[str]
) -> list[go.Scatter]:
    """A line from the reference to each dot, then the dots and their numbers."""
    xs: list[float | None] = []
    ys: list[str | None] = []
    for key, gap in zip(keys, away, strict=True):
        if gap is not None:
            xs, ys = [*xs, 0.0, gap, None], [*ys, key, key, None]
    shown = [i for i, gap in enumerate(away) if gap is not None]
    side = ["middle right" if (away[i] or 0) >= 0 else "middle left" for i in shown]
    return [
        go.Scatter(
            x=xs, y=ys, mode="lines", line={"color": colours.GRID, "width": 3}, hoverinfo="skip"
        ),
        go.Scatter(
            x=[away[i] for i in shown],
            y=[keys[i] for i in shown],
            text=[f" {texts[i]} " for i in shown],
            mode="markers+text",
            textposition=side,
            marker={"size": 12, "color": [shades[i] for i in shown]},
            hoverinfo="skip",
            cliponaxis=False,
        ),
    ]


def _bar_trace(
    places: list[Bar], decimals: int, highlight: str, ys: Sequence[str | float]
) -> go.Bar:
    """Horizontal bars of the shown cells, the number written at their end."""
    kept = [i for i, one in enumerate(places) if one.number is not None]
    numbers = [places[i].number or 0.0 for i in kept]
    return go.Bar(
        x=numbers,
        y=[ys[i] for i in kept],
        orientation="h",
        text=[bounded.text(places[i], decimals) for i in kept],
        textposition="outside",
        cliponaxis=False,
        marker={"color": [_colour(places[i], highlight) for i in kept]},
        hoverinfo="skip",
    )


def _colour(bar: Bar, highlight: str) -> str:
    if bar.cell.bound_words:
        return CLEAR  # its outline is drawn
    return colours.COMMUNE if bar.code == highlight else OTHER


def _reference(table: MaskedTable | None, label: Label) -> Bar | None:
    """The one cell of a reference; none when it was not given."""
    if table is None:
        return None
    require_masked(table)
    found = rows(table.latest(), label)
    return found[0] if found else None


def _lift_numbers(figure: go.Figure, places: list[Bar], decimals: int) -> None:
    """Write the numbers over the line of the reference, which would cross them."""
    figure.data[0].text = None
    over = {"xshift": 3, "bgcolor": "#FFFFFF", "borderpad": 1}
    shown = [one for one in places if one.number is not None]
    texts = [note(one.number, one.key, bounded.text(one, decimals), **over) for one in shown]
    write(figure, texts)


def _text(bar: Bar, decimals: int) -> str:
    return bar.text(decimals)


def _signed(gap: float | None, decimals: int) -> str:
    return "" if gap is None else fr.number(gap, decimals, signed=True)


def _alt(title: str, places: list[Bar], decimals: int, line: Bar | None) -> str:
    """The figure in one sentence, signs included."""
    told = [f"{b.name} {_text(b, decimals)}" for b in places]
    words = f"{title} : {', '.join(told)}." if title else f"{', '.join(told)}."
    if line is None or line.value is None:
        return words
    return f"{words} Repère : {line.name} {fr.number(line.value, decimals)}."
