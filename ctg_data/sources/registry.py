"""Every source declared once, in ``sources.toml``: the page « Données » and ``update`` read it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ctg_data.errors import UserError
from ctg_data.model import Citation, Level


@dataclass(frozen=True)
class Dataset:
    """One data set of a producer, at one level."""

    id: str
    level: Level
    historical: bool = False  # yields to the current one where both hold a year
    optional: bool = False  # its absence is told, not a failure
    photograph: bool = False  # its editions are never set one after the other: the newest stands
    places: bool = False  # it names places: they are read again from its last good copy
    repeats: bool = False  # it gathers lists: one place may have several of its lines
    without: str = "ce territoire n'a aucune zone de ce niveau"  # why there is nothing to ask
    ask: Mapping[str, Any] = field(default_factory=dict, hash=False)  # what its reader is told


@dataclass(frozen=True)
class Source:
    """One source; fields as documented at the head of ``sources.toml``."""

    id: str
    title: str
    producer: str
    answers: str
    levels: tuple[Level, ...]
    period: str
    moment: str
    licence: str
    page: str
    limits: tuple[str, ...]
    address: str
    reader: str
    datasets: tuple[Dataset, ...]

    def citation_id(self, dataset: Dataset, sha256: str) -> str:
        """Name the bytes a row was read from: the source, the data set, the sha256's head."""
        return f"{self.id}:{dataset.id}@{sha256[:12]}"

    def page_of(self, dataset: Dataset) -> str:
        """The producer's page of one data set, when the source's page is that of another one."""
        shown = [one.id for one in self.datasets if f"/{one.id}/" in f"{self.page}/"]
        return self.page.replace(shown[0], dataset.id) if shown else self.page

    def citation(self, dataset: Dataset, sha256: str, received_on: str, period: str) -> Citation:
        """What is printed under a chart that uses these bytes."""
        apart = len({one.level for one in self.datasets}) > 1  # else it tells all its levels
        where = dataset.level.label.lower() if apart else ""
        return Citation(
            id=self.citation_id(dataset, sha256),
            producer=self.producer,
            title=" – ".join(part for part in (self.title, where) if part) + f" ({dataset.id})",
            period=period,
            retrieved_on=received_on,
            licence=self.licence,
            href=self.page_of(dataset),
        )


@cache
def sources() -> dict[str, Source]:
    """Every declared source by id, in the order they are shown and asked."""
    text = Path(__file__).with_name("sources.toml").read_text(encoding="utf-8")
    return {name: _source(name, fields) for name, fields in tomllib.loads(text).items()}


def source(name: str) -> Source:
    """One source by id.

    Raises:
        UserError: no such source; the message names those that exist.
    """
    known = sources()
    if name not in known:
        raise UserError(f"La source « {name} » n'existe pas. Sources connues : {', '.join(known)}.")
    return known[name]


def source_of(citation_id: str) -> str:
    """The declared source a citation belongs to, embedded ones included; "" when none.

    >>> source_of("caf_taux_couverture:txcouv_pe_com@0123456789ab")
    'caf_taux_couverture'
    >>> source_of("caf_txcouv_pe_com"), source_of("autre")
    ('caf_taux_couverture', '')
    """
    head = citation_id.split(":")[0]
    if head in sources():
        return head
    for one in sources().values():
        if any(f"_{dataset.id}_" in f"{head}_" for dataset in one.datasets):
            return one.id
    return ""


def _source(name: str, fields: dict[str, Any]) -> Source:
    datasets = tuple(
        Dataset(**{**one, "level": Level(one["level"])}) for one in fields.pop("datasets")
    )
    levels = tuple(Level(level) for level in fields.pop("levels"))
    limits = tuple(fields.pop("limits"))
    return Source(id=name, levels=levels, limits=limits, datasets=datasets, **fields)
