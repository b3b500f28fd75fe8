"""A zoning of the city's own put in force or taken away: judged beside the outlines in use.

Bytes are kept in the store, and one line of its journal puts a zoning in place or takes it away:
that line is the whole of the change, it is written at once or not at all, and none is ever erased.
The map and the sums between zonings are made anew after it.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from ctg_data import fr, role
from ctg_data.boundaries import received
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.store.session import Store
from ctg_data.submissions.desk import Desk, Line, refuse_readers
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings import city
from ctg_data.zonings.city import City
from ctg_data.zonings.nature import Told
from ctg_data.zonings.registry import (
    ADDED,
    KIND,
    REMOVED,
    SOURCE,
    CityZoning,
    fingerprint,
    in_place,
    listed,
    outlines,
)
from geo.outlines.zones import Outline

READING = "Cette application est ouverte en lecture : un contributeur ajoute ou retire les zonages."


def check(store: Store, config: TerritoryConfig, name: str, content: bytes, told: Told) -> City:
    """Judge a file; nothing is written.

    Args:
        store: where what is already there is kept.
        config: the territory as its folder declares it, or with its zonings in place.
        name: of the file.
        content: its bytes.
        told: what is said of it.

    Raises:
        UserError: all that is wrong, at once.
    """
    faults = []
    if told.nature.is_level and _own(config, store):
        faults.append(
            f"{config.label} déclare déjà ses quartiers dans territoire.toml : un second zonage du "
            "même niveau se confondrait avec eux. Changez-les là, ou donnez ces zones comme zones "
            "de compétence."
        )
    around = received.outlines_in_use(config, store)
    found = city.examine(content, name, told, config, around, _taken(config, store), faults)
    ended = [one for one in listed(store, config.id) if one.in_place and told.nature.is_level]
    notes = [
        f"« {one.file} » ({one.told.nature.label}, {one.told.vintage}) sera retiré : un seul "
        "zonage de la ville à la fois est un niveau des chiffres."
        for one in ended
        if one.told.nature.is_level
    ]
    return replace(found, notes=(*found.notes, *map(fr.spaced, notes)))


@dataclass(frozen=True)
class Given:
    """A file of zones that was judged; ``before`` is what was in place then."""

    name: str
    content: bytes
    told: Told
    zones: list[tuple[str, str]]
    before: str


class CityZonings(Desk[Given, CityZoning]):
    """The zonings of the city's own, of one territory."""

    none = (
        "Il n'y a pas de zonage numéro {number} en place. « python -m ctg_data zonage liste » "
        "donne les numéros."
    )

    def history(self) -> list[CityZoning]:
        """Every zoning that was ever added."""
        return listed(self.store, self.territory)

    def overtaken(self, given: Given) -> str:
        """It was judged beside what was there: that must still be there."""
        if fingerprint(self.store, self.territory) == given.before:
            return ""
        return (
            "Un autre zonage a été ajouté ou retiré pendant la vérification, par quelqu'un d'autre "
            "ou dans un autre onglet. Rien n'a été ajouté. Rechargez la page, puis vérifiez votre "
            "fichier à nouveau."
        )

    def keep(self, given: Given) -> Line:
        """Keep the file; its line of journal puts it in place."""
        told, zones = given.told, given.zones
        kept = self.store.keep(
            SOURCE, self.territory, given.name, given.content, "", dataset=str(told.nature)
        )
        self.store.accept(kept)
        message = (
            f"« {given.name} » ajouté : {fr.plural(len(zones), 'zone')} ({told.nature.label})."
        )
        details = {"told": asdict(told), "file": given.name, "zones": zones, "sha256": kept.id}
        return _line(message, act=ADDED, **details)

    def take_back(self, gone: CityZoning) -> Line:
        """Its line of journal takes it away; what was shown stays remembered."""
        return _line(f"« {gone.file} » retiré.", act=REMOVED, number=gone.number)


def add(store: Store, config: TerritoryConfig, name: str, content: bytes, told: Told) -> City:
    """Add a file of zones, in full or not at all, and make the map and the secrecy ready.

    Raises:
        UserError: the file is refused, or the app is open for reading only.
    """
    refuse_readers(READING)
    before = fingerprint(store, config.id)
    found = check(store, config, name, content, told)
    zones = [(one.code, one.label) for one in found.outlines]
    given = Given(name, content, told, zones, before)
    CityZonings(store, config.id).put_in_force(given)
    return replace(found, notes=(*found.notes, *_ready(store, config)))


def remove(store: Store, config: TerritoryConfig, number: int) -> CityZoning:
    """Take a zoning away: its zones can no longer be chosen; what was shown stays remembered.

    Raises:
        UserError: no such zoning in place, or the app is open for reading only.
    """
    refuse_readers(READING)
    gone = CityZonings(store, config.id).undo(number)
    _ready(store, config)
    return gone


def _line(message: str, **details: Any) -> Line:
    return Line(KIND, fr.spaced(message), {**details, "role": str(role.current())})


def _own(config: TerritoryConfig, store: Store) -> bool:
    """Whether the folder of the territory has quartiers, apart from those added here."""
    added = {code for one in listed(store, config.id) for code, _ in one.zones}
    return bool({one.code for one in config.quartiers} - added)


def _taken(config: TerritoryConfig, store: Store) -> dict[str, BaseGeometry | None]:
    """Codes in use, and the ground of those that a zoning of the city ever used."""
    known: dict[str, BaseGeometry | None] = {
        one.code: None for level in Level for one in config.zones(level)
    }
    groups: Iterable[list[Outline]] = (
        *outlines(store, config.id),
        *outlines(store, config.id, ended=True),
    )
    return {**known, **{one.code: one.shape for group in groups for one in group}}


def _ready(store: Store, config: TerritoryConfig) -> tuple[str, ...]:
    """The map and the sums between zonings, made anew; the change itself is written already."""
    added = {code for one in listed(store, config.id) for code, _ in one.zones}
    own = tuple(one for one in config.quartiers if one.code not in added)
    try:
        return received.publish(in_place(replace(config, quartiers=own), store), store).notes
    except UserError as problem:
        return (fr.spaced(f"C'est enregistré, mais la carte n'a pas pu être refaite : {problem}"),)
