"""What all the data sets of data.caf.fr have in common: how to ask, how to read a line.

Facts checked here and nowhere else: periods come as ``2024-12``, ``2024-12-01``, ``2024`` or a
date; codes lose their zeros or gain a decimal; some lines are of nowhere (``XX``, ``99``, blank);
some places come twice; counts of the « _f » sets are rounded to the nearest multiple of 5.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ctg_data.errors import SourceChanged
from ctg_data.model import Level, Status
from ctg_data.sources.base import Fetched, communes_asked, row_of, vintage
from ctg_data.sources.explore import Explore, any_of
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from ctg_data.territory.config import TerritoryConfig

TIMES = ("dtreffre", "annee")
YEARLY = "annee"
CODES = {
    Level.COMMUNE: ("numcomdo", "numcom"),
    Level.EPCI: ("numepci",),
    Level.DEPARTEMENT: ("numdep",),
    Level.REGION: ("numregi",),
}
ROUNDING = 5


@dataclass(frozen=True)
class Measure:
    """One column of theirs, under one of its names, and what it is in the long table."""

    columns: tuple[str, ...]
    variable: str
    category: str = "total"
    required: bool = True


@dataclass(frozen=True)
class Layout:
    """The columns of one data set.  ``names`` holds any further column, under its names."""

    measures: tuple[Measure, ...]
    codes: tuple[str, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()

    @property
    def required(self) -> list[tuple[str, ...]]:
        """Every column without which the data set is not what it is declared to be."""
        measures = [one.columns for one in self.measures if one.required]
        return [TIMES, *([self.codes] if self.codes else []), *self.names, *measures]


@dataclass
class Lines:
    """Lines with ``period`` and ``code`` read, and what was left aside, counted."""

    table: pd.DataFrame
    columns: dict[tuple[str, ...], str]
    rejected: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def fetch(dataset: Dataset, layout: Layout, places: tuple[str, ...], explore: Explore) -> Fetched:
    """Bring the lines of some places, once the catalogue has shown that the columns are there."""
    schema = explore.schema(dataset.id)
    kinds = {name.lower(): (name, kind) for name, kind in schema.fields.items()}
    found = tables.require(layout.required, kinds, dataset.id)
    time = kinds[found[0]][0]
    if not layout.codes:
        return explore.export(schema, order_by=time)
    name, kind = kinds[found[1]]
    return explore.export(schema, any_of(name, places, kind), f"{time}, {name}")


def places(dataset: Dataset, territory: TerritoryConfig) -> tuple[str, ...]:
    """The codes of the territory at the level of a data set; none for the whole country."""
    if dataset.level is Level.FRANCE:
        return ()
    if dataset.level is Level.COMMUNE:
        return communes_asked(territory)
    zones = {
        Level.EPCI: territory.epci,
        Level.DEPARTEMENT: territory.departement,
        Level.REGION: territory.region,
    }
    return (zones[dataset.level].code,)


def wanted(lines: Lines, dataset: Dataset, territory: TerritoryConfig) -> set[str]:
    """The codes to keep; the lines of the whole country, which bear none, take that of France."""
    if dataset.level is not Level.FRANCE:
        return set(places(dataset, territory))
    lines.table = lines.table.assign(code=territory.france.code)
    return {territory.france.code}


def read_lines(dataset: Dataset, content: bytes, layout: Layout) -> Lines:
    """Read the bytes of a data set down to December lines with a year and a code."""
    table = tables.read_table(content, dataset.id)
    received = list(table.columns)
    found = tables.require(layout.required, received, dataset.id)
    lines = Lines(table, dict(zip(layout.required, found, strict=True)))
    for one in layout.measures:
        if not one.required and (name := _first(one.columns, received)):
            lines.columns[one.columns] = name
        elif not one.required:
            lines.notes.append(f"« {dataset.id} » : colonne « {one.columns[0]} » absente.")
    _read_periods(lines)
    if layout.codes and dataset.level in tables.WIDTHS:
        _read_codes(lines, layout, dataset.level)
    return lines


def _first(names: tuple[str, ...], received: list[str]) -> str:
    return next((name for name in names if name in received), "")


def _read_periods(lines: Lines) -> None:
    """Keep December; a set dated by year has one line a year, whatever day its date shows."""
    table, column = lines.table, lines.columns[TIMES]
    if column != YEARLY:
        table = table.loc[[tables.is_december(text) for text in table[column]]]
    years = [tables.year(text) for text in table[column]]
    if unread := years.count(None):
        lines.rejected["année illisible"] += unread
    read = [year is not None for year in years]
    period = pd.Series(years, index=table.index, dtype="Int64")
    lines.table = table.assign(period=period).loc[read]


def _read_codes(lines: Lines, layout: Layout, level: Level) -> None:
    raw = lines.table[lines.columns[layout.codes]]
    read = [tables.code(text, level) for text in raw]
    for text, code in zip(raw, read, strict=True):
        if not code:
            lines.rejected[f"code « {text} »" if text else "code vide (lieu inconnu)"] += 1
    lines.table = lines.table.assign(code=read).loc[[code != "" for code in read]]


def fullest(lines: Lines, keys: list[str]) -> None:
    """Of several lines for one place and year, keep the one that says most; count the others."""
    table = lines.table
    if not table.duplicated(keys).any():
        return
    filled = (table.astype(str) != "").sum(axis=1)
    size = pd.Series(0.0, index=table.index)
    for column in lines.columns.values():
        if column.startswith("ind"):
            size = size + pd.to_numeric(table[column], errors="coerce").fillna(0)
    ordered = table.assign(_filled=filled, _size=size).sort_values(["_filled", "_size"])
    kept = ordered.drop_duplicates(keys, keep="last").drop(columns=["_filled", "_size"])
    lines.rejected["ligne en double, la plus complète gardée"] += len(table) - len(kept)
    lines.table = kept.sort_index()


def once(lines: Lines, keys: list[str], name: str) -> None:
    """Drop lines repeated as they are; refuse two lines of one place that disagree."""
    table = lines.table.drop_duplicates()
    if repeated := len(lines.table) - len(table):
        lines.rejected["ligne répétée"] += repeated
    twice = table[table.duplicated(keys)]
    if len(twice):
        first = ", ".join(str(twice.iloc[0][key]) for key in keys)
        raise SourceChanged(
            f"Le jeu « {name} » donne deux lignes différentes pour un même lieu et une même année "
            f"({first}). Rien n'en a été repris. Signalez-le à qui maintient l'application."
        )
    lines.table = table


def cells(
    lines: Lines, layout: Layout, level: Level, *, rounded: bool, wanted: set[str] | None = None
) -> list[dict[str, Any]]:
    """One row per place, year and measure.  A blank is a missing figure, never 0."""
    table = lines.table
    if wanted is not None:
        table = table[table["code"].isin(wanted)]
    rows: list[dict[str, Any]] = []
    for measure in layout.measures:
        if (name := lines.columns.get(measure.columns)) is None:
            continue
        read = tables.numbers(table[name], name)
        for code, period, value in zip(table["code"], table["period"], read, strict=True):
            measured = (measure.variable, measure.category)
            rows.append(row(level, code, int(period), measured, value, rounded=rounded))
    return rows


def row(
    level: Level, code: str, period: int, measured: tuple[str, str], value: Any, *, rounded: bool
) -> dict[str, Any]:
    """One figure as a row; ``measured`` is its variable and part.

    A figure of a rounded set that is no multiple of 5 was not rounded (the producer's technical
    lines are such): it is taken as exact, so that the rule of 5 applies to it.
    """
    if value is None:
        status = Status.NON_DISPONIBLE
    elif rounded and value % ROUNDING == 0:
        status = Status.ARRONDI
    else:
        status = Status.DIFFUSE
    place = (level, code, vintage(level, code, period))
    return row_of(place, period, measured, value, status)
