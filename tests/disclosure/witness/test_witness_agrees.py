"""What one side knows and the other does not fails here.

The engine states relations, the witness writes figures in atoms; neither holds the other's code.
On the fictional commune, every relation must follow from the atoms, by linear algebra alone.  On
small worlds of each kind, the bounds of what is hidden must be those that the engine's audit
finds: narrower, the engine lacks a relation; wider, the witness lacks one.
"""

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from ctg_data.assembly import assemble as assembly, witnessing
from ctg_data.disclosure.adapter import definitions
from ctg_data.disclosure.adapter.statement import state
from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.rendering import make_release
from ctg_data.disclosure.engine.shift.complete import complete
from ctg_data.disclosure.engine.shift.table import make_table
from ctg_data.disclosure.witness import owed
from ctg_data.disclosure.witness.facts import Atoms, none_beyond
from ctg_data.disclosure.witness.ground import Drawn, Ground, ground_of, zone_of
from ctg_data.disclosure.witness.look import examine
from ctg_data.disclosure.witness.people import people_of
from ctg_data.observations import KEY, variables
from ctg_data.release.policy import Policy
from ctg_data.territory import config as territory, embedded
from geo.outlines.nesting import measure
from tests.disclosure.adapter.test_ground_kinds import WORLDS as GROUNDS
from tests.disclosure.adapter.test_relation_kinds import WORLDS as DEFINITIONS, table

PEOPLE = [
    pytest.param(table(world), {}, id=f"{kind} : {what}") for kind, what, world, _ in DEFINITIONS
]
LAND = [
    pytest.param(pd.concat(one.values[1], ignore_index=True), one.values[0], id=one.id)
    for one in GROUNDS
]
# a supposition that only the exact file denies
DENIED = "members : deux personnes ne sont ni allocataires, ni conjoints, ni enfants"
Bounds = dict[str, tuple[float, float]]


@pytest.fixture(autouse=True)
def fresh():
    definitions.rules.cache_clear()
    yield
    definitions.rules.cache_clear()


# the bounds of what is hidden, on both sides


def hidings(count: int) -> Iterator[np.ndarray]:
    """Ways to hide figures: two neighbours, one in two, one in three."""
    ranks = np.arange(count)
    for first in range(0, count, max(1, count // 6)):
        yield np.isin(ranks, [first, (first + 1) % count])
    for step in (2, 3):
        yield ranks % step == 0


def by_the_audit(problem: Problem, hidden: np.ndarray) -> Bounds:
    """What the engine's audit finds, from the relations that it is given."""
    goals = make_table(problem, complete(problem), [], np.zeros(len(problem), dtype=bool))
    mask = np.zeros(len(problem), dtype=bool)
    mask[: len(hidden)] = hidden
    found = audit(make_release(problem, goals, mask), bounds=True)
    names = np.array(problem.ids)[mask]
    return {name: found.bounds[name] for name in names}


def by_the_witness(rows: pd.DataFrame, where: Ground, hidden: np.ndarray) -> Bounds:
    """What the second witness finds, from what is shown alone."""
    held = rows.assign(value=rows["value"].where(~hidden), status="", ours=True)
    ends = examine(held, where, exact=True).bounds
    kept = held[hidden]
    names = (
        f"{row.variable}/{row.category}, {row.level} {row.code}, {row.period}"
        for row in kept.itertuples()
    )
    ids = ("|".join(map(str, key)) for key in kept[KEY].itertuples(index=False, name=None))
    return {own: ends[name] for own, name in zip(ids, names, strict=True)}


def ground(rows: pd.DataFrame, shapes: Mapping) -> Ground:
    places = rows[["level", "code", "vintage"]].itertuples(index=False, name=None)
    zones = frozenset(zone_of(*place) for place in places) - {("commune", "00123", 0)}
    return ground_of(Drawn(("commune", "00123", 0), shapes, zones | set(shapes)))


def compared(rows: pd.DataFrame, shapes: Mapping) -> Iterator[tuple[Bounds, Bounds]]:
    problem = state(rows, rows.iloc[:0], Policy(), measure(shapes)).problem
    where = ground(rows, shapes)
    for hidden in hidings(len(rows)):
        yield by_the_audit(problem, hidden), by_the_witness(rows, where, hidden)


def gap(theirs: Bounds, ours: Bounds) -> list[str]:
    """Figures that the two do not bound alike; « no limit » is a large number on both sides."""

    def plain(ends: tuple[float, float]) -> tuple[float, float]:
        return (ends[0], ends[1] if ends[1] < 100_000 else float("inf"))

    return [
        f"{k} {plain(theirs[k])} {plain(ours[k])}"
        for k in theirs
        if plain(theirs[k]) != plain(ours[k])
    ]


ALIKE = [one for one in (*PEOPLE, *LAND) if one.id != DENIED]


@pytest.mark.parametrize(("rows", "shapes"), ALIKE)
def test_both_bound_what_is_hidden_alike(rows, shapes):
    for theirs, ours in compared(rows, shapes):
        assert not gap(theirs, ours)


# what the engine states, in atoms


class Cone:
    """Every way to people the pieces that the rules between kinds allow."""

    def __init__(self, atoms: Atoms, nobody: list[str]) -> None:
        size = len(atoms.kinds)
        rules = [
            ([one.terms.get(k, 0) for k in atoms.kinds], one.equal) for one in atoms.people.rules
        ]
        self.at_least = np.array([row for row, equal in rules if not equal]).reshape(-1, size)
        self.equal = np.array([row for row, equal in rules if equal]).reshape(-1, size)
        self.most = [0.0 if kind in nobody else 1.0 for kind in atoms.kinds]
        self.least = cache(self._least)

    def _least(self, terms: tuple[int, ...]) -> float:
        """How low a sum of kinds may be; 0, or less than it."""
        found = linprog(
            terms,
            A_ub=-self.at_least,
            b_ub=np.zeros(len(self.at_least)),
            A_eq=self.equal if len(self.equal) else None,
            b_eq=np.zeros(len(self.equal)) if len(self.equal) else None,
            bounds=[(0, most) for most in self.most],
        )
        assert found.status == 0
        return round(found.fun, 6)


def in_atoms(atoms: Atoms, name: str) -> dict[int, int]:
    """A cell of the engine, as the witness counts it."""
    variable, level, code, vintage, _, category = name.split("|")
    whole, _, inside = code.partition("/")
    zone = zone_of(level, whole, int(vintage))
    pieces = atoms.where(zone)
    if inside:  # its part in one commune
        pieces = [k for k in pieces if atoms.ground.commune in atoms.pieces[k][1]]
    return atoms.sum(atoms.people.counts[variable, category], pieces)


def not_implied(problem: Problem, atoms: Atoms, nobody: list[str]) -> list[str]:
    """The relations that do not follow from the atoms."""
    cone, size, wrong = Cone(atoms, nobody), len(atoms.pieces), []
    for row, name in enumerate(problem.relation_ids):
        entries = problem.matrix[[row]].tocoo()
        total, rests = np.zeros(len(atoms)), []
        for column, coef in zip(entries.col.tolist(), entries.data.tolist(), strict=True):
            cell = problem.ids[column]
            if cell.count("|") == 5 and cell.split("|")[0] in variables():
                for atom, times in in_atoms(atoms, cell).items():
                    total[atom] += coef * times
            else:
                rests.append(coef)
        # Σ cells + coef·rest = 0: what is left is nil, or has one sign wherever people live
        pieces = {tuple(part) for part in total.reshape(-1, size).T.astype(int).tolist()}
        if problem.sense[row] != "=" or len(rests) > 1:
            wrong.append(f"{name}: not understood")
            continue
        signs = (1, -1) if not rests else (-int(np.sign(rests[0])),)
        for sign in signs:
            if any(cone.least(tuple(sign * part for part in one)) < 0 for one in pieces):
                wrong.append(name)
                break
    return wrong


@cache
def fictional(year: int) -> tuple[pd.DataFrame, Ground]:
    """The exact socle of the fictional commune, parts of QPV included, and its pieces."""
    place = territory.open_territory("exemple")
    rows, citations = embedded.embedded(place)
    ours = rows["source"].isin([key for key, one in citations.items() if one.confidential])
    socle = assembly.with_parts(place, rows[ours & (rows["period"] == year)])
    return socle, witnessing.ground_in(place)


def stated(year: int) -> tuple[Problem, Atoms, list[str]]:
    socle, whole = fictional(year)
    place = territory.open_territory("exemple")
    told = state(socle, socle.iloc[:0], place.policy, assembly.nestings(place))
    assert not told.apart
    seen = set(zip(socle["variable"], socle["category"], strict=True))
    people = people_of(variables(), seen)
    places = zip(socle["level"], socle["code"].str.split("/").str[0], socle["vintage"], strict=True)
    atoms = Atoms(people, whole.within({zone_of(*one) for one in places}))
    shown = {
        ((row.variable, row.category), zone_of(row.level, row.code, row.vintage), year): row.value
        for row in socle.itertuples()
    }
    return told.problem, atoms, none_beyond(people, shown, year)


@pytest.mark.parametrize("year", [2021, 2024])
def test_every_relation_of_the_engine_follows_from_the_atoms(year):
    problem, atoms, nobody = stated(year)
    assert len(problem.relation_ids) > 1000
    assert not not_implied(problem, atoms, nobody)


# both tests must be seen to fail


def test_a_relation_that_the_engine_forgets_is_seen(monkeypatch):
    """Each kind of definition, then the ground, taken away from the engine."""
    for kind in list(definitions.KINDS):
        with monkeypatch.context() as without:
            without.delitem(definitions.KINDS, kind)
            definitions.rules.cache_clear()
            worlds = [one.values for one in PEOPLE if one.id.startswith(f"{kind} :")]
            assert any(gap(*both) for one in worlds for both in compared(*one)), kind
    for one in LAND:
        rows, shapes = one.values
        problem = state(rows, rows.iloc[:0], Policy(), []).problem
        where = ground(rows, shapes)
        assert any(
            gap(by_the_audit(problem, hidden), by_the_witness(rows, where, hidden))
            for hidden in hidings(len(rows))
        ), one.id


def test_a_rule_that_the_witness_forgets_is_seen(monkeypatch):
    """Without what kinds owe to each other, inclusions of the engine follow from nothing."""
    monkeypatch.setattr(owed, "_telling", lambda rules: [])
    problem, atoms, nobody = stated(2021)
    wrong = not_implied(problem, atoms, nobody)
    assert any("foyers_apl" in one for one in wrong)
    assert any("enfants_aeeh" in one for one in wrong)


def test_a_piece_that_the_witness_forgets_is_seen():
    """A quartier that is not known to be its IRIS: the sum of the engine follows from nothing."""
    problem, atoms, nobody = stated(2021)
    lost = ("quartier", "FQ08", 0)
    atoms._where[lost, 0] = atoms.where(lost)[:-1]
    assert any("FQ08" in one for one in not_implied(problem, atoms, nobody))


def test_a_reader_supposes_what_nothing_shown_denies():
    """The engine knows that two persons are neither partners nor children, its reader does not.

    The witness attacks as that reader would, who may be wrong: it never hides too little.
    """
    [one] = [one.values for one in PEOPLE if one.id == DENIED]
    both = list(compared(*one))
    assert any(gap(*sides) for sides in both)
    for theirs, ours in both:
        assert all(theirs[k][0] <= ours[k][0] for k in theirs), "narrower, and never wider"
