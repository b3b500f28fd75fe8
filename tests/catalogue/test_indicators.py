"""Computations checked by hand on small drawings that went through the gate.

``commune C 2024 | a=50 b=200`` draws the operands of one place and year; ``s`` is hidden by its
producer, ``~`` marks a count it rounded, ``n.d.`` a missing one, ``@2015`` the vintage, ``80/60``
eighty children of sixty allocataires.
"""

import csv
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data import fr, observations
from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.indicators import catalogue, compute
from ctg_data.catalogue.kinds.absence import Absence
from ctg_data.catalogue.kinds.computation import Computation, NeedsMore
from ctg_data.catalogue.kinds.mean_rank import MeanRank
from ctg_data.catalogue.kinds.operands import pick, split
from ctg_data.catalogue.kinds.product import Product
from ctg_data.catalogue.kinds.ratio import Ratio
from ctg_data.catalogue.kinds.shortfall import Shortfall
from ctg_data.catalogue.kinds.value import Value
from ctg_data.catalogue.kinds.weighted_sum import WeightedSum
from ctg_data.disclosure.adapter.gate import gate
from ctg_data.errors import CtgError
from ctg_data.model import Citation, Level, PublicStatus
from ctg_data.observations import variables
from ctg_data.opening import open_workspace
from ctg_data.release.masked import MaskedTable
from ctg_data.territory.config import ROOT, open_territory, territory_names
from ctg_data.workspace import Workspace

OPEN = Citation("ouvert", "Cnaf", "Données ouvertes", "2024", "2026-10-01", "Licence Ouverte")
EVERY = tuple(Level)
SHORT = {
    "A": "foyers_allocataires/total",
    "mono": "foyers_selon_composition/monoparent",
    "couple": "foyers_selon_composition/couple_avec_enfants",
    "rsa": "foyers_rsa/total",
    "taux": "taux_couverture/total",
    "enfants": "enfants_moins_3_recensement/total",
    "places": "places_petite_enfance/total",
    "implantees": "places_eaje_implantees/total",
    "couverts": "enfants_couverts/0-2",
    "grands": "enfants_couverts/11-14",
    "naissances": "naissances_domiciliees/total",
    "pauvrete": "taux_pauvrete/total",
    "centres": "structures/centre_social",
    "evs": "structures/evs",
    "seuls": "foyers_selon_composition/isole",
}


def release(drawing: str) -> MaskedTable:
    """A drawing, through the gate."""
    rows = [row for line in drawing.strip().splitlines() for row in _rows(line)]
    config = replace(open_territory(), qpv=(), iris=(), quartiers=())
    return gate(observations.validate(pd.DataFrame(rows)), config, {"ouvert": OPEN}).release


def _rows(line: str) -> list[dict[str, object]]:
    where, drawn = line.split("|")
    level, code, period = where.split()
    rows = []
    for item in drawn.split():
        name, _, rest = item.partition("=")
        text, _, vintage = rest.partition("@")
        text, _, base = text.partition("/")
        variable, category = split(SHORT[name])
        status = {"s": "secret_cellule", "n.d.": "non_disponible"}.get(
            text, "arrondi" if text.endswith("~") else "diffuse"
        )
        known = status in ("arrondi", "diffuse")
        rows.append(
            {
                "variable": variable,
                "level": level,
                "code": code,
                "vintage": int(vintage or 2025),
                "period": int(period),
                "category": category,
                "value": float(text.rstrip("~")) if known else pd.NA,
                "unit": variables()[variable].unit,
                "base": int(base) if base else pd.NA,
                "status": status,
                "source": "ouvert",
            }
        )
    return rows


def card(how: Computation) -> Indicator:
    """An indicator that computes ``how``, at every level."""
    return replace(catalogue()["petite_enfance/places_manquantes"], compute=how, levels=EVERY)


def ratio(top: str, bottom: str, **options: object) -> Indicator:
    names = {"numerator": top, "denominator": bottom}
    sides = {key: tuple(SHORT[one] for one in text.split()) for key, text in names.items()}
    return card(Ratio(**{"scale": 100.0, **sides, **options}))


def results(drawing: str, one: Indicator, reference=None) -> dict[str, float | str]:
    """Value, or sign, by place and year."""
    frame = compute(release(drawing), one, reference).frame
    return {
        f"{row.code} {row.period}": row.sign or round(row.value, 3) for row in frame.itertuples()
    }


def test_a_value_is_the_operand_as_published_never_clamped():
    one = card(Value(operand=SHORT["taux"]))
    drawing = "commune C 2023 | taux=110.4\nregion R 2023 | taux=67.3"
    assert results(drawing, one) == {"C 2023": 110.4, "R 2023": 67.3}


def test_only_declared_levels_are_computed():
    one = replace(card(Value(operand=SHORT["taux"])), levels=(Level.COMMUNE,))
    assert results("commune C 2023 | taux=61\nepci E 2023 | taux=63", one) == {"C 2023": 61}


def test_a_ratio_divides_the_sum_of_its_numerators_by_that_of_its_denominators():
    one = ratio("mono", "mono couple")
    assert results("commune C 2024 | mono=40 couple=120", one) == {"C 2024": 25}
    both = ratio("mono couple", "A", scale=1000.0)
    assert results("commune C 2024 | mono=40 couple=120 A=400", both) == {"C 2024": 400}


def test_the_factor_of_a_ratio_is_the_hypothesis_on_its_denominator():
    one = ratio("places", "enfants", factor=0.5)
    assert results("commune C 2023 | places=60 enfants=100", one) == {"C 2023": 120}


def test_a_population_of_99_is_not_studied_below_the_commune():
    one = ratio("rsa", "A")
    drawing = """
        iris P 2024 | rsa=20 A=99
        iris G 2024 | rsa=20 A=100
        commune C 2024 | rsa=20 A=99"""
    assert results(drawing, one) == {"P 2024": "s", "G 2024": 20, "C 2024": 20.202}


def test_the_population_studied_is_the_whole_denominator():
    one = ratio("mono", "mono couple")
    drawing = "iris P 2024 | mono=40 couple=59\niris G 2024 | mono=40 couple=60"
    assert results(drawing, one) == {"P 2024": "s", "G 2024": 40}


def test_a_product_multiplies():
    one = card(Product(operand=SHORT["enfants"], factor=0.5))
    assert results("commune C 2023 | enfants=3401", one) == {"C 2023": 1700.5}


def shortfall() -> Indicator:
    return card(Shortfall(rate=SHORT["taux"], need=SHORT["enfants"], offer=SHORT["places"]))


MISSING = """
    epci E 2022 | taux=50
    epci E 2023 | taux=60
    commune C 2022 | enfants=1000 places=450
    commune C 2023 | enfants=1000 places=450
    commune D 2023 | enfants=1000 places=700"""


def test_a_shortfall_takes_the_rate_of_the_same_year_and_is_never_below_zero():
    found = results(MISSING, shortfall(), ("epci", "E"))
    assert found == {"C 2022": 50, "C 2023": 150, "D 2023": 0}


def test_a_shortfall_cites_its_reference():
    found = compute(release(MISSING), shortfall(), ("epci", "E"))
    assert found.frame["source"].str.split("|").str.len().eq(2).all()


def test_a_shortfall_is_unknown_where_its_reference_is():
    assert results(MISSING, shortfall(), ("region", "R")) == {}
    hidden = MISSING.replace("taux=60", "taux=n.d.")
    assert results(hidden, shortfall(), ("epci", "E")) == {"C 2022": 50}


def test_a_missing_latest_rate_is_not_taken_for_zero():
    """A year whose rate is not published: no shortfall of 0 is made of it."""
    drawing = MISSING.replace("E 2023 | taux=60", "E 2023 | taux=n.d.")
    assert results(drawing, shortfall(), ("epci", "E")) == {"C 2022": 50}


def test_a_shortfall_without_a_reference_is_a_bug():
    with pytest.raises(CtgError, match="needs a reference"):
        compute(release(MISSING), shortfall())


@pytest.mark.parametrize(
    ("drawing", "sign"),
    [
        ("iris P 2024 | rsa=s A=500", "s"),
        ("iris P 2024 | rsa=50 A=s", "s"),
        ("iris P 2024 | rsa=4 A=500", "s"),
        ("iris P 2024 | rsa=n.d. A=500", "n.d."),
        ("iris P 2024 | rsa=n.d. A=s", "s"),
    ],
)
def test_a_hidden_operand_hides_the_result(drawing, sign):
    assert results(drawing, ratio("rsa", "A")) == {"P 2024": sign}
    frame = compute(release(drawing), ratio("rsa", "A")).frame
    assert frame["value"].isna().all()


def test_a_hidden_number_of_children_hides_the_places_per_child():
    one = catalogue()["petite_enfance/places_implantees_pour_100_couverts"]
    drawing = "iris P 2024 | implantees=30 couverts=s\niris G 2024 | implantees=110 couverts=220"
    assert results(drawing, one) == {"P 2024": "s", "G 2024": 50}


CHILDREN = ratio("implantees", "couverts")


@pytest.mark.parametrize(
    ("denominator", "seen"),
    [
        ("couverts=240/99", "s"),  # many children of too few families
        ("couverts=240/100", 12.5),
        ("couverts=105/100", 28.571),
        ("couverts=105/99", "s"),
        ("couverts=219", "s"),  # nobody says how many families: 220 children stand for a hundred
        ("couverts=220", 13.636),
    ],
)
def test_a_rate_over_children_is_about_the_allocataires_behind_them(denominator, seen):
    assert results(f"iris P 2024 | implantees=30 {denominator}", CHILDREN) == {"P 2024": seen}
    commune = results(f"commune P 2024 | implantees=30 {denominator}", CHILDREN)
    assert commune["P 2024"] != "s", "the rule is about zones below the commune"


@pytest.mark.parametrize(
    ("denominator", "weights", "seen"),
    [
        ("couverts=80/60 grands=90/100", (), "17.647"),
        ("couverts=80/60 grands=90/100", (1.0, 0.25), "s"),  # a quarter of those hundred families
        ("couverts=80/99 grands=90/99", (), "s"),  # 60 families may have children of both ages
        ("couverts=120/99 grands=100/99", (), "13.636"),
        ("couverts=120/99 grands=99/99", (), "s"),
    ],
)
def test_families_with_children_of_two_ages_are_not_counted_twice(denominator, weights, seen):
    one = ratio("implantees", "couverts grands", weights=weights)
    found = results(f"iris P 2024 | implantees=30 {denominator}", one)["P 2024"]
    assert f"{found}" == seen


def test_rounded_operands_give_a_rounded_result():
    drawing = "commune C 2024 | rsa=50~ A=200\ncommune D 2024 | rsa=50 A=200"
    cells = compute(release(drawing), ratio("rsa", "A"))
    assert cells.cell("commune", "C").status is PublicStatus.ARRONDI
    assert cells.cell("commune", "D").status is PublicStatus.DIFFUSE


def test_dividing_by_zero_has_no_object():
    drawing = "iris P 2024 | implantees=30 enfants=0\niris Z 2024 | implantees=0 enfants=0"
    assert results(drawing, ratio("implantees", "enfants")) == {"P 2024": "–", "Z 2024": "–"}


def test_no_place_for_some_children_is_a_true_zero():
    drawing = "iris P 2024 | implantees=0 enfants=40"
    assert results(drawing, ratio("implantees", "enfants")) == {"P 2024": 0}


def test_two_generations_of_a_qpv_are_never_joined():
    drawing = "qpv Q 2024 | rsa=50@2015 A=200@2024"
    assert results(drawing, ratio("rsa", "A")) == {}
    same = "qpv Q 2024 | rsa=50@2024 A=200@2024 "
    assert results(same, ratio("rsa", "A")) == {"Q 2024": 25}


def test_two_vintages_of_a_commune_are_joined():
    drawing = "commune C 2024 | rsa=50@2024 A=200@2025"
    assert results(drawing, ratio("rsa", "A")) == {"C 2024": 25}


def test_two_years_are_never_joined():
    assert results("commune C 2024 | rsa=50\ncommune C 2023 | A=200", ratio("rsa", "A")) == {}


def test_the_total_of_a_breakdown_is_the_count_of_the_whole():
    cells = pick(release("commune C 2024 | A=500 seuls=90"), "foyers_selon_composition/total")
    assert cells.cell("commune", "C").value == 500


@pytest.mark.parametrize("code", ["PE14", "PE17"])
def test_what_needs_more_than_a_release_says_so(code):
    """Access and a projection; the workspace is completed for them where it is opened."""
    one = next(one for one in catalogue().values() if one.code.startswith(code) and more(one))
    with pytest.raises(CtgError, match="needs more than a release"):
        compute(release("commune C 2024 | A=500"), one)


def test_a_share_of_an_age_band_weighs_its_part():
    one = card(
        Ratio(
            numerator=(SHORT["implantees"],),
            denominator=(SHORT["couverts"], SHORT["grands"]),
            scale=100.0,
            weights=(1.0, 0.25),
        )
    )
    assert results("iris P 2024 | implantees=30 couverts=500/300 grands=1000", one) == {"P 2024": 4}


def test_a_sum_weighs_its_terms_and_is_hidden_by_any_of_them():
    one = card(WeightedSum(terms=(SHORT["couverts"], SHORT["grands"]), weights=(1.0, 0.5)))
    drawing = "iris P 2024 | couverts=50 grands=100\niris Q 2024 | couverts=s grands=100"
    assert results(drawing, one) == {"P 2024": 100, "Q 2024": "s"}


ABSENCE = Absence(terms=(SHORT["centres"], SHORT["evs"]))


def test_an_absence_wants_every_term_at_zero():
    drawing = """
    iris P 2024 | centres=0 evs=0
    iris Q 2024 | centres=0 evs=1
    iris R 2024 | centres=0 evs=n.d."""
    assert results(drawing, card(ABSENCE)) == {"P 2024": 1, "Q 2024": 0, "R 2024": "n.d."}


RANKED = """
    iris P 2024 | pauvrete=40 rsa=30 A=200 centres=0 evs=0
    iris Q 2024 | pauvrete=30 rsa=60 A=200 centres=0 evs=0
    iris R 2024 | pauvrete=20 rsa=20 A=200 centres=0 evs=0
    iris S 2024 | pauvrete=90 rsa=90 A=200 centres=1 evs=0
    iris T 2024 | pauvrete=95 rsa=s A=200 centres=0 evs=0
    iris U 2024 | pauvrete=n.d. rsa=99 A=200 centres=0 evs=0"""


def ranking(level: str = "iris") -> Indicator:
    criteria = ("contexte/taux_pauvrete", "acces_aux_droits/part_rsa_toutes")
    how = MeanRank(terms=ABSENCE.terms, criteria=criteria)
    return replace(card(how), levels=(Level(level),))


@pytest.fixture
def ranked(monkeypatch):
    """The catalogue with a share of RSA at IRIS level, which no published card gives."""
    share = replace(ratio("rsa", "A"), id="acces_aux_droits/part_rsa_toutes")
    cards = {**catalogue(), share.id: share}
    monkeypatch.setattr("ctg_data.catalogue.indicators.catalogue", lambda: cards)


def test_ranks_are_among_bare_zones_with_every_criterion(ranked):
    """P: 1st and 2nd; Q: 2nd and 1st; R: 3rd twice.  S has a centre, T is masked, U incomplete."""
    found = results(RANKED, ranking())
    assert found == {
        **{"P 2024": 1.5, "Q 2024": 1.5, "R 2024": 3},
        **{"S 2024": "–", "T 2024": "s", "U 2024": "n.d."},
    }


def test_a_masked_zone_moves_no_rank(ranked):
    """Whatever the masked zone holds elsewhere, the ranks of the others say nothing of it."""
    poorer = RANKED.replace("T 2024 | pauvrete=95", "T 2024 | pauvrete=1")
    without = "\n".join(line for line in RANKED.splitlines() if " T " not in line)
    said = [results(one, ranking()) for one in (RANKED, poorer, without)]
    assert said[0] == said[1] == {**said[2], "T 2024": "s"}


def test_each_criterion_is_taken_at_its_last_year(ranked):
    drawing = """
    iris P 2021 | pauvrete=40
    iris Q 2021 | pauvrete=30
    iris P 2023 | rsa=30 A=200
    iris Q 2023 | rsa=60 A=200
    iris P 2024 | centres=0 evs=0
    iris Q 2024 | centres=0 evs=0"""
    assert results(drawing, ranking()) == {"P 2024": 1.5, "Q 2024": 1.5}


def test_two_generations_of_qpv_are_ranked_apart(ranked):
    drawing = """
    qpv P 2023 | pauvrete=40@2015 rsa=30@2015 A=200@2015 centres=0@2015 evs=0@2015
    qpv Q 2024 | pauvrete=30@2024 rsa=60@2024 A=200@2024 centres=0@2024 evs=0@2024"""
    assert results(drawing, ranking("qpv")) == {"P 2023": 1, "Q 2024": 1}


def needed(one: Indicator) -> list[str]:
    """Every operand a card draws on, those of its criteria too."""
    others = [catalogue()[name] for name in one.compute.other_cards]
    return [*one.compute.operands, *(other for card in others for other in needed(card))]


def expected(one: Indicator) -> float:
    """What a card makes of a place where every operand is 500 (a rate, 50)."""
    how = one.compute
    match how:
        case Value():
            return 50 if variables()[split(how.operand)[0]].unit == "taux" else 500
        case Product():
            return 500 * how.factor
        case WeightedSum():
            return 500 * sum(how.weights or [1] * len(how.terms))
        case Ratio():
            whole = how.factor * sum(how.weights or [1] * len(how.denominator))
            return how.scale * len(how.numerator) / whole
        case MeanRank():
            return 1  # alone, and bare
    assert isinstance(how, Absence | Shortfall)  # none; 50 % of 500 children, and 500 places
    return 0


def more(one: Indicator) -> bool:
    """Whether the release is not enough: see test_access, test_what_if."""
    return isinstance(one.compute, NeedsMore)


COMPUTED = [one for one in catalogue().values() if not more(one)]


@pytest.mark.parametrize("one", COMPUTED, ids=lambda one: one.code)
def test_every_indicator_computes_from_its_operands(one):
    """Each card, on a place where every operand is 500 (a rate, 50), three years running."""
    level = str(one.levels[-1])
    rows = []
    for operand in dict.fromkeys(needed(one)):
        variable, category = split(operand)
        unit = variables()[variable].unit
        value = 50.0 if unit == "taux" else 500.0
        if isinstance(one.compute, MeanRank) and operand in one.compute.terms:
            value = 0.0
        known = {
            "variable": variable,
            "level": level,
            "code": "C",
            "vintage": 2025,
            "category": category,
            "value": value,
            "unit": unit,
            "base": pd.NA,
            "status": "diffuse",
            "source": "ouvert",
        }
        rows += [known | {"period": year} for year in (2022, 2023, 2024)]
    config = replace(open_territory(), qpv=(), iris=(), quartiers=())
    table = gate(observations.validate(pd.DataFrame(rows)), config, {"ouvert": OPEN}).release
    cell = compute(table, one, (level, "C")).cell(level, "C", 2024)
    assert cell.value == pytest.approx(expected(one))
    assert cell.unit == one.unit


HAND = [
    (name, row)
    for name in territory_names()
    for path in [ROOT / name / "verifications_indicateurs.csv"]
    if path.is_file()
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
]


@pytest.fixture(scope="module")
def opened() -> dict[str, Workspace]:
    return {name: open_workspace(name) for name in {name for name, _ in HAND}}


@pytest.mark.parametrize(
    ("name", "row"), [pytest.param(*one, id="-".join(list(one[1].values())[:4])) for one in HAND]
)
def test_a_figure_recomputed_by_hand_agrees(opened, name, row):
    """Each line says its own arithmetic on published numbers, done apart from this code."""
    data = opened[name]
    indicator = data.indicator(row["code"])
    table = data.table(indicator).where(edition=row["edition"])
    cell = table.cell(row["level"], row["zone"], int(row["period"]) if row["period"] else None)
    assert (cell.period < 0) == (row["period"] == "")
    shown = "" if cell.value is None else fr.number(cell.value, indicator.decimals)
    assert (shown or str(cell.sign)).replace(fr.NARROW, "").replace(",", ".") == row["value"]
