"""The IGN's route service: how long the way is from a home to a structure.

Producer's page: https://geoservices.ign.fr/documentation/services/services-geoplateforme/itineraire
(BD TOPO, Licence Ouverte 2.0; at most 5 calls a second).  One way a call.  Only the middle of a
zone and the point of a public place are sent.
"""

import json
import time
from collections.abc import Callable

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources.http import Http, base_address, host

PATH = "/navigation/itineraire"
RESOURCE, PROFILE = "bdtopo-osrm", "pedestrian"
BETWEEN = 0.21  # seconds: the service refuses more than five calls a second
Place = tuple[float, float]  # longitude, latitude


class Itineraries:
    """The service, for the length of one search."""

    def __init__(
        self, http: Http, base: str = "", pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._http, self._base, self._pause = http, base or base_address("IGN"), pause

    def metres(self, start: Place, end: Place) -> float | None:
        """The length of the shortest way on foot, or nothing when there is none.

        Raises:
            SourceUnavailable: no answer.
            SourceChanged: an answer that is not the declared one.
        """
        self._pause(BETWEEN)
        asked = {
            "resource": RESOURCE,
            "profile": PROFILE,
            "optimization": "shortest",
            "start": _written(start),
            "end": _written(end),
            "distanceUnit": "meter",
            "getSteps": "false",
            "getBbox": "false",
        }
        answer = self._http.get(f"{self._base}{PATH}", asked)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise SourceUnavailable(
                f"{host(self._base)} refuse de calculer des trajets (réponse {answer.status}). Les "
                "trajets restent estimés à vol d'oiseau ; réessayez plus tard."
            )
        return read(answer.content)


def read(content: bytes) -> float:
    """Read one answer.  Pure.

    >>> read(b'{"distance": 1234.5, "distanceUnit": "meter"}')
    1234.5
    """
    try:
        told = json.loads(content)
        metres = float(told["distance"])
        if metres < 0 or str(told.get("distanceUnit", "meter")) != "meter":
            raise ValueError("not metres")
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise SourceChanged(
            fr.spaced(
                "Le service de trajets de l'IGN a répondu autre chose que ce qu'il déclare : aucun "
                "trajet n'a été repris. Signalez-le à qui maintient l'application."
            )
        ) from cause
    return metres


def _written(place: Place) -> str:
    return f"{place[0]:.5f},{place[1]:.5f}"
