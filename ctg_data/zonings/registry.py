"""Zonings of the city's own: added, listed, taken away; what was shown of them is remembered.

Bytes are kept in the store, and one line of its journal puts a zoning in place or takes it away:
that line is the whole of the change, it is written at once or not at all, and none is ever erased.
Quartiers and school sectors then are the level ``quartier`` of the territory, one zoning at a time.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ctg_data import fr, role
from ctg_data.errors import StoreError, UserError
from ctg_data.model import Level
from ctg_data.role import Role
from ctg_data.store.session import Entry, Store
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig, Zone
from ctg_data.zonings.zoning import Nature, Told

if TYPE_CHECKING:  # geometry is loaded when a zoning is judged or drawn, never by a page
    from shapely.geometry.base import BaseGeometry

    from ctg_data.zonings.city import City
    from geo.outlines.zones import Outline

SOURCE, KIND = "zonage_ville", "zonage"
ADDED, REMOVED = "ajout", "retrait"


@dataclass(frozen=True)
class CityZoning:
    """One file of zones; ``ended_at`` is when it was taken away, or replaced."""

    number: int
    told: Told
    file: str
    sha256: str
    zones: tuple[tuple[str, str], ...]
    added_at: datetime
    role: str
    ended_at: datetime | None = None

    @property
    def in_place(self) -> bool:
        """Whether its zones may be chosen today."""
        return self.ended_at is None


def listed(store: Store, territory_id: str) -> list[CityZoning]:
    """Every zoning that was ever added, the last one first."""
    found: dict[int, CityZoning] = {}
    for rank, line in enumerate(reversed(store.journal(territory_id, KIND)), start=1):
        told = line.details
        if told["act"] == REMOVED:
            found[told["number"]] = replace(found[told["number"]], ended_at=line.at)
            continue
        one = _read(rank, line)
        if one.told.nature.is_level:
            for number, other in found.items():
                if other.in_place and other.told.nature.is_level:
                    found[number] = replace(other, ended_at=line.at)
        found[rank] = one
    return sorted(found.values(), key=lambda one: -one.number)


def _read(rank: int, line: Entry) -> CityZoning:
    told = line.details
    said = Told(**{**told["told"], "nature": Nature(told["told"]["nature"])})
    zones = tuple((str(code), str(label)) for code, label in told["zones"])
    return CityZoning(rank, said, told["file"], told["sha256"], zones, line.at, told["role"])


def check(store: Store, config: TerritoryConfig, name: str, content: bytes, told: Told) -> "City":
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
    from ctg_data.boundaries import received
    from ctg_data.zonings import city

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


def add(store: Store, config: TerritoryConfig, name: str, content: bytes, told: Told) -> "City":
    """Add a file of zones, in full or not at all, and make the map and the secrecy ready.

    Raises:
        UserError: the file is refused, or the app is open for reading only.
    """
    _may_write()
    before = fingerprint(store, config.id)
    found = check(store, config, name, content, told)
    zones = [(one.code, one.label) for one in found.outlines]
    message = f"« {name} » ajouté : {fr.plural(len(zones), 'zone')} ({told.nature.label})."
    details: dict[str, Any] = {"act": ADDED, "told": asdict(told), "file": name, "zones": zones}
    with store.atomic():  # it was judged beside what was there: that must still be there
        if fingerprint(store, config.id) != before:
            raise UserError(
                "Un autre zonage a été ajouté ou retiré pendant la vérification, par quelqu'un "
                "d'autre ou dans un autre onglet. Rien n'a été ajouté. Rechargez la page, puis "
                "vérifiez votre fichier à nouveau."
            )
        kept = store.keep(SOURCE, config.id, name, content, "", dataset=str(told.nature))
        store.accept(kept)
        details |= {"sha256": kept.id, "role": str(role.current())}
        store.log(config.id, KIND, fr.spaced(message), **details)
    return replace(found, notes=(*found.notes, *_ready(store, config)))


def remove(store: Store, config: TerritoryConfig, number: int) -> CityZoning:
    """Take a zoning away: its zones can no longer be chosen; what was shown stays remembered.

    Raises:
        UserError: no such zoning in place, or the app is open for reading only.
    """
    _may_write()
    with store.atomic():
        found = [one for one in listed(store, config.id) if one.number == number and one.in_place]
        if not found:
            raise UserError(
                f"Il n'y a pas de zonage numéro {number} en place. « python -m ctg_data zonage "
                "liste » donne les numéros."
            )
        message = fr.spaced(f"« {found[0].file} » retiré.")
        store.log(config.id, KIND, message, act=REMOVED, number=number, role=str(role.current()))
    _ready(store, config)
    return found[0]


def open_place(name: str | None = None, store: Store | None = None) -> TerritoryConfig:
    """Open a territory with the city's zoning in place, when one was added.

    Raises:
        TerritoryError: no such territory, or its folder cannot be used.
    """
    config = territory.open_territory(name)
    if store is not None:
        return in_place(config, store)
    try:
        with Store.open() as opened:
            return in_place(config, opened)
    except StoreError:
        return config


def in_place(config: TerritoryConfig, store: Store) -> TerritoryConfig:
    """The territory, its level ``quartier`` being the zoning that was added last.

    Competence zones are no level of figures; a register may name them.
    """
    every = [one for one in listed(store, config.id) if one.in_place]
    served = {
        code: label
        for one in reversed(every)
        if not one.told.nature.is_level
        for code, label in one.zones
    }
    config = replace(config, competence=served) if served else config
    current = [one for one in every if one.told.nature.is_level]
    if not current:
        return config
    told, here = current[0].told, (config.commune.code,)
    zones = tuple(
        Zone(Level.QUARTIER, code, told.vintage, label, here) for code, label in current[0].zones
    )
    labels = {(str(Level.QUARTIER), one.code): one.label for one in zones}
    return replace(config, quartiers=zones, labels={**config.labels, **labels})


def outlines(store: Store, territory_id: str, *, ended: bool = False) -> list[list["Outline"]]:
    """The outlines of each zoning that is, or was, a level of the figures."""
    from ctg_data.zonings import city

    return [
        list(city.again(content, one.file, one.told))
        for one in listed(store, territory_id)
        if one.told.nature.is_level and one.in_place is not ended
        if (content := store.content(one.sha256)) is not None
    ]


def competence(store: Store, territory_id: str) -> list[tuple[Told, tuple["Outline", ...]]]:
    """The competence zones in place, file by file, the last added at the end."""
    from ctg_data.zonings import city

    return [
        (one.told, city.again(content, one.file, one.told))
        for one in reversed(listed(store, territory_id))
        if one.in_place and not one.told.nature.is_level
        if (content := store.content(one.sha256)) is not None
    ]


def competence_outlines(store: Store | None, territory_id: str) -> tuple["Outline", ...]:
    """The outlines of the competence zones in place, the last added at the end."""
    groups = competence(store, territory_id) if store is not None else []
    return tuple(outline for _, group in groups for outline in group)


def fingerprint(store: Store, territory_id: str) -> str:
    """Changes whenever a zoning is added or taken away."""
    lines = [(one.number, one.sha256, one.in_place) for one in listed(store, territory_id)]
    return hashlib.sha256(repr(lines).encode()).hexdigest()[:12] if lines else ""


def _own(config: TerritoryConfig, store: Store) -> bool:
    """Whether the folder of the territory has quartiers, apart from those added here."""
    added = {code for one in listed(store, config.id) for code, _ in one.zones}
    return bool({one.code for one in config.quartiers} - added)


def _taken(config: TerritoryConfig, store: Store) -> dict[str, "BaseGeometry | None"]:
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
    from ctg_data.boundaries import received

    added = {code for one in listed(store, config.id) for code, _ in one.zones}
    own = tuple(one for one in config.quartiers if one.code not in added)
    try:
        return received.publish(in_place(replace(config, quartiers=own), store), store).notes
    except UserError as problem:
        return (fr.spaced(f"C'est enregistré, mais la carte n'a pas pu être refaite : {problem}"),)


def _may_write() -> None:
    if role.current() is Role.LECTEUR:
        raise UserError(
            "Cette application est ouverte en lecture : un contributeur ajoute ou retire les "
            "zonages."
        )
