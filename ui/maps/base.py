"""The base map a reader may ask for: off by default, and nothing of the map depends on it."""

import time
from datetime import date
from functools import partial

import streamlit as st

from ctg_data import fr
from ctg_data.boundaries import base_map
from ctg_data.boundaries.base_map import Picture
from ctg_data.built_once import BuiltOnce
from ctg_data.errors import UserError
from ctg_data.workspace import Workspace
from geo.maps import ground
from geo.maps.choropleth import Place
from geo.maps.layers import Ground, Layer
from ui.blocks import selectors, states
from ui.state.memo import remembered

KEY, NONE, PLAN = "fond", "aucun", "plan"
CHOICES = {NONE: "Aucun", PLAN: f"{base_map.NAME} (rues et lieux)"}
PATIENCE = 300.0  # seconds before a producer that failed is asked again
MOST = 256  # frames tried at hand, of every territory
Tried = tuple[float, Picture | str]  # when, and the picture or why there is none
# one picture is asked for once, and who wants another one does not wait for it
_TRIED: BuiltOnce[tuple[str, base_map.Frame], Tried] = BuiltOnce(MOST)


def ask(data: Workspace, layer: Layer) -> Picture | None:
    """The base map to lay under the zones; none on a plan without scale or an invented place."""
    if layer.schematic or data.territory.fictional:
        return None
    if selectors.choose(KEY, "Fond de carte", list(CHOICES), CHOICES.__getitem__) == NONE:
        return None
    with st.spinner("L'IGN prépare le fond de carte…"):
        found = obtained(data.territory.id, layer.frame)
    if isinstance(found, Picture):
        return found
    states.show(
        "empty",
        "Fond de carte absent",
        f"{found} La carte reste entière sans lui : ses zones, ses couleurs et ses chiffres n'en "
        "dépendent pas.",
    )
    return None


def obtained(territory: str, frame: base_map.Frame) -> Picture | str:
    """The picture, or why there is none; a producer that failed is left alone for a while."""
    return _TRIED.get((territory, frame), partial(_tried, territory, frame), holds=_in_vain)[1]


def _tried(territory: str, frame: base_map.Frame) -> Tried:
    try:
        return time.monotonic(), base_map.obtained(territory, frame, date.today())
    except UserError as problem:
        return time.monotonic(), str(problem)


def _in_vain(tried: Tried) -> bool:
    """Whether a producer failed lately; a picture is looked for anew, its file may be gone."""
    when, found = tried
    return isinstance(found, str) and time.monotonic() - when < PATIENCE


def credit(under: Picture) -> str:
    """Whose picture it is, since when, under which licence."""
    return (
        f"Fond de carte : {base_map.NAME}, {base_map.PRODUCER}, {base_map.LICENCE}, image reçue le "
        f"{fr.day(under.received_on)} ; il situe les zones et n'en change aucun chiffre."
    )


@remembered
def grounds(data: Workspace) -> Ground:
    """The outlines of the territory."""
    return ground.open_ground(data.territory)


def where_drawn(data: Workspace, layer: Layer) -> Place:
    """Where a map of a layer is drawn, with the base map that it may lie on."""
    return Place(grounds(data), layer, data.label, base_map.folder(data.territory.id))
