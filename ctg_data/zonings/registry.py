"""Zonings of the city's own: which are in place, which were: what was shown is remembered.

The journal of the store holds them, a line an act; ``boundaries/zoning_changes.py`` writes them.
Quartiers and school sectors then are the level ``quartier`` of the territory, one zoning at a time.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctg_data.errors import StoreError
from ctg_data.model import Level
from ctg_data.store.records import REPLACED, UNDONE, HandedIn
from ctg_data.store.session import Entry, Store
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig, Zone
from ctg_data.zonings.nature import Nature, Told

if TYPE_CHECKING:  # geometry is loaded when a zoning is judged or drawn, never by a page
    from geo.outlines.zones import Outline

SOURCE, KIND = "zonage_ville", "zonage"
ADDED, REMOVED = "ajout", "retrait"


@dataclass(frozen=True, kw_only=True)
class CityZoning(HandedIn):
    """One file of zones; ``ended_at`` is when it was taken away, or replaced."""

    told: Told
    file: str
    zones: tuple[tuple[str, str], ...]


def listed(store: Store, territory_id: str) -> list[CityZoning]:
    """Every zoning that was ever added, the last one first."""
    found: dict[int, CityZoning] = {}
    for rank, line in enumerate(reversed(store.journal(territory_id, KIND)), start=1):
        told = line.details
        if told["act"] == REMOVED:
            gone = found[told["number"]]
            found[told["number"]] = replace(gone, state=UNDONE, ended_at=line.at)
            continue
        one = _read(rank, line)
        if one.told.nature.is_level:
            for number, other in found.items():
                if other.in_place and other.told.nature.is_level:
                    found[number] = replace(other, state=REPLACED, ended_at=line.at)
        found[rank] = one
    return sorted(found.values(), key=lambda one: -one.number)


def _read(rank: int, line: Entry) -> CityZoning:
    told = line.details
    said = Told(**{**told["told"], "nature": Nature(told["told"]["nature"])})
    zones = tuple((str(code), str(label)) for code, label in told["zones"])
    return CityZoning(
        number=rank,
        at=line.at,
        role=told["role"],
        sha256=told["sha256"],
        told=said,
        file=told["file"],
        zones=zones,
    )


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
