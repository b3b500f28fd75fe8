"""How far the protection of a table searches: sizes, rounds and steps, never seconds.

Everything here is a choice between time and the number of masks, the same on every machine; none
of it decides what is safe, which the certificates alone do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EVER = 10**9
"""More goals than any table has."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Effort of a protection; steps are simplex iterations, « up to » a number of goals.

    Attributes:
        whole: cells of a group of tied cells up to which it is one neighbourhood.
        soft: cells of a neighbourhood after which only well-connected relations are added.
        hard: cells of a neighbourhood never exceeded by much.
        close: share of its cells that a relation must have in a neighbourhood already filled.
        close_large: the same in a table beyond ``large_table`` cells: fewer goals are then left
            between neighbourhoods.
        large_table: see ``close_large``.
        parallel: goals from which a second process is worth its start.
        mip_gap: how much dearer than the cheapest a whole move may be: proving the last tenth is
            what lasts.
        mip_nodes: nodes after which a whole-number move is given up (then the patch grows).
        multiples: multiples of a fractional move that are tried to make it whole.
        sweeps: rounds of local search, up to so many goals in the table.
        perturbation: costs are multiplied by a draw in 1 ± this at each round of local search.
        trial_steps: steps of local search for one goal.
        most_served: goals served by a cell beyond which showing it again is not tried.
        exact_cells: cells of a table up to which the fewest masks are searched.
        exact_rounds: choices of the master of such a search, relaxed and then whole.
        exact_nodes: nodes of one choice of the master.
        exact_steps: steps of the master for each group of a small table.
        remembered_moves: moves of such a search that are remembered.
        large_group: cells beyond which a neighbourhood is improved part by part.
        part: cells of such a part.
        part_rounds: rounds by parts for one of local search.
        inside: cutting in parts that hold less than one certificate in so many is not worth it.
        small_part: cells of a part where the fewest masks are searched.
        part_steps: steps of the master of such a part.
        tied: cells of a group above which no search looked at it whole: its borders are worth it.
        polish: rounds of searches across borders, up to so many goals in the table.
        wider: cells of the successive neighbourhoods of a goal out of reach in its own.
        widest: cells of a group beyond which it is not tried whole: what the widest neighbourhood
            cannot do, we refuse.
        beside: cells taken beside a climbing one in each sum: those hidden already, the largest.
        farthest: how far the interval of a cell already given away by public data is followed.
        kept_cells: cells of a table beyond which protecting it again for one more visible cell
            costs too much.
        kept_lost: cells given up beyond which they are not asked one by one.
        turns: attacks of a protection after which what is still named is left unproved.
    """

    whole: int = 2500
    soft: int = 300
    hard: int = 3000
    close: float = 0.3
    close_large: float = 0.18
    large_table: int = 200_000
    parallel: int = 40
    mip_gap: float = 0.1
    mip_nodes: int = 2000
    multiples: int = 12
    sweeps: tuple[tuple[int, int], ...] = ((200, 8), (1_000, 3), (60_000, 2), (EVER, 1))
    perturbation: float = 0.5
    trial_steps: int = 200
    most_served: int = 12
    exact_cells: int = 260
    exact_rounds: int = 80
    exact_nodes: int = 1000
    exact_steps: int = 8_000
    remembered_moves: int = 300
    large_group: int = 600
    part: int = 300
    part_rounds: int = 2
    inside: int = 2
    small_part: int = 120
    part_steps: int = 300
    tied: int = 2500
    polish: tuple[tuple[int, int], ...] = ((6_000, 1), (EVER, 0))
    wider: tuple[int, ...] = (1_500, 6_000, 20_000)
    widest: int = 60_000
    beside: int = 6
    farthest: int = 10_000
    kept_cells: int = 1500
    kept_lost: int = 12
    turns: int = 4


USUAL = Effort()
"""What a protection does unless told otherwise."""


def rounds_for(goals: int, rounds: Sequence[tuple[int, int]]) -> int:
    """Return the rounds allowed to a table of so many goals.

    >>> rounds_for(300, ((200, 8), (1_000, 3)))
    3
    """
    return next(count for most, count in rounds if goals <= most)
