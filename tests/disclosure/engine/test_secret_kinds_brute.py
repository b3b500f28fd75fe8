"""Tables of every kind, protected, then attacked by an enumeration that shares nothing with us.

Inequalities, right-hand sides, negative coefficients, cells hidden at source, published or hidden
elsewhere, rounded either way, offers, widths, rates with an offset: drawn at random, small enough
for every compatible whole-number table to be written down.
"""

import random
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.table import OFFER, SHOWN, Problem
from ctg_data.disclosure.engine.protect import Suppression, protect
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.release.content import PUBLISHED, SUPPRESSED, Release
from ctg_data.errors import UserError
from tests.specs import build

FAR = 16
"""Cells are tried up to this; an interval that reaches it is taken as open."""


def sums(draw: random.Random, value: dict[str, int], count: int) -> list[dict]:
    """Draw relations that hold: a total, a weighted sum, a difference, bounds, a known sum."""
    parts = [f"c{k}" for k in range(count)]
    found = [dict.fromkeys(parts, 1)]
    if count > 1:
        found.append({name: draw.choice([1, 2]) for name in draw.sample(parts, 2)})
        a, b = draw.sample(parts, 2)
        found.append({a: 1, b: -1} if value[a] >= value[b] else {a: -1, b: 1})
    relations = []
    for terms in found[: draw.randint(1, 3)]:
        name = f"t{len(relations)}"
        value[name] = sum(value[part] * coef for part, coef in terms.items())
        relations.append({"id": f"somme {name}", "terms": {**terms, name: -1}})
    for a, b in pairwise(parts):
        if draw.random() < 0.25:
            sense = "<=" if value[a] <= value[b] else ">="
            relations.append({"id": f"{a}{sense}{b}", "terms": {a: 1, b: -1}, "sense": sense})
        elif draw.random() < 0.15 and value[a] + value[b] >= 10:
            known = {"id": f"{a}+{b}", "terms": {a: 1, b: 1}, "rhs": value[a] + value[b]}
            relations.append(known)
    return relations


def kind(draw: random.Random, count: int) -> dict:
    """Draw what is particular to a cell; mostly nothing."""
    fields = [
        {"kind": "offer"},
        {"base": min(count, draw.choice([1, 3, 6]))},
        {"virtual": True},
        {"external": "suppressed"},
        {"external": True},
        {"need": {"min_width": draw.randint(2, 4), "only": draw.random() < 0.5}},
        {"mask_ub": 4},
        {"value": None},
    ]
    return draw.choice(fields) if draw.random() < 0.35 else {}


def table(seed: int) -> Problem:
    """Draw one table."""
    draw = random.Random(seed)
    value = {f"c{k}": draw.choice([0, 0, 1, 2, 3, 4, 5, 6]) for k in range(draw.randint(1, 3))}
    relations = sums(draw, value, len(value))
    cells = [{"id": name, "value": count, **kind(draw, count)} for name, count in value.items()]
    if draw.random() < 0.3:
        rounding = {"base": draw.choice([2, 5, 10]), "mode": draw.choice(["nearest", "down", "up"])}
        own = draw.choice(cells)["id"]
        cells.append({"id": "o", "value": value[own], "rounded": rounding, "external": True})
        relations.append({"id": "même donnée", "terms": {"o": 1, own: -1}})
    derived = [
        {"id": f"d{a}{b}", "num": {a: 1}, "den": {b: 1}, "scale": 100, "offset": -1, "decimals": 0}
        for a, b in [draw.sample(sorted(value), 2)]
        if value[b] and draw.random() < 0.5
    ]
    keep = [name for name in value if draw.random() < 0.1]
    policy = {"min_count": 5, "zeros": draw.choice(["shown", "masked"])}
    return build(cells, relations, derived, policy=policy, keep=keep)


class Enumeration:
    """Every whole-number table that agrees with what was shown, or with public data alone."""

    def __init__(self, problem: Problem, release: Release, public: bool) -> None:
        self.rows, self.rhs = problem.matrix.toarray(), problem.rhs
        self.sense = problem.sense
        self.domain = [self.values(problem, release, k, public) for k in range(len(problem))]
        fixed = [len(values) == 1 for values in self.domain]
        self.order = sorted(range(len(problem)), key=lambda k: (not fixed[k], k))
        rank = {cell: k for k, cell in enumerate(self.order)}
        self.closing: dict[int, list[int]] = {}
        for row, coefs in enumerate(self.rows):
            last = max(np.flatnonzero(coefs), key=rank.__getitem__)
            self.closing.setdefault(int(last), []).append(row)
        self.found: list[np.ndarray] = []
        self.extend(0, np.zeros(len(problem)))

    @staticmethod
    def values(problem: Problem, release: Release, cell: int, public: bool) -> range | list[int]:
        """Return what one cell may be before any relation."""
        theirs = problem.external[cell] == SHOWN
        if release.status[cell] == PUBLISHED and (theirs or not public):
            told = int(release.value[cell])
            return within(told, release.rounded[cell]) if cell in release.rounded else [told]
        return range(0 if public else int(release.lb[cell]), FAR + 1)

    def extend(self, place: int, tried: np.ndarray) -> None:
        if place == len(self.order):
            self.found.append(tried.copy())
            return
        cell = self.order[place]
        rows = self.closing.get(cell, [])
        equal = [row for row in rows if self.sense[row] == "="]
        for value in self.implied(equal[0], cell, tried) if equal else self.domain[cell]:
            tried[cell] = value
            if all(self.holds(row, tried) for row in rows):
                self.extend(place + 1, tried)
        tried[cell] = 0

    def implied(self, row: int, cell: int, tried: np.ndarray) -> list[float]:
        """Return the value that a sum leaves to its last cell, when it may have it."""
        tried[cell] = 0
        value = (self.rhs[row] - self.rows[row] @ tried) / self.rows[row, cell]
        values = self.domain[cell]
        least, most = values[0], values[-1] if len(values) < FAR else np.inf
        return [value] if value == round(value) and least <= value <= most else []

    def holds(self, row: int, tried: np.ndarray) -> bool:
        gap = self.rows[row] @ tried - self.rhs[row]
        return {"=": gap == 0, "<=": gap <= 0, ">=": gap >= 0}[str(self.sense[row])]

    def intervals(self, release: Release, public: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the least and greatest value of each cell, displayed rates being respected."""
        tables = np.array(self.found)
        for ratio in () if public else release.ratios:
            num, den = (
                sum(coef * tables[:, release.ids.index(name)] for name, coef in side.items())
                for side in (ratio.num, ratio.den)
            )
            with np.errstate(all="ignore"):
                shown = ratio.scale * (num / den + ratio.offset)
            tables = tables[(den > 0) & (np.abs(shown - ratio.value) <= 0.5 * 10**-ratio.decimals)]
        assert len(tables), "the true table at least agrees with what is shown"
        return tables.min(axis=0), tables.max(axis=0)


def within(told: int, rounding: Rounding) -> range:
    """Return the counts that a producer rounds to what it tells."""
    half, base = rounding.base // 2, rounding.base
    low, high = {"nearest": (-half, half), "down": (0, base - 1), "up": (1 - base, 0)}[
        rounding.mode
    ]
    return range(max(0, told + low), told + high + 1)


def leaks(problem: Problem, protection: Suppression) -> list[str]:
    """Name the hidden cells that the release gives away, no public figure doing so alone."""
    release, zeros = protection.release, problem.policy.zeros_shown
    low, high = Enumeration(problem, release, False).intervals(release, False)
    known = Enumeration(problem, release, True).intervals(release, True)
    found = []
    for cell in np.flatnonzero(release.hidden):
        a, b = low[cell], high[cell]
        below = b < problem.threshold[cell] and not (a == b == 0 and zeros)
        below &= problem.kind[cell] != OFFER and not problem.need_only[cell]
        narrow = b < FAR and b - a < release.needs.get(int(cell), 0)
        ours = a > max(known[0][cell], float(zeros)) or b < known[1][cell]
        if (below or narrow) and ours:
            found.append(f"{problem.ids[cell]}: {a:.0f} to {b:.0f}")
    return found


@pytest.mark.parametrize("first", range(0, 90, 15))
def test_no_kind_of_table_gives_a_small_count_away(first):
    proved = 0
    for seed in range(first, first + 15):
        problem = table(seed)
        try:
            protection, verdict = protect_and_audit(problem)
        except UserError:
            continue  # nothing at all agrees with the cells hidden at source
        if protection.failed or verdict is None or not verdict.safe:
            continue  # refused: nothing is shown
        proved += 1
        assert leaks(problem, protection) == [], seed
    assert proved > 8, "most of them can be protected"


def test_the_enumeration_sees_what_a_lone_mask_gives_away():
    cells = [{"id": "a", "value": 3}, {"id": "b", "value": 7}, {"id": "t", "value": 10}]
    sums = [{"id": "somme", "terms": {"a": 1, "b": 1, "t": -1}}]
    problem = build(cells, sums, policy={"zeros": "shown"})
    safe = protect(problem)
    assert leaks(problem, safe) == []
    alone = replace(
        safe.release,
        status=np.array([SUPPRESSED, PUBLISHED, PUBLISHED], dtype=np.int8),
        value=np.array([np.nan, 7.0, 10.0]),
        lb=np.array([1.0, np.nan, np.nan]),
    )
    assert leaks(problem, replace(safe, release=alone)) == ["a: 3 to 3"]
