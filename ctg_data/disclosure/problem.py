"""The table to protect, in columns: cells, relations between them, derived figures, policy.

It holds exact counts, so it lives on the CAF's side only.  Up to 730 000 cells fit: one numpy
entry per cell and per field, one sparse matrix for the relations.

Build it in memory::

    problem = Problem.build(
        cells=[{"id": "a", "value": 3}, {"id": "b", "value": 7}, {"id": "total", "value": 10}],
        relations=[{"id": "somme", "terms": {"a": 1, "b": 1, "total": -1}}],
        policy={"min_count": 5, "min_population": 100, "zeros": "masked"},
    )

or from files with `problem_read.read_table` and `problem_csv.read_csv_pair`.  The fields of
a cell, a relation and a derived figure are those of TABLE.json, plus `threshold` on a cell:
its own least count when it is stricter than the policy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.release import Rounding

SHOWN, HIDDEN = 1, 2
"""States of an external cell: published by somebody else, hidden by somebody else."""
COUNT, AMOUNT, OFFER = 0, 1, 2
KINDS = {"count": COUNT, "amount": AMOUNT, "offer": OFFER}
SENSES = {"=": "=", "==": "=", "<=": "<=", "≤": "<=", ">=": ">=", "≥": ">="}
"""How a relation may be written, and how it is kept."""
MODES = {
    **{"nearest": "nearest", "both": "both", "down": "down", "floor": "down"},
    **{"up": "up", "ceil": "up", "ceiling": "up"},
}


@dataclass(frozen=True)
class Policy:
    """What the convention forbids; `zeros_shown` is false unless the CAF decides otherwise."""

    min_count: int = 5
    min_population: int = 100
    zeros_shown: bool = False


@dataclass(frozen=True)
class Derived:
    """scale × (num / den + offset), displayed at `decimals`; num and den map cells to coefs."""

    id: str
    num: dict[str, float]
    den: dict[str, float]
    scale: float = 100.0
    offset: float = 0.0
    decimals: int = 1

    @property
    def operands(self) -> tuple[str, ...]:
        """Ids of every cell that the figure is computed from."""
        return (*self.num, *(name for name in self.den if name not in self.num))


@dataclass(frozen=True)
class Problem:
    """n cells and m relations; see the module docstring.

    Attributes:
        policy: thresholds and what is done of zeros.
        ids: n names; `index` maps them back.
        value: (n,) float64, NaN when masked at source.
        external: (n,) int8: 0, SHOWN or HIDDEN.
        virtual: (n,) bool: never shown, must not leak.
        base: (n,) float64: allocataires behind the cell, NaN when it counts them itself.
        universe: (n,) float64: allocataires of its zone or sub-population, NaN if not given.
        need: (n,) float64: least width left to a reader, NaN when none is declared.
        need_only: (n,) bool: the rule of 5 does not apply.
        threshold: (n,) float64: least count that may be known.
        kind: (n,) int8: COUNT, AMOUNT or OFFER.
        rounded: cell index → rounding at source.
        matrix: (m, n) CSR coefficients.
        rhs, sense, relation_ids: (m,) each; a sense is « = », « <= » or « >= ».
        derived: figures computed from cells.
        keep: ids (cells or derived) that must stay visible.
        sensitive: ids declared sensitive, in addition to what the rules find.
        marks: cell index → bound that its mark would give away; lifted by the neutral mark.
        warnings: French remarks that do not prevent protection.
    """

    policy: Policy
    ids: list[str]
    index: dict[str, int]
    value: np.ndarray
    external: np.ndarray
    virtual: np.ndarray
    base: np.ndarray
    universe: np.ndarray
    need: np.ndarray
    need_only: np.ndarray
    threshold: np.ndarray
    kind: np.ndarray
    rounded: dict[int, Rounding]
    matrix: sp.csr_matrix
    rhs: np.ndarray
    sense: np.ndarray
    relation_ids: list[str]
    derived: list[Derived] = field(default_factory=list)
    keep: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    marks: dict[int, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def build(
        cells: Sequence[Mapping[str, Any]],
        relations: Sequence[Mapping[str, Any]] = (),
        derived: Sequence[Mapping[str, Any]] = (),
        *,
        policy: Mapping[str, Any] | Policy | None = None,
        keep: Sequence[str] = (),
        sensitive: Sequence[str] = (),
    ) -> Problem:
        """Check everything, then put it in columns.

        Raises:
            UserError: all the problems found, in French, with the cell or relation they are in.
        """
        from ctg_data.disclosure.problem_checks import check_arithmetic, check_form

        parts = {"cells": cells, "relations": relations, "derived": derived}
        check_form({**parts, "policy": policy, "keep": keep, "sensitive": sensitive})
        problem = _columns(cells, relations, derived, _policy(policy), (keep, sensitive))
        check_arithmetic(problem)
        return problem


def _policy(policy: Mapping[str, Any] | Policy | None) -> Policy:
    if isinstance(policy, Policy):
        return policy
    given = policy or {}
    return Policy(
        int(given.get("min_count", 5)),
        int(given.get("min_population", 100)),
        given.get("zeros", "masked") == "shown",
    )


def _column(cells: Sequence[Mapping[str, Any]], key: str) -> np.ndarray:
    """Return one float64 entry per cell, NaN where the field is missing."""
    found = (cell.get(key) for cell in cells)
    return np.array([np.nan if item is None else float(item) for item in found], dtype=float)


def _needs(cells: Sequence[Mapping[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the (n,) widths required and whether each replaces the rule of 5."""
    need, only = np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool)
    for i, cell in enumerate(cells):
        if cell.get("need"):
            need[i], only[i] = cell["need"]["min_width"], bool(cell["need"].get("only", False))
    return need, only


def _external(cell: Mapping[str, Any]) -> int:
    told = cell.get("external")
    return HIDDEN if told == "suppressed" else SHOWN if told else 0


def _mode(cell: Mapping[str, Any]) -> str:
    return rounding_mode(cell["rounded"].get("mode")) or "nearest"


def _columns(
    cells: Sequence[Mapping[str, Any]],
    relations: Sequence[Mapping[str, Any]],
    derived: Sequence[Mapping[str, Any]],
    policy: Policy,
    named: tuple[Sequence[str], Sequence[str]],
) -> Problem:
    """Put checked parts in columns."""
    ids = [cell["id"] for cell in cells]
    index = {name: i for i, name in enumerate(ids)}
    need, only = _needs(cells)
    own = _column(cells, "threshold")
    return Problem(
        policy=policy,
        ids=ids,
        index=index,
        value=_column(cells, "value"),
        external=np.array([_external(cell) for cell in cells], dtype=np.int8),
        virtual=np.array([bool(cell.get("virtual")) for cell in cells], dtype=bool),
        base=_column(cells, "base"),
        universe=_column(cells, "universe"),
        need=need,
        need_only=only,
        threshold=np.where(np.isnan(own), float(policy.min_count), own),
        kind=np.array([KINDS[cell.get("kind") or "count"] for cell in cells], dtype=np.int8),
        rounded={
            i: Rounding(int(cell["rounded"]["base"]), _mode(cell))
            for i, cell in enumerate(cells)
            if cell.get("rounded")
        },
        matrix=terms_matrix([item["terms"] for item in relations], index),
        rhs=np.array([float(item.get("rhs") or 0) for item in relations], dtype=float),
        sense=np.array([SENSES[item.get("sense") or "="] for item in relations], dtype="U2"),
        relation_ids=[str(item.get("id", f"n° {k}")) for k, item in enumerate(relations, 1)],
        derived=[_derived(item) for item in derived],
        keep=frozenset(named[0]),
        sensitive=frozenset(named[1]),
        marks={i: float(c["mask_ub"]) for i, c in enumerate(cells) if c.get("mask_ub") is not None},
    )


def _derived(item: Mapping[str, Any]) -> Derived:
    scale, offset = float(item.get("scale", 100)), float(item.get("offset", 0))
    num, den = dict(item["num"]), dict(item["den"])
    return Derived(str(item["id"]), num, den, scale, offset, int(item["decimals"]))


def rounding_mode(told: Any) -> str | None:
    """Return the mode among ROUNDING_MODES for what a file says, None when it is unknown.

    >>> rounding_mode("floor"), rounding_mode(["nearest", "down"]), rounding_mode("?")
    ('down', 'both', None)
    """
    if isinstance(told, list | tuple):
        modes = {rounding_mode(item) for item in told}
        if modes == {"nearest", "down"}:
            return "both"
        return modes.pop() if len(modes) == 1 else None
    return MODES.get(str(told or "nearest"))


def terms_matrix(rows: Sequence[Mapping[str, float]], index: Mapping[str, int]) -> sp.csr_matrix:
    """Return the (rows, cells) matrix of maps from cell ids to coefficients."""
    indptr = np.cumsum([0, *(len(terms) for terms in rows)])
    indices = np.array([index[name] for terms in rows for name in terms], dtype=np.int32)
    data = np.array([coef for terms in rows for coef in terms.values()], dtype=np.float64)
    matrix = sp.csr_matrix((data, indices, indptr), shape=(len(rows), len(index)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def rounding_interval(value: float, rounding: Rounding) -> tuple[float, float, float]:
    """Return (published, lowest, highest) whole numbers that a reader cannot tell apart.

    The interval is the one common to all readings of the mode (ties up or to even, nearest or
    down when the producer says neither), so that what is proved inside it holds under each.

    >>> rounding_interval(66, Rounding(5, "nearest"))
    (65.0, 63.0, 67.0)
    >>> rounding_interval(66, Rounding(5, "down"))
    (65.0, 65.0, 69.0)
    """
    base = float(rounding.base)
    half = float((rounding.base - 1) // 2)
    if rounding.mode == "down":
        published = np.floor(value / base) * base
        low, high = published, published + base - 1
    elif rounding.mode == "up":
        published = np.ceil(value / base) * base
        low, high = published - base + 1, published
    else:
        published = np.floor(value / base + 0.5) * base
        low, high = published - half, published + half
        low = published if rounding.mode == "both" else low
    return float(published), float(max(low, 0.0)), float(high)
