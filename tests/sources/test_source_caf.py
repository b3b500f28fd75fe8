"""What is read in the bytes of data.caf.fr: every trap of its data sets, one by one."""

import dataclasses
import io

import pandas as pd
import pytest

from ctg_data.errors import SourceChanged, SourceUnavailable, UserError
from ctg_data.model import Level
from ctg_data.sources import caf_allocataires, caf_petite_enfance, caf_quartiers, registry
from ctg_data.sources.base import Reading, communes_asked
from ctg_data.sources.registry import Dataset
from ctg_data.tabular import tables
from tests import standin_data
from tests.standin_data import BENEFITS, CLASSES, COMMUNE, EPCI, NEAR, benefits, rates, zone

PLACE = standin_data.territory()
READERS = {
    "s_ben": caf_allocataires,
    "txcouv": caf_petite_enfance,
    "nbpla": caf_petite_enfance,
    "ndur": caf_quartiers,
    "rsa": caf_quartiers,
    "al": caf_quartiers,
}


def dataset(name: str) -> Dataset:
    every = [one for source in registry.sources().values() for one in source.datasets]
    return next(one for one in every if one.id == name)


def csv(rows: list[dict], bom: bool = True) -> bytes:
    frame = pd.DataFrame(rows)
    return frame.to_csv(sep=";", index=False).encode("utf-8-sig" if bom else "utf-8")


def read(name: str, content: bytes | list[dict], place=PLACE) -> Reading:
    content = content if isinstance(content, bytes) else csv(content)
    reader = next(one for head, one in READERS.items() if name.startswith(head))
    return reader.read(dataset(name), content, place, "x:y@z")


def only(reading: Reading, **key: object) -> pd.DataFrame:
    frame = reading.frame
    for name, wanted in key.items():
        frame = frame[frame[name] == wanted]
    return frame


def row(month: str = "2024-12", code: str = COMMUNE, size: int = 800, **more) -> dict:
    return benefits("numcomdo", code, month, size, **more)


# Allocataires


def test_every_benefit_is_a_variable() -> None:
    reading = read("s_ben_com_f", [row(indfoy_rsa=120, indfoy_ppa=255)])
    assert len(reading.frame) == len(BENEFITS)
    [rsa] = only(reading, variable="foyers_rsa").itertuples()
    assert (rsa.value, rsa.unit, rsa.status) == (120, "foyers", "arrondi")
    assert (rsa.level, rsa.code, rsa.vintage, rsa.period) == ("commune", COMMUNE, 2025, 2024)
    assert rsa.base == 120, "a count of allocataires is its own base"
    assert only(reading, variable="personnes_couvertes")["base"].isna().all()
    assert only(reading, variable="foyers_prime_activite")["value"].tolist() == [255]


def test_rounded_zero_stays_a_rounded_zero_and_a_blank_is_missing() -> None:
    reading = read("s_ben_com_f", [row(indfoy_rsa=0, indfoy_ppa=None)])
    assert only(reading, variable="foyers_rsa")["value"].tolist() == [0]
    assert only(reading, variable="foyers_rsa")["status"].tolist() == ["arrondi"]
    [missing] = only(reading, variable="foyers_prime_activite").itertuples()
    assert missing.value is pd.NA
    assert missing.status == "non_disponible"


def test_a_figure_that_was_not_rounded_is_taken_as_exact() -> None:
    reading = read("s_ben_com_f", [row(indfoy_rsa=7)])
    assert only(reading, variable="foyers_rsa")["status"].tolist() == ["diffuse"]


@pytest.mark.parametrize("month", ["2024-12", "2024-12-01", "2024-12-01T00:00:00+00:00"])
def test_the_month_in_each_of_its_forms(month: str) -> None:
    assert read("s_ben_com_f", [row(month)]).frame["period"].unique().tolist() == [2024]


def test_december_alone_is_kept() -> None:
    reading = read("s_ben_dep", [benefits("numdep", "00", f"2024-{m:02}", m) for m in range(1, 13)])
    assert only(reading, variable="foyers_allocataires")["value"].tolist() == [60]


def test_exact_sets_are_not_said_rounded() -> None:
    reading = read("s_ben_dep", [benefits("numdep", "00", "2024-12", 4)])
    assert set(reading.frame["status"]) == {"diffuse"}


def test_lines_of_nowhere_are_left_aside_and_counted() -> None:
    rows = [row(), row(code=""), row(code=""), row(code="99"), row(code="XX"), row(code="XXX")]
    rows += [row(code="Ailleurs")]
    reading = read("s_ben_com_f", rows)
    assert reading.frame["code"].unique().tolist() == [COMMUNE]
    assert reading.rejected == {
        "code vide (lieu inconnu)": 2,
        "code « 99 »": 1,
        "code « XX »": 1,
        "code « XXX »": 1,
        "code « Ailleurs »": 1,
    }


@pytest.mark.parametrize("code", ["100", "100.0", "00100", " 00100 "])
def test_lost_zeros_and_gained_decimals(code: str) -> None:
    assert read("s_ben_com_f", [row(code=code)]).frame["code"].unique().tolist() == [COMMUNE]


def test_codes_of_corsica_and_of_single_digit_departements() -> None:
    corsican = dataclasses.replace(PLACE, commune=zone(Level.COMMUNE, "2A004", "Essai"))
    assert set(read("s_ben_com_f", [row(code="2a004")], corsican).frame["code"]) == {"2A004"}
    first = dataclasses.replace(PLACE, departement=zone(Level.DEPARTEMENT, "01", "Essai"))
    rows = [benefits("numdep", "1", "2024-12", 4)]
    assert set(read("s_ben_dep", rows, first).frame["code"]) == {"01"}


def test_communes_published_by_arrondissement() -> None:
    whole = dataclasses.replace(PLACE, commune=zone(Level.COMMUNE, "69123", "Essai"))
    assert {"69381", "69389"} < set(communes_asked(whole))
    assert "69123" not in communes_asked(whole)
    assert set(read("s_ben_com_f", [row(code="69381")], whole).frame["code"]) == {"69381"}


def test_parquet_with_codes_as_floats_and_dates() -> None:
    frame = pd.DataFrame([row(indfoy_rsa=None), row("2023-12")])
    frame["numcomdo"] = [100.0, 100.0]
    frame["dtreffre"] = pd.to_datetime(["2024-12-01", "2023-12-01"])
    content = io.BytesIO()
    frame.to_parquet(content)
    reading = read("s_ben_com_f", content.getvalue())
    assert set(reading.frame["code"]) == {COMMUNE}
    assert only(reading, variable="foyers_rsa")["value"].isna().tolist() == [False, True]
    assert sorted(set(reading.frame["period"])) == [2023, 2024]


def test_json_in_either_shape() -> None:
    frame = pd.DataFrame([row()])
    for text in (
        frame.to_json(orient="records"),
        f'{{"results": {frame.to_json(orient="records")}}}',
    ):
        assert len(read("s_ben_com_f", text.encode()).frame) == len(BENEFITS)


def test_with_or_without_a_byte_order_mark() -> None:
    with_mark, without = (read("s_ben_com_f", csv([row()], bom)) for bom in (True, False))
    pd.testing.assert_frame_equal(with_mark.frame, without.frame)


def test_the_fullest_of_two_lines_of_an_epci_is_kept() -> None:
    thin = {**dict.fromkeys(BENEFITS), "indfoy_ndur": 1}
    full = benefits("numepci", EPCI, "2024-12", 1_000, indfoy_aah=35, indben_aeeh=None)
    reading = read("s_ben_epci_f", [{**full, **thin, "indfoy_aah": None}, full])
    assert only(reading, variable="foyers_allocataires")["value"].tolist() == [5_000]
    assert reading.rejected == {"ligne en double, la plus complète gardée": 1}
    assert only(reading, variable="foyers_aah")["value"].tolist() == [35]


def test_two_lines_of_a_commune_that_disagree_are_refused() -> None:
    with pytest.raises(SourceChanged, match=r"deux lignes différentes.*00100, 2024"):
        read("s_ben_com_f", [row(), row(size=801)])
    assert read("s_ben_com_f", [row(), row()]).rejected == {"ligne répétée": 1}


def test_numbers_written_as_text() -> None:
    line = benefits("numdep", "00", "2024-12", 4, indben_aeeh="1\u202f234", indfoy_aah="2 345,0")
    reading = read("s_ben_dep", [line])
    assert only(reading, variable="enfants_aeeh")["value"].tolist() == [1_234]
    assert only(reading, variable="foyers_aah")["value"].tolist() == [2_345]


@pytest.mark.parametrize("wrong", ["ns", "-5", "inf", "nan", "1e", "5 foyers"])
def test_what_is_no_number_is_named_by_line_and_column_never_by_value(wrong: str) -> None:
    with pytest.raises(SourceChanged) as told:
        read("s_ben_com_f", [row(), row(code=NEAR, indfoy_rsa=wrong)])
    assert "« indfoy_rsa »" in str(told.value)
    assert "lignes 3" in str(told.value)
    assert wrong not in str(told.value).replace("sans", "")


def test_missing_columns_are_all_named_with_those_received() -> None:
    line = row()
    for name in ("indfoy_rsa", "indfoy_af"):
        del line[name]
    with pytest.raises(SourceChanged) as told:
        read("s_ben_com_f", [line])
    assert "les colonnes « indfoy_af », « indfoy_rsa » (reçues : dtreffre, numcomdo" in str(
        told.value
    )


def test_an_absent_further_column_is_told_without_failing() -> None:
    reading = read("s_ben_epci_f", [benefits("numepci", EPCI, "2024-12", 10)])
    assert reading.notes == (
        "« s_ben_epci_f » : colonne « indfoy_aah » absente.",
        "« s_ben_epci_f » : colonne « indben_aeeh » absente.",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"a;b\n1", "coupé ou mal formé à la ligne 2"),
        (b'{"results": [', "s'interrompt"),
        (b'{"results": 3}', "liste de lignes"),
    ],
)
def test_what_is_no_table(content: bytes, words: str) -> None:
    with pytest.raises((SourceChanged, SourceUnavailable), match=words):
        read("s_ben_com_f", content)


def test_france_is_one_line_without_a_code() -> None:
    reading = read("s_ben_nat", [{"dtreffre": "2024-12", **dict.fromkeys(BENEFITS, 7)}])
    assert set(reading.frame["code"]) == {"FRANCE"}
    assert set(reading.frame["status"]) == {"diffuse"}


def test_nothing_of_this_territory_is_an_empty_table() -> None:
    assert read("s_ben_com_f", [row(code="00999")]).frame.empty
    assert read("s_ben_com_f", csv([row()]).splitlines()[0]).frame.empty


# Childcare


def rate(year: object = 2023, total: float = 61.7, suffix: str = "com", **keys: object) -> dict:
    return rates(suffix, year, total, keys or {"numcom": COMMUNE, "nomcom": "ESSAI"})


def test_rates_come_as_published_with_their_parts() -> None:
    line = rate() | {"txcouv_eaje_com": 36.5, "txcouv_am_ind_com": "22,7"}
    reading = read("txcouv_pe_com", [line])
    found = dict(zip(reading.frame["category"], reading.frame["value"], strict=True))
    assert found["total"] == 61.7
    assert (found["eaje"], found["assistants_maternels"]) == (36.5, 22.7)
    assert set(found) == {"total", *caf_petite_enfance.PARTS}
    assert set(reading.frame["unit"]) == {"taux"}
    assert set(reading.frame["vintage"]) == {2024}


def test_a_rate_over_one_hundred_is_kept() -> None:
    reading = read("txcouv_pe_com", [rate(total=110.4)])
    assert only(reading, category="total")["value"].tolist() == [110.4]


@pytest.mark.parametrize("year", [2023, "2023", "2023.0", "2023-01-01", "2023-12"])
def test_the_year_in_each_of_its_types(year: object) -> None:
    assert set(read("txcouv_pe_com", [rate(year)]).frame["period"]) == {2023}
    nation = rates("nat", year, 60.9, {"national": "FRANCE ENTIERE HORS MAYOTTE"})
    assert set(read("txcouv_pe_nat", [nation]).frame["period"]) == {2023}


def test_former_national_names_of_columns() -> None:
    line = rates("nat", 2022, 60.0, {"national": "FRANCE ENTIERE HORS MAYOTTE"})
    for now, before in (("psu_col", "psu"), ("am_ind", "am"), ("gad_ind", "gad")):
        line[f"txcouv_{before}_nat"] = line.pop(f"txcouv_{now}_nat")
    found = read("txcouv_pe_nat", [line]).frame
    assert set(found["category"]) == {"total", *caf_petite_enfance.PARTS}


def test_other_columns_are_refused() -> None:
    line = rate()
    line["txcouv_creche_com"] = line.pop("txcouv_eaje_com")
    with pytest.raises(SourceChanged, match="« txcouv_eaje_com »"):
        read("txcouv_pe_com", [line])


def test_phantom_places_of_the_rates() -> None:
    lines = [rate(numepci="XX", suffix="epci", total=195.8), rate(numepci=EPCI, suffix="epci")]
    reading = read("txcouv_pe_epci", lines)
    assert set(reading.frame["code"]) == {EPCI}
    assert reading.rejected == {"code « XX »": 1}


def test_places_are_counts_of_places() -> None:
    line = rates("com", "2019", 420.0, {"numcom": COMMUNE}, "pl")
    reading = read("nbpla_pe_com_hist", [line])
    assert only(reading, category="total")["value"].tolist() == [420]
    assert set(reading.frame["unit"]) == {"places"}
    assert set(reading.frame["variable"]) == {"places_petite_enfance"}


def test_a_rate_the_producer_left_blank_is_missing() -> None:
    reading = read("txcouv_pe_com", [rate() | {"txcouv_psu_col_com": None}])
    assert only(reading, category="psu")["status"].tolist() == ["non_disponible"]


# Quarters


def qf(keys: dict, counts: list[object], classes: tuple[str, ...] = CLASSES) -> list[dict]:
    head = {"dtreffre": "2024-12", **keys}
    return [
        {**head, "qf_400": name, "indfoy_ndur": count}
        for name, count in zip(classes, counts, strict=True)
    ]


COUNTS = [100, 85, 60, 40, 20, 10, 0, 5]


def test_classes_of_quotient_at_the_commune() -> None:
    reading = read("ndur_s_qf_400_com_f", qf({"numcomdo": COMMUNE}, COUNTS))
    found = dict(zip(reading.frame["category"], reading.frame["value"], strict=True))
    assert found == {
        "0-399": 100,
        "400-799": 85,
        "800-1199": 60,
        "1200-1599": 40,
        "1600-1999": 20,
        "2000-3999": 10,
        "4000+": 0,
        "inconnu": 5,
    }
    assert set(reading.frame["variable"]) == {"foyers_selon_qf"}, "the total is published elsewhere"


def test_an_unknown_class_is_refused_and_named() -> None:
    lines = qf({"numcomdo": COMMUNE}, COUNTS, ("Moins de 500 euros", *CLASSES[1:]))
    with pytest.raises(SourceChanged, match=r"tranches inconnues \(Moins de 500 euros\)"):
        read("ndur_s_qf_400_com_f", lines)


def test_spaces_and_case_of_a_class_do_not_matter() -> None:
    classes = ("MOINS DE\u00a0400 EUROS ", *CLASSES[1:])
    assert len(read("ndur_s_qf_400_com_f", qf({"numcomdo": COMMUNE}, COUNTS, classes)).frame) == 8


def test_iris_codes_are_built_and_summed() -> None:
    lines = qf({"numcomdo": COMMUNE, "numirisd": "101"}, COUNTS)
    lines += qf({"numcomdo": COMMUNE, "numirisd": "0102.0"}, [None, *COUNTS[1:]])
    lines += qf({"numcomdo": COMMUNE, "numirisd": "0999"}, COUNTS)
    lines += qf({"numcomdo": COMMUNE, "numirisd": "XXXX"}, COUNTS)
    lines += qf({"numcomdo": NEAR, "numirisd": "0101"}, COUNTS)
    reading = read("ndur_s_qf_400_iris_f", lines)
    whole = only(reading, variable="foyers_allocataires")
    assert whole["code"].tolist() == ["001000101", "001000102"]
    assert whole["value"].tolist()[0] == 320
    assert whole["status"].tolist() == ["arrondi", "non_disponible"], "a missing part: no sum"
    assert set(whole["vintage"]) == {2025}
    assert reading.rejected == {
        "IRIS illisible ou hors de la commune": 16,
        "IRIS que le territoire ne déclare pas": 8,
    }


def test_types_of_rsa_are_summed_and_a_total_is_not_counted_twice() -> None:
    head = {"dtreffre": "2024-12-01", "numcomdo": COMMUNE, "numirisd": "0101"}
    kinds = {"RSA majoré": 15, "RSA non majoré": 90, "Total": 105}
    lines = [{**head, "rsa_type": kind, "indfoy_rsa": count} for kind, count in kinds.items()]
    reading = read("rsa_s_type_iris_f", lines)
    assert reading.frame["value"].tolist() == [105]
    assert reading.rejected == {"ligne de total": 1}


def test_a_place_called_ensemble_is_no_total() -> None:
    place = dataclasses.replace(
        PLACE, qpv=(zone(Level.QPV, "QN00003N", "Ensemble Nord", 2024, COMMUNE),)
    )
    lines = qf({"numcomdo": COMMUNE, "nomqpv": "ENSEMBLE NORD"}, COUNTS)
    assert len(read("ndur_s_qf_400_qpv_f", lines, place).frame) == 9


def test_housing_aid_by_iris() -> None:
    head = {"dtreffre": "2024-12", "numcomdo": COMMUNE, "numirisd": "0101"}
    lines = [{**head, "parc": kind, "indfoy_ndural": 50} for kind in ("public", "privé")]
    [found] = read("al_s_type_parc_iris_f", lines).frame.itertuples()
    assert (found.variable, found.value) == ("foyers_aide_logement", 100)


def test_qpv_by_whole_name_within_one_generation() -> None:
    lines = qf({"numcomdo": COMMUNE, "nomqpv": "LES HAUTS - LE LAC"}, COUNTS)
    lines += qf({"numcomdo": NEAR, "nomqpv": "Les Hauts – Le Lac"}, COUNTS)
    lines += qf({"numcomdo": COMMUNE, "nomqpv": "L'ÉTANG"}, COUNTS)
    lines += qf({"numcomdo": COMMUNE, "nomqpv": "LES HAUTS"}, COUNTS)  # the 2015 name
    reading = read("ndur_s_qf_400_qpv_f", lines)
    whole = only(reading, variable="foyers_allocataires")
    found = dict(zip(whole["code"], whole["value"], strict=True))
    assert found == {"QN00001N": 640, "QN00002M": 320}, "its two communes are summed"
    assert set(reading.frame["vintage"]) == {2024}
    assert reading.rejected == {"QPV que le territoire ne déclare pas": 8}


def test_a_qpv_code_wins_over_its_name() -> None:
    lines = qf({"numcomdo": COMMUNE, "nomqpv": "AUTRE", "numqpv": "qn00002m"}, COUNTS)
    assert set(read("ndur_s_qf_400_qpv_f", lines).frame["code"]) == {"QN00002M"}


def test_two_qpv_of_one_name_are_never_guessed() -> None:
    twins = tuple(zone(Level.QPV, f"QN0000{n}N", "Le Lac", 2024, COMMUNE) for n in (3, 4))
    place = dataclasses.replace(PLACE, qpv=twins)
    lines = qf({"numcomdo": COMMUNE, "nomqpv": "LE LAC"}, COUNTS)
    assert read("ndur_s_qf_400_qpv_f", lines, place).frame.empty


def test_a_territory_without_qpv_asks_nothing() -> None:
    place = dataclasses.replace(PLACE, qpv=())
    assert caf_quartiers.fetch(dataset("ndur_s_qf_400_qpv_f"), place, None) is None


def test_a_class_given_twice_is_refused() -> None:
    lines = qf({"numcomdo": COMMUNE}, COUNTS)
    with pytest.raises(SourceChanged, match="deux lignes différentes"):
        read("ndur_s_qf_400_com_f", [*lines, {**lines[0], "indfoy_ndur": 95}])


# Declarations


def test_every_declared_source_can_be_cited_and_shown() -> None:
    for source in registry.sources().values():
        assert source.limits
        assert source.page.startswith("https://")
        cited = source.citation(source.datasets[0], "0" * 64, "2026-11-23", "2024")
        assert registry.source_of(cited.id) == source.id
        if source.address == "CAF":
            ends = {one.id: f"/explore/dataset/{one.id}/" for one in source.datasets}
            assert all(source.page_of(one).endswith(ends[one.id]) for one in source.datasets)
        assert {one.level for one in source.datasets} <= set(source.levels) | {Level.COMMUNE}


def test_every_message_says_what_to_do() -> None:
    for content in (b"", b"\xff\xfe", csv([{"a": 1}])):
        with pytest.raises(UserError, match=r"(?i)réessayez|signalez"):
            read("s_ben_com_f", content)
    with pytest.raises(UserError, match="Signalez"):
        tables.numbers(pd.Series(["x"]), "colonne")
