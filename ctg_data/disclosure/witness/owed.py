"""What kinds of people owe to each other: a subset to its host, children to families, by age."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ctg_data.disclosure.witness.kinds import (
    CHILDREN,
    FOYERS,
    TOTAL,
    Ages,
    Count,
    Foyers,
    Kind,
    People,
    Rule,
    Terms,
    ages_in,
    meet,
    plus,
    times,
)
from ctg_data.observations import Variable

Above = Callable[[Variable], Iterable[str]]


def owe(
    people: People, order: Sequence[Variable], foyers: Mapping[Kind, Foyers], above: Above
) -> None:
    """Write every rule in ``people``.

    Args:
        people: what figures count.
        order: the variables in use.
        foyers: what each kind of foyers is.
        above: a variable and all that hold it.
    """
    owing = _Owing(people, order, foyers, above)
    for one in order:
        owing.include(one)
        owing.keep_apart(one)
    owing.children_of_foyers()
    people.rules = _telling(people.rules)


class _Owing:
    """Goes through the variables in use, once every figure is told in kinds."""

    def __init__(
        self, people: People, order: Sequence[Variable], foyers: Mapping[Kind, Foyers], above: Above
    ) -> None:
        self.people, self.order, self.foyers, self.above = people, order, foyers, above
        self.declared = {one.id: one for one in order}

    def include(self, one: Variable) -> None:
        """A subset owes to its host, in total, by part of the same name, and by age."""
        counts = self.people.counts
        for target in one.inclus_dans:
            host, _, part = target.partition("/")
            pairs = [(TOTAL, part or TOTAL)]
            if not part:
                pairs += [(own, own) for own in one.categories if (host, own) in counts]
            for own, other in pairs:
                inner, outer = counts[one.id, own], counts[host, other]
                rest = plus(outer, minus=inner)
                self.people.rests[(one.id, own), (host, other)] = rest
                self.people.rules.append(Rule(f"{one.id}/{own} dans {host}/{other}", rest))
            if one.nature == CHILDREN and self.declared[host].nature == CHILDREN:
                self._include_ages(one, host)
        if one.nature == FOYERS and (one.inclus_dans or one.total_de):
            self._include_foyers(one)

    def _include_ages(self, one: Variable, host: str) -> None:
        for kind in plus(*(counts for (name, _), counts in self._own(one.id))):
            if (ages := ages_in(kind)) is not None:
                outer = self._of_ages(host, ages)
                self.people.rules.append(Rule(f"{kind} dans {host}", plus(outer, minus={kind: 1})))

    def _include_foyers(self, one: Variable) -> None:
        """Only foyers of a possible composition, with enough children, are counted."""
        for (_, category), inner in self._own(one.id):
            possible = self._possible(one, category)
            if one.inclus_dans and "/" in (target := one.inclus_dans[0]):
                held = self.people.counts[tuple(target.split("/", 1))]  # type: ignore[index]
                possible = {kind: 1 for kind in possible if kind in held} or possible
            if 0 < len(possible) < len(self.foyers) and not set(inner) <= set(self.foyers):
                rule = Rule(f"{one.id}/{category} possibles", plus(possible, minus=inner))
                self.people.rules.append(rule)

    def _own(self, name: str) -> list[tuple[Count, Terms]]:
        return [(count, terms) for count, terms in self.people.counts.items() if count[0] == name]

    def keep_apart(self, one: Variable) -> None:
        """Two figures that share nobody are together in what holds both."""
        counts = self.people.counts
        for name in one.distinct_de:
            if name in self.declared:
                above = [set(self.above(self.declared[side])) for side in (one.id, name)]
                both = plus(counts[one.id, TOTAL], counts[name, TOTAL])
                for host in sorted((above[0] & above[1]) - {one.id, name}):
                    rest = plus(counts[host, TOTAL], minus=both)
                    self.people.rules.append(Rule(f"{one.id} et {name} dans {host}", rest))

    def children_of_foyers(self) -> None:
        """Families hold as many children as they are said to have, of the ages that are said."""
        for one in self.order:
            if one.nature == CHILDREN and (root := one.membres_de) in self.declared:
                least = {
                    k: own.children
                    for k, own in self.foyers.items()
                    if own.root == root and own.children
                }
                whole = self.people.counts[one.id, TOTAL]
                self.people.rules.append(Rule(f"{one.id} des foyers", plus(whole, minus=least)))
                for owner in self.order:
                    if owner.nature == FOYERS and root in set(self.above(owner)):
                        self._children_of(owner, one.id)

    def _children_of(self, owner: Variable, children: str) -> None:
        """Each foyer counted has its children, of the ages that the dictionary gives."""
        for part, told in owner.compte.items():
            if told.children and told.children[0] and told.ages:
                own = times(told.children[0], self.people.counts[owner.id, part])
                ages = self._of_ages(children, told.ages)
                rule = Rule(f"{children} de {owner.id}/{part}", plus(ages, minus=own))
                self.people.rules.append(rule)

    def _possible(self, one: Variable, category: str) -> Terms:
        """The base kinds of foyers that a figure may count."""
        told = one.compte.get(category) or one.compte.get(TOTAL)
        adults = told.adults if told else None
        least, most = (told.children if told and told.children else None) or (0, None)
        found: Terms = {}
        for kind, foyers in self.foyers.items():
            same = not (adults and foyers.adults) or adults == foyers.adults
            enough = least <= foyers.children and (most is None or foyers.children <= most)
            if foyers.root in set(self.above(one)) and same and enough:
                found[kind] = 1
        return found

    def _of_ages(self, one: str, ages: Ages | None) -> Terms:
        """The children of a variable in a range of ages, all of them where it is not told."""
        whole = self.people.counts[one, TOTAL]
        if ages is None:
            return whole
        return {k: 1 for k in whole if (own := ages_in(k)) is None or meet(own, ages)}


def _telling(rules: Iterable[Rule]) -> list[Rule]:
    """Each rule once, those that counts of people obey by themselves left out."""
    found: dict[tuple[tuple[Kind, int], ...], Rule] = {}
    for rule in rules:
        if rule.equal or min(rule.terms.values(), default=0) < 0:
            found.setdefault(tuple(sorted(rule.terms.items())), rule)
    return list(found.values())
