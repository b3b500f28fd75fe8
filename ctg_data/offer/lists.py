"""Places that producers publish, read again from the last good copy of each list.

A list that no longer reads is told and leaves the others as they are.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from ctg_data import fr
from ctg_data.built_once import built_once
from ctg_data.errors import UserError
from ctg_data.model import Citation
from ctg_data.sources import local_portal, registry
from ctg_data.sources.places import PublishedPlace
from ctg_data.sources.readers import READERS
from ctg_data.sources.registry import Dataset, Source
from ctg_data.store.records import Received
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig


@dataclass(frozen=True)
class Lists:
    """What producers publish of a territory.

    Attributes:
        places: every place of every list, its closest neighbours included.
        citations: by id, of the lists that have places.
        problems: French sentences on lists that no longer read.
    """

    places: tuple[PublishedPlace, ...] = ()
    citations: Mapping[str, Citation] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def named() -> list[tuple[Source, Dataset]]:
    """Every declared data set that names places."""
    every = registry.sources().values()
    return [(source, one) for source in every for one in source.datasets if one.places]


@cache
def repeating() -> frozenset[str]:
    """The sources in which one place may have several lines."""
    return frozenset(source.id for source, one in named() if one.repeats)


def published(config: TerritoryConfig, store: Store | None) -> Lists:
    """Every published place of a territory; none of a fictional one, which nobody publishes."""
    if store is None or config.fictional:
        return Lists()
    copies = [
        (source, dataset, copy)
        for source, dataset in named()
        if (copy := store.latest(source.id, config.id, dataset.id)) is not None
    ]
    return _read(config, _Copies(tuple(copies)))


def fingerprint(config: TerritoryConfig, store: Store | None) -> str:
    """Changes when a list is received anew."""
    if store is None or config.fictional:
        return ""
    held = store.accepted(config.id)
    heads = [held.get((source.id, one.id), "") for source, one in named()]
    return hashlib.sha256(repr(heads).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Copies:
    """Copies by the sha256 of their bytes, which are the key of what is read in them."""

    every: tuple[tuple[Source, Dataset, Received], ...]

    def __hash__(self) -> int:
        return hash(tuple(copy.id for _, _, copy in self.every))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Copies) and [one[2].id for one in self.every] == [
            one[2].id for one in other.every
        ]


@built_once(8)
def _read(config: TerritoryConfig, copies: _Copies) -> Lists:
    places: list[PublishedPlace] = []
    cited: dict[str, Citation] = {}
    problems = []
    for source, dataset, copy in copies.every:
        name = source.citation_id(dataset, copy.id)
        try:
            got = READERS[source.reader].read(dataset, copy.content, config, name).places
        except UserError as problem:
            day = fr.day(copy.received_at)
            problems.append(f"{source.title}, copie du {day} : {problem}")
            continue
        places += got
        if got:
            observed = _span([one.observed for one in got])
            day = copy.received_at.date().isoformat()
            told = local_portal.localised(source, config)
            cited[name] = told.citation(dataset, copy.id, day, observed)
    return Lists(tuple(places), cited, tuple(problems))


def _span(days: Sequence[str]) -> str:
    r"""When the places of a list are known to be there, in words.

    >>> _span(["2025-01-01"]), _span(["2024-05-02", "2026-11-23"])
    ('1er\xa0janvier 2025', '2\xa0mai 2024 au 23\xa0novembre 2026')
    """
    ends = dict.fromkeys((min(days), max(days)))
    return " au ".join(fr.day(date.fromisoformat(day)) for day in ends)
