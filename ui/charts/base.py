"""What every figure of the dashboard shares: the guard, the colours, the bare layout.

A figure is built from a ``MaskedTable`` and from nothing else.  The check is made when it runs
too: a page written in a hurry gets an error, never a leak.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.diagnosis import reading
from ctg_data.errors import UnmaskedDataError
from ctg_data.model import Sign
from ctg_data.release.cells import cell_of
from ctg_data.release.masked import Cell, MaskedTable
from ui.charts.ready import Ready
from ui.state import colours

Label = Callable[[str, str], str]  # (level, code) -> the name of the place

# The commune keeps its colour from page to page; every other place is grey.
OTHER = "#A9B4BF"
SERIES = (colours.COMMUNE, *colours.ACCENTS)
FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", sans-serif'
SIZE = 15
LETTER = 7.3  # pixels of a letter, about
PHONE = 350  # pixels of a figure on a phone
NAME_WIDTH = 34  # letters of a name above a line
ROW = 30  # pixels for one bar

# No toolbar: its picture would leave without logos, source or note on secrecy (article 8).
CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "modeBarButtonsToRemove": ["toImage"],
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "locale": "fr",
}
# a thin line where values are nil, on a figure of rows
ZERO = {
    **{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"},
    "line": {"color": colours.MUTED, "width": 1},
}
WHY = {
    Sign.SECRET: "s\u202f: secret statistique",
    Sign.MISSING: "n.d.\u202f: non disponible",
    Sign.NOT_APPLICABLE: "–\u202f: sans objet",
}


@dataclass(frozen=True)
class Chart:
    """A finished figure, the sentence that replaces it for whoever cannot see it, what is sent."""

    figure: go.Figure
    alt: str
    ready: Ready = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A text put into another keeps one full stop."""
        object.__setattr__(self, "alt", fr.single_stops(self.alt))
        object.__setattr__(self, "ready", Ready(self.figure))


@dataclass(frozen=True)
class Bar:
    """One place of a figure: its number, its bound, or the sign printed in its place."""

    level: str
    code: str
    name: str
    cell: Cell

    @property
    def value(self) -> float | None:
        """Its figure, where it has one."""
        return self.cell.value

    @property
    def number(self) -> float | None:
        """Where it is drawn: at its figure, or at its bound; nowhere without either."""
        return self.cell.bound if self.cell.bound_words else self.cell.value

    @property
    def sign(self) -> Sign:
        """What is printed where nothing is told."""
        return self.cell.sign

    def text(self, decimals: int) -> str:
        """« 8 », « au moins 8 », or the sign."""
        return reading.value_text(self.cell, decimals)

    @property
    def key(self) -> str:
        """The place on a category axis: two places may bear the same name."""
        return f"{self.level}:{self.code}"


def require_masked(*tables: Any) -> None:
    """Refuse anything that has not been through the disclosure gate."""
    for table in tables:
        if not isinstance(table, MaskedTable):
            raise UnmaskedDataError(f"a figure needs a MaskedTable, got {type(table).__name__}")


def rows(table: MaskedTable, label: Label) -> list[Bar]:
    """The cells of a table, in its order."""
    require_masked(table)
    return [
        Bar(
            level=str(row["level"]),
            code=str(row["code"]),
            name=label(str(row["level"]), str(row["code"])),
            cell=cell_of(row),
        )
        for row in table.frame.to_dict("records")
    ]


def largest_first(bars: list[Bar]) -> list[Bar]:
    """Figures from the largest, then bounds likewise, then the others by name.

    A hidden place is never ranked, nor a bound among figures.
    """
    shown = [b for b in bars if b.number is not None]
    shown.sort(key=lambda b: (b.value is None, -(b.number or 0.0)))
    return shown + fr.by_name((b for b in bars if b.number is None), lambda b: b.name)


def wrapped(name: str, width: int = 26) -> str:
    """A name on several lines, so that a phone keeps room for the bars."""
    return "<br>".join(textwrap.wrap(name, width, break_long_words=False)) or name


def name_margin(names: list[str]) -> int:
    """Room for the names of the rows: told to Plotly, which would draw twice to find it."""
    longest = max((len(line) for name in names for line in wrapped(name).split("<br>")), default=0)
    return int(longest * LETTER) + 14


def named_rows(keys: list[str], names: list[str]) -> dict[str, Any]:
    """The layout of one row a place, in order from the top, hidden ones included."""
    axis = {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": keys,
        "tickvals": keys,
        "ticktext": [wrapped(name) for name in names],
        "range": [len(keys) - 0.5, -0.5],
    }
    return {"yaxis": axis, "margin": {"l": name_margin(names)}}


def row_height(names: list[str]) -> int:
    """Pixels for one row: more when a name takes two lines."""
    return ROW + 12 * (max((wrapped(name).count("<br>") for name in names), default=0))


def axis_range(values: list[float], *, zero: bool = True, room: float = 0.28) -> list[float]:
    """From shown values only: a range that made room for a hidden one would give it away."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or abs(high) or 1.0
    return [low - room * span if low < 0 or not zero else low, high + room * span]


def value_axis(span: list[float]) -> dict[str, Any]:
    """An axis of values upright, on a thin grid."""
    grid = {"showgrid": True, "gridcolor": colours.GRID}
    return {"range": span, "nticks": 5, "tickformat": ",~f", **grid}


def note(x: Any, y: Any, text: str, **more: Any) -> dict[str, Any]:
    """A text laid on a figure."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": "left", **more}


def write(figure: go.Figure, notes: Sequence[dict[str, Any]]) -> None:
    """Lay several texts on a figure at once: Plotly reads again all that are there at each one."""
    figure.layout.annotations = (*figure.layout.annotations, *notes)


def named_line(figure: go.Figure, x: float, words: str, span: list[float], **more: Any) -> None:
    """A vertical line, its name above it on the side where a phone has room."""
    line = {"color": colours.REFERENCE, "width": 1.5, "dash": "dot"}
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line=line, **more)
    told = wrapped(words, NAME_WIDTH).split("<br>")
    wide, margin = max(map(len, told)) * LETTER, figure.layout.margin
    along = (PHONE - margin.l - margin.r) * (x - span[0]) / (span[1] - span[0])
    before, after = margin.l + along, PHONE - margin.l - along
    side = "center" if min(before, after) >= wide / 2 else "right" if before >= wide else "left"
    figure.add_annotation(
        note(x, 1, "<br>".join(told), yref="paper", yanchor="bottom", font={"color": colours.MUTED})
        | {"xanchor": side, "align": side}
    )
    more_lines = 20 * (len(told) - 1)
    figure.update_layout(height=figure.layout.height + more_lines, margin={"t": 30 + more_lines})


def hidden_note(bar: Bar, y: Any) -> dict[str, Any]:
    """Says, at the place of a missing bar, why there is none."""
    font = {"color": colours.MUTED, "size": SIZE - 1}
    return note(0, y, WHY[bar.sign], xshift=6, font=font)


def enlarged(chart: Chart, factor: float) -> Chart:
    """The same figure for a room: text, marks, margins and height grow together."""
    figure = go.Figure(chart.figure)
    layout = figure.layout
    layout.height = layout.height * factor
    layout.font.size = layout.font.size * factor
    for side in ("l", "r", "t", "b"):
        layout.margin[side] = (layout.margin[side] or 0) * factor
    for one in layout.annotations:
        one.font.size = (one.font.size or SIZE) * factor
        one.xshift = (one.xshift or 0) * factor
    for trace in figure.data:
        _enlarge_marks(trace, factor)
    return Chart(figure, chart.alt)


def _enlarge_marks(trace: Any, factor: float) -> None:
    """Dots and lines; bars fill the room they are given."""
    if isinstance(trace, go.Scatter):
        trace.marker.size = (trace.marker.size or 6) * factor
        if trace.line.width:
            trace.line.width = trace.line.width * factor
        if trace.error_x.thickness:
            trace.error_x.thickness = trace.error_x.thickness * factor


def canvas(height: int, *traces: Any, **layout: Any) -> go.Figure:
    """A figure in the look of the dashboard, empty unless it is told what it draws."""
    quiet = {"showgrid": False, "zeroline": False, "fixedrange": True, "automargin": False}
    usual: dict[str, Any] = {
        "template": "none",
        "height": height,
        "font": {"family": FONT, "size": SIZE, "color": colours.INK},
        "separators": f",{fr.NARROW}",
        "margin": {"l": 4, "r": 8, "t": 8, "b": 8, "pad": 6},
        "showlegend": False,
        "dragmode": False,
        "hovermode": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": quiet,
        "yaxis": quiet,
    }
    asked = {
        key: {**usual[key], **value} if key in usual and isinstance(value, dict) else value
        for key, value in layout.items()
    }
    # told at once: each change afterwards costs as much
    return go.Figure(list(traces), usual | asked)
