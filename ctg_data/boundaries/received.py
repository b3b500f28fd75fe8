"""Official outlines, from the store to the map: read, set against each other, made light, served.

An update calls :func:`publish`.  The light files go in the user's folder, one version beside the
other, and one small file names the current one: it is put in place last, in one move.  Layers that
contradict each other change nothing of what the map showed.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.boundaries import credits
from ctg_data.built_once import built_once
from ctg_data.errors import UserError
from ctg_data.files import private as private_files
from ctg_data.model import Level
from ctg_data.sources import contours
from ctg_data.store.session import Received, Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings import registry as zonings
from geo.maps import ground, prepare
from geo.maps.layers import fingerprint as ground_fingerprint
from geo.maps.limits import Served
from geo.outlines import generations, nesting, whereabouts, zones
from geo.outlines.nesting import Measured
from geo.outlines.zones import Outline

# Data sets by layer, the best first: each is read as the layer of that name.
LAYERS = {
    "admin_communes": ("contours_communes", "admin_communes"),
    "commune_contours": ("geo_communes", "admin_communes"),
    "contours_iris": ("contours_iris", "contours_iris"),
    "qpv_2024": ("contours_qpv", "qpv_2024"),
    "qpv_2015": ("contours_qpv_2015", "qpv_2015"),
    contours.WATER: ("contours_eau", contours.WATER),
}
HEAVIEST_WATER = 12_000  # bytes of the river on a map
FINEST, COARSEST = 5e-5, 8e-4  # degrees: 5 to 80 metres
TOUCHING = 1e-4  # degrees: neighbours drawn apart by rounding
NESTINGS = "index-emboitements.json"  # sums measured on these very outlines; not served
KEPT = 2  # versions: pages open during an update still find their outlines


@dataclass(frozen=True)
class Layers:
    """What the store holds for one territory, read and set against each other."""

    outlines: tuple[Outline, ...] = ()
    water: BaseGeometry | None = None
    problems: tuple[str, ...] = ()
    version: str = ""
    beyond: tuple[Outline, ...] = ()  # communes that are no neighbours, to fill the frame
    credits: Mapping[tuple[Level, int], str] = field(default_factory=dict)  # whose outlines


@dataclass(frozen=True)
class Published:
    """What an update did to the map."""

    folder: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass
class _Found:
    outlines: list[Outline] = field(default_factory=list)
    beyond: list[Outline] = field(default_factory=list)
    water: BaseGeometry | None = None
    problems: list[str] = field(default_factory=list)
    credits: dict[tuple[Level, int], str] = field(default_factory=dict)


def read(config: TerritoryConfig, store: Store) -> Layers:
    """Every layer received for a territory, from the last copy that could be read of each.

    The zoning that the city added comes with them.
    """
    copies = {
        dataset: copy
        for dataset, (source, _) in LAYERS.items()
        if (copy := store.latest(source, config.id, dataset)) is not None
    }
    found = _Found()
    for dataset, copy in copies.items():
        _take(dataset, copy, config, found)
    kept = _consistent(found, config)
    kept += _city(zonings.outlines(store, config.id), kept, config, found)
    shas = "".join(f"{name}{copy.id}" for name, copy in sorted(copies.items()))
    shas += zonings.fingerprint(store, config.id)
    version = hashlib.sha256(f"{ground_fingerprint(config)}{shas}".encode()).hexdigest()[:12]
    return Layers(
        tuple(kept),
        found.water,
        tuple(found.problems),
        version if shas else "",
        tuple(found.beyond),
        found.credits | credits.of_city(config, store),
    )


def outlines_in_use(config: TerritoryConfig, store: Store) -> list[Outline]:
    """Every outline known of a territory: received, else its folder's."""
    return zones.in_use(config, read(config, store).outlines)[0]


def publish(config: TerritoryConfig, store: Store) -> Published:
    """Make the map of a territory ready from what was received; never raises."""
    layers = read(config, store)
    served = _served(config, store)
    if not layers.outlines and not (served and zones.read_folder(config)[0]):
        if not layers.problems:  # a competence zone was the last thing received, and is gone
            (ground.received_folder(config.id) / ground.CURRENT).unlink(missing_ok=True)
        return Published(notes=layers.problems)
    source = ground_fingerprint(config)
    before = ground.current_version(config, source)
    if layers.problems and before:
        stays = "La carte garde les contours qu'elle montrait."
        return Published(notes=(*layers.problems, stays))
    folder = ground.received_folder(config.id)
    try:
        made = prepare.official(
            config, layers.outlines, layers.water, served, layers.beyond, layers.credits
        )
        prepare.write(made, folder, layers.version, private=True)
        sums = json.dumps(_sums(config, store, layers).to_json(), ensure_ascii=False)
        private_files.write(folder / layers.version / NESTINGS, sums.encode())
        _point(folder, layers.version, source)
    except (OSError, UserError) as error:
        return Published(notes=(f"Les contours reçus n'ont pas pu être préparés : {error}",))
    lying = {zone.code: zone.communes for zone in config.qpv}
    passages = generations.told(layers.outlines, lying)
    return Published(folder / layers.version, (*layers.problems, *_in_place(layers), *passages))


def _served(config: TerritoryConfig, store: Store) -> list[Served]:
    """The competence zones that were dropped, with who drew them."""
    return [
        Served(group, credits.of_file(told)) for told, group in zonings.competence(store, config.id)
    ]


def _in_place(layers: Layers) -> list[str]:
    """What the map now stands on; a zoning of the city is not an official layer."""
    levels = dict.fromkeys(one.level for one in layers.outlines)
    names = [one.label for one in levels if one is not Level.QUARTIER]
    told = [f"Contours officiels en place : {', '.join(names)}."] if names else []
    return told + (["Zonage de la Ville en place."] if Level.QUARTIER in levels else [])


def measured(config: TerritoryConfig, store: Store | None = None) -> Measured:
    """The sums that zones allow, on the outlines really in use: received, else the folder's.

    They are read where they were measured; measured anew when that is not to be found.
    """
    version = ground.current_version(config, ground_fingerprint(config))
    path = ground.received_folder(config.id) / version / NESTINGS
    if version and path.is_file():
        try:
            return Measured.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            pass  # damaged: the outlines themselves are still there
    if store is None:
        return _measured(config, (), ())
    return _sums(config, store, read(config, store))


def _sums(config: TerritoryConfig, store: Store, layers: Layers) -> Measured:
    ended = tuple(map(tuple, zonings.outlines(store, config.id, ended=True)))
    return _measured(config, layers.outlines, ended)


@built_once(8)
def _measured(
    config: TerritoryConfig,
    outlines: tuple[Outline, ...],
    ended: tuple[tuple[Outline, ...], ...],
) -> Measured:
    return nesting.of_territory(config, zones.in_use(config, outlines)[0], ended)


def refresh(config: TerritoryConfig) -> None:
    """When the app starts: make the map ready if the zones declared have changed since."""
    if ground.current_version(config, ground_fingerprint(config)):
        return
    with Store.open() as store:
        publish(config, store)


def _take(dataset: str, copy: Received, config: TerritoryConfig, found: _Found) -> None:
    """Read one layer; communes of the second source serve only without those of the first."""
    layer = LAYERS[dataset][1]
    if dataset == "commune_contours" and any(x.level is Level.COMMUNE for x in found.outlines):
        return
    try:
        if layer == contours.WATER:
            found.water = contours.water_in(copy.content)
        else:
            every = contours.zones_in(layer, copy.content, config).outlines
            drawn = _drawn(every, config)
            found.outlines += drawn
            found.beyond += [one for one in every if one not in drawn]
            told = credits.of_source(LAYERS[dataset][0], copy)
            found.credits |= {(one.level, one.vintage): told for one in drawn}
    except UserError as problem:
        found.problems.append(f"Copie du {fr.day(copy.received_at)} : {problem}")


def _drawn(outlines: Sequence[Outline], config: TerritoryConfig) -> list[Outline]:
    """All but the far communes of the intercommunalité: only those around bear figures."""
    if not outlines or outlines[0].level is not Level.COMMUNE:
        return list(outlines)
    here = outlines[0].shape  # the commune comes first: it is the one expected
    around = {one.code for one in config.neighbours} or {
        one.code for one in outlines if one.shape.distance(here) < TOUCHING
    }
    return [one for one in outlines if one.code in {config.commune.code, *around}]


def _consistent(found: _Found, config: TerritoryConfig) -> list[Outline]:
    """The layers that lie where their communes are; of the others, why not."""
    communes = {one.code: one for one in found.outlines if one.level is Level.COMMUNE}
    groups: dict[tuple[Level, int, tuple[str, ...]], list[Outline]] = {}
    for zone in (*config.iris, *config.qpv):
        codes = zone.communes or (config.commune.code,)
        for one in found.outlines:
            if one.code == zone.code and set(codes) <= set(communes):
                groups.setdefault((zone.level, zone.vintage, codes), []).append(one)
    wrong: dict[tuple[Level, int], list[str]] = {}
    for (level, vintage, codes), group in groups.items():
        told = whereabouts.against_communes(group, [communes[code] for code in codes])
        if told:
            wrong.setdefault((level, vintage), []).extend(told)
    found.problems += [
        f"« {level.label} » ({vintage}) n'est pas dessiné : {' '.join(told[: whereabouts.TOLD])}"
        for (level, vintage), told in wrong.items()
    ]
    if found.water is not None:
        found.water = _light(found.water, [one.shape for one in communes.values()])
    return [one for one in found.outlines if (one.level, one.vintage) not in wrong]


def _city(
    groups: Sequence[Sequence[Outline]],
    kept: Sequence[Outline],
    config: TerritoryConfig,
    found: _Found,
) -> list[Outline]:
    """The city's zonings; its commune may have been received after them, and is then compared."""
    here = [one for one in kept if one.code == config.commune.code]
    taken: list[Outline] = []
    for group in groups:
        if told := whereabouts.against_communes(group, here):
            words = " ".join(told[: whereabouts.TOLD])
            found.problems.append(f"Le zonage de la Ville n'est pas dessiné : {words}")
        else:
            taken += group
    return taken


def _light(water: BaseGeometry, communes: Sequence[BaseGeometry]) -> BaseGeometry | None:
    """The river where the map shows it, in few points; none where no river flows."""
    if communes:
        water = water.intersection(box(*shapely.total_bounds(list(communes))))
    reach = FINEST
    light = zones.polygonal(water.simplify(reach))
    if light.is_empty:
        return None
    while reach < COARSEST and len(json.dumps(zones.to_geojson({"eau": light}))) > HEAVIEST_WATER:
        reach *= 2
        light = zones.polygonal(water.simplify(reach))
    return None if light.is_empty else light


def _point(folder: Path, version: str, source: str) -> None:
    """Name the current version in one move, then forget the old ones."""
    told = json.dumps({"version": version, "declared": source})
    private_files.write(folder / ground.CURRENT, told.encode())
    versions = sorted(
        (one for one in folder.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime
    )
    for old in versions[:-KEPT]:
        if old.name != version:
            shutil.rmtree(old, ignore_errors=True)
