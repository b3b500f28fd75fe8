"""Kinds of people: what every published figure counts, told in kinds that no figure divides.

Drawn from the dictionary alone, anew: the foyers by composition and number of children, their
children by the ages that any figure tells apart, the subsets of both.  A figure is a sum of kinds;
what the kinds owe to each other (a subset to its host, children to families) is a rule.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from ctg_data.disclosure.witness.kinds import (
    CHILDREN,
    FOYERS,
    PERSONS,
    TOTAL,
    Ages,
    Count,
    Foyers,
    Kind,
    People,
    Rule,
    Terms,
    plus,
)
from ctg_data.disclosure.witness.owed import owe
from ctg_data.observations import Variable


def people_of(declared: Mapping[str, Variable], seen: Collection[Count]) -> People:
    """Tell what each figure counts.

    Args:
        declared: the dictionary.
        seen: the figures that there are; variables without any tell nothing apart.
    """
    there = {name: [c for n, c in seen if n == name and c != TOTAL] for name, _ in seen}
    # parts that the dictionary leaves open are those of the file
    whole = {
        name: one
        if one.categories
        else replace(one, categories=dict.fromkeys(there.get(name, ()), ""))
        for name, one in declared.items()
    }
    teller = _Teller(whole, set(there))
    people = teller.told()
    owe(people, teller.order, teller.foyers, teller.above)
    return people


class _Teller:
    """Goes through the dictionary once: foyers, then their children, then persons."""

    def __init__(self, declared: Mapping[str, Variable], seen: set[str]) -> None:
        self.declared = declared
        self.people = People()
        counted = [one for one in declared.values() if one.nature in (FOYERS, CHILDREN, PERSONS)]
        self.used = {name for one in counted if one.id in seen for name in self.above(one)}
        if any(declared[name].nature != FOYERS for name in self.used):
            self.used |= {  # those whose kinds the persons seen are made of, and what holds them
                name
                for one in counted
                if one.nature == CHILDREN and one.membres_de in self.used
                for name in self.above(one)
            }
        self.used |= {
            name
            for one in counted
            if one.partition and one.total_de in self.used
            for name in self.above(one)
        }
        self.order = [one for one in counted if one.id in self.used]
        self.foyers: dict[Kind, Foyers] = {}  # the kinds that make up all the foyers
        self.steps = self._steps()

    def above(self, one: Variable) -> Iterator[str]:
        """A variable and all that hold it."""
        yield one.id
        for target in (*one.inclus_dans, one.total_de, one.membres_de):
            if target and (name := target.partition("/")[0]) in self.declared:
                yield from self.above(self.declared[name])

    def told(self) -> People:
        """Everything, in an order in which hosts come before what they hold."""
        for one in sorted(self.order, key=lambda one: len(set(self.above(one)))):
            if one.nature == FOYERS:
                self._tell_foyers(one)
        for one in sorted(self.order, key=lambda one: len(set(self.above(one)))):
            if one.nature == CHILDREN:
                self._tell_children(one)
        for one in self.order:
            if one.nature == PERSONS:
                self._tell_persons(one)
        for one in self.order:
            self._merge_parts(one)
        return self.people

    # foyers

    def _steps(self) -> list[int]:
        """Numbers of children that any figure tells apart."""
        told = [c.children for one in self.order for c in one.compte.values() if c.children]
        return sorted({0, *(one[0] for one in told)})

    def _tell_foyers(self, one: Variable) -> None:
        if not one.inclus_dans and not one.total_de:
            self._tell_root(one)
        elif one.total_de and one.id == self._base(one.total_de):
            return  # told with its root, whose kinds are its parts
        elif not one.total_de:
            self._tell_own(one)
        else:
            for part in one.categories:
                self.people.counts[one.id, part] = {f"{one.id}/{part}": 1}
            parts = plus(*(self.people.counts[one.id, part] for part in one.categories))
            whole = self.people.counts[one.total_de, TOTAL]
            self.people.counts[one.id, TOTAL] = whole
            self._hold(f"parts de {one.id}", whole, parts, one)

    def _base(self, root: str) -> str:
        """The partition whose parts make the kinds of a variable."""
        own = [one.id for one in self.order if one.total_de == root and one.partition]
        return next((name for name in own if self.declared[name].compte), own[0] if own else "")

    def _tell_root(self, root: Variable) -> None:
        base = self._base(root.id)
        parts = list(self.declared[base].categories) if base else list(root.categories)
        owner = self.declared[base] if base else root
        exact = bool(base) or root.partition
        for part in parts if exact else [TOTAL]:
            told = owner.compte.get(part)
            least, most = (told.children if told and told.children else None) or (0, None)
            reached = [
                step for step in self.steps if step >= least and (most is None or step <= most)
            ]
            kinds = {f"{owner.id}/{part}×{step}": step for step in reached or [least]}
            adults = told.adults if told else None
            self.foyers |= {k: Foyers(root.id, adults, step) for k, step in kinds.items()}
            self.people.counts[owner.id, part] = dict.fromkeys(kinds, 1)
        own = {kind: 1 for kind, foyers in self.foyers.items() if foyers.root == root.id}
        self.people.counts[root.id, TOTAL] = own
        if base:
            self.people.counts[base, TOTAL] = own
        if not exact and root.categories:
            self._tell_own(root)

    def _tell_own(self, one: Variable) -> None:
        """Kinds of its own: its parts when they add up to it, else itself and its parts."""
        counts = self.people.counts
        for part in one.categories:
            counts[one.id, part] = {f"{one.id}/{part}": 1}
        parts = plus(*(counts[one.id, part] for part in one.categories))
        if one.partition and one.categories:
            counts[one.id, TOTAL] = parts
        else:
            counts.setdefault((one.id, TOTAL), {f"{one.id}/{TOTAL}": 1})
            if one.categories:
                self._hold(f"parts de {one.id}", counts[one.id, TOTAL], parts, one)

    def _hold(self, name: str, whole: Terms, parts: Terms, one: Variable) -> None:
        """A whole holds its parts: all of them, or each."""
        if one.partition:
            self.people.rules.append(Rule(name, plus(whole, minus=parts), equal=True))
        elif one.disjointes:
            self.people.rules.append(Rule(name, plus(whole, minus=parts)))
        else:
            for kind in parts:
                self.people.rules.append(Rule(f"{name} {kind}", plus(whole, minus={kind: 1})))

    # children

    def _tell_children(self, one: Variable) -> None:
        counts = self.people.counts
        for part in (*one.categories, TOTAL):
            told = one.compte.get(part)
            if told and told.ages:
                kinds = [f"{one.id}@{first}-{last}" for first, last in self._cut(told.ages)]
                counts[one.id, part] = dict.fromkeys(kinds, 1)
        for part in one.categories:
            counts.setdefault((one.id, part), {f"{one.id}/{part}": 1})
        self._tell_own_total(one)

    def _tell_own_total(self, one: Variable) -> None:
        counts = self.people.counts
        parts = plus(*(counts[one.id, part] for part in one.categories))
        if one.partition and one.categories:
            counts[one.id, TOTAL] = parts
        elif (one.id, TOTAL) not in counts:
            own = (
                plus(parts, {f"{one.id}/reste": 1}) if one.disjointes else {f"{one.id}/{TOTAL}": 1}
            )
            counts[one.id, TOTAL] = own
            if one.categories and not one.disjointes:
                self._hold(f"parts de {one.id}", own, parts, one)

    def _cut(self, ages: Ages) -> list[Ages]:
        """The ages that no figure tells apart, within a range."""
        told = [c.ages for one in self.order for c in one.compte.values() if c.ages]
        bounds = sorted({ages[0], ages[1] + 1, *(a for a, _ in told), *(b + 1 for _, b in told)})
        inside = [edge for edge in bounds if ages[0] <= edge <= ages[1] + 1]
        return [(first, after - 1) for first, after in pairwise(inside)]

    # persons, and what holds what

    def _tell_persons(self, one: Variable) -> None:
        counts, members = self.people.counts, Terms()
        if one.membres_de and (one.membres_de, TOTAL) in counts:
            for kind, foyers in self.foyers.items():
                if foyers.root == one.membres_de:
                    members[kind] = foyers.adults or 1
            own = [
                c.id for c in self.order if c.nature == CHILDREN and c.membres_de == one.membres_de
            ]
            members = plus(members, *(counts[name, TOTAL] for name in own))
        others = f"{one.id}/autres"
        counts[one.id, TOTAL] = {**members, others: 1}
        if members:
            self.people.beyond[others] = self._as_figures(one)
        for part in one.categories:
            counts[one.id, part] = {f"{one.id}/{part}": 1}
        if one.categories:
            parts = plus(*(counts[one.id, part] for part in one.categories))
            self._hold(f"parts de {one.id}", counts[one.id, TOTAL], parts, one)

    def _as_figures(self, one: Variable) -> dict[Count, int]:
        """Persons, less foyers, partners and children: what is left is nobody, or others."""
        base = self.declared[self._base(one.membres_de) or one.membres_de]
        couples = [part for part, told in base.compte.items() if told.adults == 2]
        own = [c.id for c in self.order if c.nature == CHILDREN and c.membres_de == one.membres_de]
        return {
            (one.id, TOTAL): 1,
            (one.membres_de, TOTAL): -1,
            **{(base.id, part): -1 for part in couples},
            **{(name, TOTAL): -1 for name in own},
        }

    def _merge_parts(self, one: Variable) -> None:
        counts = self.people.counts
        for name, merged in one.regroupements.items():
            counts[one.id, name] = plus(*(counts[one.id, part] for part in merged["parts"]))
