"""Layers of a map and what is written on them: what makers of grounds make, and readers read.

A ``Layer`` is one level in one generation.  Its outlines carry a code and nothing else, and are
served by address; what the server needs to write on them (where names go, hatching) stays in
``index.json`` beside them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ctg_data.errors import TerritoryError
from ctg_data.files.declared import read_bytes
from ctg_data.model import TILING, Level
from ctg_data.territory.config import TerritoryConfig

ROOT = Path(__file__).resolve().parents[2]


STATIC = ROOT / "ui" / "frame" / "static" / "contours"


ADDRESS = "app/static/contours"  # relative: the app may be served under any path


INDEX = "index.json"


MAPPED = (Level.QPV, *TILING, Level.COMMUNE)  # levels with a map


FORMAT = 4  # to change with what is written in index.json


Box = tuple[float, float, float, float]  # west, south, east, north


Segment = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """Where a zone's name and circle go, the room they have, and its hatching."""

    x: float
    y: float
    low: float  # its southern end, under which a small zone is named
    width: float  # room for a name, in the units of the plan
    name: str  # lines separated by « | »
    hatch: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A name laid on the map that is no zone: the river, a bank, a neighbour."""

    x: float
    y: float
    text: str
    style: str  # rive | riviere | voisine


@dataclass(frozen=True)
class Layer:
    """One level in one generation.

    Attributes:
        file: address of its outlines, under ``STATIC/<territory>/``.
        spots: by code.
        frame: what the map shows, whatever the size of the screen.
        backdrop: address of what lies around: « voisine-CODE », « commune », « eau », « fond ».
        backdrop_codes: those of them that exist.
        water_above: whether the river is drawn over the zones.
        credit: who drew the outlines, under which licence, received when.
        inline: outlines and backdrop themselves, when they are not served by address.
    """

    level: Level
    vintage: int
    file: str
    spots: Mapping[str, Spot]
    frame: Box
    backdrop: str
    backdrop_codes: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    water_above: bool = True
    schematic: bool = False
    credit: str = ""
    inline: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Tag:
    """A zone of limits: its name, and the top of its outline, where its letter is written."""

    code: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Limits:
    """Outlines that may be laid over a map: those of a level, or of what structures serve.

    Attributes:
        id: its name in links.
        words: what they are, in French.
        credit: who drew them, when and how, when it is not the producer of a level.
        layer: the level and generation they belong to; none for competence zones.
    """

    id: str
    words: str
    file: str
    tags: tuple[Tag, ...]
    credit: str = ""
    layer: tuple[str, int] | None = None
    inline: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Ground:
    """Every layer of a territory, and the fingerprint of what they were made from."""

    territory: str
    source: str
    layers: tuple[Layer, ...]
    served: str = ""  # where its files are, when they were received since the app was installed
    limits: tuple[Limits, ...] = ()

    def layer(self, level: Level, vintage: int | None = None) -> Layer | None:
        """The layer of a level: of one generation, else the latest one."""
        found = [one for one in self.layers if one.level == level]
        kept = [one for one in found if vintage in (None, one.vintage)]
        if not kept and not level.has_generations:
            kept = found
        return max(kept, key=lambda one: one.vintage, default=None)


def sources(config: TerritoryConfig) -> list[Path]:
    """The files the outlines of a territory are made from."""
    folder = config.folder
    return [*sorted((folder / "contours").glob("*.geojson")), folder / "schema.toml"]


def fingerprint(config: TerritoryConfig) -> str:
    """Changes with the sources, with the zones declared, and with the form of what is kept."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for path in sources(config):
        if path.exists():
            digest.update(path.name.encode() + read_bytes(path))
    for level in MAPPED:
        for zone in config.zones(level):
            digest.update(f"{level} {zone.code} {zone.vintage} {zone.label}\n".encode())
    return digest.hexdigest()[:12]


def address(ground: Ground, file: str) -> str:
    """Where the browser finds a file of outlines; the fingerprint renews its cache."""
    return f"{ground.served or f'{ADDRESS}/{ground.territory}'}/{file}?v={ground.source}"


def to_index(ground: Ground) -> dict[str, Any]:
    """What ``index.json`` holds."""
    layers, limits = (
        [{k: v for k, v in asdict(one).items() if k != "inline"} for one in several]
        for several in (ground.layers, ground.limits)
    )
    return {"source": ground.source, "layers": layers, "limits": limits}


def from_index(territory: str, kept: dict[str, Any]) -> Ground:
    """Read ``index.json`` back: the ground of a territory, without its outlines."""
    limits = tuple(_limits(kept["limits"]))
    return Ground(territory, kept["source"], tuple(_layers(kept["layers"])), limits=limits)


def _limits(entries: list[dict[str, Any]]) -> Iterator[Limits]:
    for entry in entries:
        tags = tuple(Tag(**tag) for tag in entry["tags"])
        belongs = tuple(entry["layer"]) if entry["layer"] else None
        yield Limits(**entry | {"tags": tags, "layer": belongs})


def _layers(entries: list[dict[str, Any]]) -> Iterator[Layer]:
    for entry in entries:
        yield Layer(
            **entry
            | {
                "level": Level(entry["level"]),
                "spots": {code: Spot(**spot) for code, spot in entry["spots"].items()},
                "frame": tuple(entry["frame"]),
                "backdrop_codes": tuple(entry["backdrop_codes"]),
                "marks": tuple(Mark(**mark) for mark in entry["marks"]),
            }
        )


def no_ground(config: TerritoryConfig) -> TerritoryError:
    """What to say of a territory that has neither outlines nor a plan."""
    return TerritoryError(
        f"{config.id}/ : ni contours (« contours/*.geojson ») ni plan (« schema.toml »). La carte "
        "ne peut pas être dessinée ; les tableaux restent lisibles. Lancez une mise à jour (page "
        "« Données ») pour recevoir les contours officiels, ou déposez l'un ou l'autre."
    )
