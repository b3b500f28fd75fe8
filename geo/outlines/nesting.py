"""Which zones lie inside which, measured on their outlines: what a reader can add or subtract.

Two zonings of one city give a third: the difference between a QPV and the IRIS inside it is a
piece of land with people in it, published by nobody and computed by anyone.  Each nesting found
here becomes sums for the secrecy engine, and what is left of the larger zone obeys the same rules.

Sources draw the same street differently, so « inside » bears a tolerance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely import STRtree
from shapely.affinity import scale
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ctg_data.model import Level
from ctg_data.territory.config import TerritoryConfig
from geo.outlines.places import PART, Nesting, Place, place_of
from geo.outlines.zones import Outline, polygonal

# Two official layers of one commune differ by several percent; people live in the middle.
TOLERANCE = 0.05
ENDED = 1  # added to the generation of zones taken away, while they are set against those in use
ROUNDING = 1e-9  # of areas, so that « just within » does not depend on where the zone lies
VERSION = 2  # of what is written down: what was measured otherwise is measured anew


@dataclass(frozen=True)
class Measured:
    """What was measured, and of which zones: of the others nothing is known, which is not « none ».

    Attributes:
        nestings: sums that a reader can make.
        places: zones whose outline was at hand.
    """

    nestings: tuple[Nesting, ...] = ()
    places: frozenset[Place] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Write it down beside the outlines it was measured on."""
        return {
            "version": VERSION,
            "zones": sorted(map(list, self.places)),
            "emboitements": [
                [
                    *(list(one.whole), sorted(map(list, one.parts))),
                    *(one.name, one.covers, one.zone, one.exact, sorted(map(list, one.also))),
                ]
                for one in self.nestings
            ],
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Measured":
        """Read it back.

        Raises:
            ValueError: it was measured otherwise, and has to be measured anew.
        """
        if told.get("version") != VERSION:
            raise ValueError(f"measured by version {told.get('version')}")
        return cls(
            tuple(
                Nesting(
                    *(_place(whole), tuple(map(_place, parts)), str(name), covers, zone, exact),
                    also=tuple(map(_place, also)),
                )
                for whole, parts, name, covers, zone, exact, also in told["emboitements"]
            ),
            frozenset(map(_place, told["zones"])),
        )


def _place(told: Sequence[Any]) -> Place:
    level, code, vintage = told
    return (str(level), str(code), int(vintage))


def of_territory(
    config: TerritoryConfig,
    outlines: Sequence[Outline],
    ended: Sequence[Sequence[Outline]] = (),
) -> Measured:
    """Every sum between the zonings of a territory, on outlines from any source.

    A QPV across several communes counts twice: whole, and by its part inside the commune, since a
    file may give one or the other.  Quartiers that leave a piece of the commune aside leave land.

    Args:
        config: the territory.
        outlines: those in use.
        ended: zonings of the city taken away since: what was shown of them is still known.
    """
    under = [one for one in outlines if one.level.is_infra_communal]
    shapes = {place_of(str(one.level), one.code, one.vintage): one.shape for one in under}
    here = _commune(config, outlines)
    found = measure(shapes)
    if here is not None:
        found += [*_parts(config, shapes, here), *_beside(config, shapes, here)]
    every = set(shapes)
    for rank, group in enumerate(ended, start=1):
        former = {
            place_of(str(one.level), one.code, one.vintage): one.shape
            for one in group
            if place_of(str(one.level), one.code, one.vintage) not in every
        }
        found += _former(shapes, former, f"zonage retiré {rank}")
        if here is not None:
            found += _left_of(config, former, here, f"hors du zonage retiré {rank}")
        every |= set(former)
    return Measured(tuple(found), frozenset(every))


def _former(
    shapes: Mapping[Place, BaseGeometry], former: Mapping[Place, BaseGeometry], name: str
) -> list[Nesting]:
    """Sums with a zoning taken away, its zones being of the same level as those in its place."""
    known = {(one[0], one[1], one[2] + ENDED): one for one in former}
    apart = {place: former[own] for place, own in known.items()}

    def back(place: Place) -> Place:
        return known.get(place, place)

    return [
        replace(
            one,
            whole=back(one.whole),
            parts=tuple(map(back, one.parts)),
            also=tuple(map(back, one.also)),
            name=f"{one.name}, {name}",
        )
        for one in (measure({**shapes, **apart}) if apart else ())
        if apart.keys() & set(one.places)
    ]


def _commune(config: TerritoryConfig, outlines: Sequence[Outline]) -> BaseGeometry | None:
    """The ground of the commune: its IRIS when there are all, drawn as the other zones are."""
    tiles = [one.shape for one in outlines if one.level is Level.IRIS]
    if config.iris and len(tiles) == len(config.iris):
        return unary_union(tiles)
    own = [one.shape for one in outlines if one.code == config.commune.code]
    return own[0] if own else None


def _parts(
    config: TerritoryConfig, shapes: Mapping[Place, BaseGeometry], here: BaseGeometry
) -> list[Nesting]:
    """What the part of a QPV that lies in the commune contains, or is covered by."""
    astride = {
        place_of(str(Level.QPV), one.code, one.vintage)
        for one in config.qpv
        if set(one.communes) - {config.commune.code}
    }
    cut = {
        (level, f"{code}{PART}{config.commune.code}", vintage): part
        for (level, code, vintage), form in shapes.items()
        if (level, code, vintage) in astride
        and not (part := polygonal(form.intersection(here))).is_empty
    }
    others = {place: form for place, form in shapes.items() if place not in astride}
    return [
        replace(one, name=f"{one.name}, dans la commune")
        for one in (measure({**others, **cut}) if cut else ())
        if cut.keys() & set(one.places)
    ]


def _beside(
    config: TerritoryConfig, shapes: Mapping[Place, BaseGeometry], here: BaseGeometry
) -> list[Nesting]:
    """What quartiers that do not tile the commune leave of it; the sum of all is declared."""
    own = {place: form for place, form in shapes.items() if place[0] == Level.QUARTIER}
    return [one for one in _left_of(config, own, here, "hors quartiers de la ville") if one.zone]


def _left_of(
    config: TerritoryConfig, zones: Mapping[Place, BaseGeometry], here: BaseGeometry, name: str
) -> list[Nesting]:
    """What zones leave of the commune: a zone like any other, or people nobody could locate."""
    inside = {
        place: form
        for place, form in zones.items()
        if _is_most(form.intersection(here).area, form.area)
    }
    if not inside:
        return []
    covered = unary_union(list(inside.values())).intersection(here).area
    whole = place_of(str(Level.COMMUNE), config.commune.code, config.commune.vintage)
    land = not _is_most(float(covered), float(here.area))
    return [Nesting(whole, tuple(sorted(inside)), name, zone=land)]


def measure(outlines: Mapping[Place, BaseGeometry]) -> list[Nesting]:
    """Find every nesting between zones of different zonings.

    Args:
        outlines: polygons in degrees (EPSG:4326) by place; a zoning is one level and generation.

    Returns:
        For each zone, the zones of one other zoning that lie inside it, when there are some (they
        are « exact » when nothing is left of it), and those that cover it, when they overflow it.
    """
    flat = _flattened(outlines)
    zonings = sorted({_zoning(place) for place in flat})
    found = []
    for zoning in zonings:
        places = [place for place in flat if _zoning(place) == zoning]
        tree = STRtree([flat[place] for place in places])
        for whole, shape in flat.items():
            if _zoning(whole) != zoning:
                near = [places[i] for i in tree.query(shape, predicate="intersects")]
                found += _nestings(whole, shape, sorted(near), flat)
    for rank, one in enumerate(zonings):
        for other in zonings[rank + 1 :]:
            ones, others = ([p for p in flat if _zoning(p) == side] for side in (one, other))
            found += _groups(ones, others, flat)
    return found


def _groups(
    ones: Sequence[Place], others: Sequence[Place], flat: Mapping[Place, BaseGeometry]
) -> list[Nesting]:
    """Several zones that cover, together, the ground of several of another zoning."""
    tree, groups = STRtree([flat[place] for place in others]), list[tuple[set[Place], set[Place]]]()
    for place in ones:
        shape = flat[place]
        near = {others[i] for i in tree.query(shape, predicate="intersects")}
        mine = {p for p in near if _overlap(flat[p], shape)}
        tied = [group for group in groups if group[1] & mine]
        groups = [group for group in groups if group not in tied]
        groups.append(({place}.union(*(g[0] for g in tied)), mine.union(*(g[1] for g in tied))))
    found = []
    for left, right in groups:
        if min(len(left), len(right)) > 1:
            sides = [unary_union([flat[place] for place in sorted(side)]) for side in (left, right)]
            apart = sides[0].symmetric_difference(sides[1]).area
            if apart <= TOLERANCE * min(side.area for side in sides):
                whole, *also = sorted(left)
                name = f"ensemble {whole[1]} et {'/'.join(map(str, _zoning(min(right))))}"
                found.append(
                    Nesting(whole, tuple(sorted(right)), name, False, False, True, tuple(also))
                )
    return found


def _overlap(one: BaseGeometry, other: BaseGeometry) -> bool:
    return one.intersection(other).area > TOLERANCE * min(one.area, other.area)


def _zoning(place: Place) -> tuple[str, int]:
    return (place[0], place[2])


def _flattened(outlines: Mapping[Place, BaseGeometry]) -> dict[Place, BaseGeometry]:
    """Stretch degrees so that shares of area are right at this latitude."""
    if not outlines:
        return {}
    latitude = next(iter(outlines.values())).centroid.y
    ratio = math.cos(math.radians(latitude))
    return {place: scale(one, ratio, 1, origin=(0, 0)) for place, one in sorted(outlines.items())}


def _nestings(
    whole: Place, shape: BaseGeometry, near: Sequence[Place], flat: Mapping[Place, BaseGeometry]
) -> list[Nesting]:
    """The parts inside one zone, the parts that cover it, and the parts that are it."""
    shares = {place: flat[place].intersection(shape).area for place in near}
    inside = [p for p in near if _is_most(shares[p], flat[p].area)]
    touching = [
        p for p in near if shares[p] > TOLERANCE * min(flat[p].area, shape.area) or p in inside
    ]
    found = []
    name = f"{whole[1]} et {'/'.join(map(str, _zoning(near[0])))}" if near else ""
    tiled = inside and _is_most(_covered(inside, shape, flat), shape.area)
    # of two zones that are one, each is the other: one sum says it
    if inside and not (tiled and len(inside) == 1 and inside[0] < whole):
        found.append(Nesting(whole, tuple(inside), f"dans {name}", exact=bool(tiled)))
    # a single zone around this one says nothing more than this one inside it, found the other way
    around = len(touching) > max(1, len(inside)) and not tiled
    if around and _is_most(_covered(touching, shape, flat), shape.area):
        found.append(Nesting(whole, tuple(touching), f"autour de {name}", covers=True))
    return found


def _covered(
    places: Sequence[Place], shape: BaseGeometry, flat: Mapping[Place, BaseGeometry]
) -> float:
    return float(unary_union([flat[place] for place in places]).intersection(shape).area)


def _is_most(share: float, area: float) -> bool:
    """Whether a share leaves no more than the tolerance, which is within it."""
    return share >= (1 - TOLERANCE) * area * (1 - ROUNDING)
