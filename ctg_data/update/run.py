"""Bring every source up to date for one territory, one after the other.

A source that fails never stops the others and never damages what it gave before: its last good
figures stay, and its state says so.  A year that a producer no longer publishes stays too.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from ctg_data import fr
from ctg_data.boundaries import received
from ctg_data.errors import UserError
from ctg_data.model import Citation
from ctg_data.sources.base import Reading
from ctg_data.sources.explore import KEY, Explore, UnknownDataset
from ctg_data.sources.http import Http, base_address
from ctg_data.sources.melodi import Melodi
from ctg_data.sources.readers import READERS
from ctg_data.sources.registry import Dataset, Source
from ctg_data.sources.wfs import Wfs
from ctg_data.store.session import Received, Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update import due
from ctg_data.update.report import Outcome, Progress, Summary

__all__ = ["Outcome", "Progress", "Summary", "run"]

LOG = logging.getLogger("ctg")
SAME = ["variable", "level", "code", "period"]  # what two versions of a series have in common


@dataclass(frozen=True)
class Clients:
    """The producers' interfaces, for the length of one update."""

    http: Http
    explore: Explore
    melodi: Melodi
    geo: str
    datagouv: str = ""
    wfs: Wfs | None = None


@dataclass
class _Batch:
    """What one source gave in this update, in the making."""

    readings: dict[Dataset, Reading] = field(default_factory=dict)
    citations: dict[str, Citation] = field(default_factory=dict)
    failed: list[Dataset] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    modified: str = ""
    changed: bool = False
    read: list[Received] = field(default_factory=list)


def run(
    territory: TerritoryConfig,
    store: Store,
    source_ids: Sequence[str] | None = None,
    progress: Callable[[Progress], None] = lambda step: None,
    *,
    pause: Callable[[float], None] = time.sleep,
    older_than: timedelta | None = None,
) -> Summary:
    """Ask each source for the rows of the territory and keep what it gives.

    Args:
        territory: for whom.
        store: where it is kept.
        source_ids: those to ask, else all.
        progress: told of each step.
        pause: waits so many seconds.
        older_than: leave as they are the sources whose last success is no older.

    Raises:
        UserError: a fictional territory, an unknown source, an address that is not one.
        StoreError: nothing can be kept; told at once, since no other source would fare better.
    """
    if territory.fictional:
        raise UserError(
            f"« {territory.label} » est un territoire fictif : ses données sont inventées et ne se "
            "mettent pas à jour. Choisissez un territoire réel."
        )
    chosen: Sequence[Source] = due.declared(territory, source_ids)
    spared: tuple[due.Spared, ...] = ()
    if older_than is not None:
        states = store.states(territory.id)
        chosen, spared = due.sort_out(chosen, states, older_than, datetime.now(UTC))
    summary = Summary(territory, _each(chosen, territory, store, progress, pause), spared=spared)
    if not chosen:
        return summary
    summary = replace(summary, notes=_redrawn(chosen, territory, store))
    told = {one.source.id: one.state for one in summary.outcomes}
    store.log(territory.id, "mise_a_jour", str(summary).splitlines()[0], sources=told)
    return summary


def _each(
    chosen: Sequence[Source],
    territory: TerritoryConfig,
    store: Store,
    progress: Callable[[Progress], None],
    pause: Callable[[float], None],
) -> tuple[Outcome, ...]:
    """Ask each source, one after the other."""
    outcomes = []
    with Http(pause=pause) as http:
        clients = _clients(http, pause)
        for step, source in enumerate(chosen, start=1):
            progress(Progress(source, step, len(chosen)))
            outcome = _one(source, territory, store, clients)
            outcomes.append(outcome)
            progress(Progress(source, step, len(chosen), outcome))
    return tuple(outcomes)


def _redrawn(chosen: Sequence[Source], territory: TerritoryConfig, store: Store) -> tuple[str, ...]:
    """Make the map ready with what was received; a reader never waits for geometry."""
    if not any(dataset.id in received.LAYERS for one in chosen for dataset in one.datasets):
        return ()
    return received.publish(territory, store).notes


def _clients(http: Http, pause: Callable[[float], None]) -> Clients:
    return Clients(
        http=http,
        explore=Explore(http, base_address("CAF"), key_name=KEY),
        melodi=Melodi(http, base_address("INSEE"), pause=pause, clock=time.monotonic),
        geo=base_address("GEO"),
        datagouv=base_address("DATAGOUV"),
        wfs=Wfs(http, base_address("IGN")),
    )


def _one(source: Source, territory: TerritoryConfig, store: Store, clients: Clients) -> Outcome:
    """Ask one source for all its data sets, then put what it gave in place of what it had."""
    before = store.state(source.id, territory.id)
    batch = _Batch()
    for dataset in source.datasets:
        _ask(source, dataset, territory, store, clients, batch)
    kept = _kept(before.last_success)
    problems = tuple(f"{text} {kept}" for text in dict.fromkeys(batch.problems))
    if not batch.readings and not problems:  # nothing to ask, or something optional is away
        store.record_nothing(territory.id, source.id)
        return Outcome(source, "inchange", before.rows, before.last_year, (), tuple(batch.notes))
    if not batch.readings:
        store.record_failure(territory.id, source.id, "\n".join(problems))
        return Outcome(source, "echec", before.rows, before.last_year, problems)
    frame, rows, last = _written(source, territory, store, batch, "\n".join(problems))
    state = "partiel" if problems else "a_jour" if batch.changed else "inchange"
    nouns = [one.noun for one in batch.readings.values() if one.count]
    noun = nouns[0] if nouns and not len(frame) else "valeur"
    return Outcome(source, state, rows, last, problems, tuple(batch.notes), noun)


def _written(
    source: Source, territory: TerritoryConfig, store: Store, batch: _Batch, warning: str
) -> tuple[pd.DataFrame, int, int | None]:
    """Put what a source gave in place of what it had, and say so: all of it, or nothing."""
    with store.atomic():
        for received in batch.read:
            store.accept(received)
        frame, citations = _merge(source, batch, *store.observations(territory.id, source.id))
        store.replace_observations(territory.id, source.id, frame, citations)
        rows = len(frame) or sum(one.count for one in batch.readings.values())
        shown = frame.loc[frame["value"].notna(), "period"]
        last = int(shown.max()) if len(shown) else None
        store.record_success(
            territory.id,
            source.id,
            rows=rows,
            last_year=last,
            modified=batch.modified,
            warning=warning,
        )
    return frame, rows, last


def _ask(
    source: Source,
    dataset: Dataset,
    territory: TerritoryConfig,
    store: Store,
    clients: Clients,
    batch: _Batch,
) -> None:
    """Fetch, keep, then read one data set; what goes wrong is told, never thrown further."""
    reader = READERS[source.reader]
    try:
        got = reader.fetch(dataset, territory, clients)
    except UserError as error:
        batch.failed.append(dataset)
        awaited = not (dataset.optional and isinstance(error, UnknownDataset))
        (batch.problems if awaited else batch.notes).append(str(error))
        return
    if got is None:
        batch.notes.append(f"« {dataset.id} » : {dataset.without}.")
        return
    before = store.latest(source.id, territory.id, dataset.id)
    place = (source.id, territory.id, got.address, got.content, got.media_type)
    received = store.keep(*place, dataset=dataset.id, modified=got.modified)
    try:
        citation = source.citation_id(dataset, received.id)
        reading = reader.read(dataset, received.content, territory, citation)
    except Exception as error:  # a shape nobody foresaw must not stop the other sources
        batch.failed.append(dataset)
        batch.problems.append(_unread(dataset, error))
        return
    batch.read.append(received)
    batch.changed |= before is None or before.id != received.id
    _take(source, dataset, received, reading, batch)


def _unread(dataset: Dataset, error: Exception) -> str:
    """What could not be read of a data set: the producer's change in words, or a fault logged."""
    if isinstance(error, UserError):
        return str(error)
    LOG.error("reading of %s failed", dataset.id, exc_info=error)
    return (
        f"« {dataset.id} » n'a pas pu être lu ({type(error).__name__}) : la source a changé, ou sa "
        "lecture est en défaut. Signalez-le à qui maintient l'application ; le journal technique "
        "dit où."
    )


def _take(
    source: Source, dataset: Dataset, received: Received, reading: Reading, batch: _Batch
) -> None:
    """Add a reading to the batch, with its citation and what was left aside."""
    batch.readings[dataset] = reading
    batch.modified = max(batch.modified, received.modified)
    batch.notes += reading.notes
    if reading.frame.empty and not reading.count:
        batch.notes.append(f"« {dataset.id} » : aucune ligne pour ce territoire.")
    for reason, count in sorted(reading.rejected.items()):
        aside = fr.plural(count, "ligne laissée", "lignes laissées")
        batch.notes.append(f"« {dataset.id} » : {aside} de côté, {reason}.")
    period = _period(source.moment, reading.frame["period"])
    day = received.received_at.date().isoformat()
    citation = source.citation(dataset, received.id, day, period)
    batch.citations[citation.id] = citation


def _merge(
    source: Source, batch: _Batch, old: pd.DataFrame, old_citations: dict[str, Citation]
) -> tuple[pd.DataFrame, dict[str, Citation]]:
    """Put a source's data sets together; the first to hold a series' year is kept.

    In order: current ones, historical ones, then the years that are no longer published.  A data
    set that failed keeps its former rows, at its rank; an edition of a photograph leaves nothing of
    the former one.
    """
    ranked = sorted(source.datasets, key=lambda dataset: dataset.historical)
    fresh, aged = [], []
    for dataset in ranked:
        former = old[old["source"].str.startswith(f"{source.id}:{dataset.id}@")]
        if dataset in batch.readings:
            frame = batch.readings[dataset].frame
            fresh.append(frame)
            if not dataset.photograph:
                aged.append(former[~former["period"].isin(frame["period"])])
        elif dataset in batch.failed:
            fresh.append(former)
    merged = old.iloc[:0]
    for part in (*fresh, *aged):
        taken = pd.MultiIndex.from_frame(merged[SAME])
        new = part[~pd.MultiIndex.from_frame(part[SAME]).isin(taken)]
        merged = pd.concat([merged, new], ignore_index=True)
    known = old_citations | batch.citations
    used = set(merged["source"]) | set(batch.citations)
    return merged, {name: known[name] for name in sorted(used)}


def _period(moment: str, periods: pd.Series) -> str:
    """The years of some rows, in words: « décembre 2020 à décembre 2024 »."""
    if periods.empty:
        return ""
    ends = dict.fromkeys((int(periods.min()), int(periods.max())))
    return " à ".join(f"{moment} {year}".strip() for year in ends)


def _kept(last_success: datetime | None) -> str:
    """What a failure means here: what the pages go on with."""
    if last_success is None:
        return (
            "Rien n'en avait encore été reçu : les pages gardent les données embarquées, s'il y "
            "en a."
        )
    return f"Les pages gardent la copie du {fr.day(last_success)}."
