"""Enumerate every whole-number table compatible with a RELEASE.json object.

The slow and obvious attacker: plain Python integers, no solver, and no code shared with the
audit, so that agreement between the two means something.  For a dozen unknowns at most.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

CAP = 60
"""Stands for infinity: an unknown that reaches it is taken as unbounded."""


class TooMany(Exception):
    """The enumeration would not end in reasonable time."""


def domains(data: dict, cap: int = CAP) -> dict[str, tuple[int, int]]:
    """Return the first and last value that each unknown cell may take by itself."""
    found = {}
    for cell in data["cells"]:
        low, high = cell.get("lb"), cell.get("ub")
        if cell["status"] == "published" and not cell.get("rounded"):
            continue
        low, high = 0 if low is None else low, cap if high is None else min(high, cap)
        if cell["status"] == "published":
            base, value = cell["rounded"]["base"], cell["value"]
            mode = cell["rounded"]["mode"]
            ends = {
                "nearest": (value - base // 2, value + base // 2),
                "down": (value, value + base - 1),
                "up": (value - base + 1, value),
            }[mode]
            low, high = max(low, ends[0]), min(high, ends[1])
        found[cell["id"]] = (int(low), int(high))
    return found


def inequalities(data: dict) -> list[tuple[dict[str, Fraction], Fraction, Fraction | None]]:
    """Return (terms, low, high) for relations and ratios, over all cells; high None: open."""
    rows = []
    for relation in data.get("relations", []):
        terms = {name: Fraction(str(coef)) for name, coef in relation["terms"].items()}
        rhs = Fraction(str(relation.get("rhs", 0)))
        sense = relation.get("sense", "=")
        if sense == "<=":
            rows.append(({name: -coef for name, coef in terms.items()}, -rhs, None))
        else:
            rows.append((terms, rhs, rhs if sense == "=" else None))
    for ratio in data.get("ratios", []):
        half = Fraction(1, 2 * 10 ** ratio["decimals"])
        scale, offset = Fraction(str(ratio["scale"])), Fraction(str(ratio.get("offset", 0)))
        den = {name: Fraction(coef) for name, coef in ratio["den"].items()}
        rows.append((den, Fraction(1), None))
        for sign in (1, -1):
            # sign * (num / den) >= sign * (value - sign * half) / scale - sign * offset
            edge = (Fraction(str(ratio["value"])) - sign * half) / scale - offset
            terms = {name: Fraction(sign * coef) for name, coef in ratio["num"].items()}
            for name, coef in den.items():
                terms[name] = terms.get(name, Fraction(0)) - sign * edge * coef
            rows.append((terms, Fraction(0), None))
    return rows


def reduced(data: dict, unknown: dict[str, tuple[int, int]]) -> list[tuple[dict, int, int | None]]:
    """Return the rows over the unknowns alone, in whole numbers."""
    value = {c["id"]: Fraction(str(c["value"])) for c in data["cells"] if c["id"] not in unknown}
    rows = []
    for terms, low, high in inequalities(data):
        known = sum(
            (coef * value[name] for name, coef in terms.items() if name in value), Fraction(0)
        )
        left = {name: coef for name, coef in terms.items() if name in unknown and coef}
        ends = [low - known] + ([] if high is None else [high - known])
        scale = lcm(*(number.denominator for number in (*left.values(), *ends)))
        whole = {name: int(coef * scale) for name, coef in left.items()}
        rows.append((whole, int(ends[0] * scale), None if high is None else int(ends[1] * scale)))
    return rows


class Walk:
    """A walk through every assignment, cell after cell, pruned by what each row still allows."""

    def __init__(self, data: dict, cap: int, budget: int) -> None:
        self.unknown = domains(data, cap)
        self.order = list(self.unknown)
        self.rows = reduced(data, self.unknown)
        self.budget = budget
        self.sums = [0] * len(self.rows)
        self.rest = [self.reach(terms) for terms, _, _ in self.rows]
        self.touching = [
            [r for r, (terms, _, _) in enumerate(self.rows) if name in terms] for name in self.order
        ]

    def reach(self, terms: dict[str, int]) -> tuple[list[int], list[int]]:
        """Return what the cells after each position can still add to a row, least and most."""
        low, high = [0] * (len(self.order) + 1), [0] * (len(self.order) + 1)
        for p in range(len(self.order) - 1, -1, -1):
            ends = [terms.get(self.order[p], 0) * end for end in self.unknown[self.order[p]]]
            low[p], high[p] = low[p + 1] + min(ends), high[p + 1] + max(ends)
        return low, high

    def possible(self) -> bool:
        """Say whether each row alone can hold."""
        return all(
            high[0] >= lo and (hi is None or low[0] <= hi)
            for (low, high), (_, lo, hi) in zip(self.rest, self.rows, strict=True)
        )

    def window(self, p: int) -> tuple[int, int]:
        """Return the values that no row forbids to the cell at position p."""
        low, high = self.unknown[self.order[p]]
        for r in self.touching[p]:
            terms, lo, hi = self.rows[r]
            coef = terms[self.order[p]]
            least = lo - self.sums[r] - self.rest[r][1][p + 1]
            most = None if hi is None else hi - self.sums[r] - self.rest[r][0][p + 1]
            if coef < 0:
                high = min(high, least // coef)
                low = low if most is None else max(low, -(most // -coef))
            else:
                low = max(low, -(-least // coef))
                high = high if most is None else min(high, most // coef)
        return low, high

    def go(self, p: int = 0) -> Iterator[list[int]]:
        """Yield the values of the cells from position p on.

        Raises:
            TooMany: the budget is spent.
        """
        if p == len(self.order):
            yield []
            return
        low, high = self.window(p)
        for value in range(low, high + 1):
            self.budget -= 1
            if self.budget < 0:
                raise TooMany
            for r in self.touching[p]:
                self.sums[r] += self.rows[r][0][self.order[p]] * value
            for others in self.go(p + 1):
                yield [value, *others]
            for r in self.touching[p]:
                self.sums[r] -= self.rows[r][0][self.order[p]] * value


def tables(data: dict, cap: int = CAP, budget: int = 400_000) -> Iterator[dict[str, int]]:
    """Yield every compatible table, as {unknown cell: value}.

    Raises:
        TooMany: more than `budget` partial tables were looked at.
    """
    walk = Walk(data, cap, budget)
    if walk.possible():
        for values in walk.go():
            yield dict(zip(walk.order, values, strict=True))


def intervals(data: dict, cap: int = CAP, budget: int = 400_000) -> dict[str, tuple[int, int]]:
    """Return the least and greatest value of each unknown; empty when nothing is compatible."""
    found: dict[str, tuple[int, int]] = {}
    for table in tables(data, cap, budget):
        for name, value in table.items():
            low, high = found.get(name, (value, value))
            found[name] = (min(low, value), max(high, value))
    return found


def leaking(data: dict, *, zeros_shown: bool, cap: int = CAP, budget: int = 400_000) -> dict:
    """Return {cell: (low, high, kind)} for the cells that all compatible tables give away."""
    threshold = data["threshold"]
    found = {}
    for name, (low, high) in intervals(data, cap, budget).items():
        values = range(low, high + 1)
        if high >= threshold or (zeros_shown and set(values) == {0}):
            continue
        kind = "EXACT" if low == high else "INSIDE" if low >= 1 else "BELOW"
        found[name] = (low, high, kind)
    return found
