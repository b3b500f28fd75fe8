"""Import of a register: drop a file, read its report and what it changes, confirm, go back."""

from html import escape

import streamlit as st

from ctg_data import fr, role
from ctg_data.catalogue.structures import kinds
from ctg_data.errors import UserError
from ctg_data.register import imports as register
from ctg_data.register.imports import Change, Examined, Severity
from ctg_data.role import Role
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import components, states, tables
from ui.frame import page as frame
from ui.register import asking as register_asking
from ui.submissions import report as socle_report

FILE, SEEN, TURN = "_register_file", "_register_seen", "_register_turn"
DONE = "_register_done"
KINDS = ["xlsx", "csv", "ods", "xls", "txt"]
CHANGE = ["Changement", "Détail"]
MOST = 60  # changes shown one by one


def allowed() -> bool:
    """Whether this reader may change the register."""
    return role.current() is not Role.LECTEUR


def panel(data: Workspace) -> None:
    """Everything needed to bring a register in, and to take it back."""
    if not allowed():
        return
    components.question(
        "Comment le mettre à jour ?",
        "Déposez la liste entière, dans le modèle ou telle que vous la tenez : rien ne change "
        "avant votre accord.",
    )
    told = st.session_state.pop(DONE, "")
    if told:
        states.show("empty", "Registre mis à jour", told)
    register_asking.done()
    left, right = st.columns([3, 2], gap="large")
    with left:
        turn = st.session_state.get(TURN, 0)
        given = st.file_uploader("Liste des structures", type=KINDS, key=f"register-file-{turn}")
    with right:
        _files(data)
    if given is not None and st.session_state.get(SEEN) != given.file_id:
        st.session_state[FILE] = (given.name, given.getvalue())
        st.session_state[SEEN] = given.file_id
    found: tuple[str, bytes] | None = st.session_state.get(FILE)
    if found is not None:
        _examine(data, found)
    register_asking.remembered(data)
    _history(data)


def _files(data: Workspace) -> None:
    place = data.territory
    st.download_button(
        "Télécharger le modèle vide",
        lambda: register.model(place),
        file_name=f"MODELE_STRUCTURES_{place.commune.code}.xlsx",
        on_click="ignore",
        icon=":material/download:",
    )
    if data.register.structures:
        st.download_button(
            "Télécharger le registre à corriger",
            lambda: register.model(place, data.register),
            file_name=f"STRUCTURES_{place.commune.code}.xlsx",
            on_click="ignore",
            icon=":material/download:",
        )


def _examine(data: Workspace, given: tuple[str, bytes]) -> None:
    """The report of a file, what it changes, and the decision."""
    try:
        with st.spinner("Lecture du fichier et vérifications…"), Store.open() as store:
            seen = register.examine(*given, data.territory, store)
    except register.UnreadableFile as problem:
        states.show("broken", "Fichier illisible", str(problem))
        return
    components.answer(seen.report.summary())
    register_asking.panel(data, seen)
    _remarks(seen)
    socle_report.files(seen.report, "register")
    if not seen.report.refused:
        _changes(seen)
    _decide(data, seen)


def _remarks(seen: Examined) -> None:
    for severity in Severity:
        found = [one for one in seen.report.messages if one.severity is severity]
        if found:
            title = f"{severity.label} ({len(found)})"
            aloud = severity in socle_report.ALOUD
            with st.container() if aloud else st.expander(title):
                st.html(socle_report.table(title, found))


def _changes(seen: Examined) -> None:
    """What the import would change, structure by structure."""
    if not seen.changes:
        states.show("empty", "Aucun changement", "Ce fichier dit la même chose que le registre.")
        return
    body = [
        tables.row(escape(one.name or one.id), [], [_what(one), _detail(one)], heads=CHANGE)
        for one in seen.changes[:MOST]
    ]
    rest = len(seen.changes) - MOST
    title = f"Ce qui changerait ({len(seen.changes)})"
    st.html(tables.frame_html(title, ["Structure"], [], CHANGE, body))
    if rest > 0:
        socle_report.soft(f"… et {fr.plural(rest, 'autre changement', 'autres changements')}.")


def _what(one: Change) -> str:
    kind = kinds()[one.kind].label
    return f"{one.what} ({kind})" if one.name else f"{one.what} : liste complète ({kind})"


def _detail(one: Change) -> str:
    return " ; ".join(f"{name} : {old or 'vide'} → {new or 'vide'}" for name, old, new in one.cells)


def _decide(data: Workspace, seen: Examined) -> None:
    with st.container(horizontal=True, gap="medium"):
        agreed = st.button(
            "Mettre ce registre en place",
            type="primary",
            disabled=seen.report.refused or not seen.changes,
            icon=":material/check:",
        )
        dropped = st.button("Abandonner", type="tertiary")
    if agreed:
        try:
            with Store.open() as store:
                register.put_in_force(seen, data.territory, store)
        except UserError as problem:
            st.error(str(problem))
            return
        said = fr.plural(len(seen.changes), "changement")
        st.session_state[DONE] = f"{said} de « {seen.name} ». Les pages en tiennent compte."
    if agreed or dropped:
        for name in (FILE, SEEN):
            st.session_state.pop(name, None)
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
        frame.refresh()
        st.rerun()


def _history(data: Workspace) -> None:
    """Every change on this machine, and the way back from the last one."""
    with Store.open() as store:
        found = register.history(data.territory, store)
    if not found:
        return
    standing = [one for one in found if not one.undone]
    body = [
        tables.row(
            escape(one.what),
            [],
            [f"{fr.day(one.at)}, {one.role}", "annulé" if one.undone else "gardé"],
            heads=["Quand", "État"],
        )
        for one in found
    ]
    with st.expander(f"Changements du registre ({len(found)})"):
        caption = "Changements du registre sur ce poste, le dernier d'abord"
        st.html(tables.frame_html(caption, ["Changement"], [], ["Quand", "État"], body))
        if standing and st.button("Annuler le dernier changement", icon=":material/undo:"):
            try:
                with Store.open() as store:
                    register.undo(data.territory, store, standing[0].number)
            except UserError as problem:
                st.error(str(problem))
                return
            st.session_state[DONE] = f"« {standing[0].what} » est annulé."
            frame.refresh()
            st.rerun()
