"""What the project says of real figures, against code that shares nothing with it."""

import ast
from decimal import Decimal

import pytest

from ctg_data.decision import priorities, priority_words
from ctg_data.decision.priorities import Setting
from ctg_data.diagnosis import profile, reading
from ctg_data.documents import csv
from ctg_data.model import Level
from ctg_data.opening import open_workspace
from ctg_data.territory import config as territory
from ctg_data.workspace import Workspace
from tests import ROOT
from tests.contre_calcul import annees
from tests.contre_calcul.annees import Figure
from ui.charts import figures as charts

HERE = ROOT / "tests" / "contre_calcul"
REAL = next(name for name in territory.territory_names() if name != "exemple")
PRIME = "foyers_prime_activite"
TOTAL = "foyers_allocataires"


@pytest.fixture(scope="module")
def data() -> Workspace:
    return open_workspace(REAL)


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    return annees.embedded(territory.ROOT / REAL / "donnees")


def qpv(data: Workspace) -> list[str]:
    return [one.code for one in data.territory.zones(Level.QPV) if one.vintage == 2015]


def test_nothing_there_imports_the_project() -> None:
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            ours = {"ctg_data", "ui", "geo", "pages", "app", "territoire", "tests"}
            assert not ours & {name.split(".")[0] for name in names}, path.name


def test_every_embedded_figure_is_shown_at_the_year_it_was_observed(data, figures) -> None:
    """Value, year, edition, proof and source, as a reader who downloads the table has them."""
    content = csv.to_csv(data.release, data.label, title="", decimals=1)
    frame = data.release.frame  # the file names variables in words: the rows are in this order
    shown = {}
    for line, row in zip(annees.downloaded(content), frame.itertuples(), strict=True):
        key = (row.variable, row.category, line["niveau"], line["code"])
        shown[*key, line["annee"], line["edition"]] = line
    wrong = []
    for one in figures:
        line = shown.get(one.key)
        if line is None:
            wrong.append((one, "absent"))
        elif line["datation"] != one.proof:
            wrong.append((one, line["datation"]))
        elif one.edition and f"édition {one.edition}" not in line["source"]:
            wrong.append((one, line["source"]))
        elif line["statut"] in ("diffuse", "arrondi"):
            told = annees.number(line["valeur"])
            if one.value is None or told != annees.printed(one.value):
                wrong.append((one, line["valeur"]))
    assert wrong == []
    assert len([one for one in figures if one.edition]) > 200


def test_no_line_of_a_file_by_edition_bears_the_year_of_its_edition(data) -> None:
    content = csv.to_csv(data.release, data.label, title="", decimals=1)
    lines = [line for line in annees.downloaded(content) if line["edition"]]
    assert lines
    assert not [line for line in lines if line["annee"] == line["edition"]]
    assert {line["annee"] == "" for line in lines if line["datation"] == "non_etabli"} == {True}


@pytest.mark.parametrize(
    ("code", "top", "year"),
    [
        ("AD02", (PRIME, "total"), 2020),
        ("AD02", (PRIME, "total"), 2019),
        ("AD02", (PRIME, "total"), 2017),
        ("AD01", ("foyers_rsa_socle", "total"), 2020),
        ("AD01", ("foyers_rsa_socle", "total"), 2015),
        ("AS02", ("foyers_aah", "total"), 2020),
        ("AS02", ("foyers_aah", "total"), 2019),
    ],
)
def test_shares_divide_figures_of_one_year(data, figures, code, top, year) -> None:
    indicator = data.indicator(code)
    for zone in qpv(data):
        whole = annees.value(figures, TOTAL, "total", zone, year)
        share = annees.percent(annees.value(figures, *top, zone, year), whole)
        rows = data.table(indicator).where(level="qpv", code=zone, period=year)
        [line] = annees.downloaded(csv.to_csv(rows, data.label, title="", decimals=1))
        assert (annees.number(line["valeur"]), line["annee"]) == (share, str(year))


def test_a_gap_with_the_commune_is_of_one_year(data, figures) -> None:
    """December 2020 on both sides: not the edition 2022 against December 2022."""
    commune = data.territory.commune
    whole = 100 * (
        annees.value(figures, PRIME, "total", commune.code, 2020)
        / annees.value(figures, TOTAL, "total", commune.code, 2020)
    )
    indicator = data.indicator("AD02")
    for zone in data.territory.zones(Level.QPV):
        if zone.code not in qpv(data):
            continue
        own = 100 * (
            annees.value(figures, PRIME, "total", zone.code, 2020)
            / annees.value(figures, TOTAL, "total", zone.code, 2020)
        )
        lines = profile.profile(data, zone, commune, commune.label).lines
        [line] = [one for one in lines if one.indicator is indicator]
        assert line.gap is not None
        told = Decimal(line.gap.text.split("\u00a0")[0].replace(",", "."))
        assert told == annees.printed(own - whole)
        assert line.cell.moment.told == "édition 2022, observée vers décembre 2020"


@pytest.mark.parametrize(
    ("code", "variable", "years", "since"),
    [
        ("CTX05", "taux_pauvrete", (2017, 2018), "depuis 2017"),
        ("CTX02", TOTAL, (2019, 2020), "depuis l'édition 2021, vers décembre 2019"),
        ("AD02A", PRIME, (2019, 2020), "depuis l'édition 2021, vers décembre 2019"),
    ],
)
def test_an_evolution_is_between_the_years_observed(
    data, figures, code, variable, years, since
) -> None:
    indicator = data.indicator(code)
    for zone in qpv(data):
        first, last = (annees.value(figures, variable, "total", zone, year) for year in years)
        table = data.table(indicator)
        cells = [table.cell("qpv", zone, year) for year in years]
        text = reading.evolution(*cells, indicator).text
        moved = last - first
        words = annees.french(moved if indicator.is_count else annees.printed(moved), signed=True)
        assert words in text
        assert since in text


def test_no_evolution_leaves_a_year_that_is_not_established(data, figures) -> None:
    indicator = data.indicator("CTX05")
    table = data.table(indicator)
    for zone in qpv(data):
        rows = table.where(level="qpv", code=zone)
        unknown = [one for one in rows.periods if one < 0]
        assert len(unknown) == 2, "editions 2017 and 2019"
        for period in unknown:
            cells = (rows.cell("qpv", zone, period), rows.cell("qpv", zone, 2018))
            assert "non calculée" in reading.evolution(*cells, indicator).text
        editions = {one.edition for one in figures if one.code == zone and not one.year}
        assert {"2017", "2019"} <= editions


def test_the_reform_of_2019_lies_between_the_right_editions(data) -> None:
    """Between December 2017 (edition 2019) and December 2019 (edition 2021)."""
    indicator = data.indicator("AD02A")
    for zone in qpv(data):
        rows = data.table(indicator).where(level="qpv", code=zone)
        chart = charts.lines(rows, data.label, decimals=0, breaks=indicator.breaks, title="x")
        assert list(chart.figure.layout.xaxis.tickvals) == [2017, 2019, 2020]
        [line] = chart.figure.data
        assert annees.cut_between(line.x, line.y, 2019)
        assert not annees.cut_between(line.x, line.y, 2020)
        cells = {year: rows.cell("qpv", zone, year) for year in (2017, 2019, 2020)}
        cut = reading.evolution(cells[2017], cells[2019], indicator).text
        assert cut == "évolution non calculée : rupture de série en 2019"
        assert "rupture" not in reading.evolution(cells[2019], cells[2020], indicator).text


def test_axes_have_the_years_observed_and_no_others(data, figures) -> None:
    for code, variable in (("CTX02", TOTAL), ("CTX05", "taux_pauvrete"), ("JE05", "")):
        indicator = data.indicator(code)
        for zone in qpv(data):
            rows = data.table(indicator).where(level="qpv", code=zone)
            chart = charts.lines(rows, data.label, decimals=1, title="x")
            wanted = {
                int(one.year)
                for one in figures
                if one.code == zone
                and one.year
                and (one.variable == variable or (not variable and one.part == "0-25"))
            }
            assert set(chart.figure.layout.xaxis.tickvals) == wanted


def test_a_score_says_that_it_adds_different_years(data) -> None:
    weights = (("AD01", 1), ("PA01", 1))
    made = priorities.rank(data, Setting(Level.QPV, weights))
    assert made is not None
    [said] = [one for one in priority_words.cautions(made) if "même année" in one]
    assert "édition 2022, observée vers décembre 2020" in said
    assert "édition 2021, observée vers décembre 2019" in said
    assert all(one.period > 0 for one in priorities.criteria(data, Level.QPV))
