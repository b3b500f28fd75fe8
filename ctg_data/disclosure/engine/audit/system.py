"""What a reader can write down: unknown cells, bounds, and rows lo ≤ A·x ≤ hi between them.

Everything shown enters here, and nothing else: published values become constants, a rounded
value becomes an interval, a displayed ratio becomes two inequalities with whole coefficients.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.whole_numbers import exact
from ctg_data.disclosure.engine.release.content import SUPPRESSED, VIRTUAL, Ratio, Release
from ctg_data.errors import UserError
from ctg_data.fr import spaced

ROW_TOLERANCE = 1e-6
"""Amounts are decimal: 0.1 + 0.2 must still equal 0.3.  Counts are exact anyway."""
AMOUNT_WIDTH = 1e-3
"""A hidden amount whose interval is narrower than a tenth of a cent is known."""
LEAST_WIDTH, LEAST_SHARE = 10.0, 0.20
"""A cell on a zone told to be under the least population keeps max(10, 20 %) of doubt."""


class NoCompatibleTable(Exception):
    """No table is compatible with what is shown."""


@dataclass(frozen=True)
class System:
    """k unknowns and m rows.

    Attributes:
        matrix: (m, k) coefficients.
        lo, hi: (m,) bounds of the rows, infinite where open.
        lb, ub: (k,) bounds of the unknowns.
        whole: (k,) bool, true for a count.
        cell: (k,) index of the unknown in the release.
        threshold: (k,) least value that some compatible table must give it; -inf for an amount.
        need: (k,) least width of its interval, 0 when any will do.
    """

    matrix: sp.csr_matrix
    lo: np.ndarray
    hi: np.ndarray
    lb: np.ndarray
    ub: np.ndarray
    whole: np.ndarray
    cell: np.ndarray
    threshold: np.ndarray
    need: np.ndarray

    def select(self, columns: np.ndarray, rows: np.ndarray) -> System:
        """Keep some unknowns and rows; the others must not meet."""
        return System(
            self.matrix[rows][:, columns],
            *(part[rows] for part in (self.lo, self.hi)),
            *(part[columns] for part in (self.lb, self.ub, self.whole, self.cell)),
            *(part[columns] for part in (self.threshold, self.need)),
        )

    def within(self, lb: np.ndarray, ub: np.ndarray) -> System:
        """Return the same system with other bounds."""
        return replace(self, lb=lb, ub=ub)


def rounding_interval(value: float, rounding: Rounding) -> tuple[float, float]:
    """Return the least and greatest counts that a producer rounds to `value`.

    >>> rounding_interval(65, Rounding(5, "nearest"))
    (63.0, 67.0)
    >>> rounding_interval(65, Rounding(5, "down"))
    (65.0, 69.0)
    >>> rounding_interval(0, Rounding(5, "nearest"))
    (0.0, 2.0)
    """
    base = rounding.base
    if rounding.mode == "down":
        low, high = value, value + base - 1
    elif rounding.mode == "up":
        low, high = value - base + 1, value
    else:
        # With an even base a half may go either way: both ends are kept.
        low, high = value - base // 2, value + base // 2
    return max(0.0, float(low)), float(high)


def build_system(release: Release, *, public_only: bool = False) -> System:
    """Write down what `release` tells.

    Args:
        release: what was sent.
        public_only: forget our cells and ratios; only external cells remain (the baseline).

    Raises:
        UserError: published figures contradict a relation or a ratio between them.
    """
    known = ~release.hidden
    rounded = np.zeros(len(release.ids), dtype=bool)
    rounded[list(release.rounded)] = True
    if public_only:
        outside = release.external
        known = known & (outside if outside is not None else False)
    unknown = np.flatnonzero(~known | rounded)
    lb, ub = unknown_bounds(release, unknown, public_only)
    value = np.where(known & ~rounded, np.nan_to_num(release.value), 0.0)
    matrix, lo, hi = relation_rows(release, unknown, value)
    if not public_only:
        position = {int(cell): k for k, cell in enumerate(unknown)}
        extra = ratio_rows(release, position)
        matrix = sp.vstack([matrix, extra[0]], format="csr") if len(extra[1]) else matrix
        lo, hi = np.concatenate([lo, extra[1]]), np.concatenate([hi, extra[2]])
    threshold, need, whole = goals(release)
    parts = (whole[unknown], unknown, threshold[unknown], need[unknown])
    return System(matrix, lo, hi, lb, ub, *parts)


def goals(release: Release) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (n,) least reachable values, least interval widths, and which cells are whole."""
    threshold = np.full(len(release.ids), float(release.threshold))
    need = np.zeros(len(release.ids))
    whole = np.ones(len(release.ids), dtype=bool)
    for cell, own in release.thresholds.items():
        threshold[cell] = own
    for cell, width in release.needs.items():
        need[cell] = width
    for cell, told in release.universes.items():
        if told < release.min_population and cell not in release.offers:
            need[cell] = max(need[cell], LEAST_WIDTH, LEAST_SHARE * told)
    for cells, width in ((release.amounts, AMOUNT_WIDTH), (release.offers, 1.0)):
        judged = np.fromiter(cells, dtype=np.int64)
        threshold[judged] = -math.inf
        need[judged] = np.maximum(need[judged], width)
    whole[np.fromiter(release.amounts, dtype=np.int64)] = False
    return threshold, need, whole


def unknown_bounds(
    release: Release, unknown: np.ndarray, public_only: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (k,) bounds that a reader knows before any relation."""
    lb = np.where(np.isnan(release.lb), 0.0, release.lb)
    bare = np.isnan(release.lb) & (release.status == SUPPRESSED) & release.zeros_shown
    lb[bare] = 1.0
    ub = np.where(np.isnan(release.ub), math.inf, release.ub)
    for cell, base in release.bases.items():
        if cell not in release.amounts and cell not in release.offers:
            lb[cell] = max(lb[cell], base)  # persons are never fewer than their allocataires
    for cell, rounding in release.rounded.items():
        if np.isnan(release.value[cell]):
            continue
        low, high = rounding_interval(release.value[cell], rounding)
        lb[cell], ub[cell] = max(low, lb[cell]), min(high, ub[cell])
    if public_only:
        # Without our release nobody knows that these zeros would be shown.
        ours = np.ones(len(lb), dtype=bool) if release.external is None else ~release.external
        lb[ours & (release.status != VIRTUAL)], ub[ours] = 0.0, math.inf
    return lb[unknown], ub[unknown]


def relation_rows(
    release: Release, unknown: np.ndarray, value: np.ndarray
) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    """Return the relations over the k unknowns, known values moved to the right.

    That is (r, k) coefficients and the (r,) ends of Σ coef·x, in units of the cells.

    Raises:
        UserError: a relation between published cells that does not hold.
    """
    rhs = release.rhs - release.matrix @ value
    nearest = np.round(rhs)
    rhs = np.where(np.abs(rhs - nearest) < ROW_TOLERANCE, nearest, rhs)
    lo = np.where(release.sense == "<=", -math.inf, rhs)
    hi = np.where(release.sense == ">=", math.inf, rhs)
    matrix = release.matrix[:, unknown].tocsr()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    empty = np.diff(matrix.indptr) == 0
    broken = np.flatnonzero(empty & ((lo > ROW_TOLERANCE) | (hi < -ROW_TOLERANCE)))
    if broken.size:
        names = ", ".join(f"« {release.relation_ids[row]} »" for row in broken[:10])
        raise UserError(
            spaced(
                f"Les valeurs publiées ne vérifient pas leurs relations : {names}. "
                "La diffusion ne peut pas être vérifiée."
            )
        )
    return matrix[~empty], lo[~empty], hi[~empty]


def ratio_rows(
    release: Release, position: dict[int, int]
) -> tuple[sp.csr_matrix, np.ndarray, np.ndarray]:
    """Return the inequalities that displayed ratios give: (r, k) whole coefficients, (r,) ends.

    A value v shown with d decimals says v - h ≤ scale·(num/den + offset) ≤ v + h, h = ½·10^-d.
    The interval is closed: a half may be rounded either way.

    Raises:
        UserError: a ratio of published cells that is not what they give.
    """
    index = {name: i for i, name in enumerate(release.ids)} if release.ratios else {}
    rows: list[tuple[dict[int, Fraction], Fraction]] = []
    for ratio in release.ratios:
        for terms, constant in ratio_inequalities(ratio, index, release, position):
            if terms:
                rows.append((terms, constant))
            elif constant < 0:
                raise UserError(
                    spaced(
                        f"Le ratio « {ratio.id} » ne correspond pas aux cellules publiées. "
                        "La diffusion ne peut pas être vérifiée."
                    )
                )
    indptr = np.cumsum([0, *(len(terms) for terms, _ in rows)])
    columns = [column for terms, _ in rows for column in terms]
    data = [float(coef) for terms, _ in rows for coef in terms.values()]
    matrix = sp.csr_matrix((data, columns, indptr), shape=(len(rows), len(position)))
    lo = np.array([-float(constant) for _, constant in rows])
    return matrix, lo, np.full(len(rows), math.inf)


def ratio_inequalities(
    ratio: Ratio, index: dict[str, int], release: Release, position: dict[int, int]
) -> Iterable[tuple[dict[int, Fraction], Fraction]]:
    """Yield (terms, constant) with Σ terms·x + constant ≥ 0, for one ratio."""
    half = Fraction(1, 2 * 10**ratio.decimals)
    scale, offset = exact(ratio.scale), exact(ratio.offset)
    ends = [(Fraction(repr(ratio.value)) + sign * half) / scale - offset for sign in (-1, 1)]
    low, high = min(ends), max(ends)
    nothing: dict[str, Fraction] = {}
    num = {name: exact(coef) for name, coef in ratio.num.items()}
    den = {name: exact(coef) for name, coef in ratio.den.items()}
    weights = (
        (nothing, den, Fraction(-1)),
        (num, {name: -low * coef for name, coef in den.items()}, Fraction(0)),
        (
            {name: -coef for name, coef in num.items()},
            {name: high * coef for name, coef in den.items()},
            Fraction(0),
        ),
    )
    for first, second, constant in weights:
        terms: dict[int, Fraction] = {}
        for name, coef in [*first.items(), *second.items()]:
            cell, weight = index[name], coef
            if cell in position:
                terms[position[cell]] = terms.get(position[cell], Fraction(0)) + weight
            else:
                constant += weight * exact(float(release.value[cell]))
        terms = {column: coef for column, coef in terms.items() if coef}
        common = math.lcm(constant.denominator, *(c.denominator for c in terms.values()))
        yield {column: coef * common for column, coef in terms.items()}, constant * common
