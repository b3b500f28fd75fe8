"""How low and how high a hidden sum may be, over every whole-number table that agrees.

A table that agrees is worth many questions: it is kept, and each sum remembers the least and the
greatest value that a table gave it.  One programme lifts (or lowers) many sums at once, the kinds
of one variable at first, the others staying as they are, then all of them; what is still open is
asked alone, in whole numbers when the linear answer is not one.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.witness.facts import Facts
from ctg_data.disclosure.witness.narrowing import Block, Contradicted, reach
from ctg_data.disclosure.witness.programmes import NEARLY, Line, checked, near, run, solved

ROUNDS = 1  # of all kinds at once, upwards then downwards
LOCAL_ROUNDS = 1  # of the kinds of one variable
STARTS = 3  # vertices tried before a search in whole numbers
ALONE_SECONDS, TOGETHER_SECONDS = 20.0, 4.0


@dataclass
class Seen:
    """What is known of the q sums of a block.

    Attributes:
        low, high: values met in tables that agree (+inf, -inf before any).
        floor, ceiling: values that no table goes beyond.
    """

    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray
    ceiling: np.ndarray

    def take(self, values: np.ndarray) -> None:
        """Learn from a table."""
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)


@dataclass(frozen=True)
class Part:
    """Some atoms of a block, the rows and sums that they enter, and what the others bring."""

    atoms: np.ndarray
    rows: np.ndarray
    matrix: sp.csr_matrix
    sums: sp.csr_matrix


class Attack:
    """Bounds the sums of one block.

    ``families`` names the variable of each atom.
    """

    def __init__(self, block: Block, families: np.ndarray, deadline: float) -> None:
        self.block, self.deadline = block, deadline
        size = len(block.rank)
        ends = [end + block.settled for end in reach(block.facts, block.asked)]
        self.seen = Seen(np.full(size, np.inf), np.full(size, -np.inf), *ends)
        self._line = Line(block.facts)
        self._table = np.zeros(0)
        self._parts = [self._part(chosen) for chosen in _neighbourhoods(block.facts, families)]

    def answer(self, goal: np.ndarray, width: np.ndarray, curious: np.ndarray) -> Seen:
        """Look for a table with each sum at its goal, and for two that far apart.

        Args:
            goal: (q,) value that some table should reach; -inf for none.
            width: (q,) distance wanted between two tables; inf asks for the exact bounds.
            curious: (q,) bool, whether to look also for two values of the sum, if that is easy.

        Raises:
            Contradicted: no table agrees.
        """
        wide = np.maximum(width, curious)
        if self._first():
            for part in self._parts:
                self._rounds(goal, wide, part, LOCAL_ROUNDS)
            every = self._part(np.ones(len(self._table), dtype=bool))
            self._rounds(goal, wide, every, ROUNDS)
        for number in range(len(goal)):
            for part in self._parts if len(self._table) else ():
                if self._is_open(number, goal[number], wide[number]):
                    self._rounds(goal, wide, part, 1, [number])
            if self._is_open(number, goal[number], wide[number]):
                self._alone(number, goal[number], width[number], wide[number])
            if self._is_open(number, goal[number], width[number]):  # given away: between what?
                self._alone(number, math.inf, math.inf, math.inf)
        return self.seen

    def _is_open(self, number: int, goal: float, wide: float) -> bool:
        low, high = self.seen.low[number], self.seen.high[number]
        return bool(high < goal or not high - low >= wide)

    def _first(self) -> bool:
        """Any table at all: a corner of what is possible, else a search in whole numbers."""
        size = self.block.asked.shape[1]
        draw, every = np.random.default_rng(size), np.arange(size)
        for _ in range(STARTS):
            table, _ = self._line.best(every, draw.integers(-3, 4, size).astype(float))
            if table is not None and self._take(table):
                return True
        return self._take(run(self.block.facts, np.zeros(size), size, self._left(60.0))[0])

    def _take(self, table: np.ndarray | None) -> bool:
        """Learn from a table, if it agrees."""
        whole = checked(self.block.facts, table)
        if whole is None:
            return False
        self._table = whole
        self.seen.take(self.block.asked @ whole + self.block.settled)
        return True

    def _part(self, chosen: np.ndarray) -> Part:
        atoms = np.flatnonzero(chosen)
        matrix = self.block.facts.matrix[:, atoms].tocsr()
        rows = np.flatnonzero(np.diff(matrix.indptr))
        return Part(atoms, rows, matrix[rows], self.block.asked[:, atoms].tocsr())

    def _rounds(
        self,
        goal: np.ndarray,
        wide: np.ndarray,
        part: Part,
        most: int,
        only: Sequence[int] | None = None,
    ) -> None:
        """Push the sums that a part bears on, or some of them, up then down."""
        concerned = np.diff(part.sums.indptr) > 0
        if only is not None:
            concerned &= np.isin(np.arange(len(goal)), only)
        for _ in range(most):
            moved = [self._together(goal, wide, part, concerned, way) for way in (1, -1)]
            if not any(moved):
                break

    def _aims(self, goal: np.ndarray, wide: np.ndarray, way: int) -> np.ndarray:
        """(q,) how far each sum is wanted this way, NaN where enough was seen."""
        seen = self.seen
        far = np.where(np.isinf(wide), 1.0, wide)
        short = ~(seen.high - seen.low >= far)
        if way > 0:
            aim = np.maximum(goal, seen.low + far)
            wanted = ((seen.high < goal) | short) & (seen.high < seen.ceiling)
            return np.where(wanted, np.minimum(aim, seen.ceiling), np.nan)
        wanted = short & (seen.low > seen.floor)
        return np.where(wanted, np.maximum(seen.high - far, seen.floor), np.nan)

    def _together(
        self, goal: np.ndarray, wide: np.ndarray, part: Part, concerned: np.ndarray, way: int
    ) -> bool:
        """Push every open sum as far as it is wanted, in one programme; whether any moved."""
        aims = self._aims(goal, wide, way)
        chosen = np.flatnonzero(~np.isnan(aims) & concerned)
        if not len(chosen):
            return False
        before = (self.seen.low.copy(), self.seen.high.copy())
        table = self._push(part, chosen, aims[chosen], way)
        if table is None or not self._take(table):
            return False
        return bool((before[0] > self.seen.low).any() or (before[1] < self.seen.high).any())

    def _push(
        self, part: Part, chosen: np.ndarray, aims: np.ndarray, way: int
    ) -> np.ndarray | None:
        """Reward each sum up to its aim only: way × y ≤ way × sum, way × y ≤ way × aim."""
        facts, own = self.block.facts, self._table[part.atoms]
        sums = part.sums[chosen]
        others = self.block.asked[chosen] @ self._table - sums @ own + self.block.settled[chosen]
        brought = (facts.matrix @ self._table)[part.rows] - part.matrix @ own
        inner = Facts(
            part.matrix,
            facts.low[part.rows] - brought,
            facts.high[part.rows] - brought,
            facts.least[part.atoms],
            facts.most[part.atoms],
            facts.figure[part.rows],
        )
        table = _rewarded(inner, sums, aims - others, way, self._left(TOGETHER_SECONDS))
        if table is None:
            return None
        whole = self._table.copy()
        whole[part.atoms] = table
        return whole

    def _alone(self, number: int, goal: float, width: float, wide: float) -> None:
        """Settle one sum: as high as it goes, then as low, while it is open."""
        seen = self.seen
        if seen.high[number] < goal or not seen.high[number] - seen.low[number] >= wide:
            self._extreme(number, 1, lambda: self._settled(number, goal, width))
        if not seen.high[number] - seen.low[number] >= wide:
            self._extreme(number, -1, lambda: self._settled(number, goal, width))

    def _settled(self, number: int, goal: float, width: float) -> bool:
        """Whether tables answer for a sum, or none can."""
        seen = self.seen
        low, high, floor, ceiling = (
            part[number] for part in (seen.low, seen.high, seen.floor, seen.ceiling)
        )
        if math.isinf(width):
            return bool(low == floor and high == ceiling)
        reached = high >= goal or ceiling < goal
        return bool(reached and (high - low >= width or ceiling - floor < width))

    def _extreme(self, number: int, way: int, settled: Callable[[], bool]) -> None:
        asked = self.block.asked
        span = slice(asked.indptr[number], asked.indptr[number + 1])
        table, limit = self._line.best(asked.indices[span], -way * asked.data[span])
        self._learn(number, way, table, limit)
        if self._at_end(number, way) or settled():
            return
        cost = -way * asked[[number]].toarray().ravel()
        if table is not None:
            self._take(near(self.block.facts, cost, table, self._left(TOGETHER_SECONDS)))
        if self._at_end(number, way) or settled():
            return
        found = run(self.block.facts, cost, len(cost), self._left(ALONE_SECONDS))
        self._learn(number, way, *found)

    def _at_end(self, number: int, way: int) -> bool:
        seen = self.seen
        if way > 0:
            return bool(seen.high[number] == seen.ceiling[number])
        return bool(seen.low[number] == seen.floor[number])

    def _learn(self, number: int, way: int, table: np.ndarray | None, limit: float) -> None:
        """Learn from the table with the least or the greatest value of a sum."""
        self._take(table)
        if math.isfinite(limit):
            seen = self.seen
            bound = way * math.floor(-limit + NEARLY) + self.block.settled[number]
            if way > 0:
                seen.ceiling[number] = min(seen.ceiling[number], bound)
            else:
                seen.floor[number] = max(seen.floor[number], bound)

    def _left(self, seconds: float) -> float:
        return max(0.01, min(seconds, self.deadline - time.monotonic()))


def _neighbourhoods(facts: Facts, families: np.ndarray) -> Iterator[np.ndarray]:
    """(n,) masks: the atoms of each variable, then with those that share a row with it, if few."""
    names = list(dict.fromkeys(families.tolist()))
    rows = np.array(
        [np.diff(facts.matrix[:, families == name].tocsr().indptr) > 0 for name in names]
    )
    yield from (families == name for name in names)
    for own in rows:
        near = [name for name, others in zip(names, rows, strict=True) if (own & others).any()]
        chosen = np.isin(families, near)
        if 1 < len(near) < len(names) and chosen.sum() <= len(families) // 2:
            yield chosen


def _rewarded(
    facts: Facts, sums: sp.csr_matrix, aims: np.ndarray, way: int, seconds: float
) -> np.ndarray | None:
    """The table that brings the sums closest to their aims, one way."""
    count, size = len(aims), facts.matrix.shape[1]
    matrix = sp.bmat([[facts.matrix, None], [way * sums, -way * sp.eye(count)]], format="csr")
    ends = reach(facts, sums)
    wide = Facts(
        matrix,
        np.concatenate([facts.low, np.zeros(count)]),
        np.concatenate([facts.high, np.full(count, np.inf)]),
        np.concatenate([facts.least, np.minimum(ends[0], aims) if way > 0 else aims]),
        np.concatenate([facts.most, aims if way > 0 else np.maximum(ends[1], aims)]),
        facts.figure,
    )
    cost = np.concatenate([np.zeros(size), np.full(count, -float(way))])
    try:
        return solved(wide, cost, size, seconds)
    except Contradicted:  # a table agrees: it is the solver that is wrong
        return None
