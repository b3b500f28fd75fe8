"""The base map a reader may ask for: off by default, and nothing of the map depends on it."""

import threading
import time
from datetime import date

import streamlit as st

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.workspace import Workspace
from geo import base_map
from geo.base_map import Picture
from geo.ground import Layer
from ui import selectors, states

KEY, NONE, PLAN = "fond", "aucun", "plan"
CHOICES = {NONE: "Aucun", PLAN: f"{base_map.NAME} (rues et lieux)"}
PATIENCE = 300.0  # seconds before a producer that failed is asked again
_FAILED: dict[tuple[str, base_map.Frame], tuple[float, str]] = {}
_ONE_AT_A_TIME = threading.Lock()  # two readers ask for the same picture once


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
    with _ONE_AT_A_TIME:
        when, why = _FAILED.get((territory, frame), (0.0, ""))
        if why and time.monotonic() - when < PATIENCE:
            return why
        try:
            return base_map.obtained(territory, frame, date.today())
        except UserError as problem:
            _FAILED[territory, frame] = time.monotonic(), str(problem)
            return str(problem)


def credit(under: Picture) -> str:
    """Whose picture it is, since when, under which licence."""
    return (
        f"Fond de carte : {base_map.NAME}, {base_map.PRODUCER}, {base_map.LICENCE}, image reçue le "
        f"{fr.day(under.received_on)} ; il situe les zones et n'en change aucun chiffre."
    )
