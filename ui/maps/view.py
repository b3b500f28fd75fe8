"""The map of a territory's zones: what is asked of it, its picture, the zone chosen on it.

The zone chosen lives in a bound selectbox, which is also the way in for whoever does not click:
a new figure, another year, another indicator never lose it.
"""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from ctg_data import dating, fr
from ctg_data.boundaries import base_map
from ctg_data.catalogue.cards import THEMES, Indicator
from ctg_data.model import UNDER_COMMUNE, Level
from ctg_data.release.bounds import told
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from geo.maps import choropleth as maps, classes, strokes
from geo.maps.choropleth import Look, ZoneMap
from geo.maps.layers import Layer
from ui.blocks import places, selectors, zone_card
from ui.charts.ready import Ready
from ui.maps import base as map_base, limits as map_limits, pins as map_pins
from ui.state import choices
from ui.state.memo import remembered

VALUES, MEASURE, PICTURE, WAY = "valeurs", "mesure", "plan", "disposition"
ONE, YEARS, PAIR = "carte", "annees", "deux"  # one map, a small one a year, two indicators
WAYS = {ONE: "Une carte", YEARS: "Année par année", PAIR: "Deux indicateurs"}
ORDER = (*UNDER_COMMUNE, Level.COMMUNE)  # of the levels offered
# pixels of the picture on a wide screen, alone or one of two; on a narrower one it keeps its shape
WIDE, HALF, TALL = 768, 600, 640
LARGER = 1.45  # when it is projected


@dataclass(frozen=True)
class Question:
    """What the reader asks of the map.

    ``against`` is the place gaps are measured from, ``over`` the type of structures laid over it,
    ``limits`` the outlines laid over it, ``under`` the base map.
    """

    measure: str  # id of an indicator
    level: Level
    vintage: int  # of the outlines
    period: int
    against: Zone | None = None
    over: str = ""
    under: base_map.Picture | None = None
    limits: str = ""


@dataclass(frozen=True)
class Matter:
    """What answers a question: ``table`` holds every year of its zones, ``year`` the one drawn."""

    indicator: Indicator
    layer: Layer
    table: MaskedTable
    year: MaskedTable


@remembered
def offered(data: Workspace) -> dict[str, tuple[Level, ...]]:
    """Indicators, by theme, with the levels of which a zone on the map has a number."""
    found = {}
    for one in sorted(data.indicators(), key=lambda one: list(THEMES).index(one.theme)):
        frame = data.table(one).frame
        frame = frame[told(frame)]
        known = {level: set(codes) for level, codes in frame.groupby("level")["code"]}
        if levels := tuple(x for x in ORDER if known.get(str(x), set()) & _drawn(data, x)):
            found[one.id] = levels
    return found


@remembered
def _drawn(data: Workspace, level: Level) -> frozenset[str]:
    """The zones of a level that have outlines, in any generation."""
    layers = [one for one in map_base.grounds(data).layers if one.level == level]
    return frozenset(code for one in layers for code in one.spots)


def ask(data: Workspace) -> tuple[Question, str] | None:
    """What to show and how; none when no indicator has a number at any level it could show."""
    found = offered(data)
    if not found:
        return None
    with st.container(key="choix-carte"):
        first, second, third, fourth, fifth = st.columns([5, 3, 2, 3, 3], gap="small")
    with first:
        indicator = data.indicator(_measure(data, found))
    with second:
        level = selectors.level(found[indicator.id])
    periods = years(data, indicator.id, level)
    with third:
        period = selectors.year(year_words(data, indicator.id, level))
    with fourth:
        against = _against(data, indicator.id, period)
    with fifth:
        way = selectors.choose(WAY, "Présenter", list(WAYS), WAYS.__getitem__)
    return Question(indicator.id, level, periods[period], period, against), way


@remembered
def matter(data: Workspace, asked: Question) -> Matter:
    """The cells a question bears on."""
    indicator = data.indicator(asked.measure)
    layer = map_base.grounds(data).layer(asked.level, asked.vintage)
    if layer is None:
        raise ValueError(f"no outlines for {asked.level} {asked.vintage}")
    table = _near(data, indicator.id).where(level=str(asked.level))
    if asked.level.has_generations:  # two generations never make one series
        table = table.where(vintage=asked.vintage)
    return Matter(indicator, layer, table, table.where(period=asked.period))


@remembered
def picture(data: Workspace, asked: Question, zone: str) -> ZoneMap:
    """The map of what is asked, the chosen zone ringed."""
    about = matter(data, asked)
    indicator = about.indicator
    where = map_base.where_drawn(data, about.layer)
    when = about.year.moment(asked.period).told
    title = f"{indicator.title}, {asked.level.label}, {data.territory.label}, {when}"
    under = asked.under.address if asked.under else ""
    limits = map_limits.of(map_base.grounds(data), asked.limits)
    look = Look(title, indicator.unit, indicator.decimals, zone, under=under, limits=limits)
    if asked.over:
        pinned = map_pins.legend(data, asked.over, asked.period)
        pins = map_pins.pins(data, asked.over, asked.period)
        more = map_pins.published_legend(data, asked.over)
        look = replace(look, pins=pins, pinned=pinned, published=more)
    if indicator.is_count:
        every = _near(data, indicator.id).where(level=str(asked.level)).frame  # both generations
        return maps.counts(about.year, where, float(every[["value", "bound"]].max().max()), look)
    if asked.against is None:
        scale = classes.of_values(_near(data, indicator.id), indicator.decimals, indicator.unit)
        return maps.rates(about.year, where, scale, look)
    name = places.in_words(asked.against)
    reference = data.cell(indicator, asked.against, asked.period).value or 0.0
    scale = classes.of_gaps(reference, indicator.decimals, indicator.unit, name)
    return maps.gaps(about.year, where, scale, look)


@remembered
def _ready(data: Workspace, asked: Question, zone: str) -> Ready:
    return Ready(picture(data, asked, zone).figure)


@remembered
def _near(data: Workspace, measure: str) -> MaskedTable:
    """Without the far communes we compare ourselves with: they are on no map, move no colour."""
    table, place = data.table(data.indicator(measure)), data.territory
    far = {one.code for one in place.comparables}
    far -= {one.code for one in (place.commune, *place.neighbours, *place.epci_members)}
    return table.where(code=[one for one in table.frame["code"].unique() if one not in far])


def draw(
    data: Workspace, asked: Question, zone: str, *, key: str = PICTURE, half: bool = False
) -> None:
    """Show the picture, alone or as one of two; a click chooses the zone."""
    alt, layer = picture(data, asked, zone).alt, matter(data, asked).layer
    dense = "dense" if len(layer.spots) > strokes.FEW else "claire"
    kind = f"{dense}-plan" if layer.schematic else f"{dense}-terrain"
    kind += "-moitie" if half else ""
    height = min(TALL, round((HALF if half else WIDE) * maps.proportion(layer)))
    if choices.presenting():  # read from six metres: the map and its letters grow together
        kind, height = f"{kind}-projete", round(height * LARGER)
    name = f"carte-{kind}-{key}"
    st.html(_shape(name, maps.proportion(layer), height))
    with st.container(key=name, height=height, border=False):
        st.plotly_chart(
            _ready(data, asked, zone),
            theme=None,
            height="stretch",
            key=key,
            on_select=partial(_clicked, key),
            selection_mode="points",
            config=maps.CONFIG,
            alt=alt,
        )


def _shape(name: str, proportion: float, height: int) -> str:
    """The box of a picture has its shape at any width: no empty band, nothing to scroll."""
    return (
        f'<style>[data-testid="stLayoutWrapper"]:has(> .st-key-{name}) '
        f"{{ --ctg-shape: 1 / {proportion:.4f}; --ctg-tall: {height}px; }}</style>"
    )


def choose_zone(data: Workspace, asked: Question, *, clicked: bool = True) -> str:
    """The twin of the click, where there is one: every zone by its name; empty when none is."""
    spots = matter(data, asked).layer.spots
    names = {code: data.label(str(asked.level), code) for code in spots}
    options = ["", *fr.by_name(names, names.__getitem__)]
    every = "Toutes (cliquez sur la carte)" if clicked else "Toutes"
    return selectors.choose("zone", "Zone", options, lambda code: names.get(code, every))


def lay_over(data: Workspace, asked: Question) -> Question:
    """Ask which structures and limits to lay over the map, and whether to see streets under it."""
    layer = matter(data, asked).layer
    over = map_pins.ask(data, layer, asked.period)
    limits = map_limits.ask(map_base.grounds(data), layer)
    return replace(asked, over=over, limits=limits, under=map_base.ask(data, layer))


def show_card(data: Workspace, asked: Question, code: str) -> None:
    """What is known of the zone chosen, or how to choose one."""
    zone = next((one for one in data.territory.zones(asked.level) if one.code == code), None)
    if zone is None:
        st.html(
            '<p class="ctg-soft">Choisissez une zone sur la carte ou dans la liste : '
            "sa fiche s'ouvre ici.</p>"
        )
    else:
        st.html(zone_card.card_html(data, asked.measure, zone, asked.period))


def _clicked(key: str) -> None:
    points = st.session_state[key].selection.points
    if points and (code := points[0].get("location")):
        st.session_state["zone"] = code


def _measure(data: Workspace, found: dict[str, tuple[Level, ...]]) -> str:
    """The first rate known at the finest level, and by QPV if one is, opens the map."""
    order = list(found)
    rates = [one for one in order if not data.indicator(one).is_count] or order
    opening = min(rates, key=lambda one: (ORDER.index(found[one][0]), Level.QPV not in found[one]))
    names = {one: data.indicator(one) for one in order}
    return selectors.choose(
        MEASURE,
        "Indicateur",
        order,
        lambda one: f"{names[one].title} · {THEMES[names[one].theme]}",
        default=opening,
    )


@remembered
def years(data: Workspace, measure: str, level: Level) -> dict[int, int]:
    """Years with a number, latest first, and the generation of outlines of each year's figures."""
    frame = data.table(data.indicator(measure)).where(level=str(level)).frame
    drawn = frame["code"].isin(_drawn(data, level))
    shown = frame[told(frame) & drawn].groupby("period")["vintage"].max()
    made, found = map_base.grounds(data), {}
    for period in dating.newest_first(shown.index):
        if layer := made.layer(level, int(shown[period])):
            found[int(period)] = layer.vintage
    return found


@remembered
def year_words(data: Workspace, measure: str, level: Level) -> dict[int, str]:
    """The same years as they are said: « vers 2020 » where a comparison alone tells the year."""
    table = data.table(data.indicator(measure)).where(level=str(level))
    found = years(data, measure, level)
    return {
        one: table.moment(one).head if dating.is_known(one) else dating.label(one) for one in found
    }


@remembered
def references(data: Workspace, measure: str, period: int) -> dict[str, Zone]:
    """Places a rate can be compared with, by level: those with a number the same year.

    Not a nil one: a gap is told in shares of it.
    """
    indicator = data.indicator(measure)
    known = (data.territory.commune, *data.territory.references)
    return {
        str(one.level): one
        for one in known
        if not indicator.is_count and (data.cell(indicator, one, period).value or 0) > 0
    }


def same_reference(data: Workspace, asked: Question, period: int) -> Zone | None:
    """The place gaps are measured from, when it has a number another year."""
    if asked.against is None:
        return None
    return references(data, asked.measure, period).get(str(asked.against.level))


def _against(data: Workspace, measure: str, period: int) -> Zone | None:
    """Values, or gaps to a place; counts have no gap."""
    options = references(data, measure, period)
    gaps = {key: f"L'écart avec {places.in_words(one)}" for key, one in options.items()}
    words = {VALUES: "Les valeurs", **gaps}
    chosen = selectors.choose("vue", "Montrer", list(words), words.__getitem__)
    return options.get(chosen)
