"""Protect and attack seeded tables of three sizes: time, extra masks, verdict.

    python benchmarks/secret.py --shape ville            11 zones x 17 categories x 5 years
    python benchmarks/secret.py --shape ville-cumul      the same with the five-year total
    python benchmarks/secret.py --shape qpv              1 362 QPV up to France, 20 categories
    python benchmarks/secret.py --shape communes         35 000 communes up to France
    python benchmarks/secret.py --shape communes-5000    a seventh of them

Counts are invented: log-normal zones, unequal categories, Poisson draws, so that about as many
cells are in 1..4 as in the real files.  `--seed` changes them, `--zeros masked` hides zeros,
`--no-audit` skips the attack, `--gconfid` runs Statistics Canada's G-Confid on the same table
(`pip install gconfid`, in an environment of its own: it brings pulp, duckdb and pandera).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from secret_rivals import gconfid_line, naive_extra

from ctg_data.disclosure.engine.audit.attack import audit as attack
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import Suppression, protect
from ctg_data.release.policy import Policy

TREES = {
    17: [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]],
    20: [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10], [11, 12, 13, 14]],
}


def category_values(leaves: np.ndarray, tree: list[list[int]]) -> np.ndarray:
    """Append subtotals and the total to (…, leaves) counts."""
    subtotals = np.stack([leaves[..., part].sum(axis=-1) for part in tree], axis=-1)
    return np.concatenate([leaves, subtotals, leaves.sum(axis=-1)[..., None]], axis=-1)


def zone_counts(
    rng: np.random.Generator, zones: int, leaves: int, size: tuple[float, float], spread: float
) -> np.ndarray:
    """Draw (zones, leaves) counts: log-normal sizes, unequal shares, Poisson."""
    weight = np.exp(rng.normal(size[0], size[1], zones))
    share = rng.dirichlet(np.full(leaves, 1.3))
    local = share * np.exp(rng.normal(0, spread, (zones, leaves)))
    return rng.poisson(weight[:, None] * local / local.sum(axis=1, keepdims=True))


def nested(bottom: np.ndarray, parents: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Stack the levels above (zones, …) counts; return values and the children of each parent."""
    levels, children, start, current = [bottom], [], 0, bottom
    for parent in parents:
        count = int(parent.max()) + 1
        above = np.zeros((count, *bottom.shape[1:]), dtype=np.int64)
        np.add.at(above, parent, current)
        order = np.argsort(parent, kind="stable")
        cuts = np.searchsorted(parent[order], np.arange(1, count))
        children += [part + start for part in np.split(order, cuts)]
        start += len(current)
        levels.append(above)
        current = above
    return np.concatenate(levels), children


def grid_relations(
    shape: tuple[int, ...], tree: list[list[int]], first_parent: int, children: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (relation, cell, coef) for zone sums and category trees of (layers, zones, cats)."""
    number = np.arange(int(np.prod(shape))).reshape(shape)
    cats, leaves = shape[2], sum(len(part) for part in tree)
    relation, cell, coef, count = [], [], [], 0

    def add(parts: np.ndarray, total: np.ndarray) -> None:
        """Add one relation per row: parts (k, p) sum to total (k,)."""
        nonlocal count
        rows = count + np.arange(len(total))
        relation.extend([np.repeat(rows, parts.shape[1]), rows])
        cell.extend([parts.ravel(), total])
        coef.extend([np.ones(parts.size), -np.ones(len(total))])
        count += len(total)

    for k, part in enumerate(tree):
        parts = number[:, :, part].reshape(-1, len(part))
        add(parts, number[:, :, leaves + k].ravel())
    subtotals = number[:, :, leaves : cats - 1]
    add(subtotals.reshape(-1, len(tree)), number[:, :, -1].ravel())
    for layer in number:
        for k, group in enumerate(children):
            add(layer[group].T, layer[first_parent + k])
    return np.concatenate(relation), np.concatenate(cell), np.concatenate(coef)


def make_city(seed: int, cumul: bool = False) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """11 zones (8 QPV, their sum, outside, city) x 17 categories x 5 years."""
    rng = np.random.default_rng(seed)
    tree, leaves = TREES[17], 12
    inside = zone_counts(rng, 8, leaves, (5.6, 0.7), 0.45)
    outside = zone_counts(rng, 1, leaves, (9.4, 0.1), 0.2)
    years = []
    for _ in range(5):
        inside = rng.poisson(np.maximum(inside, 0.6) * np.exp(rng.normal(0, 0.08, inside.shape)))
        bottom = np.concatenate([inside, rng.poisson(outside)])
        levels, children = nested(bottom[:8], [np.zeros(8, dtype=int)])
        years.append(np.concatenate([levels, bottom[8:], levels[8:] + bottom[8:]]))
    values = category_values(np.stack(years), tree)
    children = [np.arange(8), np.array([8, 9])]
    if cumul:
        values = np.concatenate([values, values.sum(axis=0, keepdims=True)])
    # zones: 0-7 QPV, 8 their sum, 9 outside, 10 city
    relation, cell, coef = grid_relations(values.shape, tree, 0, [])
    extra = _zone_sums(values.shape, [(children[0], 8), (children[1], 10)])
    parts = [(relation, cell, coef), extra]
    if cumul:
        number = np.arange(values.size).reshape(values.shape)
        rows = np.tile(np.arange(values[0].size), 6)
        years_coef = np.repeat([1.0] * 5 + [-1.0], values[0].size)
        parts.append((rows, number.ravel(), years_coef))
    return values, _joined(parts)


def _zone_sums(
    shape: tuple[int, ...], sums: list[tuple[np.ndarray, int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    number = np.arange(int(np.prod(shape))).reshape(shape)
    relation, cell, coef, count = [], [], [], 0
    for layer in number:
        for group, total in sums:
            for category in range(shape[2]):
                relation.append(np.full(len(group) + 1, count))
                cell.append(np.append(layer[group, category], layer[total, category]))
                coef.append(np.append(np.ones(len(group)), -1.0))
                count += 1
    return np.concatenate(relation), np.concatenate(cell), np.concatenate(coef)


def _joined(parts: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
    start, relations = 0, []
    for relation, _, _ in parts:
        relations.append(relation + start)
        start += int(relation.max()) + 1
    cells, coefs = [np.concatenate([part[k] for part in parts]) for k in (1, 2)]
    return np.concatenate(relations), cells, coefs


def make_national(
    seed: int, counts: tuple[int, ...], size: tuple[float, float], spread: float
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Zones nested level by level, 20 categories, one layer."""
    rng = np.random.default_rng(seed)
    tree, leaves = TREES[20], 15
    bottom = zone_counts(rng, counts[0], leaves, size, spread)
    parents = []
    for below, above in pairwise(counts):
        weight = rng.dirichlet(np.full(above, 2.0))
        drawn = rng.choice(above, size=below - above, p=weight)
        parents.append(np.sort(np.concatenate([np.arange(above), drawn])))
    values, children = nested(bottom, parents)
    values = category_values(values, tree)[None]
    return values, grid_relations(values.shape, tree, counts[0], children)


SHAPES = {
    "ville": lambda seed: make_city(seed),
    "ville-cumul": lambda seed: make_city(seed, cumul=True),
    "qpv": lambda seed: make_national(seed, (1362, 335, 99, 17, 1), (6.35, 0.75), 0.5),
    "communes-5000": lambda seed: make_national(seed, (5000, 180, 15, 3, 1), (4.55, 1.35), 0.6),
    "communes": lambda seed: make_national(seed, (34955, 1255, 101, 18, 1), (4.55, 1.35), 0.6),
}


def make_problem(shape: str, seed: int, zeros_shown: bool) -> Problem:
    """Return one seeded table."""
    values, (relation, cell, coef) = SHAPES[shape](seed)
    ids = [str(k) for k in range(values.size)]
    rows = int(relation.max()) + 1
    count = values.size
    nan = np.full(count, np.nan)
    return Problem(
        policy=Policy(zeros_shown=zeros_shown),
        ids=ids,
        index={name: k for k, name in enumerate(ids)},
        value=values.ravel().astype(float),
        external=np.zeros(count, dtype=np.int8),
        virtual=np.zeros(count, dtype=bool),
        base=nan,
        universe=nan,
        need=nan,
        need_only=np.zeros(count, dtype=bool),
        threshold=np.full(count, 5.0),
        kind=np.zeros(count, dtype=np.int8),
        rounded={},
        matrix=sp.csr_matrix((coef, (relation, cell)), shape=(rows, count)),
        rhs=np.zeros(rows),
        sense=np.full(rows, "=", dtype="U2"),
        relation_ids=[f"r{k}" for k in range(rows)],
    )


def report(name: str, problem: Problem, protection: Suppression, cpu: float, audit: bool) -> None:
    """Print one line of figures."""
    primary, extra = len(protection.primary), len(protection.complementary)
    naive, naive_seconds = naive_extra(problem)
    print(
        f"{name}: {len(problem)} cells, {primary} sensitive, {extra} extra"
        f" ({extra / max(primary, 1):.3f} per sensitive, {extra / max(naive, 1):.2f} x two-per-line"
        f" which takes {naive_seconds:.1f} s and is unsafe), {len(protection.failed)} failed,"
        f" {protection.seconds:.2f} s ({cpu:.2f} s of processor), {_memory():.2f} GiB",
        flush=True,
    )
    if audit:
        started = time.perf_counter()
        verdict = attack(protection.release)
        found = f"{len(verdict.leaks)} leaks, {len(verdict.undecided)} undecided"
        seconds = time.perf_counter() - started
        print(f"  audit: {verdict.checked} cells attacked, {found}, {seconds:.1f} s", flush=True)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _processor() -> float:
    """Return the processor seconds used so far, children included."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=[*SHAPES], default="ville")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--zeros", choices=["shown", "masked"], default="shown")
    parser.add_argument("--no-audit", action="store_true")
    parser.add_argument("--gconfid", action="store_true")
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + options.repeat):
        problem = make_problem(options.shape, seed, options.zeros == "shown")
        before = _processor()
        protection = protect(problem)
        cpu = _processor() - before
        name = f"{options.shape} seed {seed} zeros {options.zeros}"
        report(name, problem, protection, cpu, not options.no_audit)
        if options.gconfid:
            print(gconfid_line(problem), flush=True)


if __name__ == "__main__":
    main()
