"""The fictional commune: consistent to the unit, tiled without a gap, remade byte for byte.

Everything here is invented; no code of it can be taken for a real one.
"""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ctg_data.observations import variables
from ctg_data.offer.offered import offered
from ctg_data.territory import config as territory
from ctg_data.territory.config import TerritoryConfig
from ctg_data.territory.embedded import embedded, qpv_parts
from tests.territory.test_exemple_ground import LAYERS, read

PLACE = ["level", "code", "vintage", "period"]
NAME = "exemple"


@pytest.fixture(scope="module")
def config() -> TerritoryConfig:
    return territory.open_territory(NAME)


@pytest.fixture(scope="module")
def table(config: TerritoryConfig) -> pd.DataFrame:
    return embedded(config)[0]


@pytest.fixture(scope="module")
def socle(config: TerritoryConfig, table: pd.DataFrame) -> pd.DataFrame:
    """The exact counts, one column a variable/category, one row a place and year."""
    secret = [key for key, one in embedded(config)[1].items() if one.confidential]
    rows = table[table["source"].isin(secret)]
    return wide(rows, "value")


def wide(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    names = rows["variable"] + "/" + rows["category"]
    return rows.assign(name=names).pivot(index=PLACE, columns="name", values=what).astype("Int64")


# The socle


def test_it_is_complete_over_five_years(config: TerritoryConfig, socle: pd.DataFrame) -> None:
    assert not socle.isna().any(axis=None)
    zones = socle.reset_index().groupby(["level", "period"])["code"].nunique().unstack()
    assert zones.loc["commune"].tolist() == [1] * 5
    assert zones.loc["iris"].tolist() == [len(config.iris)] * 5
    assert zones.loc["quartier"].tolist() == [len(config.quartiers)] * 5
    assert zones.loc["qpv"].tolist() == [6] * 5
    qpv = socle.reset_index().query("level == 'qpv'")
    assert set(zip(qpv["vintage"], qpv["period"], strict=True)) == {
        *((2015, 2020), (2015, 2021), (2015, 2022)),
        *((2024, 2023), (2024, 2024)),
    }


def test_parts_add_up_to_their_total(socle: pd.DataFrame) -> None:
    checked = 0
    for name, one in variables().items():
        parts = [f"{name}/{part}" for part in one.categories]
        if one.partition and set(parts) <= set(socle.columns):
            total = socle[f"{one.total_de or name}/total"]
            assert (socle[parts].sum(axis=1) == total).all(), name
            checked += 1
    assert checked == 3


def test_a_subset_is_never_larger_than_what_holds_it(socle: pd.DataFrame) -> None:
    checked = 0
    for name, one in variables().items():
        variable, _, category = one.host.partition("/")
        inner, outer = f"{name}/total", f"{variable}/{category or 'total'}"
        if {inner, outer} <= set(socle.columns):
            assert (socle[inner] <= socle[outer]).all(), name
            checked += 1
    assert checked >= 12
    chain = ["dependance_100", "dependance_50", "bas_revenus", "reference_revenus"]
    for inner, outer in zip(chain, [*chain[1:], "allocataires"], strict=True):
        assert (socle[f"foyers_{inner}/total"] <= socle[f"foyers_{outer}/total"]).all()


def test_zones_add_up_to_the_commune_less_the_few_placed_nowhere(socle: pd.DataFrame) -> None:
    sums = socle.groupby(["level", "period"]).sum()
    pd.testing.assert_frame_equal(sums.loc["iris"], sums.loc["quartier"])
    lost = sums.loc["commune"] - sums.loc["iris"]
    assert (lost >= 0).all(axis=None)
    share = lost["foyers_allocataires/total"] / sums.loc["commune"]["foyers_allocataires/total"]
    assert share.between(0.002, 0.02).all()


def test_a_quartier_is_the_sum_of_its_iris(socle: pd.DataFrame) -> None:
    iris = socle.loc["iris"].reset_index()
    iris["quartier"] = "FQ" + iris["code"].str[5:7]
    sums = iris.drop(columns=["code", "vintage"]).groupby(["quartier", "period"]).sum()
    quartiers = socle.loc["quartier"].droplevel("vintage")
    assert (sums.to_numpy() == quartiers.to_numpy()).all()


def test_qpv_hold_no_more_than_the_commune_their_part_inside_considered(
    config: TerritoryConfig, socle: pd.DataFrame
) -> None:
    parts = wide(qpv_parts(config), "value")
    across = {zone.code for zone in config.qpv if len(zone.communes) > 1}
    whole = socle[~socle.index.get_level_values("code").isin(across)].loc[["qpv"]]
    inside = pd.concat([whole, parts]).groupby("period").sum()
    commune = socle.loc["commune"].groupby("period").sum()
    assert (inside <= commune).all(axis=None)
    assert not parts.empty


def test_small_counts_zones_under_a_hundred_and_zeros_are_there(socle: pd.DataFrame) -> None:
    below = socle[socle.index.get_level_values("level") != "commune"]
    assert (below == 0).sum(axis=None) > 50
    assert below.isin(range(1, 5)).sum(axis=None) > 200
    few = below[below["foyers_allocataires/total"] < 100].reset_index()
    assert few.query("level == 'iris'")["code"].nunique() == 1
    assert set(few.query("level == 'qpv'")["vintage"]) == {2015, 2024}
    assert (below.loc["quartier"]["foyers_allocataires/total"] >= 100).all()


def test_allocataires_behind_each_count_are_told_and_possible(
    config: TerritoryConfig, table: pd.DataFrame, socle: pd.DataFrame
) -> None:
    rows = table[table["source"].str.contains("socle")]
    base = wide(rows, "base")
    assert not base.isna().any(axis=None)
    assert (base <= socle).all(axis=None)
    everyone = socle["foyers_allocataires/total"]
    assert base.le(everyone, axis=0).all(axis=None)
    assert ((base == 0) == (socle == 0)).all(axis=None)


def test_five_years_tell_a_plausible_story(socle: pd.DataFrame) -> None:
    commune = socle.loc["commune"].groupby("period").sum()
    assert commune["foyers_prime_activite/total"].is_monotonic_increasing
    assert commune["enfants_couverts/0-2"].is_monotonic_decreasing
    assert commune["foyers_allocataires/total"].between(15_000, 18_000).all()
    moves = commune["foyers_allocataires/total"].pct_change().abs().dropna()
    assert moves.max() < 0.03


# What is public


def test_published_counts_of_the_commune_are_the_exact_ones_rounded(table: pd.DataFrame) -> None:
    rounded = table[(table["status"] == "arrondi")]
    assert set(rounded["level"]) == {"commune", "epci"}
    assert (rounded["value"] % 5 == 0).all()
    exact = table[(table["source"] == "fictif_prestations") & (table["status"] == "diffuse")]
    assert set(exact["level"]) == {"departement", "region", "france"}


def test_rates_are_places_for_a_hundred_children(table: pd.DataFrame) -> None:
    key = ["level", "code", "period"]
    places = table[table["variable"] == "places_petite_enfance"]
    rates = table[table["variable"] == "taux_couverture"]
    children = table[table["variable"] == "enfants_moins_3_recensement"][[*key, "value"]]
    both = rates.merge(places, on=[*key, "category"], suffixes=("", "_places"))
    both = both.merge(children, on=key, suffixes=("", "_children"))
    assert len(both) == len(rates) == len(places)
    computed = 100 * both["value_places"] / both["value_children"]
    assert (computed - both["value"]).abs().max() <= 0.0501
    assert set(both["period"]) == set(range(2017, 2024))
    assert set(both["level"]) == {"commune", "epci", "departement", "region", "france"}


def test_places_add_up_and_creches_are_those_of_the_register(
    config: TerritoryConfig, table: pd.DataFrame
) -> None:
    places = wide(table[table["variable"] == "places_petite_enfance"], "value")
    places.columns = [name.split("/")[1] for name in places.columns]
    assert (places["eaje"] == places["psu"] + places["hors_psu"]).all()
    alone = places["assistants_maternels"] + places["garde_domicile"]
    assert (places["individuel"] == alone).all()
    whole = places["eaje"] + places["individuel"] + places["prescolarisation"]
    assert (places["total"] == whole).all()
    rows = offered(config, None, table).rows
    implanted = rows[rows["variable"] == "places_eaje_implantees"]
    ours = implanted[implanted["level"] == "commune"].set_index("period")["value"]
    published = places.loc["commune", config.commune.code].droplevel("vintage")["eaje"]
    assert (published == ours.reindex(published.index)).all()
    listed = pd.read_csv(config.folder / "structures.csv", dtype={"commune": str})
    open_now = listed[listed["fermeture"].isna() & (listed["type"] == "eaje")]
    here = open_now[open_now["commune"] == config.commune.code]
    assert here["places"].sum() == ours[2024]


def test_the_census_adds_up(table: pd.DataFrame) -> None:
    ages = table[table["variable"] == "population_age"].groupby(PLACE)["value"].sum()
    people = table[table["variable"] == "population_municipale"].set_index(PLACE)["value"]
    assert (ages == people.reindex(ages.index)).all()
    below = people.groupby(["level", "period"]).sum()
    assert (
        below["iris", 2022]
        == below["quartier", 2022]
        == people.loc["commune", "00123"][:, 2022][2025]
    )
    young = table[table["variable"] == "enfants_moins_3_recensement"]
    sums = young.groupby(["level", "period"])["value"].sum()
    commune = young[young["code"] == "00123"].set_index("period")["value"]
    for year in range(2020, 2024):
        assert sums["iris", year] == sums["quartier", year] == commune[year]


def test_the_census_counts_at_least_the_children_the_caf_covers(
    table: pd.DataFrame, socle: pd.DataFrame
) -> None:
    young = table[table["variable"] == "enfants_moins_3_recensement"].set_index(PLACE)["value"]
    covered = socle["enfants_couverts/0-2"]
    both = pd.concat([young, covered], axis=1, keys=["census", "caf"]).dropna()
    assert len(both) > 100
    assert (both["census"] >= both["caf"] * 0.95).all()


def test_births_decline_and_cover_ten_years(table: pd.DataFrame) -> None:
    births = table[(table["variable"] == "naissances_domiciliees") & (table["code"] == "00123")]
    assert births["period"].tolist() == list(range(2015, 2025))
    assert births["value"].iloc[-1] < 0.9 * births["value"].iloc[0]


# Fiction, and nothing but


def test_fictional_is_said_in_every_row_feature_label_and_source(config: TerritoryConfig) -> None:
    for path in sorted(config.folder.rglob("*.csv")):
        assert (pd.read_csv(path, dtype=str)["fictif"] == "oui").all(), path.name
    for name in LAYERS:
        for one in read(config, name)["features"]:
            told = {"code", "nom", "fictif"}
            drawn = name == "zones_competence"  # by someone, on a day, in a way to be told
            told |= {"auteur", "date", "methode"} if drawn else {"communes", "generation"}
            assert one["properties"].keys() == told
            assert one["properties"]["fictif"] is True
            assert "ficti" in one["properties"]["nom"]
    for path in config.folder.glob("*.toml"):
        assert "FICTIVE" in path.read_text("utf-8").split("\n\n")[0].upper(), path.name
    assert all("ficti" in label for label in config.labels.values())
    assert all(
        "ficti" in party.name and "ficti" in party.short.casefold() for party in config.parties
    )
    for citation in embedded(config)[1].values():
        assert citation.fictional
        assert citation.licence == "Données fictives, sans valeur"
        assert "données fictives" in str(citation)


def test_no_code_can_be_taken_for_a_real_one(config: TerritoryConfig, table: pd.DataFrame) -> None:
    codes = set(table["code"]) | {code for _, code in config.labels}
    for code in codes:  # no département is numbered 00, nor any QPV of it
        impossible = code.startswith(("00", "QP000", "QN000", "FQ", "FRANCE-FICTIVE"))
        assert impossible, code


def test_it_is_small(config: TerritoryConfig) -> None:
    size = sum(path.stat().st_size for path in config.folder.rglob("*") if path.is_file())
    assert size < 6_000_000


def test_it_is_remade_byte_for_byte(config: TerritoryConfig, tmp_path: Path) -> None:
    script = config.folder / "fabrique.py"
    command = [sys.executable, "-B", str(script), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    made = {name: path for name, path in made.items() if name.suffix in (".csv", ".geojson")}
    kept = {
        path.relative_to(config.folder)
        for pattern in ("*.csv", "*.geojson")
        for path in config.folder.rglob(pattern)
    }
    assert set(made) == kept
    for name, path in made.items():
        assert path.read_bytes() == (config.folder / name).read_bytes(), name
