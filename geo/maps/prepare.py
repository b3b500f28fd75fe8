"""Make the light outlines of every territory: ``python -m geo.prepare [territoire …]``.

To run after ``territoire/<id>/contours/`` or ``schema.toml`` changes, and to commit with it.
Forgotten, the maps still show the right outlines: made in memory, and heavier to send.
"""

import json
import math
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import UserError
from ctg_data.files import private as private_files
from ctg_data.model import Level
from ctg_data.territory.config import TerritoryConfig, open_territory, territory_names
from geo.maps import limits, schematic
from geo.maps.framing import MARGIN, frame, hatch
from geo.maps.layers import (
    INDEX,
    STATIC,
    Box,
    Ground,
    Layer,
    Mark,
    Spot,
    fingerprint,
    no_ground,
    to_index,
)
from geo.maps.limits import Served
from geo.maps.room import inside, neighbours_named
from geo.outlines import zones
from geo.outlines.zones import Outline

HATCHES = 75  # oblique lines across a frame
Outlines = Mapping[tuple[Level, int], Sequence[Outline]]


def build(config: TerritoryConfig) -> Ground:
    """The ground of a territory, in memory: true outlines if there are some, else its plan."""
    outlines, water = zones.read_folder(config)
    if outlines:
        layers = _true_layers(config, outlines, water)
    elif schematic.exists(config.folder):
        layers = _drawn_layers(config)
    else:
        raise no_ground(config)
    laid = limits.made(config, layers)
    return Ground(config.id, fingerprint(config), tuple(layers), limits=laid)


def official(
    config: TerritoryConfig,
    received: Sequence[Outline],
    water: BaseGeometry | None,
    served: Sequence[Served] = (),
    beyond: Sequence[Outline] = (),
    credits: Mapping[tuple[Level, int], str] | None = None,
) -> Ground:
    """The ground of a territory with the outlines received, in memory.

    The territory's own outlines, then its plan, serve for the levels that were not received; the
    river of a plan stays on that plan.  ``served`` is the ground of structures, as it was dropped;
    ``beyond``, communes that are no neighbours and that the frame of the map shows all the same;
    ``credits``, whose outlines these are.
    """
    every, own_water = zones.in_use(config, received)
    layers = _true_layers(config, every, own_water if water is None else water, beyond, cut=True)
    told = credits or {}
    layers = [replace(one, credit=told.get((one.level, one.vintage), "")) for one in layers]
    if schematic.exists(config.folder):
        names = {
            code: name.replace("|", " ")
            for plan in schematic.read_plan(config)
            for code, name in plan.names.items()
        }
        layers = [_renamed(one, names) for one in layers]
        done = {(one.level, one.vintage) for one in layers}
        drawn = _drawn_layers(config)
        layers += [one for one in drawn if (one.level, one.vintage) not in done]
    laid = limits.made(config, layers, served)
    return Ground(config.id, fingerprint(config), tuple(layers), limits=laid)


def _renamed(layer: Layer, names: Mapping[str, str]) -> Layer:
    """The short names of the plan: the same zone is called alike on both."""
    spots = {
        code: replace(spot, name=names.get(code, spot.name)) for code, spot in layer.spots.items()
    }
    return replace(layer, spots=spots)


def write(
    made: Ground, static: Path = STATIC, name: str = "", *, private: bool = False
) -> list[Path]:
    """Write the outlines and their index in one folder, replacing what was there.

    ``private`` is for those of the user's folder; those of the app are for all who run it.
    """
    folder = static / (name or made.territory)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.nouveau")
    shutil.rmtree(fresh, ignore_errors=True)
    if private:
        private_files.folder(fresh)
    else:
        fresh.mkdir(parents=True)
    files: dict[str, Any] = {}
    for layer in made.layers:
        files |= layer.inline
    for laid in made.limits:
        files |= laid.inline
    for name, content in {**files, INDEX: to_index(made)}.items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        if private:
            private_files.write(fresh / name, f"{text}\n".encode())
        else:
            (fresh / name).write_text(text + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return sorted(folder.iterdir())


def _true_layers(
    config: TerritoryConfig,
    outlines: Sequence[Outline],
    water: BaseGeometry | None,
    beyond: Sequence[Outline] = (),
    *,
    cut: bool = False,
) -> list[Layer]:
    groups: dict[tuple[Level, int], list[Outline]] = {}
    for one in outlines:
        groups.setdefault((one.level, one.vintage), []).append(one)
    light = {key: zones.simplified(group) for key, group in groups.items()}
    names = {one.code: fr.unmarked(one.label) for one in outlines}
    communes = [one for one in outlines if one.level is Level.COMMUNE]
    communes = zones.simplified([*communes, *beyond])  # together: their borders are shared
    around = _around(config, communes, water)
    if cut:
        around = _fitted(around, light, config)
        around = _cut(around, [one.shape for one in outlines if one.level is not Level.COMMUNE])
    backdrop = zones.to_geojson(around)
    made = []
    for (level, vintage), group in light.items():
        inner = [around["commune"]] if "commune" in around else [one.shape for one in group]
        if level is not Level.COMMUNE:
            inner += [one.shape for one in group]
        else:
            inner = [one.shape for one in group]
        layer = _layer(level, vintage, group, names, frame(inner))
        around_us = [one for one in communes if one.code != config.commune.code]
        marks = () if level is Level.COMMUNE else neighbours_named(layer, around_us, inner)
        made.append(_with_backdrop(layer, "fond.json", backdrop, tuple(around), marks))
    return made


def _around(
    config: TerritoryConfig, communes: Sequence[Outline], water: BaseGeometry | None
) -> dict[str, BaseGeometry]:
    """The commune, those around it and the water, as one feature each."""
    here = [one.shape for one in communes if one.code == config.commune.code]
    found = {f"voisine-{x.code}": x.shape for x in communes if x.code != config.commune.code}
    if here:
        found["commune"] = here[0]
    if water is not None:
        found["eau"] = water.simplify(1e-5)
    return found


def _fitted(
    around: Mapping[str, BaseGeometry], light: Outlines, config: TerritoryConfig
) -> dict[str, BaseGeometry]:
    """Bound the commune by its IRIS when there are all: two drawings of one border would cross."""
    tiles = [
        one.shape for (level, _), group in light.items() for one in group if level is Level.IRIS
    ]
    found = dict(around)
    if "commune" in found and len(tiles) == len(config.iris) > 0:
        found[f"voisine-{config.commune.code}"] = found["commune"]  # no hole between the two
        found["commune"] = zones.polygonal(shapely.union_all(tiles))
    return found


def _cut(
    around: Mapping[str, BaseGeometry], zones_shown: Sequence[BaseGeometry]
) -> dict[str, BaseGeometry]:
    """Neighbours and water where the map of the commune shows them: what is far is not sent."""
    inner = [*zones_shown, *(form for name, form in around.items() if name == "commune")]
    if not inner:
        return dict(around)
    west, south, east, north = frame(inner)
    dx, dy = MARGIN * (east - west), MARGIN * (north - south)
    seen = box(west - dx, south - dy, east + dx, north + dy)
    cut = {name: zones.polygonal(form.intersection(seen)) for name, form in around.items()}
    return {name: form for name, form in cut.items() if not form.is_empty}


def _drawn_layers(config: TerritoryConfig) -> list[Layer]:
    made = []
    for rank, plan in enumerate(schematic.read_plan(config), start=1):
        tiles = [one.shape for one in plan.outlines if one.level is not Level.QPV]
        around = {} if plan.water is None else {"eau": plan.water}
        groups: dict[tuple[Level, int], list[Outline]] = {}
        for one in plan.outlines:
            groups.setdefault((one.level, one.vintage), []).append(one)
        for (level, vintage), group in groups.items():
            under = dict(around)
            if level is Level.QPV and tiles:
                under["fond"] = shapely.union_all(tiles)
            every = [*tiles, *(one.shape for one in group)]
            layer = _layer(level, vintage, group, plan.names, frame(every))
            name = f"fond-{rank}-{level}.json"
            layer = _with_backdrop(layer, name, zones.to_geojson(under), tuple(under), plan.marks)
            made.append(replace(layer, schematic=True, water_above=plan.water_above))
    return made


def _layer(
    level: Level, vintage: int, group: Sequence[Outline], names: Mapping[str, str], frame: Box
) -> Layer:
    file = f"{level}-{vintage}.json"
    step = math.hypot(frame[2] - frame[0], frame[3] - frame[1]) / HATCHES
    spots = {
        one.code: _spot(one.shape, names.get(one.code, one.label), step)
        for one in sorted(group, key=lambda one: one.code)
    }
    collection = zones.to_geojson({one.code: one.shape for one in group})
    return Layer(level, vintage, file, spots, frame, "", (), inline={file: collection})


def _with_backdrop(
    layer: Layer, name: str, content: dict[str, Any], codes: tuple[str, ...], marks: Sequence[Mark]
) -> Layer:
    inline = {**layer.inline, name: content}
    return replace(layer, backdrop=name, backdrop_codes=codes, marks=tuple(marks), inline=inline)


def _spot(form: BaseGeometry, name: str, step: float) -> Spot:
    x, y = inside(form)
    west, south, east, _ = form.bounds
    across = form.intersection(LineString([(west - 1, y), (east + 1, y)]))
    chord = max(
        (
            part.length
            for part in shapely.get_parts(across)
            if part.distance(shapely.Point(x, y)) < step
        ),
        default=east - west,
    )
    return Spot(
        zones.short(x),
        zones.short(y),
        zones.short(south),
        zones.short(chord),
        name,
        hatch(form, step),
    )


def main(names: Sequence[str]) -> int:
    """Prepare the territories named, or all of them; say what was written."""
    try:
        for name in names or list(territory_names()):
            paths = write(build(open_territory(name)))
            weight = sum(path.stat().st_size for path in paths) / 1000
            print(f"{name} : {len(paths)} fichiers, {weight:.0f} ko")
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
