"""Sums between the figures of one zone and year, by what their definitions say.

A file of a year is read as its readers will: a sum that holds wherever it can be checked is taken
to hold where it cannot.
"""

from collections.abc import Iterator
from math import isnan, nan

from ctg_data.dictionary import TOTAL
from ctg_data.disclosure.adapter.definitions import absent, rules
from ctg_data.disclosure.adapter.neighbours import SIZE, kind_of
from ctg_data.disclosure.adapter.present import Figure, Rule
from ctg_data.disclosure.adapter.relations import (
    AttackerProblem,
    Key,
    KeyedTable,
    Remainder,
    Terms,
    cell_id,
)
from ctg_data.model import Level
from ctg_data.natures import HOUSEHOLDS
from ctg_data.observations import variables
from geo.outlines.places import Place, place_of

Told = tuple[Rule, dict[Key, int]]


def with_absent(table: KeyedTable) -> KeyedTable:
    """The same table, with the cells that nobody gives and that follow, perhaps, from others."""
    missing = []
    for keys in _zones_and_years(table):
        _, level, code, vintage, period, _ = next(iter(keys.values()))
        missing += [
            (name, level, code, vintage, period, part)
            for name, part in sorted(absent(frozenset(keys)))
        ]
    return table.with_unknown(missing)


def attacker_problem(table: KeyedTable) -> AttackerProblem:
    """Every sum that definitions imply, its remainder, and the cells that nobody gives."""
    found, told = AttackerProblem(), list(_told(table))
    for key in sorted(table.unknown):
        people = variables()[key[0]].nature != HOUSEHOLDS
        size = _size(table, key)
        found.remainders.append(Remainder(cell_id(key), None, None, size, people, key[0]))
    gaps = _gaps(table, told)
    for rule, terms in told:
        if rule.strict:
            _partition(found, table, rule, terms)
        elif rule.verified:
            _supposed(found, table, (rule, terms), gaps[_of_year(rule, terms)])
        else:
            _remaining(found, table, rule, terms)
    return found


def _zones_and_years(table: KeyedTable) -> Iterator[dict[Figure, Key]]:
    """The figures of each zone and year, and their cells."""
    counted, there = kind_of(), dict[tuple[Place, int], dict[Figure, Key]]()
    for key in table.value:
        if key[0] in counted:
            there.setdefault((place_of(*key[1:4]), key[4]), {})[key[0], key[5]] = key
    for _, keys in sorted(there.items()):
        yield keys


def _told(table: KeyedTable) -> Iterator[Told]:
    """Each rule at each zone and year."""
    for keys in _zones_and_years(table):
        latent = frozenset(figure for figure, key in keys.items() if key in table.unknown)
        for rule in rules(frozenset(keys) - latent, latent):
            yield rule, {keys[figure]: coef for figure, coef in rule.terms}


def _size(table: KeyedTable, key: Key) -> float | None:
    """The allocataires of a zone under the commune, as far as the table has them."""
    if not Level(key[1]).is_infra_communal:
        return None
    whole = table.at.get((SIZE, *place_of(*key[1:4]), key[4], TOTAL))
    size = table.value[whole] if whole else nan
    return None if isnan(size) else size


def _named(rule: Rule, terms: Terms) -> str:
    own = next(key for key in terms if (key[0], key[5]) == rule.figure)
    return f"{rule.name} {cell_id(own)}"


def _of_year(rule: Rule, terms: Terms) -> tuple[Rule, int]:
    return rule, next(iter(terms))[4]


def _gaps(table: KeyedTable, told: list[Told]) -> dict[tuple[Rule, int], list[float]]:
    """By how much each supposed sum misses, wherever one file tells all of it."""
    found: dict[tuple[Rule, int], list[float]] = {}
    for rule, terms in told:
        if rule.verified:
            gaps = found.setdefault(_of_year(rule, terms), [])
            gap = table.sum(terms)
            if not isnan(gap) and table.theirs.isdisjoint(terms):
                gaps.append(gap)
    return found


def _partition(found: AttackerProblem, table: KeyedTable, rule: Rule, terms: Terms) -> None:
    """A total and its parts; a producer's own parts may not add up."""
    gap, name = table.sum(terms), _named(rule, terms)
    if not table.unknown.isdisjoint(terms):
        low, high = table.reach(terms)
        if low <= 0 <= high:
            found.equal(name, terms)
            found.believed.add(name)
        return  # else the parts that are there already make more than the total
    if isnan(gap) or not gap:  # they add up, or a part is hidden and only the producer can tell
        found.equal(name, terms)
    elif gap < 0 and table.theirs.isdisjoint(terms):
        # counted twice: the reader sees by how much, and nobody is behind it
        found.equal(name, terms, gap)
    else:
        rest = Remainder(f"écart {name}", abs(gap), people=rule.people, about=rule.figure[0])
        found.tie(name, terms, rest, 1 if gap > 0 else -1)


def _supposed(found: AttackerProblem, table: KeyedTable, told: Told, gaps: list[float]) -> None:
    """A sum that holds wherever it can be checked, or that nothing denies, holds.

    Otherwise its remainder counts people, when it is nowhere negative; else it is a difference
    between two accounts, that the reader knows to be no larger here than elsewhere.
    """
    rule, terms = told
    if any(gap < 0 for gap in gaps):
        low, high = table.reach(terms)
        least, most = min(gaps), max(*gaps, 0)
        if low > most or high < least:
            found.apart.update(terms)
        else:
            found.between(_named(rule, terms), terms, least, most)
            found.believed |= {one.id for one in found.relations[-2:]}
    elif any(gaps) or table.sum(terms) > 0:
        _remaining(found, table, rule, terms)
    else:
        low, high = table.reach(terms)
        if low <= 0 <= high:
            name = _named(rule, terms)
            found.equal(name, terms)
            found.believed.add(name)
        else:
            _remaining(found, table, rule, terms)


def _remaining(found: AttackerProblem, table: KeyedTable, rule: Rule, terms: Terms) -> None:
    """What is left is somebody; a sum that figures deny is not stated there, and told apart."""
    _, most = table.reach(terms)
    if most < 0:
        found.apart.update(terms)
        return
    left, name = table.sum(terms), _named(rule, terms)
    known = not isnan(left) and left >= 0
    base = _base(table, terms) if rule.inclusion else None
    rest = Remainder(
        f"reste {name}", left if known else None, base, people=rule.people, about=rule.figure[0]
    )
    found.tie(name, terms, rest)
    found.believed.add(name)


def _base(table: KeyedTable, terms: Terms) -> float | None:
    """The allocataires of the whole less those of the part, when both are given."""
    base = sum(coef * table.base[key] for key, coef in terms.items())
    return None if isnan(base) else base
