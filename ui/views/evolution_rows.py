"""Changes from a year to the next as a picture, its words and a table: ready to be shown."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from ctg_data import fr
from ctg_data.dating import Moment
from ctg_data.diagnosis.evolutions import Evolution
from ui.blocks import components, tables
from ui.charts.base import Chart

CHECK = "à vérifier avec la CAF : évolution, ou changement de champ ?"
HEADS = ["Évolution"]
FIRST = 8  # rows of a table at once; the others are one click away
Name = Callable[[Evolution], str]
Rows = tuple[str, str, str]  # the first ones, then how many others, and they


@dataclass(frozen=True)
class Moves:
    """Changes ready to be shown: what is said, the picture, its words, the rows of its table."""

    said: str
    chart: Chart
    words: str
    rows: Rows


def draw(made: Moves, key: str) -> None:
    """The first rows at once, the others one click away."""
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        components.draw(made.chart, key)
        rows, label, others = made.rows
        st.html(rows)
        if others:
            with st.expander(label):
                st.html(others)
    with words:
        st.html(made.words)


def rows_of(caption: str, first: str, rows: Sequence[Evolution], name: Name) -> Rows:
    """The first rows, how many others, and they."""
    more = rows[FIRST:]
    others = _table(f"{caption}, suite", first, more, name) if more else ""
    label = fr.plural(len(more), "autre ligne", "autres lignes")
    return _table(caption, first, rows[:FIRST], name), label, others


def _table(caption: str, first: str, rows: Sequence[Evolution], name: Name) -> str:
    heads = [one.moment.head if one.period else "" for one in (rows[0].before, rows[0].after)]
    body = [
        tables.row(
            name(one),
            [_cell(one, before=True), _cell(one)],
            [", ".join(filter(None, [bare(one), _remark(one)]))],
            heads=[*heads, *HEADS],
        )
        for one in rows
    ]
    return tables.frame_html(caption, [first], heads, HEADS, body)


def _cell(one: Evolution, *, before: bool = False) -> str:
    return tables.cell_html(one.before if before else one.after, one.indicator.decimals)


def bare(one: Evolution) -> str:
    """A move in words, without the year before: the view says it once."""
    return one.move.text.replace(f" {one.before.moment.since}", "")


def moments(rows: Iterable[Evolution]) -> list[Moment]:
    """The dates of both sides of some evolutions, each once."""
    sides = (side for one in rows for side in (one.after, one.before) if side.value is not None)
    return list(dict.fromkeys(side.moment for side in sides))


def _remark(one: Evolution) -> str:
    """What the reader must know before quoting; nothing when there is nothing."""
    if one.doubtful:
        return CHECK
    if one.move.favourable and one.told:
        return "favorable" if one.move.favourable > 0 else "défavorable"
    return ""
