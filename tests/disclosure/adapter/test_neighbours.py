"""A socle by QPV beside the IRIS that somebody publishes: drawings anyone can check by hand.

What a reader already holds of another zone can neither be hidden nor forgotten.  Where a published
IRIS lies in a QPV, the QPV minus the IRIS is a piece of land with people in it.
"""

import unicodedata

import pandas as pd
import pytest

from ctg_data.assembly import assemble as assembly
from ctg_data.disclosure.adapter import (
    by_definition,
    contradiction,
    gate,
    kept,
    neighbours,
    relations,
)
from ctg_data.disclosure.adapter.agreement import RULE
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.errors import UserError
from ctg_data.model import Citation
from ctg_data.observations import variables
from ctg_data.release.policy import Policy
from ctg_data.territory.config import open_territory
from geo.outlines.places import Nesting
from tests.drawing import read, shown

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
SOCLE = Citation("socle", "CAF", "Socle", "2024", "", "interne", confidential=True)
Q, IN_Q, ALSO = ("qpv", "Q", 2024), ("iris", "I", 0), ("iris", "J", 0)
INSIDE, BOTH = [Nesting(Q, (IN_Q,), "dans Q")], [Nesting(Q, (IN_Q, ALSO), "dans Q")]
LARGE = "Q | 80 80 80 80 | 320"


def public(drawing: str, level: str = "iris", **changed) -> pd.DataFrame:
    return read(drawing, level, source="ouvert").assign(**changed)


def mask(drawing: str, held: pd.DataFrame, nestings=INSIDE) -> str:
    found = protect_socle(read(drawing), held, Policy(), nestings)
    assert not found.dropped
    return shown(found.table)


def test_a_ring_of_a_hundred_and_sixty_is_shown():
    assert mask(LARGE, public("I | 40 40 40 40 | 160")) == LARGE


@pytest.mark.parametrize(
    ("drawing", "left"), [("Q | 60 60 60 60 | 240", 80), ("Q | 41 41 41 40 | 163", 3)]
)
def test_a_ring_under_a_hundred_is_not_studied(drawing, left):
    iris = public("I | 40 40 40 40 | 160")
    assert mask(drawing, NOBODY) == drawing, "alone, the QPV is large enough"
    assert mask(drawing, iris).endswith("| s"), f"{left} households live in Q and not in I"


def test_three_people_in_the_ring_hide_the_part_of_the_qpv():
    after = mask("Q | 120 120 120 43 | 403", public("I | 40 40 40 40 | 160"))
    assert after.split("|")[1].split()[3] == "s", "43 - 40"
    assert after.endswith("| 403"), "243 live in the ring"


def test_what_insee_hides_is_not_given_back_by_ours():
    """I and J lie in Q: 14 in Q and 10 in J leave 4 at most to the figure hidden of I."""
    held = public("I | 60 60 s s | 130\nJ | 60 60 60 10 | 190")
    after = mask("Q | 220 220 220 14 | 674", held, BOTH)
    assert after.split("|")[1].split()[3] == "s"


def test_an_iris_nobody_gives_stays_with_the_ring():
    held = public("I | 40 40 40 40 | 160")
    assert mask("Q | 60 60 60 60 | 240", held, BOTH).endswith("| s")


def test_the_other_generation_is_another_zone():
    held = public("O | 40 40 40 40 | 160", "qpv", vintage=2015)
    sums = [Nesting(Q, (("qpv", "O", 2015),), "dans Q")]
    assert mask("Q | 60 60 60 60 | 240", held, sums).endswith("| s")
    assert mask(LARGE, held, sums) == LARGE


@pytest.mark.parametrize(("rounded", "hidden"), [(320, True), (325, True), (500, False)])
def test_the_commune_rounded_to_five_is_held_too(rounded, hidden):
    held = public(f"= C | 0 0 0 0 | {rounded}", status="arrondi")
    held = held[held["variable"] == "foyers_allocataires"]
    sums = [Nesting(("commune", "C", 0), (Q,), "hors QPV")]
    assert mask("Q | 82 80 80 80 | 322", held, sums).endswith("| s") is hidden


def test_what_is_public_already_costs_us_nothing():
    """The open figures of the commune and of I leave three people: known without us, or with."""
    held = pd.concat([public("= C | 90 90 90 93 | 363"), public("I | 90 90 90 90 | 360")])
    sums = [Nesting(("commune", "C", 0), (IN_Q,), "IRIS"), Nesting(Q, (ALSO,), "dans Q")]
    assert mask(LARGE, held, sums) == LARGE


def one_figure(variable: str, value: int, **changed) -> pd.DataFrame:
    row = read(f"Q | 0 0 0 0 | {value}").query("category == 'total'")
    return row.assign(variable=variable, base=value).assign(**changed)


@pytest.mark.parametrize(
    ("held", "hidden"),
    [
        ({"variable": "foyers_aide_logement", "value": 120}, True),
        ({"variable": "foyers_aide_logement", "value": 140}, False),
        ({"variable": "foyers_aide_logement", "value": 120, "code": "R"}, False),
        ({"variable": "foyers_aide_logement", "value": 120, "period": 2023}, False),
        ({"variable": "foyers_aide_logement", "value": 120, "vintage": 2015}, False),
        ({"variable": "foyers_allocataires", "value": 120}, True),
        ({"variable": "foyers_paje", "value": 120}, False),
    ],
    ids=str,
)
def test_what_is_published_of_the_same_zone_counts_by_definition(held, hidden):
    """118 receive the APL in our file; somebody publishes that 120 receive a housing benefit."""
    public_rows = one_figure(**{"source": "ouvert", **held})
    ours = one_figure("foyers_apl", 118)
    found = protect_socle(ours, public_rows, Policy()).table
    assert found["value"].isna().all() == hidden


def test_published_figures_that_definitions_deny_are_told_and_cost_no_other():
    """120 receive the APL, and a file of others says that 100 receive a housing benefit."""
    held = pd.concat(
        [one_figure("foyers_aide_logement", 100, source="ouvert"), public("I | 40 40 40 40 | 160")]
    )
    ours = pd.concat([read("Q | 60 60 60 60 | 240"), one_figure("foyers_apl", 120)])
    found = protect_socle(ours, held, Policy(), INSIDE, regroup=False)
    assert found.apart == (("ouvert", 1),)
    sizes = found.table.query("variable == 'foyers_allocataires'")
    assert sizes["value"].isna().all(), "80 live in Q and not in I"


def test_a_file_that_disagrees_says_nothing():
    assert mask(LARGE, public("I | 90 90 90 90 | 360")) == LARGE
    # hidden parts of I add up to 10 and lie in 4 and 4 of Q: no table agrees with both
    odd = "Q | 92 60 4 4 | 160"
    assert mask(odd, public("I | 20 20 s s | 50")) == mask(odd, NOBODY)


def test_a_file_that_disagrees_is_told_to_the_statistician_and_counted_for_readers():
    found = protect_socle(
        read(LARGE), public("I | 90 90 90 90 | 360"), Policy(), INSIDE, regroup=False
    )
    assert found.apart == (("ouvert", 5),)
    lines = found.journal[found.journal["rule"] == RULE]
    assert set(lines["code"]) == {"I"}
    assert len(lines) == 5
    assert kept.from_bytes(kept.to_bytes(found)).apart == found.apart
    both = assembly.together([found, found])
    assert both.apart == (("ouvert", 10),)
    [told] = gate.release(NOBODY, both, {"socle": SOCLE}, Policy()).secrecy.apart
    assert told == ("ouvert", 10)
    agreeing = protect_socle(read(LARGE), public("I | 40 40 40 40 | 160"), Policy(), INSIDE)
    assert agreeing.apart == ()
    assert RULE not in set(agreeing.journal["rule"])


def test_figures_no_table_agrees_with_are_told_too():
    """Parts of I hidden by their producer add up to 10, and lie in 4 and 4 of Q."""
    odd, held = read("Q | 92 60 4 4 | 160"), public("I | 20 20 s s | 50")
    assert protect_socle(odd, held, Policy(), INSIDE).apart == (("ouvert", 4),)


def test_a_sum_that_cannot_hold_is_told_by_the_names_of_its_figures():
    """40 + 30 already make more than 60: whatever the source hides, the file is wrong."""
    labels = {("qpv", "Q"): "Le Moulin"}
    with pytest.raises(UserError) as caught, contradiction.in_words(labels):
        protect_socle(read("Q | 40 s 30 s | 60\nA | 40 38 18 4 | 100"), NOBODY, Policy())
    told = unicodedata.normalize("NFKC", str(caught.value))
    assert "Foyers allocataires (total), Quartiers prioritaires (QPV) : Le Moulin, 2024" in told
    assert told.count("\n- ") == 1, "the sums of A hold"
    assert "|" not in told
    assert not set("346").intersection(told.replace("2024", ""))


def test_an_inclusion_always_has_its_complement():
    """The application states no « ≤ »: whoever is outside the part is a cell of its own."""
    inner = next(one for one in variables().values() if one.host == "foyers_allocataires")
    row = read("Q | 80 80 80 80 | 320").query("category == 'total'")
    attacker = by_definition.attacker_problem(
        relations.KeyedTable(pd.concat([row, row.assign(variable=inner.id)]))
    )
    [link] = [one for one in attacker.relations if one.id.startswith("inclusion")]
    assert link.sense == "="
    assert {one.id for one in attacker.remainders} <= set(link.terms)


def test_another_extraction_of_the_same_cell_excuses_nothing():
    ours = read("Q | 40 40 37 3 | 120")
    held = public("Q | 40 40 32 8 | 120", "qpv")
    table = protect_socle(ours, held, Policy()).table
    assert shown(table).split("|")[1].split()[3] == "s"


def test_the_same_iris_under_other_boundaries_is_the_same_cell():
    ours = read("I | 40 38 18 4 | 100", level="iris")
    held = neighbours.held_by_readers(ours, public("I | 40 38 18 s | 100", vintage=2021))
    assert len(held) == len(ours)
    assert set(held["vintage"]) == {2024}


def test_through_the_assembly_the_published_iris_count(monkeypatch):
    """And the masking is made anew when they come, or change."""
    config, socle = open_territory(), read("Q | 60 60 60 60 | 240")
    iris = public("I | 40 40 40 40 | 160")
    monkeypatch.setattr(assembly, "nestings", lambda *_: INSIDE)
    assembly._done.clear()
    alone = assembly._protection(config, socle, NOBODY, None)
    beside = assembly._protection(config, socle, iris, None)
    assert shown(alone.table).endswith("| 240")
    assert shown(beside.table).endswith("| s")
    names = {
        kept.fingerprint(socle, held, Policy(), INSIDE)
        for held in (NOBODY, iris, public("I | 40 40 40 41 | 161"))
    }
    assert len(names) == 3
