"""Series over time: gaps stay gaps, breaks are drawn and said.

Two generations of QPV are two places: their points are never joined, even under one name.
"""

from dataclasses import dataclass, field

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.catalogue.cards import Break
from ctg_data.diagnosis import reading
from ctg_data.model import PublicStatus, Sign
from ctg_data.release.cells import cell_of
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.vintages import anchored
from ui.charts import bounded
from ui.charts.base import (
    SERIES,
    SIZE,
    Chart,
    Label,
    axis_range,
    canvas,
    note,
    require_masked,
    value_axis,
    wrapped,
    write,
)
from ui.state import colours

HEIGHT = 320
CUT_AXIS = "L'axe du graphique ne part pas de zéro."


@dataclass
class Series:
    """One place over the years; ``points`` holds a number or a sign for each year.

    ``bounds`` holds the cell of each year known by a bound: neither a number nor a sign.
    """

    name: str
    points: dict[int, float | Sign]
    bounds: dict[int, Cell] = field(default_factory=dict)

    @property
    def shown(self) -> dict[int, float]:
        """The years with a number."""
        return {y: v for y, v in self.points.items() if not isinstance(v, Sign)}


def lines(
    table: MaskedTable,
    label: Label,
    *,
    decimals: int,
    breaks: tuple[Break, ...] = (),
    zero: bool = False,
    title: str = "",
) -> Chart:
    """One line per place (and per generation of QPV), each named at its last point."""
    require_masked(table)
    series = _series(table, label)
    years = sorted({year for one in series for year in (*one.points, *one.bounds)})
    cuts = [one for one in breaks if years and years[0] < one.year <= years[-1]]
    alone = len(series) == 1
    values = [v for one in series for v in one.shown.values()]
    values += [cell.bound or 0.0 for one in series for cell in one.bounds.values()]
    span = axis_range(values, zero=zero, room=0.14)
    along = {"range": [years[0] - 0.3, years[-1] + 0.3]} if years else {}
    figure = canvas(
        HEIGHT,
        *(
            _trace(one, years, cuts, colour, decimals, alone=alone)
            for one, colour in zip(series, _colours(len(series)), strict=True)
        ),
        margin={"l": 64, "r": 24, "t": 24, "b": 34},
        yaxis=value_axis(span),
        xaxis={"tickvals": years, "ticktext": list(map(str, years)), **along},
    )
    _draw_cuts(figure, cuts)
    _draw_signs(figure, series)
    _draw_bounds(figure, series, decimals)
    if len(series) > 1:
        _draw_names(figure, series, span, decimals)
    return Chart(figure, _alt(title, series, cuts, decimals))


def _series(table: MaskedTable, label: Label) -> list[Series]:
    """One series per place; the generation is part of the place for QPV."""
    found: dict[tuple[str, str, int], Series] = {}
    frame = table.frame
    dated = frame[frame["period"] >= 0]  # an edition whose year is not known has no place here
    for row in dated.sort_values(["period", "vintage"]).to_dict("records"):
        level, code = str(row["level"]), str(row["code"])
        vintage = anchored(level, int(row["vintage"]))
        name = label(level, code) + (f" (contours {vintage})" if vintage else "")
        one = found.setdefault((level, code, vintage), Series(name, {}))
        cell = cell_of(row)
        if cell.bound_words:
            one.bounds[cell.period] = cell
        else:
            one.points[cell.period] = cell.sign if cell.value is None else cell.value
    return list(found.values())


def _colours(count: int) -> list[str]:
    return [SERIES[i % len(SERIES)] for i in range(count)]


def _trace(
    one: Series, years: list[int], cuts: list[Break], colour: str, decimals: int, *, alone: bool
) -> go.Scatter:
    """A line that stops at every year without a number and at every break."""
    xs: list[float] = []
    ys: list[float | None] = []
    for year in range(years[0], years[-1] + 1):
        if any(cut.year == year for cut in cuts):
            xs, ys = [*xs, year - 0.5], [*ys, None]
        xs, ys = [*xs, year], [*ys, one.shown.get(year)]
    texts = ["" if y is None else fr.number(y, decimals) for y in ys]
    return go.Scatter(
        x=xs,
        y=ys,
        mode="lines+markers+text" if alone else "lines+markers",
        text=texts,
        textposition=_sides(ys),
        line={"color": colour, "width": 2.5},
        marker={"size": 8, "color": colour},
        connectgaps=False,
        cliponaxis=False,
        hoverinfo="skip",
    )


def _sides(ys: list[float | None]) -> list[str]:
    """Where each number stands, so that the line does not cross it."""
    sides = []
    for i, y in enumerate(ys):
        before = ys[i - 1] if i else None
        after = ys[i + 1] if i + 1 < len(ys) else None
        if y is None:
            sides.append("top center")
        elif (before is None or before > y) and (after is None or after > y):
            sides.append("top center" if before is None and after is None else "bottom center")
        elif before is not None and after is not None and before != after:
            turning = (before - y) * (after - y) >= 0
            sides.append("top center" if turning else f"top {'left' if after > y else 'right'}")
        else:
            sides.append("top center")
    return sides


def _draw_cuts(figure: go.Figure, cuts: list[Break]) -> None:
    for cut in cuts:
        x = cut.year - 0.5
        line = {"color": colours.MUTED, "width": 1.2, "dash": "dash"}
        figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line=line)
        words = f"rupture de série en {cut.year}"
        font = {"color": colours.MUTED, "size": SIZE - 2}
        figure.add_annotation(
            note(x, 1, words, yref="paper", yanchor="bottom", xanchor="center", font=font)
        )
        figure.update_layout(margin={"t": 30})


def _draw_signs(figure: go.Figure, series: list[Series]) -> None:
    """The sign of each year without a number, on the axis: at no height, so at no value."""
    signs: dict[int, set[str]] = {}
    for one in series:
        for year, point in one.points.items():
            if isinstance(point, Sign):
                signs.setdefault(year, set()).add(str(point))
    low = {"yref": "paper", "yanchor": "bottom", "xanchor": "center"}
    font = {"color": colours.MUTED}
    write(
        figure,
        [note(year, 0, " ".join(sorted(some)), **low, font=font) for year, some in signs.items()],
    )


def _draw_bounds(figure: go.Figure, series: list[Series], decimals: int) -> None:
    """Each bound as an open dot that no line joins, with its words and its arrow."""
    for one, colour in zip(series, _colours(len(series)), strict=True):
        if not one.bounds:
            continue
        least = {year: cell.status is PublicStatus.MINIMUM for year, cell in one.bounds.items()}
        told = {year: reading.value_text(cell, decimals) for year, cell in one.bounds.items()}
        figure.add_trace(
            go.Scatter(
                x=list(one.bounds),
                y=[cell.bound for cell in one.bounds.values()],
                text=[f"{told[year]} {'↑' if least[year] else '↓'}" for year in one.bounds],
                mode="markers+text",
                textposition="top left",
                marker={"size": 10, "color": colour, "symbol": "circle-open", "line": {"width": 2}},
                cliponaxis=False,
                hoverinfo="skip",
            )
        )
    if any(one.bounds for one in series):
        bounded.legend(figure)


def _draw_names(figure: go.Figure, series: list[Series], span: list[float], decimals: int) -> None:
    """Each line named where it ends; names too close are spread apart."""
    ends = [
        (list(one.shown.items())[-1], one, colour)
        for one, colour in zip(series, _colours(len(series)), strict=True)
        if one.shown
    ]
    ends.sort(key=lambda end: end[0][1])
    least, last = (span[1] - span[0]) * 0.13, float("-inf")
    names = []
    for (year, value), one, colour in ends:
        last = max(value, last + least)
        text = f"{wrapped(one.name, 16)} <b>{fr.number(value, decimals)}</b>"
        names.append(note(year, last, text, xshift=10, font={"color": colour}))
    write(figure, names)
    figure.update_layout(margin={"r": 128, "b": 46})  # on a phone years stand upright
    figure.update_xaxes(autotickangles=[0, 90])


def _alt(title: str, series: list[Series], cuts: list[Break], decimals: int) -> str:
    told = []
    for one in series:
        years = [
            f"{year} {text}"
            for year, text in sorted(
                (
                    *((year, _told(point, decimals)) for year, point in one.points.items()),
                    *((y, reading.value_text(cell, decimals)) for y, cell in one.bounds.items()),
                )
            )
        ]
        told.append(f"{one.name} : {', '.join(years)}.")
    told += [f"Rupture de série en {cut.year} : {cut.text}." for cut in cuts]
    return " ".join([f"{title}." if title else "", *told]).strip()


def _told(point: float | Sign, decimals: int) -> str:
    return str(point) if isinstance(point, Sign) else fr.number(point, decimals)
