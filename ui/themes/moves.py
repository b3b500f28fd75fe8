"""Évolution: what moved in a theme, all its indicators in one table, the main one drawn."""

from dataclasses import dataclass
from html import escape

from ctg_data import fr
from ctg_data.catalogue.themes import Theme
from ctg_data.diagnosis import reading, years_known
from ctg_data.diagnosis.theme import Fact
from ctg_data.diagnosis.years_known import Still
from ctg_data.documents import csv
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, states, tables
from ui.blocks.components import Block
from ui.charts import figures as charts
from ui.charts.base import Chart
from ui.state.memo import remembered
from ui.themes import choice as theme_choice
from ui.themes.blocks import only
from ui.themes.choice import Choice

LEAST_YEARS = 3  # fewer points make no line
FEW, MANY = 4, 7  # lines: a longer table is folded, under a picture and alone
HEADS = ("Avant", "Dernière année")
Line = tuple[str, Zone, tuple[int, ...]]  # an indicator by id, its place, the years compared


@dataclass(frozen=True)
class Drawn:
    """A rate over the years beside its reference, and its picture."""

    rows: MaskedTable
    chart: Chart


def moves(data: Workspace, choice: Choice) -> None:
    """What moved, in one sentence and in one table."""
    question = "Qu'est-ce qui a changé ?"
    if not _moved(data, choice):
        components.question(question, kind="Évolution", anchor="evolution")
        why = still(data, choice.theme)
        states.show(
            "empty",
            why.title,
            f"{fr.capital(why.text)} Une évolution demande deux années de la même série, pour le "
            "même lieu.",
        )
        return
    components.question(question, in_short(data, choice), kind="Évolution", anchor="evolution")
    components.show(_block(data, choice), "moves")


@remembered
def still(data: Workspace, theme: Theme) -> Still:
    """Which years are known, where nothing of the theme is known to have moved."""
    return years_known.still(data, theme.indicators())


def _moved(data: Workspace, choice: Choice) -> list[Fact]:
    """Facts with a year before: those that changed first, the judged ones before the others."""
    facts = [one for one in theme_choice.read(data, choice).facts if one.move]
    return sorted(facts, key=lambda one: (one.move.stable, not one.move.favourable))  # type: ignore[union-attr]


@remembered
def in_short(data: Workspace, choice: Choice) -> str:
    """How many moved for the better, for the worse, or not at all; nothing when none did."""
    moved = [one.move for one in _moved(data, choice) if one.move]
    if not moved:
        return ""
    senses = [one.favourable for one in moved if one.made]
    stable = sum(one.stable for one in moved)
    counted = [
        (senses.count(-1), "dans un sens défavorable"),
        (senses.count(1), "dans un sens favorable"),
        (stable, "sans changement au-delà des arrondis"),
        (senses.count(0) - stable, "sans qu'un sens soit meilleur que l'autre"),
        (len(moved) - len(senses), "dont l'évolution ne se calcule pas"),
    ]
    told = [f"{fr.number(count)} {words}" for count, words in counted if count]
    return f"{fr.plural(len(moved), 'indicateur')} sur deux années : {', '.join(told)}."


@remembered
def _block(data: Workspace, choice: Choice) -> Block:
    facts = _moved(data, choice)
    joined, file = _figures(data, choice.theme, tuple(map(_both_years, facts)))
    first, drawn = facts[0], _drawn(data, choice, facts)
    table = _table(data, facts, folded=len(facts) > (FEW if drawn else MANY))
    lecture = reading.lecture(first.indicator, first.place.label, first.cell, choice.reference.name)
    return Block(
        chart=drawn.chart if drawn else None,
        table=table if drawn else notes.folded(components.TABLE, table),
        notes=notes.notes_html(
            joined,
            lecture=lecture,
            scope="Celui de chaque indicateur, dit dans sa fiche.",
            remarks=[
                "« Favorable » et « défavorable » disent le sens que la fiche de l'indicateur "
                "donne à une hausse ; un nombre de personnes n'a pas de sens par lui-même.",
                reading.EXACT,
            ],
            beside=[drawn.rows] if drawn else [],
        ),
        file=file,
        file_name=csv.file_name(
            _title(choice.theme), data.territory.label, fictional=data.territory.fictional
        ),
    )


def _title(theme: Theme) -> str:
    return f"Évolutions, {theme.title}"


def _both_years(fact: Fact) -> Line:
    years = [fact.cell.period] + ([fact.before.period] if fact.before else [])
    return fact.indicator.id, fact.place, tuple(years)


@remembered
def _figures(data: Workspace, theme: Theme, lines: tuple[Line, ...]) -> tuple[MaskedTable, bytes]:
    """What moved, as one table and as its file: kept by places and years, whatever was chosen."""
    rows = [
        only(data.table(data.indicator(identifier)), [place]).where(period=list(years))
        for identifier, place, years in lines
    ]
    joined = rows[0].join(*rows[1:])
    return joined, csv.to_csv(joined, data.label, title=_title(theme), decimals=0)


def _table(data: Workspace, facts: list[Fact], *, folded: bool) -> str:
    body = [
        tables.row(
            escape(fr.spaced(one.indicator.title)),
            [_number(one.before, one), _number(one.cell, one)],
            [reading.judged(one.move) if one.move else ""],
            heads=[*HEADS, "Évolution"],
        )
        for one in facts
    ]
    caption = f"{data.territory.label}, les deux dernières années comparables de chaque indicateur"
    table = tables.frame_html(caption, ["Indicateur"], HEADS, ["Évolution"], body)
    if not folded:
        return table
    title = f"Les {fr.plural(len(body), 'évolution')}"
    return f'<details class="ctg-method"><summary>{title}</summary>{table}</details>'


def _number(cell: Cell | None, fact: Fact) -> str:
    if cell is None:
        return ""
    number = tables.cell_html(cell, fact.indicator.decimals)
    return f"{number} <small>({escape(cell.moment.told)})</small>"


def _drawn(data: Workspace, choice: Choice, facts: list[Fact]) -> Drawn | None:
    """The first rate with its reference over the years: counts are drawn in their section."""
    by_code = {one.indicator.code: one for one in facts}
    listed = [by_code[code] for code in choice.theme.figures if code in by_code]
    for one in (*listed, *facts):
        around = () if one.indicator.is_count else choice.reference.zones
        zones = (one.place, *(zone for zone in around if zone != one.place))
        if found := _series(data, one.indicator.id, zones):
            return found
    return None


@remembered
def _series(data: Workspace, identifier: str, zones: tuple[Zone, ...]) -> Drawn | None:
    """Some places over the years; nothing where only one is known, or too few years are."""
    indicator = data.indicator(identifier)
    rows = only(data.table(indicator), list(zones))
    known = set(rows.frame[rows.frame["value"].notna()]["code"])
    if len(known) < 2 or len(rows.years) < LEAST_YEARS:
        return None
    chart = charts.lines(
        rows,
        data.label,
        decimals=indicator.decimals,
        breaks=indicator.breaks,
        title=f"{indicator.title} ({indicator.unit})",
    )
    return Drawn(rows, chart)
