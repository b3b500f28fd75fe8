"""The map of a territory's zones: what is asked of it, its picture and legend, the zone's card.

The zone chosen lives in a bound selectbox, which is also the way in for whoever does not click:
a new figure, another year, another indicator never lose it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from ctg_data.disclosure.masked import MaskedTable
from ctg_data.indicators import THEMES, Indicator
from ctg_data.model import Level
from ctg_data.territory import Zone
from ctg_data.workspace import Workspace
from geo import classes, ground, maps, strokes
from geo.ground import Layer
from geo.maps import Look, Place, ZoneMap
from ui import places, selectors, zone_card

VALUES = "valeurs"
PICTURE = "plan"
WIDE, TALL = 768, 640  # pixels of the picture on a wide screen; map.css lowers it on a phone
ORDER = (Level.IRIS, Level.QPV, Level.QUARTIER, Level.COMMUNE)  # of the levels offered


@dataclass(frozen=True)
class Question:
    """What the reader asks of the map.

    Attributes:
        table: the indicator at the level and generation shown, every year.
        against: the place gaps are measured from; none for values.
    """

    indicator: Indicator
    layer: Layer
    period: int
    table: MaskedTable
    against: Zone | None = None

    @property
    def year(self) -> MaskedTable:
        """The cells drawn: one per zone."""
        return self.table.where(period=self.period)


def ask(data: Workspace) -> Question | None:
    """The choices above the map; none when no indicator has a number at any level it could show."""
    made = ground.open_ground(data.territory)
    found = {one.id: one for one in data.indicators() if levels(data, one)}
    if not found:
        return None
    order = sorted(found, key=lambda one: list(THEMES).index(found[one].theme))
    with st.container(key="choix-carte"):
        first, second, third, fourth = st.columns([5, 3, 2, 3], gap="small")
    with first:
        indicator = found[_indicator(data, order, found)]
    with second:
        level = selectors.level(levels(data, indicator))
    whole = data.table(indicator).where(level=str(level))
    with third:
        period = selectors.year(whole.periods)
    layer = _layer(made, whole, level, period)
    table = whole.where(vintage=_vintages(whole, layer))
    with fourth:
        against = _against(data, indicator, period)
    return Question(indicator, layer, period, table, against)


def levels(data: Workspace, indicator: Indicator) -> list[Level]:
    """Levels that have both outlines and at least one number, from the finest."""
    drawn = {one.level for one in ground.open_ground(data.territory).layers}
    table = data.table(indicator)
    rows = table.frame.dropna(subset="value")
    with_number = set(rows["level"])
    return [one for one in ORDER if one in drawn and str(one) in with_number]


def picture(data: Workspace, asked: Question, zone: str) -> ZoneMap:
    """The map of what is asked, the chosen zone ringed."""
    indicator = asked.indicator
    where = Place(ground.open_ground(data.territory), asked.layer, data.label)
    title = f"{indicator.title}, {asked.layer.level.label}, {data.territory.label}, {asked.period}"
    look = Look(title, indicator.unit, indicator.decimals, zone)
    if indicator.is_count:
        largest = float(asked.table.frame["value"].max())
        return maps.counts(asked.year, where, largest, look)
    if asked.against is None:
        scale = classes.of_values(data.table(indicator), indicator.decimals, indicator.unit)
        return maps.rates(asked.year, where, scale, look)
    reference = data.cell(indicator, asked.against, asked.period).value or 0.0
    scale = classes.of_gaps(
        distances(data, asked), indicator.decimals, indicator.unit, places.in_words(asked.against)
    )
    return maps.gaps(asked.year, reference, where, scale, look)


def distances(data: Workspace, asked: Question) -> list[float]:
    """Every gap of every year to the same year's reference: what the classes are made from."""
    if asked.against is None:
        return []
    against = data.table(asked.indicator).where(
        level=str(asked.against.level), code=asked.against.code
    )
    by_year = dict(zip(against.frame["period"], against.frame["value"], strict=True))
    frame = asked.table.frame
    found = frame["value"] - frame["period"].map(by_year)
    return [float(one) for one in found.dropna()]


def draw(data: Workspace, asked: Question, zone: str) -> ZoneMap:
    """The picture; a click chooses the zone."""
    drawn = picture(data, asked, zone)
    dense = "dense" if len(asked.layer.spots) > strokes.FEW else "claire"
    with st.container(
        key=f"carte-{dense}",
        height=min(TALL, round(WIDE * maps.proportion(asked.layer))),
        border=False,
    ):
        st.plotly_chart(
            drawn.figure,
            theme=None,
            height="stretch",
            key=PICTURE,
            on_select=_clicked,
            selection_mode="points",
            config=maps.CONFIG,
            alt=drawn.alt,
        )
    return drawn


def choose_zone(data: Workspace, asked: Question) -> str:
    """The twin of the click: every zone by its name; empty when none is chosen."""
    names = {code: data.label(str(asked.layer.level), code) for code in asked.layer.spots}
    options = ["", *sorted(names, key=lambda code: names[code])]
    return selectors.choose(
        "zone", "Zone", options, lambda code: names.get(code, "Toutes (cliquez sur la carte)")
    )


def show_card(data: Workspace, asked: Question, code: str) -> None:
    """What is known of the zone chosen, or how to choose one."""
    layer = asked.layer
    zones = data.territory.zones(layer.level)
    zone = next((one for one in zones if one.code == code), None)
    if zone is None:
        st.html(
            '<p class="ctg-soft">Choisissez une zone sur la carte ou dans la liste : '
            "sa fiche s'ouvre ici.</p>"
        )
    else:
        st.html(zone_card.card_html(data, asked.indicator, zone, asked.period))


def _clicked() -> None:
    points = st.session_state[PICTURE].selection.points
    if points and (code := points[0].get("location")):
        st.session_state["zone"] = code


def _indicator(data: Workspace, order: Sequence[str], found: dict[str, Indicator]) -> str:
    """The first rate known at the finest level opens the map: that is what a map is for."""
    rates = [one for one in order if not found[one].is_count] or list(order)
    finest = min((levels(data, found[one])[0] for one in rates), key=ORDER.index)
    opening = next(one for one in rates if levels(data, found[one])[0] is finest)
    if st.session_state.get("mesure") not in order:
        st.session_state.pop("mesure", None)
    chosen = st.selectbox(
        "Indicateur",
        order,
        index=order.index(opening),
        format_func=lambda one: f"{found[one].title} · {THEMES[found[one].theme]}",
        key="mesure",
        bind="query-params",
    )
    return chosen if chosen in found else opening


def _layer(made: ground.Ground, whole: MaskedTable, level: Level, period: int) -> Layer:
    """The generation of the year's own figures, the latest when both exist."""
    frame = whole.where(period=period).frame.dropna(subset="value")
    layer = made.layer(level, int(frame["vintage"].max()))
    return layer or next(one for one in made.layers if one.level == level)


def _vintages(whole: MaskedTable, layer: Layer) -> list[int]:
    if layer.level is Level.QPV:
        return [layer.vintage]
    return [int(one) for one in whole.frame["vintage"].unique()]


def _against(data: Workspace, indicator: Indicator, period: int) -> Zone | None:
    """Values, or gaps to a place that has a number the same year; counts have no gap."""
    if indicator.is_count:
        options: dict[str, Zone] = {}
    else:
        known = (data.territory.commune, *data.territory.references)
        options = {
            str(one.level): one
            for one in known
            if data.cell(indicator, one, period).value is not None
        }
    words = {VALUES: "Les valeurs"} | {
        key: f"L'écart avec {places.in_words(zone)}" for key, zone in options.items()
    }
    chosen = selectors.choose("vue", "Montrer", list(words), words.__getitem__)
    return options.get(chosen)
