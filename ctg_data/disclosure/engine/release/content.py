"""What a reader receives: the only thing that the audit looks at.

A release is columnar, because a national one holds 730 000 cells.  It never carries a hidden
value: a suppressed or virtual cell has `NaN` there, and the constructor refuses anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.stated_rounding import Rounding

PUBLISHED, SUPPRESSED, VIRTUAL = 0, 1, 2
STATUS_NAMES = ("published", "suppressed", "virtual")
SENSES = ("=", "<=", ">=")


@dataclass(frozen=True)
class Ratio:
    """A figure computed from cells and shown: scale × (num / den + offset), at `decimals`.

    `num` and `den` map cell ids to coefficients; `value` is what was displayed.
    """

    id: str
    num: dict[str, float]
    den: dict[str, float]
    scale: float
    offset: float
    value: float
    decimals: int


@dataclass(frozen=True)
class Release:
    """A rendered table: n cells, m relations between them, the ratios still shown.

    Attributes:
        threshold: smallest count that may be known.
        zeros_shown: true when a 0 is not a secret (a suppressed cell is then at least 1).
        ids: n cell names.
        status: (n,) int8 among PUBLISHED, SUPPRESSED, VIRTUAL.
        value: (n,) float64, NaN where hidden; the rounded value for a rounded cell.
        lb: (n,) float64, lower bound that a reader knows, NaN when none is stated.
        ub: (n,) float64, upper bound that a reader knows, NaN when none is stated.
        rounded: cell index → how its value was rounded.
        matrix: (m, n) coefficients of the relations.
        rhs: (m,) float64 right-hand sides.
        sense: (m,) strings among SENSES.
        relation_ids: m relation names.
        ratios: the derived figures still displayed.
        needs: cell index → least width of the interval that a reader may be left with.
        external: (n,) bool, cells that somebody else already published (or hid), or None.
        thresholds: cell index → its own threshold, where it differs from `threshold`.
        amounts: indexes of the cells that need not be whole numbers (euros).
        min_population: least allocataires of a zone or sub-population that may be studied.
        bases, universes: cell index → allocataires behind it, of its zone or sub-population,
            where they are told.  Never written: they tell what is hidden.
        offers: indexes of the cells that count places or structures, not people: a small one is
            no secret, but a hidden one must not be recomputed.
    """

    threshold: int
    zeros_shown: bool
    ids: list[str]
    status: np.ndarray
    value: np.ndarray
    lb: np.ndarray
    ub: np.ndarray
    rounded: dict[int, Rounding]
    matrix: sp.csr_matrix
    rhs: np.ndarray
    sense: np.ndarray
    relation_ids: list[str]
    ratios: list[Ratio] = field(default_factory=list)
    needs: dict[int, float] = field(default_factory=dict)
    external: np.ndarray | None = None
    thresholds: dict[int, int] = field(default_factory=dict)
    amounts: frozenset[int] = frozenset()
    offers: frozenset[int] = frozenset()
    min_population: int = 100
    bases: dict[int, float] = field(default_factory=dict)
    universes: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check shapes, and that nothing hidden is carried.

        Raises:
            ValueError: a bug of the caller, never of the reader's file.
        """
        cells, relations = len(self.ids), len(self.relation_ids)
        for name in ("status", "value", "lb", "ub"):
            if getattr(self, name).shape != (cells,):
                raise ValueError(f"{name}: expected {cells} entries")
        if self.matrix.shape != (relations, cells):
            raise ValueError(f"matrix: expected {(relations, cells)}, got {self.matrix.shape}")
        if len(self.rhs) != relations or len(self.sense) != relations:
            raise ValueError(f"rhs, sense: expected {relations} entries")
        hidden = self.status != PUBLISHED
        carried = np.flatnonzero(hidden & ~np.isnan(self.value))
        if carried.size:
            raise ValueError(f"hidden cell carries a value: {self.ids[carried[0]]}")
        if np.isnan(self.value[~hidden]).any():
            raise ValueError("published cell without a value")

    @property
    def hidden(self) -> np.ndarray:
        """Return the (n,) bool mask of suppressed and virtual cells."""
        return self.status != PUBLISHED


def cell_records(release: Release) -> Iterator[dict[str, Any]]:
    """Yield the cells as they are written in RELEASE.json.

    `needs` are left out on purpose: « 20 % of the value » would give the value away.
    """
    status, values, lows, highs = (
        column.tolist() for column in (release.status, release.value, release.lb, release.ub)
    )
    for i, name in enumerate(release.ids):
        record: dict[str, Any] = {"id": name, "status": STATUS_NAMES[status[i]]}
        for key, number in (("value", values[i]), ("lb", lows[i]), ("ub", highs[i])):
            if number == number:
                record[key] = plain(number)
        if i in release.rounded:
            record["rounded"] = {"base": release.rounded[i].base, "mode": release.rounded[i].mode}
        if release.external is not None and release.external[i]:
            record["external"] = True
        if i in release.thresholds:
            record["threshold"] = release.thresholds[i]
        yield record | kind_record(release, i)


def kind_record(release: Release, cell: int) -> dict[str, str]:
    """Return `kind` for a cell that does not count people."""
    if cell in release.amounts:
        return {"kind": "amount"}
    return {"kind": "offer"} if cell in release.offers else {}


def relation_records(release: Release) -> Iterator[dict[str, Any]]:
    """Yield the relations as they are written in RELEASE.json."""
    matrix = release.matrix
    for row in np.flatnonzero(np.diff(matrix.indptr)).tolist():
        # Coefficients all 0 say nothing: such a relation is not written.
        name = release.relation_ids[row]
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        terms = {
            release.ids[j]: plain(coef)
            for j, coef in zip(
                matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True
            )
        }
        record: dict[str, Any] = {"id": name, "terms": terms}
        if release.rhs[row]:
            record["rhs"] = plain(release.rhs[row])
        if release.sense[row] != "=":
            record["sense"] = str(release.sense[row])
        yield record


def ratio_records(release: Release) -> Iterator[dict[str, Any]]:
    """Yield the ratios as they are written in RELEASE.json."""
    for ratio in release.ratios:
        yield {
            "id": ratio.id,
            "num": ratio.num,
            "den": ratio.den,
            "scale": plain(ratio.scale),
            "offset": plain(ratio.offset),
            "value": plain(ratio.value),
            "decimals": ratio.decimals,
        }


def to_json(release: Release) -> dict[str, Any]:
    """Return the release as the object that RELEASE.json holds."""
    return {
        "threshold": release.threshold,
        "zeros": "shown" if release.zeros_shown else "masked",
        "cells": list(cell_records(release)),
        "relations": list(relation_records(release)),
        "ratios": list(ratio_records(release)),
    }


def plain(number: float) -> int | float:
    """Return a Python int when the number is whole, else a float: `5`, not `5.0`."""
    number = float(number)
    return int(number) if number.is_integer() else number
