"""« Et depuis plus longtemps ? »: one indicator in one place, every year, its breaks drawn."""

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis.compared_years import HEAD
from ctg_data.diagnosis.evolutions import Evolutions
from ctg_data.model import AS_TOLD, Level
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, places, selectors
from ui.blocks.components import Block, View
from ui.blocks.tables import Layout
from ui.charts import figures as charts
from ui.state.memo import remembered

LEAST = 3  # years: two are told above


def series(data: Workspace, found: Evolutions) -> None:
    """The whole series of a place; where it is cut, both sides do not compare."""
    offered = _offered(data, found)
    if not offered:
        return
    components.question(
        "Et depuis plus longtemps ?",
        "Toute la série d'un lieu qui a trois années montrées ou plus. Là où elle est rompue, la "
        "rupture est tracée : de part et d'autre, les chiffres ne se comparent pas.",
    )
    left, right, _ = st.columns([2, 3, 1])
    with right:
        names = sorted(offered, key=lambda one: offered[one].code != HEAD)
        key = selectors.choose("serie", "Série", names, lambda one: offered[one].title)
    zones = {f"{one.level}-{one.code}": one for one in _zones(data, key)}
    with left:
        chosen = selectors.choose(
            "lieu", "Lieu de la série", list(zones), lambda one: places.full_name(zones[one])
        )
    components.show(_block(data, key, zones[chosen]), "series")


@remembered
def _offered(data: Workspace, found: Evolutions) -> dict[str, Indicator]:
    return {one.id: one for one in found.indicators if _zones(data, one.id)}


@remembered
def _block(data: Workspace, identifier: str, zone: Zone) -> Block:
    return components.built(data, _view(data, data.indicator(identifier), zone))


@remembered
def _zones(data: Workspace, identifier: str) -> list[Zone]:
    """Places with enough years of an indicator that are shown, the commune first."""
    rows = data.table(data.indicator(identifier)).frame
    # a year without a number draws nothing, an unknown year is on no axis
    rows = rows[rows["value"].notna() & (rows["period"] >= 0)]
    years = rows.groupby(["level", "code"])["period"].nunique()
    known = {key for key, count in years.items() if count >= LEAST}
    place = data.territory
    every = [place.commune, *(zone for level in AS_TOLD for zone in place.zones(level))]
    return [one for one in every if (str(one.level), one.code) in known]


def _view(data: Workspace, indicator: Indicator, zone: Zone) -> View:
    rows = data.table(indicator).where(level=str(zone.level), code=zone.code)
    years = sorted(rows.years)
    title = f"{indicator.title}, {zone.label}, {years[0]}–{years[-1]}"
    chart = charts.lines(
        rows, data.label, decimals=indicator.decimals, breaks=indicator.breaks, title=title
    )
    remarks = [charts.CUT_AXIS]
    if zone.level is Level.QPV:
        remarks.append(
            f"Quartier prioritaire aux contours de {zone.vintage} : ceux d'une autre génération "
            "sont d'autres lieux, et ont leur propre série."
        )
    told = [fr.spaced(text) for text in remarks]
    return View(indicator, rows, Layout(title), zone, chart, remarks=told)
