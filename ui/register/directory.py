"""Views of the page « Annuaire »: by need, by zone, in plain words, to read on a phone."""

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds, needs
from ctg_data.diagnosis.search import folded
from ctg_data.model import Level
from ctg_data.register import directory, directory_page
from ctg_data.register.directory import Listing
from ctg_data.register.model import Structure
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, places, published_beside as directory_published, selectors, states
from ui.state.memo import remembered

EVERY = "tous"
OPENED = 24  # cards shown at once; the others are one click away


def choose(data: Workspace) -> tuple[str, Zone]:
    """The need and the zone; both stay in the link."""
    known = needs()
    left, right = st.columns([3, 2])
    with left:
        need = selectors.choose(
            "besoin",
            "Je cherche à…",
            [EVERY, *known],
            lambda name: known[name].label if name in known else "Tous les besoins",
        )
    with right:
        zone = selectors.zone(data, zones(data), "Près de")
    return need, zone


def search(data: Workspace) -> bool:
    """Places by words of their name, address or type; whether some words were asked."""
    asked = st.text_input("Ou un nom, une rue, un mot", key="_annuaire_mots")
    words, today = folded(asked or ""), date.today()
    if not words:
        return False
    held, more = (_named(found, words) for found in _everywhere(data, today))
    size = fr.plural(len(held), "lieu du registre", "lieux du registre")
    besides = fr.plural(len(more), "lieu publié", "lieux publiés")
    told = f"« {asked.strip()} » : {size}" + (f" et {besides}." if more else ".")
    components.lead(told)
    _cards(data, "", held, today)
    _cards(data, directory_published.UNCONFIRMED, more, today)
    return True


def _everywhere(data: Workspace, today: date) -> tuple[Listing, Listing]:
    where = data.territory.commune
    known = listing(data, EVERY, where, today)
    return known, directory_published.listing(data, EVERY, where, today)


def _named(found: Listing, words: Sequence[str]) -> tuple[Structure, ...]:
    """Those of which every word begins a word of the name, the address or the type."""
    every = (*found.here, *found.unplaced, *found.elsewhere)

    def holds(one: Structure) -> bool:
        told = folded(f"{one.name} {one.address} {kinds()[one.kind].label}")
        return all(any(each.startswith(word) for each in told) for word in words)

    return tuple(filter(holds, every))


@remembered
def zones(data: Workspace) -> list[Zone]:
    """The commune, then its quartiers, its QPV of today and its IRIS."""
    place = data.territory
    qpv = place.zones(Level.QPV)
    last = max((one.vintage for one in qpv), default=0)
    return [
        place.commune,
        *fr.by_name(place.zones(Level.QUARTIER), places.full_name),
        *fr.by_name((one for one in qpv if one.vintage == last), places.full_name),
        *fr.by_name(place.zones(Level.IRIS), places.full_name),
    ]


def show(data: Workspace, need: str, zone: Zone) -> None:
    """The answer, then the cards."""
    today = date.today()
    found = listing(data, need, zone, today)
    more = directory_published.listing(data, need, zone, today)
    if not found.count and not more.count:
        states.show("empty", "Aucun lieu dans le registre", _nothing(data, found))
        return
    components.lead(_answer(found, zone) + directory_published.told(more))
    _incomplete(found)
    _print(data, need, zone, today)
    if need == EVERY:
        _needs(data, zone, today)
        return
    whole = zone.level is Level.COMMUNE
    _cards(data, "" if whole else places.full_name(zone), found.here, today)
    _cards(data, "Desservent aussi cette zone", found.serving, today)
    _cards(data, "Dans les communes voisines" if whole else "Ailleurs", found.elsewhere, today)
    _cards(data, "Lieu non précisé", found.unplaced, today)
    for title, some in directory_published.groups(more, zone):
        _cards(data, title, some, today)
    if more.count:
        _soft(directory_published.cited(data))


@remembered
def listing(data: Workspace, need: str, zone: Zone, today: date) -> Listing:
    """The structures that answer a need, seen from a zone, as known that day."""
    return directory.listing(data.register, data.territory, need, zone, today)


@remembered
def _printable(data: Workspace, need: str, zone: Zone, today: date) -> bytes:
    title = needs()[need].label if need in needs() else "Les lieux et services"
    found, where = listing(data, need, zone, today), places.full_name(zone)
    more = directory_published.listing(data, need, zone, today)
    place = data.territory
    return directory_page.to_html(found, data.register, place, title, where, today, more)


def _print(data: Workspace, need: str, zone: Zone, today: date) -> None:
    """The same list, to print or to pin up."""
    st.download_button(
        "Annuaire à imprimer (page)",
        _printable(data, need, zone, today),
        file_name=f"annuaire_{need}_{zone.code}.html",
        mime="text/html",
        on_click="ignore",
        icon=":material/print:",
    )


def _needs(data: Workspace, zone: Zone, today: date) -> None:
    """Every need as a large button, with how many places answer it."""
    box = st.container(key="besoins")
    for need in needs().values():
        found = listing(data, need.id, zone, today)
        more = directory_published.listing(data, need.id, zone, today).count
        if not found.count and not more:
            said = "rien de connu" if found.open_lists else "aucun lieu"
        else:
            said = fr.plural(found.count, "lieu", "lieux") if found.count else ""
            said += " et " * bool(said and more)
            said += f"{fr.plural(more, 'publié')}, à confirmer" if more else ""
        box.button(
            f"**{need.label}** · {said}",
            key=f"_besoin_{need.id}",
            width="stretch",
            on_click=_ask,
            args=(need.id,),
        )


def _ask(need: str) -> None:
    st.session_state["besoin"] = need


def _answer(found: Listing, zone: Zone) -> str:
    if zone.level is Level.COMMUNE:
        words = fr.plural(len(found.here) + len(found.unplaced), "lieu connu", "lieux connus")
        return f"{zone.label} : {words} à ce jour."
    near = len(found.here) + len(found.serving)
    name = places.full_name(zone)
    if not near:
        rest = fr.plural(found.count, "lieu", "lieux")
        return f"Aucun lieu connu dans cette zone ({name}) ; {rest} ailleurs."
    words = fr.plural(len(found.here), "lieu", "lieux")
    serving = f", {fr.plural(len(found.serving), 'autre')} pour ses habitants" * bool(found.serving)
    return f"{name} : {words} sur place{serving}."


def _incomplete(found: Listing) -> None:
    if found.open_lists:
        names = ", ".join(name[:1].lower() + name[1:] for name in found.open_lists[:3])
        more = " et d'autres" if len(found.open_lists) > 3 else ""
        _soft(f"Cette liste n'est pas complète ({names}{more}) : d'autres lieux peuvent exister.")


def _nothing(data: Workspace, found: Listing) -> str:
    city = next((one.short for one in data.territory.parties if one.id == "ville"), "la ville")
    if found.open_lists:
        return (
            f"Le registre ne dit encore rien de ce besoin : {city} peut l'importer, page "
            "« Structures ». Cela ne veut pas dire qu'aucun lieu n'existe."
        )
    return "La liste est complète : aucun lieu ouvert ne répond à ce besoin."


def _cards(data: Workspace, title: str, some: Sequence[Structure], today: date) -> None:
    if not some:
        return
    if title:
        components.question(f"{title} ({len(some)})")
    st.html(_grid(data, some[:OPENED], today))
    if rest := some[OPENED:]:
        with st.expander(f"{fr.plural(len(rest), 'autre lieu', 'autres lieux')}"):
            st.html(_grid(data, rest, today))


@remembered
def _grid(data: Workspace, some: Sequence[Structure], today: date) -> str:
    return f'<div class="ctg-places">{"".join(_card(data, one, today) for one in some)}</div>'


def _card(data: Workspace, one: Structure, today: date) -> str:
    facts = "".join(
        f"<div><dt>{escape(head)}</dt><dd>{escape(text)}</dd></div>"
        for head, text in directory.facts(one, data.territory)
    )
    warned = directory.caution(one, data.register, today)
    mark = f'<p class="ctg-warned">{escape(fr.spaced(warned))}</p>' if warned else ""
    known = directory_published.known_to_lists(data, one)
    mark += f'<p class="ctg-source">{escape(fr.spaced(known))}</p>' if known else ""
    status = directory_published.status(data, one)
    mark += f'<p class="ctg-source"><strong>{escape(status)}</strong></p>' if status else ""
    return (
        f'<article class="ctg-place"><p class="ctg-kind">{escape(kinds()[one.kind].label)}</p>'
        f"<h3>{escape(one.name)}</h3><dl>{facts}</dl>{mark}"
        f'<p class="ctg-source">{escape(directory.origin(one))}</p></article>'
    )


def _soft(text: str) -> None:
    st.html(f'<p class="ctg-soft">{escape(fr.spaced(text))}</p>')
