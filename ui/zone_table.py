"""The table under the map: every zone of the level, every year, largest first."""

from ctg_data.model import Level
from ctg_data.territory import Zone
from ctg_data.workspace import Workspace
from ui.chart_base import largest_first, rows
from ui.map_view import Question
from ui.tables import Layout


def layout(data: Workspace, asked: Question, zone: str) -> Layout:
    """Rows in the order of the year on the map; a hidden zone is named, never ranked."""
    level = str(asked.layer.level)
    order = [one.code for one in largest_first(rows(asked.year, data.label))]
    order += [code for code in asked.layer.spots if code not in order]
    shown = [(level, code) for code in order if code in asked.layer.spots]
    unit = f", {asked.indicator.unit}" if asked.indicator.unit else ""
    where = asked.layer.level.label
    if asked.layer.level is Level.QPV:
        where += f", contours de {asked.layer.vintage}"
    years = {str(one): str(one) for one in sorted(set(asked.table.frame["period"]))}
    return Layout(
        caption=f"{asked.indicator.title}{unit}. {where}, {data.territory.label}",
        heads=years,
        places=shown,
        highlight=zone,
    )


def subject(data: Workspace, asked: Question, zone: str) -> Zone:
    """The zone of the reading sentence: the one chosen, else the highest shown."""
    zones = {one.code: one for one in data.territory.zones(asked.layer.level)}
    found = largest_first(rows(asked.year, data.label))
    first = next((one.code for one in found if one.code in zones), next(iter(zones)))
    return zones.get(zone, zones[first])
