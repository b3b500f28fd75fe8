"""The structures of a zone: those that stand in it, serve it, or lie near its middle."""

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from ctg_data import fr
from ctg_data.access.catchment import Point, distances
from ctg_data.catalogue.structures.declared import kinds
from ctg_data.model import Level
from ctg_data.offer.beside import PROBABLE
from ctg_data.register import directory
from ctg_data.register.directory import Listing
from ctg_data.register.model import Structure
from ctg_data.territory.config import Zone
from ctg_data.workspace import Workspace
from ui.blocks import components, published_beside, states, tables
from ui.frame import menu
from ui.maps import base as map_base
from ui.state.memo import remembered

NEAR = 1000.0  # metres from the middle of the zone, as the crow flies
DIRECTORY = menu.script("annuaire")
WORDS = ["Type", "Où", "Source"]


def show(data: Workspace, zone: Zone) -> None:
    """What the register knows there today."""
    said, table, unknown = _told(data, zone, date.today())
    components.question("Quelles structures y trouve-t-on ?", said)
    if not table:
        states.show("empty", "Aucune structure connue ici", unknown)
    else:
        st.html(table)
        st.html(f'<p class="ctg-soft">{escape(fr.spaced(unknown))}</p>')
    st.page_link(DIRECTORY, label="Horaires et contacts : l'annuaire")


@remembered
def _told(data: Workspace, zone: Zone, today: date) -> tuple[str, str, str]:
    """What is said, the table (empty without a row), and what is not known."""
    found = directory.listing(data.register, data.territory, "", zone, today)
    near = _near(data, zone, found.elsewhere)
    rows = [_row(one, "dans la zone") for one in found.here]
    rows += [_row(one, "ailleurs, au service de la zone") for one in found.serving]
    rows += [_row(one, f"à {metres:.0f} m du centre de la zone") for one, metres in near]
    more = published_beside.listing(data, "", zone, today).here
    rows += [_row(one, _published(one)) for one in more]
    caption = f"Structures connues à ce jour, {zone.label}"
    table = tables.frame_html(caption, ["Structure"], [], WORDS, rows) if rows else ""
    return _sentence(found, near, zone) + _more(len(more)), table, _unknown(found)


def _near(
    data: Workspace, zone: Zone, others: Sequence[Structure]
) -> list[tuple[Structure, float]]:
    """Located structures close to the middle of a zone, the closest first.

    A schematic plan has no distances: nothing is near on it.
    """
    layer = map_base.grounds(data).layer(zone.level, zone.vintage)
    placed = [one for one in others if one.located]
    if layer is None or layer.schematic or zone.code not in layer.spots or not placed:
        return []
    spot = layer.spots[zone.code]
    points = [Point(one.id, one.longitude or 0.0, one.latitude or 0.0) for one in placed]
    metres = distances([Point(zone.code, spot.x, spot.y)], points)[0]
    near = [(one, far) for one, far in zip(placed, metres.tolist(), strict=True) if far <= NEAR]
    return sorted(((one, round(far, -2)) for one, far in near), key=lambda pair: pair[1])


def _sentence(found: Listing, near: Sequence[object], zone: Zone) -> str:
    told = [f"{fr.plural(len(found.here), 'structure connue', 'structures connues')} sur place"]
    if found.serving:
        told.append(f"{fr.plural(len(found.serving), 'autre')} au service de la zone")
    if near:
        told.append(f"{fr.plural(len(near), 'autre')} à moins d'un kilomètre de son centre")
    if found.unplaced and zone.level is not Level.COMMUNE:
        where = "lieu n'est pas situé" if len(found.unplaced) < 2 else "lieux ne sont pas situés"
        told.append(f"{fr.number(len(found.unplaced))} {where}")
    return f"{', '.join(told)}."


def _more(count: int) -> str:
    if not count:
        return ""
    size = fr.plural(count, "autre lieu y est publié", "autres lieux y sont publiés")
    them = "l'ait confirmé" if count < 2 else "les ait confirmés"
    return f" {size}, sans que la Ville {them}."


def _published(one: Structure) -> str:
    sure = "zone probable" if PROBABLE in one.note else "dans la zone"
    return f"{sure} ; publié, non confirmé par la Ville"


def _unknown(found: Listing) -> str:
    if found.open_lists:
        return (
            "Le registre n'est pas complet pour tous les types : ce qui n'y est pas peut exister."
        )
    return "Le registre est déclaré complet pour tous les types."


def _row(one: Structure, where: str) -> str:
    return tables.row(
        escape(fr.spaced(one.name)),
        [],
        [
            kinds()[one.kind].label,
            where,
            directory.source_of(one),
        ],
        heads=WORDS,
    )
