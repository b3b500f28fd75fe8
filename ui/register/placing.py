"""Where structures stand: look for their addresses, or say it by hand."""

import streamlit as st

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.register import imports as register
from ctg_data.register.model import OUTSIDE, ZONINGS, Structure
from ctg_data.store.session import Store
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, places, states
from ui.frame import page as frame
from ui.register import importing as register_importing
from ui.state.memo import remembered
from ui.submissions import acts, report as socle_report

UNKNOWN = ""
BY_ZONE, BY_POINT = "Sa zone", "Ses coordonnées"
TOLD = "_register_placed"
WORDS = {
    "iris": "IRIS",
    "quartier": "Quartier de la ville",
    "qpv_2015": "QPV (contours de 2015)",
    "qpv_2024": "QPV (contours de 2024)",
}


def panel(data: Workspace) -> None:
    """Structures that no map can show yet, and two ways to place them."""
    if not register_importing.allowed() or not data.register.structures:
        return
    lost = _lost(data)
    said = (
        f"{fr.plural(len(lost), 'structure')} sans lieu : dans la liste, hors des zones."
        if lost
        else "Toutes les structures sont placées."
    )
    components.question("Où sont-elles ?", said)
    acts.tell(TOLD, "Lieux enregistrés", "empty")
    _search(data)
    with st.expander("Placer une structure à la main"):
        _by_hand(data)


@remembered
def _lost(data: Workspace) -> list[Structure]:
    here = data.territory.commune.code
    known = data.register.structures
    return [one for one in known if one.commune == here and not one.zone("iris", here)]


@remembered
def _ordered(data: Workspace) -> list[Structure]:
    """Those to be placed first."""
    lost = _lost(data)
    return fr.by_name(
        data.register.structures, lambda one: one.name, before=lambda one: one not in lost
    )


def _search(data: Workspace) -> None:
    """Ask the IGN for the addresses that have no point."""
    wanted = [one for one in data.register.structures if one.address and not one.located]
    if data.territory.fictional or not wanted:
        return
    count = fr.plural(len(wanted), "adresse")
    socle_report.soft(
        f"{count} à chercher auprès de l'IGN (Géoplateforme) : l'adresse seule est envoyée. Sans "
        "réseau, donnez la zone à la main."
    )
    if not st.button("Chercher les adresses", icon=":material/travel_explore:"):
        return
    try:
        with st.spinner("Recherche des adresses…"), Store.open() as store:
            got = register.find_addresses(data.territory, store)
    except UserError as problem:
        st.error(str(problem))
        return
    if got.problem:
        states.show("broken", "La recherche s'est arrêtée", got.problem)
    elif not got.found:
        states.show("empty", "Aucune adresse trouvée", "Précisez-les, ou placez-les à la main.")
    if got.found:
        missed = f" ; {len(got.missed)} à préciser" if got.missed else ""
        found = fr.plural(len(got.found), "adresse trouvée", "adresses trouvées")
        st.session_state[TOLD] = f"{found}{missed}. {got.problem}".strip()
        frame.refresh()
        st.rerun()


def _by_hand(data: Workspace) -> None:
    """A point, or zones when the point is not known."""
    known = {one.id: one for one in _ordered(data)}
    chosen = st.selectbox(
        "Structure",
        list(known),
        format_func=lambda name: f"{known[name].name} · {name}",  # two may bear one name
        key="_register_structure",
    )
    one = known[chosen]
    how = st.radio("Ce que vous connaissez", [BY_ZONE, BY_POINT], horizontal=True)
    with st.form("register-place", border=False):
        point, given = None, dict[str, str]()
        if how == BY_POINT:
            point = _point(one)
        else:
            given = {x: _zone(data, one, x) for x in ZONINGS if _zones(data, x)}
        if st.form_submit_button("Enregistrer ce lieu", icon=":material/location_on:"):
            _keep(data, one, point, given)


def _point(one: Structure) -> tuple[float, float] | None:
    left, right = st.columns(2)
    longitude = left.number_input(
        "Longitude (degrés)", value=one.longitude, format="%.6f", step=0.0001
    )
    latitude = right.number_input(
        "Latitude (degrés)", value=one.latitude, format="%.6f", step=0.0001
    )
    return None if longitude is None or latitude is None else (float(longitude), float(latitude))


def _zones(data: Workspace, column: str) -> tuple[Zone, ...]:
    level, vintage = ZONINGS[column]
    return data.territory.zones(level, vintage or None)


@remembered
def _zone_names(data: Workspace, column: str) -> dict[str, str]:
    zones = fr.by_name(_zones(data, column), places.full_name)
    return {zone.code: places.full_name(zone) for zone in zones}


def _zone(data: Workspace, one: Structure, column: str) -> str:
    found = _zone_names(data, column)
    options = [UNKNOWN, *([OUTSIDE] if column.startswith("qpv") else []), *found]
    now = one.zones.get(column, UNKNOWN)
    chosen = st.selectbox(
        WORDS[column],
        options,
        index=options.index(now) if now in options else 0,
        format_func=lambda code: found.get(code) or ("hors QPV" if code else "non connu"),
        key=f"_register_{column}_{one.id}",
    )
    return str(chosen or UNKNOWN)


def _keep(
    data: Workspace, one: Structure, point: tuple[float, float] | None, given: dict[str, str]
) -> None:
    if point is None and not any(given.values()):
        st.error("Donnez un point, ou au moins une zone.")
        return

    def place() -> str:
        with Store.open() as store:
            register.place_by_hand(data.territory, store, one, point=point, zones=given)
        return f"« {one.name} » est placée."

    acts.carry_out(place, TOLD)
