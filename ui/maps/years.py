"""The same map year after year, small: same limits, same colours, same frame.

Nothing joins two panels: where boundaries or the way of counting changed, the break is drawn
and said, never bridged.
"""

from dataclasses import replace
from html import escape

import streamlit as st

from ctg_data import dating, fr
from ctg_data.diagnosis import reading
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from geo.maps import vector
from geo.maps.choropleth import ZoneMap
from ui.blocks import states
from ui.maps import base as map_base, view as map_view
from ui.maps.view import Question
from ui.state.memo import remembered

WIDE = 300.0  # pixels of a small map


def show(data: Workspace, asked: Question, zone: str) -> None:
    """Every year at once; one legend serves them all."""
    if len(dating.years(map_view.years(data, asked.measure, asked.level))) < 2:
        states.show(
            "empty",
            f"Une seule année connue à cette échelle : {dating.label(asked.period)}",
            "Choisissez une autre échelle ou un autre indicateur. Les années suivantes "
            "arrivent avec le socle annuel et les mises à jour.",
        )
    st.html(years_html(data, asked, zone))


@remembered
def years_html(data: Workspace, asked: Question, zone: str) -> str:
    """The panels in the order of the years, as HTML."""
    years = map_view.years(data, asked.measure, asked.level)
    panels, before = [], None
    for period in reversed(dating.newest_first(years)):
        against = map_view.same_reference(data, asked, period)
        one = replace(asked, period=period, vintage=years[period], against=against)
        cut = _cut(data, before, one)
        comparable = asked.against is None or against is not None
        panels.append(_panel(data, one, zone, cut) if comparable else _without(period))
        before = one
    return f'<div class="ctg-years">{"".join(panels)}</div>'


def _panel(data: Workspace, asked: Question, zone: str, cut: str) -> str:
    drawn = map_view.picture(data, asked, zone)
    place = map_base.where_drawn(data, map_view.matter(data, asked).layer)
    made = vector.small(drawn, place, WIDE)
    when = map_view.matter(data, asked).year.moment(asked.period)
    kind = ' class="cut"' if cut else ""
    said = "".join(
        f"<span>{escape(fr.spaced(one))}</span>" for one in _said(data, asked, zone, drawn)
    )
    return (
        f"<figure{kind}><figcaption><b>{escape(when.told)}</b>{said}"
        f"{f'<em>{escape(fr.spaced(cut))}</em>' if cut else ''}</figcaption>"
        f'<img src="{made.address}" width="{made.width:g}" height="{made.height:g}" '
        f'alt="{escape(drawn.alt, quote=True)}"></figure>'
    )


def _without(period: int) -> str:
    return (
        f"<figure><figcaption><b>{dating.label(period)}</b>"
        "<span>Pas de référence connue cette année.</span></figcaption></figure>"
    )


def _said(data: Workspace, asked: Question, zone: str, drawn: ZoneMap) -> list[str]:
    """The zone chosen, the commune where it does not exist, and how many zones are hidden."""
    indicator = data.indicator(asked.measure)
    spots = map_view.matter(data, asked).layer.spots
    zones = {one.code: one for one in data.territory.zones(asked.level) if one.code in spots}
    subject: Zone = zones.get(zone, data.territory.commune)
    cell = data.cell(indicator, subject, asked.period)
    value = reading.value_text(cell, indicator.decimals, indicator.unit)
    known = cell.told or zone in zones
    said = [f"{subject.label} : {value}"] if known else []
    if drawn.hidden:
        said.append(fr.plural(len(drawn.hidden), "zone masquée", "zones masquées"))
    return said


def _cut(data: Workspace, before: Question | None, now: Question) -> str:
    """What forbids comparing a panel with the one before; empty when nothing does."""
    if before is None:
        return ""
    if now.level.has_generations and now.vintage != before.vintage:
        label = dating.label(before.period)
        return f"Nouveaux contours ({now.vintage}) : ne se compare pas à {label}"
    moments = [map_view.matter(data, one).year.moment(one.period) for one in (before, now)]
    if why := dating.forbids(*moments):
        return f"Ne se compare pas : {why}"
    breaks = data.indicator(now.measure).breaks_between(before.period, now.period)
    return f"Rupture de série en {breaks[0].year}" if breaks else ""
