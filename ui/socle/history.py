"""The imports of the socle on this machine: the report of each, and the way back from it."""

import streamlit as st

from ctg_data import fr
from ctg_data.socle import imports as socle, report as reports
from ctg_data.socle.imports import Imported, Series
from ctg_data.store.session import Store
from ctg_data.workspace import Workspace
from ui.blocks import components, tables
from ui.submissions import acts, report as socle_report

LEFT = "_undo_left"  # what an undo could not take off the disk
UNDO = acts.WayBack(
    "Annuler un import",
    "Import à annuler",
    "J'ai compris : ses valeurs seront oubliées",
    "Annuler cet import",
)
IMPORT = ["Nature", "État", "Importé le", "Fichier"]


def history(data: Workspace, series: Series = Series.SOCLE) -> None:
    """Every import, its report, and the way back from it."""
    found = imports(data, series)
    if not found:
        return
    components.question(
        "Quels socles ont été importés ?"
        if series is Series.SOCLE
        else "Quelles réponses ont été importées ?",
        "Annuler un import oublie ses valeurs ; ce qui a déjà été montré reste en mémoire, car le "
        "prochain masquage en a besoin.",
    )
    body = [
        tables.row(
            f"{one.number} · {one.what}",
            [fr.number(one.rows)],
            [one.kind, reports.STATES[one.state], f"{fr.day(one.at)}, {one.role}", one.label],
            heads=["Valeurs", *IMPORT],
        )
        for one in found
    ]
    st.html(tables.frame_html("Imports de ce poste", ["Import"], ["Valeurs"], IMPORT, body))
    _again(found)
    _undo(data, [one for one in found if not one.undone])


def _names(some: list[Imported]) -> dict[int, str]:
    return {one.number: f"{one.number} · {one.what} · {one.label}" for one in some}


def _again(found: list[Imported]) -> None:
    """The report of any import, as it was made; no count is in it, so an undo leaves it."""
    with st.expander("Relire le compte rendu d'un import"):
        names = _names(found)
        number = st.selectbox("Compte rendu de", list(names), format_func=names.__getitem__)
        entry = next(one for one in found if one.number == number)
        became = reports.outcome(entry)
        socle_report.soft(became)
        socle_report.show(socle.report_of(entry), f"{number}", folded=False, outcome=became)


def _undo(data: Workspace, kept: list[Imported]) -> None:
    if not kept:
        return
    if words := st.session_state.pop(LEFT, ""):
        st.info(words, icon=":material/info:")

    def undo(number: int) -> str:
        left: list[str] = []
        with Store.open() as store:
            socle.undo(store, data.territory, number, left.append)
        return " ".join(left)

    UNDO.offer(_names(kept), undo, LEFT)


def imports(data: Workspace, series: Series | None = None) -> list[Imported]:
    """Every import on this machine, or those of a series, the last one first."""
    with Store.open() as store:
        return socle.imports(store, data.territory, series)
