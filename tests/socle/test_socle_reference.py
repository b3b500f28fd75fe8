"""Real files of the producers, read from where ``CTG_REFERENCE`` says: no false error."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Reading
from ctg_data.tabular.report import Severity
from ctg_data.territory.config import ROOT, TerritoryConfig, open_territory
from tests.socle_tables import TODAY


def real() -> TerritoryConfig:
    """The territory that is not fictional: the default one."""
    return open_territory()


def clean(path: Path, declared: Declared | None = None) -> Reading:
    """Read a real file: nothing refused, nothing corrected."""
    reading = read_file(path.name, path.read_bytes(), real(), declared=declared)
    report = check(reading, real(), today=TODAY)
    wrong = [m for m in report.messages if m.severity in (Severity.REFUSED, Severity.CORRECTED)]
    assert not wrong
    assert len(observations_of(reading, report)) == len(reading.rows)
    return reading


def sums(reading: Reading) -> dict[int, int]:
    rows = reading.rows[reading.rows["variable"].eq("foyers_allocataires")]
    whole = rows[rows["category"].eq("total")].groupby("period")["value"].sum()
    return {int(year): int(total) for year, total in whole.items()}


def expected() -> dict[int, int]:
    """Sums over the disclosed IRIS, as the territory's folder tells them."""
    path = ROOT / real().id / "verifications_socle.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {int(line["period"]): int(line["value"]) for line in csv.DictReader(file)}


@pytest.mark.reels("iris/brut_*.csv", "iris/insee_caf_iris_*.csv")
def test_allocataires_of_the_disclosed_iris_add_up_exactly(reference: Path) -> None:
    whole: dict[int, int] = {}
    for path in sorted((reference / "iris").glob("brut_*.csv")):
        whole |= sums(clean(path))
    assert len(whole) == 3
    [joined] = (reference / "iris").glob("insee_caf_iris_*.csv")
    assert sums(clean(joined)) == whole
    assert whole == expected()


@pytest.mark.reels("iris/brut_*.csv")
def test_a_sum_read_apart_agrees(reference: Path) -> None:
    for path in sorted((reference / "iris").glob("brut_*.csv")):
        table = pd.read_csv(path, sep=";", dtype="string", encoding="utf-8-sig")
        numbers = table["A"].str.replace("\u202f", "").astype("Float64")
        assert list(sums(clean(path)).values()) == [int(numbers.sum())]


@pytest.mark.reels("qpv/*.csv")
def test_files_of_qpv(reference: Path) -> None:
    found = sorted((reference / "qpv").glob("*.csv"))
    layouts = {name for path in found for name in clean(path).layouts.values()}
    assert layouts == {"insee_qpv_demographie", "insee_qpv_revenus", "insee_qpv_insertion"}


@pytest.mark.reels("socle/socle_exemple_utf8bom.csv")
def test_the_example_of_a_caf_asks_for_its_date_and_nothing_else(reference: Path) -> None:
    [path] = (reference / "socle").glob("*.csv")
    first = check(read_file(path.name, path.read_bytes(), real()), real(), today=TODAY)
    refused = [m for m in first.messages if m.severity is Severity.REFUSED]
    assert [m.id for m in refused] == ["date_absente"]
    day = pd.Timestamp(refused[0].proposal["reference_date"]).date()
    assert clean(path, Declared(reference_date=day)).reference_date == day
