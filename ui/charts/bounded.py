"""What is known by a bound, drawn open: a dashed outline, and an arrow on the side it may go.

Shape and words say it, never a colour alone; « au moins 8 » is written, not « ≥ 8 ».
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.diagnosis import reading
from ctg_data.model import PublicStatus
from ctg_data.release.masked import Cell
from ui.charts.base import SIZE, Bar, note, wrapped
from ui.state import colours

LEGEND = "Tireté : borne. La vraie valeur est là, ou plus loin du côté de la flèche."
HALF = 0.36  # of the height of a row
LINE = {"color": colours.MUTED, "width": 2, "dash": "dash"}


def text(bar: Bar, decimals: int) -> str:
    """The number of a mark; of a bound, its arrow: its words are with the name of its row."""
    if not bar.cell.bound_words:
        return bar.text(decimals)
    return "→" if bar.cell.status is PublicStatus.MINIMUM else "←"


def named(name: str, cell: Cell, decimals: int) -> str:
    """The name of a row and, where there is one, its bound: a phone has no room beside a mark.

    « Rive : au moins 8 ».
    """
    if not cell.bound_words:
        return name
    return f"{name} : {reading.value_text(cell, decimals).replace(' ', fr.WIDE)}"


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


def any_of(places: Sequence[Bar]) -> bool:
    """Whether one of them is known by a bound."""
    return any(one.cell.bound_words for one in places)
