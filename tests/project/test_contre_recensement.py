"""The census by IRIS that comes with a real commune, added and divided again by another hand."""

from collections import defaultdict
from decimal import Decimal

import pytest

from ctg_data.documents import csv as downloads
from ctg_data.opening import open_workspace
from ctg_data.territory import config as territory
from ctg_data.workspace import Workspace
from tests.contre_calcul import annees
from tests.contre_calcul.annees import Figure

REAL = next(name for name in territory.territory_names() if name != "exemple")
CLOSE = Decimal("0.000001")
BANDS = ("0-14", "15-29", "30-44", "45-59", "60-74", "75+")
PARTS = {
    *(("population_tranches", band) for band in BANDS),
    ("population_municipale", "total"),
    ("population_moins_20", "total"),
    ("familles_toutes", "total"),
    ("familles_recensement", "monoparentale"),
    ("familles_recensement", "couple"),
}


@pytest.fixture(scope="module")
def census() -> dict[tuple[str, str], dict[str, Decimal]]:
    """Column and zone → value, read again from the file itself."""
    found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for one in _embedded():
        assert one.value is not None
        assert one.year == "2019"
        found[one.variable, one.part][one.code] = one.value
    return found


def _embedded() -> list[Figure]:
    figures = annees.embedded(territory.ROOT / REAL / "donnees")
    return [one for one in figures if one.dataset.startswith("base-ic-")]


def iris(table: dict[str, Decimal]) -> dict[str, Decimal]:
    return {code: value for code, value in table.items() if len(code) == 9}


def test_the_totals_are_those_that_insee_prints(census) -> None:
    assert set(census) == PARTS
    told = {one: sum(iris(census[one]).values()) for one in PARTS}
    assert annees.printed(told["familles_toutes", "total"], 0) == 24_206
    assert annees.printed(told["familles_recensement", "monoparentale"], 0) == 5_547
    assert annees.printed(told["familles_recensement", "couple"], 0) == 7_684
    assert annees.printed(told["population_municipale", "total"], 0) == 112_321
    assert annees.printed(told["population_tranches", "15-29"], 0) == 37_720
    assert {len(iris(table)) for table in census.values()} == {42}


def test_the_commune_is_the_sum_of_its_iris(census) -> None:
    for name, table in census.items():
        whole = [value for code, value in table.items() if len(code) == 5]
        assert len(whole) == (name != ("population_municipale", "total")), name
        assert all(abs(one - sum(iris(table).values())) < CLOSE for one in whole), name


def test_ages_add_up_and_families_hold_those_with_children(census) -> None:
    for code, people in iris(census["population_municipale", "total"]).items():
        bands = sum(census["population_tranches", band][code] for band in BANDS)
        assert abs(bands - people) < CLOSE, code
        young = census["population_moins_20", "total"][code]
        first, second = (census["population_tranches", band][code] for band in BANDS[:2])
        assert first <= young <= first + second, code
        with_children = sum(
            census["familles_recensement", part][code] for part in ("monoparentale", "couple")
        )
        assert with_children <= census["familles_toutes", "total"][code] + CLOSE, code


@pytest.fixture(scope="module")
def data() -> Workspace:
    return open_workspace(REAL)


def test_shares_and_counts_of_every_iris_are_those_of_the_file(census, data) -> None:
    alone, couples = (census["familles_recensement", one] for one in ("monoparentale", "couple"))
    shares = {
        code: annees.percent(count, count + couples[code]) if count + couples[code] else None
        for code, count in alone.items()
    }
    assert list(shares.values()).count(None) == 2, "two IRIS where no family lives: no object"
    young = census["population_tranches", "15-29"]
    for code, expected, decimals in (("PA02", shares, 1), ("JE12", young, 0)):
        rows = data.table(data.indicator(code)).where(period=2019)
        content = downloads.to_csv(rows, data.label, title="", decimals=decimals)
        lines = annees.downloaded(content)
        shown = {one["code"]: annees.number(one["valeur"]) for one in lines}
        assert shown == {
            zone: None if value is None else annees.printed(value, decimals)
            for zone, value in expected.items()
        }
