"""Suppression, on tables that anyone can check by hand."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from ctg_data.disclosure.engine.certificates import Checker
from ctg_data.disclosure.engine.problem.rules import REACH, Goal
from ctg_data.disclosure.engine.problem.spec import CellSpec, RelationSpec
from ctg_data.disclosure.engine.problem.table import Problem
from ctg_data.disclosure.engine.protect import Suppression, protect
from ctg_data.disclosure.engine.release.content import PUBLISHED, SUPPRESSED
from ctg_data.disclosure.engine.shift.effort import Effort
from ctg_data.disclosure.engine.shift.table import Move, make_table
from tests.specs import build


def grid(drawing: str, zeros: str = "shown", **options) -> Problem:
    """Build a two-way table from rows of parts; totals are added, named `T`.

    A row is `zone: 1 2 3`; cells are named `zone0`, `zone1`, …, `zoneT`, `T0`, …, `TT`.
    """
    rows = {}
    for line in drawing.strip().splitlines():
        name, counts = line.split(":")
        rows[name.strip()] = [int(count) for count in counts.split()]
    rows["T"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    names = [*range(len(rows["T"])), "T"]
    value = {
        f"{z}{c}": v
        for z, row in rows.items()
        for c, v in zip(names, [*row, sum(row)], strict=True)
    }
    relations = [
        {"id": f"ligne {z}", "terms": {f"{z}T": -1, **{f"{z}{c}": 1 for c in names[:-1]}}}
        for z in rows
    ] + [
        {"id": f"colonne {c}", "terms": {f"T{c}": -1, **{f"{z}{c}": 1 for z in rows if z != "T"}}}
        for c in names
    ]
    fields = options.pop("fields", {})
    return build(
        [{"id": name, "value": v, **fields.get(name, {})} for name, v in value.items()],
        relations,
        options.pop("derived", ()),
        policy={"min_count": options.pop("least", 5), "min_population": 100, "zeros": zeros},
        **options,
    )


def interval(protection: Suppression, name: str) -> tuple[float, float]:
    """Return the least and greatest whole value that a reader can give to a cell."""
    release = protection.release
    shown = release.status == PUBLISHED
    low = np.where(shown, release.value, release.lb)
    high = np.where(shown, release.value, np.inf)
    for cell, rounding in release.rounded.items():
        half = rounding.base // 2
        low[cell], high[cell] = max(release.value[cell] - half, 0), release.value[cell] + half
    below = np.where(release.sense == "<=", -np.inf, release.rhs)
    above = np.where(release.sense == ">=", np.inf, release.rhs)
    cost = np.zeros(len(release.ids))
    cell = release.ids.index(name)
    ends = []
    for sign in (1, -1):
        cost[cell] = sign
        found = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(low, high),
            constraints=[LinearConstraint(release.matrix, below, above)],
        )
        ends.append(np.inf if found.x is None else round(found.x[cell]))
    return ends[0], ends[1]


def masked(protection: Suppression) -> set[str]:
    release = protection.release
    return {release.ids[i] for i in np.flatnonzero(release.status == SUPPRESSED)}


RECTANGLE = """
A: 21 18  3
B: 34 27 40
C: 61 58 92
"""


def test_one_small_cell_takes_a_rectangle():
    protection = protect(grid(RECTANGLE))
    assert protection.primary == {"A2": "moins de 5 allocataires derrière la case"}
    assert len(protection.complementary) == 3
    assert interval(protection, "A2")[1] >= 5
    assert protection.proved
    assert not protection.widened


def test_two_masks_per_line_are_not_enough_here():
    # Rows Z1 + Z2 minus columns a + c give Z1|b when only the obvious rectangle is masked.
    protection = protect(grid("Z1: 14 3 9 27\nZ2: 4 31 2 12\nZ3: 22 4 17 41\nZ4: 60 35 50 2"))
    assert set(protection.primary) == {"Z11", "Z20", "Z22", "Z31", "Z43"}
    assert len(protection.complementary) == 3
    for name in protection.primary:
        assert interval(protection, name)[1] >= 5


def test_a_release_never_carries_a_hidden_value():
    protection = protect(grid(RECTANGLE))
    hidden = protection.release.status != PUBLISHED
    assert np.isnan(protection.release.value[hidden]).all()
    assert (protection.release.lb[hidden] == 1).all()
    assert np.isnan(protection.release.ub).all()


@pytest.mark.parametrize("zeros", ["shown", "masked"])
def test_a_zero_is_a_secret_only_when_zeros_are_masked(zeros):
    protection = protect(grid("A: 20 0 30\nB: 15 16 40\nC: 17 18 19", zeros))
    assert ("A1" in masked(protection)) == (zeros == "masked")
    if zeros == "masked":
        assert interval(protection, "A1") == (0, pytest.approx(interval(protection, "A1")[1]))
        assert interval(protection, "A1")[1] >= 5
        assert protection.release.lb[protection.release.status == SUPPRESSED].max() == 0
    else:
        assert not masked(protection)


def test_everybody_is_as_secret_as_nobody():
    cells = [{"id": "part", "value": 40}, {"id": "autres", "value": 0}, {"id": "tous", "value": 40}]
    relation = {"id": "somme", "terms": {"part": 1, "autres": 1, "tous": -1}}
    protection = protect(build(cells, [relation], policy={"zeros": "masked"}))
    assert "autres" in masked(protection)
    assert masked(protection) & {"part", "tous"}
    assert interval(protection, "autres")[1] >= 5


def test_an_offer_of_zero_places_is_always_shown():
    cells = [{"id": "crèche", "value": 0, "kind": "offer"}, {"id": "foyers", "value": 0}]
    protection = protect(build(cells, policy={"zeros": "masked"}))
    assert masked(protection) == {"foyers"}


def test_what_must_stay_visible_does_when_it_can():
    free = protect(grid(RECTANGLE))
    assert free.complementary
    keep = [*free.complementary][:2]
    protection = protect(grid(RECTANGLE, keep=keep))
    assert not masked(protection) & set(keep)
    assert protection.proved
    assert not protection.widened
    assert interval(protection, "A2")[1] >= 5


def test_what_must_stay_visible_gives_way_as_a_last_resort_and_says_so():
    cells = [{"id": "a", "value": 3}, {"id": "b", "value": 9}, {"id": "total", "value": 12}]
    relation = {"id": "somme", "terms": {"a": 1, "b": 1, "total": -1}}
    policy = {"zeros": "shown"}
    protection = protect(build(cells, [relation], policy=policy, keep=["b", "total"]))
    assert protection.proved
    assert len(protection.complementary) == 1
    assert len(protection.widened) == 1
    assert "devait rester visible" in protection.widened[0]
    sensitive = protect(build(cells, [relation], policy=policy, keep=["a"]))
    assert "a" in masked(sensitive)
    assert "sensible" in sensitive.widened[0]


def test_no_more_gives_way_than_has_to():
    # Asked for one goal after the other, B0, T0 and AT would all be hidden; T0 need not be.
    keep = ["B0", "BT", "T1", "A1", "T0", "B1", "AT"]
    protection = protect(grid("A: 1 7 1\nB: 9 9 2", keep=keep))
    assert protection.proved
    assert set(keep) & set(protection.hidden) == {"B0", "AT"}


def test_a_rate_is_hidden_with_its_operand():
    cells = [
        {"id": "enfants", "value": 40},
        {"id": "aeeh", "value": 3},
        {"id": "autre", "value": 9},
    ]
    derived = [
        {"id": "part", "num": {"aeeh": 1}, "den": {"enfants": 1}, "decimals": 1},
        {"id": "reste", "num": {"autre": 1}, "den": {"enfants": 1}, "decimals": 1},
    ]
    protection = protect(build(cells, derived=derived, policy={"zeros": "shown"}))
    assert protection.hidden_derived == ["part"]
    assert [(r.id, r.value) for r in protection.release.ratios] == [("reste", 22.5)]


def test_a_rate_that_must_stay_keeps_its_operands():
    problem = grid(RECTANGLE)
    [first, *_] = protect(problem).complementary
    derived = [{"id": "taux", "num": {first: 1}, "den": {"TT": 1}, "decimals": 1}]
    protection = protect(grid(RECTANGLE, derived=derived, keep=["taux"]))
    assert first not in masked(protection)
    assert protection.hidden_derived == []


def test_a_rate_lost_whatever_we_do_frees_its_other_operands():
    lost = {"id": "part", "num": {"A": 1}, "den": {"B": 1}, "decimals": 1}
    cells = [{"id": name, "value": value} for name, value in (("A", 3), ("B", 9), ("C", 8))]
    cells.append({"id": "T", "value": 20, "external": True})
    relations = [{"id": "somme", "terms": {"A": 1, "B": 1, "C": 1, "T": -1}}]
    protection = protect(build(cells, relations, [lost], keep=["part", "C"]))
    assert set(protection.hidden) == {"A", "B"}
    assert protection.hidden_derived == ["part"]


@pytest.mark.parametrize("decimals", [0, 2, 12, 17])
def test_a_rate_is_shown_with_digits_that_are_true_or_not_at_all(decimals):
    figure = {"id": "part", "num": {"a": 1}, "den": {"b": 1}, "decimals": decimals}
    problem = build([{"id": "a", "value": 22}, {"id": "b", "value": 12}], [], [figure])
    for ratio in protect(problem).release.ratios:
        error = Fraction(str(ratio.value)) - 100 * Fraction(22, 12)
        assert abs(error) <= Fraction(1, 2 * 10**decimals)
    assert bool(protect(problem).release.ratios) is (decimals < 17)


def test_a_virtual_cell_is_never_shown_and_does_not_leak():
    cells = [
        {"id": "2015", "value": 148},
        {"id": "2024", "value": 151},
        {"id": "noyau", "value": 148, "virtual": True},
        {"id": "extension", "value": 3, "virtual": True},
    ]
    relations = [
        {"id": "r15", "terms": {"2015": -1, "noyau": 1}},
        {"id": "r24", "terms": {"2024": -1, "noyau": 1, "extension": 1}},
    ]
    problem = build(cells, relations, policy={"zeros": "shown"}, sensitive=["extension"])
    protection = protect(problem)
    assert len(masked(protection)) == 1
    assert interval(protection, "extension")[1] >= 5


def test_a_rounded_total_of_somebody_else_counts_as_known():
    cells = [
        {"id": "open data", "value": 66, "external": True},
        {"id": "A", "value": 22},
        {"id": "B", "value": 41},
        {"id": "hors", "value": 3},
    ]
    cells[0]["rounded"] = {"base": 5, "mode": "nearest"}
    relation = {"id": "commune", "terms": {"open data": -1, "A": 1, "B": 1, "hors": 1}}
    protection = protect(build(cells, [relation], policy={"zeros": "shown"}))
    assert "open data" not in masked(protection)
    assert len(protection.complementary) == 1
    assert interval(protection, "hors")[1] >= 5
    assert protection.release.value[0] == 65


def test_what_public_data_give_away_is_told_apart():
    cells = [
        {"id": "a", "value": 3},
        {"id": "b", "value": 7, "external": True},
        {"id": "total", "value": 10, "external": True},
        {"id": "c", "value": 2},
        {"id": "d", "value": 8},
    ]
    relations = [
        {"id": "somme", "terms": {"a": 1, "b": 1, "total": -1}},
        {"id": "nôtre", "terms": {"c": 1, "d": 1}, "rhs": 10},
    ]
    protection = protect(build(cells, relations, policy={"zeros": "shown"}))
    assert protection.already_public == ["a"]
    assert protection.failed == []
    assert masked(protection) == {"a", "c", "d"}
    cells[1]["value"], cells[2]["value"] = 4, 7
    assert protect(build(cells, relations)).already_public == ["a", "b"]


def test_a_baseline_interval_is_not_narrowed():
    # Open data say 0 for 0..2: below 5 already; our own figures must leave 0..2 open.
    cells = [
        {"id": "ouvert", "value": 2, "external": True, "rounded": {"base": 5, "mode": "nearest"}},
        {"id": "nôtre", "value": 2},
        {"id": "autre", "value": 30},
        {"id": "total", "value": 32},
    ]
    relations = [
        {"id": "même donnée", "terms": {"ouvert": 1, "nôtre": -1}},
        {"id": "somme", "terms": {"nôtre": 1, "autre": 1, "total": -1}},
    ]
    protection = protect(build(cells, relations, policy={"zeros": "masked"}))
    assert protection.failed == []
    assert "nôtre" in protection.already_public
    assert interval(protection, "nôtre") == (0, 2)


def test_a_zone_under_a_hundred_keeps_a_wide_interval():
    fields = {f"A{c}": {"universe": 60} for c in range(3)}
    protection = protect(grid("A: 21 18 21\nB: 34 27 40\nC: 61 58 92", fields=fields))
    assert {"A0", "A1", "A2"} <= masked(protection)
    for name in ("A0", "A1", "A2"):
        low, high = interval(protection, name)
        assert high - low >= 12  # 20 % of 60


def test_a_width_takes_no_more_cells_than_both_its_ends_need():
    # 4 up and 1 down: one rectangle leaves the 5 asked for; 5 up would take a third column.
    fields = {"x2": {"need": {"min_width": 5}}}
    protection = protect(grid("x: 5 8 120\ny: 2 8 300", fields=fields, least=3))
    assert protection.proved
    assert set(protection.hidden) == {"x2", "y0", "x0", "y2"}


def test_a_need_alone_switches_the_rule_of_five_off():
    fields = {"A2": {"need": {"min_width": 10, "only": True}}}
    protection = protect(grid(RECTANGLE, fields=fields))
    low, high = interval(protection, "A2")
    assert high - low >= 10
    assert protection.primary["A2"].startswith("largeur")


def test_children_are_judged_on_the_allocataires_behind_them():
    """18 children of 4 families are hidden; of 5, shown."""
    for families, hidden in ((4, {"A1", "A2"}), (5, {"A2"}), (6, {"A2"})):
        protection = protect(grid(RECTANGLE, fields={"A1": {"base": families}}))
        assert set(protection.primary) == hidden, families
        low, high = interval(protection, "A2")
        assert low < high


@pytest.mark.parametrize(("value", "shown"), [(4, False), (5, True), (6, True)])
def test_a_base_above_its_count_of_persons_is_not_believed(value, shown):
    """3 persons « of 50 allocataires » are 3: a file refuses it, the engine judges 3."""
    cells = [CellSpec("a", value, base=50), CellSpec("b", 40), CellSpec("t", 40 + value)]
    sums = [RelationSpec("s", {"a": 1, "b": 1, "t": -1})]
    assert ("a" not in protect(Problem.build(cells, sums)).primary) is shown


def test_a_stricter_threshold_of_its_own():
    protection = protect(grid(RECTANGLE.replace("18", "9"), fields={"A1": {"threshold": 11}}))
    assert "A1" in protection.primary
    assert interval(protection, "A1")[1] >= 11


def test_a_cell_masked_at_source_stays_masked_and_protected():
    protection = protect(grid(RECTANGLE, fields={"A2": {"value": None}}))
    assert protection.primary["A2"] == "case masquée à la source"
    assert interval(protection, "A2")[1] >= 5


def test_a_cell_masked_at_source_that_follows_and_is_safe_is_no_failure():
    cells = [{"id": "a", "value": None}, {"id": "b", "value": 0}, {"id": "total", "value": 60}]
    cells[2]["external"] = cells[1]["external"] = True
    relation = {"id": "somme", "terms": {"a": 1, "b": 1, "total": -1}}
    assert protect(build(cells, [relation], policy={"zeros": "shown"})).proved
    cells[2]["external"] = False
    cells.append({"id": "même", "value": 60, "kind": "offer", "external": True})
    again = {"id": "redite", "terms": {"total": 1, "même": -1}}
    assert protect(build(cells, [relation, again], policy={"zeros": "shown"})).proved


def test_coefficients_other_than_one_allow_no_parity_argument():
    # pairs = 2 × couples + singles: 9 with 2 hidden multiples would tell odd from even.
    cells = [
        {"id": "couples", "value": 3},
        {"id": "seuls", "value": 20},
        {"id": "adultes", "value": 26},
    ]
    relation = {"id": "adultes", "terms": {"couples": 2, "seuls": 1, "adultes": -1}}
    protection = protect(build(cells, [relation], policy={"zeros": "shown"}))
    assert interval(protection, "couples")[1] >= 5


def test_an_inequality_bounds_the_other_table():
    cells = [{"id": "sous", "value": 3}, {"id": "total", "value": 4}, {"id": "reste", "value": 96}]
    relations = [
        {"id": "inclusion", "terms": {"sous": 1, "total": -1}, "sense": "<="},
        {"id": "somme", "terms": {"total": 1, "reste": 1}, "rhs": 100},
    ]
    protection = protect(build(cells, relations, policy={"zeros": "shown"}))
    assert masked(protection) == {"sous", "total", "reste"}
    assert interval(protection, "sous")[1] >= 5


def test_a_cell_without_relation_is_masked_with_a_warning():
    protection = protect(build([{"id": "seule", "value": 3}], policy={"zeros": "shown"}))
    assert masked(protection) == {"seule"}
    assert "seule" in protection.warnings[0]


def test_what_cannot_be_protected_is_named():
    cells = [{"id": "a", "value": 3}, {"id": "b", "value": 0}]
    relation = {"id": "somme", "terms": {"a": 1, "b": 1}, "rhs": 3}
    protection = protect(build(cells, [relation], policy={"zeros": "shown"}))
    assert not protection.proved or protection.already_public == ["a"]


def test_an_earlier_edition_is_remembered():
    first = protect(grid(RECTANGLE))
    second = protect(grid(RECTANGLE.replace("40", "41")), previous=first.release)
    shown = {
        n for n, s in zip(first.release.ids, first.release.status, strict=True) if s == PUBLISHED
    }
    unchanged = {"A0", "A1", "B0", "B1", "C0", "C1", "C2", "AT", "CT", "T0", "T1"} & shown
    assert masked(first) <= masked(second)
    assert not masked(second) & unchanged
    assert interval(second, "A2")[1] >= 5
    told = dict.fromkeys(first.complementary, "published")
    other = protect(grid(RECTANGLE), previous=told)
    assert not masked(other) & set(first.complementary)


def test_the_same_table_gets_the_same_mask():
    rng = np.random.default_rng(7)
    rows = "\n".join(f"Z{i}: {' '.join(map(str, rng.poisson(7, 6)))}" for i in range(7))
    first, second = protect(grid(rows)), protect(grid(rows))
    assert first.hidden == second.hidden
    assert first.certificates == second.certificates


def test_two_processes_give_the_mask_of_one():
    rng = np.random.default_rng(3)
    cells, relations = [], []
    for k in range(4):
        drawing = "\n".join(f"Z{k}{i}: {' '.join(map(str, rng.poisson(6, 5)))}" for i in range(5))
        part = grid(drawing)
        names = {n: f"{k}{n}" if n[0] == "T" else n for n in part.ids}
        cells += [{"id": names[n], "value": v} for n, v in zip(part.ids, part.value, strict=True)]
        for row, name in enumerate(part.relation_ids):
            span = slice(part.matrix.indptr[row], part.matrix.indptr[row + 1])
            pairs = zip(part.matrix.indices[span], part.matrix.data[span], strict=True)
            terms = {names[part.ids[cell]]: coef for cell, coef in pairs}
            relations.append({"id": f"{k} {name}", "terms": terms})
    problem = build(cells, relations, policy={"zeros": "shown"})
    alone = protect(problem, effort=Effort(parallel=10**9))
    together = protect(problem, effort=Effort(parallel=1))
    assert alone.hidden == together.hidden
    assert alone.certificates == together.certificates
    assert len(alone.primary) > 10


def test_a_large_table_is_cut_in_neighbourhoods():
    rng = np.random.default_rng(5)
    drawing = "\n".join(f"Z{i}-: {' '.join(map(str, rng.poisson(8, 8)))}" for i in range(12))
    problem = grid(drawing)
    protection = protect(problem, effort=Effort(whole=20, soft=30))
    assert protection.proved
    assert len(protection.primary) >= 5
    for name in protection.primary:
        assert interval(protection, name)[1] >= 5


@pytest.mark.parametrize("small", [1, 2, 3, 4])
def test_the_mask_follows_a_cell_that_becomes_small(small):
    calm = grid("A: 21 18 33\nB: 34 27 40\nC: 61 58 92")
    assert not protect(calm).hidden
    for name in ("A0", "B1", "C2"):
        zone, place = name[0], int(name[1])
        rows = {"A": [21, 18, 33], "B": [34, 27, 40], "C": [61, 58, 92]}
        rows[zone][place] = small
        drawing = "\n".join(f"{z}: {' '.join(map(str, row))}" for z, row in rows.items())
        protection = protect(grid(drawing))
        assert name in protection.primary
        assert interval(protection, name)[1] >= 5


def test_no_line_has_exactly_one_masked_part_and_masked_parts_total_five():
    rng = np.random.default_rng(11)
    rows = [rng.poisson(9, 5) for _ in range(6)]
    drawing = "\n".join(f"Z{i}: {' '.join(map(str, row))}" for i, row in enumerate(rows))
    problem = grid(drawing)
    hidden = masked(protect(problem))
    for i, row in enumerate(rows):
        parts = [int(row[c]) for c in range(5) if f"Z{i}{c}" in hidden]
        if f"Z{i}T" not in hidden:
            assert len(parts) != 1
            assert not parts or sum(parts) >= 5


def test_certificates_are_other_tables_that_add_up():
    problem = grid(RECTANGLE)
    protection = protect(problem)
    [certificate] = protection.certificates
    [table] = certificate.tables
    other = {name: table.get(name, problem.value[i]) for i, name in enumerate(problem.ids)}
    assert other["A2"] >= 5
    assert set(table) <= masked(protection)
    values = np.array([other[name] for name in problem.ids])
    assert not (problem.matrix @ values).any()


def test_the_checker_trusts_nobody():
    problem = grid(RECTANGLE)
    value = problem.value
    table = make_table(
        problem, value, [Goal(2, REACH, 5, "effectif")], np.zeros(len(problem), bool)
    )
    index = problem.index
    names = ["A2", "A0", "B2", "B0"]
    cells = np.array([index[name] for name in names])
    hidden = np.zeros(len(problem), bool)
    hidden[cells] = True
    checker = Checker(table, hidden)
    fine = Move(cells, np.array([2, -2, -2, 2]))
    assert checker.accepts(fine)
    assert checker.proves(Goal(index["A2"], REACH, 5, ""), [fine])
    assert not checker.proves(Goal(index["A2"], REACH, 6, ""), [fine])
    assert not checker.accepts(Move(cells, np.array([2, -2, -2, 1])))
    assert not checker.accepts(Move(cells, np.array([25, -25, -25, 25])))
    hidden[index["B0"]] = False
    assert not Checker(table, hidden).accepts(fine)


@pytest.mark.parametrize("zeros", ["shown", "masked"])
def test_the_stated_bound_never_tells_a_hidden_cell_from_another(zeros):
    """A 0 hidden with others where zeros are shown: all hidden cells get the same bound."""
    cells = [
        {"id": "a", "value": 0, "universe": 40},
        {"id": "b", "value": 12, "universe": 40},
        {"id": "c", "value": 28, "universe": 40},
        {"id": "t", "value": 40, "universe": 40},
    ]
    rows = [{"id": "somme", "terms": {"a": 1, "b": 1, "c": 1, "t": -1}}]
    policy = {"min_count": 5, "min_population": 100, "zeros": zeros}
    release = protect(build(cells, rows, policy=policy)).release
    hidden = release.status == SUPPRESSED
    assert hidden[0]
    assert len(set(release.lb[hidden])) == 1
