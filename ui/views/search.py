"""Views of the page « Recherche »: the figures, zones and words that answer a few words."""

from html import escape

import streamlit as st

from ctg_data import fr, glossary
from ctg_data.catalogue.cards import THEMES
from ctg_data.diagnosis import reading, search
from ctg_data.diagnosis.search import Hit
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, places, states
from ui.frame import menu
from ui.state import missed
from ui.state.memo import remembered

ZONE_PAGE = menu.script("fiche_zone")
WORDS = "q"


def asked() -> str:
    """The words asked for, in the link."""
    missed.read(WORDS)
    return str(st.query_params.get(WORDS, "")).strip()


def results(data: Workspace, words: str) -> None:
    """What answers the words, the closest first, each a click away from its page."""
    if not words:
        states.show(
            "empty",
            "Écrivez quelques mots en haut de la page",
            "Un indicateur, une zone, ou les deux : « RSA », « crèche », le nom d'un quartier.",
        )
        return
    hits = found(data, words)
    meant = _glossary(words)
    if not hits and not meant:
        states.show(
            "empty",
            f"Rien ne répond à « {words} »",
            "Essayez un seul mot, ou le nom d'une prestation ou d'une zone. La page « Méthode » "
            "donne la liste des indicateurs.",
        )
        return
    if hits:
        components.lead(f"{fr.plural(len(hits), 'réponse')} pour « {words} ».")
    for rank in range(len(hits)):
        _show(data, words, rank)
    if meant:
        st.html(meant)


@remembered
def found(data: Workspace, words: str) -> list[Hit]:
    """The answers to some words."""
    return search.search(data, words)


def _show(data: Workspace, words: str, rank: int) -> None:
    zone = found(data, words)[rank].zone or data.territory.commune
    with st.container(key=f"reponse-{rank}", gap="small"):
        st.html(_hit_html(data, words, rank))
        st.page_link(
            ZONE_PAGE,
            label=f"Fiche de {places.full_name(zone)}",
            icon=":material/arrow_forward:",
            query_params={"zone": places.full_name(zone), "territoire": data.territory.id},
        )


@remembered
def _hit_html(data: Workspace, words: str, rank: int) -> str:
    hit = found(data, words)[rank]
    zone = hit.zone or data.territory.commune
    indicator = hit.indicator or data.indicator(search.SIZE)
    cell = data.cell(indicator, zone)
    rows = data.table(indicator).where(level=str(zone.level), code=zone.code, period=cell.period)
    title = places.full_name(zone)
    if hit.indicator is not None:
        title = f"{indicator.title} – {title}"
    text = reading.lecture(indicator, zone.label, cell, places.in_words(data.territory.epci))
    source = f"{THEMES[indicator.theme]} · {notes.source_text(rows.citations)}"
    return (
        f'<article class="ctg-hit"><h2>{escape(fr.spaced(title))}</h2>'
        f"<p>{escape(fr.spaced(text))}</p>"
        f'<p class="ctg-source">{escape(fr.spaced(source))}</p></article>'
    )


def _glossary(words: str) -> str:
    """The entries of the glossary that bear the words."""
    sought = set(search.folded(words))
    rows = "".join(
        f"<dt>{escape(term.name)}</dt><dd>{escape(fr.spaced(term.definition))}</dd>"
        for term in glossary.terms()
        if sought & set(search.folded(term.name))
    )
    head = '<h2 class="ctg-question">Dans le glossaire</h2>'
    return f'{head}<dl class="ctg-notes">{rows}</dl>' if rows else ""
