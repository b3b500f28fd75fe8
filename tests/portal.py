"""A whole portal for a territory: every declared source, filled in its real shape, on loopback.

Codes, names of zones and the local portal come from the territory's own folder; every number and
every place is made up.  Outlines are squares of ``tests/official.py``: each zone has its spots.
"""

from typing import Any

from shapely.geometry import Point, Polygon, box

from ctg_data.model import Level
from ctg_data.sources.contours_ign import NAMES
from ctg_data.territory.config import TerritoryConfig, Zone
from tests import insee_tables, official, portal_places, standin_bpe, standin_data, zone_files
from tests.portal_places import SPARE, Spot
from tests.standin import StandIn
from tests.zone_files import feature

SIDE, ACROSS = official.SIDE, official.ACROSS
WATER = "BDTOPO_V3:surface_hydrographique"


class Ground:
    """Where the zones of a territory are drawn."""

    def __init__(self, place: TerritoryConfig) -> None:
        self.place = place
        self._rows = -(-len(place.iris) // ACROSS)
        self.forms = {one.code: self._form(rank, one) for rank, one in self._ranked()}

    def _ranked(self) -> list[tuple[int, Zone]]:
        every = [self.place.zones(Level.QPV, generation) for generation in (2015, 2024)]
        return [pair for zones in every for pair in enumerate(zones)]

    def _form(self, rank: int, zone: Zone) -> Polygon:
        """In the middle of an IRIS; across the eastern border where a neighbour shares it."""
        codes = [one.code for one in self.place.neighbours]
        shared = [codes.index(one) for one in zone.communes if one in codes]
        x, y = self._middle(rank)
        if shared:
            high = self._rows * SIDE / len(codes)
            x, y = official.WEST + ACROSS * SIDE, official.SOUTH + (shared[0] + 0.5) * high
        return box(x - 0.3 * SIDE, y - 0.1 * SIDE, x + 0.3 * SIDE, y + 0.1 * SIDE)

    @staticmethod
    def _middle(rank: int) -> tuple[float, float]:
        x, y = rank % ACROSS + 0.5, rank // ACROSS + 0.5
        return official.WEST + x * SIDE, official.SOUTH + y * SIDE

    def iris(self, rank: int) -> Spot:
        """A spot of an IRIS, in none of the quarters."""
        x, y = self._middle(rank)
        y += 0.3 * SIDE
        return Spot(self.place.iris[rank].code, {}, round(x, 6), round(y, 6))

    def quarters(self) -> list[Spot]:
        """A spot of the commune in each quarter of 2024, and in that of 2015 drawn there."""
        found = []
        for zone in self.place.zones(Level.QPV, 2024):
            x, y = self.forms[zone.code].centroid.coords[0]
            x -= 0.2 * SIDE
            column, row = (
                int((v - o) / SIDE) for v, o in ((x, official.WEST), (y, official.SOUTH))
            )
            iris = self.place.iris[row * ACROSS + column].code
            old = [one.code for one in self.place.zones(Level.QPV, 2015)]
            was = next((one for one in old if self.forms[one].contains(Point(x, y))), "")
            found.append(Spot(iris, {2024: zone.code, 2015: was}, round(x, 6), round(y, 6)))
        return found

    def spots(self) -> list[Spot]:
        """One a zone: every IRIS, then every quarter of 2024."""
        return [*map(self.iris, range(len(self.place.iris))), *self.quarters()]


def fill(server: StandIn, place: TerritoryConfig) -> None:
    """Publish everything that the sources ask for of a territory."""
    ground = Ground(place)
    standin_data.fill_figures(server, place)
    server.observations["DS_BPE"] = standin_bpe.observations(
        place.departement.code, place.region.code
    )
    _outlines(server, ground)
    _tables(server, place)
    portal_places.fill(server, place, ground.spots())


def _tables(server: StandIn, place: TerritoryConfig) -> None:
    """Insee's pages: the census by IRIS, the quarters of 2024."""
    codes = [*(one.code for one in place.iris), SPARE + "0101"]
    sizes = [(code, 100.5 + rank) for rank, code in enumerate(codes)]
    alone = [(code, 30.25 + rank) for rank, code in enumerate(codes)]
    insee_tables.census(server.site, 2022, sizes, alone)
    ours = [one.code for one in place.zones(Level.QPV, 2024)]
    insee_tables.quarters_of(server.site, [*ours, *insee_tables.QUARTERS][:3])


def _outlines(server: StandIn, ground: Ground) -> None:
    """IRIS and communes as squares, the two generations of quarters, and a river."""
    place = ground.place
    names = {one.code: one.label for one in (place.commune, *place.neighbours)}

    def told(zone: Zone) -> str:
        return ", ".join(names.get(one, one) for one in zone.communes)

    new = [_national(rank, one, told(one), ground) for rank, one in _of(place, 2024)]
    old = [
        feature(ground.forms[one.code], code_qp=one.code, nom_qp=one.label, commune_qp=told(one))
        for _, one in _of(place, 2015)
    ]
    whole = official.layers(place)
    around = box(official.WEST, official.SOUTH, official.WEST + 0.12, official.SOUTH + 0.1)
    river = box(official.WEST + 0.04, 48.9, official.WEST + 0.045, 49.3).segmentize(0.01)
    epci = feature(around, code_siren=place.epci.code, nom_officiel=place.epci.label)
    server.layers = whole | {
        NAMES["qpv_2015"]: old,
        NAMES["admin_epci"]: [epci],
        WATER: [feature(river, nature="Ecoulement naturel")],
    }
    away = zone_files.qpv_2024()[-1:]
    server.archive = zone_files.archive(zone_files.collection([*new, *away]))


def _of(place: TerritoryConfig, generation: int) -> list[tuple[int, Zone]]:
    return list(enumerate(place.zones(Level.QPV, generation), start=1))


def _national(rank: int, zone: Zone, communes: str, ground: Ground) -> dict[str, Any]:
    """One quarter, on the schema of the national archive."""
    place = ground.place
    return feature(
        ground.forms[zone.code], fid=rank, code_qp=zone.code, lib_qp=zone.label,
        insee_reg=place.region.code, lib_reg=place.region.label,
        insee_dep=place.departement.code, lib_dep=place.departement.label,
        insee_com=", ".join(zone.communes), lib_com=communes, siren_epci=place.epci.code,
    )  # fmt: skip
