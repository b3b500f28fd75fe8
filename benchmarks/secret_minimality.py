"""What the choice of a mask gives away: a reader who owns this code runs it on every table.

    python benchmarks/secret_minimality.py --tables 60

The masks are safe for whoever reads the figures.  A reader may do more: take every table of three
rows and three columns that agrees with what is shown, protect each with the same engine, and keep
those that get the very same mask.  What all of these say of a hidden cell, the mask itself told.
Printed: among sensitive cells, the share known in this way to be under the threshold, and the
share known exactly, beside what figures alone tell (0, or the release would not be shown).
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ctg_data.disclosure.engine.problem.spec import CellSpec, RelationSpec
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import protect
from ctg_data.release.policy import Policy

SIDE, LEAST = 3, 5
DRAWN = (0, 1, 2, 3, 4, 6, 9, 14, 20, 30)
MOST = 600
"""Compatible tables beyond which a drawn table is set aside: too long to go through."""
INNER = [f"{row}{column}" for row in range(SIDE) for column in range(SIDE)]
NAMES = [f"{row}{column}" for row in "012T" for column in "012T"]

Table = dict[str, int]


def with_totals(inner: Table) -> Table:
    """Return the sixteen cells of a table from its nine inner ones."""
    return {
        name: sum(
            value
            for own, value in inner.items()
            if all(asked in ("T", mine) for asked, mine in zip(name, own, strict=True))
        )
        for name in NAMES
    }


def sums() -> list[RelationSpec]:
    """Return the eight sums of such a table."""
    rows = [(f"{row}T", [f"{row}{c}" for c in "012"]) for row in "012T"]
    columns = [(f"T{column}", [f"{r}{column}" for r in "012"]) for column in "012T"]
    found = [(f"ligne {total}", total, parts) for total, parts in rows]
    found += [(f"colonne {total}", total, parts) for total, parts in columns]
    return [RelationSpec(name, {total: -1, **dict.fromkeys(p, 1)}) for name, total, p in found]


def mask_of(table: Table, policy: Policy) -> frozenset[str]:
    """Return what the engine hides of a table."""
    cells = [CellSpec(name, table[name]) for name in NAMES]
    return frozenset(protect(Problem.build(cells, sums(), policy=policy)).hidden)


def compatible(table: Table, mask: frozenset[str], least: int) -> Iterator[Table]:
    """Yield every table that agrees with what is shown of one; totals bound what is hidden."""
    hidden = [name for name in INNER if name in mask]
    top = table["TT"] if "TT" not in mask else table["TT"] + LEAST
    known = {name: table[name] for name in INNER if name not in mask}
    shown = [name for name in NAMES if "T" in name and name not in mask]
    yield from _filled(table, known, hidden, (least, top), shown)


def _filled(
    table: Table, known: Table, hidden: list[str], span: tuple[int, int], shown: list[str]
) -> Iterator[Table]:
    if not hidden:
        whole = with_totals(known)
        if all(whole[name] == table[name] for name in shown):
            yield whole
        return
    name, left = hidden[0], hidden[1:]
    low, high = span
    for total in shown:
        own = [one for one in INNER if _inside(one, total)]
        if name in own:
            rest = table[total] - sum(known.get(one, 0) for one in own)
            high = min(high, rest)
            if not any(one in left for one in own):
                low = max(low, rest)
    for value in range(low, high + 1):
        yield from _filled(table, {**known, name: value}, left, span, shown)


def _inside(own: str, total: str) -> bool:
    return all(asked in ("T", mine) for asked, mine in zip(total, own, strict=True))


def learnt(table: Table, policy: Policy) -> tuple[int, int, int, int] | None:
    """Return sensitive cells, and those known under the threshold, exactly, by figures alone.

    None when more than MOST tables agree with what is shown.
    """
    mask = mask_of(table, policy)
    least = 1 if policy.zeros_shown and all(table[name] for name in mask) else 0
    tables = list(itertools.islice(compatible(table, mask, least), MOST + 1))
    if len(tables) > MOST or not mask:
        return None
    same = [one for one in tables if mask_of(one, policy) == mask]
    lowest = 1 if policy.zeros_shown else 0
    sensitive = [name for name in mask if lowest <= table[name] < LEAST]
    under = sum(max(one[name] for one in same) < LEAST for name in sensitive)
    exact = sum(len({one[name] for one in same}) == 1 for name in sensitive)
    alone = sum(max(one[name] for one in tables) < LEAST for name in sensitive)
    return len(sensitive), under, exact, alone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for zeros_shown in (False, True):
        draw, policy = random.Random(options.seed), Policy(zeros_shown=zeros_shown)
        totals, tried = [0, 0, 0, 0], 0
        while tried < options.tables:
            inner = {name: draw.choice(DRAWN) for name in INNER}
            found = learnt(with_totals(inner), policy)
            if found is None:
                continue
            tried += 1
            totals = [sum(pair) for pair in zip(totals, found, strict=True)]
        sensitive, *counts = totals
        under, exact, alone = (f"{count / sensitive:.1%}" for count in counts)
        print(
            f"zeros {'shown' if zeros_shown else 'masked'}: {tried} tables, {sensitive} sensitive "
            f"cells; by figures alone {alone} known under {LEAST}; by re-running the engine "
            f"{under} known under {LEAST}, {exact} exactly"
        )


if __name__ == "__main__":
    main()
