"""Files of insee.fr: the census by IRIS, and the quarters of 2024, on good days and bad ones."""

import io
import json
from typing import Any

import openpyxl
import pytest

from ctg_data import fr
from ctg_data.errors import SourceChanged, SourceUnavailable
from ctg_data.sources import insee_qpv_2024, insee_rp_iris, qpv_layouts, registry
from ctg_data.sources.base import Reading
from ctg_data.sources.http import Http
from ctg_data.sources.registry import Dataset
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update.run import Clients
from tests import insee_tables as files, standin_data
from tests.standin import Reply, StandIn
from tests.standin_data import COMMUNE

PLACE = standin_data.territory()
READERS = {"insee_rp_iris": insee_rp_iris, "insee_qpv_2024": insee_qpv_2024}
AGES, FAMILIES = "base-ic-evol-struct-pop", "base-ic-couples-familles-menages"
CAF_FILE = "beneficiaires_CAF_31-12-2024_QP24.zip"


def dataset(name: str) -> tuple[Any, Dataset]:
    for source, reader in READERS.items():
        for one in registry.source(source).datasets:
            if one.id == name:
                return reader, one
    raise KeyError(name)


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    standin_data.fill(server)
    return server


def kept(name: str, place: TerritoryConfig = PLACE) -> bytes:
    reader, one = dataset(name)
    with Http(pause=lambda _: None) as session:
        got = reader.fetch(one, place, Clients(session, None, None, ""))
    assert got is not None
    return got.content


def read(name: str, place: TerritoryConfig = PLACE) -> Reading:
    reader, one = dataset(name)
    return reader.read(one, kept(name, place), place, "x:y@z")


def told(reading: Reading, **place: object) -> dict[tuple[str, str], Any]:
    frame = reading.frame
    for column, value in place.items():
        frame = frame[frame[column] == value]
    values = frame["value"].astype(object).where(frame["value"].notna(), frame["status"])
    return dict(zip(zip(frame["variable"], frame["category"], strict=True), values, strict=True))


# The census by IRIS


def test_people_by_iris_are_kept_exact_and_the_commune_is_their_sum(filled) -> None:
    reading = read(AGES)
    here = told(reading, level="iris", code="001000101")
    assert here["population_municipale", "total"] == 603
    assert here["population_tranches", "15-29"] == 100.5
    assert here["population_moins_20", "total"] == 120.5
    whole = told(reading, level="commune", code=COMMUNE)
    assert whole["population_tranches", "75+"] == 150.75
    assert ("population_municipale", "total") not in whole, "its exact count is published elsewhere"
    assert set(reading.frame["period"]) == {2022}
    assert set(reading.frame["vintage"]) == {2024}
    assert set(reading.frame["dating"]) == {"producteur"}
    [note] = reading.notes
    assert note.endswith(f"recensement de 2022, 2{fr.WIDE}IRIS.")


def test_families_by_iris(filled) -> None:
    here = told(read(FAMILIES), code="001000102")
    assert here["familles_recensement", "monoparentale"] == 10.25
    assert here["familles_recensement", "couple"] == 20.5
    assert here["familles_toutes", "total"] == 61.5


def test_the_latest_edition_of_the_page_is_taken_and_its_prefix_follows(filled) -> None:
    files.census(filled.site, 2031)
    older = "/fr/statistiques/fichier/8647014/base-ic-evol-struct-pop-2022_csv.zip"
    path = "/fr/statistiques/8647014"
    filled.site[path].body = filled.site[path].body.replace(
        b"<ul>", f'<ul><a href="{older}">2022</a>'.encode()
    )
    assert set(read(AGES).frame["period"]) == {2031}


def test_no_line_of_elsewhere_and_no_other_column_is_kept(filled) -> None:
    content = json.loads(kept(AGES))
    assert [row[0] for row in content["rows"]] == ["001000101", "001000102"]
    assert "LAB_IRIS" not in str(content)
    assert content["origin"]["lines"] == 3
    assert content["origin"]["edition"] == "2022"


def test_lost_zeros_of_codes_are_given_back(filled) -> None:
    rows = [{**row, "IRIS": str(row["IRIS"]).lstrip("0")} for row in files.people()]
    filled.site[
        "/fr/statistiques/fichier/8647014/base-ic-evol-struct-pop-2022_csv.zip"
    ].body = files.archive(base__CSV=files.table(rows))
    assert told(read(AGES), code="001000101")["population_municipale", "total"] == 603


def test_a_blank_is_missing_and_so_is_the_commune(filled) -> None:
    rows = files.families(C22_FAMMONO="")
    filled.site[f"/fr/statistiques/fichier/8647008/{FAMILIES}-2022_csv.zip"].body = files.archive(
        base__CSV=files.table(rows)
    )
    reading = read(FAMILIES)
    for code in ("001000101", COMMUNE):
        assert told(reading, code=code)["familles_recensement", "monoparentale"] == "non_disponible"


def test_a_city_of_arrondissements_is_one_commune(filled) -> None:
    iris = standin_data.zone(standin_data.Level.IRIS, "751010101", "Palais inventé")
    city = standin_data.zone(standin_data.Level.COMMUNE, "75056", "Grande ville")
    rows = [{**row, "IRIS": "751010101"} for row in files.people()[:1]]
    filled.site[f"/fr/statistiques/fichier/8647014/{AGES}-2022_csv.zip"].body = files.archive(
        base__CSV=files.table(rows)
    )
    reading = read(AGES, standin_data.territory(commune=city, iris=(iris,)))
    assert told(reading, code="75056")["population_tranches", "0-14"] == 100.5


def test_a_territory_of_which_the_file_says_nothing(filled) -> None:
    reading = read(
        AGES,
        standin_data.territory(commune=standin_data.zone(standin_data.Level.COMMUNE, "00999", "X")),
    )
    assert reading.frame.empty


@pytest.mark.parametrize("column", ["P22_POP1529", "P22_POP", "IRIS"])
def test_a_column_that_is_gone_is_named(filled, column: str) -> None:
    rows = [
        {name: value for name, value in row.items() if name != column} for row in files.people()
    ]
    filled.site[f"/fr/statistiques/fichier/8647014/{AGES}-2022_csv.zip"].body = files.archive(
        base__CSV=files.table(rows)
    )
    with pytest.raises(SourceChanged, match=column.lower()):
        kept(AGES)


def test_ages_that_no_longer_make_the_total_are_refused(filled) -> None:
    filled.site[f"/fr/statistiques/fichier/8647014/{AGES}-2022_csv.zip"].body = files.archive(
        base__CSV=files.table(files.people(P22_POP=700))
    )
    with pytest.raises(SourceChanged, match="ne font plus le total P_POP"):
        read(AGES)


# Both


BAD_DAYS = [
    (Reply(404), SourceChanged, "ne l'a plus|n'existe plus"),
    (Reply(503), SourceUnavailable, "n'a pas|503"),
    (Reply(200, b"", "application/zip"), SourceUnavailable, "vide|n'a pas donné la page"),
    (Reply(200, b"<html>maintenance</html>", "text/html"), (SourceUnavailable, SourceChanged), ""),
    (Reply(200, b"PK\x03\x04 coupe", "application/zip"), (SourceUnavailable, SourceChanged), ""),
]


@pytest.mark.parametrize("name", [AGES, "qpv24_caf"])
@pytest.mark.parametrize(("reply", "kind", "words"), BAD_DAYS)
@pytest.mark.parametrize("where", ["page", "fichier"])
def test_bad_days_are_told_and_nothing_is_kept(filled, name, reply, kind, words, where) -> None:
    number = 8647014 if name == AGES else 8682381
    fragment = f"fichier/{number}/" if where == "fichier" else f"statistiques/{number}"
    filled.plan(fragment, *[reply] * 4)
    with pytest.raises(kind, match=words or "."):
        kept(name)


@pytest.mark.parametrize("name", [AGES, "qpv24_caf"])
def test_an_archive_cut_on_its_way_is_told(filled, name: str) -> None:
    for path, reply in filled.site.items():
        if "/fichier/" in path:
            reply.body = reply.body[: len(reply.body) * 2 // 3]
    with pytest.raises(SourceUnavailable, match="coupée ou abîmée"):
        kept(name)


@pytest.mark.parametrize("name", [AGES, "qpv24_caf"])
def test_a_page_with_other_files_names_them(filled, name: str) -> None:
    number = 8647014 if name == AGES else 8682381
    link = f"/fr/statistiques/fichier/{number}/tout-autre-chose.zip"
    filled.site[f"/fr/statistiques/{number}"].body = files.page(link)
    with pytest.raises(SourceChanged, match=r"elle propose : tout-autre-chose\.zip"):
        kept(name)


# The quarters of 2024


def test_allocataires_of_the_quarters_of_2024_in_the_year_the_file_names(filled) -> None:
    reading = read("qpv24_caf")
    here = told(reading, code=files.QN)
    assert here["foyers_allocataires", "total"] == 1200
    assert here["foyers_selon_composition", "monoparent"] == 300
    assert here["enfants_couverts", "0-2"] == 220
    assert set(reading.frame["period"]) == {2024}
    assert set(reading.frame["vintage"]) == {2024}
    assert set(reading.frame["edition"]) == {""}
    assert set(reading.frame["code"]) == {files.QN, files.LAKE}
    assert any("AAL" in note for note in reading.notes), "what is not there is told"


def test_what_is_withheld_keeps_its_reason_and_is_never_zero(filled) -> None:
    lake = told(read("qpv24_caf"), code=files.LAKE)
    assert lake["foyers_selon_composition", "monoparent"] == "secret_cellule"
    assert lake["allocataires_moins_25_non_etudiants", "total"] == "secret_cellule"
    assert (
        told(read("qpv24_revenus"), code=files.LAKE)["taux_pauvrete", "total"] == "non_disponible"
    )
    rows = files.quarters(**{**files.CAF, "A": ("nd", "so", 3)})
    filled.site[f"/fr/statistiques/fichier/8682381/{CAF_FILE}"].body = files.archive(
        a__csv=files.table(rows)
    )
    reading = read("qpv24_caf")
    total = ("foyers_allocataires", "total")
    assert told(reading, code=files.QN)[total] == "non_disponible"
    assert told(reading, code=files.LAKE)[total] == "sans_objet"


def test_column_a_is_seekers_in_the_file_of_seekers(filled) -> None:
    here = told(read("qpv24_emploi"), code=files.QN)
    assert here["demandeurs_emploi_categorie_a", "total"] == 500
    assert here["demandeurs_emploi", "0-25"] == 90
    assert ("foyers_allocataires", "total") not in here


def test_incomes_are_of_the_year_of_the_name_not_of_the_publication(filled) -> None:
    reading = read("qpv24_revenus")
    assert set(reading.frame["period"]) == {2021}
    here = told(reading, code=files.QN)
    assert here["taux_pauvrete", "total"] == 48.5
    assert here["niveau_vie_median", "total"] == 12_950


def test_a_population_is_of_the_year_of_its_column_or_of_none(filled) -> None:
    assert told(read("qpv24_population"), period=2020, code=files.QN) == {
        ("population_municipale", "total"): 5150
    }
    rows = files.quarters(POP_MUN=(5150, 2080, 880))
    filled.site["/fr/statistiques/fichier/8210600/pop_QPV24.csv"].body = files.table(rows)
    reading = read("qpv24_population")
    assert set(reading.frame["dating"]) == {"non_etabli"}
    assert set(reading.frame["edition"]) == {"2024"}
    assert (reading.frame["period"] < 0).all()
    assert any("de quelle année" in note for note in reading.notes)


def test_an_unknown_column_is_read_by_the_dictionary_that_comes_with_it(filled) -> None:
    rows = files.quarters(NB1=(1200, 640, 90), NB2=(3100, 1500, 200))
    said = files.dictionary(NB1="Nombre d’allocataires", NB2="Nombre de poissons")
    path = f"/fr/statistiques/fichier/8682381/{CAF_FILE}"
    filled.site[path].body = files.archive(z__csv=files.table(rows), dico__csv=said)
    here = told(read("qpv24_caf"), code=files.QN)
    assert here == {("foyers_allocataires", "total"): 1200}, "and nothing is guessed"


def test_without_dictionary_columns_found_are_named(filled) -> None:
    rows = files.quarters(NB1=(1200, 640, 90))
    path = f"/fr/statistiques/fichier/8682381/{CAF_FILE}"
    filled.site[path].body = files.archive(z__csv=files.table(rows))
    with pytest.raises(SourceChanged, match="CODGEO, LIBGEO, NB1"):
        kept("qpv24_caf")


def test_a_column_that_the_dictionary_says_otherwise_is_not_taken(filled) -> None:
    said = files.dictionary(A="Demandeurs d'emploi de catégorie A")
    path = f"/fr/statistiques/fichier/8682381/{CAF_FILE}"
    filled.site[path].body = files.archive(
        d__csv=said, z__csv=files.table(files.quarters(**files.CAF))
    )
    with pytest.raises(SourceChanged, match="Foyers allocataires"):
        kept("qpv24_caf")


def test_an_edition_that_is_not_described_is_refused(filled) -> None:
    link = "/fr/statistiques/fichier/8682381/beneficiaires_CAF_31-12-2027_QP24.zip"
    filled.site["/fr/statistiques/8682381"].body = files.page(link)
    with pytest.raises(SourceChanged, match=r"l'édition 2027 .* n'est pas encore décrite"):
        kept("qpv24_caf")


def test_a_file_without_quarters_of_2024_is_refused(filled) -> None:
    rows = [
        {**row, "CODGEO": f"QP00000{rank}"} for rank, row in enumerate(files.quarters(A=(1, 2, 3)))
    ]
    path = f"/fr/statistiques/fichier/8682381/{CAF_FILE}"
    filled.site[path].body = files.archive(vieux__csv=files.table(rows))
    with pytest.raises(SourceChanged, match=r"aucun quartier de 2024 .* vieux\.csv"):
        kept("qpv24_caf")


def test_two_lines_of_one_quarter_that_differ_are_refused(filled) -> None:
    rows = files.quarters(A=(1200, 640, 90))
    rows.append({**rows[0], "A": 1300})
    path = f"/fr/statistiques/fichier/8682381/{CAF_FILE}"
    filled.site[path].body = files.archive(z__csv=files.table(rows))
    with pytest.raises(SourceChanged, match="deux lignes différentes pour le quartier QN00001N"):
        read("qpv24_caf")


def test_a_workbook_is_read_below_its_titles(filled) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Allocataires des quartiers (invention)"])
    sheet.append(["Code", "Allocataires", "Personnes"])
    sheet.append(["CODGEO", "A", "PERCOU"])
    sheet.append([files.QN, 1200, 3100])
    content = io.BytesIO()
    book.save(content)
    link = "/fr/statistiques/fichier/8682381/beneficiaires_CAF_31-12-2024_QP24.xlsx"
    filled.site["/fr/statistiques/8682381"].body = files.page(link)
    filled.site[link] = Reply(200, content.getvalue(), "application/octet-stream")
    assert told(read("qpv24_caf"), code=files.QN) == {
        ("foyers_allocataires", "total"): 1200,
        ("personnes_couvertes", "total"): 3100,
    }


def test_a_territory_without_quarters_asks_nothing(filled) -> None:
    reader, one = dataset("qpv24_caf")
    place = standin_data.territory(qpv=())
    with Http() as session:
        assert reader.fetch(one, place, Clients(session, None, None, "")) is None
    assert not filled.asked


def test_every_declared_file_has_its_layout_and_every_variable_is_known() -> None:
    layouts = qpv_layouts.layouts()
    assert list(layouts) == [one.id for one in registry.source("insee_qpv_2024").datasets]
    for layout in layouts.values():
        for name in (*layout.needed, *layout.words, *layout.holding):
            assert name in layout.columns
