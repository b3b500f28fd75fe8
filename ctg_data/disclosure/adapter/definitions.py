"""What the definitions of figures imply between them: drawn from the dictionary, never typed.

« A family with three children has three », « a lone parent is one adult », « who receives the APL
receives a housing benefit »: any reader of the field subtracts by such sentences.  Each becomes a
rule: a sum of figures of one zone and year that is nil, or that leaves a remainder which counts
somebody.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache

from ctg_data.dictionary import TOTAL, Variable
from ctg_data.disclosure.adapter import children
from ctg_data.disclosure.adapter.present import Figure, Present, Rule, Terms, fitting, less
from ctg_data.natures import CHILDREN, MEMBERS, PERSONS
from ctg_data.observations import variables

OTHERS = "autres personnes"


@lru_cache(maxsize=256)
def absent(present: frozenset[Figure]) -> frozenset[Figure]:
    """The parts that a file does not give of a total that it gives, and that may follow from it.

    Nobody shows them, yet they tie what is shown: without the couples, persons less foyers and
    children are the couples.

    >>> sorted(absent(frozenset({("enfants_aeeh", "total"), ("enfants_aeeh", "0-2")})))
    [('enfants_aeeh', '12+'), ('enfants_aeeh', '3-5'), ('enfants_aeeh', '6-11')]
    """
    book, found = Present(present, variables()), set[Figure]()
    homes = {one.membres_de for one in book.here}
    for one in book.declared.values():
        total, parts = one.total_de or one.id, {(one.id, part) for part in one.categories}
        by_kind = total in homes and any(told.adults for told in one.compte.values())
        if one.partition and (total, TOTAL) in present and (by_kind or parts & present):
            found |= parts - present
    return frozenset(found)


@lru_cache(maxsize=256)
def rules(present: frozenset[Figure], absent: frozenset[Figure] = frozenset()) -> tuple[Rule, ...]:
    """Every rule between the figures that one zone has, shown or hidden; each is told once.

    ``absent`` are figures that it does not have, and that the rules tie to the others.

    >>> [one.name for one in rules(frozenset({("foyers_aide_logement", "total"),
    ...     ("foyers_apl", "total")}))]
    ['inclusion']
    """
    found: dict[frozenset[tuple[Figure, int]], Rule] = {}
    book = Present(present | absent, variables(), absent)
    for family in KINDS.values():
        for rule in family(book):
            found.setdefault(frozenset(rule.terms), rule)
    return tuple(found.values())


def linked(names: set[str]) -> set[str]:
    """The variables that a chain of definitions links to some of these, themselves included."""
    ties = [_named(one) for one in variables().values()]
    found, grown = set(names), True
    while grown:
        more = {name for tie in ties if tie & found for name in tie} - found
        found, grown = found | more, bool(more)
    return found


def _named(one: Variable) -> set[str]:
    hosts = {target.partition("/")[0] for target in one.inclus_dans}
    return (hosts | {one.id, one.total_de, one.membres_de, *one.distinct_de}) - {""}


def _is_people(one: Variable) -> bool:
    return one.nature in MEMBERS


def _parts(book: Present) -> Iterator[Rule]:
    """Parts of a total: all of them, some of them, or parts that may overlap."""
    for one in book.here:
        total, parts = (one.total_de or one.id, TOTAL), book.parts_of(one)
        if total not in book.figures or not parts:
            continue
        people, every = _is_people(one), len(parts) == len(one.categories)
        terms = ((total, 1), *((part, -1) for part in parts))
        told = [part for part in parts if part not in book.absent]
        if one.partition and every:
            yield Rule(f"partition {one.id}", total, terms, strict=True)
            if told and len(parts) - len(told) > 1:  # those not told, together
                inner = dict.fromkeys(told, 1)
                yield less(f"autres parts de {one.id}", {total: 1}, inner, people=people)
        elif one.disjoint:  # whoever is in a part that is not told
            name, exact = f"autres parts de {one.id}", not one.partition
            yield Rule(name, parts[0], terms, verified=exact, people=people)
        else:
            for part in parts:
                yield less("part", {total: 1}, {part: 1}, people=people)


def _merged(book: Present) -> Iterator[Rule]:
    """Parts shown together are the sum of those parts."""
    for one in book.here:
        for category, merged in one.regroupements.items():
            whole, parts = (one.id, category), [(one.id, part) for part in merged["parts"]]
            if book.has([whole, *parts]):
                terms = ((whole, 1), *((part, -1) for part in parts))
                yield Rule("regroupement", whole, terms, strict=True)


def _inclusions(book: Present) -> Iterator[Rule]:
    """A subset, and whoever is in the whole without being in it."""
    told = {rule.figure[0] for rule in _members(book) if rule.verified}
    for one in book.here:
        for host, whole in book.hosts(one):
            people = _is_people(book.declared[host])
            # who is not a child among the persons is told by a finer sum
            if (inner := book.units_of(one)) and not (one.membres_de and host in told):
                yield less("inclusion", whole, inner, people=people)
            for part in one.categories:
                own, same = (one.id, part), (host, part)
                if not one.counts(part).ages and book.has([own, same]):
                    yield less("inclusion", {same: 1}, {own: 1}, people=people)


def _kinds(book: Present) -> Iterator[Rule]:
    """Foyers whose kind is told are among the parts of that kind."""
    told = list(book.subsets())
    for kinds in book.kinds():
        fits = {figure: fitting(kinds, one) for figure, one in told}
        for figure, fit in fits.items():
            around = book.above(figure[0]) - {figure[0]}
            implied = any(fits[other] == fit for other in fits if other[0] in around)
            if (
                book.within(kinds, figure[0])
                and 0 < len(fit) < len(kinds.categories)
                and book.has(fit)
                and not implied
            ):
                yield less(f"genre selon {kinds.id}", dict.fromkeys(fit, 1), {figure: 1})


def _distinct(book: Present) -> Iterator[Rule]:
    """Two subsets that share nobody, together in what holds both."""
    for one in book.here:
        for other in (book.declared[name] for name in one.distinct_de):
            both = {**book.units_of(one), **book.units_of(other)}
            if not book.units_of(one) or not book.units_of(other):
                continue
            around = book.above(other.id)
            for host, whole in book.hosts(one):
                if host in around:
                    people = _is_people(book.declared[host])
                    yield less(f"ni l'un ni l'autre, {other.id}", whole, both, people=people)


def _members(book: Present) -> Iterator[Rule]:
    """Persons are the foyers, their partners, their children, and others."""
    for one in book.here:
        persons = book.whole(one.id) if one.nature == PERSONS and one.membres_de else {}
        foyers = book.whole(one.membres_de) if persons else {}
        if not foyers:
            continue
        partners, every_adult = _partners(book, one.membres_de)
        young, every_child = _children_of(book, one.membres_de)
        inner = {figure: -coef for figure, coef in persons.items()}
        for group in (foyers, partners, young):
            for figure, coef in group.items():
                inner[figure] = inner.get(figure, 0) + coef
        terms = tuple((figure, -coef) for figure, coef in inner.items() if coef)
        exact = every_adult and every_child
        yield Rule(OTHERS, next(iter(persons)), terms, verified=exact, people=True)


def _partners(book: Present, home: str) -> tuple[Terms, bool]:
    """Second adults: one for each couple; and whether every couple is told."""
    best: tuple[Terms, bool] = ({}, False)
    for kinds in book.kinds():
        if home in book.above(kinds.id):
            told = {part: kinds.counts(part).adults for part in kinds.categories}
            couples = [(kinds.id, part) for part, adults in told.items() if adults == 2]
            here = [figure for figure in couples if figure in book.figures]
            found = dict.fromkeys(here, 1), None not in told.values() and here == couples
            best = max(best, found, key=lambda one: (one[1], len(one[0])))
    return best


def _children_of(book: Present, home: str) -> tuple[Terms, bool]:
    """The children of the foyers, or the least that their families have; and whether it is all."""
    for one in book.here:
        if one.nature == CHILDREN and one.membres_de == home and (whole := book.whole(one.id)):
            return whole, True
    found: Terms = {}
    for kinds in (one for one in book.kinds() if home in book.above(one.id)):
        found = {
            part: least
            for part in book.parts_of(kinds)
            if (least := kinds.counts(part[1]).least_children)
        }
    return found, False


KINDS: dict[str, Callable[[Present], Iterator[Rule]]] = {
    "parts": _parts,
    "merged": _merged,
    "inclusions": _inclusions,
    "kinds": _kinds,
    "distinct": _distinct,
    "families": children.families,
    "by_age": children.by_age,
    "ages": children.ages,
    "members": _members,
}
"""The kinds of rules, by name."""
