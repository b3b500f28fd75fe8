"""Definitions that a file itself denies: nobody concludes anything from them, that year.

« Persons = foyers + partners + children » says nothing in a file whose persons are fewer than its
foyers.  Each zone is looked at alone; the variables at fault are told apart from the others.  A
few people misplaced are no denial: they are taken as they are (``agreeing``).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp

from ctg_data.disclosure.witness.agreeing import agree, agreeing
from ctg_data.disclosure.witness.facts import Atoms, Facts, Figure, facts_of
from ctg_data.disclosure.witness.ground import Ground, Piece, Zone
from ctg_data.disclosure.witness.kinds import CHILDREN, PERSONS, People
from ctg_data.disclosure.witness.narrowing import Contradicted
from ctg_data.disclosure.witness.people import people_of
from ctg_data.disclosure.witness.programmes import NEARLY, line
from ctg_data.observations import Variable

FEW, FEW_OF = 2.0, 0.02  # people, or share of a figure: accounts that differ by no more


@dataclass(frozen=True)
class Denied:
    """What the figures of a year deny.

    Attributes:
        variables: those of which nothing else can be said.
        rules: what kinds owe to each other, by name, and the zones that deny it.
        sound: the zones that deny nothing.
    """

    variables: frozenset[str] = frozenset()
    rules: Mapping[str, Collection[Zone]] = field(default_factory=dict)
    sound: frozenset[Zone] = frozenset()

    def waived(self, pieces: Collection[Piece]) -> dict[str, set[Piece]]:
        """Where a rule is not supposed: in the zones that deny it, out of those that do not."""
        return {
            name: {one for one in pieces if one & set(zones) and not one & self.sound}
            for name, zones in self.rules.items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """What is at fault, to be told."""
        return (*sorted(self.variables), *sorted(self.rules))


def denied(declared: Mapping[str, Variable], figures: Sequence[Figure]) -> Denied:
    """What the figures of some zone contradict: rules if that is enough, else variables."""
    variables, sound = set[str](), set[Zone]()
    rules: dict[str, list[Zone]] = {}
    for zone in dict.fromkeys(one.zone for one in figures):
        told = [one for one in figures if one.zone == zone and not one.hidden]
        if not told or _agree(declared, told, zone, variables):
            sound |= {zone} if told else set()
        elif (broken := _broken(declared, told, zone, variables)) is not None:
            for name in broken:
                rules.setdefault(name, []).append(zone)
        else:
            variables |= _at_fault(declared, told, zone, variables)
    return Denied(frozenset(variables), rules, frozenset(sound))


def _broken(
    declared: Mapping[str, Variable], told: Sequence[Figure], zone: Zone, without: Collection[str]
) -> list[str] | None:
    """The rules that a zone breaks, by as little as it can; None where others are broken too."""
    facts, people = _alone(declared, told, zone, without)
    rows, size = np.flatnonzero(facts.figure < 0), facts.matrix.shape[1]
    slack = sp.csr_matrix(
        (np.ones(len(rows)), (rows, np.arange(len(rows)))), (len(facts.low), len(rows))
    )
    wide = Facts(
        sp.hstack([facts.matrix, slack, -slack], format="csr"),
        facts.low,
        facts.high,
        np.concatenate([facts.least, np.zeros(2 * len(rows))]),
        np.concatenate([facts.most, np.full(2 * len(rows), np.inf)]),
        facts.figure,
    )
    try:
        table = line(wide, np.concatenate([np.zeros(size), np.ones(2 * len(rows))]))
    except Contradicted:
        return None
    moved = table[size : size + len(rows)] + table[size + len(rows) :] > NEARLY
    return [rule.name for rule, by in zip(people.rules, moved, strict=True) if by]


def apart(declared: Mapping[str, Variable], names: Collection[str]) -> dict[str, Variable]:
    """The dictionary, some variables in nothing; what counts the same thing stays in them."""

    def free(one: Variable) -> Variable:
        if one.id in names:
            return replace(
                one, inclus_dans=(), distinct_de=(), membres_de="", total_de="", compte={}
            )
        return replace(
            one,
            inclus_dans=tuple(t for t in one.inclus_dans if not strange(one, t.partition("/")[0])),
            distinct_de=tuple(other for other in one.distinct_de if other not in names),
            membres_de="" if one.membres_de in names else one.membres_de,
        )

    def strange(one: Variable, host: str) -> bool:
        """Whether a host at fault counts something else: children are not looked for in it."""
        return host in names and declared[host].nature != one.nature

    return {name: free(one) for name, one in declared.items()}


def _at_fault(
    declared: Mapping[str, Variable], told: Sequence[Figure], zone: Zone, known: Collection[str]
) -> set[str]:
    """One variable without which the rest agrees, the least basic first; else several."""
    names = list(_by_fragility(declared, {one.count[0] for one in told} - set(known)))
    for name in names:
        if _agree(declared, told, zone, {*known, name}):
            return {name}
    for count in range(2, len(names) + 1):
        if _agree(declared, told, zone, {*known, *names[:count]}):
            return set(names[:count])
    return set(names)


def _by_fragility(declared: Mapping[str, Variable], names: Collection[str]) -> Iterator[str]:
    """Persons, children, subsets, partitions, and last what the others are parts of."""
    for nature in (PERSONS, CHILDREN):
        yield from sorted(name for name in names if declared[name].nature == nature)
    others = [declared[n] for n in sorted(names) if declared[n].nature not in (PERSONS, CHILDREN)]
    ranks = [(not one.inclus_dans, not one.total_de, one.id) for one in others]
    yield from (name for *_, name in sorted(ranks))


def _agree(
    declared: Mapping[str, Variable], told: Sequence[Figure], zone: Zone, without: Collection[str]
) -> bool:
    """Whether the figures of a zone agree but for a few people, some variables in nothing."""
    facts, _ = _alone(declared, told, zone, without)
    if agree(facts):
        return True
    moved, numbers = agreeing(facts, [True] * len(told))
    rows = np.isin(facts.figure, numbers)
    by, of = (moved.high - moved.low)[rows], facts.high[rows]
    return bool((by - (facts.high - facts.low)[rows] <= np.maximum(FEW, FEW_OF * of)).all())


def _alone(
    declared: Mapping[str, Variable], told: Sequence[Figure], zone: Zone, without: Collection[str]
) -> tuple[Facts, People]:
    """What one zone tells, as if there were no other."""
    people = people_of(apart(declared, without), {one.count for one in told})
    atoms = Atoms(people, Ground(zone, {}, ((frozenset({zone}),),)))
    return facts_of(atoms, told), people
