"""One indicator of a theme, drawn as what is known of it asks for.

A rate of the commune stands beside its references; a count is followed over the years; what is
known below the commune only is shown zone by zone.
"""

from dataclasses import replace

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import bounded, extremes, reading, theme as diagnosis
from ctg_data.diagnosis.theme import LATEST, Fact, Reach
from ctg_data.model import Level
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components
from ui.blocks.components import Block, View
from ui.blocks.tables import Layout, Place
from ui.charts import figures as charts
from ui.state.memo import remembered
from ui.themes import choice as theme_choice
from ui.themes.choice import Choice

MOST = 15  # bars of a chart; the table below has every zone
FROM_ZERO = 100  # smaller figures are drawn from zero: one more is no cliff
SIDES = {1: "au-dessus", -1: "au-dessous", 0: "non calculé"}  # of what is known by a bound
FEW_YEARS = 2  # fewer points than three make no line


def block(data: Workspace, choice: Choice, code: str) -> Block:
    """The picture, the table and the words of one indicator."""
    return _block(data, _bearing(data, choice, code), code)


def _bearing(data: Workspace, choice: Choice, code: str) -> Choice:
    """What of a choice bears on a block: nobody is a reference for a count, nor for zones.

    A year that shows what the last one shows is the last one.
    """
    indicator, last = data.indicator(code), replace(choice, year=LATEST)
    fact, latest = _fact(data, choice, code), _fact(data, last, code)
    by_zone = fact.reach is Reach.ZONES
    if choice.year not in _years(data, fact) if by_zone else fact.cell == latest.cell:
        choice = last
    if indicator.compute.against_reference or not (indicator.is_count or by_zone):
        return choice
    return replace(choice, reference=next(iter(theme_choice.references(data).values())))


def _years(data: Workspace, fact: Fact) -> list[int]:
    """Years known below the commune, where an indicator is known there only."""
    level = diagnosis.zone_levels(data, fact.indicator)[0]
    return data.table(fact.indicator).where(level=str(level)).periods


@remembered
def _block(data: Workspace, choice: Choice, code: str) -> Block:
    fact = _fact(data, choice, code)
    if fact.reach is Reach.ZONES:
        return _zones(data, choice, fact)
    table = diagnosis.table_of(data, fact.indicator, choice.reference)
    beside = _beside(data, choice, fact, table)
    if fact.indicator.is_count or len(beside) < FEW_YEARS:
        return _over_time(data, choice, fact, table)
    return _against(data, choice, fact, beside)


@remembered
def sentence(data: Workspace, choice: Choice, code: str) -> str:
    """What the indicator says here: value, gap, evolution."""
    fact = _fact(data, choice, code)
    if fact.reach is Reach.ZONES:
        return _spread(data, choice, fact)
    reference = choice.reference
    base = reference.cell(data, fact.indicator, fact.cell.period)
    names = [(reference.name, base)] if fact.gap else []
    if fact.indicator.compute.against_reference:
        names = [(theme_choice.shortfall_of(data, reference), base)]
    said = reading.answer(fact.indicator, fact.place.label, fact.cell, names)
    if fact.move is None:
        return said
    return f"{said} {fact.move.text[:1].upper()}{fact.move.text[1:]}."


def _fact(data: Workspace, choice: Choice, code: str) -> Fact:
    facts = theme_choice.read(data, choice).facts
    return next(one for one in facts if one.indicator.code == code)


def place(zone: Zone) -> Place:
    """Where a zone stands in a table."""
    return str(zone.level), zone.code


def only(table: MaskedTable, zones: list[Zone]) -> MaskedTable:
    """The rows of some places, in their order; a code may serve at two levels."""
    parts = [table.where(level=str(one.level), code=one.code) for one in zones]
    return parts[0].join(*parts[1:])


def _beside(data: Workspace, choice: Choice, fact: Fact, table: MaskedTable) -> list[Zone]:
    """The place, then each reference with a figure that year."""
    year = table.where(period=fact.cell.period)
    around = theme_choice.wider(data, choice, fact.place)
    known = [one for one in around if year.cell(*place(one)).told]
    return [fact.place, *known]


def _against(data: Workspace, choice: Choice, fact: Fact, order: list[Zone]) -> Block:
    """A rate and its references, the chosen one as a line."""
    indicator, period = fact.indicator, fact.cell.period
    table = only(data.table(indicator).where(period=period), order)
    line = choice.reference.zone if choice.reference.zone in order[1:] else None
    caption = f"{indicator.title}, {fact.cell.moment.told}, en {indicator.unit}"
    drawn = [one for one in order if one != line]
    chart = charts.bars(
        only(table, drawn),
        data.label,
        decimals=indicator.decimals,
        highlight=fact.place.code,
        reference=only(table, [line]) if line else None,
        title=caption,
    )
    layout = Layout(
        caption=caption,
        heads={str(period): indicator.unit},
        places=[place(one) for one in order],
        measures=gaps(data, choice, indicator, table, order),
        highlight=fact.place.code,
    )
    return components.built(data, View(indicator, table, layout, fact.place, chart, period))


def gaps(
    data: Workspace, choice: Choice, indicator: Indicator, table: MaskedTable, zones: list[Zone]
) -> dict[str, dict[Place, str]]:
    """The column of gaps, in points or in the unit of the rate, between exact figures.

    With a bound there is no amount: the side, where it is sure.
    """
    period = table.last.period
    base = choice.reference.cell(data, indicator, period)
    told = {}
    for one in zones:
        cell = table.cell(*place(one), period)
        if one == choice.reference.zone or not base.told or not cell.told:
            continue
        if cell.value is None or base.value is None:
            told[place(one)] = SIDES[bounded.side(cell, base)]
        else:
            away = cell.value - base.value
            told[place(one)] = fr.number(away, indicator.decimals, signed=True)
    unit = reading.step(indicator.unit)
    return {f"écart avec {choice.reference.name}, en {unit}": told} if told else {}


def _over_time(data: Workspace, choice: Choice, fact: Fact, table: MaskedTable) -> Block:
    """A count, or a rate known here alone, year by year."""
    indicator = fact.indicator
    rows = only(table, [fact.place])
    known = rows.years
    span = f"{known[-1]}–{known[0]}" if len(known) > 1 else fact.cell.moment.told
    shortfall = indicator.compute.against_reference
    against = reading.SOME_REFERENCE
    if shortfall:
        against = theme_choice.shortfall_of(data, choice.reference)
    title = indicator.title.replace("une référence", against) if shortfall else indicator.title
    caption = f"{title}, {fact.place.label}, {span} ({indicator.unit})"
    chart, values = None, set(rows.frame["value"].dropna())
    if len(known) > FEW_YEARS and len(values) > 1:
        zero = shortfall or max(values) < FROM_ZERO
        chart = charts.lines(
            rows,
            data.label,
            decimals=indicator.decimals,
            breaks=indicator.breaks,
            zero=zero,
            title=caption,
        )
    remarks = [charts.CUT_AXIS] if chart and not zero else []
    view = View(
        indicator, rows, Layout(caption), fact.place, chart, fact.cell.period, remarks, against
    )
    return components.built(data, view)


def _zones(data: Workspace, choice: Choice, fact: Fact) -> Block:
    """What is known below the commune only, zone by zone."""
    indicator = fact.indicator
    level, table, _ = _known(data, choice, fact)
    ranked = ordered(table)
    period = table.last.period
    caption = f"{indicator.title}, {level.label}, {table.last.told} ({indicator.unit})"
    chart = charts.bars(
        table.where(code=[code for _, code in ranked[:MOST]]),
        data.label,
        decimals=indicator.decimals,
        title=caption,
    )
    subject = subject_of(data, table, level) or fact.place
    view = View(
        indicator,
        table,
        Layout(caption, places=ranked, heads={str(period): indicator.unit}),
        subject,
        chart,
        period,
        zone_remarks(table, level, len(ranked)),
    )
    return components.built(data, view)


def ordered(table: MaskedTable) -> list[Place]:
    """Figures from the largest, then bounds, then the others: a hidden one is never ranked."""
    frame = table.frame
    frame = frame.sort_values(
        ["value", "bound", "code"], ascending=[False, False, True], na_position="last"
    )
    return list(zip(frame["level"], frame["code"], strict=True))


def subject_of(data: Workspace, table: MaskedTable, level: Level) -> Zone | None:
    """The zone of the reading sentence: the first one with a number."""
    shown = [code for _, code in ordered(table) if table.cell(str(level), code).told]
    return next((one for one in data.territory.zones(level) if one.code in shown[:1]), None)


def zone_remarks(table: MaskedTable, level: Level, count: int) -> list[str]:
    """What must be known of zones: how many are drawn, which boundaries."""
    told = []
    if count > MOST:
        told.append(f"Le graphique montre {MOST} zones sur {count} ; le tableau, toutes.")
    if level is Level.QPV:
        vintage = max(int(one) for one in table.frame["vintage"])
        told.append(f"Contours {vintage} des quartiers prioritaires.")
    return told


def _spread(data: Workspace, choice: Choice, fact: Fact) -> str:
    """From the most to the least among zones that may be shown."""
    indicator = fact.indicator
    _, table, shown = _known(data, choice, fact)
    known = [
        extremes.known(
            data.label(*one),
            cell,
            reading.value_text(cell, indicator.decimals, indicator.unit),
        )
        for one in shown
        if (cell := table.cell(*one))
    ]
    ends = extremes.told(known, len(table), extremes.LARGEST)
    return fr.capital(f"{table.last.when}, {ends}.")


def extent(data: Workspace, choice: Choice, code: str) -> str:
    """The same in a few words, for a folded indicator."""
    return _extent(data, _bearing(data, choice, code), code)


@remembered
def _extent(data: Workspace, choice: Choice, code: str) -> str:
    fact = _fact(data, choice, code)
    level, table, shown = _known(data, choice, fact)
    cells = [table.cell(*one) for one in shown]
    low, high = cells[-1], cells[0]
    decimals, unit = fact.indicator.decimals, fact.indicator.unit
    if len(shown) < 2:
        return f"{reading.value_text(high, decimals, unit)} ({level.label}, {high.moment.told})"
    if bounds := sum(bool(one.bound_words) for one in cells):
        known = f"{fr.number(len(cells))}{fr.WIDE}zones connues"
        return (
            f"{known}, dont {fr.number(bounds)} par une borne ({level.label}, {high.moment.told})"
        )
    first = reading.value_text(low, decimals)
    last = reading.value_text(high, decimals, unit)
    return f"de {first} à {last} ({level.label}, {high.moment.told})"


def _known(data: Workspace, choice: Choice, fact: Fact) -> tuple[Level, MaskedTable, list[Place]]:
    """The first level with figures, its last year, and its shown zones in order."""
    level = diagnosis.zone_levels(data, fact.indicator)[0]
    rows = data.table(fact.indicator).where(level=str(level))
    table = diagnosis.newest(rows, choice.year)
    return level, table, [one for one in ordered(table) if table.cell(*one).told]
