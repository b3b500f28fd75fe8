"""Limits to lay over a map, made ready with its layers: QPV, quartiers, what structures serve.

Only on true outlines: on a plan without scale they would tell something false.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ctg_data import fr
from ctg_data.errors import TerritoryError, all_problems
from ctg_data.model import Level
from ctg_data.territory.config import TerritoryConfig
from geo.maps.layers import Layer, Limits, Tag
from geo.outlines import zones
from geo.outlines.zones import Outline

COMPETENCE = "competence"
FILE, DRAWN = "competence.json", "zones_competence.geojson"  # made ready; in the folder
WORDS = "Zones de compétence des structures"
SAID = ("code", "nom", "auteur", "date", "methode")  # of each of them
APART = 0.045  # of the width of the frame: two letters do not cover each other
INSIDE = 0.1  # of the way to the middle of its zone: a border may be that of two
STEPS = 24  # places tried along an outline


@dataclass(frozen=True)
class Served:
    """The ground some structures serve, and who drew it, when and how, in French."""

    outlines: tuple[Outline, ...]
    credit: str


def made(
    config: TerritoryConfig, layers: Sequence[Layer], served: Sequence[Served] = ()
) -> tuple[Limits, ...]:
    """What may be laid over the maps of a territory; of two zones of one code, the last."""
    true = [one for one in layers if not one.schematic]
    if not true:
        return ()
    found = [_of_level(one) for one in true if one.level in (Level.QUARTIER, Level.QPV)]
    shown = next((one for one in true if one.level.is_infra_communal), true[0])
    return (*found, *_competence([*_own(config), *served], shown))


def _own(config: TerritoryConfig) -> list[Served]:
    """Those that the folder of the territory draws.

    Raises:
        TerritoryError: all the problems of the file at once.
    """
    path = config.folder / zones.FOLDER / DRAWN
    if not path.is_file():
        return []
    problems: list[str] = []
    found: list[Served] = []
    for rank, feature in enumerate(zones.features(path, problems), start=1):
        where = f"{zones.FOLDER}/{path.name}, objet {rank}"
        form = zones.polygon(feature, where, problems)
        properties = feature.get("properties") or {}
        zones.check_fiction(properties, config, where, problems)
        told = {key: str(properties.get(key) or "").strip() for key in SAID}
        problems += [f"{where} : « {key} » est à dire." for key, text in told.items() if not text]
        if form is not None:
            one = Outline(Level.QUARTIER, told["code"], 0, told["nom"], form)
            credit = f"{told['auteur']}, {told['date']} ({told['methode']})"
            found.append(Served((one,), credit))
    problems += zones.repeated([one for group in found for one in group.outlines])
    if problems:
        heading = f"Les zones de compétence du territoire « {config.id} » ne peuvent pas servir :"
        raise TerritoryError(all_problems(heading, problems))
    return found


def _of_level(layer: Layer) -> Limits:
    words = layer.level.label
    if layer.level.has_generations:
        words += f", contours de {layer.vintage}"
    forms = {
        one["properties"]["code"]: shape(one["geometry"])
        for one in layer.inline[layer.file]["features"]
    }
    names = {code: spot.name.replace("|", " ") for code, spot in layer.spots.items()}
    tags = tuple(_tags(forms, names, layer))
    belongs = (str(layer.level), layer.vintage)
    name = f"{layer.level}-{layer.vintage}"
    return Limits(name, words, layer.file, tags, layer.credit, belongs, layer.inline)


def _competence(groups: Sequence[Served], layer: Layer) -> Iterator[Limits]:
    last = {one.code: one for group in groups for one in group.outlines}
    if not last:
        return
    light = {one.code: one.shape for one in zones.simplified(list(last.values()))}
    names = {code: fr.unmarked(one.label) for code, one in last.items()}
    credit = " ; ".join(dict.fromkeys(one.credit for one in groups))
    inline = {FILE: zones.to_geojson(light)}
    made = Limits(COMPETENCE, WORDS, FILE, tuple(_tags(light, names, layer)))
    yield replace(made, credit=fr.spaced(credit), inline=inline)


def _tags(forms: dict[str, BaseGeometry], names: dict[str, str], layer: Layer) -> Iterator[Tag]:
    """A letter near the top of each outline, or further along it when another is there."""
    apart = APART * (layer.frame[2] - layer.frame[0])
    taken: list[shapely.Point] = []
    for code, form in sorted(forms.items()):
        tried = list(_around(form))
        free = [one for one in tried if all(one.distance(other) > apart for other in taken)]
        spot = (free or tried)[0]
        taken.append(spot)
        yield Tag(code, names[code], zones.short(spot.x), zones.short(spot.y))


def _around(form: BaseGeometry) -> Iterator[shapely.Point]:
    largest = max(shapely.get_parts(form), key=lambda part: part.area)
    ring, middle = largest.exterior, largest.representative_point()
    top = max(ring.coords, key=lambda at: at[1])
    start = ring.project(shapely.Point(top), normalized=True)
    for rank in range(STEPS):
        edge = ring.interpolate((start + rank / STEPS) % 1, normalized=True)
        yield shapely.Point(
            edge.x + INSIDE * (middle.x - edge.x), edge.y + INSIDE * (middle.y - edge.y)
        )
