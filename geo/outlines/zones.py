"""True outlines: the GeoJSON files of ``territoire/<id>/contours/``, read, checked, made light.

A zone is known by its code, never by its file; only water, which has none, is known by its file's
name.  Whatever is wrong is told at once, in French, and a territory never shows another one's
outlines: the code of an IRIS, a QPV or a commune that nobody declared is refused, and fictional
outlines stay in a fictional territory.  Other zonings (school sectors) may lie in the folder.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from ctg_data.errors import TerritoryError, all_problems
from ctg_data.model import TILING, Level
from ctg_data.territory.config import CODE_FORMS, QPV_FORMS, TerritoryConfig, Zone
from geo.outlines import tangle

METRES = 111_320.0  # a degree of latitude
COARSE, FINE = 10.0, 0.5  # metres: where simplification starts, where it gives up
MAX_CHANGE = 0.005  # of the area of a zone
MAX_OVERLAP = 0.02  # of the smaller of two zones of one generation
DECIMALS = 5  # about a metre
FOLDER = "contours"
WATER_FILES = {"fleuve", "riviere", "eau"}


@dataclass(frozen=True)
class Outline:
    """One zone and its polygon, in longitude and latitude (or in units of a plan)."""

    level: Level
    code: str
    vintage: int
    label: str
    shape: BaseGeometry


def read_folder(config: TerritoryConfig) -> tuple[list[Outline], BaseGeometry | None]:
    """Every outline of a territory, and its water when it is given.

    Raises:
        TerritoryError: all the problems of the files at once.
    """
    problems: list[str] = []
    outlines: list[Outline] = []
    water: list[BaseGeometry] = []
    for path in sorted((config.folder / FOLDER).glob("*.geojson")):
        for rank, feature in enumerate(features(path, problems), start=1):
            where = f"{FOLDER}/{path.name}, objet {rank}"
            form = polygon(feature, where, problems)
            properties = feature.get("properties") or {}
            check_fiction(properties, config, where, problems)
            if form is not None and path.stem in WATER_FILES:
                water.append(form)
            elif form is not None and (zone := _declared(properties, config, where, problems)):
                outlines.append(Outline(zone.level, zone.code, zone.vintage, zone.label, form))
    problems += [*repeated(outlines), *overlaps(outlines)]
    if problems:
        heading = f"Les contours du territoire « {config.id} » ne peuvent pas servir :"
        raise TerritoryError(all_problems(heading, problems))
    return outlines, shapely.union_all(water) if water else None


def in_use(
    config: TerritoryConfig, received: Sequence[Outline]
) -> tuple[list[Outline], BaseGeometry | None]:
    """What was received, the folder's own outlines for the levels that were not, and its water."""
    known = {(one.level, one.vintage) for one in received}
    own, water = read_folder(config)
    return [*received, *(one for one in own if (one.level, one.vintage) not in known)], water


def declared_zones(config: TerritoryConfig) -> dict[str, Zone]:
    """Every zone that may be drawn, by code; a code belongs to one level."""
    levels = (Level.COMMUNE, *reversed(TILING), Level.QPV)
    return {zone.code: zone for level in levels for zone in config.zones(level)}


def is_zone_code(code: str) -> bool:
    """Whether a code is that of a commune, an IRIS or a QPV.

    >>> [is_zone_code(one) for one in ("001230101", "QN09901N", "00123", "FS01")]
    [True, True, True, False]
    """
    forms = (CODE_FORMS[Level.IRIS], CODE_FORMS[Level.COMMUNE], *QPV_FORMS.values())
    return any(re.fullmatch(form, code) for form in forms)


def features(path: Path, problems: list[str]) -> list[dict[str, Any]]:
    """The features of a file; none, and why, when it cannot be read."""
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        if isinstance(read, list) and all(map(_is_feature, read)):
            return read
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        pass
    problems.append(
        f"{path.parent.parent.name}/{FOLDER}/{path.name} : ce n'est pas du GeoJSON lisible. "
        "Exportez-le à nouveau, ou remettez le fichier d'origine."
    )
    return []


def _is_feature(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("properties") or {}, dict)


def polygon(feature: dict[str, Any], where: str, problems: list[str]) -> BaseGeometry | None:
    """The polygonal part of a feature, made valid without losing half of a bow-tie."""
    try:
        received = shape(feature["geometry"])
        if why := tangle.refusal(received):
            problems.append(f"{where} : le contour n'est pas repris, {why}.")
            return None
        form = polygonal(received)
    except Exception:  # a broken geometry raises whatever its reader meets first
        problems.append(f"{where} : la géométrie est illisible. Exportez le contour à nouveau.")
        return None
    if form.is_empty:
        problems.append(f"{where} : le contour n'a pas de surface. Un polygone est attendu.")
        return None
    west, south, east, north = form.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        problems.append(
            f"{where} : les coordonnées ne sont pas des degrés (longitude, latitude). Exportez le "
            "fichier en WGS 84 (EPSG:4326)."
        )
        return None
    return form


def polygonal(form: BaseGeometry) -> BaseGeometry:
    """Make valid, keep the polygons only; no ground is added outside the outer rings.

    >>> ring = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
    >>> polygonal(shape({"type": "Polygon", "coordinates": [ring]})).area
    0.5
    >>> square, hole = (shapely.box(a, a, a + 2, a + 2).exterior.coords for a in (0, 1))
    >>> polygonal(Polygon(square, [hole])).area  # a hole that sticks out takes, and never gives
    3.0
    """
    whole = shapely.force_2d(form)
    if not whole.is_valid:  # « linework » would make ground of the part of a hole that sticks out
        whole = shapely.make_valid(whole, method="structure")
    parts = shapely.get_parts(whole)
    kept = [one for one in _flat(parts) if isinstance(one, Polygon) and one.area > 0]
    return shapely.union_all(kept) if kept else Polygon()


def _flat(parts: Iterable[BaseGeometry]) -> Iterator[BaseGeometry]:
    for part in parts:
        if hasattr(part, "geoms"):
            yield from _flat(part.geoms)
        else:
            yield part


def check_fiction(
    properties: dict[str, Any], config: TerritoryConfig, where: str, problems: list[str]
) -> None:
    """Fictional outlines stay in a fictional territory, and true ones out of it."""
    marked = properties.get("fictif") in (True, 1, "oui", "true", "fictif")
    if marked and not config.fictional:
        problems.append(f"{where} : contour fictif dans un territoire réel. Retirez le fichier.")
    elif config.fictional and not marked:
        problems.append(
            f"{where} : un territoire fictif n'emploie que des contours marqués « fictif »."
        )


def _declared(
    properties: dict[str, Any], config: TerritoryConfig, where: str, problems: list[str]
) -> Zone | None:
    code = str(properties.get("code", "")).strip()
    found = declared_zones(config).get(code)
    if found is None:
        if not code or is_zone_code(code):
            problems.append(
                f"{where} : le code « {code or 'absent'} » n'est pas déclaré dans territoire.toml. "
                "Déclarez la zone, ou retirez son contour."
            )
        return None
    told = re.findall(r"\d{4}", str(properties.get("generation") or ""))
    if found.level is Level.QPV and told and int(told[0]) != found.vintage:
        problems.append(
            f"{where} : génération {told[0]} annoncée, mais {code} est déclaré en {found.vintage}."
        )
    return found


def repeated(outlines: Sequence[Outline]) -> list[str]:
    """A code given twice: two outlines for one zone, and no way to choose."""
    codes = [one.code for one in outlines]
    again = sorted({code for code in codes if codes.count(code) > 1})
    return [f"le contour de {code} est donné deux fois ; gardez-en un." for code in again]


def overlaps(outlines: Sequence[Outline]) -> Iterator[str]:
    """Two zones of one level and generation share no ground, slivers apart."""
    for level, vintage in sorted({(one.level, one.vintage) for one in outlines}):
        group = [one for one in outlines if (one.level, one.vintage) == (level, vintage)]
        tree = shapely.STRtree([one.shape for one in group])
        for i, one in enumerate(group):
            for j in tree.query(one.shape, predicate="intersects"):
                other = group[int(j)]
                shared = one.shape.intersection(other.shape).area if int(j) > i else 0.0
                if shared > MAX_OVERLAP * min(one.shape.area, other.shape.area):
                    yield (
                        f"{one.code} et {other.code} se recouvrent ({level}, {vintage}). Deux "
                        "zones d'une même génération ne partagent pas de terrain."
                    )


def simplified(outlines: Sequence[Outline]) -> list[Outline]:
    """Fewer points, neighbours still sharing their border; no zone changed by more than 0,5 %."""
    if not outlines:
        return []
    shapes = [one.shape for one in outlines]
    ratio = math.cos(math.radians(shapes[0].centroid.y))
    flat = [shapely.affinity.scale(one, ratio * METRES, METRES, origin=(0, 0)) for one in shapes]
    reach = COARSE
    while reach > FINE:
        light = _lighter(flat, reach)
        if all(_change(a, b) <= MAX_CHANGE for a, b in zip(flat, light, strict=True)):
            break
        reach /= 2
    else:
        light = flat
    return [
        Outline(one.level, one.code, one.vintage, one.label, _rounded(form, ratio))
        for one, form in zip(outlines, light, strict=True)
    ]


def _lighter(flat: list[BaseGeometry], reach: float) -> list[BaseGeometry]:
    """One coverage when the zones tile the ground, each on its own otherwise (QPV touch little)."""
    if shapely.coverage_is_valid(flat):
        return list(shapely.coverage_simplify(flat, reach))
    return [one.simplify(reach, preserve_topology=True) for one in flat]


def _change(before: BaseGeometry, after: BaseGeometry) -> float:
    return float(before.symmetric_difference(after).area / before.area)


def _rounded(form: BaseGeometry, ratio: float) -> BaseGeometry:
    back = shapely.affinity.scale(form, 1 / (ratio * METRES), 1 / METRES, origin=(0, 0))
    return polygonal(shapely.transform(back, lambda xy: xy.round(DECIMALS)))


def short(value: float) -> float:
    """A coordinate as it is sent."""
    return round(float(value), DECIMALS)


def to_geojson(shapes: dict[str, BaseGeometry]) -> dict[str, Any]:
    """A collection whose features carry their code and nothing else."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code}, "geometry": _coordinates(form)}
            for code, form in shapes.items()
        ],
    }


def _coordinates(form: BaseGeometry) -> dict[str, Any]:
    """Rings in GeoJSON's order, outer ones counter-clockwise."""
    parts = [one for one in _flat([form]) if isinstance(one, Polygon)]
    turned = MultiPolygon([shapely.geometry.polygon.orient(one) for one in parts])
    mapped = shapely.geometry.mapping(turned if len(parts) > 1 else turned.geoms[0])

    def plain(node: Any) -> Any:
        if isinstance(node, list | tuple):
            return [plain(one) for one in node]
        return short(node)

    return {"type": mapped["type"], "coordinates": plain(mapped["coordinates"])}
