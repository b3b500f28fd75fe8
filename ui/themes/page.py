"""A theme page: besoin, offre, écart, évolution, où, ce que l'on ne sait pas.

One design for seven themes.  What each one asks is in ``ctg_data/catalogue/themes.toml``, what it
knows in the catalogue; a page names its theme and nothing else.
"""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue import themes
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.themes import Theme
from ctg_data.diagnosis import evolutions, reading
from ctg_data.diagnosis.reading import Move
from ctg_data.diagnosis.theme import Fact, Reach
from ctg_data.model import producers
from ctg_data.release.masked import Cell
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, states
from ui.frame import page as frame
from ui.state.memo import remembered
from ui.themes import (
    brief as theme_brief,
    choice as theme_choice,
    facts as theme_facts,
    moves as theme_moves,
    schemes as theme_schemes,
    sections as theme_sections,
    unknown as theme_unknown,
    where as theme_where,
)
from ui.themes.choice import Choice

MOST_ALERTS = 5


def show(identifier: str) -> None:
    """Open the page of a theme and draw its sections, each answering its question."""
    theme = themes.theme(identifier)
    data = frame.open_page(theme.title, question=theme.question, subject=theme.id)
    choice = theme_choice.ask(data, theme)
    answer(data, choice)
    for section in themes.SECTIONS:
        theme_sections.section(data, choice, section)
    theme_moves.moves(data, choice)
    theme_where.where(data, choice)
    theme_schemes.shown(data, choice)
    theme_unknown.unknown(data, choice)
    theme_facts.published(data, choice)


def answer(data: Workspace, choice: Choice) -> None:
    """The answer of the page, or what it waits for; then the theme in short."""
    if not _answer(data, choice):
        title = f"{choice.theme.title} : aucun chiffre pour l'instant"
        states.awaited(title, _nothing(choice.theme))
    st.html(_in_short(data, choice))


@remembered
def _in_short(data: Workspace, choice: Choice) -> str:
    """The answer, the brief, key figures and alerts."""
    said = _answer(data, choice)
    return components.stacked(
        [
            components.lead_html(said) if said else "",
            theme_brief.brief(data, choice),
            _figures(data, choice),
            _alerts(data, choice),
        ]
    )


@remembered
def _answer(data: Workspace, choice: Choice) -> str:
    """The first key figure and its gap; without one, what the zones say."""
    found = theme_choice.read(data, choice)
    if not found.figures:
        return theme_where.in_short(data, choice)
    first = found.figures[0]
    base = choice.reference.cell(data, first.indicator, first.cell.period)
    names = [(choice.reference.name, base)] if first.gap else []
    return reading.answer(first.indicator, first.place.label, first.cell, names)


def _nothing(theme: Theme) -> str:
    if not theme.indicators():
        return "Aucun indicateur de ce thème n'est encore décrit."
    return "Ce qui est attendu, et de qui, est dit plus bas."


def _figures(data: Workspace, choice: Choice) -> str:
    """Six to eight key figures at most; on a phone the brief tells them, and they are folded."""
    found = theme_choice.read(data, choice)
    if found.figures:
        told = [
            components.key_figure(one.indicator, one.cell, _source(data, one), moves_of(one))
            for one in found.figures
        ]
        title = fr.plural(len(told), "chiffre clé", "chiffres clés")
        said = notes.exact_html(any(one.cell.bound_words for one in found.figures))
        return notes.folded(title, components.figures_html(told) + said)
    return ""


def moves_of(fact: Fact) -> list[Move | None]:
    """What is said under a figure: a gap between rates, and the last move."""
    return [None if fact.indicator.is_count else fact.gap, fact.move]


def _source(data: Workspace, fact: Fact) -> str:
    rows = data.table(fact.indicator).where(
        level=str(fact.place.level), code=fact.place.code, period=fact.cell.period
    )
    who = producers(rows.citations)
    return f"{who} · {fact.place.label}" if fact.reach is Reach.AROUND else who


def _alerts(data: Workspace, choice: Choice) -> str:
    """« Défavorable et qui se dégrade »: the commune first, then its zones, one line each."""
    lines = _worse(data, choice)
    if not lines:
        return ""
    more = len(lines) - MOST_ALERTS
    rest = f"<li>{fr.plural(more, 'autre alerte', 'autres alertes')}.</li>" if more > 0 else ""
    listed = "".join(f"<li>{escape(fr.spaced(one))}</li>" for one in lines[:MOST_ALERTS])
    title = f"Défavorable et qui se dégrade : {fr.plural(len(lines), 'alerte')}"
    told = f"<h2>Défavorable et qui se dégrade</h2><ul>{listed}{rest}</ul>"
    return f'<section class="ctg-alerts">{notes.folded(title, told)}</section>'


def _worse(data: Workspace, choice: Choice) -> list[str]:
    found = theme_choice.read(data, choice)
    told = [_alert(one.indicator, "", one.cell, (one.gap, one.move)) for one in found.alerts]
    mine = {one.indicator.code for one in found.facts}
    for one in evolutions.evolutions(data).alerts:
        place, indicator = one.evolution.zone, one.evolution.indicator
        if indicator.code in mine and place.level.is_infra_communal:
            moves = (one.gap, one.evolution.move)
            told.append(_alert(indicator, place.label, one.evolution.after, moves))
    return told


def _alert(indicator: Indicator, where: str, cell: Cell, moves: tuple[Move | None, ...]) -> str:
    value = reading.value_text(cell, indicator.decimals, indicator.unit)
    said = ", ".join(one.text for one in moves if one)
    place = f", {where}" if where else ""
    return f"{indicator.title}{place} : {value} en {cell.period}, {said}."
