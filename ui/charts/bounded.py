"""What is known by a bound, drawn open: a dashed outline, and an arrow on the side it may go.

Shape and words say it, never a colour alone; « au moins 8 » is written, not « ≥ 8 ».
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from ctg_data.model import PublicStatus
from ui.charts.base import SIZE, Bar, note, wrapped
from ui.state import colours

LEGEND = "Tireté : borne. La vraie valeur est là, ou plus loin du côté de la flèche."
USUAL = 0.28
HALF = 0.36  # of the height of a row
LINE = {"color": colours.MUTED, "width": 2, "dash": "dash"}
ROOM = 0.75  # beside a bar, of its length: its words are longer than a number


def text(bar: Bar, decimals: int) -> str:
    """The number of a mark, with the arrow of a bound.

    « au moins 8 → », « ← au plus 5 ».
    """
    said = bar.text(decimals)
    if not bar.cell.bound_words:
        return said
    return f"{said} →" if bar.cell.status is PublicStatus.MINIMUM else f"← {said}"


def outlines(places: Sequence[Bar], ys: Sequence[float]) -> list[dict[str, object]]:
    """The outline of each bar that is a bound, to be laid on a figure; ``ys`` are their rows."""
    return [
        {
            "type": "rect",
            "x0": 0,
            "x1": one.number,
            "y0": y - HALF,
            "y1": y + HALF,
            "line": LINE,
            "fillcolor": "rgba(0,0,0,0)",
        }
        for one, y in zip(places, ys, strict=True)
        if one.cell.bound_words
    ]


def legend(figure: go.Figure, places: Sequence[Bar] | None = None) -> None:
    """Says under a figure what an open mark is, where one of its places has one."""
    if places is not None and not any_of(places):
        return
    lines = wrapped(LEGEND, 44)
    tall = 22 * (lines.count("<br>") + 1)
    font = {"color": colours.MUTED, "size": SIZE - 2}
    margin = figure.layout.margin
    below = note(0, 0, lines, xref="paper", yref="paper", yanchor="top", align="left", font=font)
    figure.add_annotation(below | {"xshift": -(margin.l or 0) + 4, "yshift": -margin.b})
    figure.update_layout(height=figure.layout.height + tall, margin={"b": margin.b + tall})


def room(places: Sequence[Bar]) -> float:
    """What is left beside bars, of their length, so that what is written there fits."""
    return ROOM if any_of(places) else USUAL


def any_of(places: Sequence[Bar]) -> bool:
    """Whether one of them is known by a bound."""
    return any(one.cell.bound_words for one in places)
