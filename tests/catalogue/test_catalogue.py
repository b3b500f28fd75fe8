"""Every declared indicator is whole, and says what a reader needs not to misquote it.

The published list of indicators is the authority for codes and masking classes.
"""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from ctg_data.catalogue.cards import Indicator
from ctg_data.catalogue.indicators import CATALOGUE, catalogue
from ctg_data.catalogue.kinds.declared import EVERY
from ctg_data.catalogue.kinds.operands import split, unit_of
from ctg_data.catalogue.reader import read_card, read_catalogue
from ctg_data.errors import UserError
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.territory.config import ROOT, open_territory

OFFICIAL = {  # masking class: codes of the published list that the catalogue may hold
    "PUB": "CTX01 CTX05 PE01 PE03 PE04 PE11 PE12 PE13 JE01 JE03 JE04 JE05 PA02",
    "C5": "CTX02 PE08 PE10 PE19 PE20 JE02 PA03 AD03 AS01 AS03",
    "P5": "CTX03 PE02 PE05 PE18 EN01 EN06",
    "R100": "CTX06 CTX07 PA01 PA04 AD01 AD02 AS02",
    "OFFER": "PE06 PE07 PE09 PE21 EN07 JE07 JE08 JE09 PA07 VS01 VS02 VS03 AD05",
    "GAP": "PE14 PE15 PE16 PE17 EN02 EN03 EN04 JE06 PA05 PA08 VS04",
}
CLASS_OF = {code: name for name, codes in OFFICIAL.items() for code in codes.split()}
BELOW = {Level.IRIS, Level.QPV, Level.QUARTIER}
ALL = [pytest.param(one, id=one.code) for one in catalogue().values()]


def natures(one: Indicator) -> set[str]:
    return {variables()[split(operand)[0]].nature for operand in one.compute.operands}


def said(one: Indicator) -> str:
    """Everything a card says in sentences, on one line."""
    text = one.text
    whole = " ".join([text["definition"], text["scope"], text["reading"], *text["limits"]])
    return re.sub(r"\s+", " ", whole)


def base(code: str) -> str:
    """The line of the published list: PE14A and PE14B are two readings of PE14."""
    return re.sub(r"(?<=\d)[A-Z]$", "", code)


@pytest.mark.parametrize("one", ALL)
def test_a_number_never_breaks_over_two_lines(one):
    written = [one.title, one.question, one.unit, one.unit_long, *map(str, one.text.values())]
    assert not [text for text in written if re.search(r"\d \d{3}\b", text)]


def test_every_published_indicator_has_its_card():
    published = {code for codes in OFFICIAL.values() for code in codes.split()}
    assert len(published) == 60
    assert published <= {base(one.code) for one in catalogue().values()}


def test_every_objective_has_an_indicator_of_need_or_offer():
    convention = open_territory().convention
    for objective in (one["id"] for axis in convention["axe"] for one in axis["objectif"]):
        kinds = {one.kind for one in catalogue().values() if one.objective == objective}
        assert kinds & {"besoin", "offre", "ecart"}, objective


def test_every_file_is_read():
    assert len(catalogue()) == len(list(CATALOGUE.glob("*/*.toml")))


@pytest.mark.parametrize("one", ALL)
def test_a_card_is_complete(one):
    assert [field.name for field in fields(one) if getattr(one, field.name) in ("", None)] == []
    assert not one.title.endswith(".")
    assert one.question.endswith(" ?")
    assert one.text["limits"]
    assert all(limit.endswith(".") for limit in one.text["limits"])
    assert one.text["definition"].strip().endswith(".")
    assert one.text["scope"].endswith(".")
    assert one.text["reading"].endswith(".")
    assert one.reference
    assert all(ref.href.startswith(("http://", "https://")) for ref in one.reference)
    assert all(ref.verified.year >= 2026 for ref in one.reference)


@pytest.mark.parametrize("one", [p for p in ALL if base(p.values[0].code) in CLASS_OF])
def test_a_published_code_keeps_its_masking_class(one):
    """A variant that turns a count into a share, or back, takes the class of what it is."""
    known = CLASS_OF[base(one.code)]
    if base(one.code) == one.code:
        assert one.masking == known
    elif one.compute.name == "ratio" and natures(one) == {"foyers"}:
        assert one.masking == "R100"
    else:
        assert one.masking in (known, "C5")


@pytest.mark.parametrize("one", ALL)
def test_a_masking_class_is_that_of_the_operands(one):
    """What counts people is never said free, nor already published; an indicator of ours too."""
    if one.masking == "R100":
        assert (one.compute.name, natures(one)) == ("ratio", {"foyers"})
    if natures(one) & {"foyers", "personnes", "enfants"} and not one.compute.other_cards:
        assert one.masking in ("C5", "P5", "R100", "GAP")
    if natures(one) <= {"recensement", "taux"}:
        assert one.masking in ("PUB", "P5")  # P5: a hypothesis on a census count (PE05)


def test_codes_and_titles_are_unique():
    cards = list(catalogue().values())
    assert len({one.code for one in cards}) == len(cards)
    assert len({one.title for one in cards}) == len(cards)


@pytest.mark.parametrize("one", ALL)
def test_axis_objective_and_orientation_are_those_of_the_convention(one):
    convention = open_territory().convention
    objectives = {o["id"]: axis for axis in convention["axe"] for o in axis["objectif"]}
    assert one.orientation in {orientation["id"] for orientation in convention["orientation"]}
    if one.axis == "transversal":
        assert one.objective == "transversal"
        assert one.theme == "contexte"
    else:
        assert objectives[one.objective]["id"] == one.axis
        assert one.theme in (objectives[one.objective]["theme"], "contexte")


@pytest.mark.parametrize("one", ALL)
def test_rates_have_one_decimal_and_counts_none(one):
    assert one.decimals == (0 if one.is_count else 1)
    assert unit_of(one.compute.operands[0])  # every operand is declared, with its unit


@pytest.mark.parametrize("one", [p for p in ALL if p.values[0].unit.startswith("places")])
def test_places_per_hundred_children_are_never_a_percentage(one):
    assert "%" not in one.unit + one.unit_long + one.text["reading"] + one.title
    if not one.is_count:
        assert one.unit == "places pour 100 enfants"
        assert "jamais ramené à 100" in said(one)


@pytest.mark.parametrize("one", [p for p in ALL if BELOW & set(p.values[0].levels)])
def test_below_the_commune_nothing_is_called_coverage(one):
    assert "couverture" not in one.title.lower()
    assert "couverture" not in one.text["reading"].lower()
    if Level.QPV in one.levels and natures(one) & {"foyers", "personnes", "enfants", "taux"}:
        assert "2024" in said(one) or one.code.startswith(("PE14", "PE18"))


@pytest.mark.parametrize("one", ALL)
def test_a_card_says_from_whom_its_figures_come(one):
    """Counts of people outside the socle are asked by FED; the offer is the city's."""
    kept = [variables()[split(operand)[0]] for operand in one.compute.operands]
    if any(variable.hors_socle for variable in kept):
        assert "fed" in one.origin
    if any(variable.id == "structures" for variable in kept):
        assert "registre" in one.origin
    if {variable.nature for variable in kept} <= {"recensement", "taux"}:
        assert one.origin in (("opendata",), ("publie",))


@pytest.mark.parametrize("one", ALL)
def test_ages_say_how_they_are_counted(one):
    used = {split(operand)[0] for operand in one.compute.operands}
    if used & {"enfants_couverts", "enfants_aeeh"}:
        assert "Âge atteint dans l'année" in said(one)
    if one.compute.operands == ("enfants_moins_3_recensement/total",):
        assert "Âge révolu" in said(one)


def test_low_incomes_are_measured_on_the_population_of_reference():
    """Never on all the allocataires: those over 65, students and others are left out of it."""
    for code in ("CTX06", "CTX07"):
        one = next(card for card in catalogue().values() if card.code == code)
        assert one.compute.denominator == ("foyers_reference_revenus/total",)
        assert "jamais à tous les foyers allocataires" in said(one)


def test_the_two_variants_of_places_per_child_are_two_indicators():
    a, b = (next(c for c in catalogue().values() if c.code == code) for code in ("PE14A", "PE14B"))
    assert a.compute.numerator == b.compute.numerator
    assert a.compute.denominator == ("enfants_couverts/0-2",)
    assert b.compute.denominator == ("enfants_moins_3_recensement/total",)
    assert all("jamais sur un même graphique" in said(one) for one in (a, b))


def test_published_rates_are_taken_as_published():
    """The global rate is never made from its parts."""
    rates = [one for one in catalogue().values() if one.code[:4] in ("PE11", "PE12", "PE13")]
    assert len(rates) == 6
    assert {one.compute.name for one in rates} == {"value"}


def test_rsa_and_rsa_socle_are_two_variables():
    cards = {one.code: one for one in catalogue().values()}
    assert cards["AD01"].compute.numerator == ("foyers_rsa_socle/total",)
    assert cards["AD01A"].compute.operand == "foyers_rsa/total"
    for code in ("AD01", "AD01A", "AD01B"):
        assert "le RSA et le RSA socle disent la même prestation" in said(cards[code])
        assert cards[code].polarity == "neutre"


def test_known_breaks_are_declared():
    years = {one.code: [cut.year for cut in one.breaks] for one in catalogue().values()}
    assert years["AD02"] == years["AD02A"] == [2019]
    assert years["AD01A"] == years["AD01B"] == [2016]  # the RSA activité ends
    assert years["AS01"] == [2021]
    assert years["CTX05"] == [2023]
    assert years["PE11"] == [2022]
    assert years["CTX01"] == []


GOOD = CATALOGUE / "acces_aux_droits" / "part_prime_activite.toml"


@pytest.fixture
def edited(tmp_path: Path):
    """Read a card in which some text was replaced, as a hand that slips would."""

    def read(*changes: tuple[str, str], name: str = "acces_aux_droits") -> Indicator:
        text = GOOD.read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path = tmp_path / name / GOOD.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return read_card(path)

    return read


def test_a_good_card_is_read(edited):
    assert edited() == catalogue()["acces_aux_droits/part_prime_activite"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('unit        = "%"', 'unit        = "foyers"', "ligne 11, « unit » : d'après le calcul"),
        ('polarity    = "neutre"\n', "", "« polarity » : ce champ obligatoire manque"),
        ("decimals    = 1", 'decimals    = "1"', "ligne 13, « decimals » : il faut un nombre"),
        ("decimals    = 1", "decimals    = 9", "« decimals » : de 0 à 2"),
        ('masking     = "R100"', 'masking     = "R10"', "« R10 » n'est pas prévu"),
        ('"iris", "qpv"', '"iris", "îlot"', "« levels » : une fois chacun"),
        ('"iris", "qpv"', '"iris", "iris"', "« levels » : une fois chacun"),
        ('modeste ?"', 'modeste"', "ligne 4, « question » : la question finit par"),
        ("prime d'activité\"\nquestion", "prime d'activité.\"\nquestion", "« title » : un titre"),
        ('code        = "AD02"', 'code        = "AD2"', "ligne 2, « code »"),
        ('kind        = "ratio"', 'kind        = "mean"', "« compute.kind » : choisissez"),
        ('masking     = "R100"', 'masking     = "OFFER"', "« masking » : d'après ce que comptent"),
        ('masking     = "R100"', 'masking     = "C5"', "les opérandes : GAP, R100."),
        ("scale       = 100", "scale = 100\nuniverse = true", "« compute.universe » : ce champ"),
        (
            "scale       = 100",
            "scale       = 1000",
            "l'unité est « foyers pour 1\u202f000 foyers »",
        ),
        ("scale       = 100", "factor = 0.5\nscale       = 100", "l'hypothèse du calcul"),
        ("foyers_prime_activite/total", "foyers_prime/total", "n'est pas dans variables.toml"),
        ('["foyers_prime_activite/total"]', "[]", "« compute.numerator » : la liste est vide"),
        ("{value} de foyers", "{valeur} de foyers", "« text.reading » : la phrase emploie"),
        ("{value} de foyers", "{value} de {foyers", "« text.reading » : la phrase emploie"),
        ("scale       = 100", "scale       = -1", "« compute.scale » : un nombre positif"),
        ("{territory} compte", "à {territory}, on compte", "un verbe comme « compte »"),
        ("year = 2019", 'year = "2019"', "« breaks.year » : il faut un nombre entier"),
        ("verified = 2026-10-01", 'verified = "hier"', "« reference.verified » : il faut une date"),
        ('text = "La réforme', 'text = ""\nx = "', "ligne 40, « breaks.text » : il faut un texte"),
        ('origin      = ["opendata", "socle"]', "origin = []", "« origin » : une fois chacun"),
        ('"opendata", "socle"', '"opendata", "voisin"', "refusé : ['voisin']"),
        ("[compute]", "couleur = 1\n[compute]", "« couleur » : ce champ n'existe pas"),
    ],
)
def test_a_fault_is_told_in_french_with_its_line(edited, before, after, told):
    with pytest.raises(UserError) as fault:
        edited((before, after))
    assert told in str(fault.value)
    assert "acces_aux_droits/part_prime_activite.toml" in str(fault.value)


def test_all_the_faults_of_a_card_are_told_at_once(edited):
    with pytest.raises(UserError) as fault:
        edited(('unit        = "%"', 'unit = "foyers"'), ('code        = "AD02"', 'code = "x"'))
    assert "« unit »" in str(fault.value)
    assert "« code »" in str(fault.value)


def test_a_rate_of_places_is_not_called_a_percentage(edited):
    change = (
        'kind        = "ratio"',
        'kind        = "value"\noperand     = "taux_couverture/total"',
    )
    rest = GOOD.read_text(encoding="utf-8").splitlines(keepends=True)
    dropped = [(line, "") for line in rest if re.match("numerator|denominator|scale", line)]
    with pytest.raises(UserError, match="l'unité est « places pour 100 enfants »"):
        edited(change, *dropped)


def test_a_card_without_a_source_is_told(edited):
    text = GOOD.read_text(encoding="utf-8")
    sources = text[text.index("[[reference]]") :]
    with pytest.raises(UserError, match="« reference » : au moins une source"):
        edited((sources, ""), ("[compute]", "reference = []\n[compute]"))


def test_a_share_of_an_age_band_owns_its_hypothesis(edited):
    weighed = ("scale       = 100", "weights     = [0.5]\nscale       = 100")
    with pytest.raises(UserError, match="suppose une « répartition égale »"):
        edited(weighed)
    with pytest.raises(UserError, match="un nombre positif pour chaque terme"):
        edited(("scale       = 100", "weights     = [1, 1]\nscale       = 100"))


def test_a_score_names_cards_that_exist(tmp_path):
    score = CATALOGUE / "vie_sociale" / "rang_priorite.toml"
    folder = tmp_path / "vie_sociale"
    folder.mkdir()
    (folder / score.name).write_bytes(score.read_bytes())
    with pytest.raises(UserError, match="« contexte/taux_pauvrete » n'est pas une fiche"):
        read_catalogue(tmp_path)


def test_a_card_in_the_wrong_folder_is_told(edited):
    with pytest.raises(UserError, match="dans le dossier « jeunesse »"):
        edited(name="jeunesse")


def test_what_is_not_toml_is_told_with_its_line(edited):
    with pytest.raises(UserError, match=r"part_prime_activite\.toml, ligne 3, colonne \d+"):
        edited(('title       = "Part', "title       = Part"))


def test_every_bad_card_of_a_folder_is_told(tmp_path):
    folder = tmp_path / "contexte"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.toml").write_text("code = \n", encoding="utf-8")
    with pytest.raises(UserError) as fault:
        read_catalogue(tmp_path)
    assert "contexte/a.toml, ligne 1" in str(fault.value)
    assert "contexte/b.toml, ligne 1" in str(fault.value)


def test_a_code_used_twice_is_told(tmp_path):
    folder = tmp_path / "acces_aux_droits"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.toml").write_bytes(GOOD.read_bytes())
    with pytest.raises(UserError, match=r"acces_aux_droits/b\.toml : le code « AD02 »"):
        read_catalogue(tmp_path)


TRAITS = {  # what each kind says of itself, as pages and computations rely on it
    "value": {"is_measured", "ranks_zones"},  # a count or not, as its operand is
    "ratio": {"is_measured", "ranks_zones"},
    "product": {"is_count", "ranks_zones"},
    "shortfall": {"is_count", "against_reference", "ranks_zones"},
    "sum": {"is_count", "ranks_zones"},
    "absence": {"is_count", "ranks_zones"},
    "projection": {"looks_ahead"},
    "mean_rank": set(),
    "access": {"looks_beyond"},
}
SPREAD = {"value", "ratio", "product", "sum"}  # of counts one by one: chance bears on each


@pytest.mark.parametrize("one", ALL)
def test_a_kind_says_what_it_is(one):
    how = one.compute
    named = {*TRAITS["product"], *TRAITS["shortfall"], "is_measured", "looks_ahead", "looks_beyond"}
    told = {trait for trait in named if getattr(how, trait)}
    assert told - ({"is_count"} if how.name == "value" else set()) == TRAITS[how.name]
    assert (how.shape is not None) is (how.name in SPREAD)
    assert bool(how.population) is (how.name == "ratio")
    assert bool(how.as_published) is (how.name == "value")
    assert bool(how.other_cards) is (how.name == "mean_rank")
    assert bool(how.zero_reading) is (how.name == "shortfall")
    if how.shape is not None:
        assert how.shape.operands == how.operands


def test_every_kind_is_declared_once_in_its_file_and_used():
    files = {path.stem for path in (CATALOGUE / "kinds").glob("*.py")}
    beside = {"__init__", "declared", "computation", "units", "weights"}
    beside |= {"operands", "masking", "shape"}
    assert {one.__module__.rpartition(".")[2] for one in EVERY} == files - beside
    assert (
        {one.name for one in EVERY} == set(TRAITS) == {c.compute.name for c in catalogue().values()}
    )


COMPLETING = {"opening.py", "accessibility.py", "after_opening.py", "what_if.py"}


def _asks_of_what_kind(tree: ast.AST) -> list[int]:
    """Lines that compare the name of a kind, or take it from a card."""
    names = {one.name for one in EVERY}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [one for side in (node.left, *node.comparators) for one in ast.walk(side)]
            told = {one.value for one in sides if isinstance(one, ast.Constant)}
            asked = {one.attr for one in sides if isinstance(one, ast.Attribute)}
            if told & names and asked & {"name", "kind"}:
                found.append(node.lineno)
        elif isinstance(node, ast.Attribute) and node.attr in ("name", "kind"):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else ""
            found += [node.lineno] if of == "compute" else []
    return found


def _takes_a_kind(tree: ast.AST) -> list[int]:
    """Lines that import the class of a kind."""
    classes = {one.__name__ for one in EVERY}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and ".kinds" in (node.module or "")
        if classes & {alias.name for alias in node.names}
    ]


def test_a_kind_is_asked_what_it_does_never_what_it_is():
    """Outside its own folder; a wing that completes a kind takes the class it completes."""
    asking = {}
    for folder in ("ctg_data", "geo", "ui", "pages"):
        for path in (ROOT.parent / folder).rglob("*.py"):
            if path.parent != CATALOGUE / "kinds":
                tree = ast.parse(path.read_text(encoding="utf-8"))
                taken = [] if path.name in COMPLETING else _takes_a_kind(tree)
                asking |= {f"{path}:{line}": path for line in (*_asks_of_what_kind(tree), *taken)}
    assert not asking
    seen = ast.parse('one.compute.kind\nhow.name in ("value", "ratio")')
    assert _asks_of_what_kind(seen) == [1, 2]
    assert _takes_a_kind(ast.parse("from ctg_data.catalogue.kinds.ratio import Ratio")) == [1]
