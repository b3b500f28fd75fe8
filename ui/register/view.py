"""Views of the page « Structures »: what is known, since when, and of which types all is known."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Sign
from ctg_data.offer import offered
from ctg_data.register import directory, imports as register
from ctg_data.register.model import Structure, spells, written_day
from ctg_data.release.masked import Cell
from ctg_data.workspace import Workspace
from ui.blocks import components, selectors, states, tables
from ui.state.memo import remembered

COUNTED = "structures"  # the variable of the long table
BY_KIND = ["Liste complète", "À placer"]
LINE = ["Ouverture", "Où", "Places", "Source"]


def lead(data: Workspace) -> None:
    """How much is known, in one sentence."""
    known, full = data.register, data.register.complete
    if not known.structures:
        states.show(
            "awaited",
            "Aucune structure dans le registre",
            "Téléchargez le modèle ci-dessous, remplissez-le et déposez-le : les pages montreront "
            "l'offre zone par zone, et l'annuaire s'ouvrira au public.",
        )
        return
    count = len(known.by_id())
    if not full:
        size = fr.plural(count, "structure connue", "structures connues")
        components.lead(
            f"{size} par des sources publiques citées ; aucune liste n'est dite complète : "
            "leur nombre se dit « au moins »."
        )
        return
    when = f" au 31 décembre {known.until}" if known.until else ""
    lists = fr.plural(len(full), "type")
    size = fr.plural(count, "structure")
    components.lead(f"{size} au registre ; liste complète pour {lists}{when}.")


def kinds_table(data: Workspace) -> None:
    """Type by type: what is counted, what is only known, what is still to be placed."""
    components.question(
        "Que sait-on, type par type ?",
        "Si sa liste est dite complète, le nombre est exact ; sinon il est « au moins » ce que le "
        "registre et les listes publiées en connaissent. Ce que personne ne connaît est « n.d. », "
        "jamais 0.",
    )
    st.html(_by_kind_html(data))
    st.html(f'<p class="ctg-soft">{escape(_cited(data))}</p>')


@remembered
def _by_kind_html(data: Workspace) -> str:
    until = data.register.until
    here = data.territory.commune.code
    counted = data.release.where(variable=COUNTED)
    dated = until and data.register.complete  # what is known at least bears its own year
    heads = ["Connues", f"Ouvertes au 31/12/{until}" if dated else "Ouvertes"]
    body = []
    for kind in kinds().values():
        some = [one for one in data.register.structures if one.kind == kind.id]
        since = data.register.complete.get(kind.id)
        # what is known at least is told for the last year that some list speaks of
        told_of = counted.where(category=kind.id)
        cell = told_of.cell("commune", here, until if since else None)
        lost = sum(one.commune == here and not one.zone("iris", here) for one in some)
        words = [f"depuis {since}" if since else "non", fr.number(lost) if lost else "–"]
        known = len({one.id for one in some})
        # a type that nobody wrote of is not a type without structures
        told = fr.number(known) if known or since else tables.sign_html(Sign.MISSING)
        numbers = [told, _count_html(cell)]
        body.append(tables.row(escape(kind.many), numbers, words, heads=[*heads, *BY_KIND]))
    caption = f"Structures de {data.territory.label}, par type"
    return tables.frame_html(caption, ["Type"], heads, BY_KIND, body)


def _count_html(cell: Cell) -> str:
    """A count, exact or at least with its year; « at least 0 » knows nothing."""
    if cell.bound is None:
        return tables.cell_html(cell, 0)
    if not cell.bound:
        return tables.sign_html(Sign.MISSING)
    return f"{tables.cell_html(cell, 0)} <small>({cell.period})</small>"


def _cited(data: Workspace) -> str:
    cited = offered.citation(data.register, data.territory)
    when = f", {cited.period}" if cited.period else ""
    if not data.register.complete:
        return fr.spaced("Source : chaque ligne cite la sienne, avec sa date.")
    return fr.spaced(f"Source : {cited.producer}, {cited.title}{when} ({cited.licence}).")


def lines(data: Workspace) -> None:
    """The register itself, one type at a time."""
    known = _present(data)
    if not known:
        return
    components.question("Quelles sont-elles ?")
    chosen = selectors.choose("type", "Type de structure", list(known), known.__getitem__)
    st.html(_lines_html(data, chosen))


@remembered
def _present(data: Workspace) -> dict[str, str]:
    """Types of which some structure is known, by id."""
    return {kind.id: kind.many for kind in kinds().values() if _some(data, kind.id)}


@remembered
def _lines_html(data: Workspace, chosen: str) -> str:
    body = [_line(data, one) for one in _some(data, chosen)]
    caption = f"{_present(data)[chosen]} : {fr.plural(len(body), 'ligne')} du registre"
    return tables.frame_html(caption, ["Structure"], [], LINE, body)


def _some(data: Workspace, kind: str) -> Sequence[Structure]:
    found = [one for one in data.register.structures if one.kind == kind]
    return fr.by_name(found, lambda one: one.name, before=lambda one: one.closed)


def _line(data: Workspace, one: Structure) -> str:
    """One structure; a closed one says so."""
    spans = " puis ".join(spells(one)) or "non précisée"
    where = [*([one.address] if one.address else []), *directory.zones_of(one, data.territory)]
    if one.score is not None and one.score < register.SURE_SCORE:
        where.append(f"adresse trouvée sans certitude ({fr.number(one.score, 2)})")
    source = ", ".join(part for part in (one.source, written_day(one.source_date)) if part)
    words = [spans, ", ".join(where) or "à placer", _places(one), source or "non précisée"]
    name = escape(one.name) + (" <small>fermée</small>" if one.closed else "")
    return tables.row(name, [], words, heads=LINE)


def _places(one: Structure) -> str:
    """Places, or the sessions of an accueil de loisirs, in words."""
    if one.places is not None:
        return fr.plural(one.places, "lit" if one.kind == "fjt" else "place")
    told = []
    for session in dict.fromkeys(name for name, _ in one.sessions):
        total = sum(count for (name, _), count in one.sessions.items() if name == session)
        told.append(f"{session} {fr.number(total)}")
    return ", ".join(told) or "–"
