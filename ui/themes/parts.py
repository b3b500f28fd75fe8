"""What a theme's first figure is made of: its parts, here and in the references."""

from ctg_data.diagnosis import reading
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components
from ui.blocks.components import Block, View
from ui.blocks.tables import Layout
from ui.charts import figures as charts
from ui.state.memo import remembered
from ui.themes import choice as theme_choice
from ui.themes.blocks import only, place
from ui.themes.choice import Choice

QUESTION = "De quoi ce taux est-il fait ?"
TOLD = 2  # parts in the sentence; the picture has them all


@remembered
def codes(data: Workspace, choice: Choice) -> tuple[str, ...]:
    """The parts with a figure here."""
    facts = {one.indicator.code: one for one in theme_choice.read(data, choice).facts}
    known = [code for code in choice.theme.parts if facts[code].cell.told]
    return tuple(known) if len(known) > 1 else ()


@remembered
def block(data: Workspace, choice: Choice) -> Block:
    """The parts side by side, here and in the reference."""
    facts = {one.indicator.code: one for one in theme_choice.read(data, choice).facts}
    found = [facts[code] for code in codes(data, choice)]
    here, period = found[0].place, found[0].cell.period
    order = _shown(data, choice, here, [data.table(one.indicator) for one in found], period)
    tables = [only(data.table(one.indicator).where(period=period), order) for one in found]
    joined, indicator = tables[0].join(*tables[1:]), found[0].indicator
    words = {one.indicator.id: short(one.indicator.title) for one in found}
    caption = f"Parts du taux, {found[0].cell.moment.told}, en {indicator.unit}"
    chart = charts.parts(
        joined,
        data.label,
        decimals=indicator.decimals,
        variables=words,
        order=[place(one) for one in order],
        highlight=here.code,
        title=caption,
    )
    layout = Layout(
        caption=caption,
        columns="variable",
        heads=words,
        places=[place(one) for one in order],
        highlight=here.code,
    )
    remarks = ["Arrondies, les parts ne redonnent pas toujours le total."]
    return components.built(data, View(indicator, joined, layout, here, chart, period, remarks))


def _shown(
    data: Workspace, choice: Choice, here: Zone, tables: list[MaskedTable], period: int
) -> list[Zone]:
    """The place and the chosen reference; the others are one choice away."""
    known = [
        one
        for one in choice.reference.zones
        if any(table.cell(*place(one), period).told for table in tables)
    ]
    return [here, *(one for one in known if one != here)]


@remembered
def sentence(data: Workspace, choice: Choice) -> str:
    """The two main parts, each against the reference."""
    facts = {one.indicator.code: one for one in theme_choice.read(data, choice).facts}
    told = []
    for code in codes(data, choice)[:TOLD]:
        fact = facts[code]
        value = reading.value_text(fact.cell, fact.indicator.decimals)
        words = f"{short(fact.indicator.title)} : {value}"
        told.append(f"{words}, {fact.gap.text}" if fact.gap else words)
    return f"{' ; '.join(told)}."


def short(title: str) -> str:
    """The words after « Taux de couverture ».

    >>> short("Taux de couverture en accueil collectif (EAJE)")
    'Accueil collectif (EAJE)'
    """
    words = title.removeprefix("Taux de couverture ").removeprefix("en ").removeprefix("par ")
    words = words.removeprefix("les ").removeprefix("la ").removeprefix("l'")
    return words[:1].upper() + words[1:]
