"""Each kind of sum that readers know, alone in a small world: what it gives away is not shown.

The attacker shares no code with the project (`tests/attack_small.py`), and the sums of each world
are typed by hand.  Every world is first masked without the kind under test, and must then leak:
a kind that the engine forgets would not pass for one that it protects.
"""

import pandas as pd
import pytest

from ctg_data import observations
from ctg_data.disclosure.adapter import definitions
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.observations import variables
from ctg_data.release.policy import Policy
from tests.attack_small import leaks, less

COMPOSITION, CHILDREN = "foyers_selon_composition", "enfants_couverts"
TOTAL, AL, APL = "foyers_allocataires", "foyers_aide_logement", "foyers_apl"
PERSONS, THREE, AEEH = "personnes_couvertes", "couples_trois_enfants", "enfants_aeeh"
PARC, QF = "foyers_aide_logement_parc", "foyers_selon_qf"
MONO, COUPLES = f"{COMPOSITION}/monoparent", f"{COMPOSITION}/couple_avec_enfants"
ALONE, PAIRS = f"{COMPOSITION}/isole", f"{COMPOSITION}/couple_sans_enfant"
STUDENTS, YOUNG = "allocataires_etudiants", "allocataires_moins_25_non_etudiants"
World = dict[str, int]
Sums = list[dict[str, int]]  # each: Σ coef·figure = 0; a name that is no figure is a remainder


def table(world: World) -> pd.DataFrame:
    """A zone, one figure a row; the households behind persons and children are not told."""
    rows = []
    for name, value in world.items():
        variable, _, part = name.partition("/")
        unit = variables()[variable].unit
        base = value if unit == "foyers" else pd.NA
        rows.append((variable, part or "total", value, unit, base))
    frame = pd.DataFrame(rows, columns=["variable", "category", "value", "unit", "base"])
    place = {"level": "qpv", "code": "Q", "vintage": 2024, "period": 2024}
    return observations.validate(frame.assign(**place, status="diffuse", source="socle"))


def shown(world: World) -> dict[str, float | None]:
    """What a reader of the masked zone holds."""
    rows = table(world)
    found = protect_socle(rows, rows.iloc[:0], Policy(), regroup=False)
    assert not found.dropped
    return {
        f"{row.variable}/{row.category}".removesuffix("/total"): (
            None if pd.isna(row.value) else float(row.value)
        )
        for row in found.table.itertuples()
    }


AGES = [f"{CHILDREN}/{part}" for part in variables()[CHILDREN].categories]
BANDS = [f"{QF}/{part}" for part in variables()[QF].categories]
KINDS_OF_FOYERS = (ALONE, MONO, PAIRS, COUPLES)
WORLDS: list[tuple[str, str, World, Sums]] = [
    (
        "parts",
        "les quatre compositions font les allocataires",
        {TOTAL: 120, ALONE: 40, MONO: 3, PAIRS: 30, COUPLES: 47},
        [less(TOTAL, *KINDS_OF_FOYERS)],
    ),
    (
        "parts",
        "une part que le fichier ne donne pas",
        {TOTAL: 120, ALONE: 60, MONO: 30, PAIRS: 27},
        [less(TOTAL, ALONE, MONO, PAIRS, rest="couples avec enfants")],
    ),
    (
        "parts",
        "des tranches de quotient familial",
        {TOTAL: 200, **dict(zip(BANDS, (30, 30, 30, 30, 30, 27, 20, 3), strict=True))},
        [less(TOTAL, *BANDS)],
    ),
    (
        "parts",
        "des parcs de logement qui ne font pas tout",
        {AL: 120, f"{PARC}/public": 60, f"{PARC}/prive": 57},
        [less(AL, f"{PARC}/public", f"{PARC}/prive", rest="autre parc")],
    ),
    (
        "merged",
        "deux âges montrés ensemble",
        {f"{CHILDREN}/0-2": 3, f"{CHILDREN}/3-5": 40, f"{CHILDREN}/0-5": 43},
        [less(f"{CHILDREN}/0-5", f"{CHILDREN}/0-2", f"{CHILDREN}/3-5")],
    ),
    (
        "inclusions",
        "tous ont l'APL sauf deux",
        {AL: 120, APL: 118},
        [less(AL, APL, rest="sans APL")],
    ),
    (
        "inclusions",
        "à 100 %, donc au moins à moitié",
        {"foyers_dependance_50": 60, "foyers_dependance_100": 57},
        [less("foyers_dependance_50", "foyers_dependance_100", rest="entre les deux")],
    ),
    (
        "inclusions",
        "l'aide au logement n'est pas donnée : l'APL est parmi les allocataires",
        {TOTAL: 120, APL: 118},
        [less(TOTAL, APL, rest="sans APL")],
    ),
    (
        "inclusions",
        "le total n'est pas donné : ses compositions le font",
        {ALONE: 40, MONO: 30, PAIRS: 20, COUPLES: 30, AL: 117},
        [{**dict.fromkeys(KINDS_OF_FOYERS, 1), AL: -1, "sans aide": -1}],
    ),
    (
        "kinds",
        "les allocations familiales vont à des familles",
        {MONO: 30, COUPLES: 60, "foyers_af": 88},
        [{MONO: 1, COUPLES: 1, "foyers_af": -1, "familles sans AF": -1}],
    ),
    (
        "distinct",
        "ni étudiants ni moins de 25 ans",
        {TOTAL: 120, STUDENTS: 60, YOUNG: 57},
        [less(TOTAL, STUDENTS, YOUNG, rest="ni l'un ni l'autre")],
    ),
    (
        "families",
        "un enfant au moins par famille",
        {CHILDREN: 100, MONO: 40, COUPLES: 58},
        [less(CHILDREN, MONO, COUPLES, rest="cadets")],
    ),
    (
        "families",
        "trois enfants au moins par couple de trois enfants",
        {CHILDREN: 120, MONO: 30, COUPLES: 50, THREE: 19},
        [{CHILDREN: 1, MONO: -1, COUPLES: -1, THREE: -2, "cadets": -1}],
    ),
    (
        "families",
        "deux enfants au moins pour les allocations familiales",
        {CHILDREN: 120, "foyers_af": 59},
        [{CHILDREN: 1, "foyers_af": -2, "autres enfants": -1}],
    ),
    (
        "by_age",
        "la PAJE suppose un enfant de moins de six ans",
        {f"{CHILDREN}/0-2": 40, f"{CHILDREN}/3-5": 20, "foyers_paje": 58},
        [{f"{CHILDREN}/0-2": 1, f"{CHILDREN}/3-5": 1, "foyers_paje": -1, "autres": -1}],
    ),
    (
        "ages",
        "les mêmes âges dans deux variables",
        {f"{CHILDREN}/0-2": 40, f"{AEEH}/0-2": 38},
        [less(f"{CHILDREN}/0-2", f"{AEEH}/0-2", rest="sans AEEH")],
    ),
    (
        "ages",
        "des âges coupés autrement",
        {f"{CHILDREN}/6-10": 20, f"{CHILDREN}/11-14": 20, f"{AEEH}/6-11": 38},
        [{f"{CHILDREN}/6-10": 1, f"{CHILDREN}/11-14": 1, f"{AEEH}/6-11": -1, "sans AEEH": -1}],
    ),
    (
        "ages",
        "deux tranches qui se partagent un âge",
        {**dict.fromkeys(AGES[2:], 20), f"{AEEH}/6-11": 39, f"{AEEH}/12+": 39},
        [{**dict.fromkeys(AGES[2:], 1), f"{AEEH}/6-11": -1, f"{AEEH}/12+": -1, "sans AEEH": -1}],
    ),
    (
        "members",
        "personnes = foyers + conjoints + enfants",
        {TOTAL: 259, ALONE: 150, MONO: 3, PAIRS: 12, COUPLES: 94, PERSONS: 666, CHILDREN: 301},
        [
            less(TOTAL, *KINDS_OF_FOYERS),
            less(PERSONS, TOTAL, PAIRS, COUPLES, CHILDREN),
        ],
    ),
    (
        "members",
        "deux personnes ne sont ni allocataires, ni conjoints, ni enfants",
        {TOTAL: 120, ALONE: 40, MONO: 30, PAIRS: 20, COUPLES: 30, PERSONS: 302, CHILDREN: 130},
        [
            less(TOTAL, *KINDS_OF_FOYERS),
            less(PERSONS, TOTAL, PAIRS, COUPLES, CHILDREN, rest="autres"),
        ],
    ),
    (
        "members",
        "les couples que le fichier ne donne pas se déduisent des personnes",
        {TOTAL: 203, ALONE: 2, MONO: 100, PAIRS: 23, PERSONS: 825, CHILDREN: 521},
        [
            {TOTAL: 1, ALONE: -1, MONO: -1, PAIRS: -1, "couples avec enfants": -1},
            {PERSONS: 1, TOTAL: -1, PAIRS: -1, "couples avec enfants": -1, CHILDREN: -1},
        ],
    ),
    (
        "members",
        "sans compte des enfants, une famille en a un au moins",
        {TOTAL: 120, ALONE: 40, MONO: 30, PAIRS: 20, COUPLES: 30, PERSONS: 232},
        [
            less(TOTAL, *KINDS_OF_FOYERS),
            {PERSONS: 1, TOTAL: -1, PAIRS: -1, COUPLES: -2, MONO: -1, "autres": -1},
        ],
    ),
]
NAMED = [pytest.param(*one, id=one[1]) for one in WORLDS]


@pytest.fixture(autouse=True)
def fresh():
    definitions.rules.cache_clear()
    yield
    definitions.rules.cache_clear()


@pytest.mark.parametrize(("kind", "what", "world", "sums"), NAMED)
def test_what_the_sum_gives_away_is_not_shown(kind, what, world, sums):
    for one in sums:
        left = sum(coef * world.get(name, 0) for name, coef in one.items())
        assert left >= 0, "the world is as its sums say"
    known = shown(world)
    assert any(value is not None for value in known.values())
    assert not leaks(known, sums)


@pytest.mark.parametrize(("kind", "what", "world", "sums"), NAMED)
def test_without_that_kind_it_would_be(kind, what, world, sums, monkeypatch):
    monkeypatch.delitem(definitions.KINDS, kind)
    assert leaks(shown(world), sums)


def test_every_kind_has_its_world():
    assert {kind for kind, *_ in WORLDS} == set(definitions.KINDS)
