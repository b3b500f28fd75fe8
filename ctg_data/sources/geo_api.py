"""geo.api.gouv.fr: the communes of the EPCI, and the outlines of the département's communes.

Producer's page: https://geo.api.gouv.fr/decoupage-administratif (Licence Ouverte 2.0).
Outlines are brought one département at a time; an EPCI's own outline is not asked for: two
versions of it contradict each other, so it is dissolved from its communes.
"""

import json
from dataclasses import dataclass
from typing import Any

from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.model import Level
from ctg_data.sources.base import Fetched, Reading, observations_of
from ctg_data.sources.http import Http, host
from ctg_data.sources.json_answers import is_web_page
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.whereabouts import FRANCE

LIST, OUTLINES = "epci_communes", "commune_contours"
FIELDS = "code,nom,population,codeEpci"


@dataclass(frozen=True)
class Commune:
    """A commune as listed; ``population`` is the municipal one, ``None`` when not told."""

    code: str
    name: str
    epci: str
    population: int | None


def fetch(dataset: Dataset, territory: TerritoryConfig, clients: Any) -> Fetched | None:
    """Bring the list or the outlines; nothing is asked of an intercommunalité that is not."""
    base = clients.geo
    if dataset.id == LIST:
        if not territory.epci.code:
            return None
        path, params = f"/epcis/{territory.epci.code}/communes", {"fields": FIELDS}
    else:
        path = f"/departements/{territory.departement.code}/communes"
        params = {"fields": FIELDS, "format": "geojson", "geometry": "contour"}
    return _asked(clients.http, base, path, params)


def everywhere(http: Http, base: str) -> list[Commune]:
    """Every commune of France with its population, for a list that is used once and not kept."""
    return communes(_asked(http, base, "/communes", {"fields": FIELDS}).content)


def _asked(http: Http, base: str, path: str, params: dict[str, str]) -> Fetched:
    answer = http.get(base + path, params)
    if answer.status == 404:
        raise SourceChanged(
            f"{host(base)} ne connaît pas ce territoire ({path}). Vérifiez les codes du territoire."
        )
    if answer.status >= 400 or is_web_page(answer.content):
        raise SourceUnavailable(
            f"{host(base)} n'a pas donné de liste (réponse {answer.status}). Réessayez plus tard."
        )
    return Fetched(answer.address, answer.content, answer.media_type)


def read(dataset: Dataset, content: bytes, territory: TerritoryConfig, citation: str) -> Reading:
    """Check the bytes; they hold no observation, and are read again where they are drawn."""
    empty = observations_of([], citation)
    if dataset.id == OUTLINES:
        return Reading(empty, count=len(outlines(content)))
    listed = communes(content)
    known = {zone.code for zone in territory.epci_members}
    changed = sorted(known ^ {one.code for one in listed}) if known else []
    note = (
        f"Les communes de l'intercommunalité ne sont plus celles du territoire déclaré "
        f"({', '.join(changed[:5])})."
    )
    return Reading(empty, notes=(note,) if changed else (), count=len(listed))


def communes(content: bytes) -> list[Commune]:
    """The communes of a list, in the order of their codes."""
    rows = _json(content)
    if not isinstance(rows, list) or not rows:
        raise _changed("une liste de communes")
    found = []
    for row in map(tables.mapping, rows):
        code = tables.code(str(row.get("code", "")), Level.COMMUNE)
        if not code or not row.get("nom"):
            raise _changed("un code et un nom pour chaque commune")
        people = row.get("population")
        size = people if isinstance(people, int) and people >= 0 else None
        found.append(Commune(code, str(row["nom"]), str(row.get("codeEpci") or ""), size))
    return sorted(found, key=lambda one: one.code)


def outlines(content: bytes) -> dict[str, dict[str, Any]]:
    """GeoJSON geometries by commune code, in degrees, longitude first."""
    features = tables.mapping(_json(content)).get("features")
    if not isinstance(features, list) or not features:
        raise _changed("des contours (GeoJSON)")
    found: dict[str, dict[str, Any]] = {}
    for feature in features:
        properties = tables.mapping(tables.mapping(feature).get("properties"))
        code = tables.code(str(properties.get("code", "")), Level.COMMUNE)
        geometry = tables.mapping(tables.mapping(feature).get("geometry"))
        if not code or geometry.get("type") not in ("Polygon", "MultiPolygon"):
            raise _changed("un code et un contour fermé pour chaque commune")
        if not _in_degrees(geometry.get("coordinates")):
            raise _changed("des coordonnées en degrés, longitude puis latitude")
        found[code] = geometry
    return found


def _in_degrees(coordinates: Any) -> bool:
    """Whether the first point is a longitude and a latitude of France, overseas included."""
    point = coordinates
    while isinstance(point, list) and point and isinstance(point[0], list):
        point = point[0]
    if not isinstance(point, list) or len(point) < 2:
        return False
    if not all(isinstance(one, (int, float)) for one in point[:2]):
        return False
    longitude, latitude = point[:2]
    return any(w < longitude < e and s < latitude < n for w, e, s, n in FRANCE)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise SourceUnavailable(
            "La réponse du découpage administratif s'interrompt ou n'est pas lisible. Réessayez "
            "plus tard."
        ) from error


def _changed(expected: str) -> SourceChanged:
    return SourceChanged(
        f"Le découpage administratif ne donne plus {expected}. La source a changé : rien n'en a "
        "été repris. Signalez-le à qui maintient l'application."
    )
