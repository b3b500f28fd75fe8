"""Published places that the register does not have: what they are, and what was decided of them."""

from collections import Counter
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.offer import acts as offer_acts, beside
from ctg_data.offer.beside import nearest
from ctg_data.offer.candidates import Candidate
from ctg_data.offer.decisions import ASIDE
from ctg_data.workspace import Workspace
from ui.blocks import components, selectors, tables
from ui.register import importing as register_importing, published_acts
from ui.state.memo import remembered
from ui.submissions import acts, report as socle_report

BY_KIND = ["À décider", "Dont sûrs"]
WORDS = ["Adresse", "Publié par", "Au registre, le plus proche"]
DECIDED = ["Décision", "Raison", "Quand"]
NATURES = ["Lieux", "Noms"]
MOST_NAMES = 12
NONE = "aucune structure de ce type qui puisse être ce lieu"


def panel(data: Workspace) -> None:
    """Everything that lists publish beside the register; nothing where no list was received."""
    if not data.published.lists.places:
        return
    found = pending(data)
    components.question("Publié, et pas encore au registre", _said(data, found))
    acts.tell(published_acts.TOLD, "C'est fait")
    if found:
        st.html(_by_kind_html(data))
        names = {one: kinds()[one].many for one in kinds() if one in _by_kind(data)}
        chosen = selectors.choose("publie", "Type de lieu publié", list(names), names.__getitem__)
        some = _by_kind(data)[chosen]
        st.html(_places_html(data, chosen))
        if register_importing.allowed():
            published_acts.one_at_a_time(data, some)
            published_acts.all_sure(data, sure(data))
    _before(data)
    _context(data)


@remembered
def pending(data: Workspace) -> tuple[Candidate, ...]:
    """What the city has not decided on yet."""
    return offer_acts.pending(data.published, data.territory)


@remembered
def sure(data: Workspace) -> tuple[Candidate, ...]:
    """Those that may be taken in all at once."""
    return offer_acts.sure(pending(data))


def _said(data: Workspace, found: tuple[Candidate, ...]) -> str:
    if not found:
        return "Tout ce que les listes publiées ont ici est au registre, ou a reçu une décision."
    size = fr.plural(len(found), "lieu publié", "lieux publiés")
    return (
        f"{size} à {data.territory.commune.label} par des listes nationales ou locales : "
        "aucun n'entre au registre sans votre accord."
    )


@remembered
def _by_kind(data: Workspace) -> dict[str, tuple[Candidate, ...]]:
    found: dict[str, list[Candidate]] = {}
    for one in fr.by_name(pending(data), offer_acts.named):
        found.setdefault(one.line.kind, []).append(one)
    return {kind: tuple(some) for kind, some in found.items()}


@remembered
def _by_kind_html(data: Workspace) -> str:
    easy = Counter(one.line.kind for one in sure(data))
    body = [
        tables.row(
            escape(kind.many),
            [fr.number(len(_by_kind(data)[kind.id])), fr.number(easy[kind.id])],
            [],
            heads=BY_KIND,
        )
        for kind in kinds().values()
        if kind.id in _by_kind(data)
    ]
    caption = f"Lieux publiés à {data.territory.commune.label}, absents du registre, par type"
    return tables.frame_html(caption, ["Type"], BY_KIND, [], body)


@remembered
def _places_html(data: Workspace, kind: str) -> str:
    some = _by_kind(data)[kind]
    body = [_place(data, one) for one in some]
    caption = f"{kinds()[kind].many} : {fr.plural(len(some), 'lieu publié', 'lieux publiés')}"
    places = [place for one in some for place in one.places]
    told = escape(fr.spaced(beside.cited(data.published, places)))
    table = tables.frame_html(caption, ["Lieu"], [], WORDS, body)
    return f'{table}<p class="ctg-soft">{told}</p>'


def _place(data: Workspace, one: Candidate) -> str:
    marks = ["itinérant"] if one.moves else []
    marks += ["quartier probable"] if one.places[0].probable and not one.moves else []
    name = escape(offer_acts.named(one)) + "".join(f" <small>{mark}</small>" for mark in marks)
    source = " ; ".join(beside.sources(one, data.published.lists.citations))
    source += f", {beside.latest(one)}" if beside.latest(one) else ""
    near = nearest(one, data.register)[:1]
    likely = [f"« {each.name} » ({words})" for each, words in near]
    words = [one.line.address or "non diffusée", source, " ".join(likely) or NONE]
    return tables.row(name, [], words, heads=WORDS)


def _before(data: Workspace) -> None:
    """What was decided, and the way back from each decision."""
    if not data.published.decisions.every:
        return
    with st.expander(f"Déjà décidé ({len(data.published.decisions.every)})"):
        st.html(_decided_html(data))
        if register_importing.allowed():
            published_acts.way_back(data)


@remembered
def _decided_html(data: Workspace) -> str:
    lines = data.register.by_id()
    body = []
    for one in data.published.decisions.every:
        held = lines.get(one.target)
        what = "écarté" if one.what == ASIDE else "rattaché à une structure qui n'est plus là"
        what = f"rattaché à « {held[0].name} »" if held else what
        words = [what, one.reason or "non précisée", f"{fr.day(one.at)}, {one.role}"]
        body.append(tables.row(escape(one.name), [], words, heads=DECIDED))
    caption = "Décisions sur des lieux publiés, la dernière d'abord"
    return tables.frame_html(caption, ["Lieu"], [], DECIDED, body)


def _context(data: Workspace) -> None:
    """Places that are of no type of the register."""
    if found := beside.context(data.published, data.territory.commune.code):
        with st.expander(f"Autres lieux publiés, d'aucun type du registre ({len(found)})"):
            socle_report.soft(
                "Lycées, mairies, services… : ils situent l'offre, ne sont comptés dans aucun "
                "type de structure et n'entrent pas au registre."
            )
            st.html(_context_html(data))
            socle_report.soft(beside.cited(data.published, found))


@remembered
def _context_html(data: Workspace) -> str:
    natures: dict[str, list[str]] = {}
    for one in beside.context(data.published, data.territory.commune.code):
        natures.setdefault(one.nature or "Nature non précisée", []).append(one.name)
    body = []
    for nature, names in sorted(natures.items(), key=lambda each: fr.bare(each[0])):
        told = fr.by_name(set(filter(None, names)), str)
        lost = sum(not name for name in names)
        words = [fr.number(len(names)), ", ".join(told[:MOST_NAMES])]
        words[1] += f" et {len(told) - MOST_NAMES} autres" if len(told) > MOST_NAMES else ""
        words[1] += f" ; {fr.plural(lost, 'nom non diffusé', 'noms non diffusés')}" if lost else ""
        words[1] = words[1].removeprefix(" ; ")
        body.append(tables.row(escape(nature), [], words, heads=NATURES))
    caption = "Autres lieux publiés, par nature"
    return tables.frame_html(caption, ["Nature"], [], NATURES, body)
