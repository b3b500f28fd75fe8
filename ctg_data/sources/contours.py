"""What every layer of outlines has in common: which level it serves, and how it is read.

``ctg_data/boundaries/received.py`` reads the same bytes again to draw them: an outline is no
observation.
"""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import SourceChanged
from ctg_data.model import Level
from ctg_data.sources.base import Reading, observations_of
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig
from geo.outlines import checks, formats, whereabouts, zones
from geo.outlines.checks import Checked

ARCHIVE = "GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson"
WATER = "cours_d_eau"
LEAST_WATER = 2.0  # hectares: a river, not a basin in a garden


@dataclass(frozen=True)
class Layer:
    """One layer: ``vintage`` tells the generations of QPV apart, ``member`` is in an archive."""

    level: Level
    vintage: int = 0
    member: str = ""


LAYERS = {
    "qpv_2024": Layer(Level.QPV, 2024, ARCHIVE),
    "qpv_2015": Layer(Level.QPV, 2015),
    "contours_iris": Layer(Level.IRIS),
    "admin_communes": Layer(Level.COMMUNE),
    "admin_epci": Layer(Level.EPCI),
}


def zones_in(dataset: str, content: bytes, territory: TerritoryConfig) -> Checked:
    """The zones of a territory in the bytes of a layer, checked.

    Raises:
        UserError: all that is wrong with the layer; none of it may be used.
    """
    layer = LAYERS[dataset]
    raw = formats.read(content, dataset, _member(layer, content))
    awaited = checks.wanted(territory, layer.level, layer.vintage)
    if not raw.features and not awaited.zones and not layer.member:
        # asked of one territory that awaits none, and answered in full; a national archive that
        # is empty is a fault whoever asks
        return Checked((), {})
    return checks.zones_of(raw, awaited, territory)


def water_in(content: bytes) -> BaseGeometry:
    """Rivers and large waters of a layer, as one form.

    Raises:
        SourceChanged: the layer lies elsewhere, or holds no surface.
    """
    raw = formats.read(content, WATER)
    forms = [zones.polygonal(one.form) for one in raw.features if one.form is not None]
    forms = [one for one in forms if not one.is_empty]
    for one in forms:
        if (look := whereabouts.coordinates(one.bounds)) != "degres":
            raise SourceChanged(
                f"« {WATER} » ne peut pas servir : {whereabouts.misplaced(look, [WATER], raw.epsg)}"
            )
    areas = formats.hectares(forms)
    large = [one for one, area in zip(forms, areas, strict=True) if area >= LEAST_WATER]
    return shapely.union_all(large)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Check the bytes; they hold no observation, and are read again where they are drawn."""
    empty = observations_of([], citation)
    if dataset.id == WATER:
        found = water_in(content)
        count = len(shapely.get_parts(found))
        return Reading(empty, count=count, noun="contour")
    checked = zones_in(dataset.id, content, territory)
    notes = [f"« {dataset.id} » : {note}" for note in checked.notes]
    if not checked.outlines:
        notes.append(
            f"« {dataset.id} » : aucune zone de la commune dans la liste, lue en entier "
            f"({dataset.level.label})."
        )
    else:
        size = fr.number(sum(checked.hectares.values()), 1)
        notes.append(
            f"« {dataset.id} » : {fr.plural(len(checked.outlines), 'contour')}, {size} ha."
        )
    return Reading(empty, notes=tuple(notes), count=len(checked.outlines), noun="contour")


def _member(layer: Layer, content: bytes) -> str:
    """Which file of an archive to read: the official one, unless it holds another form of it."""
    if not layer.member or b".geojson" in content[-100_000:].lower():
        return layer.member
    return ""
