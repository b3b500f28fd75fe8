"""Priorities: computed by hand, blind to what is hidden, and argued with."""

import html
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data.decision import priorities, priority_words, sensitivity
from ctg_data.decision.priorities import GAP, PLACES, Setting
from ctg_data.decision.proposed import decision
from ctg_data.disclosure.adapter.gate import Gated, Secrecy
from ctg_data.errors import TerritoryError
from ctg_data.model import Level, PublicStatus
from ctg_data.opening import complete_workspace
from ctg_data.release import masked
from ctg_data.release.policy import Policy
from tests.pages import Reader, bodies, config, data_of, figures
from tests.project import test_no_leak as leak
from tests.tables import SOURCE

YEAR = 2024
RSA, ALL = "foyers_rsa_socle", "foyers_allocataires"
LOW, BASE = "foyers_bas_revenus", "foyers_reference_revenus"
PLACES_HERE, CHILDREN = "places_eaje_implantees", "enfants_couverts"
ZONES = [one for one in config(fictional=True).qpv if one.vintage == YEAR]
A, B, C, D = ZONES[:4]


def workspace(**shares):
    """QPV behind the gate: for each variable, the numbers (or « s ») of the commune, A, B, C."""
    place = config(fictional=True).commune
    lines = []
    for name, numbers in shares.items():
        variable, _, category = name.partition("__")
        for zone, value in zip([place, *ZONES], numbers, strict=False):
            hidden = value == "s"
            status = PublicStatus.SECRET if hidden else PublicStatus.DIFFUSE
            key = (variable, str(zone.level), zone.code, zone.vintage, YEAR, category or "total")
            lines.append((*key, None if hidden else float(value), "foyers", str(status), SOURCE.id))
    table = pd.DataFrame(lines, columns=masked.COLUMNS)
    release = masked._release(table, {SOURCE.id: SOURCE}, Policy())
    return complete_workspace(config(fictional=True), Gated(release, Secrecy(), pd.DataFrame()))


def usual(rsa=(20, 30, 40, 10), low=(30, 60, 45, 30), size=1000):
    """Shares in percent of a thousand households: commune, then A, B, C."""

    def count(shares):
        return [one if one == "s" else one * size / 100 for one in shares]

    whole = [size] * len(rsa)
    return workspace(**{RSA: count(rsa), ALL: whole, LOW: count(low), BASE: whole})


def ranked(data, method=PLACES, **weights):
    chosen = tuple((weights or {"AD01": 1, "CTX06": 1}).items())
    return priorities.rank(data, Setting(Level.QPV, chosen, method))


# The score


def test_places_give_a_hundred_to_the_greatest_need_and_nothing_to_the_least():
    made = ranked(usual(), AD01=3, CTX06=1)
    # AD01: A 30, B 40, C 10 → 50, 100, 0; CTX06: A 60, B 45, C 30 → 100, 50, 0
    assert made.zones == (B, A, C)
    assert made.scores == pytest.approx([(3 * 100 + 50) / 4, (3 * 50 + 100) / 4, 0])
    assert made.brought.sum(axis=0) == pytest.approx(made.scores)
    assert list(made.places) == [1, 2, 3]


def test_gaps_are_percents_of_the_commune():
    made = ranked(usual(), GAP)
    # A: (30−20)/20 = +50 %, (60−30)/30 = +100 %; B: +100 %, +50 %; C: −50 %, 0 %
    assert made.scores == pytest.approx([75, 75, -25])
    assert list(made.places) == [1, 1, 3]
    assert "à égalité" in priority_words.answer(made)


def test_few_places_for_many_children_is_a_need():
    shares = {PLACES_HERE: [200, 60, 120, 0], f"{CHILDREN}__0-2": [800, 400, 400, 400]}
    made = ranked(workspace(**shares), PE14A=1)
    assert made.zones == (C, A, B)
    gap = ranked(workspace(**shares), GAP, PE14A=1)
    assert gap.scores == pytest.approx([100, 40, -20])  # 0, 15 and 30 against 25 for 100


def test_zones_with_the_same_figures_share_their_points_and_their_place():
    made = ranked(usual(rsa=(20, 30, 30, 10), low=(30, 50, 50, 30)))
    assert made.scores == pytest.approx([75, 75, 0])
    assert set(priority_words.leading(made)) == {A, B}


def test_a_criterion_of_no_weight_asks_nothing_of_a_zone():
    data = usual(low=(30, 60, 45, "s"))
    assert C not in ranked(data).zones
    assert C in ranked(data, AD01=1, CTX06=0).zones


def test_without_criteria_or_with_one_zone_there_is_no_ranking():
    assert priorities.rank(usual(), Setting(Level.QPV, ())) is None
    assert ranked(usual(rsa=(20, 30, 40, "s"), low=(30, "s", 45, 30))) is None


def test_a_count_has_no_gap_to_the_commune():
    found = priorities.criteria(usual(), Level.QPV)
    codes = {one.indicator.code for one in priorities.comparable(usual(), found)}
    assert {"AD01", "CTX06"} <= codes
    assert not any(one.indicator.is_count for one in found if one.indicator.code in codes)


def test_two_variants_of_one_indicator_are_never_weighed_together():
    found = priorities.criteria(data_of(fictional=True), Level.QPV)
    codes = {one.indicator.code for one in found}
    assert "PE14A" in codes
    assert "PE14B" not in codes


def test_two_generations_of_outlines_never_mix():
    place = data_of(fictional=True)
    zones = priorities.known_zones(place, Level.QPV)
    assert {one.vintage for one in zones} == {max(one.vintage for one in place.territory.qpv)}


# What is hidden


def test_a_zone_that_hides_a_criterion_is_named_and_not_ranked():
    made = ranked(usual(rsa=(20, 30, 40, "s")))
    assert set(made.zones) == {A, B}
    assert made.unranked[PublicStatus.SECRET] == (C,)
    assert C.code not in set(made.table.frame["code"])
    said = priority_words.unranked(PublicStatus.SECRET, (C,))
    assert C.label in said
    assert "secret statistique" in said
    assert not any(one.isdigit() for one in said)  # neither threshold nor count
    assert "RSA" not in said


def test_a_zone_without_figure_is_told_apart_from_a_hidden_one():
    made = ranked(usual(rsa=(20, 30, 40, 10), low=(30, 60, 45)))
    assert made.unranked[PublicStatus.NON_DISPONIBLE] == (C, *ZONES[3:])


@pytest.mark.parametrize("method", [PLACES, GAP])
def test_nothing_printed_depends_on_a_zone_that_is_not_ranked(method):
    """The figures it shows elsewhere may be anything: places, scores and noise do not move."""
    found = []
    for shown in (1, 45, 99):
        data = usual(rsa=(20, 30, 40, "s", 10), low=(30, 60, 45, shown, 20))
        made = ranked(data, method)
        firm = sensitivity.firmness(data, made, 0.25)
        found.append(
            [*made.scores, *made.brought.ravel(), *firm.noise, *firm.weightings, *firm.low]
        )
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("method", [PLACES, GAP])
@pytest.mark.parametrize("level", priorities.LEVELS)
def test_no_hidden_number_enters_a_score(level, method):
    """Every criterion at once: none of the canaries of the gate is in the table."""
    data = leak.guarded()
    found = priorities.criteria(data, level)
    for one in found:
        made = priorities.rank(data, Setting(level, ((one.indicator.code, 1),), method))
        if made is not None:
            assert not leak.leaks(set(made.table.frame["value"]))
            assert made.table.hidden == 0


def test_the_same_search_sees_a_leak_without_the_gate():
    made = priorities.rank(leak.naked(), Setting(Level.QPV, (("PE02", 1),)))
    assert leak.CHILDREN in leak.leaks(set(made.table.frame["value"]))


# Argued with


def test_a_zone_first_for_everything_stays_first():
    data = usual(rsa=(20, 60, 30, 10), low=(30, 70, 45, 30), size=10_000)
    firm = sensitivity.firmness(data, ranked(data), 0.5)
    assert firm.holds
    assert len(firm.trials) == 6  # two criteria: up, down, dropped
    assert firm.weightings[0] == firm.noise[0] == 1
    assert (firm.low[0], firm.high[0]) == (1, 1)
    assert priority_words.firmness(ranked(data), firm).startswith("Oui")


def test_the_trial_that_changes_the_first_zone_is_named():
    data = usual()
    made = ranked(data, AD01=3, CTX06=2)
    firm = sensitivity.firmness(data, made, 0.25)
    broken = [one for one in firm.trials if not one.holds]
    assert [(one.criterion.indicator.code, one.change) for one in broken] == [("AD01", None)]
    assert broken[0].first == (A,)
    told = priority_words.firmness(made, firm)
    assert told.startswith("Pas toujours")
    assert 0.4 < firm.weightings[0] < 0.6  # two criteria that disagree, weights drawn at random


def test_a_small_count_leaves_more_places_open_than_a_large_one():
    few, many = (
        sensitivity.firmness(data, ranked(data), 0.25)
        for data in (
            usual(rsa=(20, 31, 30, 29), low=(30, 31, 30, 29), size=n) for n in (150, 10**6)
        )
    )
    assert (few.high - few.low).sum() > (many.high - many.low).sum()
    assert list(many.high - many.low) == [0, 0, 0]
    assert few.noise.max() < 1


def test_two_readers_find_the_same_firmness():
    data = usual()
    one, two = (sensitivity.firmness(data, ranked(data), 0.25) for _ in range(2))
    assert list(one.noise) == list(two.noise)
    assert list(one.weightings) == list(two.weightings)


def test_what_chance_makes_of_a_ranking_does_not_depend_on_how_far_weights_are_moved():
    data = usual()
    made = ranked(data)
    draws = sensitivity.draw(data, made)
    for change in (0.1, 1.0):
        given = sensitivity.firmness(data, made, change, draws)
        anew = sensitivity.firmness(data, made, change)
        assert given.trials == anew.trials
        for name in ("weightings", "noise", "low", "high"):
            assert list(getattr(given, name)) == list(getattr(anew, name))


# Weights proposed by the territory


@pytest.mark.parametrize("fictional", [True, False])
def test_proposed_weights_are_those_of_indicators(fictional):
    data = data_of(fictional=fictional)
    chosen = decision(data.territory)
    assert chosen is not None
    assert all(data.indicator(code) for code in chosen.weights)


def test_without_proposal_what_is_judged_weighs_one():
    found = priorities.criteria(usual(), Level.QPV)
    assert priorities.proposed(found, {}) == {"CTX06": 1}
    assert priorities.proposed(found, {"AD01": 4, "XX99": 2}) == {"AD01": 4}


def test_a_decision_at_fault_says_everything_at_once(tmp_path):
    place = config(fictional=True)
    text = (place.folder / "decision.toml").read_text(encoding="utf-8")
    text = text.replace("AD01 = 2", "AD01 = 9").replace("horizon = 5", 'horizon = "cinq"')
    (tmp_path / "decision.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TerritoryError) as problem:
        decision(replace(place, folder=tmp_path))
    assert "priorites.poids.AD01" in str(problem.value)
    assert "horizon" in str(problem.value)


# On the page


def lead(app):
    return html.unescape(bodies(app).split('ctg-lead">')[1].split("</p>")[0])


def test_a_weight_moved_by_the_reader_makes_the_ranking_again(monkeypatch):
    data = usual()
    app = Reader(monkeypatch, data).open("priorites")
    assert not app.exception
    for code, weight in (("AD01", 5), ("CTX06", 1)):
        app.slider(key=f"poids_{code}").set_value(weight)
    assert B.label in lead(app.run())
    app.slider(key="poids_AD01").set_value(0)
    assert A.label in lead(app.run())
    app.multiselect(key="criteres_qpv").set_value([]).run()
    assert not app.exception
    assert "Pas de classement" in bodies(app)
    assert not figures(app)


def test_a_zone_that_is_not_ranked_is_in_no_figure(monkeypatch):
    app = Reader(monkeypatch, usual(rsa=(20, 30, 40, "s"))).open("priorites")
    assert f"secret statistique\u00a0: {C.label}" in bodies(app).replace("&#x27;", "'")
    assert figures(app)
    assert all(C.code not in str(one) and C.label not in str(one) for one in figures(app))
