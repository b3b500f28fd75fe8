"""Views of the page « Petite enfance »: places missing, children, need and offer by zone."""

from collections.abc import Sequence

from ctg_data import fr, reading
from ctg_data.cards import Indicator
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.model import Level
from ctg_data.territory import Zone
from ctg_data.workspace import Workspace
from ui import charts, components, places, selectors, states
from ui.components import Block, View
from ui.memo import remembered
from ui.tables import Layout
from ui.view_petite_enfance import Choice

MISSING, CHILDREN = "PE15", "PE01"
NEED, OFFER, RATIO = "PE02", "PE07", "PE14A"
MOST = 15  # bars of a chart; the table below has every zone


def missing(data: Workspace, choice: Choice) -> None:
    """Places to add to reach the reference, year by year."""
    indicator, name = data.indicator(MISSING), places.in_words(choice.reference)
    found = _over_time(data, MISSING, choice, name)
    if found is None:
        components.question(indicator.question)
        _awaited(indicator)
        return
    components.question(indicator.question, found[0])
    components.show(found[1], MISSING)


def children(data: Workspace, choice: Choice) -> None:
    """Children under three over time: the need behind every rate."""
    found = _over_time(data, CHILDREN, choice)
    if found is not None:  # else the view before this one has said how to get them
        components.question("Combien d'enfants de moins de 3 ans ?", found[0])
        components.show(found[1], CHILDREN)


@remembered
def _over_time(
    data: Workspace, code: str, choice: Choice, against: str = ""
) -> tuple[str, Block] | None:
    """The last year in a sentence, and every year in a block."""
    indicator, subject = data.indicator(code), choice.subject
    reference = (str(choice.reference.level), choice.reference.code) if against else None
    rows = _of(data.table(indicator, reference), subject)
    years = rows.periods
    if not years:
        return None
    cell = rows.cell(str(subject.level), subject.code, years[0])
    said = reading.lecture(indicator, subject.label, cell, against or reading.SOME_REFERENCE)
    span = f"{years[-1]}–{years[0]}" if len(years) > 1 else str(years[0])
    title = indicator.title.replace("une référence", against) if against else indicator.title
    caption = f"{title}, {subject.label}, {span} ({indicator.unit})"
    chart, remarks = None, []
    if len(years) > 1:
        chart = charts.lines(
            rows,
            data.label,
            decimals=indicator.decimals,
            breaks=indicator.breaks,
            zero=bool(against),
            title=caption,
        )
        remarks = [] if against else [charts.CUT_AXIS]
    view = View(
        indicator,
        rows,
        Layout(caption),
        subject,
        chart,
        years[0],
        remarks,
        against or reading.SOME_REFERENCE,
    )
    return said, components.built(data, view)


def zones(data: Workspace, choice: Choice) -> None:
    """Need and offer inside the commune: the full picture, or the need alone."""
    ratio, need = data.indicator(RATIO), data.indicator(NEED)
    main = ratio if _levels(data, RATIO) else need
    levels = _levels(data, main.code)
    title = "Et dans les quartiers ?"
    if not levels:
        components.question(title)
        _awaited(need)
        return
    components.question(title)
    level = selectors.zone_level(levels)
    said, block = _in_zones(data, main.code, level, choice)
    components.answer(said)
    components.show(block, "zones")
    if main is need:
        states.show(
            "awaited",
            "Places par quartier : non disponible",
            "Aucun registre national ouvert ne donne l'adresse des crèches et leurs places : "
            "elles viendront du registre des structures tenu par la collectivité.",
        )


@remembered
def _in_zones(data: Workspace, code: str, level: Level, choice: Choice) -> tuple[str, Block]:
    main = data.indicator(code)
    table = _newest(data.table(main).where(level=str(level)))
    return _spread(data, main, table), _zone_block(data, main, table, level, choice)


def _spread(data: Workspace, main: Indicator, table: MaskedTable) -> str:
    """From the least to the most, among zones that may be shown; the others are counted."""
    shown = [(level, code) for level, code in _ranked(table) if table.cell(level, code).value]
    zero = [one for one in _ranked(table) if table.cell(*one).value == 0]
    if len(shown) < 2:
        return ""
    most, least = shown[0], shown[-1]
    told = [
        f"{data.label(*one)}, {reading.value_text(table.cell(*one), main.decimals, main.unit)}"
        for one in (most, least)
    ]
    said = f"Le plus : {told[0]} ; le moins : {told[1]}."
    if zero:
        said += f" Aucune place dans {fr.plural(len(zero), 'quartier')} : "
        said += f"{', '.join(data.label(*one) for one in zero)}."
    return said


def _zone_block(
    data: Workspace, main: Indicator, table: MaskedTable, level: Level, choice: Choice
) -> Block:
    period = max(int(one) for one in table.frame["period"])
    found = [data.indicator(code) for code in (NEED, OFFER, RATIO)]
    found = [one for one in found if data.has_data(one)]
    sides = [_newest(data.table(one).where(level=str(level))) for one in found]
    joined = sides[0].join(*sides[1:])
    caption = f"{main.title}, {level.label}, {period}"
    ranked = _ranked(table)
    chart = charts.bars(
        table.where(code=[code for _, code in ranked[:MOST]]),
        data.label,
        decimals=main.decimals,
        title=caption,
    )
    layout = Layout(
        caption=caption,
        columns="variable",
        heads={one.id: one.title for one in found},
        places=ranked,
        decimals={one.id: one.decimals for one in found},
    )
    remarks = []
    if len(ranked) > MOST:
        remarks.append(f"Le graphique montre {MOST} zones sur {len(ranked)} ; le tableau, toutes.")
    if level is Level.QPV:
        vintage = max(int(one) for one in table.frame["vintage"])
        remarks.append(f"Contours {vintage} des quartiers prioritaires.")
    subject = _subject(data, table, level) or choice.subject
    view = View(main, joined, layout, subject, chart, period, remarks)
    return components.built(data, view)


def _awaited(indicator: Indicator) -> None:
    states.awaited(
        f"{indicator.title} : non disponible",
        "Ces chiffres ne sont pas fournis avec l'application : ils arrivent avec la première "
        "mise à jour, depuis les données publiques de la Cnaf et de l'Insee.",
    )


def _of(table: MaskedTable, zone: Zone) -> MaskedTable:
    return table.where(level=str(zone.level), code=zone.code)


@remembered
def _levels(data: Workspace, code: str) -> list[Level]:
    """Infra-communal levels with at least one number, QPV first."""
    table = data.table(data.indicator(code))
    order = (Level.QPV, Level.QUARTIER, Level.IRIS)
    return [one for one in order if table.where(level=str(one)).shown]


def _newest(table: MaskedTable) -> MaskedTable:
    """The last year of the last generation of boundaries that has numbers."""
    if not table.shown:
        return table
    frame = table.frame
    shown = frame[frame["value"].notna()]
    vintage = int(shown["vintage"].max())
    period = int(shown[shown["vintage"] == vintage]["period"].max())
    return table.where(vintage=vintage, period=period)


def _ranked(table: MaskedTable) -> Sequence[tuple[str, str]]:
    frame = table.frame.sort_values("value", ascending=False, na_position="last")
    return list(zip(frame["level"], frame["code"], strict=True))


def _subject(data: Workspace, table: MaskedTable, level: Level) -> Zone | None:
    """The zone of the reading sentence: the first one with a number."""
    shown = [code for (_, code) in _ranked(table) if table.cell(str(level), code).value is not None]
    return next((one for one in data.territory.zones(level) if one.code in shown[:1]), None)
