"""Sums between zones, by their ground: one inside another, one that is several others."""

from collections.abc import Sequence
from math import isnan

from ctg_data.dictionary import TOTAL
from ctg_data.disclosure.adapter.neighbours import SIZE
from ctg_data.disclosure.adapter.relations import (
    AttackerProblem,
    Key,
    KeyedTable,
    Remainder,
    cell_id,
)
from ctg_data.natures import MEMBERS
from ctg_data.observations import variables
from geo.outlines.places import Nesting, Place, place_of

Subject = tuple[str, int, str]  # variable, year, part


def attacker_problem(table: KeyedTable, nestings: Sequence[Nesting]) -> AttackerProblem:
    """Every sum of zones: for each nesting, one relation a variable, category and year."""
    found = AttackerProblem()
    subjects: dict[Place, dict[Subject, None]] = {}
    for variable, level, code, vintage, period, category in table.value:
        place = place_of(level, code, vintage)
        subjects.setdefault(place, {})[variable, period, category] = None
    for nesting in nestings:
        wholes = (nesting.whole, *nesting.also)
        told = dict.fromkeys(one for place in wholes for one in subjects.get(place, ()))
        for subject in told:
            _Sum(table, nesting, subject).state(found)
    return found


class _Sum:
    """One nesting, for one variable, year and category."""

    def __init__(self, table: KeyedTable, nesting: Nesting, subject: Subject) -> None:
        self.table, self.nesting, self.subject = table, nesting, subject
        self.wholes, self.lost_wholes = self._here((nesting.whole, *nesting.also))
        self.parts, self.lost_parts = self._here(nesting.parts)

    def _here(self, places: Sequence[Place]) -> tuple[list[Key], bool]:
        """The cells that are there, and whether some are not."""
        variable, period, category = self.subject
        wanted: list[Key] = [(variable, *place, period, category) for place in places]
        found = [self.table.at[key] for key in wanted if key in self.table.at]
        return found, len(found) < len(wanted)

    def state(self, found: AttackerProblem) -> None:
        """State the sum, unless zones that nobody gives make it say nothing."""
        if not self.parts or (self.lost_wholes and self.lost_parts):
            return
        if self.table.unknown.issuperset([*self.wholes, *self.parts]):
            return  # nobody gives any of it
        same_ground = self.nesting.exact or self.nesting.also
        if same_ground and not (self.lost_wholes or self.lost_parts):
            self._equal(found)
        elif self.lost_wholes:  # the zones not given lie where the parts do
            self._nested(found, self.parts, self.wholes)
        elif self.nesting.covers:
            if not self.lost_parts:  # all are needed to cover the whole
                self._nested(found, self.parts, self.wholes)
        else:  # zones that nobody gives stay with the remainder
            self._nested(found, self.wholes, self.parts)

    @property
    def _name(self) -> str:
        return f"{self.nesting.name} {cell_id(self.wholes[0])}"

    def _nested(self, found: AttackerProblem, outer: list[Key], inner: list[Key]) -> None:
        """Some zones inside others; what is left is land, or people whom nobody located."""
        terms = {**dict.fromkeys(outer, 1), **dict.fromkeys(inner, -1)}
        left, (_, most) = self.table.sum(terms), self.table.reach(terms)
        name = f"zonage {self._name}"
        if most < 0:
            self._denied(found, name, terms, left)
            return
        known = not isnan(left) and left >= 0
        base = sum(coef * self.table.base[key] for key, coef in terms.items())
        land = self.nesting.zone or self.lost_parts or self.lost_wholes
        rest = Remainder(
            f"reste {self._name}",
            left if known else None,
            None if isnan(base) else base,
            self._land(outer, inner) if land else None,
            people=self._people,
            about=self.subject[0],
        )
        found.tie(name, terms, rest)

    @property
    def _people(self) -> bool:
        return variables()[self.subject[0]].nature in MEMBERS

    def _equal(self, found: AttackerProblem) -> None:
        """The same ground on both sides: they add up to the same, but for people misplaced."""
        terms = {**dict.fromkeys(self.wholes, 1), **dict.fromkeys(self.parts, -1)}
        left, (low, high) = self.table.sum(terms), self.table.reach(terms)
        name = f"zonage {self._name}"
        if low <= 0 <= high:
            found.equal(name, terms)
            found.believed.add(name)
        elif left > 0 or isnan(left):
            # in the whole and in none of its parts: people, whom nobody could locate
            rest = Remainder(
                f"reste {self._name}",
                None if isnan(left) else left,
                people=self._people,
                about=self.subject[0],
            )
            found.tie(name, terms, rest, 1 if low > 0 else -1)
        else:
            self._denied(found, name, terms, left)

    def _denied(
        self, found: AttackerProblem, name: str, terms: dict[Key, int], left: float
    ) -> None:
        """A zone smaller than what lies in it.

        In one file, people are counted twice and any reader sees how many: the sum stands, with
        that difference known.  Between two files nobody can conclude anything.
        """
        if self.table.theirs.isdisjoint(terms) and not isnan(left):
            found.equal(name, terms, left)
        else:
            found.apart.update(terms)

    def _land(self, outer: list[Key], inner: list[Key]) -> float | None:
        """Allocataires living in the remainder, when both sides are known."""
        size = 0.0
        for keys, sign in ((outer, 1), (inner, -1)):
            for key in keys:
                wanted = (SIZE, *place_of(*key[1:4]), key[4], TOTAL)
                if wanted not in self.table.at:
                    return None
                size += sign * self.table.value[self.table.at[wanted]]
        return None if isnan(size) else size
