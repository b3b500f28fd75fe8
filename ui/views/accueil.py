"""Views of the page « Accueil »: key figures, what changed, where the data stand."""

from datetime import date
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import overview, reading, years_known
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.workspace import SourceLine, Workspace
from ui.blocks import components, notes, places, selectors, states, tables
from ui.blocks.components import Block, View
from ui.blocks.tables import Layout
from ui.charts import figures as charts
from ui.state.memo import remembered

FIRST = "CTX02"
MOVED = ("Année précédente", "Dernière année")
MOST = 8  # lines: more is a table, not an overview


def key_figures(data: Workspace) -> None:
    """The answer in one sentence, then the key figures."""
    found = overview.overview(data, places.in_words(data.territory.epci)).figures
    head = next((one for one in found if one.cell.told), None)
    if head is None:
        states.awaited(
            "Aucun chiffre pour ce territoire",
            "Ses chiffres arrivent avec la première mise à jour.",
        )
        return
    components.lead(_sentence(data))
    components.key_figures(
        [
            components.key_figure(
                one.indicator,
                one.cell,
                one.producer,
                [one.move, one.gap],
            )
            for one in found
        ]
    )
    if any(one.cell.bound_words for one in found):
        st.html(notes.exact_html(True))


@remembered
def _sentence(data: Workspace) -> str:
    """Households and what became of them, then childcare against the intercommunalité."""
    place, whole = data.territory.commune, places.in_words(data.territory.epci)
    told = []
    for code in ("CTX02", "PE11"):
        indicator = data.indicator(code)
        cell = data.cell(indicator, place)
        around = data.cell(indicator, data.territory.epci, cell.period)
        known = [(whole, around)] if code == "PE11" else []
        if cell.told:
            told.append(reading.answer(indicator, place.label, cell, known))
    return " ".join(told)


def changes(data: Workspace) -> None:
    """What moved most between the last two years, in a table; what did not, in words."""
    found = overview.overview(data, places.in_words(data.territory.epci))
    if not (found.changes or found.steady):
        components.question("Qu'est-ce qui a changé ?")
        why = years_known.still(data, data.indicators())
        states.show(
            "empty",
            why.title,
            f"{fr.capital(why.text)} Une évolution demande deux années de la même série. La "
            "suivante arrive avec la prochaine mise à jour.",
        )
        return
    components.question("Qu'est-ce qui a changé ?", _changes_sentence(found))
    listed = (*found.changes, *found.steady)[:MOST]
    body = [
        tables.row(
            one.indicator.title,
            [_number(one.before, one.indicator), _number(one.after, one.indicator)],
            [one.move.text],
            heads=[*MOVED, "Évolution"],
        )
        for one in listed
    ]
    last = max(one.after.period for one in listed)
    caption = f"{data.territory.label}, les deux dernières années connues, jusqu'à {last}"
    st.html(tables.frame_html(caption, ["Indicateur"], MOVED, ["Évolution"], body))


def _number(cell: Cell, indicator: Indicator) -> str:
    return (
        f"{tables.cell_html(cell, indicator.decimals)} <small>({escape(cell.moment.told)})</small>"
    )


def _changes_sentence(found: overview.Overview) -> str:
    count = len(found.changes)
    moved = f"{fr.plural(count, 'indicateur')} {'a' if count < 2 else 'ont'} bougé"
    still = f"{fr.plural(len(found.steady), 'indicateur')} stable{'s' * (len(found.steady) > 1)}"
    if not count:
        return f"Rien n'a bougé au-delà des arrondis : {still}."
    first = found.changes[0]
    largest = f"le plus nettement, « {first.indicator.title} » : {first.move.text}"
    return f"{moved} d'une année à l'autre ({still}) ; {largest}."


def trend(data: Workspace) -> None:
    """One indicator of the commune over the years, chosen by the reader."""
    offered = _followed(data)
    if not offered:
        return
    components.question("Comment a évolué le territoire ?")
    left, _ = st.columns([1, 1])
    with left:
        chosen = selectors.choose("indicateur", "Indicateur", list(offered), offered.__getitem__)
    components.show(_trend(data, chosen), "trend")


@remembered
def _trend(data: Workspace, code: str) -> Block:
    chosen, place = data.indicator(code), data.territory.commune
    rows = _of_commune(data, chosen)
    first, last = min(rows.years), max(rows.years)
    caption = f"{chosen.title}, {place.label}, {first}–{last} ({chosen.unit})"
    chart = charts.lines(
        rows, data.label, decimals=chosen.decimals, breaks=chosen.breaks, title=caption
    )
    view = View(chosen, rows, Layout(caption), place, chart, remarks=[charts.CUT_AXIS])
    return components.built(data, view)


@remembered
def _followed(data: Workspace) -> dict[str, str]:
    """Indicators with three years or more at the commune, by code; households come first."""
    found = [one for one in data.indicators() if len(_of_commune(data, one).years) > 2]
    found.sort(key=lambda one: one.code != FIRST)
    return {one.code: one.title for one in found}


def _of_commune(data: Workspace, indicator: Indicator) -> MaskedTable:
    place = data.territory.commune
    return data.table(indicator).where(level=str(place.level), code=place.code)


def data_state(data: Workspace) -> None:
    """Which sources stand behind these pages, until when, received when."""
    lines = data.sources()
    known = [one for one in lines if one.years]
    waiting = sum(not one.at_hand for one in lines)
    components.question("Où en sont les données ?", _state_sentence(data, waiting))
    heads = ["Producteur", "Copie reçue"]
    body = [
        tables.row(
            one.source.title,
            [str(one.years[-1])],
            [one.source.producer, _received(one)],
            heads=["Dernière année", *heads],
        )
        for one in known
    ]
    if body:
        caption = "Sources tenues à jour par leur producteur"
        st.html(tables.frame_html(caption, ["Source"], ["Dernière année"], heads, body))
    st.page_link(states.DATA_PAGE, label="Toutes les sources, et leur mise à jour")


def _state_sentence(data: Workspace, waiting: int) -> str:
    if data.territory.fictional:
        return "Ce territoire est inventé : ses chiffres ne viennent d'aucune source."
    said = f"{data.data_date}."
    if waiting:
        verb = "attend" if waiting < 2 else "attendent"
        said += f" {fr.plural(waiting, 'source')} {verb} la première mise à jour."
    return said


def _received(line: SourceLine) -> str:
    if line.state and line.state.last_success:
        return fr.day(line.state.last_success.date())
    days = sorted(one.retrieved_on for one in line.citations if one.retrieved_on)
    return f"{fr.day(date.fromisoformat(days[-1][:10]))} (fournie)" if days else "–"
