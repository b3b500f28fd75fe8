"""How many places there are at least, when lists may speak of the same ones.

Two lines that may be one place count once: the most of them that can be paired are.  What is left
is a number of places that there surely are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def least(groups: Sequence[Sequence[T]], may_be_one: Callable[[T, T], bool]) -> int:
    """The least number of places that lists of them can come from.

    Args:
        groups: one list after the other; within a list, two lines are two places.
        may_be_one: whether lines of two lists may be the same place.

    >>> least([["a", "b"], ["?", "c"], ["c"]], lambda x, y: x == y or "?" in (x, y))
    3
    >>> least([["a", "b", "c"], ["?", "?"]], lambda x, y: True), least([], lambda x, y: True)
    (3, 0)
    """
    found: list[T] = []
    for group in groups:
        edges = {
            i: [j for j, one in enumerate(found) if may_be_one(one, line)]
            for i, line in enumerate(group)
        }
        paired = _pairs(edges)
        found += [line for i, line in enumerate(group) if i not in paired]
    return len(found)


def _pairs(edges: Mapping[int, Sequence[int]]) -> set[int]:
    """The left sides of a largest pairing, by augmenting paths."""
    held: dict[int, int] = {}  # right → left

    def place(left: int, seen: set[int]) -> bool:
        for right in edges[left]:
            if right in seen:
                continue
            seen.add(right)
            if right not in held or place(held[right], seen):
                held[right] = left
                return True
        return False

    for left in edges:
        place(left, set())
    return set(held.values())
