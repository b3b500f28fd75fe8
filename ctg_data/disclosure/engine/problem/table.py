"""The table to protect, in columns: cells, relations between them, derived figures, policy.

It holds exact counts, so it lives on the CAF's side only.  Up to 730 000 cells fit: one numpy
entry per cell and per field, one sparse matrix for the relations.

Build it in memory::

    problem = Problem.build(
        [CellSpec("a", 3), CellSpec("b", 7), CellSpec("total", 10)],
        [RelationSpec("somme", {"a": 1, "b": 1, "total": -1})],
        policy=Policy(min_count=5, min_population=100),
    )

or from files with `read.read_table` and `csv.read_csv_pair`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.checks import DOES_NOT_ADD_UP, TOLERANCE, check, refuse
from ctg_data.disclosure.engine.problem.rounding import rounds_to
from ctg_data.disclosure.engine.problem.spec import CellSpec, Derived, RelationSpec, TableSpec
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.whole_numbers import whole_terms
from ctg_data.errors import ContradictionError
from ctg_data.release.policy import Policy

SHOWN, HIDDEN = 1, 2
"""States of an external cell: published by somebody else, hidden by somebody else."""
EXTERNAL = {"": 0, "shown": SHOWN, "suppressed": HIDDEN}
COUNT, AMOUNT, OFFER = 0, 1, 2
KINDS = {"count": COUNT, "amount": AMOUNT, "offer": OFFER}


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
        printed: cell index → what the producer printed, where that is told.
        matrix: (m, n) CSR coefficients.
        rhs, sense, relation_ids: (m,) each; a sense is « = », « <= » or « >= ».
        derived: figures computed from cells.
        keep: ids (cells or derived) that must stay visible.
        sensitive: ids declared sensitive, in addition to what the rules find.
        marks: cell index → bound that its mark would give away; lifted by the neutral mark.
        warnings: French remarks that do not prevent protection.
        ours: external cells that our own earlier pass settled: fixed, yet nobody held them before
            this release, which answers for all that they tell.
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
    printed: dict[int, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    ours: frozenset[int] = frozenset()

    @property
    def baseline(self) -> np.ndarray:
        """(n,) int8: `external`, less what is only so because we are about to show or hide it."""
        before = self.external.copy()
        before[list(self.ours)] = 0
        return before

    def __len__(self) -> int:
        return len(self.ids)

    def figure(self, cell: int, value: float) -> float:
        """Return what readers see of a rounded cell: what was printed, else its value rounded."""
        return self.printed.get(cell, rounds_to(value, self.rounded[cell]))

    @staticmethod
    def build(
        cells: Sequence[CellSpec],
        relations: Sequence[RelationSpec] = (),
        derived: Sequence[Derived] = (),
        *,
        policy: Policy | None = None,
        keep: Collection[str] = (),
        sensitive: Collection[str] = (),
    ) -> Problem:
        """Check everything, then put it in columns.

        Raises:
            UserError: all the problems found, in French, with the cell or relation they are in.
        """
        parts = tuple(cells), tuple(relations), tuple(derived)
        return Problem.of(TableSpec(*parts, policy or Policy(), tuple(keep), tuple(sensitive)))

    @staticmethod
    def of(table: TableSpec, problems: Sequence[str] = ()) -> Problem:
        """Check a whole table, then put it in columns; `problems` were found while reading it.

        Raises:
            UserError: all the problems found, in French, with the cell or relation they are in.
        """
        check(table, problems)
        problem = _columns(table)
        check_arithmetic(problem)
        return problem


def _column(found: Iterable[float | None]) -> np.ndarray:
    """Return (n,) float64, one entry per cell, NaN where there is none."""
    return np.array([np.nan if item is None else float(item) for item in found], dtype=float)


def _columns(table: TableSpec) -> Problem:
    """Put checked parts in columns."""
    cells, relations = table.cells, table.relations
    sums = [whole_terms(item.terms, item.rhs) or (item.terms, item.rhs) for item in relations]
    ids = [cell.id for cell in cells]
    index = {name: i for i, name in enumerate(ids)}
    own = _column(cell.threshold for cell in cells)
    return Problem(
        policy=table.policy,
        ids=ids,
        index=index,
        value=_column(
            # a figure of somebody else, printed rounded: any value it may stand for will do
            cell.published if cell.value is None and cell.rounded else cell.value
            for cell in cells
        ),
        external=np.array([EXTERNAL[cell.external] for cell in cells], dtype=np.int8),
        virtual=np.array([cell.virtual for cell in cells], dtype=bool),
        base=_column(cell.base for cell in cells),
        universe=_column(cell.universe for cell in cells),
        need=_column(cell.need.min_width if cell.need else None for cell in cells),
        need_only=np.array([bool(cell.need and cell.need.only) for cell in cells], dtype=bool),
        threshold=np.where(np.isnan(own), float(table.policy.min_count), own),
        kind=np.array([KINDS[cell.kind] for cell in cells], dtype=np.int8),
        rounded={i: cell.rounded for i, cell in enumerate(cells) if cell.rounded},
        matrix=terms_matrix([terms for terms, _ in sums], index),
        rhs=np.array([float(rhs) for _, rhs in sums], dtype=float),
        sense=np.array([item.sense for item in relations], dtype="U2"),
        relation_ids=[item.id for item in relations],
        derived=list(table.derived),
        keep=frozenset(table.keep),
        sensitive=frozenset(table.sensitive),
        printed={
            i: float(cell.published) for i, cell in enumerate(cells) if cell.published is not None
        },
        marks={i: float(cell.mask_ub) for i, cell in enumerate(cells) if cell.mask_ub is not None},
    )


def terms_matrix(rows: Sequence[Mapping[str, float]], index: Mapping[str, int]) -> sp.csr_matrix:
    """Return the (rows, cells) matrix of maps from cell ids to coefficients."""
    indptr = np.cumsum([0, *(len(terms) for terms in rows)])
    indices = np.array([index[name] for terms in rows for name in terms], dtype=np.int32)
    data = np.array([coef for terms in rows for coef in terms.values()], dtype=np.float64)
    matrix = sp.csr_matrix((data, indices, indptr), shape=(len(rows), len(index)))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def check_arithmetic(problem: Problem) -> None:
    """Check that every relation between known, exact values holds.

    A relation with a cell masked at source or rounded is left to the completion of the table.

    Raises:
        ContradictionError: the relations that do not add up, without any value (they are secret).
    """
    unknown = np.isnan(problem.value)
    unknown[list(problem.rounded)] = True
    loose = np.asarray(abs(problem.matrix) @ unknown.astype(float)).ravel() > 0
    total = problem.matrix @ np.nan_to_num(problem.value) - problem.rhs
    wrong = (problem.sense == "=") & (np.abs(total) > TOLERANCE)
    wrong |= (problem.sense == "<=") & (total > TOLERANCE)
    wrong |= (problem.sense == ">=") & (total < -TOLERANCE)
    refuse(
        [
            f"relation « {problem.relation_ids[row]} » : {DOES_NOT_ADD_UP}"
            for row in np.flatnonzero(wrong & ~loose)
        ],
        ContradictionError,
    )
