"""Structures laid over the map: one type at a time, open the year of the figures.

What lists publish beside the register has an open mark, and the day of its lists: no list says
what stood in another year.
"""

from datetime import date

from ctg_data import fr
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.offer.beside import PROBABLE
from ctg_data.register import directory
from ctg_data.register.model import Structure, age_words
from ctg_data.workspace import Workspace
from geo.maps.layers import Layer
from geo.maps.strokes import Pin
from ui.blocks import published_beside, selectors, states
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
    """Where the structures of a type stood at the end of a year, and those published since."""
    held = [(one, _words(one), False) for one in _open(data, kind, period)]
    more = [(one, _published_words(one), True) for one in _published(data, kind)]
    return tuple(
        Pin(one.longitude, one.latitude, one.name, words, hollow)
        for one, words, hollow in (*held, *more)
        if one.longitude is not None and one.latitude is not None
    )


def legend(data: Workspace, kind: str, period: int) -> str:
    """What the squares are, and how many cannot be drawn; nothing when there are none."""
    found = _open(data, kind, period)
    if not found:
        return ""
    lost = sum(not one.located for one in found)
    said = f"{kinds()[kind].many}, fin {period}"
    if lost:
        told = fr.plural(
            lost, "structure sans emplacement connu", "structures sans emplacement connu"
        )
        said += f" ({told}, hors de la carte)"
    return said


def published_legend(data: Workspace, kind: str) -> str:
    """What the open squares are, and how many cannot be drawn; nothing when there are none."""
    found = _published(data, kind)
    if not found:
        return ""
    last = max(one.source_date for one in found)
    when = f" au {fr.day(date.fromisoformat(last))}" if len(last) == len("2025-01-01") else ""
    said = f"{kinds()[kind].many} : publiés{when}, non confirmés par la Ville"
    if lost := sum(not one.located for one in found):
        said += f" ({fr.plural(lost, 'lieu')} sans emplacement connu, hors de la carte)"
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
    known = (*data.structures(period), *published_beside.around(data).entries)
    located = {one.kind for one in known if one.located}
    return tuple(kind for kind in kinds() if kind in located)


def _open(data: Workspace, kind: str, period: int) -> list[Structure]:
    return [one for one in data.structures(period) if one.kind == kind]


def _published(data: Workspace, kind: str) -> list[Structure]:
    return [one for one in published_beside.around(data).entries if one.kind == kind]


def _published_words(one: Structure) -> str:
    sure = [PROBABLE] if PROBABLE in one.note else []
    return "<br>".join([one.address or "adresse non diffusée", *sure, directory.origin(one)])


def _words(one: Structure) -> str:
    said = [fr.plural(one.places, "place")] if one.places else []
    return ", ".join([*said, *filter(None, [age_words(one), one.manager])])
