"""The map on screen as a file for print: vector, with all it takes to quote it."""

from datetime import date

import streamlit as st

from ctg_data import dating, fr
from ctg_data.documents import csv
from ctg_data.workspace import Workspace
from geo.maps import sheet
from ui.blocks import notes
from ui.frame import page as frame
from ui.maps import words as map_words
from ui.maps.base import where_drawn
from ui.maps.view import Question, matter, picture
from ui.state.memo import remembered


def offer(data: Workspace, asked: Question, zone: str) -> None:
    """A link that makes the file when it is clicked."""
    st.download_button(
        "Télécharger la carte (SVG, pour imprimer)",
        lambda: printed(data, asked, zone, date.today()),
        file_name=_file_name(data, asked),
        mime="image/svg+xml",
        key="carte-svg",
        on_click="ignore",
        type="tertiary",
        icon=":material/print:",
        help="Une feuille A4 nette à toute taille : elle se pose telle quelle dans un document.",
    )


@remembered
def printed(data: Workspace, asked: Question, zone: str, day: date) -> bytes:
    """The sheet of a map, made from the very figure on screen."""
    about, drawn = matter(data, asked), picture(data, asked, zone)
    place, indicator = data.territory, about.indicator
    where = f"{asked.level.label}, {place.label}, {about.year.moment(asked.period).told}"
    if asked.level.has_generations:
        where += f" (contours de {asked.vintage})"
    said = map_words.answer(data, asked)
    fictional = place.fictional
    words = sheet.Words(
        title=indicator.title,
        lines=[where, said],
        legend=map_words.legend_lines(data, asked),
        notes=_notes(data, asked, day),
        parties=[one.short for one in place.parties],
        owner=f"{frame.NAME} · {place.label}",
        alt=drawn.alt,
        warning=notes.FICTIONAL if fictional else "",
    )
    spot = where_drawn(data, about.layer)
    return sheet.written(drawn, spot, words)


def _notes(data: Workspace, asked: Question, day: date) -> list[tuple[str, str]]:
    about = matter(data, asked)
    parties = " et ".join(one.name for one in data.territory.parties)
    dates = dating.dates_text(about.year.moments)
    said = [*map_words.remarks(data, asked), dates, notes.masked_text(about.year)]
    told = " ".join(filter(None, said))
    found = [
        ("Champ", str(about.indicator.text["scope"]).strip()),
        ("Source", notes.source_text(about.year.citations)),
        ("Note", told),
        ("Édition", f"{fr.day(day)}, {parties}."),
    ]
    return [one for one in found if one[1]]


def _file_name(data: Workspace, asked: Question) -> str:
    place, title = data.territory, data.indicator(asked.measure).title
    name = csv.file_name(
        f"{title} {dating.label(asked.period)}", place.label, fictional=place.fictional
    )
    return f"{name.removesuffix('.csv')}.svg"
