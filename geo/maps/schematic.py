"""The schematic plan of a territory without official outlines: our own drawing, called so.

``territoire/<id>/schema.toml`` places one hexagon per IRIS or commune, one circle per QPV, and the
river; it is drawn by hand from knowledge of the place.  No outline, centroid or distance of any
official file enters it, and nothing about size or shape may be read from it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.files import declared as territory_files
from ctg_data.model import Level
from ctg_data.nearest import ANY, strangers
from ctg_data.territory.config import TerritoryConfig, read_toml
from geo.maps.layers import Mark
from geo.outlines.zones import Outline, declared_zones

UNIT = 0.01  # degrees a hexagon is wide: small enough for a plane, large enough for 5 decimals
ROW = math.sqrt(3) / 2  # height of a row of hexagons, in widths
EDGE = 0.97  # a little air between hexagons
OVERLAP = 0.02
PLAN = dict.fromkeys(["niveaux", "riviere", "repere", *map(str, Level)], ANY)
FARTHEST, MOST_RINGS = 1000.0, 20.0  # hexagon widths: beyond, a number was written wrong


@dataclass(frozen=True)
class Plan:
    """One drawing: the levels it serves and what is around their zones."""

    outlines: tuple[Outline, ...]
    names: dict[str, str]
    water: BaseGeometry | None
    water_above: bool
    marks: tuple[Mark, ...]


def read_plan(config: TerritoryConfig) -> list[Plan]:
    """Every drawing of ``schema.toml``, checked.

    Raises:
        TerritoryError: all the problems of the file at once.
    """
    path = config.folder / "schema.toml"
    raw = read_toml(path)
    problems: list[str] = []
    plans = [
        plan
        for rank, entry in territory_files.tables(raw, "plan", problems)
        if (plan := _whole(entry, config, f"plan[{rank}]", problems)) is not None
    ]
    problems += _incomplete(plans, config)
    if problems:
        heading = f"Le plan schématique « {config.id}/schema.toml » ne peut pas servir :"
        raise TerritoryError(all_problems(heading, problems))
    return plans


def _whole(
    entry: dict[str, Any], config: TerritoryConfig, place: str, problems: list[str]
) -> Plan | None:
    """One drawing; none, and a problem, when a key of it has not the form it should."""
    try:
        return _plan(entry, config, place, problems)
    except KeyError as missing:
        problems.append(f"{place} : {missing} manque à la rivière ou à un repère.")
    except (AttributeError, TypeError, ValueError) as cause:
        problems.append(
            f"{place} : niveaux, zones, rivière ou repères mal écrits ({cause}). Reprenez la forme "
            "décrite en tête du fichier d'origine."
        )
    return None


def measure(told: Any, most: float = FARTHEST) -> float:
    """A place or a size of the plan, in hexagon widths.

    Raises:
        ValueError: it is no number, or too far for anything to be drawn.
    """
    if isinstance(told, bool) or not isinstance(told, int | float) or not abs(told) <= most:
        raise ValueError(f"« {told} » n'est pas un nombre entre -{most:g} et {most:g}")
    return float(told)


def _plan(entry: dict[str, Any], config: TerritoryConfig, place: str, problems: list[str]) -> Plan:
    problems += [f"{place}, clé « {key} » : {text}" for key, text in strangers(entry, PLAN)]
    declared = declared_zones(config)
    outlines, names = list[Outline](), dict[str, str]()
    for level in [Level(name) for name in entry.get("niveaux", [])]:
        for code, tile in entry.get(str(level), {}).items():
            zone = declared.get(code)
            if zone is None or zone.level is not level:
                problems.append(f"{place}.{level}.{code} : ce code n'est pas déclaré ({level}).")
            elif form := _form(tile, f"{place}.{level}.{code}", problems):
                outlines.append(Outline(level, code, zone.vintage, zone.label, form))
                names[code] = str(tile.get("nom", zone.label))
    problems += _crossed(outlines)
    river = entry.get("riviere", {})
    return Plan(
        tuple(outlines),
        names,
        band([_bend(one) for one in river.get("points", [])]),
        bool(river.get("dessus", False)),
        tuple(_mark(one) for one in entry.get("repere", [])),
    )


def _form(tile: dict[str, Any], place: str, problems: list[str]) -> BaseGeometry | None:
    try:
        x, y = measure(tile["x"]), measure(tile["y"])
        if "r" in tile:
            return circle(x, y, measure(tile["r"]))
        return hexagons(x, y, int(measure(tile.get("bords", 0), MOST_RINGS)))
    except (KeyError, TypeError, ValueError):
        problems.append(f"{place} : « x » et « y » sont attendus, en nombres.")
        return None


def on_plan(x: float, y: float) -> tuple[float, float]:
    """From column and row to the plane, y upwards."""
    return x * UNIT, -y * ROW * UNIT


def hexagons(x: float, y: float, rings: int = 0) -> BaseGeometry:
    """One hexagon, or a patch of them: 7 with one ring around."""
    places = [
        (x + q + r / 2, y + r)
        for q in range(-rings, rings + 1)
        for r in range(-rings, rings + 1)
        if abs(q + r) <= rings
    ]
    grown = 1.0 if rings else EDGE
    patch = shapely.union_all([_hexagon(*place, grown) for place in places])
    return patch.buffer(-(1 - EDGE) / 2 * UNIT, join_style="mitre") if rings else patch


def _hexagon(x: float, y: float, size: float) -> Polygon:
    cx, cy = on_plan(x, y)
    radius = size * UNIT / math.sqrt(3)
    turns = [math.radians(60 * k + 30) for k in range(6)]
    corners = [(cx + radius * math.cos(a), cy + radius * math.sin(a)) for a in turns]
    return Polygon([(round(a, 8), round(b, 8)) for a, b in corners])


def circle(x: float, y: float, radius: float) -> BaseGeometry:
    """A disc, in hexagon widths."""
    return Point(on_plan(x, y)).buffer(radius * UNIT, quad_segs=16)


def _bend(told: Any) -> tuple[float, ...]:
    """A point of the river and its width there."""
    x, y, width = map(measure, told)
    return x, y, width


def band(points: Sequence[tuple[float, ...]]) -> BaseGeometry | None:
    """A river: a band of varying width along points (x, y, width)."""
    if len(points) < 2:
        return None
    parts: list[BaseGeometry] = []
    steps = 12
    for (x0, y0, w0), (x1, y1, w1) in pairwise(points):
        for k in range(steps):
            a, b = k / steps, (k + 1) / steps
            line = LineString(
                [
                    on_plan(x0 + a * (x1 - x0), y0 + a * (y1 - y0)),
                    on_plan(x0 + b * (x1 - x0), y0 + b * (y1 - y0)),
                ]
            )
            parts.append(line.buffer((w0 + (a + b) / 2 * (w1 - w0)) / 2 * UNIT))
    smooth = shapely.union_all(parts).buffer(0.35 * UNIT).buffer(-0.35 * UNIT)
    return smooth.simplify(UNIT / 200)


def _mark(entry: dict[str, Any]) -> Mark:
    x, y = on_plan(measure(entry["x"]), measure(entry["y"]))
    return Mark(x, y, str(entry["texte"]), str(entry.get("style", "rive")))


def _crossed(outlines: Iterable[Outline]) -> list[str]:
    """Two tiles of one level and generation never overlap."""
    kept = list(outlines)
    return [
        f"{a.code} et {b.code} se recouvrent : écartez-les."
        for i, a in enumerate(kept)
        for b in kept[i + 1 :]
        if (a.level, a.vintage) == (b.level, b.vintage)
        and a.shape.intersection(b.shape).area > OVERLAP * min(a.shape.area, b.shape.area)
    ]


def _incomplete(plans: Sequence[Plan], config: TerritoryConfig) -> list[str]:
    """A level that is drawn is drawn whole: every zone once."""
    placed = [(one.level, one.code) for plan in plans for one in plan.outlines]
    problems = []
    for level in sorted({level for level, _ in placed}):
        for zone in config.zones(level):
            times = placed.count((level, zone.code))
            if times != 1:
                told = "n'est pas placée" if not times else f"est placée {times} fois"
                problems.append(f"{level} {zone.code} ({zone.label}) {told}.")
    return problems


def exists(folder: Path) -> bool:
    """Whether a territory has a plan."""
    return (folder / "schema.toml").is_file()


__all__ = ["Plan", "band", "circle", "exists", "hexagons", "read_plan"]
