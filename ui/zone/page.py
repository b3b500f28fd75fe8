"""Views of the page « Fiche de zone »: one place, its indicators, those that resemble it."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.cards import THEMES, Indicator
from ctg_data.dating import proofs_text
from ctg_data.diagnosis import bounded, profile, reading
from ctg_data.diagnosis.profile import SIZE, Line, Profile
from ctg_data.model import AS_TOLD, Level
from ctg_data.release.masked import Cell, MaskedTable
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, places, selectors, sparkline, states, tables, zone_card
from ui.state.memo import remembered

ORDER = (Level.COMMUNE, *AS_TOLD)
HEADS = ["Valeur", "Au fil des ans"]
WORDS = ["Comparaison", "Évolution"]
COMPARED = 12  # indicators of the table of lookalikes


def choose(data: Workspace) -> Zone:
    """Any place of the territory, the commune unless told."""
    left, _ = st.columns([2, 3])
    with left:
        return selectors.zone(data, _offered(data))


@remembered
def _offered(data: Workspace) -> list[Zone]:
    place = data.territory
    return [
        one
        for level in ORDER
        for one in fr.by_name(place.zones(level), places.full_name)
        if one not in place.neighbours
    ]


@remembered
def found(data: Workspace, zone: Zone) -> Profile:
    """The profile of a zone, against the commune; of the commune, against its intercommunalité."""
    place = data.territory
    reference = place.epci if zone.code == place.commune.code else place.commune
    return profile.profile(data, zone, reference, places.in_words(reference))


def answer(data: Workspace, zone: Zone) -> None:
    """What is known of the zone, in two sentences."""
    st.html(f'<p class="ctg-soft">{escape(zone_card.where(data, zone))}</p>')
    components.lead(_answer(data, zone))


@remembered
def _answer(data: Workspace, zone: Zone) -> str:
    known = found(data, zone)
    size = data.indicator(SIZE)
    told = [reading.answer(size, zone.label, data.cell(size, zone))]
    shown = sum(line.cell.told for line in known.lines)
    told.append(f"{fr.plural(shown, 'indicateur est montré', 'indicateurs sont montrés')} ici")
    if known.hidden:
        covered = "est couvert" if known.hidden < 2 else "sont couverts"
        told[-1] += f", {known.hidden} {covered} par le secret statistique (« s »)"
    if known.unavailable:
        told[-1] += f", {known.unavailable} {_not_available(known.unavailable)} (« n.d. »)"
    if known.absent:
        missing = "n'est pas publié" if known.absent < 2 else "ne sont pas publiés"
        told[-1] += f", {known.absent} {missing} à cette échelle ou restent attendus"
    return f"{told[0]} {told[1]}."


def _not_available(count: int) -> str:
    return "n'est pas disponible" if count < 2 else "ne sont pas disponibles"


def alerts(data: Workspace, zone: Zone) -> None:
    """What is unfavourable here and getting worse."""
    known = found(data, zone)
    worst = [line for line in known.lines if line.worrying]
    components.question("Qu'est-ce qui appelle l'attention ?", _alerts_sentence(known, worst))
    if worst:
        st.html(
            '<ul class="ctg-rules">'
            + "".join(
                f"<li><strong>{escape(fr.spaced(line.indicator.title))}</strong> : "
                f"{escape(fr.spaced(f'{_moved(line.gap)} ; {_moved(line.move)}'))}</li>"
                for line in worst
            )
            + "</ul>"
        )


def _alerts_sentence(known: Profile, worst: list[Line]) -> str:
    if worst:
        count = fr.plural(len(worst), "indicateur est", "indicateurs sont")
        return f"{count} à la fois moins favorable{'s' * (len(worst) > 1)} et en dégradation."
    judged = sum(line.judged for line in known.lines)
    if not judged:
        return (
            "On ne peut pas le dire : aucun indicateur dont un sens est meilleur que l'autre n'a "
            "ici à la fois une comparaison et une évolution."
        )
    if judged == 1:
        return (
            "Le seul indicateur que l'on peut juger n'est pas à la fois moins favorable et en "
            "dégradation."
        )
    return (
        f"Aucun des {fr.number(judged)} indicateurs que l'on peut juger n'est à la fois moins "
        "favorable et en dégradation."
    )


def indicators(data: Workspace, zone: Zone) -> None:
    """Every indicator of the zone, theme by theme."""
    known = found(data, zone)
    if not known.themes:
        states.awaited("Aucun chiffre pour cette zone", "Aucune source n'en donne à cette échelle.")
        return
    components.question("Que disent les indicateurs ?")
    st.html(_themes_html(data, zone))


@remembered
def _themes_html(data: Workspace, zone: Zone) -> str:
    known, body = found(data, zone), list[str]()
    for theme, lines in known.themes.items():
        body.append(_part(THEMES[theme], len(HEADS) + len(WORDS) + 1))
        body += [_row(line) for line in lines]
    caption = f"{places.full_name(zone)}, dernière année connue de chaque indicateur"
    table = tables.frame_html(caption, ["Indicateur"], HEADS, WORDS, body)
    first, *others = (line.series for line in known.lines)
    whole = first.join(*others)
    source = notes.source_text(notes.cited(whole, *_compared(data, known)))
    said = [
        proofs_text(whole.moments),
        notes.masked_text(whole),
        bounded.text([whole]),
        notes.ROUNDED if _rounded(known) else "",
        reading.EXACT,
    ]
    told = "".join(f'<p class="ctg-soft">{escape(fr.spaced(one))}</p>' for one in said if one)
    return (
        f"{notes.quotable(table, source)}"
        f'<p class="ctg-soft">Source : {escape(fr.spaced(source))}</p>{told}'
    )


def _compared(data: Workspace, known: Profile) -> list[MaskedTable]:
    """The figures of the reference that the gaps of a sheet were made with."""
    other = known.reference
    if other is None:
        return []
    rows = [
        data.table(line.indicator).where(
            level=str(other.level), code=other.code, period=line.cell.period
        )
        for line in known.lines
        if line.gap
    ]
    return [one for one in rows if one.shown]


def _part(theme: str, wide: int) -> str:
    """A line that opens a theme."""
    return (
        f'<tr role="row" class="ctg-part"><th scope="rowgroup" role="rowheader" colspan="{wide}">'
        f"{escape(theme)}</th></tr>"
    )


def _rounded(known: Profile) -> bool:
    return any(line.cell.rounded for line in known.lines)


def _row(line: Line) -> str:
    value = tables.cell_html(line.cell, line.indicator.decimals)
    year = ""
    if line.cell.told:
        unit = escape(fr.spaced(reading.unit_of(line.cell, line.indicator)))
        when = bounded.dated(line.indicator, line.cell)
        year = f" <small>{unit} ({escape(fr.spaced(when))})</small>"
    spark = sparkline.html(line.series, line.indicator.decimals, line.indicator.breaks)
    return tables.row(
        escape(fr.spaced(line.indicator.title)),
        [f"{value}{year}", spark],
        [_moved(line.gap), _moved(line.move)],
        heads=[*HEADS, *WORDS],
    )


def _moved(move: reading.Move | None) -> str:
    return move.text if move else "–"


def lookalikes(data: Workspace, zone: Zone) -> None:
    """Places of about the same size, side by side."""
    components.question("À quelles zones ressemble-t-elle ?", _alike_sentence(data, zone))
    if table := _alike_html(data, zone):
        st.html(table)


@remembered
def _alike_sentence(data: Workspace, zone: Zone) -> str:
    others = profile.alike(data, zone)
    size = data.cell(data.indicator(SIZE), zone)
    if size.value is None:
        return (
            f"Le nombre de foyers allocataires de cette zone est une {reading.sign_words(size)} : "
            "aucune ressemblance n'est cherchée."
        )
    if not others:
        return (
            "Aucune zone de la même échelle n'a, la même année, un nombre connu de foyers "
            "allocataires allant de la moitié au double du sien."
        )
    names = fr.listed([one.label for one in others])
    return (
        "Par le nombre de foyers allocataires (de la moitié au double, les plus proches d'abord)"
        f" : {names}. Ce critère ne dit rien d'autre qu'une taille voisine."
    )


@remembered
def _alike_html(data: Workspace, zone: Zone) -> str:
    """Side by side; empty when no zone is alike."""
    others = profile.alike(data, zone)
    if not others:
        return ""
    group, body, series = [zone, *others], [], []
    for line in found(data, zone).lines:
        cells = [_same_year(data, line.indicator, one, line.cell.period) for one in group]
        if not line.cell.told or sum(cell.told for cell in cells) < 2:
            continue
        series.append(line.series)
        title = (
            f"{line.indicator.title} <small>{line.indicator.unit}, {line.cell.moment.told}</small>"
        )
        numbers = [tables.cell_html(cell, line.indicator.decimals) for cell in cells]
        body.append(tables.row(fr.spaced(title), numbers, []))
    heads = [one.label for one in group]
    caption = f"{places.full_name(zone)} et les zones de taille voisine, même année"
    table = tables.frame_html(caption, ["Indicateur"], heads, [], body[:COMPARED])
    source = notes.source_text(series[0].join(*series[1:]).citations) if series else ""
    return notes.quotable(table, source)


def _same_year(data: Workspace, indicator: Indicator, zone: Zone, period: int) -> Cell:
    return data.cell(indicator, zone, period)
