"""The frame every page stands in: who signs, which territory, from when the data are.

``open_page`` is the first call of every page and gives it its data.
"""

import html
import time
from collections import deque
from contextlib import suppress
from functools import partial

import streamlit as st

from ctg_data import fr, opening
from ctg_data.built_once import BuiltOnce
from ctg_data.errors import UserError
from ctg_data.store import editions
from ctg_data.store.editions import Correction
from ctg_data.territory import config as territory
from ctg_data.update import states as source_states
from ctg_data.workspace import Workspace
from ui.frame import incidents, menu
from ui.state import choices, colours, missed
from ui.state.version import VERSION

NAME = "Convention territoriale globale"
SEARCH, _SEARCHED = "_recherche", "_recherche_faite"
SEARCH_PAGE = menu.script("recherche")
ERRATA_PAGE = menu.script("errata")
SECONDS = 10.0  # before the data of a territory are looked at again
MOST_NAMES, MOST_OPENED = 16, 4
_LOOKED: BuiltOnce[str | None, tuple[float, str]] = BuiltOnce(MOST_NAMES)
_OPENED: BuiltOnce[str, Workspace] = BuiltOnce(MOST_OPENED)
_LAST: dict[str, str] = {}  # by territory, the state of its data that was opened last
_ANEW: deque[str] = deque(maxlen=MOST_NAMES)  # territories whose pages are to be made again
# read from six metres
PRESENTING = "html { font-size: 24px !important; } :root { --ctg-width: 1800px; }"


def open_page(title: str, *, question: str | None = None, subject: str | None = None) -> Workspace:
    """Set the page up, show its masthead and heading, return its data.

    Args:
        title: the name of the page, in the browser's tab and above the heading.
        question: what the page answers, as its heading; the title when there is none.
        subject: the theme whose accent colour the page takes.
    """
    try:
        data = _opened(choices.territory())
    except UserError as problem:
        st.set_page_config(page_title=f"{title} – {NAME}", layout="wide")
        st.title(NAME, anchor=False)
        _fallback(problem)
    st.set_page_config(page_title=f"{title} – CTG {data.territory.label}", layout="wide")
    _masthead(data)
    if data.territory.fictional:
        _fictional_banner()
    _heading(title, question, subject, data)
    _edition(data)
    missed.notice()
    for warning in getattr(data, "warnings", ()):
        st.warning(warning, icon=":material/info:")
    return data


def close_page() -> None:
    """Say at the foot of every page where figures come from and how to reuse them."""
    origins = fr.spaced(
        "<strong>Sources</strong> : producteurs cités près de chaque figure ; dates et états page "
        "« Données », définitions page « Méthode ». <strong>Secret statistique</strong> : « s » "
        "remplace toute valeur couverte (article 7 de la convention)."
    )
    licences = "Données publiées sous Licence Ouverte 2.0 · code sous licence MIT"
    st.html(
        f'<footer class="ctg-foot"><p>{origins}</p><p>{licences} · version {VERSION}</p></footer>'
    )
    shown = choices.presenting()
    st.button(
        "Quitter la présentation" if shown else "Présenter en grand",
        key="presentation-switch",
        icon=":material/slideshow:",
        on_click=choices.switch_presentation,
    )
    if shown:
        st.html(f"<style>{PRESENTING}</style>")


def open_data(name: str | None) -> Workspace:
    """The data of a territory, opened once for all readers until they change."""
    fingerprint = _fingerprint(name)
    # whichever name asked for it: a fingerprint is of one territory and one state of its data
    return _OPENED.get(fingerprint, partial(_open, name, fingerprint))


def refresh() -> None:
    """Look again at what has been received: called once an update is over."""
    _LOOKED.clear()
    source_states.look_again()


def opened_anew() -> list[str]:
    """Territories whose data have been opened in a new state since this was last asked."""
    found: list[str] = []
    with suppress(IndexError):
        while True:
            found.append(_ANEW.popleft())
    return list(dict.fromkeys(found))


def _opened(name: str | None) -> Workspace:
    """The data of a territory; what takes time is said, at a place kept for it."""
    place = st.empty()
    if _fingerprint(name) in _OPENED:
        return open_data(name)
    with place, st.spinner("Ouverture des données…"):
        return open_data(name)


def _open(name: str | None, fingerprint: str) -> Workspace:
    data = opening.open_workspace(name)
    place = fingerprint.partition(":")[0]
    if _LAST.get(place) != fingerprint:
        _LAST[place] = fingerprint
        _ANEW.append(place)
    return data


def _fingerprint(name: str | None) -> str:
    return _LOOKED.get(name, partial(_look, name), holds=_lately, meanwhile=True)[1]


def _look(name: str | None) -> tuple[float, str]:
    return time.monotonic(), opening.fingerprint(name)


def _lately(looked: tuple[float, str]) -> bool:
    return time.monotonic() - looked[0] < SECONDS


def _masthead(data: Workspace) -> None:
    place = data.territory
    parties = "".join(
        f'<span class="ctg-party" title="{html.escape(party.name)}">'
        f"{html.escape(party.short)}</span>"
        for party in place.parties
    )
    names = territory.territory_names()
    with st.container(
        horizontal=True, vertical_alignment="center", key="masthead", gap="small", wrap=True
    ):
        st.html(
            f'<div class="ctg-masthead"><div class="ctg-parties" role="group" '
            f'aria-label="Signataires de la convention">{parties}</div>'
            f'<p class="ctg-name"><strong>{NAME}</strong> '
            f"<span>{html.escape(place.label)}</span></p></div>"
        )
        _search_box()
        if len(names) > 1:
            _switch(names, place.id)


def _search_box() -> None:
    """A few words lead to a figure, from any page."""
    st.text_input(
        "Chercher un chiffre, une zone",
        key=SEARCH,
        placeholder="Chercher : RSA, crèche, un quartier",
        icon=":material/search:",
        width=280,
        label_visibility="collapsed",
    )
    asked = st.session_state.get(SEARCH, "").strip()
    if asked and asked != st.session_state.get(_SEARCHED):
        st.session_state[_SEARCHED] = asked
        st.switch_page(SEARCH_PAGE, query_params={"q": asked})


def _switch(names: dict[str, str], current: str) -> None:
    key = f"_switch_{current}"
    st.selectbox(
        "Territoire",
        list(names),
        index=list(names).index(current) if current in names else None,
        format_func=names.__getitem__,
        key=key,
        width=240,
        label_visibility="collapsed",
        on_change=partial(_switched, key),
    )


def _switched(key: str) -> None:
    choices.choose_territory(st.session_state[key])


def _fictional_banner() -> None:
    st.html(
        '<p class="ctg-fictional" role="note"><strong>Territoire fictif.</strong> Lieux, noms et '
        "chiffres sont inventés pour l'essai : ne rien citer de ces pages.</p>"
    )


def _heading(title: str, question: str | None, subject: str | None, data: Workspace) -> None:
    eyebrow = f'<p class="ctg-eyebrow">{html.escape(title)}</p>' if question else ""
    with st.container(key="heading", gap=None):
        st.html(f"<style>:root{{--ctg-accent:{colours.accent(subject)}}}</style>{eyebrow}")
        st.title(fr.spaced(question or title), anchor=False)
        copy = (
            f'<button type="button" class="ctg-copy" data-copy="link" data-territoire='
            f'"{html.escape(data.territory.id)}" data-edition="{data.edition}">Copier le lien'
            "</button>"
        )
        st.html(f'<p class="ctg-date">{html.escape(data.data_date)}. {copy}</p>')


def _edition(data: Workspace) -> None:
    """A link made on another edition: say so, and where to see what changed since."""
    asked = st.query_params.get("edition", "")
    if not asked or asked == data.edition:
        return
    kept = [one.id for one in editions.heads(data.territory.id)]
    changed = _changed(data, asked, kept[-1]) if asked in kept else None
    if changed is None:
        told = "Ce lien cite une édition qui n'est pas gardée sur ce poste."
    elif changed:
        words = fr.plural(len(changed), "chiffre a changé", "chiffres ont changé")
        told = f"Depuis l'édition citée par ce lien, {words}."
    else:
        told = "Depuis l'édition citée par ce lien, aucun chiffre n'a été corrigé."
    st.html(f'<p class="ctg-soft" role="note">{html.escape(fr.spaced(told))}</p>')
    st.page_link(ERRATA_PAGE, label="Voir les chiffres corrigés", icon=":material/arrow_forward:")


def _changed(data: Workspace, first: str, last: str) -> list[Correction]:
    place = data.territory.id
    return data.once(("changed", first, last), partial(editions.between, place, first, last))


def _fallback(problem: UserError) -> None:
    """A territory that cannot be opened: say why, and offer the others."""
    incidents.report(problem)
    try:
        names = territory.territory_names()
    except UserError:
        st.stop()
    for identifier, label in names.items():
        st.button(
            f"Ouvrir {label}", on_click=choices.choose_territory, args=(identifier,), key=identifier
        )
    st.stop()
