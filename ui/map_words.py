"""The words around a map: its answer, its legend, what must be known before quoting it."""

from html import escape

import streamlit as st

from ctg_data import fr, reading
from ctg_data.model import Level
from ctg_data.workspace import Workspace
from geo.maps import Entry, ZoneMap
from ui import places
from ui.chart_base import largest_first, rows
from ui.map_view import Question

SCHEMATIC = (
    "Plan schématique, dessiné à la main, sans échelle : ni la surface, ni la forme, ni les "
    "limites des zones ne sont vraies."
)


def legend(data: Workspace, asked: Question, drawn: ZoneMap) -> None:
    """Classes in words, with how many zones each holds."""
    indicator, lines = asked.indicator, list[str]()
    if asked.against is not None:
        cell = data.cell(indicator, asked.against, asked.period)
        value = reading.value_text(cell, indicator.decimals, indicator.unit)
        lines.append(f"Écart avec {places.in_words(asked.against)} ({value})")
    elif not indicator.is_count:
        lines.append(indicator.unit_long)
    said = "".join(f"<p>{escape(fr.spaced(one))}</p>" for one in lines)
    if asked.layer.schematic:
        said += '<p class="ctg-schema">Schéma, sans échelle.</p>'
    head = escape(fr.spaced(f"{indicator.title}, {asked.period}"))
    body = "".join(_legend_line(one) for one in drawn.legend)
    kind = "ctg-legend discs" if any(one.size for one in drawn.legend) else "ctg-legend"
    st.html(
        f'<section class="{kind}" aria-label="Légende"><h2>{head}</h2>{said}'
        f"<ul>{body}</ul></section>"
    )


def _legend_line(one: Entry) -> str:
    kind = "hatched" if one.hatched else "disc" if one.size else "flat"
    style = f"background-color:{one.colour}"
    style += f";width:{one.size:.0f}px;height:{one.size:.0f}px" if one.size else ""
    zones = "" if one.size else f"<small>{fr.plural(one.zones, 'zone')}</small>"
    words = escape(fr.spaced(one.words))
    return f'<li><i class="{kind}" style="{style}"></i><span>{words}</span>{zones}</li>'


def answer(data: Workspace, asked: Question, drawn: ZoneMap) -> None:
    """What the map shows, in one sentence: the ends, the commune, what is hidden."""
    indicator = asked.indicator
    found = largest_first(rows(asked.year, data.label))
    shown = [one for one in found if one.value is not None and one.code in asked.layer.spots]
    if not shown:
        return
    high, low = (
        f"{one.name} ({reading.value_text(cell, indicator.decimals, indicator.unit)})"
        for one in (shown[0], shown[-1])
        if (cell := asked.year.cell(one.level, one.code))
    )
    said = f"En {asked.period}, le plus haut : {high}"
    said += f" ; le plus bas : {low}" if len(shown) > 1 else ""
    whole = data.cell(indicator, data.territory.commune, asked.period)
    if whole.value is not None and asked.layer.level is not Level.COMMUNE:
        value = reading.value_text(whole, indicator.decimals, indicator.unit)
        said += f" ; {data.territory.commune.label} : {value}"
    if drawn.hidden:
        verb = "est masquée" if len(drawn.hidden) < 2 else "sont masquées"
        said += f" ; {fr.plural(len(drawn.hidden), 'zone')} sur {len(asked.layer.spots)} {verb}"
    st.html(f'<p class="ctg-answer">{escape(fr.spaced(said))}.</p>')


def remarks(data: Workspace, asked: Question, drawn: ZoneMap) -> list[str]:
    """What must be known before quoting the map."""
    said = [SCHEMATIC] if asked.layer.schematic else []
    if drawn.hidden:
        named = ", ".join(one.name for one in drawn.hidden)
        said.append(f"Zones couvertes par le secret statistique en {asked.period} : {named}.")
    if drawn.missing:
        many = fr.plural(len(drawn.missing), "zone")
        said.append(f"{many} sans donnée disponible en {asked.period}.")
    if asked.layer.level is Level.QPV:
        said.append(_generation(data, asked))
    return said


def _generation(data: Workspace, asked: Question) -> str:
    """Which QPV these are: their boundaries changed, and two generations never make one series."""
    vintage = asked.layer.vintage
    whole = data.table(asked.indicator).where(level=str(Level.QPV)).frame.dropna(subset="value")
    others = sorted({int(one) for one in whole["vintage"]} - {vintage})
    said = f"Quartiers prioritaires dans leurs contours de {vintage}."
    if others:
        said += (
            f" Rupture : les contours ont changé au 1er{fr.WIDE}janvier 2024 ; les chiffres des "
            f"contours de {others[0]} ne se comparent pas à ceux-ci."
        )
    return said
