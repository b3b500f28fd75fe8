"""What a list of structures asks: which title is the type, which type a word is; and what was said.

An answer is remembered for the next file, until it is taken back.
"""

from collections.abc import Callable

import streamlit as st

from ctg_data import fr, register_choices
from ctg_data.errors import UserError
from ctg_data.register import Examined
from ctg_data.register_choices import COLUMN, Question
from ctg_data.register_headers import ASIDE
from ctg_data.register_model import kinds
from ctg_data.store import Store
from ctg_data.workspace import Workspace
from ui import components, states

MOST = 20  # questions asked at once
TOLD = "_register_chosen"


def panel(data: Workspace, seen: Examined) -> None:
    """The questions of a file, side by side, and one button to answer them all."""
    if not seen.asked:
        return
    components.question(
        "Que veulent dire ces mots ?",
        "Votre choix est retenu pour les prochains fichiers ; il s'oublie plus bas.",
    )
    with st.form("register-asked", border=False):
        answers = [_answer(one, rank) for rank, one in enumerate(seen.asked[:MOST])]
        said = [one for one in answers if one is not None]
        if not st.form_submit_button("Retenir ces choix", icon=":material/check:"):
            return
    if not said:
        st.error("Choisissez au moins une réponse.")
        return
    _do(lambda store: register_choices.keep(store, data.territory.id, said), len(said))


def _answer(one: Question, rank: int) -> tuple[str, str, str] | None:
    """What the reader says of one question; none as long as nothing is chosen."""
    key = f"_asked_{rank}_{one.what}_{one.text}"
    if one.what == COLUMN:
        words = f"Quelle colonne donne « {one.text} » ?"
        title = st.selectbox(
            fr.spaced(words), one.offered, index=None, placeholder="À choisir", key=key
        )
        return (COLUMN, title, one.text) if title else None
    known = kinds()
    kind = st.selectbox(
        fr.spaced(f"Quel type de structure est « {one.text} » ?"),
        [*one.offered, ASIDE],
        index=None,
        placeholder="À choisir",
        format_func=lambda name: known[name].label if name in known else "Aucun : laisser de côté",
        key=key,
    )
    return None if kind is None else (one.what, one.text, kind)


def done() -> None:
    """What was just remembered, or forgotten."""
    if told := st.session_state.pop(TOLD, ""):
        states.show("done", "C'est fait", told)


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
    try:
        with Store.open() as store:
            act(store)
    except UserError as problem:
        st.error(str(problem))
        return
    many = fr.plural(count, "choix retenu", "choix retenus")
    st.session_state[TOLD] = f"{many} ; le fichier est relu." if count else "Le choix est oublié."
    st.rerun()
