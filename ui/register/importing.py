"""Import of a register: drop a file, read its report and what it changes, confirm, go back."""

from html import escape

import streamlit as st

from ctg_data import fr, role
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register import imports as register
from ctg_data.register.imports import Change, Examined, State
from ctg_data.role import Role
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import components, states, tables
from ui.register import asking as register_asking
from ui.submissions import acts, report as socle_report
from ui.submissions.drop import Drop, read

DROP = Drop("register", "Liste des structures", ("xlsx", "csv", "ods", "xls", "txt"))
FILE, DONE = DROP.file, "_register_done"
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
    acts.tell(DONE, "Registre mis à jour", "empty")
    acts.tell(register_asking.TOLD, "C'est fait")
    given = DROP.given(lambda: _files(data))
    if given is not None:
        _examine(data, given)
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

    def judged() -> Examined:
        with Store.open() as store:
            return register.examine(*given, data.territory, store)

    seen = read(judged)
    if seen is None:
        return
    components.answer(seen.report.summary())
    register_asking.panel(data, seen)
    socle_report.show(seen.report, "register")
    if not seen.report.refused:
        _changes(seen)
    _decide(data, seen)


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
    def put() -> str:
        with Store.open() as store:
            register.put_in_force(seen, data.territory, store)
        DROP.let_go()
        said = fr.plural(len(seen.changes), "changement")
        return f"{said} de « {seen.name} ». Les pages en tiennent compte."

    closed = seen.report.refused or not seen.changes
    if DROP.agreed("Mettre ce registre en place", closed=closed):
        acts.carry_out(put, DONE)


def _history(data: Workspace) -> None:
    """Every change on this machine, and the way back from the last one."""
    with Store.open() as store:
        found = register.history(data.territory, store)
    if not found:
        return
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
        last = next((one for one in found if one.in_place), None)
        if last and st.button("Annuler le dernier changement", icon=":material/undo:"):
            acts.carry_out(lambda: _undone(data, last), DONE)


def _undone(data: Workspace, last: State) -> str:
    with Store.open() as store:
        register.undo(data.territory, store, last.number)
    return f"« {last.what} » est annulé."
