"""The second witness where it is called: on the shipped masking, at import, in what is kept."""

import io
import zipfile
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from ctg_data.assembly import assemble as assembly, kept_maskings, witnessing
from ctg_data.disclosure.adapter import confidential, kept
from ctg_data.disclosure.adapter.confidential import Protection
from ctg_data.disclosure.witness import words
from ctg_data.disclosure.witness.ground import Ground, zone_of
from ctg_data.disclosure.witness.look import examine
from ctg_data.disclosure.witness.verdict import Condition, Witnessed
from ctg_data.observations import KEY, variables
from ctg_data.territory import config as territory, embedded
from ctg_data.territory.config import TerritoryConfig

pytestmark = pytest.mark.long

PEOPLE = {
    one.id for one in variables().values() if one.nature in ("foyers", "personnes", "enfants")
}
SOME = ["foyers_allocataires", "foyers_selon_composition", "foyers_aide_logement"]


@cache
def place() -> TerritoryConfig:
    return territory.open_territory("exemple")


@cache
def figures() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The exact socle, and what producers publish."""
    rows, citations = embedded.embedded(place())
    ours = rows["source"].isin([key for key, one in citations.items() if one.confidential])
    return rows[ours], rows[~ours]


@cache
def pieces() -> Ground:
    return witnessing.ground_in(place())


def naive(exact: pd.DataFrame) -> Protection:
    """Only what is small, or in a zone under 100, is hidden: what masks by rules alone do."""
    sizes = exact[(exact["variable"] == "foyers_allocataires") & (exact["category"] == "total")]
    small = set(sizes.loc[sizes["value"] < 100, "code"])
    hide = (exact["base"] < 5) | exact["code"].isin(small)
    table = exact.assign(
        value=exact["value"].mask(hide), status=exact["status"].mask(hide, "secret_cellule")
    )
    return Protection(table, pd.DataFrame(columns=[*KEY, "rule"]))


@cache
def shown_naively() -> tuple[Protection, pd.DataFrame, Protection]:
    """A careless masking of one year, and what the witness leaves of it."""
    exact, published = figures()
    year = exact[(exact["period"] == 2024) & exact["variable"].isin(SOME)]
    masked = naive(year)
    return masked, year, witnessing.confirmed(masked, year, published, place())


def test_the_shipped_masking_withstands_it():
    """The masking that comes with the fictional commune: five years, every zoning, every table."""
    exact, published = figures()
    content = (place().folder / kept_maskings.SHIPPED).read_bytes()
    table = kept.from_bytes(content).table
    rows = witnessing.held(table, published, pieces())
    assert {"iris", "qpv", "quartier", "commune"} <= set(rows["level"])
    hidden = rows[rows["value"].isna() & rows["ours"]]
    found = examine(rows, pieces(), witnessing.conditions(exact, place().policy))
    assert found.examined > len(hidden) > 1000
    assert (found.leaks, found.undecided, found.apart) == ((), (), ())
    assert not found.recomputed


def test_of_a_careless_masking_nothing_that_leaks_is_shown():
    _, year, left = shown_naively()
    assert left.witnessed is not None
    assert left.witnessed.leaks > 0
    assert left.witnessed.hidden > 0
    rows = witnessing.held(left.table, figures()[1], pieces())
    assert examine(rows, pieces(), witnessing.conditions(year, place().policy)).sound


def test_what_is_hidden_on_its_word_is_said_and_journaled():
    masked, _, left = shown_naively()
    lost = left.table["value"].isna() & masked.table["value"].notna()
    names = set(left.table.loc[lost, "variable"])
    assert names
    shown = set(left.table.loc[left.table["value"].notna(), "variable"])
    assert not names & shown, "a table is hidden whole"
    rules = left.journal[left.journal["rule"] == witnessing.RULE]
    assert len(rules) == lost.sum()
    for name in names:
        assert any(variables()[name].label in told for told in left.dropped)
    assert all("contre-vérification" in told for told in left.dropped)


def test_it_is_never_told_a_hidden_value(monkeypatch):
    """What reaches it has no value where the reader has none, and conditions are two numbers."""
    seen = []

    def spy(rows, ground, told, **options):
        seen.append((rows, told))
        return examine(rows, ground, told, **options)

    exact, published = figures()
    year = exact[(exact["period"] == 2024) & exact["variable"].isin(SOME[:1])]
    monkeypatch.setattr(witnessing, "examine", spy)
    witnessing.confirmed(naive(year), year, published, place())
    rows, told = seen[0]
    ours = rows[rows["ours"]]
    masked = naive(year).table
    assert set(rows.columns) == {*KEY, "value", "status", "ours"}
    assert ours["value"].isna().sum() == masked["value"].isna().sum() > 0
    key = (("foyers_allocataires", "total"), zone_of("iris", "001230804", 2024), 2024)
    assert told(key) == Condition(5, 12)  # 56 foyers: a fifth of them must be left unknown


@pytest.mark.parametrize(
    ("variable", "value", "base", "size", "told"),
    [
        ("foyers_aah", 3, 3, 400, Condition(5, 0)),
        ("enfants_couverts", 12, 3, 400, Condition(5, 1)),
        ("enfants_couverts", 12, None, 400, Condition(11, 0)),
        ("enfants_couverts", 60, 40, 90, Condition(5, 18)),
        ("foyers_aah", 0, 0, 60, Condition(5, 12)),
    ],
)
def test_conditions_are_those_of_the_convention(variable, value, base, size, told):
    sized = ("foyers_allocataires", size, size)
    lines = [
        {"variable": name, "level": "iris", "code": "001230101", "vintage": 2024, "period": 2024}
        | {"category": "total", "value": number, "base": behind}
        for name, number, behind in ((variable, value, base), sized)
    ]
    rows = pd.DataFrame(lines).astype({"base": "Int64"})
    key = ((variable, "total"), ("iris", "001230101", 0), 2024)
    assert witnessing.conditions(rows, place().policy)(key) == told


def test_the_answer_is_kept_with_the_masking_and_counts_only():
    _, _, left = shown_naively()
    content = kept.to_bytes(left)
    assert kept.from_bytes(content).witnessed == left.witnessed
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        verdict = archive.read("verdict.json").decode()
    assert "iris" not in verdict
    assert kept.from_bytes(kept.to_bytes(replace(left, witnessed=None))).witnessed is None


def test_a_masking_that_it_never_saw_is_said_not_to_be_verified():
    seen = Protection(
        pd.DataFrame(), pd.DataFrame(columns=confidential.JOURNAL), witnessed=Witnessed(9)
    )
    unseen = replace(seen, witnessed=None)
    assert assembly.together([seen, seen]).witnessed == Witnessed(18)
    assert assembly.together([seen, unseen]).witnessed is None
    assert "non vérifié" in words.sentence(None)
    assert "non vérifié" not in words.sentence(Witnessed(9))


def test_where_nobody_is_counted_there_is_nothing_to_examine():
    _, published = figures()
    offer = published[~published["variable"].isin(PEOPLE)].head(3)
    left = witnessing.confirmed(Protection(offer, pd.DataFrame()), offer, published, place())
    assert left.witnessed == Witnessed()
