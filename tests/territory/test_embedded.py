"""Embedded figures: those published are there to the unit, and a faulty file says where and why."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from ctg_data.errors import TerritoryError
from ctg_data.model import Level
from ctg_data.observations import variables
from ctg_data.territory import config as territory
from ctg_data.territory.embedded import COLUMNS, embedded, qpv_parts, source_cards
from tests.real_files import published

REAL = [name for name in territory.territory_names() if name != "exemple"]
CHECKS = [
    (name, row)
    for name in REAL
    for row in csv.DictReader(
        (territory.ROOT / name / "verifications.csv").read_text(encoding="utf-8").splitlines()
    )
]


@pytest.fixture(scope="module")
def figures() -> dict[str, pd.DataFrame]:
    return {name: embedded(territory.open_territory(name))[0] for name in REAL}


@pytest.mark.parametrize(
    ("name", "check"),
    [pytest.param(*one, id="-".join(list(one[1].values())[:5])) for one in CHECKS],
)
def test_published_figure(figures, name: str, check: dict[str, str]) -> None:
    table = figures[name]
    rows = table[
        (table["variable"] == check["variable"])
        & (table["level"] == check["level"])
        & (table["edition"] == check["edition"])
        & (table["category"] == check["category"])
    ]
    if check["period"]:
        rows = rows[rows["period"] == int(check["period"])]
    else:
        assert (rows["dating"] == "non_etabli").all()
        assert (rows["period"] < 0).all()
    if "publiés" in check["code"]:  # « 36 publiés sur 42 »: a sum over the zones that are shown
        shown, _, _, known = check["code"].split()
        assert (rows["value"].notna().sum(), len(rows)) == (int(shown), int(known))
        assert rows["value"].sum() == int(check["value"])
        return
    [found] = rows[rows["code"] == check["code"]]["value"]
    if check["value"] == "":
        assert found is pd.NA
    elif "à l'unité" in check["citation"]:
        assert round(found) == int(check["value"])
    else:
        assert found == float(check["value"])


@pytest.mark.parametrize("name", REAL)
def test_every_row_is_what_the_real_files_say(name: str, figures, reference: Path) -> None:
    config = territory.open_territory(name)
    real, unread = published(reference, config), []
    for row in figures[name].itertuples():
        year = int(row.edition or row.period)  # the real files are filed by edition
        key = (row.source, row.variable, row.level, row.code, year, row.category)
        if key not in real:
            unread.append(row.source)
            continue
        assert (row.value is pd.NA) == (real[key] is None), key
        assert row.value is pd.NA or row.value == pytest.approx(real[key], abs=0.051), key
    # Editions of which only a few published figures were available, no file.
    assert set(unread) <= {"insee_qpv_demo_2018", "insee_qpv_demo_2020"} | {
        "insee_qpv_demo_2022",
        "insee_qpv_revn_2022",
    }


@pytest.mark.parametrize("name", REAL)
def test_no_year_is_only_presumed_and_no_estimate_is_embedded(name: str, figures) -> None:
    table = figures[name]
    assert "naissances_domiciliees" not in set(table["variable"])
    assert not any(one.confidential for one in embedded(territory.open_territory(name))[1].values())


@pytest.mark.parametrize("name", REAL)
def test_producers_blanks_stay_blank_and_keep_their_reason(name: str, figures) -> None:
    census = {one for one, kept in variables().items() if kept.nature == "recensement"}
    iris = figures[name].query("level == 'iris'")
    iris = iris[~iris["variable"].isin(census)]
    hidden = iris[iris["value"].isna()]
    assert len(iris[["variable", "category"]].drop_duplicates()) <= 12
    reasons = hidden[["code", "status"]].drop_duplicates()["status"]
    assert sorted(reasons) == ["qualite"] * 4 + ["secret_zone"] * 2
    assert not (iris["value"] == 0).any()


@pytest.mark.parametrize("name", REAL)
def test_a_census_value_repeated_over_editions_is_given_once(name: str, figures) -> None:
    people = figures[name].query("level == 'qpv' and variable == 'population_municipale'")
    assert people.groupby(["code", "value"]).size().max() == 1


@pytest.mark.parametrize("name", list(territory.territory_names()))
def test_every_row_names_its_producer_dataset_and_licence(name: str) -> None:
    config = territory.open_territory(name)
    table, citations = embedded(config)
    assert set(table["source"]) == set(citations)
    for citation in citations.values():
        assert citation.fictional is config.fictional
        assert citation.producer
        assert citation.licence
    for path in (config.folder / "donnees").glob("*.csv"):
        raw = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert (raw[["producer", "dataset", "licence"]] != "").all(axis=None)
        if "dating" in raw:
            assert ((raw["period"] == "") == (raw["dating"] == "non_etabli")).all()
            assert (raw["edition"] != "").all()
        else:
            assert (raw["period"] != "").all()


def test_counts_of_foyers_say_the_allocataires_behind_them() -> None:
    for name in territory.territory_names():
        table, _ = embedded(territory.open_territory(name))
        foyers = table[(table["unit"] == "foyers") & table["value"].notna()]
        assert (foyers["base"] == foyers["value"]).all()


def test_a_qpv_across_communes_states_its_part_inside() -> None:
    config = territory.open_territory("exemple")
    parts, table = qpv_parts(config), embedded(config)[0]
    across = {zone.code for zone in config.zones(Level.QPV) if len(zone.communes) > 1}
    assert set(parts["code"]) == across
    assert set(parts["commune"]) == {config.commune.code}
    key = ["variable", "level", "code", "vintage", "period", "category"]
    both = parts.merge(table, on=key, suffixes=("", "_whole"))
    assert len(both) == len(parts)
    assert (both["value"] <= both["value_whole"]).all()
    assert (both["value"] < both["value_whole"]).any()


def test_a_territory_without_parts_says_nothing_of_them() -> None:
    assert qpv_parts(territory.open_territory(REAL[0])).empty


# A small territory of one file, damaged in turn.
SOURCE = """[essai]
producteur = "Producteur"
titre = "Titre"
jeu = "Jeu"
periode = "2024"
licence = "Licence"
consulte_le = 2026-01-02
page = ""
nature = "public"
"""
ROW = {
    "variable": "foyers_allocataires",
    "level": "commune",
    "code": "00123",
    "vintage": "2025",
    "period": "2024",
    "category": "total",
    "value": "120",
    "unit": "foyers",
    "base": "120",
    "status": "diffuse",
    "source": "essai",
    "producer": "Producteur",
    "dataset": "Jeu",
    "licence": "Licence",
}


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., territory.TerritoryConfig]:
    """A territory whose figures are the rows given, each a change of ``ROW``."""

    def build(*changes: dict[str, str], columns: list[str] = COLUMNS, sources: str = SOURCE):
        root = tmp_path / "territoire"
        ignored = shutil.ignore_patterns("donnees", "contours", "__pycache__")
        shutil.copytree(territory.ROOT, root, ignore=ignored)
        folder = root / "exemple"
        text = (folder / "territoire.toml").read_text(encoding="utf-8")
        text = text.replace("fictif = true", "fictif = false")
        (folder / "territoire.toml").write_text(text, encoding="utf-8")
        (folder / "sources.toml").write_text(sources, encoding="utf-8")
        (folder / "donnees").mkdir()
        rows = pd.DataFrame([ROW | change for change in changes]).reindex(columns=columns)
        rows.to_csv(folder / "donnees" / "essai.csv", index=False)
        return territory.open_territory("exemple", root)

    return build


def told(config: territory.TerritoryConfig) -> str:
    with pytest.raises(TerritoryError) as caught:
        embedded(config)
    return str(caught.value)


def test_a_sound_file_is_read(small) -> None:
    table, citations = embedded(small({}, {"period": "2023", "value": "", "status": "qualite"}))
    assert list(table["value"].fillna(-1)) == [-1, 120]
    assert citations["essai"].retrieved_on == "2026-01-02"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": "12o"}, "colonne « value » : « 12o » n'est pas un nombre positif"),
        ({"value": "-3"}, "colonne « value » : « -3 » n'est pas un nombre positif"),
        ({"value": "1 200"}, "colonne « value » : « 1 200 » n'est pas un nombre"),
        ({"base": "1.5"}, "colonne « base » : « 1.5 » n'est pas un nombre entier"),
        ({"period": "déc. 2024"}, "colonne « period » : « déc. 2024 » n'est pas une année"),
        ({"variable": "foyer"}, "colonne « variable » : « foyer » est inconnue de variables.toml"),
        ({"category": "0-2"}, "colonne « category » : « 0-2 » n'est pas une part déclarée"),
        ({"unit": "euros"}, "colonne « unit » : « euros » n'est pas l'unité de la variable"),
        ({"level": "ville"}, "colonne « level » : « ville » n'est pas un niveau connu"),
        ({"status": "masque"}, "colonne « status » : « masque » n'est pas un statut connu"),
        ({"status": "secret_zone"}, "« secret_zone » contredit la valeur"),
        ({"value": ""}, "« diffuse » contredit la valeur"),
        ({"code": ""}, "colonne « code » : «  » est vide"),
        ({"source": "autre"}, "« autre » n'est pas déclarée dans sources.toml"),
        ({"producer": "Autre"}, "« Autre » ne dit pas comme « producteur » de sources.toml"),
        ({"dataset": "Autre"}, "« Autre » ne dit pas comme « jeu » de sources.toml"),
        ({"licence": "Autre"}, "« Autre » ne dit pas comme « licence » de sources.toml"),
    ],
)
def test_a_faulty_cell_says_its_line_and_column(small, change, message) -> None:
    text = told(small({}, {"code": "00124"} | change))
    assert "exemple/donnees/essai.csv, ligne 3, " in text
    assert message in text


def test_all_faults_are_told_at_once_and_repeats_are_listed(small) -> None:
    text = told(small({"value": "?"}, {}, {"value": "!"}, {"unit": "euros", "value": "x"}))
    assert "ligne 2, colonne « value » : « ? »" in text
    assert "Même problème ligne(s) 4, 5." in text
    assert "ligne 5, colonne « unit »" in text


def test_a_cell_given_twice_is_refused(small) -> None:
    assert "ligne 3 : la case (foyers_allocataires, commune, 00123" in told(small({}, {}))


def test_a_missing_and_an_unknown_column_are_named(small) -> None:
    columns = [name for name in COLUMNS if name != "licence"] + ["remarque"]
    text = told(small({}, columns=columns))
    assert "ligne 1 : colonnes inattendues (manque licence ; en trop remarque)" in text


def test_an_empty_folder_is_told(small) -> None:
    config = small({})
    (config.folder / "donnees" / "essai.csv").unlink()
    assert "aucun fichier CSV" in told(config)


def test_a_file_that_is_no_csv_is_told(small) -> None:
    config = small({})
    (config.folder / "donnees" / "essai.csv").write_bytes(b"\xff\xfe\x00")
    assert "le fichier n'est pas en UTF-8" in told(config)


def test_a_source_without_its_keys_or_of_unknown_nature_is_told(small) -> None:
    config = small({}, sources=SOURCE.replace('jeu = "Jeu"\n', "").replace("public", "rumeur"))
    text = told(config)
    assert "source « essai », clé « jeu » : absente ou d'un autre type" in text
    assert "nature « rumeur » inconnue ; écrivez public ou socle" in text


def test_a_socle_is_confidential_and_says_so(small) -> None:
    config = small({}, sources=SOURCE.replace("public", "socle"))
    assert embedded(config)[1]["essai"].confidential
    assert source_cards(config)["essai"].dataset == "Jeu"


DATED = [*COLUMNS, "edition", "dating"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"period": "", "dating": "producteur"}, "n'est pas une année"),
        ({"dating": "non_etabli"}, "une année non établie reste vide"),
        ({"period": "", "dating": "non_etabli", "edition": ""}, "n'est pas l'année d'une édition"),
        ({"dating": "flair"}, "« flair » n'est pas une preuve connue"),
        ({"edition": "deux mille"}, "« deux mille » n'est pas l'année d'une édition"),
    ],
)
def test_a_misdated_row_says_its_line_and_what_to_write(small, change, message) -> None:
    row = {"edition": "2024", "dating": "comparaison"}
    text = told(small(row, row | {"code": "00124"} | change, columns=DATED))
    assert "exemple/donnees/essai.csv, ligne 3, " in text
    assert message in text


def test_editions_of_unknown_years_do_not_collide_and_equal_no_year(small) -> None:
    unknown = {"period": "", "dating": "non_etabli"}
    table, _ = embedded(
        small(
            unknown | {"edition": "2017"},
            unknown | {"edition": "2019"},
            {"period": "2017", "edition": "2019", "dating": "comparaison"},
            columns=DATED,
        )
    )
    assert table["period"].nunique() == 3
    assert sorted(table["period"] > 0) == [False, False, True]
    assert set(table.loc[table["period"] < 0, "edition"]) == {"2017", "2019"}


def test_a_cell_of_unknown_year_given_twice_is_refused(small) -> None:
    row = {"period": "", "dating": "non_etabli", "edition": "2017"}
    assert "la case (foyers_allocataires, commune, 00123, 2025, édition 2017" in told(
        small(row, row, columns=DATED)
    )


def test_what_a_caller_does_to_the_figures_is_nobody_elses():
    config = territory.open_territory("exemple")
    first, citations = embedded(config)
    untouched = first.copy()
    first["value"], first["status"] = 0.0, "diffuse"
    citations.clear()
    again, cited = embedded(config)
    pd.testing.assert_frame_equal(again, untouched)
    assert cited
