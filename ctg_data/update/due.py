"""Which sources an update asks, and which it leaves as they are when told to spare them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ctg_data.sources import local_portal, registry
from ctg_data.sources.registry import Source
from ctg_data.store.records import SourceState
from ctg_data.territory.config import TerritoryConfig


@dataclass(frozen=True)
class Spared:
    """A source that is not asked, and when it last gave all that it had to give."""

    source: Source
    since: datetime


def declared(territory: TerritoryConfig, source_ids: Sequence[str] | None) -> list[Source]:
    """The sources named, else every one that may say something of a territory.

    Raises:
        UserError: an unknown source; the message names those that exist.
    """
    every = registry.sources().values()
    chosen = (
        [registry.source(name) for name in source_ids]
        if source_ids
        else [one for one in every if local_portal.concerns(one, territory)]
    )
    return [local_portal.localised(one, territory) for one in chosen]


def sort_out(
    chosen: Sequence[Source],
    states: Mapping[str, SourceState],
    older_than: timedelta,
    now: datetime,
) -> tuple[tuple[Source, ...], tuple[Spared, ...]]:
    """The sources to ask, and those to leave as they are, each in the order given.

    A failure changes nothing to the date of the last success; a success in part is none.
    """
    lately = {
        source.id: since
        for source in chosen
        if (since := _whole(states.get(source.id))) and now - since < older_than
    }
    asked = tuple(source for source in chosen if source.id not in lately)
    spared = tuple(Spared(source, lately[source.id]) for source in chosen if source.id in lately)
    return asked, spared


def _whole(state: SourceState | None) -> datetime | None:
    """When a source was last read; nothing when some of it could not be renewed then."""
    if state is None or state.last_success is None:
        return None
    in_part = state.error and state.last_success == state.last_attempt
    return None if in_part else state.last_success
