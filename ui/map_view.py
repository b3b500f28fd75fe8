"""The map of a territory's zones: what is asked of it, its picture and legend, the zone's card.

The zone chosen lives in a bound selectbox, which is also the way in for whoever does not click:
a new figure, another year, another indicator never lose it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from ctg_data import fr, reading
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.indicators import THEMES, Indicator
from ctg_data.model import Level
from ctg_data.territory import Zone
from ctg_data.workspace import Workspace
from geo import classes, ground, maps, strokes
from geo.ground import Layer
from geo.maps import Entry, Look, Place, ZoneMap
from ui import places, selectors, zone_card
from ui.chart_base import largest_first, rows

VALUES = "valeurs"
PICTURE = "plan"
WIDE, TALL = 768, 640  # pixels of the picture on a wide screen; map.css lowers it on a phone
ORDER = (Level.IRIS, Level.QPV, Level.QUARTIER, Level.COMMUNE)  # of the levels offered
SCHEMATIC = (
    "Plan schématique, dessiné à la main, sans échelle : ni la surface, ni la forme, ni les limites "
    "des zones ne sont vraies."
)


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
    with st.container(key=f"carte-{dense}", height=min(TALL, round(WIDE * maps.proportion(asked.layer))), border=False):
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
        st.html('<p class="ctg-soft">Choisissez une zone sur la carte ou dans la liste : sa fiche s\'ouvre ici.</p>')
    else:
        st.html(zone_card.card_html(data, asked.indicator, zone, asked.period))


def legend(asked: Question, drawn: ZoneMap) -> None:
    """Classes in words, with how many zones each holds."""
    unit = asked.indicator.unit_long
    head = escape(fr.spaced(f"{asked.indicator.title}, {asked.period}"))
    said = f"<p>{escape(fr.spaced(unit))}</p>" if not asked.indicator.is_count else ""
    if asked.layer.schematic:
        said += '<p class="ctg-schema">Schéma, sans échelle.</p>'
    body = "".join(_legend_line(one) for one in drawn.legend)
    kind = "ctg-legend discs" if any(one.size for one in drawn.legend) else "ctg-legend"
    st.html(
        f'<section class="{kind}" aria-label="Légende"><h2>{head}</h2>{said}<ul>{body}</ul></section>'
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


def _clicked() -> None:
    points = st.session_state[PICTURE].selection.points
    if points and (code := points[0].get("location")):
        st.session_state["zone"] = code


def _indicator(data: Workspace, order: Sequence[str], found: dict[str, Indicator]) -> str:
    """The first rate known at the finest level opens the map: that is what a map is for."""
    rates = [one for one in order if not found[one].is_count] or list(order)
    finest = min((levels(data, found[one])[0] for one in rates), key=ORDER.index)
    opening = next(one for one in rates if levels(data, found[one])[0] is finest)
    if st.session_state.get("indicateur") not in order:
        st.session_state.pop("indicateur", None)
    chosen = st.selectbox(
        "Indicateur",
        order,
        index=order.index(opening),
        format_func=lambda one: f"{found[one].title} · {THEMES[found[one].theme]}",
        key="indicateur",
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
