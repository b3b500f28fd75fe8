"""What definitions say of children: against families, by age, from one count to another."""

from collections.abc import Iterator
from itertools import combinations, pairwise, product

from ctg_data.dictionary import Counted
from ctg_data.disclosure.adapter.present import (
    Figure,
    Present,
    Rule,
    Terms,
    fitting,
    less,
    overlap,
)
from ctg_data.natures import CHILDREN


def families(book: Present) -> Iterator[Rule]:
    """Children are at least as many as their families, and so on.

    Whoever has n children is in a set of foyers of at least k, for each k up to n: one set for
    each k gives one inequality, and the sets that are inside another of the same k give none.
    """
    for one in book.here:
        children = book.whole(one.id) if one.nature == CHILDREN and one.membres_de else {}
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


def by_age(book: Present) -> Iterator[Rule]:
    """Foyers that have children of some ages, against the children of those ages."""
    told = [(figure, one) for figure, one in book.subsets() if one.ages and one.least_children]
    for one in book.here:
        bands = book.bands(one) if one.nature == CHILDREN and one.membres_de else {}
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


def ages(book: Present) -> Iterator[Rule]:
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
