"""Views of the page « Chiffres corrigés »: what was published and changed, and why."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from ctg_data import dating, fr
from ctg_data.model import Level, sources_in
from ctg_data.store import editions
from ctg_data.store.editions import Correction, Edition, Redated, Step
from ctg_data.territory import errata
from ctg_data.workspace import Workspace
from ui.blocks import components, states, tables
from ui.state.memo import remembered

MOST = 200  # lines of one table: beyond, the whole series was revised and the count says it
HEADS = ["Avant", "Après"]
KEPT = ("chiffre garde sa valeur et change", "chiffres gardent leur valeur et changent")


def declared(data: Workspace) -> None:
    """Corrections of the figures that come with the territory, written by hand."""
    found = errata.declared(data.territory.folder)
    if not found:
        return
    components.question(
        "Qu'avons-nous corrigé dans les chiffres fournis ?",
        f"{fr.plural(len(found), 'correction')} depuis l'ouverture du tableau de bord.",
    )
    body = [
        tables.row(
            escape(fr.spaced(one.figure)),
            [escape(one.old), escape(one.new)],
            [one.why, fr.day(one.corrected_on)],
            heads=[*HEADS, "Pourquoi", "Le"],
        )
        for one in found
    ]
    caption = f"{data.territory.label}, chiffres fournis avec le territoire"
    st.html(tables.frame_html(caption, ["Chiffre"], HEADS, ["Pourquoi", "Le"], body))


def between_editions(data: Workspace) -> None:
    """What each edition corrected in the one before, the latest first."""
    kept = editions.heads(data.territory.id)
    steps = _steps(data, tuple(one.id for one in kept))
    for one in reversed(steps):
        if one.redated:
            _redated(data, one.before, one.after, one.redated)
    if not any(one.corrected for one in steps):
        since = f"depuis le {fr.day(kept[0].at.date())}" if kept else ""
        states.show(
            "empty",
            "Aucune valeur publiée n'a été corrigée",
            f"Chaque édition montrée sur ce poste {since} est gardée. Dès qu'un chiffre déjà "
            "publié change, il paraît ici avec l'ancienne valeur, la nouvelle et la raison. Une "
            "année nouvelle n'est pas une correction.",
        )
        return
    for one in reversed(steps):
        if one.corrected:
            _pair(data, one.before, one.after, one.corrected)


@remembered
def _steps(data: Workspace, names: tuple[str, ...]) -> list[Step]:
    """Worked out again when one edition more is kept: ``names`` are those that are."""
    return editions.steps(data.territory.id) if names else []


def _redated(data: Workspace, before: Edition, after: Edition, found: Sequence[Redated]) -> None:
    """Figures whose value holds and whose year did not."""
    kept = fr.plural(len(found), *KEPT)
    components.question(
        f"Édition du {fr.day(after.at.date())} : des années corrigées",
        f"{kept} d'année depuis l'édition du {fr.day(before.at.date())}.",
    )
    body = [
        tables.row(
            escape(fr.spaced(f"{one.what} – {data.label(Level(one.level), one.code)}")),
            [escape(dating.label(one.old)), escape(one.new.told)],
            ["L'année montrée n'était pas celle de l'observation."],
            heads=[*HEADS, "Pourquoi"],
        )
        for one in found[:MOST]
    ]
    caption = f"{data.territory.label}, année dite dans l'édition {before.id}, puis {after.id}"
    st.html(tables.frame_html(caption, ["Chiffre"], HEADS, ["Pourquoi"], body))
    _rest(len(found))


def _rest(count: int) -> None:
    if count > MOST:
        st.html(f'<p class="ctg-soft">{fr.plural(count - MOST, "autre")} de la même sorte.</p>')


def _pair(data: Workspace, before: Edition, after: Edition, found: Sequence[Correction]) -> None:
    day = fr.day(after.at.date())
    components.question(
        f"Édition du {day}",
        f"{fr.plural(len(found), 'chiffre publié a', 'chiffres publiés ont')} changé depuis "
        f"l'édition du {fr.day(before.at.date())}.",
    )
    body = [
        tables.row(
            escape(fr.spaced(_figure(data, one))),
            [_number(one.old, one.old_lead), _number(one.new, one.new_lead)],
            [_why(data, one)],
            heads=[*HEADS, "Pourquoi"],
        )
        for one in found[:MOST]
    ]
    caption = f"{data.territory.label}, édition {before.id} puis {after.id}"
    st.html(tables.frame_html(caption, ["Chiffre"], HEADS, ["Pourquoi"], body))
    _rest(len(found))


def _figure(data: Workspace, one: Correction) -> str:
    place = data.label(Level(one.level), one.code)
    return f"{one.what} – {place}, {dating.label(one.period)}"


def _number(value: float | None, lead: str = "") -> str:
    if value is None:
        return "–"
    number = fr.number(value, 0 if value == int(value) else 1)
    return f"{lead} {number}" if lead else number


def _why(data: Workspace, one: Correction) -> str:
    """The reason that a reader may be told: the producer's revision, or that it is withdrawn."""
    if one.new is None:
        return "Retiré : ce chiffre ne peut plus être montré. L'ancien n'est pas rappelé."
    if one.new_lead and not one.old_lead:
        return "Connu par une borne seulement : la liste n'est plus déclarée complète."
    cited = {each.id: each for each in data.release.citations}
    source = cited.get(sources_in(one.source)[0])
    if source is None:
        return "Révisé par son producteur."
    return f"Révisé par son producteur : {source.producer}, {source.title} ({source.period})."
