"""The card of one zone: where it lies, the indicator asked for and how it compares, the others."""

from html import escape

from ctg_data import fr
from ctg_data.catalogue.cards import Indicator
from ctg_data.diagnosis import bounded, reading
from ctg_data.model import Sign
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import places, tables
from ui.state.memo import remembered

OTHERS = 6


@remembered
def card_html(
    data: Workspace, measure: str, zone: Zone, period: int, *, brief: bool = False
) -> str:
    """The whole card, as HTML; ``brief`` keeps to the indicator asked for."""
    indicator = data.indicator(measure)
    cell = data.cell(indicator, zone, period)
    value = tables.figure_html(cell, indicator)
    exact = f"{bounded.how_exact(cell)}." if cell.bound_words else ""
    compared = "".join(
        f"<li>{escape(fr.spaced(one))}</li>" for one in _compared(data, indicator, zone, period)
    )
    others, hidden = ([], 0) if brief else _others(data, indicator, zone)
    return (
        f'<article class="ctg-zone"><h2>{escape(zone.label)}</h2>'
        f'<p class="ctg-where">{escape(where(data, zone))}</p>'
        f'<p class="ctg-what">{escape(fr.spaced(indicator.title))}, '
        f"{escape(fr.spaced(bounded.dated(indicator, cell)))}</p>"
        f'<p class="ctg-value">{value}</p><ul>{compared}</ul>{_soft(exact)}'
        f"{_list_html(others)}{_secrecy_html(hidden)}</article>"
    )


def _soft(text: str) -> str:
    return f'<p class="ctg-where">{escape(fr.spaced(text))}</p>' if text else ""


def where(data: Workspace, zone: Zone) -> str:
    """The nature of a zone and every commune it lies in."""
    names = [data.label("commune", code) for code in zone.communes if code != zone.code]
    nature = tables.nature(zone.level)
    if zone.level.has_generations:
        nature += f", contours de {zone.vintage}"
    return f"{nature} · {', '.join(names)}" if names else nature


def _compared(data: Workspace, indicator: Indicator, zone: Zone, period: int) -> list[str]:
    """Gaps to the commune and wider places of the same year; a count, to the commune only."""
    cell = data.cell(indicator, zone, period)
    if not cell.told:
        return []
    said = []
    wider = () if indicator.is_count else data.territory.references
    for other in (data.territory.commune, *wider):
        reference = data.cell(indicator, other, period)
        if reference.told and other.code != zone.code:
            said.append(reading.gap(cell, reference, places.in_words(other), indicator).text)
    none = (
        f"Rien {cell.moment.when} pour la commune ni pour les territoires plus larges : aucun "
        "écart n'est calculé."
    )
    return said or [none]


def _others(
    data: Workspace, asked: Indicator, zone: Zone
) -> tuple[list[tuple[str, str, str]], int]:
    """The latest number of other indicators, those of the same theme first; how many are hidden."""
    kept = [one for one in data.indicators() if one.id != asked.id and zone.level in one.levels]
    kept.sort(key=lambda one: (one.theme != asked.theme, one.is_count))
    shown, hidden = list[tuple[str, str, str]](), 0
    for one in kept:
        cell = data.cell(one, zone)
        if cell.told:
            words = reading.value_text(cell, one.decimals, one.unit)
            shown.append((one.title, words, cell.moment.told))
        hidden += cell.sign is Sign.SECRET
    return shown[:OTHERS], hidden


def _list_html(others: list[tuple[str, str, str]]) -> str:
    if not others:
        return ""
    body = "".join(
        f"<dt>{escape(fr.spaced(title))}</dt>"
        f"<dd>{escape(fr.spaced(words))} <small>{year}</small></dd>"
        for title, words, year in others
    )
    return f"<h3>Aussi dans cette zone</h3><dl>{body}</dl>"


def _secrecy_html(hidden: int) -> str:
    if not hidden:
        return ""
    verb = "couvert" if hidden < 2 else "couverts"
    many = fr.plural(hidden, "autre indicateur", "autres indicateurs")
    return f'<p class="ctg-where">{many} {verb} ici par le secret statistique (« s »).</p>'
