"""What a reader holds of one year, in atoms: so many people of one kind on one piece of ground.

Every figure is the sum of some atoms.  A figure shown says what the sum is; one that its producer
rounds, between what bounds it lies; a hidden one says nothing.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.witness.ground import Ground, Piece, Zone
from ctg_data.disclosure.witness.kinds import Count, Kind, People

MANY = 1_000_000.0  # more people than a kind counts on one piece of ground
FIGURE, RULE = True, False


@dataclass(frozen=True)
class Figure:
    """One figure as its reader holds it; ``low`` to ``high``, both NaN when it is hidden.

    ``ours`` tells what the release shows or hides from what others published.
    """

    count: Count
    zone: Zone
    low: float
    high: float
    ours: bool = True
    rounded: bool = False

    @property
    def hidden(self) -> bool:
        """Whether the reader is told nothing of it."""
        return math.isnan(self.low)


@dataclass(frozen=True)
class Facts:
    """n atoms and m rows low ≤ A·x ≤ high between them.

    Attributes:
        matrix: (m, n) coefficients.
        low, high: (m,) bounds of the rows.
        least, most: (n,) bounds of the atoms.
        figure: (m,) index of the figure that a row tells, -1 for what kinds owe to each other.
    """

    matrix: sp.csr_matrix
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray
    figure: np.ndarray

    def within(self, least: np.ndarray, most: np.ndarray) -> "Facts":
        """The same rows, the atoms between other bounds."""
        return replace(self, least=least, most=most)

    def only(self, rows: np.ndarray) -> "Facts":
        """Some of the rows."""
        parts = (self.matrix[rows], self.low[rows], self.high[rows])
        return Facts(*parts, self.least, self.most, self.figure[rows])


class Atoms:
    """The atoms of one year, numbered: a kind after the other, a piece after the other."""

    def __init__(self, people: People, ground: Ground) -> None:
        self.people, self.ground = people, ground
        self.pieces = ground.pieces
        kinds = dict.fromkeys(kind for terms in people.counts.values() for kind in terms)
        kinds |= dict.fromkeys(kind for rule in people.rules for kind in rule.terms)
        self.kinds: dict[Kind, int] = {kind: rank for rank, kind in enumerate(kinds)}
        names = [kind.partition("/")[0].partition("@")[0] for kind in self.kinds]
        order = {name: rank for rank, name in enumerate(dict.fromkeys(names))}
        # of each atom, which variable its kind belongs to
        self.families = np.repeat([order[name] for name in names], len(self.pieces))
        self._where: dict[tuple[Zone, int], list[int]] = {}

    def __len__(self) -> int:
        return len(self.kinds) * len(self.pieces)

    def where(self, zone: Zone, plan: int | None = None) -> list[int]:
        """The pieces of a zone, in one plan: the first that has it, unless told."""
        if plan is None:
            plan = next((rank for rank, piece in self.pieces if zone in piece), 0)
        if (zone, plan) not in self._where:
            own = [
                k for k, (rank, piece) in enumerate(self.pieces) if rank == plan and zone in piece
            ]
            self._where[zone, plan] = own
        return self._where[zone, plan]

    def sum(self, terms: Mapping[Kind, int], pieces: Iterable[int]) -> dict[int, int]:
        """Kinds on some pieces, as atoms."""
        size = len(self.pieces)
        return {self.kinds[k] * size + piece: coef for piece in pieces for k, coef in terms.items()}

    def of(self, count: Count, zone: Zone) -> dict[int, int]:
        """A figure, as atoms; none when nothing is known of the zone or of what is counted."""
        terms = self.people.counts.get(count)
        return self.sum(terms, self.where(zone)) if terms else {}

    def matrix(self, sums: Sequence[Mapping[int, int]]) -> sp.csr_matrix:
        """Sums of atoms, one a row."""
        ends = np.cumsum([0, *map(len, sums)])
        columns = np.fromiter((atom for one in sums for atom in one), np.int64, ends[-1])
        data = np.fromiter((coef for one in sums for coef in one.values()), float, ends[-1])
        return sp.csr_matrix((data, columns, ends), shape=(len(sums), len(self)))


Waived = Mapping[str, Collection[Piece]]  # pieces where a rule, by its name, is not supposed


def facts_of(
    atoms: Atoms,
    figures: Sequence[Figure],
    nobody: Iterable[Kind] = (),
    waived: Waived | None = None,
) -> Facts:
    """Write down everything told.

    Args:
        atoms: those of the year.
        figures: shown, rounded and hidden ones.
        nobody: kinds of which the file shows that there are none.
        waived: where figures deny what kinds owe to each other.
    """
    sums: list[dict[int, int]] = []
    bounds: list[tuple[float, float]] = []
    origin: list[int] = []
    for rank, one in enumerate(figures):
        if not one.hidden and (sum_of := atoms.of(one.count, one.zone)):
            sums.append(sum_of)
            bounds.append((one.low, one.high))
            origin.append(rank)
    for sum_of, most_of in _owed(atoms, waived or {}):
        sums.append(sum_of)
        bounds.append((0.0, most_of))
        origin.append(-1)
    low, high = np.array(bounds, dtype=float).reshape(-1, 2).T
    most = np.full(len(atoms), MANY)
    for kind in nobody:
        most[list(atoms.sum({kind: 1}, range(len(atoms.pieces))))] = 0.0
    least = np.zeros(len(atoms))
    return Facts(atoms.matrix(sums), low, high, least, most, np.array(origin, dtype=np.int64))


def _owed(atoms: Atoms, waived: Waived) -> Iterator[tuple[dict[int, int], float]]:
    """What kinds owe to each other on each piece, and the plans of one commune to each other."""
    for rule in atoms.people.rules:
        denying = waived.get(rule.name, ())
        for number, (_, piece) in enumerate(atoms.pieces):
            if piece not in denying:
                yield atoms.sum(rule.terms, [number]), 0.0 if rule.equal else math.inf
    commune = atoms.ground.commune
    first = atoms.where(commune, 0)
    for plan in range(1, len(atoms.ground.plans)):
        for kind in atoms.kinds:
            ours, theirs = ({kind: sign} for sign in (1, -1))
            yield atoms.sum(ours, first) | atoms.sum(theirs, atoms.where(commune, plan)), 0.0


def none_beyond(
    people: People, shown: Mapping[tuple[Count, Zone, int], float], year: int
) -> list[Kind]:
    """Kinds that nothing shown denies to count nobody: persons are foyers, partners and children.

    The file of the year says it, else those of other years; a reader whom nothing contradicts
    supposes so.

    Args:
        people: what figures count.
        shown: exact figures, all years together.
        year: the one looked at.
    """
    places = dict.fromkeys((zone, when) for _, zone, when in shown)
    found = []
    for kind, figures in people.beyond.items():
        told: dict[bool, list[float]] = {True: [], False: []}
        for zone, when in places:
            if all((count, zone, when) in shown for count in figures):
                left = sum(coef * shown[count, zone, when] for count, coef in figures.items())
                told[when == year].append(left)
        if not any(told[True] or told[False]):
            found.append(kind)
    return found
