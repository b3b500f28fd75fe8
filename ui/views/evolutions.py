"""Views of the page « Qu'est-ce qui a changé cette année ? »."""

from html import escape

import streamlit as st

from ctg_data import fr, role
from ctg_data.diagnosis import years_known
from ctg_data.diagnosis.compared_years import HEAD, Years, comparable
from ctg_data.diagnosis.evolutions import Alert, Evolution, Evolutions, evolutions
from ctg_data.model import Level
from ctg_data.role import Role
from ctg_data.workspace import Workspace
from ui.blocks import components, notes, places, selectors, states, tables
from ui.charts import moves as chart_moves
from ui.frame import menu
from ui.state.memo import remembered
from ui.views import evolution_rows
from ui.views.evolution_rows import Moves, bare, moments, rows_of

SOCLE = menu.script("socle")
MOST = 12  # alerts: beyond, a list is no longer read
YEARS = "Années comparées"
ALERT = ["Indicateur", "Par rapport à la référence", "Évolution"]
STABLE = "« Stable » : l'écart ne dépasse pas ce que fait l'arrondi."
ONLY_ZONES = "la CAF n'a diffusé ici, pour ces années, que des chiffres par quartier."
SMALL = "Sous 100, une évolution se dit en nombre : « – » tient lieu de pourcentage."


def read(data: Workspace) -> Evolutions | None:
    """The evolutions between the years the reader chooses, or why there are none."""
    offered = _offered(data)
    if not offered:
        why = years_known.still(data, data.indicators())
        states.awaited(
            why.title,
            f"{fr.capital(why.text)} Une évolution demande deux années de la même série. La "
            "suivante arrive avec le prochain socle, ou la prochaine mise à jour.",
        )
        return None
    narrow, _ = st.columns([2, 6])
    with narrow:
        found = evolutions(data, offered[selectors.choose("annees", YEARS, list(offered))])
    components.lead(_sentence(data, found))
    return found


@remembered
def _offered(data: Workspace) -> dict[str, Years]:
    return {f"{before}–{last}": (before, last) for before, last in comparable(data)}


@remembered
def _sentence(data: Workspace, found: Evolutions) -> str:
    """The population first, then the largest rise and the largest fall."""
    head = next((one for one in found.commune if one.indicator.code == HEAD), None)
    place = data.territory.commune.label
    said = f"{place}, {found.before}–{found.last} : "
    if not any(one.compared for one in found.commune):
        return said + ONLY_ZONES
    said += f"{head.indicator.title.lower()}, {bare(head)}. " if head else ""
    counted = [one for one in found.commune if one.told and one.share is not None]
    counted = [one for one in counted if one.indicator.code != HEAD]
    rise = next((one for one in counted if (one.share or 0) > 0), None)
    fall = next((one for one in counted if (one.share or 0) < 0), None)
    ends = [
        f"plus forte {word}, « {one.indicator.title} », {bare(one)}"
        for word, one in (("hausse", rise), ("baisse", fall))
        if one
    ]
    told = " ; ".join(ends)
    return said + (f"{told[:1].upper()}{told[1:]}." if told else "")


def commune(data: Workspace, found: Evolutions) -> None:
    """What rose and what fell in the whole commune."""
    if not any(one.compared for one in found.commune):
        return
    made = _commune(data, found)
    components.question("Qu'est-ce qui a changé dans la commune ?", made.said)
    evolution_rows.draw(made, "moves")


@remembered
def _commune(data: Workspace, found: Evolutions) -> Moves:
    moved = [one for one in found.commune if one.told]
    still = [one for one in found.commune if one.move.stable]
    said = (
        f"{fr.plural(len(moved), 'indicateur')} sur {len(found.commune)} "
        f"{'a' if len(moved) < 2 else 'ont'} bougé au-delà des arrondis"
        + (f" ; {fr.plural(len(still), 'est stable', 'sont stables')}." if still else ".")
    )
    counts = [one.indicator for one in found.commune if one.indicator.is_count]
    place = data.territory.commune
    table = found.shares(counts, [place])
    title = f"Évolution en % de {found.before} à {found.last}, {place.label}"
    names = {one.id: one.title for one in counts}
    stable = {one.indicator.id for one in still}
    first = moved[0] if moved else found.commune[0]
    lecture = f"{first.indicator.title}, {place.label} : {first.move.text}."
    remarks = [
        SMALL,
        *([STABLE] if still else []),
        *found.remarks(),
        *dict.fromkeys(f"{cut.year}, {cut.text}" for _, cut in found.breaks()),
    ]
    scope = "Foyers, personnes et enfants que la CAF connaît en décembre de chaque année."
    caption = f"{place.label}, {found.before} et {found.last}"
    return Moves(
        said=said,
        chart=chart_moves.moves(table, names, decimals=1, title=title, stable=stable),
        words=notes.notes_html(
            table, lecture=lecture, scope=scope, remarks=remarks, moments=moments(found.commune)
        ),
        rows=rows_of(caption, "Indicateur", found.commune, _title),
    )


def alerts(data: Workspace, found: Evolutions) -> None:
    """« Défavorable et qui se dégrade », from the polarity of each indicator."""
    every = found.alerts
    components.question(
        "Où est-ce défavorable, et qui se dégrade ?",
        f"{fr.plural(len(every), 'situation')} : un taux plus défavorable que celui de la "
        "référence, et qui s'est dégradé en un an."
        if every
        else _no_alert(found.weighed),
    )
    if every:
        st.html(_alerts(data, found))


@remembered
def _alerts(data: Workspace, found: Evolutions) -> str:
    every = found.alerts
    body = [_alert_row(one) for one in every[:MOST]]
    caption = f"Défavorable et qui se dégrade, {found.before}–{found.last}"
    table = tables.frame_html(caption, ["Lieu"], ["Valeur"], ALERT, body)
    more = f" {fr.plural(len(every) - MOST, 'autre')} ne sont pas listées." * (len(every) > MOST)
    told = fr.spaced(
        "Les zones se comparent à la commune, la commune à son intercommunalité. Un taux "
        "qui a bougé de moins de cinq foyers n'est pas retenu." + more
    )
    return f'{table}<p class="ctg-soft">{escape(told)}</p>'


def _no_alert(weighed: int) -> str:
    """Say that nothing alerts, among how many, or that nothing could be compared."""
    if not weighed:
        return (
            "On ne peut pas le dire : aucun taux dont un sens est meilleur que l'autre n'a ici à "
            "la fois deux années comparables et une référence."
        )
    if weighed == 1:
        return (
            "Le seul taux que l'on peut juger n'est pas à la fois plus défavorable que sa "
            "référence et en dégradation."
        )
    return (
        f"Aucun des {fr.number(weighed)} taux que l'on peut juger n'est à la fois plus défavorable "
        "que sa référence et en dégradation."
    )


def _alert_row(one: Alert) -> str:
    about = one.evolution
    unit = escape(fr.spaced(about.indicator.unit))
    value = f"{tables.cell_html(about.after, about.indicator.decimals)} <small>{unit}</small>"
    name = escape(places.full_name(about.zone))
    nature = f" <small>{tables.NATURE[about.zone.level]}</small>"
    words = [about.indicator.title, one.gap.text, bare(about)]
    return tables.row(f"{name}{nature}", [value], words, heads=["Valeur", *ALERT])


def zones(data: Workspace, found: Evolutions) -> None:
    """One indicator, zone by zone, beside the commune."""
    levels = _levels(data, found)
    components.question("Où cela a-t-il changé ?")
    if not levels:
        _no_zone(found)
        return
    left, right, _ = st.columns([2, 3, 1])
    with left:
        level = selectors.level(levels)
    offered = {one.id: one for one in found.counted(level)}
    with right:
        key = selectors.choose("evolution", "Indicateur", list(offered), lambda x: offered[x].title)
    made = _zones(data, found, level, key)
    components.answer(made.said)
    evolution_rows.draw(made, "zones-moves")


@remembered
def _levels(data: Workspace, found: Evolutions) -> list[Level]:
    return [one for one in found.levels() if found.counted(one)]


def _no_zone(found: Evolutions) -> None:
    """Why no zone can be compared between these years, and which years can be."""
    title, why = (
        "Aucun chiffre sous la commune pour cette année",
        "Les chiffres par quartier arrivent avec le socle annuel de la CAF.",
    )
    if found.levels():
        title = f"Aucun quartier ne se compare entre {found.before} et {found.last}"
        why = (
            f"Des chiffres par quartier existent pour {found.last}, mais ceux de {found.before} "
            "manquent, sont couverts par le secret ou portent sur d'autres contours."
        )
    if other := found.elsewhere():
        years = f"{other[0]}–{other[1]}"
        why = (
            f"{why} Ceux de {other[0]} et de {other[1]} se comparent : choisissez « {years} » dans "
            f"« {YEARS} », en haut de la page."
        )
    states.awaited(title, why, link=False)
    if role.current() is not Role.LECTEUR:
        st.page_link(SOCLE, label="Le socle annuel", icon=":material/arrow_forward:")


@remembered
def _zones(data: Workspace, found: Evolutions, level: Level, identifier: str) -> Moves:
    indicator = data.indicator(identifier)
    rows = found.zones(level, indicator)
    told = [one for one in rows if one.told]
    up = sum((one.after.value or 0) > (one.before.value or 0) for one in told)
    hidden = sum(not one.told and not one.move.stable for one in rows)
    said = (
        f"{fr.plural(up, 'zone')} en hausse, {fr.plural(len(told) - up, 'zone')} en baisse, "
        f"{fr.plural(sum(one.move.stable for one in rows), 'stable')}"
        + (
            f" ; {fr.plural(hidden, 'zone ne se compare pas', 'zones ne se comparent pas')}."
            if hidden
            else "."
        )
    )
    whole = data.territory.commune
    around = [*rows, *filter(None, [found.of(indicator, whole)])]
    table = found.shares([indicator], [one.zone for one in around])
    names = {one.zone.code: one.zone.label for one in rows} | {whole.code: whole.label}
    title = f"{indicator.title}, évolution en % de {found.before} à {found.last}"
    stable = {one.zone.code for one in around if one.move.stable}
    first = told[0] if told else rows[0]
    words = notes.notes_html(
        table,
        lecture=f"{first.zone.label} : {first.move.text}.",
        scope=str(indicator.text["scope"]).strip(),
        remarks=[SMALL, *([STABLE] if stable else []), *found.remarks()],
        moments=moments(around),
    )
    return Moves(
        said=said,
        chart=chart_moves.moves(
            table, names, decimals=1, title=title, by="code", highlight=whole.code, stable=stable
        ),
        words=words + notes.method_html(indicator),
        rows=rows_of(title, tables.nature(level), rows, _zone_name),
    )


def _title(one: Evolution) -> str:
    return escape(fr.spaced(one.indicator.title))


def _zone_name(one: Evolution) -> str:
    return escape(places.full_name(one.zone))
