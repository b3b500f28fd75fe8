"""The second witness, on worlds small enough to be worked out by hand."""

import ast
from pathlib import Path

import pytest
from shapely.geometry import Polygon

from ctg_data.disclosure import witness
from ctg_data.disclosure.witness.verdict import BELOW, EXACT, INSIDE, NARROW, Condition
from tests.worlds import COMMUNE, ground, iris, look, name, qpv, quartier, square

AL, APL, TOTAL = "foyers_aide_logement", "foyers_apl", "foyers_allocataires"
COMPOSITION, CHILDREN = "foyers_selon_composition", "enfants_couverts"
ONE = {iris(1): square(0, 0, 10, 10)}
FOUR = {iris(k): square(10 * k, 0, 10 * k + 10, 10) for k in range(1, 5)}
ENGINE = {"relations", "neighbours", "statement", "problem", "protect", "release", "spec"}


def kinds(answer) -> dict[str, str]:
    return {leak.id: leak.kind for leak in answer.leaks}


def test_it_shares_no_code_with_the_engine():
    for path in Path(witness.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = getattr(node, "module", None) or ""
            if named.startswith("ctg_data.disclosure"):
                assert named.startswith("ctg_data.disclosure.witness"), path.name
            assert not named.startswith("geo"), path.name


# one zone: people


def test_a_part_is_the_total_less_the_others():
    parts = {f"{COMPOSITION}/isole": 40, f"{COMPOSITION}/monoparent": None}
    parts |= {f"{COMPOSITION}/couple_sans_enfant": 20, f"{COMPOSITION}/couple_avec_enfants": 30}
    ours = {(key, iris(1)): value for key, value in {TOTAL: 93, **parts}.items()}
    found = look(ours, ground(ONE))
    assert kinds(found) == {name(f"{COMPOSITION}/monoparent", iris(1)): EXACT}
    assert found.leaks[0].low == 3


def test_two_parts_hide_each_other_and_are_said_to_be_safe():
    parts = {f"{COMPOSITION}/isole": None, f"{COMPOSITION}/monoparent": None}
    parts |= {f"{COMPOSITION}/couple_sans_enfant": 20, f"{COMPOSITION}/couple_avec_enfants": 30}
    ours = {(key, iris(1)): value for key, value in {TOTAL: 93, **parts}.items()}
    found = look(ours, ground(ONE), exact=True)
    assert found.sound
    assert not found.recomputed
    assert found.bounds[name(f"{COMPOSITION}/isole", iris(1))] == (0, 43)


@pytest.mark.parametrize(("apl", "kind"), [(97, INSIDE), (100, EXACT), (96, INSIDE), (95, "")])
def test_what_a_subset_leaves_of_its_host_is_people_too(apl, kind):
    found = look({(AL, iris(1)): 100, (APL, iris(1)): apl}, ground(ONE))
    assert [leak.kind for leak in found.leaks] == ([EXACT] if kind else [])
    assert not found.leaks or found.leaks[0].low == 100 - apl


def test_a_subset_is_no_larger_than_its_host():
    assert look({(AL, iris(1)): 4, (APL, iris(1)): None}, ground(ONE)).leaks
    found = look({(AL, iris(1)): None, (APL, iris(1)): 60, (TOTAL, iris(1)): 64}, ground(ONE))
    assert BELOW in kinds(found).values()  # between 60 and 64: what APL leaves of AL is 0 to 4


def test_persons_are_foyers_partners_and_children():
    """The equality holds in a zone where all is shown: a reader uses it in the other."""
    full = {TOTAL: 120, "personnes_couvertes": 300, CHILDREN: 130}
    full |= {f"{COMPOSITION}/isole": 40, f"{COMPOSITION}/monoparent": 30}
    full |= {f"{COMPOSITION}/couple_sans_enfant": 20, f"{COMPOSITION}/couple_avec_enfants": 30}
    other = {**full, f"{COMPOSITION}/couple_sans_enfant": None, f"{COMPOSITION}/isole": None}
    ours = {(key, iris(1)): value for key, value in full.items()}
    ours |= {(key, iris(2)): value for key, value in other.items()}
    where = ground({iris(1): square(0, 0, 10, 10), iris(2): square(10, 0, 20, 10)})
    found = look(ours, where, exact=True)
    assert found.bounds[name(f"{COMPOSITION}/couple_sans_enfant", iris(2))] == (20, 20)
    denied = {**ours, ("personnes_couvertes", iris(1)): 302}
    found = look(denied, where, exact=True)
    assert found.bounds[name(f"{COMPOSITION}/couple_sans_enfant", iris(2))] == (0, 20)


def test_families_have_children_and_large_ones_three():
    ours = {(CHILDREN, iris(1)): 100, (f"{COMPOSITION}/monoparent", iris(1)): 40}
    ours |= {(f"{COMPOSITION}/couple_avec_enfants", iris(1)): None}
    key = name(f"{COMPOSITION}/couple_avec_enfants", iris(1))
    assert look(ours, ground(ONE), exact=True).bounds[key] == (0, 60)
    ours[("couples_trois_enfants", iris(1))] = 15
    assert look(ours, ground(ONE), exact=True).bounds[key] == (15, 30)


def test_a_benefit_for_families_of_two_children_says_who_has_them():
    ours = {("foyers_af", iris(1)): 58, (f"{COMPOSITION}/monoparent", iris(1)): 30}
    ours |= {(f"{COMPOSITION}/couple_avec_enfants", iris(1)): None, (CHILDREN, iris(1)): 120}
    key = name(f"{COMPOSITION}/couple_avec_enfants", iris(1))
    # 58 families of two at least, of 30 + x families in all, with 120 children: x from 28 to 32
    assert look(ours, ground(ONE), exact=True).bounds[key] == (28, 32)


def test_ages_cut_otherwise_are_compared_age_by_age():
    ours = {("enfants_aeeh/6-11", iris(1)): None}
    ours |= {(f"{CHILDREN}/6-10", iris(1)): 20, (f"{CHILDREN}/11-14", iris(1)): 7}
    found = look(ours, ground(ONE), exact=True)
    assert found.bounds[name("enfants_aeeh/6-11", iris(1))] == (0, 27)
    ours |= {("enfants_aeeh/12+", iris(1)): None, (f"{CHILDREN}/15-17", iris(1)): 0}
    ours |= {("enfants_aeeh", iris(1)): 30, (f"{CHILDREN}/18-24", iris(1)): 0}
    ours |= {("enfants_aeeh/0-2", iris(1)): 2, ("enfants_aeeh/3-5", iris(1)): 2}
    found = look(ours, ground(ONE), exact=True)
    assert found.bounds[name("enfants_aeeh/6-11", iris(1))] == (19, 26)


def test_parts_shown_together_are_their_sum():
    ours = {(f"{CHILDREN}/0-2", iris(1)): None, (f"{CHILDREN}/3-5", iris(1)): 40}
    found = look(ours | {(f"{CHILDREN}/0-5", iris(1)): 43}, ground(ONE))
    assert kinds(found)[name(f"{CHILDREN}/0-2", iris(1))] == EXACT


# several zones: ground


def test_a_quartier_is_its_iris():
    where = ground({**FOUR, quartier(1): square(10, 0, 50, 10)})
    ours = {(TOTAL, iris(k)): 120 for k in (1, 2, 3)} | {(TOTAL, iris(4)): None}
    found = look(ours | {(TOTAL, quartier(1)): 363}, where)
    assert kinds(found)[name(TOTAL, iris(4))] == EXACT


def test_a_qpv_that_is_one_iris_drawn_by_another_hand():
    rough = Polygon([(p[0] + 2e-5, p[1]) for p in FOUR[iris(1)].exterior.coords])
    where = ground({**FOUR, qpv(1): rough})
    found = look({(TOTAL, iris(1)): 150, (TOTAL, qpv(1)): None}, where, exact=True)
    assert found.bounds[name(TOTAL, qpv(1))] == (150, 150)


def test_what_a_qpv_leaves_of_an_iris():
    where = ground({**FOUR, qpv(1): square(10, 0, 17, 10)})
    found = look({(TOTAL, iris(1)): 150, (TOTAL, qpv(1)): 147}, where)
    assert [(leak.kind, leak.low) for leak in found.leaks] == [(EXACT, 3)]


def test_a_sliver_has_no_inhabitants_and_a_piece_may_have():
    for wide, bound in ((10.4, (150, 150)), (11.5, (0, 150))):
        where = ground(
            {
                iris(1): square(0, 0, 10, 10),
                iris(2): square(10, 0, 40, 10),
                qpv(1): square(0, 0, wide, 10),
            }
        )
        found = look({(TOTAL, iris(1)): None, (TOTAL, qpv(1)): 150}, where, exact=True)
        assert found.bounds[name(TOTAL, iris(1))][0] == (0 if bound[0] == 0 else 150)


def test_two_generations_give_their_ring():
    where = ground({**FOUR, qpv(1, 2015): square(10, 0, 16, 10), qpv(1): square(10, 0, 19, 10)})
    found = look({(TOTAL, qpv(1, 2015)): 140, (TOTAL, qpv(1)): 143}, where)
    assert [leak.low for leak in found.leaks] == [3]


def test_a_qpv_over_two_communes_bounds_its_iris_only_by_its_part():
    shapes = {**FOUR, qpv(1): square(40, 0, 60, 10)}
    where = ground(shapes, astride=[qpv(1)], here=square(10, 0, 50, 10))
    found = look({(TOTAL, qpv(1)): None, (TOTAL, iris(4)): 102}, where, exact=True)
    assert found.bounds[name(TOTAL, qpv(1))][0] == 102  # the whole IRIS is in it, and more
    assert found.bounds[name(TOTAL, qpv(1))][1] > 10_000


def test_people_whom_nobody_could_locate_are_in_the_commune_alone():
    where = ground(FOUR)
    ours = {(TOTAL, COMMUNE): 500} | {(TOTAL, iris(k)): 124 for k in range(1, 5)}
    found = look(ours, where)
    assert [(leak.low, leak.high) for leak in found.leaks] == [(4, 4)]
    assert not look(ours | {(TOTAL, COMMUNE): 501}, where).leaks


def test_zonings_that_nobody_drew_meet_in_the_commune_only():
    where = ground(FOUR, unknown=[qpv(1), qpv(2)])
    ours = {(TOTAL, iris(k)): 120 for k in range(1, 5)} | {(TOTAL, COMMUNE): 500}
    found = look(ours | {(TOTAL, qpv(1)): None, (TOTAL, qpv(2)): 200}, where, exact=True)
    assert found.bounds[name(TOTAL, qpv(1))] == (0, 300)


def test_groups_of_zones_on_the_same_ground():
    halves = {qpv(1): square(10, 0, 25, 10), qpv(2): square(25, 0, 30, 10)}
    ours = {
        (TOTAL, iris(1)): 120,
        (TOTAL, iris(2)): 130,
        (TOTAL, qpv(1)): 180,
        (TOTAL, qpv(2)): None,
    }
    found = look(
        ours, ground({iris(1): FOUR[iris(1)], iris(2): FOUR[iris(2)], **halves}), exact=True
    )
    assert found.bounds[name(TOTAL, qpv(2))] == (70, 70)


# what readers hold beside


def test_a_rounded_figure_is_two_worlds():
    """65 rounded to the nearest is 63 to 67, rounded down 65 to 69."""
    ours = {(AL, COMMUNE): None, (AL, iris(1)): 63}
    found = look(ours, ground(ONE), {(AL, COMMUNE): (65.0, "arrondi")}, exact=True)
    assert [leak.kind for leak in found.leaks] == [BELOW]  # 0 to 4 unlocated, if it is the nearest
    ours = {(AL, COMMUNE): None, (AL, iris(1)): 60}
    assert look(ours, ground(ONE), {(AL, COMMUNE): (65.0, "arrondi")}).sound


def test_what_others_give_away_is_not_held_against_us():
    public = {(AL, iris(1)): (100.0, "diffuse"), (APL, iris(1)): (97.0, "diffuse")}
    found = look({(TOTAL, iris(1)): None}, ground(ONE), public)
    assert not found.leaks
    public[TOTAL, COMMUNE] = (103.0, "diffuse")
    found = look({(TOTAL, iris(1)): None}, ground(ONE), public, Condition(5, 10))
    assert not found.leaks
    assert NARROW in [leak.kind for leak in found.public]


def test_ours_narrowing_what_others_leave_is_a_leak():
    public = {(AL, iris(1)): (100.0, "diffuse"), (TOTAL, COMMUNE): (160.0, "diffuse")}
    ours = {(TOTAL, iris(1)): None, ("foyers_rsa", iris(1)): 155}
    found = look(ours, ground(ONE), public, Condition(5, 10))
    assert name(TOTAL, iris(1)) in kinds(found)


def test_figures_that_contradict_each_other_conclude_nothing():
    public = {(TOTAL, iris(1)): (80.0, "diffuse")}
    found = look({(AL, iris(1)): 90, (APL, iris(1)): None}, ground(ONE), public, exact=True)
    assert found.apart == (f"{AL}/total dans {TOTAL}/total",)
    assert found.bounds[name(APL, iris(1))] == (0, 90)


def test_a_few_misplaced_people_leave_the_sum_standing():
    parts = {f"{COMPOSITION}/isole": 40, f"{COMPOSITION}/monoparent": None}
    parts |= {f"{COMPOSITION}/couple_sans_enfant": 20, f"{COMPOSITION}/couple_avec_enfants": 30}
    ours = {(key, iris(1)): value for key, value in {TOTAL: 93, **parts}.items()}
    whole = {**parts, f"{COMPOSITION}/monoparent": 12}
    ours |= {(key, iris(2)): value for key, value in {TOTAL: 103, **whole}.items()}  # one too many
    where = ground({iris(1): square(0, 0, 10, 10), iris(2): square(10, 0, 20, 10)})
    found = look(ours, where)
    assert kinds(found) == {name(f"{COMPOSITION}/monoparent", iris(1)): EXACT}
    assert len(found.apart) == 1


def test_persons_fewer_than_foyers_say_nothing_of_foyers():
    ours = {("personnes_couvertes", iris(1)): 60, (TOTAL, iris(1)): 90}
    ours |= {(f"{COMPOSITION}/isole", iris(1)): 50, (f"{COMPOSITION}/monoparent", iris(1)): None}
    ours |= {(f"{COMPOSITION}/couple_sans_enfant", iris(1)): None}
    ours |= {(f"{COMPOSITION}/couple_avec_enfants", iris(1)): 20}
    found = look(ours, ground(ONE), exact=True)
    assert found.apart == ("personnes_couvertes",)
    assert found.bounds[name(f"{COMPOSITION}/monoparent", iris(1))] == (0, 20)


def test_a_rule_denied_in_one_place_leaves_the_others_standing():
    """The commune has fewer children than families; persons still give a hidden part away."""
    zone = {TOTAL: 259, f"{COMPOSITION}/isole": 150, f"{COMPOSITION}/monoparent": None}
    zone |= {f"{COMPOSITION}/couple_sans_enfant": 12, f"{COMPOSITION}/couple_avec_enfants": None}
    zone |= {"personnes_couvertes": 665, CHILDREN: 301}
    whole = {TOTAL: 900, f"{COMPOSITION}/isole": 400, f"{COMPOSITION}/monoparent": 200}
    whole |= {f"{COMPOSITION}/couple_sans_enfant": 100, f"{COMPOSITION}/couple_avec_enfants": 200}
    whole |= {CHILDREN: 380, "personnes_couvertes": 1580}
    ours = {(key, iris(1)): value for key, value in zone.items()}
    ours |= {(key, COMMUNE): value for key, value in whole.items()}
    found = look(ours, ground(ONE))
    assert found.apart == (f"{CHILDREN} des foyers",)
    assert kinds(found)[name(f"{COMPOSITION}/monoparent", iris(1))] == EXACT
    assert min(leak.low for leak in found.leaks) == 4  # 259 + 12 + couples + 301 = 665


# conditions


def test_a_zone_under_a_hundred_keeps_its_width():
    ours = {(TOTAL, iris(1)): None, (AL, iris(1)): 60, (TOTAL, COMMUNE): 68}
    assert name(TOTAL, iris(1)) in kinds(look(ours, ground(ONE), told=Condition(5, 18)))
    assert name(TOTAL, iris(1)) not in kinds(look(ours, ground(ONE), told=Condition(5, 8)))


def test_persons_without_their_foyers_are_judged_more_strictly():
    ours = {(f"{CHILDREN}/0-2", iris(1)): None, (CHILDREN, iris(1)): 10}
    assert look(ours, ground(ONE)).sound
    assert kinds(look(ours, ground(ONE), told=Condition(11))) != {}


def test_a_zero_shown_is_no_secret():
    ours = {(AL, iris(1)): 0, (APL, iris(1)): None}
    assert look(ours, ground(ONE)).leaks
    assert look(ours, ground(ONE), zeros_shown=True).sound
