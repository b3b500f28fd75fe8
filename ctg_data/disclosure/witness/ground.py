"""Pieces of ground: every outline laid over every other, and the pieces that this makes.

Nothing of the masking engine serves here.  All borders are drawn on one sheet, the faces that they
close are found again, and each face knows which zones it lies in.  Faces in the same zones are one
piece; whoever lives in a zone lives in one of its pieces, and in one only.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import shapely
from shapely import STRtree
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry

from ctg_data.model import Level

# Two sources draw the same street differently: what is left of a zone once another is taken away
# is a sliver, without inhabitants, up to this share of it.
SLIVER = 0.05 * (1 + 1e-9)  # the bound is within it, whatever the rounding of areas

Zone = tuple[str, str, int]  # level, code, generation of a QPV (0 for the others)
Piece = frozenset[Zone]


@dataclass(frozen=True)
class Drawn:
    """What is drawn, and declared, of a territory.

    Attributes:
        commune: its zone; the communes of ``astride`` zones go beyond it.
        shapes: outline of each zone, in degrees; zones that nobody drew are left out.
        zones: every zone below the commune that figures may bear on.
        astride: those declared to lie in several communes.
        here: the ground of the commune, in degrees, if it is known.
    """

    commune: Zone
    shapes: Mapping[Zone, BaseGeometry] = field(repr=False)
    zones: frozenset[Zone] = frozenset()
    astride: frozenset[Zone] = frozenset()
    here: BaseGeometry | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Ground:
    """The pieces of a territory, by plan: a plan accounts for the whole commune once.

    Zonings whose outlines are at hand share one plan.  Each of the others has its own: nothing is
    known of where they meet.  A piece that lies in the commune alone is whoever could not be
    located below it.

    Attributes:
        commune: the commune of the territory.
        faces: area of what the outlines cut, by the zones it lies in.
        apart: pieces of each zoning that nobody drew.
        astride: zones that go beyond the commune.
    """

    commune: Zone
    faces: Mapping[Piece, float] = field(repr=False)
    apart: tuple[tuple[Piece, ...], ...] = ()
    astride: frozenset[Zone] = frozenset()

    def within(self, zones: Collection[Zone]) -> "Ground":
        """The same ground for a reader of some zones only: what nothing tells apart is one."""
        kept = frozenset(zones) | {self.commune}
        faces = defaultdict[Piece, float](float)
        for piece, area in self.faces.items():
            if own := piece & kept:
                faces[own] += area
        below = (tuple(dict.fromkeys(p & kept for p in plan if p & kept)) for plan in self.apart)
        apart = tuple(plan for plan in below if any(piece - {self.commune} for piece in plan))
        return Ground(self.commune, dict(faces), apart, self.astride & kept)

    @cached_property
    def plans(self) -> tuple[tuple[Piece, ...], ...]:
        """The pieces of each plan, slivers swept away, then whoever nobody located."""
        nowhere = frozenset({self.commune})
        drawn = _swept(self.faces, self.commune, self.astride)
        return tuple(
            tuple(dict.fromkeys((*plan, nowhere)))
            for plan in ((drawn, *self.apart) if drawn or not self.apart else self.apart)
        )

    @cached_property
    def pieces(self) -> tuple[tuple[int, Piece], ...]:
        """Every piece, with the number of its plan."""
        return tuple((rank, one) for rank, plan in enumerate(self.plans) for one in plan)


def zone_of(level: str, code: str, vintage: int) -> Zone:
    """Name a zone: only QPV are told apart by their generation.

    >>> zone_of("iris", "001230101", 2024), zone_of("qpv", "QP000001", 2015)
    (('iris', '001230101', 0), ('qpv', 'QP000001', 2015))
    """
    return (str(level), str(code), int(vintage) if level == Level.QPV else 0)


def ground_of(drawn: Drawn) -> Ground:
    """Cut a territory into pieces."""
    zonings = _zonings(drawn.zones)
    apart = sorted(name for name, own in zonings.items() if not own <= set(drawn.shapes))
    together = [
        zone for name in sorted(set(zonings) - set(apart)) for zone in sorted(zonings[name])
    ]
    faces = _faces({zone: drawn.shapes[zone] for zone in together}, drawn) if together else {}
    plans = tuple(tuple(_declared(sorted(zonings[name]), drawn)) for name in apart)
    return Ground(drawn.commune, faces, plans, drawn.astride)


def _zonings(zones: Iterable[Zone]) -> dict[tuple[str, int], set[Zone]]:
    found = defaultdict[tuple[str, int], set[Zone]](set)
    for zone in zones:
        found[zone[0], zone[2]].add(zone)
    return dict(found)


def _declared(zones: Sequence[Zone], drawn: Drawn) -> list[Piece]:
    """Zones that nobody drew: one piece each, two for those that lie in other communes too."""
    inside = [frozenset({zone, drawn.commune}) for zone in zones]
    return inside + [frozenset({zone}) for zone in zones if zone in drawn.astride]


def _swept(
    areas: Mapping[Piece, float], commune: Zone, astride: Collection[Zone]
) -> tuple[Piece, ...]:
    """The pieces that the outlines make, slivers swept away."""
    sizes: dict[Zone, float] = defaultdict(float)
    for piece, area in areas.items():
        for zone in piece - {commune}:
            sizes[zone] += area
    kept = _without_slivers(areas, sizes, _zonings(sizes))
    for zone in sorted(sizes):  # whatever is swept away, a zone lies somewhere
        own = [piece for piece in areas if zone in piece]
        for inside in (True, False) if zone in astride else (True,):
            side = [piece for piece in own if (commune in piece) is inside]
            if not any(piece in kept for piece in side):
                bare = frozenset({zone, commune}) if inside else frozenset({zone})
                kept.append(max(side, key=areas.__getitem__, default=bare))
    return tuple(dict.fromkeys(kept))


def _faces(shapes: Mapping[Zone, BaseGeometry], drawn: Drawn) -> dict[Piece, float]:
    """Draw every border on one sheet; the area of the faces that lie in the same zones."""
    names, forms = list(shapes), list(shapes.values())
    if drawn.here is not None:
        names, forms = [*names, drawn.commune], [*forms, drawn.here]
    ratio = math.cos(math.radians(forms[0].centroid.y))
    flat = [scale(form, ratio, 1, origin=(0, 0)) for form in forms]
    borders = shapely.union_all([form.boundary for form in flat])
    faces = list(shapely.polygonize([borders]).geoms)
    points = [face.representative_point() for face in faces]
    where = defaultdict[int, set[Zone]](set)
    for face, form in zip(*STRtree(flat).query(points, predicate="within"), strict=True):
        where[int(face)].add(names[form])
    areas = defaultdict[Piece, float](float)
    for face, own in where.items():
        if below := own - {drawn.commune}:
            # a zone of this commune alone lies in it, whatever the other layer draws
            here = drawn.commune in own or bool(below - drawn.astride)
            areas[frozenset(below | ({drawn.commune} if here else set()))] += faces[face].area
    return dict(areas)


def _without_slivers(
    areas: Mapping[Piece, float],
    sizes: Mapping[Zone, float],
    zonings: Mapping[tuple[str, int], set[Zone]],
) -> list[Piece]:
    """Leave out the faces that two drawings of one border make.

    Such a face lies in two zones that hardly meet, or out of a zone that covers, but for a sliver,
    another one it lies in; the zones of a zoning may cover it together.
    """
    meet, alone = defaultdict[tuple[Zone, Zone], float](float), _uncovered(areas, zonings)
    for piece, area in areas.items():
        own = [zone for zone in piece if zone in sizes]
        for one in own:
            for other in own:
                meet[one, other] += area
    around = {
        zone: {
            other
            for other in sizes
            if other != zone and sizes[zone] - meet[zone, other] <= SLIVER * sizes[zone]
        }
        for zone in sizes
    }
    covered = {
        zone: {n for n in zonings if alone[zone, n] <= SLIVER * sizes[zone]} for zone in sizes
    }

    def is_sliver(piece: Piece) -> bool:
        own = [zone for zone in piece if zone in sizes]
        names = {(zone[0], zone[2]) for zone in own}
        return any(not around[zone] <= piece or not covered[zone] <= names for zone in own) or any(
            meet[one, other] <= SLIVER * min(sizes[one], sizes[other])
            for one in own
            for other in own
        )

    return [piece for piece in areas if not is_sliver(piece)]


def _uncovered(
    areas: Mapping[Piece, float], zonings: Mapping[tuple[str, int], set[Zone]]
) -> dict[tuple[Zone, tuple[str, int]], float]:
    """How much of each zone lies out of each zoning."""
    found = defaultdict[tuple[Zone, tuple[str, int]], float](float)
    for piece, area in areas.items():
        names = {(zone[0], zone[2]) for zone in piece}
        for zone in piece:
            for name in zonings.keys() - names:
                found[zone, name] += area
    return found
