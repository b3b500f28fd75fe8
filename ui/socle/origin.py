"""« D'où vient ce chiffre ? »: from a figure on screen to its line in the CAF's file."""

from html import escape

import streamlit as st

from ctg_data import fr, role
from ctg_data.diagnosis import evolutions, origin as socle_origin
from ctg_data.socle import imports as socle
from ctg_data.socle.imports import Series
from ctg_data.store.session import Store
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, places, states, tables
from ui.socle import history as socle_history

HEADS = ["Fichier, feuille, ligne, colonne", "Importé le"]


def trace(data: Workspace) -> None:
    """One figure of the reader's choice, and every count behind it."""
    kept = socle_history.imports(data, Series.SOCLE)
    active = [one for one in kept if one.state == socle.ACTIVE and one.citation.confidential]
    if not active:
        return
    components.question(
        "D'où vient ce chiffre ?",
        "Chaque chiffre du socle ramène à sa ligne dans le fichier de la CAF.",
    )
    year = max(one.year for one in active)
    zones = _zones(data)
    offered = {one.id: one for one in evolutions.evolutions(data).indicators}
    left, right, _ = st.columns([2, 3, 1])
    with left:
        zone = zones[
            st.selectbox("Lieu", list(zones), format_func=lambda x: places.full_name(zones[x]))
        ]
    with right:
        chosen = offered[
            st.selectbox("Indicateur", list(offered), format_func=lambda x: offered[x].title)
        ]
    with Store.open() as store:
        found = socle_origin.origins(data, store, chosen, zone, year, role.current())
    if not any(one.origin for one in found):
        states.show(
            "empty",
            f"Ce chiffre de {year} ne vient pas d'un fichier de la CAF importé ici",
            "Sa source est citée sous chaque figure où il paraît.",
        )
        return
    caption = f"{chosen.title}, {zone.label}, {year}"
    body = [_row(one) for one in found]
    st.html(tables.frame_html(caption, ["Compte"], ["Valeur"], HEADS, body))


def _row(one: socle_origin.Operand) -> str:
    value = one.sign if one.value is None else fr.number(one.value)
    where, day = "autre source", "–"
    if one.origin is not None:
        where, day = str(one.origin), fr.day(one.origin.imported_on)
        where += f" (empreinte {one.origin.sha256[:12]}…)" if one.origin.sha256 else ""
    name = escape(fr.spaced(one.label))
    return tables.row(name, [escape(value)], [where, day], heads=["Valeur", *HEADS])


def _zones(data: Workspace) -> dict[str, Zone]:
    """The commune first, then the zones with figures, by level."""
    made = evolutions.evolutions(data)
    every = [data.territory.commune]
    every += [zone for level in made.levels() for zone in made.places(level)]
    return {f"{zone.level}:{zone.code}": zone for zone in every}
