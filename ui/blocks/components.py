"""Blocks a page is made of.  Every one that shows data takes a MaskedTable.

A view answers one question: its title, the answer in one sentence, the picture, the table, then
Lecture · Champ · Source · Note.  The method is one click away, the file too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import bounded, reading
from ctg_data.diagnosis.reading import Move
from ctg_data.documents import csv
from ctg_data.model import Citation, Level
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import notes, tables
from ui.blocks.tables import Layout
from ui.charts.base import CONFIG, Chart, enlarged
from ui.state import choices, terms

TABLE = "Voir le tableau"
IN_A_ROOM = 1.5  # as the text of the page: 24 px instead of 16


@dataclass(frozen=True)
class View:
    """One figure with all that quotes it.

    Attributes:
        indicator: what is shown.
        table: the cells, masked.
        layout: of the table under the picture.
        chart: the picture; none when the table says it all.
        subject: the place of the reading sentence.
        period: the year of the reading sentence, the latest unless told.
        remarks: what must be known before quoting.
        against: for places missing, the reference in words.
        beside: figures that the picture or the words compare with, to cite them.
    """

    indicator: Indicator
    table: MaskedTable
    layout: Layout
    subject: Zone
    chart: Chart | None = None
    period: int | None = None
    remarks: Sequence[str] = ()
    against: str = reading.SOME_REFERENCE
    beside: Sequence[MaskedTable] = ()

    @property
    def sources(self) -> tuple[Citation, ...]:
        """Where every figure shown or compared with comes from."""
        return notes.cited(self.table, *self.beside)


def lead(text: str) -> None:
    """The answer of a page, under its question."""
    st.html(lead_html(text))


def lead_html(text: str) -> str:
    """The same as HTML."""
    return f'<p class="ctg-answer ctg-lead">{terms.html(text)}</p>'


def stacked(parts: Sequence[str]) -> str:
    """Neighbours sent as one, each where it would stand alone: what a page sends is counted."""
    return f'<div class="ctg-stack">{"".join(f"<div>{one}</div>" for one in parts if one)}</div>'


def question(text: str, said: str = "", *, kind: str = "", anchor: str = "") -> None:
    """A question as heading, what it is about above it, its answer in one sentence below.

    ``anchor`` is what a link of the same page leads to.
    """
    st.html(question_html(text, said, kind=kind, anchor=anchor))


def question_html(text: str, said: str = "", *, kind: str = "", anchor: str = "") -> str:
    """The same as HTML."""
    name = f' id="{anchor}"' if anchor else ""
    about = f'<p class="ctg-kind">{escape(kind)}</p>' if kind else ""
    told = _answer_html(said) if said else ""
    return f'{about}<h2 class="ctg-question"{name}>{escape(fr.spaced(text))}</h2>{told}'


def answer(text: str) -> None:
    """The answer of a view when it depends on a choice made under its question."""
    if text:
        st.html(_answer_html(text))


def _answer_html(text: str) -> str:
    return f'<p class="ctg-answer">{terms.html(text)}</p>'


@dataclass(frozen=True)
class Block:
    """A view ready to be shown: nothing left to compute."""

    chart: Chart | None
    table: str
    notes: str
    file: bytes
    file_name: str


def built(data: Workspace, view: View) -> Block:
    """Make a view: its table, its words, its file."""
    return Block(
        chart=view.chart,
        table=notes.quotable(
            tables.html_table(
                view.table, data.label, view.layout, decimals=view.indicator.decimals
            ),
            notes.source_text(view.sources),
        ),
        notes=f"{_notes(data, view)}{notes.method_html(view.indicator)}",
        file=_file(data, view),
        file_name=_file_name(data, view),
    )


def show(block: Block, key: str) -> None:
    """Picture and table on the left, words on the right.

    On a phone, one column: under a picture its table is folded, and under the source the method
    and the file.
    """
    picture, words = st.columns([5, 3], gap="large")
    with picture:
        if block.chart is not None:
            draw(block.chart, key)
        st.html(notes.folded(TABLE, block.table) if block.chart is not None else block.table)
    with words:
        st.html(f'<div class="ctg-words">{block.notes}</div>')
        file_button(block.file, block.file_name, key)


def draw(chart: Chart, key: str) -> None:
    """A figure without toolbar, with the sentence that replaces it; larger on a projector."""
    if choices.presenting():
        chart = enlarged(chart, IN_A_ROOM)
    st.plotly_chart(chart.ready, theme=None, config=CONFIG, key=f"chart-{key}", alt=chart.alt)


def _file(data: Workspace, view: View) -> bytes:
    return csv.to_csv(
        view.table, data.label, title=view.indicator.title, decimals=view.indicator.decimals
    )


def _file_name(data: Workspace, view: View) -> str:
    place = data.territory
    return csv.file_name(view.indicator.title, place.label, fictional=place.fictional)


def file_button(content: bytes, name: str, key: str) -> None:
    """A table to take away."""
    st.download_button(
        "Télécharger le tableau (CSV)",
        content,
        file_name=name,
        mime="text/csv",
        key=f"csv-{key}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def method(indicator: Indicator) -> None:
    """Definition, limits and references, folded."""
    st.html(notes.method_html(indicator))


def key_figure(
    indicator: Indicator, cell: Cell, source: str, moves: Sequence[Move | None] = ()
) -> str:
    """One key figure as HTML: label, value with unit, comparisons in words, year and source.

    A comparison says in words and in colour in which sense it goes, where the card judges.
    """
    value = tables.figure_html(cell, indicator)
    style = "ctg-value ctg-bounded" if cell.bound_words else "ctg-value"
    said = "".join(_move_html(one) for one in moves if one)
    year = f"{escape(fr.spaced(bounded.dated(indicator, cell)))} · " if cell.period else ""
    return (
        f'<article class="ctg-figure"><h2>{escape(fr.spaced(indicator.title))}</h2>'
        f'<p class="{style}">{value}</p><ul>{said}</ul>'
        f'<p class="ctg-source">{year}{escape(source)}</p></article>'
    )


def _move_html(move: Move) -> str:
    kind = {1: ' class="ctg-good"', -1: ' class="ctg-bad"'}.get(move.favourable, "")
    return f"<li{kind}>{escape(fr.spaced(reading.judged(move)))}</li>"


def key_figures(figures: Sequence[str]) -> None:
    """Six to eight key figures, aligned."""
    st.html(figures_html(figures))


def figures_html(figures: Sequence[str]) -> str:
    """The same as HTML, to be put in a fold."""
    return f'<div class="ctg-figures">{"".join(figures)}</div>'


def _notes(data: Workspace, view: View) -> str:
    told = view.table.where(variable=view.indicator.id)
    cell = told.cell(str(view.subject.level), view.subject.code, view.period)
    scope = str(view.indicator.text["scope"]).strip()
    if Level.EPCI in view.table.levels and Level.COMMUNE in view.table.levels:
        scope += f" {data.territory.epci.label} comprend {data.territory.commune.label}."
    lecture = reading.lecture(view.indicator, view.subject.label, cell, view.against)
    remarks = [*view.remarks, *_breaks(view)]
    return notes.notes_html(
        view.table, lecture=lecture, scope=scope, remarks=remarks, beside=view.beside
    )


def _breaks(view: View) -> list[str]:
    """The breaks of series that fall between the years shown."""
    years = view.table.years
    if len(years) < 2:
        return []
    found = view.indicator.breaks_between(min(years), max(years))
    return [f"Rupture de série en {one.year} : {one.text}" for one in found]
