"""Views of the page « Petite enfance »: coverage, its parts, the neighbours.

The commune's own rate when it is published, else that of its intercommunalité, and said so.
"""

from dataclasses import dataclass

from ctg_data import fr, reading
from ctg_data.cards import Indicator
from ctg_data.disclosure.masked import MaskedTable
from ctg_data.model import Level
from ctg_data.territory import Zone
from ctg_data.workspace import Workspace
from ui import charts, components, places, selectors, states
from ui.components import Block, View
from ui.memo import remembered
from ui.tables import Layout, Place

RATE = "PE11"
PARTS = ("PE12", "PE13A", "PE13B", "PE11A")


@dataclass(frozen=True)
class Choice:
    """What the page is about: a place, a year, a reference."""

    subject: Zone
    reference: Zone
    period: int


def choose(data: Workspace) -> Choice | None:
    """The reader's reference and year; none when no rate is known for this territory."""
    indicator = data.indicator(RATE)
    subject = next(
        (one for one in (data.territory.commune, data.territory.epci) if _years(data, one)), None
    )
    if subject is None:
        states.awaited(
            f"{indicator.title} : non disponible",
            "La Cnaf le publie pour les communes de plus de 10 000 habitants et pour toutes les "
            "intercommunalités. Il arrive avec la première mise à jour.",
        )
        return None
    if subject.level is not Level.COMMUNE:
        states.show(
            "empty",
            "Pas de taux publié pour la commune",
            "La Cnaf ne le publie qu'au-dessus de 10 000 habitants : cette page décrit "
            f"{places.in_words(subject)}.",
        )
    reference, period = selectors.reference_and_year(data, _years(data, subject), subject)
    return Choice(subject, reference, period)


def answer(data: Workspace, choice: Choice) -> None:
    """The answer of the page: the commune against the reference, then who stands below it."""
    components.lead(_answer(data, choice))


@remembered
def _answer(data: Workspace, choice: Choice) -> str:
    indicator = data.indicator(RATE)
    table = _of_year(data, indicator, choice.period)
    base = table.cell(*_place(choice.reference))
    name = places.in_words(choice.reference)
    cell = table.cell(*_place(choice.subject))
    told = [reading.answer(indicator, choice.subject.label, cell, [(name, base)])]
    communes = table.where(level=str(Level.COMMUNE))
    published = set(communes.frame["code"])
    order = [one for one in data.territory.zones(Level.COMMUNE) if one.code in published]
    if communes.shown > 1:
        told.append(_below(communes, table, choice, order))
    return " ".join(told)


def coverage(data: Workspace, choice: Choice) -> None:
    """The rate against every reference."""
    components.question(data.indicator(RATE).question)
    components.show(_coverage(data, choice), "coverage")


@remembered
def _coverage(data: Workspace, choice: Choice) -> Block:
    indicator = data.indicator(RATE)
    table = _of_year(data, indicator, choice.period)
    order = [choice.subject, *_wider(data, choice.subject)]
    shown = _only(table, order)
    caption = f"{indicator.title}, {choice.period}, en {indicator.unit}"
    chart = charts.bars(
        _only(shown, [one for one in order if one != choice.reference]),
        data.label,
        decimals=indicator.decimals,
        highlight=choice.subject.code,
        reference=_only(shown, [choice.reference]),
        title=caption,
    )
    layout = Layout(
        caption=caption,
        heads={str(choice.period): indicator.unit},
        places=[_place(one) for one in order],
        measures=_gaps(shown, order, choice, indicator),
        highlight=choice.subject.code,
    )
    view = View(indicator, shown, layout, choice.subject, chart, choice.period)
    return components.built(data, view)


def parts(data: Workspace, choice: Choice) -> None:
    """What the offer is made of, here and in the references."""
    block = _parts(data, choice)
    if block is not None:
        components.question("De quoi cette offre est-elle faite ?", _parts_answer(data, choice))
        components.show(block, "parts")


@remembered
def _parts(data: Workspace, choice: Choice) -> Block | None:
    order = [choice.subject, *_wider(data, choice.subject)]
    found = [data.indicator(code) for code in PARTS]
    tables = [_only(_of_year(data, one, choice.period), order) for one in found]
    joined = tables[0].join(*tables[1:])
    if not joined.shown:
        return None
    indicator = data.indicator(PARTS[0])
    words = {one.id: _short(one.title) for one in found}
    caption = f"Taux de couverture par mode d'accueil, {choice.period}, en {indicator.unit}"
    chart = charts.parts(
        joined,
        data.label,
        decimals=indicator.decimals,
        variables=words,
        order=[_place(one) for one in order],
        highlight=choice.subject.code,
        title=caption,
    )
    layout = Layout(
        caption=caption,
        columns="variable",
        heads=words,
        places=[_place(one) for one in order],
        highlight=choice.subject.code,
    )
    remarks = ["Arrondies à 0,1, les parts ne redonnent pas toujours le taux global."]
    view = View(indicator, joined, layout, choice.subject, chart, choice.period, remarks)
    return components.built(data, view)


def neighbours(data: Workspace, choice: Choice) -> None:
    """The commune and its neighbours, in points around the reference."""
    block = _neighbours(data, choice)
    if block is not None:
        components.question("Où, autour, l'offre est-elle plus rare ?")
        components.show(block, "neighbours")


@remembered
def _neighbours(data: Workspace, choice: Choice) -> Block | None:
    indicator = data.indicator(RATE)
    around = list(data.territory.zones(Level.COMMUNE))
    table = _only(_of_year(data, indicator, choice.period), [*around, choice.reference])
    communes = table.where(level=str(Level.COMMUNE))
    if communes.shown < 2:
        return None
    published = set(communes.frame["code"])
    order = [one for one in around if one.code in published]
    caption = f"Écart avec {choice.reference.label}, {choice.period}, en points ({indicator.unit})"
    chart = charts.gaps(
        table,
        data.label,
        reference=_place(choice.reference),
        decimals=indicator.decimals,
        highlight=choice.subject.code,
        title=caption,
    )
    ranked = _ranked(communes, order)
    layout = Layout(
        caption=f"{indicator.title}, {choice.period}, communes dont le taux est publié",
        heads={str(choice.period): indicator.unit},
        places=[_place(one) for one in ranked],
        measures=_gaps(table, ranked, choice, indicator),
        highlight=choice.subject.code,
    )
    absent = len(around) - len(order)
    remarks = [
        f"{fr.plural(absent, 'commune voisine', 'communes voisines')} sans taux publié : la Cnaf "
        "ne le publie qu'au-dessus de 10 000 habitants."
    ] * bool(absent)
    view = View(indicator, table, layout, choice.subject, chart, choice.period, remarks)
    return components.built(data, view)


@remembered
def _years(data: Workspace, zone: Zone) -> list[int]:
    rows = data.table(data.indicator(RATE))
    return rows.where(level=str(zone.level), code=zone.code).periods


def _of_year(data: Workspace, indicator: Indicator, period: int) -> MaskedTable:
    return data.table(indicator).where(period=period)


def _place(zone: Zone) -> Place:
    return str(zone.level), zone.code


def _wider(data: Workspace, subject: Zone) -> list[Zone]:
    return [one for one in data.territory.references if one != subject]


def _only(table: MaskedTable, zones: list[Zone]) -> MaskedTable:
    """The rows of some places, in their order; a code may serve at two levels."""
    parts = [table.where(level=str(one.level), code=one.code) for one in zones]
    return parts[0].join(*parts[1:])


def _gaps(
    table: MaskedTable, zones: list[Zone], choice: Choice, indicator: Indicator
) -> dict[str, dict[Place, str]]:
    """The column of gaps, in points, between printed figures: a reader may subtract."""
    base = table.cell(*_place(choice.reference), choice.period)
    told = {}
    for one in zones:
        cell = table.cell(*_place(one))
        if one != choice.reference and base.value is not None and cell.value is not None:
            size = round(cell.value, indicator.decimals) - round(base.value, indicator.decimals)
            told[_place(one)] = fr.number(size, indicator.decimals, signed=True)
    return {f"écart avec {places.in_words(choice.reference)}, en points": told}


@remembered
def _parts_answer(data: Workspace, choice: Choice) -> str:
    """The two main parts, each against the reference."""
    name, told = places.in_words(choice.reference), []
    for code in PARTS[:2]:
        indicator = data.indicator(code)
        table = _of_year(data, indicator, choice.period)
        cell, base = table.cell(*_place(choice.subject)), table.cell(*_place(choice.reference))
        if cell.value is not None and base.value is not None:
            move = reading.gap(cell, base, name, indicator)
            told.append(f"{_short(indicator.title)} : {move.text}")
    return fr.spaced(" ; ".join(told) + "." if told else "")


def _short(title: str) -> str:
    """The words after « Taux de couverture »: « en accueil collectif (EAJE) »."""
    words = title.removeprefix("Taux de couverture ").removeprefix("en ").removeprefix("par ")
    words = words.removeprefix("les ").removeprefix("la ").removeprefix("l'")
    return words[:1].upper() + words[1:]


def _ranked(table: MaskedTable, zones: list[Zone]) -> list[Zone]:
    values = {one: table.cell(*_place(one)).value for one in zones}
    return sorted(zones, key=lambda one: (values[one] is None, -(values[one] or 0.0)))


def _below(communes: MaskedTable, table: MaskedTable, choice: Choice, zones: list[Zone]) -> str:
    base = table.cell(*_place(choice.reference)).value
    name = places.in_words(choice.reference)
    if base is None:
        return ""
    known = [(one, communes.cell(*_place(one)).value) for one in zones]
    below = [(one, base - value) for one, value in known if value is not None and value < base]
    shown = sum(value is not None for _, value in known)
    if not below:
        return fr.spaced(f"Des {shown} communes connues, aucune n'est au-dessous {fr.of(name)}.")
    far, size = max(below, key=lambda pair: pair[1])
    verb = "est" if len(below) < 2 else "sont"
    return fr.spaced(
        f"{fr.plural(len(below), 'commune')} sur {shown} {verb} au-dessous {fr.of(name)} ; la plus "
        f"éloignée est {far.label}, à {fr.with_unit(size, 'points', 1)}."
    )
