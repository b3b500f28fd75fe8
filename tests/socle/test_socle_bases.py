"""« base », the allocataires behind a count: a false one would switch the rule of 5 off."""

import re
from typing import Any

import pandas as pd
import pytest

from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.tabular.report import Report, Severity
from tests.socle_tables import DAY, TODAY, csv_bytes, iris, territory

COLUMNS = ("A", "PERCOU", "AM", "ENF_2")
FALSE = {"base_des_foyers", "base_trop_grande", "base_recopiee"}


def judged(heads: tuple[str, ...], lines: list[tuple[Any, ...]], kind: Kind) -> Report:
    """A file of some IRIS, each line being its counts in the order of ``heads``."""
    rows = [["CODGEO", *heads]]
    rows += [[code, *line] for code, line in zip(iris(), lines, strict=False)]
    said = Declared(kind=kind, reference_date=DAY)
    reading = read_file("socle.csv", csv_bytes(rows), territory(), declared=said)
    return check(reading, territory(), today=TODAY)


def refused(report: Report) -> dict[str, str]:
    """What is said of bases, by message."""
    return {
        one.id: re.sub(r"\s", " ", one.text)
        for one in report.messages
        if one.id in FALSE and one.severity is Severity.REFUSED
    }


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    ("heads", "lines", "told"),
    [
        # a base of households is the households themselves, whatever the column says
        (("A", "AM", "AM base"), [(400, 3, 400), (500, 40, 40)], {"base_des_foyers"}),
        (("A", "AM", "AM base"), [(400, 30, 30), (500, 40, 40)], set()),
        # behind three children, four hundred allocataires: the size of the zone
        (("A", "ENF_2", "ENF_2 base"), [(400, 3, 400), (500, 90, 80)], {"base_trop_grande"}),
        (("A", "ENF_2", "ENF_2 base"), [(400, 30, 31)], {"base_trop_grande"}),
        (("A", "ENF_2", "ENF_2 base"), [(400, 30, 30), (500, 40, 12)], set()),
        # never above, and still not what stands behind: the column of another figure
        (("A", "ENF_2", "ENF_2 base"), [(40, 130, 40), (50, 140, 50)], {"base_recopiee"}),
        (("A", "APPA", "ENF_2", "ENF_2 base"), [(400, 20, 30, 20)] * 2, {"base_recopiee"}),
        (("A", "ENF_2", "ENF_2 base"), [(40, 130, 40), (50, 140, 51)], set()),
        # all the persons of a zone are those of all its allocataires
        (("A", "PERCOU", "PERCOU base"), [(400, 900, 400), (500, 990, 500)], set()),
    ],
)
def test_a_false_base_is_refused_by_its_column(kind, heads, lines, told):
    found = refused(judged(heads, lines, kind))
    assert {name for name in found if name != "base_recopiee" or len(found) == 1} == told
    column = heads[-1]
    assert all(f"« {column} »" in text for text in found.values())
    assert all("retirez" in text or "videz" in text for text in found.values())
    assert not any(character in "".join(found.values()) for character in ("400", "130"))


def test_every_false_base_of_a_file_is_told_at_once():
    heads = ("A", "AM", "AM base", "ENF_2", "ENF_2 base")
    report = judged(heads, [(400, 3, 400, 3, 400), (500, 4, 500, 4, 500)], Kind.EXACT)
    assert set(refused(report)) == FALSE


def test_no_base_of_ours_is_above_the_persons_it_stands_behind():
    """Allocataires of the zone stand behind its persons; a file may give fewer persons."""
    rows = [["CODGEO", "A", "PERCOU"], [iris()[0], 400, 30], [iris()[1], 400, 900]]
    said = Declared(kind=Kind.EXACT, reference_date=DAY)
    reading = read_file("socle.csv", csv_bytes(rows), territory(), declared=said)
    people = reading.rows[reading.rows["variable"] == "personnes_couvertes"]
    assert people["base"].tolist() == [30, 400]


SHEET = (
    "type;code;version_geo;annee;variable;categorie;valeur;base\n"
    "commune;{commune};2025;2025;foyers_allocataires;total;4000;4000\n"
    "commune;{commune};2025;2025;enfants_couverts;total;{children};{behind}\n"
    "iris;{iris};2025;2025;foyers_allocataires;total;400;400\n"
    "iris;{iris};2025;2025;enfants_couverts;total;{few};{few_behind}\n"
)


@pytest.mark.parametrize(
    ("children", "behind", "few", "few_behind", "refuses"),
    [
        (1936, 2291, 300, 120, set()),  # a slip about many children of a whole commune
        (11, 12, 300, 120, set()),
        (10, 12, 300, 120, {"base_trop_grande"}),  # few people: it would show somebody
        (1936, 900, 30, 31, {"base_trop_grande"}),  # a zone of the commune
        (1936, 2291, 30, 31, {"base_trop_grande"}),
        (1936, 4000, 300, 400, {"base_trop_grande", "base_recopiee"}),  # the size of the zones
    ],
)
def test_a_slip_about_a_whole_commune_is_left_out_and_told(
    children, behind, few, few_behind, refuses
):
    place = territory()
    numbers = {"children": children, "behind": behind, "few": few, "few_behind": few_behind}
    text = SHEET.format(commune=place.commune.code, iris=iris()[0], **numbers)
    said = Declared(kind=Kind.EXACT, reference_date=DAY)
    reading = read_file("socle.csv", text.encode(), place, declared=said)
    report = check(reading, place, today=TODAY)
    assert set(refused(report)) == refuses
    slips = report.of("base_pas_crue")
    assert [one.severity for one in slips] == [Severity.WARNING] * (behind > children > 10)
    told = [re.sub(r"\s", " ", one.text) for one in slips]
    assert all("« ENF base »" in text and str(behind) not in text for text in told)
    if refuses:
        return
    rows = observations_of(reading, report)
    rows = rows[rows["variable"] == "enfants_couverts"].set_index("level")
    assert rows["value"].to_dict() == {"commune": children, "iris": few}
    assert pd.isna(rows.loc["commune", "base"])
    assert rows.loc["iris", "base"] == few_behind
