"""The IGN's geocoder: an address → a point, with how sure it is.

Producer's page: https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage
(BAN and BD TOPO, Licence Ouverte 2.0; at most 50 calls a second).  One address a call: a register
holds some dozens, and each answer stands on its own.  Only the address of a public place is sent.
"""

import json
from dataclasses import dataclass
from typing import Any

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources.http import Http, base_address, host

PATH = "/geocodage/search"
PRECISE = {"housenumber", "street"}  # a locality or a commune is only its centre
LEAST_SCORE = 0.4  # under it the answer is another address
SURE_SCORE = 0.7  # under it somebody should look


@dataclass(frozen=True)
class Point:
    """What the geocoder found; ``label`` is the address as it knows it."""

    longitude: float
    latitude: float
    score: float
    label: str
    commune: str


class Geocoder:
    """The service, for the length of one search."""

    def __init__(self, http: Http, base: str = "") -> None:
        self._http, self._base = http, base or base_address("IGN")

    def find(self, address: str, commune: str) -> Point | None:
        """The point of an address of a commune, or nothing when it is not precise enough.

        Raises:
            SourceUnavailable: no answer; the zone is then given by hand.
            SourceChanged: an answer that is not the declared one.
        """
        params = {"q": address, "citycode": commune, "index": "address", "limit": "1"}
        answer = self._http.get(f"{self._base}{PATH}", params)
        if answer.status == 400:  # an address of two letters, or only a number
            return None
        if answer.status != 200:
            raise SourceUnavailable(
                f"{host(self._base)} refuse de chercher des adresses (réponse {answer.status}). "
                "Donnez l'IRIS ou le quartier à la main, ou réessayez plus tard."
            )
        return read(answer.content, commune)


def read(content: bytes, commune: str) -> Point | None:
    """Read one answer.  Pure."""
    try:
        features = json.loads(content)["features"]
        if not features:
            return None
        found = _point(features[0])
        kind = features[0]["properties"]["type"]
    except (ValueError, KeyError, TypeError, IndexError) as cause:
        raise SourceChanged(
            fr.spaced(
                "Le service d'adresses de l'IGN a répondu autre chose que ce qu'il déclare : aucun "
                "point n'a été repris. Donnez l'IRIS ou le quartier à la main, et signalez-le à "
                "qui maintient l'application."
            )
        ) from cause
    if kind not in PRECISE or found.score < LEAST_SCORE or found.commune != commune:
        return None
    return found


def _point(feature: Any) -> Point:
    longitude, latitude = map(float, feature["geometry"]["coordinates"][:2])
    said = feature["properties"]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError("not degrees")
    return Point(
        longitude=round(longitude, 6),
        latitude=round(latitude, 6),
        score=round(min(1.0, float(said["score"])), 3),
        label=str(said["label"]),
        commune=str(said["citycode"]),
    )
