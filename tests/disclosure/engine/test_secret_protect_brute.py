"""Protection against an attacker that enumerates every compatible whole-number table.

The enumeration is plain Python: nothing of the engine, no solver.
"""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import protect
from ctg_data.disclosure.engine.release.content import PUBLISHED
from tests.examples import times
from tests.specs import build

FAR = 14
"""Hidden values are tried up to this; a bound that reaches it is taken as open."""


def two_way(rows: list[list[int]], zeros: str, keep: tuple[str, ...] = ()) -> Problem:
    """Build a table with margins: `00`, `01`, …, `0T`, …, `TT`."""
    full = [[*row, sum(row)] for row in rows]
    full.append([sum(column) for column in zip(*full, strict=True)])
    height, width = len(rows), len(rows[0])
    down, along = [*map(str, range(height)), "T"], [*map(str, range(width)), "T"]
    cells = [
        {"id": i + j, "value": full[a][b]}
        for (a, i), (b, j) in product(enumerate(down), enumerate(along))
    ]
    relations = [
        {"id": f"l{i}", "terms": {i + "T": -1, **{i + j: 1 for j in along[:-1]}}} for i in down
    ] + [{"id": f"c{j}", "terms": {"T" + j: -1, **{i + j: 1 for i in down[:-1]}}} for j in along]
    policy = {"min_count": 5, "zeros": zeros}
    return build(cells, relations, policy=policy, keep=list(keep))


class Enumeration:
    """Every whole-number table that agrees with a release of `two_way`, row after row."""

    def __init__(self, release, height: int, width: int) -> None:
        cells = list(zip(release.ids, release.status, release.value, release.lb, strict=True))
        self.value = {n: int(v) for n, status, v, _ in cells if status == PUBLISHED}
        self.low = {n: int(low) for n, status, _, low in cells if status != PUBLISHED}
        self.height, self.width = height, width
        self.found: dict[str, set[int]] = {name: set() for name in self.low}
        self.extend(0, {})

    def fits(self, name: str, total: int) -> bool:
        return total == self.value[name] if name in self.value else total >= self.low[name]

    def extend(self, place: int, table: dict[str, int]) -> None:
        if place == self.height * self.width:
            self.close(table)
            return
        i, j = divmod(place, self.width)
        name = f"{i}{j}"
        shown = name in self.value
        for choice in [self.value[name]] if shown else range(self.low[name], FAR + 1):
            table[name] = choice
            row = sum(table[f"{i}{k}"] for k in range(j + 1))
            if j < self.width - 1 or self.fits(f"{i}T", row):
                self.extend(place + 1, table)

    def close(self, table: dict[str, int]) -> None:
        whole = dict(table)
        for i in range(self.height):
            whole[f"{i}T"] = sum(table[f"{i}{j}"] for j in range(self.width))
        for j in range(self.width):
            whole[f"T{j}"] = sum(table[f"{i}{j}"] for i in range(self.height))
        whole["TT"] = sum(table.values())
        if all(self.fits(f"T{j}", whole[f"T{j}"]) for j in [*range(self.width), "T"]):
            for name, values in self.found.items():
                values.add(whole[name])


def possible(release, height: int, width: int) -> dict[str, set[int]]:
    """Return the values that each hidden cell takes over all compatible tables."""
    return Enumeration(release, height, width).found


def leaks(problem: Problem, height: int, width: int) -> list[tuple[str, set[int]]]:
    """Return the sensitive cells that enumeration pins to one value or below five."""
    protection = protect(problem)
    assert protection.proved, protection.failed
    least = 1 if problem.policy.zeros_shown else 0
    values = possible(protection.release, height, width)
    found = []
    for name, value in zip(problem.ids, problem.value, strict=True):
        if not least <= value < 5:
            continue
        seen = values.get(name, {int(value)})
        assert int(value) in seen or name not in values
        if len(seen) == 1 or max(seen) < 5:
            found.append((name, seen))
    return found


small = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 8])
quick = settings(times(2), derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("zeros", ["shown", "masked"])
@pytest.mark.parametrize(("height", "width"), [(2, 2), (2, 3)])
def test_no_leak_on_any_small_table(zeros, height, width):
    @quick
    @given(
        st.lists(st.lists(small, min_size=width, max_size=width), min_size=height, max_size=height)
    )
    def check(rows):
        total = sum(map(sum, rows))
        if total < 5:  # nothing can be told about fewer than five people without telling it
            return
        assert leaks(two_way(rows, zeros), height, width) == []

    check()


def test_the_enumeration_sees_a_leak_when_nothing_is_protected():
    problem = two_way([[3, 9], [8, 7]], "shown")
    protection = protect(problem)
    release = protection.release
    for cell in range(len(release.ids)):
        if release.ids[cell] != "00":
            release.status[cell], release.value[cell] = PUBLISHED, problem.value[cell]
    assert possible(release, 2, 2)["00"] == {3}


def test_the_grand_total_is_kept_when_it_can_be():
    @quick
    @given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=2, max_size=2))
    def check(rows):
        problem = two_way(rows, "shown", keep=("TT",))
        protection = protect(problem)
        assert protection.proved
        assert "TT" not in protection.hidden or "TT" in str(protection.widened)
        if sum(map(sum, rows)) >= 12:
            assert "TT" not in protection.hidden

    check()
