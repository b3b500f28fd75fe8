"""The ground of the fictional commune: outline, river, IRIS, quartiers, QPV, neighbours.

Everything is drawn in metres around an origin, then placed in the open sea: no one can take it
for land.  Lines are noded together before polygons are built, so that neighbours share their
vertices exactly and the IRIS tile the commune without gap or overlap.
"""

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.ops import polygonize, unary_union

SEED = 20260123
ORIGIN = (-7.5, 46.2)  # open water of the Bay of Biscay, far from any coast
RADIUS = 2800.0
OVERLAP = 1.0  # metres a line overshoots, so that noding always finds the crossing
QUARTIERS_NORTH, QUARTIERS_SOUTH, PER_QUARTIER = 5, 3, 4


@dataclass
class Ground:
    """Every outline in metres, by code."""

    commune: Polygon
    river: Polygon
    iris: dict[str, Polygon]
    quartiers: dict[str, Polygon]
    secteurs: dict[str, Polygon]
    neighbours: dict[str, Polygon]
    qpv: dict[int, dict[str, Polygon]] = field(default_factory=dict)


def draw(commune_code: str, neighbour_codes: list[str]) -> Ground:
    """Draw the whole ground; the same seed gives the same ground."""
    rng = np.random.default_rng(SEED)
    outline, outer = _ring(rng, RADIUS, 0.10), _ring(rng, 2.15 * RADIUS, 0.05)
    river = _river()
    town = Polygon(outline)
    banks = sorted(polygonize(unary_union([outline, river])), key=lambda bank: -bank.centroid.y)
    seeds = [
        _seeds(rng, bank, count * PER_QUARTIER)
        for bank, count in zip(banks, (QUARTIERS_NORTH, QUARTIERS_SOUTH), strict=True)
    ]
    lines = [outline, outer, river.intersection(town.buffer(OVERLAP))]
    for bank, points in zip(banks, seeds, strict=True):
        lines += _edges(rng, bank, points)
    lines += _rays(rng, town, outer, len(neighbour_codes))
    cells = list(polygonize(unary_union(lines)))
    inside = [cell for cell in cells if town.contains(cell.representative_point())]
    around = [cell for cell in cells if not town.contains(cell.representative_point())]
    iris = {
        f"{commune_code}{name}": next(cell for cell in inside if cell.contains(Point(point)))
        for name, point in _numbered(*seeds).items()
    }
    around.sort(key=lambda cell: np.arctan2(cell.centroid.y, cell.centroid.x))
    ground = Ground(
        commune=unary_union(list(iris.values())),
        river=river.buffer(45.0),
        iris=iris,
        quartiers=_grouped(iris, {code: f"FQ{code[5:7]}" for code in iris}),
        secteurs=_grouped(iris, _sector_of(iris)),
        neighbours=dict(zip(neighbour_codes, around, strict=True)),
    )
    ground.qpv = _qpv(rng, ground)
    return ground


def to_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """Place a shape in the sea, rounded to 6 decimals (about 10 cm), shared points still shared."""

    def place(points: np.ndarray) -> np.ndarray:
        return np.round(degrees(points), 6)

    return shapely.transform(shape, place)


def degrees(points: np.ndarray) -> np.ndarray:
    """Metres around the origin to longitude and latitude; a plane is enough over 12 km."""
    east = 111_320.0 * np.cos(np.radians(ORIGIN[1]))
    return np.column_stack([ORIGIN[0] + points[:, 0] / east, ORIGIN[1] + points[:, 1] / 111_130.0])


def _ring(rng: np.random.Generator, radius: float, roughness: float) -> LineString:
    """A closed irregular curve: a circle and a few harmonics of random phase."""
    angle = np.linspace(0, 2 * np.pi, 361)[:-1]
    bumps = sum(
        roughness / order**0.6 * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
        for order in (2, 3, 5, 7, 11)
    )
    reach = radius * (1 + bumps)
    points = np.column_stack([1.12 * reach * np.cos(angle), 0.9 * reach * np.sin(angle)])
    return LineString([*points, points[0]])


def _river() -> LineString:
    """A meander from west to east, south of the centre."""
    x = np.linspace(-9000, 9000, 300)
    return LineString(np.column_stack([x, -450 + 520 * np.sin(x / 1500.0) + 0.05 * x]))


def _seeds(rng: np.random.Generator, bank: Polygon, count: int) -> np.ndarray:
    """Centres of cells, closer together near the middle of the town: weighted k-means."""
    west, south, east, north = bank.bounds
    cloud = rng.uniform((west, south), (east, north), (60_000, 2))
    cloud = cloud[shapely.contains_xy(bank, cloud)]
    weight = np.exp(-np.hypot(*cloud.T) / 1700.0)
    cloud = cloud[rng.uniform(size=len(cloud)) < weight][:8000]
    centres = cloud[rng.choice(len(cloud), count, replace=False)]
    for _ in range(40):
        nearest = np.argmin(((cloud[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        centres = np.array([cloud[nearest == rank].mean(axis=0) for rank in range(count)])
    return centres


def _edges(rng: np.random.Generator, bank: Polygon, points: np.ndarray) -> list[LineString]:
    """Borders between the cells of one bank, bent as streets are."""
    frame = shapely.box(-9000, -9000, 9000, 9000)
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=frame)
    border = unary_union([cell.exterior for cell in cells.geoms])
    reach = bank.buffer(OVERLAP)
    bent = [_bend(rng, line) for line in shapely.line_merge(border).geoms]
    return [part for line in bent if not (part := line.intersection(reach)).is_empty]


def _bend(rng: np.random.Generator, line: LineString, reach: float = 50.0) -> LineString:
    """Move the inner points of a line sideways; its ends, shared with others, stay exactly."""
    length = min(line.length, 4000.0)
    steps = np.linspace(0, 1, max(3, int(line.length / 45)))
    path = np.array([line.interpolate(step, normalized=True).coords[0] for step in steps])
    waves = sum(rng.normal() / order * np.sin(np.pi * order * steps) for order in (1, 2, 3, 5, 8))
    along = path[-1] - path[0]
    across = np.array([-along[1], along[0]]) / max(np.hypot(*along), 1.0)
    moved = path + min(0.07 * length, reach) * waves[:, None] * across
    return LineString([line.coords[0], *moved[1:-1], line.coords[-1]])


def _rays(
    rng: np.random.Generator, town: Polygon, outer: LineString, count: int
) -> list[LineString]:
    """Borders between the neighbouring communes, from the town outwards."""
    rays = []
    for rank in range(count):
        angle = 2 * np.pi * (rank + rng.uniform(-0.2, 0.2)) / count + 0.35
        far = 3.2 * RADIUS * np.array([np.cos(angle), np.sin(angle)])
        bent = _bend(rng, LineString([(0, 0), far]), 260.0)
        zone = Polygon(outer).buffer(OVERLAP).difference(town.buffer(-OVERLAP))
        rays += [part for part in _parts(bent.intersection(zone)) if part.length > 2 * OVERLAP]
    return rays


def _parts(shape: shapely.Geometry) -> list[LineString]:
    return list(shape.geoms) if hasattr(shape, "geoms") else [shape]


def _numbered(north: np.ndarray, south: np.ndarray) -> dict[str, np.ndarray]:
    """Number the cells as IRIS are: two digits for the quartier, two for the cell.

    The first quartier is the centre; the others follow round the town.
    """
    centre = np.argsort(np.hypot(*north.T))[:PER_QUARTIER]
    rest = np.delete(np.arange(len(north)), centre)
    rest = rest[np.argsort(-np.arctan2(north[rest, 1] + 1000, north[rest, 0]))]
    southern = np.argsort(np.arctan2(south[:, 1] - 900, south[:, 0]))
    ordered = [*north[centre], *north[rest], *south[southern]]
    return {
        f"{rank // PER_QUARTIER + 1:02d}{rank % PER_QUARTIER + 1:02d}": point
        for rank, point in enumerate(ordered)
    }


def _sector_of(iris: dict[str, Polygon]) -> dict[str, str]:
    """School sectors cut the town otherwise than quartiers: by nearest of five schools."""
    schools = np.array([(0, 900), (-1900, 300), (1900, 500), (-900, -1500), (1300, -1400)])
    return {
        code: f"FS{np.argmin(np.hypot(*(schools - shape.centroid.coords[0]).T)) + 1:02d}"
        for code, shape in iris.items()
    }


def _grouped(iris: dict[str, Polygon], group_of: dict[str, str]) -> dict[str, Polygon]:
    groups = sorted(set(group_of.values()))
    return {
        group: unary_union([shape for code, shape in iris.items() if group_of[code] == group])
        for group in groups
    }


def _blob(rng: np.random.Generator, x: float, y: float, radius: float) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 49)[:-1]
    reach = radius * (
        1 + sum(0.13 / k * np.cos(k * angle + rng.uniform(0, 2 * np.pi)) for k in (2, 3, 4))
    )
    return Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))


def _qpv(rng: np.random.Generator, ground: Ground) -> dict[int, dict[str, Polygon]]:
    """Both generations: identical, enlarged, merged, new, and one across two communes."""
    edge = ground.commune.exterior
    gate = max(edge.coords, key=lambda point: point[0] - 0.6 * abs(point[1] - 900))
    one, two = _blob(rng, -1750, 900, 330), _blob(rng, 900, -1500, 126)
    three, four = _blob(rng, 250, 1750, 260), _blob(rng, 800, 1640, 230)
    five, six = _blob(rng, -900, -1350, 300), _blob(rng, gate[0] - 90, gate[1], 340)
    merged = unary_union([three, four]).buffer(130).buffer(-130)
    return {
        2015: dict(
            zip(_codes("QP00000", "123456"), (one, two, three, four, five, six), strict=True)
        ),
        2024: {
            "QN00001M": merged,
            "QN00002M": _enlarged(one, _blob(rng, -1420, 700, 240)),
            "QN00003I": two,
            "QN00004N": _blob(rng, 1500, 620, 230),
            "QN00005M": _enlarged(six, _blob(rng, gate[0] - 470, gate[1] - 130, 230)),
            "QN00006M": _enlarged(five, _blob(rng, -560, -1480, 220)),
        },
    }


def _codes(stem: str, digits: str) -> list[str]:
    return [stem + digit for digit in digits]


def _enlarged(old: Polygon, more: Polygon) -> Polygon:
    return unary_union([old, more]).buffer(90).buffer(-90).union(old)
