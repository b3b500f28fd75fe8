"""Où: one indicator zone by zone, in an order worth no more than the counts behind it."""

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import extremes, reading
from ctg_data.diagnosis.ranking import Ranking, Standing
from ctg_data.model import Level
from ctg_data.release.masked import MaskedTable
from ctg_data.workspace import Workspace
from ui.blocks import components, selectors, states
from ui.blocks.components import Block, View
from ui.blocks.tables import Layout, Place
from ui.charts import ranks as chart_ranks
from ui.charts.base import Chart
from ui.state.memo import remembered
from ui.themes import choice as theme_choice, zones as theme_zones
from ui.themes.blocks import subject_of
from ui.themes.choice import Choice
from ui.themes.zones import Asked

AROUND = "La commune et ses voisines"
NOUNS = {
    Level.QPV: ("quartier prioritaire", "quartiers prioritaires"),
    Level.QUARTIER: ("quartier", "quartiers"),
    Level.IRIS: ("IRIS", "IRIS"),
    Level.COMMUNE: ("commune", "communes"),
}
WHICH = {
    Level.QPV: "le quartier prioritaire",
    Level.QUARTIER: "le quartier",
    Level.IRIS: "l'IRIS",
    Level.COMMUNE: "la commune",
}
NAMED = 3  # zones named in a sentence; the table has them all
HOW = (
    "Le rang est une fourchette : celle que laissent les arrondis et les petits nombres de "
    "personnes (intervalle à 95 %). Deux zones dont les traits se chevauchent ne se classent pas."
)
BOUNDED = (
    "Une zone connue par une borne (« au moins », « au plus ») peut être n'importe où au-delà : "
    "son rang, et celui des zones qu'elle peut dépasser, sont des fourchettes."
)
AS_PUBLISHED = "Rang des chiffres tels qu'ils sont publiés ; leur marge n'est pas connue."


def where(data: Workspace, choice: Choice) -> None:
    """The reader's indicator and level, then the zones in order."""
    offered = theme_zones.offered(data, choice)
    if not offered:
        components.question(choice.theme.ou, kind="Où", anchor="ou")
        states.awaited(
            "Aucun chiffre sous la commune",
            "Le socle annuel de la CAF et le registre des structures diront où.",
            link=False,
        )
        return
    components.question(choice.theme.ou, kind="Où", anchor="ou")
    asked = _ask(data, choice, offered)
    bearing = theme_zones.bearing(data, choice, asked)
    components.answer(_sentence(data, bearing, asked))
    components.show(_block(data, bearing, asked), "where")


def _ask(data: Workspace, choice: Choice, offered: dict[str, tuple[Level, ...]]) -> Asked:
    with st.container(key="choix-ou"):
        left, right, _ = st.columns([3, 2, 1])
    with left:
        code = selectors.choose(
            "indicateur", "Indicateur", list(offered), lambda one: data.indicator(one).title
        )
    with right:
        levels = [str(one) for one in offered[code]]
        level = selectors.choose("niveau", "Échelle", levels, _level_name)
    return Asked(code, Level(level))


def _level_name(level: str) -> str:
    return AROUND if level == Level.COMMUNE else Level(level).label


@remembered
def in_short(data: Workspace, choice: Choice) -> str:
    """The same in one sentence, for the top of the page: the first indicator offered."""
    offered = theme_zones.offered(data, choice)
    if not offered:
        return ""
    code, levels = next(iter(offered.items()))
    asked = Asked(code, levels[0])
    said = _told(data, theme_zones.bearing(data, choice, asked), asked)
    figures = theme_choice.read(data, choice).figures
    if figures and figures[0].indicator.code == code:
        return said
    return f"{data.indicator(code).title} : {said[:1].lower()}{said[1:]}"


@remembered
def _sentence(data: Workspace, choice: Choice, asked: Asked) -> str:
    """Where figures stand apart, and how many zones cannot be placed."""
    found = theme_zones.ranked(data, choice, asked)
    told = _told(data, choice, asked)
    hidden = len(found.masked)
    if hidden:
        verb = "est masqué" if asked.level is not Level.COMMUNE else "est masquée"
        verb = verb if hidden < 2 else verb.replace("est", "sont") + "s"
        told += f" {fr.plural(hidden, *NOUNS[asked.level])} {verb}, sans rang."
    return told


@remembered
def _told(data: Workspace, choice: Choice, asked: Asked) -> str:
    """Which zones stand apart from the commune for sure, or else the two ends."""
    indicator, found = data.indicator(asked.code), theme_zones.ranked(data, choice, asked)
    name, base = theme_zones.base(data, choice, asked)
    year = fr.capital(theme_zones.table(data, choice, asked).last.when)
    if base is None:
        return f"{year}, selon {WHICH[asked.level]}, {_ends(data, indicator, found)}"
    value = reading.value_text(base, indicator.decimals)
    return f"{year}, {_apart(data, asked, found, name, value)}"


def _apart(data: Workspace, asked: Asked, found: Ranking, name: str, value: str) -> str:
    indicator, total = data.indicator(asked.code), len(found.standings)
    worse = -indicator.favourable or 1
    far = [one for one in found.standings if one.side == worse]
    side = "au-dessus" if worse > 0 else "au-dessous"
    side = f"nettement {side}" if found.counted else side
    one, several = NOUNS[asked.level]
    if not far:
        female = "e" if asked.level is Level.COMMUNE else ""
        return (
            f"aucun{female} {one} n'est {side} {fr.of(name)} ({value}), sur {fr.number(total)} "
            f"connu{female}s{_why_none(found)}."
        )
    verb = "est" if len(far) < 2 else "sont"
    listed = ", ".join(_named(data, indicator, this) for this in far[:NAMED])
    others = len(far) - NAMED
    more = f" et {fr.plural(others, 'autre')}" if others > 0 else ""
    among = " (la commune et ses voisines)" if asked.level is Level.COMMUNE else ""
    return (
        f"{fr.plural(len(far), one, several)} sur {fr.number(total)}{among} {verb} {side} "
        f"{fr.of(name)} ({value}) : {listed}{more}."
    )


def _why_none(found: Ranking) -> str:
    """What keeps zones from standing apart: bounds, else how few people are counted."""
    if found.bounded:
        return f", dont {fr.number(found.bounded)} par une borne"
    return ", vu les petits nombres en jeu" * found.counted


def _ends(data: Workspace, indicator: Indicator, found: Ranking) -> str:
    known = [
        extremes.known(data.label(*one.place), one.cell, _text(one, indicator))
        for one in found.standings
    ]
    total = len(known) + len(found.masked) + len(found.missing)
    return f"{extremes.told(known, total)}."


def _text(one: Standing, indicator: Indicator, unit: bool = True) -> str:
    """A figure or a bound, as a cell prints it."""
    return reading.value_text(one.cell, indicator.decimals, indicator.unit if unit else "")


def _named(data: Workspace, indicator: Indicator, one: Standing) -> str:
    return f"{data.label(*one.place)} ({_text(one, indicator, unit=False)})"


def _chart(data: Workspace, choice: Choice, asked: Asked, caption: str) -> Chart:
    indicator = data.indicator(asked.code)
    name, base = theme_zones.base(data, choice, asked)
    return chart_ranks.ranks(
        theme_zones.table(data, choice, asked),
        theme_zones.ranked(data, choice, asked),
        data.label,
        decimals=indicator.decimals,
        favourable=indicator.favourable,
        reference=(name, base) if base else None,
        title=caption,
    )


@remembered
def _block(data: Workspace, choice: Choice, asked: Asked) -> Block:
    indicator, table = data.indicator(asked.code), theme_zones.table(data, choice, asked)
    found, when = theme_zones.ranked(data, choice, asked), table.last
    caption = f"{indicator.title}, {_level_name(asked.level)}, {when.told} ({indicator.unit})"
    chart = _chart(data, choice, asked, caption)
    joined, heads, decimals = _columns(data, choice, asked, table)
    order = [one.place for one in found.standings]
    apart = fr.by_name((*found.masked, *found.missing), lambda one: data.label(*one))
    layout = Layout(
        caption=caption,
        columns="variable",
        heads=heads,
        places=[*order, *apart],
        measures=_ranks(data, found, apart),
        highlight=data.territory.commune.code,
        decimals=decimals,
    )
    subject = subject_of(data, table, asked.level) or data.territory.commune
    remarks = _remarks(asked, table, found)
    view = View(indicator, joined, layout, subject, chart, when.period, remarks)
    return components.built(data, view)


def _columns(
    data: Workspace, choice: Choice, asked: Asked, table: MaskedTable
) -> tuple[MaskedTable, dict[str, str], dict[str, int]]:
    """The indicator, then the need and the offer it is made of, when cards tell them alone."""
    indicator = data.indicator(asked.code)
    made_of = [
        one
        for one in data.indicators(choice.theme.id)
        if one is not indicator and one.compute.as_published in indicator.compute.operands
    ]
    period, codes = table.last.period, list(table.frame["code"])
    sides = [
        rows
        for one in made_of
        if (rows := data.table(one).where(level=str(asked.level), code=codes, period=period)).shown
    ]
    told = {one.id for side in sides for one in made_of if one.id in set(side.frame["variable"])}
    columns = [indicator, *(one for one in made_of if one.id in told)]
    heads = {one.id: one.title for one in columns}
    return table.join(*sides), heads, {one.id: one.decimals for one in columns}


def _ranks(data: Workspace, found: Ranking, apart: list[Place]) -> dict[str, dict[Place, str]]:
    ranks = {one.place: one.rank for one in found.standings}
    return {"rang": ranks | dict.fromkeys(apart, "non classée")}


def _remarks(asked: Asked, table: MaskedTable, found: Ranking) -> list[str]:
    told = [HOW if found.counted else AS_PUBLISHED]
    if asked.level is Level.QPV:
        vintage = max(int(one) for one in table.frame["vintage"])
        told.append(f"Contours {vintage} des quartiers prioritaires.")
    if found.missing:
        told.append(f"{fr.plural(len(found.missing), 'zone')} sans donnée publiée.")
    if found.bounded:
        told.append(BOUNDED)
    return told
