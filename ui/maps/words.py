"""The words around a map: its answer, its legend, its table, what it takes to quote it."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.access import accessibility
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import extremes, reading
from ctg_data.model import Level
from ctg_data.release.bounds import told
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from geo.maps.choropleth import Entry
from ui.blocks import components, places, states, tables
from ui.blocks.components import Block, View
from ui.blocks.tables import Layout
from ui.charts.base import Bar, largest_first, rows
from ui.maps import base as map_base, limits as map_limits, view as map_view
from ui.maps.base import grounds
from ui.maps.view import Question, matter, picture
from ui.state.memo import remembered

SCHEMATIC = (
    "Plan schématique, dessiné à la main, sans échelle : ni la surface, ni la forme, ni les "
    "limites des zones ne sont vraies."
)


@remembered
def answer(data: Workspace, asked: Question) -> str:
    """What the map shows, in one sentence: the ends, the commune, what is hidden."""
    about, drawn = matter(data, asked), picture(data, asked, "")
    indicator = about.indicator
    shown = [one for one in _ordered(data, asked) if one.number is not None]
    if not shown:
        return ""
    known = [
        extremes.known(
            one.name,
            one.cell,
            reading.value_text(one.cell, indicator.decimals, indicator.unit),
        )
        for one in shown
    ]
    ends = extremes.told(known, len(about.layer.spots))
    said = fr.capital(f"{about.year.last.when}, {ends}")
    whole = data.cell(indicator, data.territory.commune, asked.period)
    if whole.told and asked.level is not Level.COMMUNE:
        value = reading.value_text(whole, indicator.decimals, indicator.unit)
        said += f" ; {data.territory.commune.label} : {value}"
    if drawn.hidden:
        verb = "est masquée" if len(drawn.hidden) < 2 else "sont masquées"
        said += f" ; {fr.plural(len(drawn.hidden), 'zone')} sur {len(about.layer.spots)} {verb}"
    return f"{said}."


def legend(
    data: Workspace, asked: Question, *, every_year: bool = False, headed: bool = True
) -> None:
    """Classes in words, with how many zones each holds."""
    st.html(legend_html(data, asked, every_year=every_year, headed=headed))


def heading_html(data: Workspace, asked: Question) -> str:
    """What a map shows, written over it when there are two."""
    words = f"{data.indicator(asked.measure).title}, {matter(data, asked).year.last.told}"
    return f'<h2 class="ctg-pair">{escape(fr.spaced(words))}</h2>'


def legend_lines(data: Workspace, asked: Question) -> list[str]:
    """What the classes are made of: the unit, or what gaps are measured from."""
    indicator = matter(data, asked).indicator
    if asked.against is not None:
        cell = data.cell(indicator, asked.against, asked.period)
        value = reading.value_text(cell, indicator.decimals, indicator.unit)
        return [f"Écart avec {places.in_words(asked.against)} ({value})"]
    return [] if indicator.is_count else [indicator.unit_long]


@remembered
def legend_html(
    data: Workspace, asked: Question, *, every_year: bool = False, headed: bool = True
) -> str:
    """The legend as HTML, so that it can be read aloud and wraps on a phone.

    ``every_year``: it stands for all the years at once, and says nothing of one of them.
    """
    about, drawn = matter(data, asked), picture(data, asked, "")
    lines = legend_lines(data, asked)
    if every_year and asked.against is not None:
        lines = [f"Écart avec {places.in_words(asked.against)} la même année"]
    said = "".join(f"<p>{escape(fr.spaced(one))}</p>" for one in lines)
    if about.layer.schematic:
        said += '<p class="ctg-schema">Schéma, sans échelle.</p>'
    year = "" if every_year else f", {about.year.last.told}"
    title = escape(fr.spaced(f"{about.indicator.title}{year}"))
    head = f"<h2>{title}</h2>" if headed else ""
    body = "".join(_line(one, every_year=every_year) for one in drawn.legend)
    kind = "ctg-legend discs" if any(one.size for one in drawn.legend) else "ctg-legend"
    return f'<section class="{kind}" aria-label="Légende">{head}{said}<ul>{body}</ul></section>'


def _line(one: Entry, *, every_year: bool) -> str:
    if one.bound:
        return _bound_line(one, every_year=every_year)
    kind = "hatched" if one.hatched else "disc" if one.size else "pin" if one.pin else "flat"
    kind = "pin open" if one.pin and one.open else kind
    lined = one.line or one.open
    kind, painted = ("line" if one.line else kind, "border-color" if lined else "background-color")
    style = f"{painted}:{one.colour}"
    style += f";width:{one.size:.0f}px;height:{one.size:.0f}px" if one.size else ""
    silent = one.size or one.pin or one.line or every_year
    zones = "" if silent else f"<small>{fr.plural(one.zones, 'zone')}</small>"
    words = escape(fr.spaced(one.words if every_year else one.whole))
    return f'<li><i class="{kind}" style="{style}"></i><span>{words}</span>{zones}</li>'


def _bound_line(one: Entry, *, every_year: bool) -> str:
    """The line of zones known by a bound: stripes, or an open circle."""
    kind = "disc open" if one.size else "bound"
    style = f"width:{one.size:.0f}px;height:{one.size:.0f}px" if one.size else ""
    zones = "" if every_year else f"<small>{fr.plural(one.zones, 'zone')}</small>"
    words = escape(fr.spaced(one.whole))
    return f'<li><i class="{kind}" style="{style}"></i><span>{words}</span>{zones}</li>'


def silent_levels(data: Workspace) -> None:
    """Levels whose outlines are known and of which no figure was received: why they are no map."""
    offered = {level for levels in map_view.offered(data).values() for level in levels}
    for level in {one.level: None for one in grounds(data).layers if not one.schematic}:
        if level not in offered:
            drawn = any(one.layer and one.layer[0] == level for one in grounds(data).limits)
            over = "Leurs limites se tracent par-dessus la carte (« Limites par-dessus »). "
            states.show(
                "awaited",
                f"{level.label} : aucun chiffre à cette échelle",
                f"{over if drawn else ''}Leurs chiffres viendront avec un socle annuel de la CAF "
                "qui les donne ; aucun n'est estimé à partir d'autres zones.",
            )


@remembered
def block(data: Workspace, asked: Question, zone: str) -> Block:
    """The table under the map, what it takes to quote it, and its file."""
    about = matter(data, asked)
    view = View(
        about.indicator,
        about.table,
        layout(data, asked, zone),
        subject(data, asked, zone),
        period=asked.period,
        remarks=remarks(data, asked),
        beside=_compared(data, asked, about.indicator),
    )
    return components.built(data, view)


def _compared(data: Workspace, asked: Question, indicator: Indicator) -> list[MaskedTable]:
    """The figures that the map and its words set the zones against, the same year."""
    wider = [data.territory.commune, *([asked.against] if asked.against else [])]
    rows = data.table(indicator)
    found = [rows.where(level=str(one.level), code=one.code, period=asked.period) for one in wider]
    return [one for one in found if one.shown]


def layout(data: Workspace, asked: Question, zone: str) -> Layout:
    """Rows in the order of the year on the map; a hidden zone is named, never ranked."""
    about, level = matter(data, asked), str(asked.level)
    order = [one.code for one in _ordered(data, asked)]
    order += [code for code in about.layer.spots if code not in order]
    unit = f", {about.indicator.unit}" if about.indicator.unit else ""
    where = asked.level.label
    if asked.level is Level.QPV:
        where += f", contours de {asked.vintage}"
    return Layout(
        caption=f"{about.indicator.title}{unit}. {where}, {data.territory.label}",
        heads=tables.years(about.table),
        places=[(level, code) for code in order],
        highlight=zone,
    )


def subject(data: Workspace, asked: Question, zone: str) -> Zone:
    """The zone of the reading sentence: the one chosen, else the highest shown."""
    zones = {one.code: one for one in data.territory.zones(asked.level)}
    first = next((one.code for one in _ordered(data, asked)), next(iter(zones)))
    return zones.get(zone, zones[first])


def remarks(data: Workspace, asked: Question) -> list[str]:
    """What must be known before quoting the map."""
    about, drawn = matter(data, asked), picture(data, asked, "")
    when = about.year.last.when if about.year.shown else f"en {asked.period}"
    said = [
        *([SCHEMATIC] if about.layer.schematic else []),
        *([f"Contours : {about.layer.credit}."] if about.layer.credit else []),
        *([reading.EXACT] if asked.against is not None else []),
    ]
    if drawn.hidden:
        named = ", ".join(one.name for one in drawn.hidden)
        said.append(f"Zones couvertes par le secret statistique {when} : {named}.")
    if drawn.missing:
        many = fr.plural(len(drawn.missing), "zone")
        said.append(f"{many} sans donnée disponible {when}.")
    if limits := map_limits.of(grounds(data), asked.limits):
        said.append(map_limits.credit(data, limits))
    if asked.under:
        said.append(map_base.credit(asked.under))
    if asked.level is Level.QPV:
        said.append(_generation(data, asked))
    if about.indicator.compute.looks_beyond:
        said.append(accessibility.rule_words(data.territory))
    return said


def _generation(data: Workspace, asked: Question) -> str:
    """Which QPV these are: their boundaries changed, and two generations never make one series."""
    whole = data.table(data.indicator(asked.measure)).where(level=str(Level.QPV)).frame
    shown = whole[told(whole)]
    others = sorted({int(one) for one in shown["vintage"]} - {asked.vintage})
    said = f"Quartiers prioritaires dans leurs contours de {asked.vintage}."
    if others:
        said += (
            f" Rupture : les contours ont changé au 1er{fr.WIDE}janvier 2024 ; les chiffres des "
            f"contours de {others[0]} ne se comparent pas à ceux-ci."
        )
    return said


def _ordered(data: Workspace, asked: Question) -> list[Bar]:
    """The zones of the map, largest first; hidden ones after them, by name."""
    about = matter(data, asked)
    found = largest_first(rows(about.year, data.label))
    return [one for one in found if one.code in about.layer.spots]
