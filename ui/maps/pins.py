"""Structures laid over the map: one type at a time, open the year of the figures."""

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.register.model import Structure, age_words
from ctg_data.workspace import Workspace
from geo.maps.layers import Layer
from geo.maps.strokes import Pin
from ui.blocks import selectors, states
from ui.state.memo import remembered

KEY, NONE = "structures", "aucune"


def ask(data: Workspace, layer: Layer, period: int) -> str:
    """The type of structure to lay over the map; empty for none, and on a plan without scale."""
    offered = _offered(data, period)
    if not offered or layer.schematic:
        return ""
    chosen = selectors.choose(
        KEY,
        "Structures sur la carte",
        [NONE, *offered],
        lambda one: "Aucune" if one == NONE else kinds()[one].many,
    )
    return "" if chosen == NONE else chosen


def pins(data: Workspace, kind: str, period: int) -> tuple[Pin, ...]:
    """Where the structures of a type stood at the end of a year."""
    return tuple(
        Pin(one.longitude, one.latitude, one.name, _words(one))
        for one in _open(data, kind, period)
        if one.longitude is not None and one.latitude is not None
    )


def legend(data: Workspace, kind: str, period: int) -> str:
    """What the squares are, and how many cannot be drawn."""
    found = _open(data, kind, period)
    lost = sum(not one.located for one in found)
    said = f"{kinds()[kind].many}, fin {period}"
    if lost:
        told = fr.plural(
            lost, "structure sans emplacement connu", "structures sans emplacement connu"
        )
        said += f" ({told}, hors de la carte)"
    return said


def awaited(data: Workspace) -> None:
    """What is missing before access can be shown, when it cannot."""
    for title, holes in _awaited(data):
        states.show("awaited", f"{title} : attendu", f"Il manque {holes}.")


@remembered
def _awaited(data: Workspace) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.title, " ; ".join(data.awaited(one)))
        for one in data.indicators()
        if one.compute.looks_beyond and not data.has_data(one)
    )


@remembered
def _offered(data: Workspace, period: int) -> tuple[str, ...]:
    located = {one.kind for one in data.structures(period) if one.located}
    return tuple(kind for kind in kinds() if kind in located)


def _open(data: Workspace, kind: str, period: int) -> list[Structure]:
    return [one for one in data.structures(period) if one.kind == kind]


def _words(one: Structure) -> str:
    said = [fr.plural(one.places, "place")] if one.places else []
    return ", ".join([*said, *filter(None, [age_words(one), one.manager])])
