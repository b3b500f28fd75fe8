"""Article 7 of the convention, as drawings anyone can check by hand.

A rule that changes, changes a drawing here first.
"""

from dataclasses import replace

import pandas as pd
import pytest

from ctg_data.disclosure.adapter import confidential, gate as door, kept, merging
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.disclosure.adapter.gate import gate
from ctg_data.errors import UnmaskedDataError
from ctg_data.model import Citation
from ctg_data.release.policy import Policy
from ctg_data.territory.config import open_territory
from geo.outlines.places import Nesting
from tests import tables
from tests.drawing import PARTS, read, shown

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
CITY = [Nesting(("commune", "C", 0), (("qpv", "A", 2024), ("qpv", "B", 2024)), "hors QPV")]
SOCLE = Citation("socle", "CAF", "Socle", "2024", "", "interne", confidential=True)
OPEN = Citation("ouvert", "Cnaf", "Données ouvertes", "2024", "2026-10-01", "Licence Ouverte")


def mask(drawing: str, settings: Policy | None = None, nestings=()) -> str:
    return shown(protect_socle(read(drawing), NOBODY, settings or Policy(), nestings).table)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("A | 40 30 20 10 | 100", "A | 40 30 20 10 | 100", id="a hundred, ten: shown"),
        pytest.param("A | 40 35 20 5 | 100", "A | 40 35 20 5 | 100", id="five is shown"),
        pytest.param(
            "A | 40 30 19 10 | 99", "A | s s s s | s", id="a zone under 100 is not studied"
        ),
    ],
)
def test_examples(before, after):
    assert mask(before) == after


def test_four_hides_a_neighbour_and_keeps_the_total():
    after = mask("A | 40 38 18 4 | 100")
    parts, total = after.split("|")[1].split(), after.split("|")[2].strip()
    assert total == "100"
    assert parts[3] == "s"
    assert parts.count("s") == 2


def test_a_zero_is_a_secret_unless_the_caf_shows_zeros():
    drawing = "A | 60 30 10 0 | 100"
    assert mask(drawing).split("|")[1].split()[3] == "s"
    assert mask(drawing, Policy(zeros_shown=True)) == drawing


def test_a_zone_cannot_be_had_by_subtraction_from_the_commune():
    """A is small; the commune, B and « hors QPV » must not give it back."""
    drawing = "= C | 400 300 200 100 | 1000\nA | 40 38 18 4 | 100\nB | 60 50 40 50 | 200"
    table = protect_socle(read(drawing), NOBODY, Policy(), CITY).table
    column = table[table["category"] == "couple_avec_enfants"].set_index("code")["value"]
    assert pd.isna(column["A"])
    # the remainder « hors QPV » is never shown: the commune and B may stay
    assert column["C"] == 100


def test_a_remainder_of_three_people_is_a_secret_too():
    """Nobody shows « hors QPV », but commune minus zones gives it: 12 - 4... here 103 - 50 - 50."""
    drawing = "= C | 403 300 200 103 | 1006\nA | 100 80 80 50 | 310\nB | 100 80 80 50 | 310"
    table = protect_socle(read(drawing), NOBODY, Policy(), CITY).table
    column = table[table["category"] == "couple_avec_enfants"].set_index("code")["value"]
    assert column.isna().any(), "103, 50 and 50 together say that 3 live elsewhere"


def test_the_audit_is_run_on_what_is_shown():
    found = protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy())
    assert found.audit is not None
    assert found.audit.attacked >= 2
    assert found.audit.safe
    assert found.audit.on


def test_the_journal_names_each_hidden_cell_once_without_its_value():
    found = protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy())
    assert len(found.journal) == 2
    assert "value" not in found.journal.columns
    assert found.journal["rule"].str.len().gt(0).all()


def test_persons_without_their_allocataires_are_judged_more_strictly():
    table = read("A | 40 30 20 10 | 100")
    people = table.iloc[:1].assign(
        variable="personnes_couvertes", category="total", unit="personnes", value=9, base=pd.NA
    )
    hidden = protect_socle(pd.concat([table, people]), NOBODY, Policy()).table
    row = hidden[hidden["variable"] == "personnes_couvertes"].iloc[0]
    assert pd.isna(row["value"])
    known = protect_socle(pd.concat([table, people.assign(base=5)]), NOBODY, Policy()).table
    assert known[known["variable"] == "personnes_couvertes"]["value"].iloc[0] == 9


def never_proved(real, times):
    """An engine that cannot prove the first cell it masks, the first ``times`` times."""
    calls = []

    def protect(problem, **options):
        outcome, verdict = real(problem, **options)
        calls.append(outcome)
        unproved = next(name for name in outcome.release.ids if name.startswith("foyers_selon"))
        return replace(outcome, failed=[unproved] if len(calls) <= times else []), verdict

    return protect


@pytest.mark.parametrize(("times", "told"), [(2, "qu'au total"), (9, "n'est pas montré")])
def test_a_table_that_cannot_be_proved_gives_up_its_parts_then_itself(monkeypatch, times, told):
    engine = never_proved(confidential.protect_and_audit, times)
    monkeypatch.setattr(confidential, "protect_and_audit", engine)
    found = protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy())
    assert shown(found.table) == "A | s s s s | 100", "the total is another table, proved"
    assert not merged_parts(found), "nothing of a way that was not proved"
    assert told in found.dropped[0]


def merged_parts(protection):
    """What is shown together: zone and merged part → value."""
    rows = protection.table[merging.is_merged(protection.table)].dropna(subset="value")
    return {(row.code, row.category): int(row.value) for row in rows.itertuples()}


def test_parts_next_to_each_other_are_shown_together_before_they_are_given_up(monkeypatch):
    """Alone they are 40, 38, 18 and 4; together 58 without a child and 42 with children."""
    engine = never_proved(confidential.protect_and_audit, 1)
    monkeypatch.setattr(confidential, "protect_and_audit", engine)
    found = protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy())
    assert shown(found.table) == "A | s s s s | 100"
    assert merged_parts(found) == {("A", "sans_enfant"): 58, ("A", "avec_enfants"): 42}
    assert "Familles avec enfant(s)" in found.dropped[0]
    assert "n'est montré qu'au total" not in " ".join(found.dropped)
    rules = dict(zip(found.journal["category"], found.journal["rule"], strict=True))
    assert "moins de 5" in rules["couple_avec_enfants"]
    assert "regroupées" in rules["isole"], "the statistician reads why 40 is not shown apart"


def test_a_merged_part_is_a_cell_that_the_audit_attacks(monkeypatch):
    """Two families with children among a hundred foyers: together they are still too few."""
    seen = []

    def engine(problem, **options):
        outcome, verdict = real(problem, **options)
        seen.append(problem)
        unproved = next(name for name in outcome.release.ids if name.startswith("foyers_selon"))
        return replace(outcome, failed=[] if len(seen) > 1 else [unproved]), verdict

    real = confidential.protect_and_audit
    monkeypatch.setattr(confidential, "protect_and_audit", engine)
    found = protect_socle(read("A | 70 1 28 1 | 100"), NOBODY, Policy())
    assert [one for one in seen[1].relation_ids if one.startswith("regroupement")]
    assert merged_parts(found) == {}, "2 is hidden, and 98 with it"


def test_what_was_shown_together_once_is_known_for_ever(monkeypatch):
    """The next edition shows parts apart again: the sum that readers hold is counted as known."""
    first = protect_after_one_failure(monkeypatch, "A | 40 38 18 4 | 100")
    before = kept.states([kept.to_bytes(first)])
    again = protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy(), before=before)
    assert merged_parts(again) == merged_parts(first)
    assert shown(again.table) == shown(first.table)


def protect_after_one_failure(monkeypatch, drawing):
    """Protect with an engine that fails once, then leave the true engine in place."""
    with monkeypatch.context() as patch:
        patch.setattr(
            confidential, "protect_and_audit", never_proved(confidential.protect_and_audit, 1)
        )
        return protect_socle(read(drawing), NOBODY, Policy())


def test_a_file_with_fixed_columns_gives_up_parts_rather_than_merging_them(monkeypatch):
    engine = never_proved(confidential.protect_and_audit, 1)
    monkeypatch.setattr(confidential, "protect_and_audit", engine)
    found = protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy(), regroup=False)
    assert not merged_parts(found)
    assert "qu'au total" in found.dropped[0]


def test_a_cell_hidden_at_source_stays_hidden():
    assert mask("A | s s 20 10 | 100").startswith("A | s s 20 10")


@pytest.fixture
def territory():
    """Any territory: the gate reads its settings and the zones of its commune."""
    config = open_territory()
    return replace(config, qpv=(), iris=(), quartiers=())


def test_what_producers_publish_is_shown_as_they_show_it(territory):
    table = read("A | 40 35 20 s | s", source="ouvert")
    gated = gate(table, territory, {"ouvert": OPEN})
    assert shown(gated.release) == "A | 40 35 20 s | s"
    assert gated.secrecy.hidden == 2
    assert gated.secrecy.hidden_by_us == 0


@pytest.mark.parametrize(("published", "seen"), [(0, "s"), (5, "s"), (10, "10")])
def test_a_rounded_nought_or_five_says_too_much(territory, published, seen):
    table = read(f"A | 40 35 20 {published} | 100", source="ouvert").assign(status="arrondi")
    assert shown(gate(table, territory, {"ouvert": OPEN}).release).split()[5] == seen


def test_a_published_figure_outlives_our_own_mask(territory):
    """The reader holds the open figure; hiding it would only be theatre."""
    ours = read("A | 40 38 18 4 | 100")
    theirs = read("A | 40 40 20 10 | 100", source="ouvert").assign(status="arrondi")
    both = pd.concat([ours, theirs])
    gated = gate(both, territory, {"socle": SOCLE, "ouvert": OPEN})
    assert not gated.release.frame.duplicated(["variable", "code", "category"]).any()
    assert shown(gated.release).split()[2] == "40"


@pytest.mark.parametrize(("opened", "hidden"), [(20, 3), (40, 2)])
def test_a_rounded_open_figure_is_held_by_the_reader(opened, hidden):
    """20 is known to be 16 to 24 elsewhere: hiding the 20 alone leaves the 4 between 0 and 8."""
    drawing = "A | 300 176 20 4 | 500"
    ours = read(drawing)
    theirs = read(f"A | 300 175 {opened} 5 | 500", source="ouvert").assign(status="arrondi")
    theirs = theirs[theirs["category"].isin(["couple_sans_enfant"])]
    table = protect_socle(ours, theirs, Policy()).table
    # an open figure that no rounding of ours gives is another datum
    assert shown(table).count("s") in ({2, 3} if hidden == 3 else {2})
    assert shown(table).split("|")[1].split()[3] == "s"


def test_what_is_done_to_the_frame_of_a_table_is_not_done_to_the_table():
    table = tables.table([("qpv", "A", 2024, 40.0), ("qpv", "B", 2024, "s")])
    before = table.frame.to_csv()
    taken = table.frame
    taken["value"] = 1.0
    taken.loc[:, "code"] = "B"
    taken.iloc[0, 0] = "autre"
    taken.index = taken.index + 7
    del taken["sign"]
    for name in table.frame:
        column = table.frame[name].to_numpy()
        if column.flags.writeable:  # a copy, then
            column[:] = column[0]
    assert table.frame.to_csv() == before
    assert (table.cell("qpv", "A").value, table.cell("qpv", "B").sign) == (40.0, "s")


def test_rows_asked_for_again_are_the_same_and_none_of_them_is_none():
    table = tables.table([("qpv", "A", 2024, 40.0), ("qpv", "B", 2024, "s")])
    for _ in range(2):
        assert len(table.where(level="iris")) == 0
        assert len(table.where(code=[])) == 0
        assert table.where(level=["qpv"]) is table
        assert list(table.where(code="A").frame["code"]) == ["A"]
        assert list(table.where(code=["A", "C"], period=2024).frame["code"]) == ["A"]
        assert list(table.where(code={"B"}).frame["sign"]) == ["s"]


def test_only_the_gate_makes_a_table():
    with pytest.raises(UnmaskedDataError):
        door.MaskedTable(read("A | 40 30 20 10 | 100"), {}, Policy(), _door=object())


def test_a_zone_astride_two_communes_counts_by_its_part():
    """The part is declared; where the file does not give it, no sum is made at all."""
    config = open_territory()
    astride = [one for one in config.qpv if set(one.communes) - {config.commune.code}]
    assert astride
    places = {
        code
        for one in door.declared_nestings(config)
        if one.whole[1] == config.commune.code
        for _, code, _ in one.parts
    }
    for zone in astride:
        assert zone.code not in places
        assert f"{zone.code}/{config.commune.code}" in places


def test_what_an_earlier_edition_showed_stays_shown():
    """The mask of an edition cannot move onto a cell that everybody has already read."""
    drawing = "A | 40 38 18 4 | 100"
    free = mask(drawing).split("|")[1].split()
    partner = next(k for k in range(3) if free[k] == "s")
    name = f"foyers_selon_composition|qpv|A|2024|2024|{PARTS[partner]}"
    before = {name: ("published", float(drawing.split("|")[1].split()[partner]))}
    after = shown(protect_socle(read(drawing), NOBODY, Policy(), before=before).table)
    parts = after.split("|")[1].split()
    assert parts[3] == "s"
    assert parts[partner] != "s"
    assert parts.count("s") == 2


def test_the_second_zoning_takes_the_first_as_given():
    """QPV are masked for themselves; an IRIS that would undo them is hidden."""
    drawing = "= C | 400 300 200 100 | 1000\nA | 160 120 80 40 | 400"
    first = protect_socle(read(drawing), NOBODY, Policy()).table
    iris = read("I | 158 120 80 40 | 398", level="iris")
    inside = Nesting(("qpv", "A", 2024), (("iris", "I", 0),), "IRIS dans QPV")
    both = protect_socle(pd.concat([read(drawing), iris]), NOBODY, Policy(), [inside]).table
    qpv = both[both["level"] != "iris"]
    assert shown(qpv) == shown(first)
    isole = both[(both["level"] == "iris") & (both["category"] == "isole")]
    assert isole["value"].isna().all(), "160 - 158: two people live in the ring"


IN_A = [Nesting(("qpv", "A", 2024), (("iris", "I", 0),), "IRIS dans QPV")]
FIRST_IRIS = {"foyers_allocataires": "iris", "foyers_selon_composition": "iris"}


def by_level(settings: Policy, iris: str) -> dict[str, str]:
    both = pd.concat([read("A | 160 120 80 40 | 400"), read(iris, level="iris")])
    table = protect_socle(both, NOBODY, settings, IN_A).table
    return {level: shown(rows) for level, rows in table.groupby("level")}


def test_the_first_zoning_is_chosen_variable_by_variable(territory):
    """160 - 158: two people live in the ring, and it is the second zoning that hides."""
    iris = "I | 158 90 50 20 | 318"
    declared = {**territory.secret, "premier_zonage": {"valeur": "qpv", "par_variable": FIRST_IRIS}}
    after = {
        name: by_level(Policy.of(one), iris)
        for name, one in (("qpv", territory.secret), ("iris", declared))
    }
    assert after["iris"]["iris"] == iris
    assert after["iris"]["qpv"].split()[2] == "s"
    assert after["qpv"]["qpv"] == "A | 160 120 80 40 | 400"
    assert after["qpv"]["iris"].split()[2] == "s"


def test_a_part_that_comes_first_still_knows_the_size_of_its_zone():
    """Ninety households live in I, whose total is only masked with the second zoning."""
    parts = Policy(first_of=(("foyers_selon_composition", "iris"),))
    assert by_level(parts, "I | 30 20 20 20 | 90")["iris"] == "I | s s s s | s"


def test_settings_that_change_nothing_leave_the_masking_alone():
    socle = read("A | 160 120 80 40 | 400")
    named = [
        kept.fingerprint(socle, NOBODY, one, ())
        for one in (Policy(), Policy(first_of=()), Policy(first_of=(("x", "iris"),)))
    ]
    assert named[0] == named[1] != named[2]
