"""A series in the height of a line of text: where it went, nothing more.

An image, because HTML blocks let no drawing through.  It holds rounded coordinates only, scaled
to the years shown: a hidden year is a hole in the line.
"""

import base64
from collections.abc import Sequence
from html import escape

from ctg_data import fr
from ctg_data.catalogue.cards import Break
from ctg_data.release.masked import MaskedTable
from ui.charts.base import require_masked

WIDE, TALL, EDGE = 96, 24, 3
INK = "#00476f"
Point = tuple[int, float]  # year, value


def html(table: MaskedTable, decimals: int, breaks: Sequence[Break] = ()) -> str:
    """The series of one place as an image; empty with fewer than two numbers."""
    require_masked(table)
    frame = table.frame
    frame = frame[frame["period"] >= 0].sort_values(["period", "vintage"])
    rows = list(zip(frame["period"], frame["vintage"], frame["value"], strict=True))
    runs = _runs([(int(year), int(of), value) for year, of, value in rows], table, breaks)
    known = [point for run in runs for point in run]
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    said = (
        f"de {fr.number(first[1], decimals)} en {first[0]} "
        f"à {fr.number(last[1], decimals)} en {last[0]}"
    )
    source = base64.b64encode(_svg(runs, known).encode()).decode()
    return (
        f'<img class="ctg-spark" width="{WIDE}" height="{TALL}" alt="{escape(fr.spaced(said))}" '
        f'src="data:image/svg+xml;base64,{source}">'
    )


def _runs(
    rows: Sequence[tuple[int, int, float]], table: MaskedTable, breaks: Sequence[Break]
) -> list[list[Point]]:
    """Years that may be joined: none across a hidden year, a break, or two generations of QPV."""
    cut = {one.year for one in breaks}
    apart = any(level.has_generations for level in table.levels)
    runs: list[list[Point]] = [[]]
    before: tuple[int, int] | None = None
    for year, vintage, value in rows:
        moved = before is not None and (
            any(before[0] < one <= year for one in cut) or (apart and before[1] != vintage)
        )
        if value != value or moved:  # NaN: hidden or missing
            runs.append([])
        if value == value:
            runs[-1].append((year, float(value)))
            before = (year, vintage)
    return [run for run in runs if run]


def _svg(runs: Sequence[Sequence[Point]], known: Sequence[Point]) -> str:
    years, values = [year for year, _ in known], [value for _, value in known]
    low, span = min(values), (max(values) - min(values)) or 1.0
    width, height = WIDE - 2 * EDGE, TALL - 2 * EDGE

    def at(point: Point) -> tuple[str, str]:
        x = EDGE + width * (point[0] - years[0]) / max(years[-1] - years[0], 1)
        flat = max(values) == min(values)
        y = TALL / 2 if flat else EDGE + height * (1 - (point[1] - low) / span)
        return f"{x:.0f}", f"{y:.0f}"

    drawn = "".join(
        f'<polyline points="{" ".join(map(",".join, map(at, run)))}" fill="none" stroke="{INK}" '
        'stroke-width="1.5"/>'
        for run in runs
        if len(run) > 1
    )
    alone = [run[0] for run in runs if len(run) == 1]
    for point in [*alone, known[-1]]:
        x, y = at(point)
        drawn += f'<circle cx="{x}" cy="{y}" r="2.5" fill="{INK}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}">{drawn}</svg>'
