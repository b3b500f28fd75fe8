"""What a list of structures asks of its titles, types and communes; and what was said before.

An answer is remembered for the next file, until it is taken back.
"""

from collections.abc import Callable

import streamlit as st

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register import choices as register_choices, communes as register_communes
from ctg_data.register.choices import COLUMN, COMMUNE, COMMUNES, WHOLE, Question
from ctg_data.register.headers import ASIDE
from ctg_data.register.imports import Examined
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import components
from ui.submissions import acts

MOST = 20  # questions asked at once
TOLD = "_register_chosen"
Answer = tuple[str, str, str]  # as ``choices.keep`` wants it


def panel(data: Workspace, seen: Examined) -> None:
    """The questions of a file, side by side, and one button to answer them all."""
    if not seen.asked:
        return
    components.question(
        "Que veulent dire ces mots ?",
        "Votre choix est retenu pour les prochains fichiers ; il s'oublie plus bas.",
    )
    with st.form("register-asked", border=False):
        answers = [_answers(data, one, rank) for rank, one in enumerate(seen.asked[:MOST])]
        said = [one for some in answers for one in some]
        if not st.form_submit_button("Retenir ces choix", icon=":material/check:"):
            return
    if not said:
        st.error("Choisissez au moins une réponse.")
        return
    _do(lambda store: register_choices.keep(store, data.territory.id, said), len(said))


def _answers(data: Workspace, one: Question, rank: int) -> list[Answer]:
    """What the reader says of one question; nothing as long as nothing is chosen."""
    key = f"_asked_{rank}_{one.what}_{one.text}"
    if one.what == COMMUNES:
        return _set_aside(one, key)
    said = _commune(data, one, key) if one.what == COMMUNE else _answer(one, key)
    return [] if said is None else [said]


def _set_aside(one: Question, key: str) -> list[Answer]:
    """The communes that are not of here, all at once, but those to put right in the file."""
    words = (
        f"{one.text} : ni la commune, ni une voisine, ni l'intercommunalité. Les laisser de côté"
    )
    agreed = st.checkbox(fr.spaced(f"{words} ?"), key=key)
    kept = st.multiselect(
        "Sauf ces communes, à corriger dans le fichier",
        one.offered,
        placeholder="Aucune",
        key=f"{key}_but",
    )
    return [(COMMUNE, name, ASIDE) for name in one.offered if name not in kept] if agreed else []


def _commune(data: Workspace, one: Question, key: str) -> Answer | None:
    names = register_communes.known_names(data.territory)
    code = st.selectbox(
        fr.spaced(f"Quelle commune est « {one.text} » ?"),
        [*one.offered, ASIDE],
        index=None,
        placeholder="À choisir",
        format_func=lambda code: names.get(code, "Aucune de celles-ci : laisser de côté"),
        key=key,
    )
    return None if code is None else (COMMUNE, one.text, code)


def _answer(one: Question, key: str) -> Answer | None:
    if one.what == COLUMN:
        words = f"Quelle colonne donne « {one.text} » ?"
        title = st.selectbox(
            fr.spaced(words), one.offered, index=None, placeholder="À choisir", key=key
        )
        return (COLUMN, title, one.text) if title else None
    known = kinds()
    words = f"Quel type de structure est « {one.text} » ?"
    if one.what == WHOLE:
        words = f"« {one.text} » n'a pas de colonne de type. Toutes les lignes sont des…"
    kind = st.selectbox(
        fr.spaced(words),
        [*one.offered, ASIDE],
        index=one.offered.index(one.guess) if one.guess else None,
        placeholder="À choisir",
        format_func=lambda name: known[name].label if name in known else "Aucun : laisser de côté",
        key=key,
    )
    return None if kind is None else (one.what, one.text, kind)


def remembered(data: Workspace) -> None:
    """The choices in force, and a way to take each of them back."""
    with Store.open() as store:
        found = register_choices.in_force(store, data.territory.id)
    if not found:
        return
    with st.expander(f"Choix retenus pour lire les listes ({len(found)})"):
        known = {(one.what, one.text): one for one in found}
        chosen = st.selectbox(
            "Choix", list(known), format_func=lambda one: known[one].sentence, key="_register_held"
        )
        one = known[chosen]
        st.html(f'<p class="ctg-soft">Retenu le {fr.day(one.at)}, par le rôle {one.role}.</p>')
        if st.button("Oublier ce choix", icon=":material/undo:"):
            place = data.territory.id
            _do(lambda store: register_choices.forget(store, place, one.what, one.text), 0)


def _do(act: Callable[[Store], object], count: int) -> None:
    many = fr.plural(count, "choix retenu", "choix retenus")
    words = f"{many} ; le fichier est relu." if count else "Le choix est oublié."

    def done() -> str:
        with Store.open() as store:
            act(store)
        return words

    acts.carry_out(done, TOLD)
