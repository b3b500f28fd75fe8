"""The dictionary, open at the figures that one zone has: what holds what, and of which kind.

And what can be said of them: a rule, whose remainder counts somebody or nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ctg_data.dictionary import TOTAL, Counted, Variable
from ctg_data.natures import HOUSEHOLDS

Figure = tuple[str, str]  # variable, part or « total »
Terms = dict[Figure, int]


@dataclass(frozen=True)
class Rule:
    """Σ coef·figure = remainder, the remainder counting somebody, or nobody.

    Attributes:
        name: what it says, in French; no two rules about one figure bear one name.
        figure: the one whose table is lost when the rule cannot be protected.
        terms: the figures and their coefficients.
        strict: the remainder is nil by construction (a partition).
        verified: the remainder is nil when the file shows it nil wherever it can be checked.
        people: the remainder counts persons or children, not foyers.
        inclusion: the allocataires behind it are those of the whole less those of the part.
    """

    name: str
    figure: Figure
    terms: tuple[tuple[Figure, int], ...]
    strict: bool = False
    verified: bool = False
    people: bool = False
    inclusion: bool = False


@dataclass(frozen=True)
class Present:
    """The figures that are there, shown or hidden, among those that are declared."""

    figures: frozenset[Figure]
    declared: Mapping[str, Variable]
    absent: frozenset[Figure] = frozenset()  # those of them that nobody gives, and that may follow

    @property
    def here(self) -> list[Variable]:
        """The variables of which something is there, in the order of the dictionary."""
        names = {name for name, _ in self.figures}
        return [one for name, one in self.declared.items() if name in names]

    def parts_of(self, one: Variable) -> list[Figure]:
        """The parts that are there, those that the dictionary leaves open included."""
        names = list(one.categories) or sorted(
            part for name, part in self.figures if name == one.id and part != TOTAL
        )
        return [(one.id, part) for part in names if (one.id, part) in self.figures]

    def whole(self, name: str) -> Terms:
        """All the units of a variable: its total or, when that is not there, its parts."""
        total = self.declared[name].total_de or name
        if (total, TOTAL) in self.figures:
            return {(total, TOTAL): 1}
        for one in self.here:
            if one.partition and total == (one.total_de or one.id):
                parts = self.parts_of(one)
                if len(parts) == len(one.categories):
                    return dict.fromkeys(parts, 1)
        return {}

    def units_of(self, one: Variable) -> Terms:
        """The units of a subset that can be told: all, else those of its disjoint parts."""
        if one.total_de:  # its parts are those of its total, told elsewhere
            return {}
        return self.whole(one.id) or dict.fromkeys(self.parts_of(one) if one.disjoint else (), 1)

    def hosts(self, one: Variable) -> Iterator[tuple[str, Terms]]:
        """The nearest wholes that hold a variable and are there, each with its variable."""
        waiting = list(one.inclus_dans)
        while waiting:
            name, _, part = waiting.pop(0).partition("/")
            part = part if part != TOTAL else ""
            if part and (name, part) in self.figures:
                yield name, {(name, part): 1}
            elif not part and (whole := self.whole(name)):
                yield name, whole
            elif part:
                waiting.append(self.declared[name].total_de or name)
            else:
                waiting += self.declared[name].inclus_dans

    def above(self, name: str) -> set[str]:
        """Every variable that holds this one, itself included, there or not."""
        found, waiting = set[str](), [name]
        while waiting:
            if (name := waiting.pop()) not in found:
                found.add(name)
                one = self.declared[name]
                waiting += [target.partition("/")[0] for target in one.inclus_dans]
                waiting += [one.total_de] if one.total_de else []
        return found

    def kinds(self) -> list[Variable]:
        """The partitions of foyers by adults and children."""
        return [
            one
            for one in self.here
            if one.partition and any(told.adults or told.children for told in one.compte.values())
        ]

    def subsets(self) -> Iterator[tuple[Figure, Counted]]:
        """Figures of foyers of which a kind is told, the partitions by kind apart."""
        for one in self.here:
            for part, told in one.compte.items():
                if (
                    one.nature == HOUSEHOLDS
                    and not one.partition
                    and (one.id, part) in self.figures
                ):
                    yield (one.id, part), told

    def within(self, kinds: Variable, name: str) -> bool:
        """Whether a variable counts foyers that a partition by kind counts too."""
        return (kinds.total_de or kinds.id) in self.above(name)

    def bands(self, one: Variable) -> dict[Figure, tuple[int, int]]:
        """The figures of children by age, the parts or, without any, the total."""
        parts = {(one.id, part): one.counts(part).ages for part in (*one.categories, TOTAL)}
        told = {figure: ages for figure, ages in parts.items() if ages is not None}
        return {figure: ages for figure, ages in told.items() if figure[1] != TOTAL} or told

    def has(self, figures: "set[Figure] | Terms | list[Figure]") -> bool:
        """Whether they are all there."""
        return self.figures.issuperset(figures)


def fitting(kinds: Variable, told: Counted) -> list[Figure]:
    """The parts of a partition by kind in which such a foyer may be."""
    return [(kinds.id, part) for part in kinds.categories if _fits(told, kinds.counts(part))]


def _fits(one: Counted, other: Counted) -> bool:
    if None not in (one.adults, other.adults) and one.adults != other.adults:
        return False
    (least, most), (low, high) = (told.children or (0, None) for told in (one, other))
    return (most is None or low <= most) and (high is None or least <= high)


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two ranges of ages share one."""
    return one[0] <= other[1] and other[0] <= one[1]


def less(name: str, whole: Terms, inner: Terms, *, people: bool = False) -> Rule:
    """Say that a subset is in a whole; the remainder is whoever is in the whole alone."""
    terms = dict(whole)
    for figure, coef in inner.items():
        terms[figure] = terms.get(figure, 0) - coef
    simple = len(whole) == len(inner) == 1 and set(inner.values()) == {1}
    kept = tuple((figure, coef) for figure, coef in terms.items() if coef)
    return Rule(name, next(reversed(inner)), kept, people=people, inclusion=simple)
