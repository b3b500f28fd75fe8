"""Official layers made from scratch for a territory: squares that bear its codes."""

from typing import Any

from shapely.geometry import box

from ctg_data.sources.contours_ign import NAMES
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update import run as update
from tests.standin import StandIn
from tests.zone_files import feature

WEST, SOUTH, SIDE, ACROSS = 1.0, 49.0, 0.015, 7
SOURCES = ("contours_iris", "contours_communes")


def layers(place: TerritoryConfig) -> dict[str, list[dict[str, Any]]]:
    """IRIS in rows of seven, the commune around them, its neighbours in a row to the east."""
    rows = -(-len(place.iris) // ACROSS)
    east, north = WEST + ACROSS * SIDE, SOUTH + rows * SIDE
    squares = [
        feature(
            box(x, y, x + SIDE, y + SIDE),
            insee_com=place.commune.code, nom_com=place.commune.label, iris=zone.code[5:],
            code_iris=zone.code, nom_iris=zone.label, typ_iris="H",
        )
        for rank, zone in enumerate(place.iris)
        for x, y in [(WEST + rank % ACROSS * SIDE, SOUTH + rank // ACROSS * SIDE)]
    ]  # fmt: skip
    high = (north - SOUTH) / max(1, len(place.neighbours))
    around = [(place.commune, box(WEST, SOUTH, east, north))] + [
        (one, box(east, SOUTH + rank * high, east + SIDE, SOUTH + (rank + 1) * high))
        for rank, one in enumerate(place.neighbours)
    ]
    communes = [
        feature(form, code_insee=one.code, nom_officiel=one.label, population=1)
        for one, form in around
    ]
    return {NAMES["contours_iris"]: squares, NAMES["admin_communes"]: communes}


def received(place: TerritoryConfig, store: Store, server: StandIn) -> None:
    """Have the app receive them, as an update does."""
    server.layers = layers(place)
    update.run(place, store, SOURCES, pause=lambda seconds: None)
