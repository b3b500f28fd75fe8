"""The IGN's base map: one picture of a rectangle, as its WMS draws it.

Producer's page: https://geoservices.ign.fr/services-geoplateforme-diffusion (Plan IGN, Licence
Ouverte 2.0).  Only the corners of the map are sent.
"""

import math
import struct

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources.http import Answer, Http, base_address, host

PATH = "/wms-r"
LAYER = "GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
EARTH = 6_378_137.0  # metres, of the sphere of EPSG:3857
SIGNATURE, HEADER, END = b"\x89PNG\r\n\x1a\n", b"IHDR", b"IEND\xaeB`\x82"
Frame = tuple[float, float, float, float]  # west, south, east, north, in degrees


def fetch(http: Http, frame: Frame, width: int, base: str = "") -> bytes:
    """The picture of a frame, ``width`` pixels across, in the projection of the maps (Mercator).

    Raises:
        SourceUnavailable: no answer, or a refusal.
        SourceChanged: something else than the picture asked for.
    """
    base = base or base_address("IGN")
    west, south, east, north = box(frame)
    size = width, round(width * (north - south) / (east - west))
    asked = {
        "SERVICE": "WMS",
        "VERSION": "1.3.0",
        "REQUEST": "GetMap",
        "LAYERS": LAYER,
        "STYLES": "",
        "FORMAT": "image/png",
        "CRS": "EPSG:3857",
        "BBOX": ",".join(f"{one:.2f}" for one in (west, south, east, north)),
        "WIDTH": size[0],
        "HEIGHT": size[1],
    }
    answer = http.get(f"{base}{PATH}", asked)
    return _checked(answer, size, host(base))


def box(frame: Frame) -> Frame:
    """Degrees to metres of EPSG:3857.

    >>> [round(x) for x in box((-180.0, 0.0, 180.0, 45.0))]
    [-20037508, 0, 20037508, 5621521]
    """
    west, south, east, north = map(math.radians, frame)
    low, high = (EARTH * math.log(math.tan(math.pi / 4 + one / 2)) for one in (south, north))
    return EARTH * west, low, EARTH * east, high


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a whole PNG; nothing when it is another thing, or cut short."""
    whole = content.startswith(SIGNATURE) and content.endswith(END) and content[12:16] == HEADER
    return struct.unpack(">II", content[16:24]) if whole else None


def _checked(answer: Answer, size: tuple[int, int], name: str) -> bytes:
    if answer.status != 200:
        raise SourceUnavailable(
            f"{name} refuse de dessiner le fond de carte (réponse {answer.status})."
        )
    if size_of(answer.content) != size:
        raise SourceChanged(
            fr.spaced(
                f"{name} a répondu autre chose que l'image demandée : elle n'a pas été gardée."
            )
        )
    return answer.content
