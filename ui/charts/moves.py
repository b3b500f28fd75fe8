"""Relative changes, one bar an indicator or a place, on both sides of zero.

The colour says nothing of good or bad: a rise of a number of households is neither by itself.
A sign stands alone in place of a bar, and the note beside says what it means: bars on both sides
leave no room for words on a phone.  A change within rounding has no length, and says « stable ».
"""

from collections.abc import Collection, Hashable
from typing import Any

import plotly.graph_objects as go

from ctg_data import fr
from ctg_data.model import Sign
from ctg_data.release.masked import MaskedTable
from ui.charts.base import (
    OTHER,
    SIZE,
    ZERO,
    Chart,
    axis_range,
    canvas,
    named_rows,
    note,
    require_masked,
    row_height,
)
from ui.state import colours

STABLE = "stable"


def moves(
    table: MaskedTable,
    words: dict[str, str],
    *,
    decimals: int,
    title: str,
    by: str = "variable",
    highlight: str = "",
    stable: Collection[str] = (),
) -> Chart:
    """One bar an indicator (or a place), from the largest rise to the largest fall.

    Args:
        table: one row a bar, of one year, in percent.
        words: name of each variable or code shown; the others are left out.
        decimals: of the numbers beside the bars.
        title: what is measured, for the alternative text.
        by: ``variable`` or ``code``, what makes the bars.
        highlight: the bar in colour; all of them are when there is none.
        stable: those whose change is no more than rounding: no bar, in words.
    """
    require_masked(table)
    rows = _rows(table, words, by, stable)
    shown = {key: value for key, value, _ in rows if value is not None}
    texts = _texts(shown, decimals, stable)
    names = [words[key] for key, _, _ in rows]
    font = {"color": colours.MUTED, "size": SIZE - 1}
    hidden = [(key, str(sign)) for key, value, sign in rows if value is None]
    figure = canvas(
        row_height(names) * len(rows) + 16,
        _bars(shown, texts, highlight),
        bargap=0.3,
        **named_rows([key for key, _, _ in rows], names),
        xaxis={"range": axis_range(list(shown.values()), room=0.75), "showticklabels": False},
        shapes=[ZERO],
        annotations=[note(0, key, sign, xshift=6, font=font) for key, sign in hidden],
    )
    told = [f"{words[key]} {texts.get(key, sign)}" for key, _, sign in rows]
    return Chart(figure, f"{title} : {', '.join(told)}.")


def _texts(shown: dict[str, float], decimals: int, stable: Collection[str]) -> dict[str, str]:
    return {
        key: STABLE if key in stable else fr.with_unit_signed(value, "%", decimals)
        for key, value in shown.items()
    }


def _rows(
    table: MaskedTable, words: dict[str, str], by: str, stable: Collection[str]
) -> list[tuple[str, float | None, Sign]]:
    """Shown ones from the largest; a hidden one is last, and not ranked."""

    def drawn(row: dict[Hashable, Any]) -> float | None:
        if row["sign"]:
            return None
        return 0.0 if row[by] in stable else float(row["value"])

    found = [
        (str(row[by]), drawn(row), Sign(row["sign"]))
        for row in table.frame.to_dict("records")
        if row[by] in words
    ]
    shown = sorted((one for one in found if one[1] is not None), key=lambda one: -(one[1] or 0))
    hidden = fr.by_name((one for one in found if one[1] is None), lambda one: words[one[0]])
    return [*shown, *hidden]


def _bars(shown: dict[str, float], texts: dict[str, str], highlight: str) -> go.Bar:
    shades = [colours.COMMUNE if highlight in ("", key) else OTHER for key in shown]
    return go.Bar(
        x=list(shown.values()),
        y=list(shown),
        orientation="h",
        text=[texts[key] for key in shown],
        textposition="outside",
        cliponaxis=False,
        marker={"color": shades},
        hoverinfo="skip",
    )
