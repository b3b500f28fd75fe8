"""What the definitions of figures imply between them: drawn from the dictionary, never typed.

« A family with three children has three », « a lone parent is one adult », « who receives the APL
receives a housing benefit »: any reader of the field subtracts by such sentences.  Each becomes a
rule: a sum of figures of one zone and year that is nil, or that leaves a remainder which counts
somebody.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations, pairwise, product

from ctg_data.dictionary import TOTAL, Counted, Variable
from ctg_data.disclosure.present import Figure, Present, Rule, Terms, fitting, less, overlap
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
    return one.nature in ("personnes", "enfants")


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


def _families(book: Present) -> Iterator[Rule]:
    """Children are at least as many as their families, and so on.

    Whoever has n children is in a set of foyers of at least k, for each k up to n: one set for
    each k gives one inequality, and the sets that are inside another of the same k give none.
    """
    for one in book.here:
        children = book.whole(one.id) if one.nature == "enfants" and one.membres_de else {}
        levels: list[list[Terms]] = []
        while children and (sets := _sets(book, one.membres_de, len(levels) + 1)):
            levels.append(sets)
        for chosen in product(*levels) if levels else ():
            terms: Terms = {}
            for figure in (figure for group in chosen for figure in group):
                terms[figure] = terms.get(figure, 0) + 1
            told = (f"{coef} {'/'.join(figure)}" for figure, coef in terms.items())
            name = f"enfants au-delà de {', '.join(told)}"
            yield less(name, children, terms, people=True)


def _sets(book: Present, home: str, least: int) -> list[Terms]:
    """Disjoint foyers that have at least so many children, none of these sets in another."""
    kinds = [one for one in book.kinds() if home in book.above(one.id)]
    groups = [
        [part for part in book.parts_of(one) if one.counts(part[1]).least_children >= least]
        for one in kinds
    ]
    alone = {
        figure: told
        for figure, told in book.subsets()
        if told.least_children >= least and home in book.above(figure[0])
    }

    def held(figure: Figure, told: Counted) -> bool:
        pairs = zip(kinds, groups, strict=True)
        return any(set(fitting(one, told)) <= set(group) for one, group in pairs) or any(
            other in book.above(figure[0]) for other, _ in alone if other != figure[0]
        )

    found: list[Terms] = [dict.fromkeys(group, 1) for group in groups if group]
    return found + [{figure: 1} for figure, told in alone.items() if not held(figure, told)]


def _by_age(book: Present) -> Iterator[Rule]:
    """Foyers that have children of some ages, against the children of those ages."""
    told = [(figure, one) for figure, one in book.subsets() if one.ages and one.least_children]
    for one in book.here:
        bands = book.bands(one) if one.nature == "enfants" and one.membres_de else {}
        for figure, counted in told:
            around = [band for band, ages in bands.items() if overlap(ages, counted.ages or ages)]
            implied = any(
                other[0] in book.above(figure[0]) - {figure[0]}
                and (also.ages, also.least_children) == (counted.ages, counted.least_children)
                for other, also in told
            )
            inside = one.membres_de in book.above(figure[0])
            # of all ages, they are among the families already told
            if inside and not implied and 0 < len(around) < len(bands) and book.has(around):
                name = f"enfants de ces âges de {one.id}"
                least = {figure: counted.least_children}
                yield less(name, dict.fromkeys(around, 1), least, people=True)


def _ages(book: Present) -> Iterator[Rule]:
    """Children of a subset, by age, among the children of the ages they may have.

    Ages are cut otherwise from one variable to another: for bands next to each other, all the
    bands that they touch hold them.  Bands that share none are told apart.
    """
    for one in book.here:
        bands = sorted(book.bands(one).items(), key=lambda band: band[1])
        bands = [band for band in bands if band[0] in book.figures]
        for host in book.here:
            if host.id == one.id or host.id not in book.above(one.id):
                continue
            wide = book.bands(host)
            touched = [
                {outer for outer, ages in wide.items() if overlap(ages, own)} for _, own in bands
            ]
            for first, end in combinations(range(len(bands) + 1), 2):
                run, outer = touched[first:end], set[Figure]().union(*touched[first:end])
                whole = len(run) == len(bands) and len(outer) == len(wide) and book.whole(one.id)
                linked_up = all(left & right for left, right in pairwise(run))
                if outer and linked_up and book.has(outer) and not (whole and len(run) > 1):
                    inner = {figure: 1 for figure, _ in bands[first:end]}
                    name = f"enfants de ces âges de {host.id} {first}-{end}"
                    yield less(name, dict.fromkeys(sorted(outer), 1), inner, people=True)


def _members(book: Present) -> Iterator[Rule]:
    """Persons are the foyers, their partners, their children, and others."""
    for one in book.here:
        persons = book.whole(one.id) if one.nature == "personnes" and one.membres_de else {}
        foyers = book.whole(one.membres_de) if persons else {}
        if not foyers:
            continue
        partners, every_adult = _partners(book, one.membres_de)
        children, every_child = _children_of(book, one.membres_de)
        inner = {figure: -coef for figure, coef in persons.items()}
        for group in (foyers, partners, children):
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
        if one.nature == "enfants" and one.membres_de == home and (whole := book.whole(one.id)):
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
    "families": _families,
    "by_age": _by_age,
    "ages": _ages,
    "members": _members,
}
"""The kinds of rules, by name."""
