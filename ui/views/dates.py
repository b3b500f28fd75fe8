"""« De quand sont les chiffres ? »: editions, years observed, and what the year rests on."""

from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.dating import Dating
from ctg_data.diagnosis import dating_evidence
from ctg_data.diagnosis.dating_evidence import Evidence
from ctg_data.workspace import Workspace
from ui.blocks import components, tables
from ui.state.memo import remembered

SAID = {
    Dating.PRODUCTEUR: "Le producteur dit l'année.",
    Dating.EGALITE: "Le fichier ne la dit pas ; ses valeurs sont celles d'un fichier qui la dit.",
    Dating.COMPARAISON: "Le fichier ne la dit pas ; ses séries suivent celles d'un fichier daté. "
    "L'année s'écrit « vers », et reste à confirmer par le dictionnaire du producteur.",
    Dating.NON_ETABLI: "Rien ne la dit : le chiffre est montré avec son édition, et ne se compare "
    "à aucune autre année.",
}
NAMES = {
    Dating.PRODUCTEUR: "dite par le producteur",
    Dating.EGALITE: "établie par égalité",
    Dating.COMPARAISON: "établie par comparaison",
    Dating.NON_ETABLI: "non établie",
}
HEADS = ["Ce que compte la colonne", "Année observée", "Preuve"]


def dates(data: Workspace) -> None:
    """Only where a file is named otherwise than by the year it counts."""
    if html := _html(data):
        st.html(html)


@remembered
def _html(data: Workspace) -> str:
    frame = data.release.frame
    if not frame["edition"].ne("").any():
        return ""
    counts = frame[frame["value"].notna()]["dating"].value_counts()
    body = [
        tables.row(
            escape(f"Année {NAMES[one]}"),
            [fr.number(int(counts.get(str(one), 0)))],
            [SAID[one]],
            heads=["Chiffres", "Ce que cela veut dire"],
        )
        for one in Dating
    ]
    first = tables.frame_html(
        f"{data.territory.label}, comment l'année de chaque chiffre est connue",
        ["Année"],
        ["Chiffres"],
        ["Ce que cela veut dire"],
        body,
    )
    lines = [
        tables.row(escape(fr.spaced(one.title)), [], [one.what, _lag(one), one.why], heads=HEADS)
        for one in dating_evidence.evidence()
    ]
    second = tables.frame_html("Preuves, fichier par fichier", ["Fichier"], [], HEADS, lines)
    fold = (
        f'<details class="ctg-method ctg-proofs"><summary>Les preuves</summary>{second}</details>'
    )
    head = components.question_html(
        "De quand sont les chiffres ?",
        "L'année montrée est celle de l'observation ; l'édition d'un fichier est son nom, "
        "jamais son année.",
    )
    return components.stacked([head, first + fold])


def _lag(one: Evidence) -> str:
    """« éditions 2021 et 2022 : 4 ans plus tôt »."""
    many = "s" if len(one.editions) > 1 else ""
    named = fr.listed([str(edition) for edition in one.editions])
    return f"édition{many} {named} : {fr.plural(one.lag, 'an')} plus tôt"
