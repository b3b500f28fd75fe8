"""Every layout a file may come in gives the same figures; the odd lines around them do not."""

from typing import Any

import pandas as pd
import pytest

from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.codes import clean
from ctg_data.socle.reading.layouts import layouts
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.tabular.report import Report, Severity
from tests.socle_tables import (
    CORE,
    DAY,
    IRIS_COLUMNS,
    PROTECTED,
    SOCLE,
    TODAY,
    counts,
    csv_bytes,
    figure,
    iris,
    judged,
    producer_file,
    read,
    readme,
    table,
    territory,
    xlsx_bytes,
)


def spaced(value: Any) -> str:
    """A number as the producers wrote it until 2017, and not afterwards."""
    return f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else value


@pytest.mark.parametrize("year", sorted(IRIS_COLUMNS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_year_of_the_iris_files(year: int, encoding: str) -> None:
    lines = producer_file(year)
    if year < 2018 and encoding != "cp1252":
        lines = [[spaced(cell) for cell in line] for line in lines]
    content = csv_bytes([[*line, *[""] * 200] for line in lines], encoding=encoding)
    reading = read_file(f"data_CAF_{year}_IRIS.csv", content, territory())
    report = check(reading, territory(), today=TODAY)
    assert {m.severity for m in report.messages} == {Severity.INFO}, report.messages
    assert reading.layouts == {f"data_CAF_{year}_IRIS.csv": "insee_iris"}
    assert (reading.year, reading.published, reading.kind) == (year, True, Kind.PROTEGE)
    whole = reading.rows[reading.rows["variable"].eq("foyers_allocataires")]
    assert whole["value"].sum() == sum(counts(rank)["A"] for rank in range(len(iris()) - 2))
    hidden = reading.rows[reading.rows["code"].isin(iris()[-2:])]
    assert hidden["value"].isna().all()
    assert dict(zip(hidden["code"], hidden["status"], strict=True)) == {
        iris()[-1]: "secret_zone",
        iris()[-2]: "qualite",
    }
    assert len(observations_of(reading, report)) == len(reading.rows)


def test_a_blank_in_a_shown_zone_is_a_secret_and_never_zero() -> None:
    lines = producer_file(2020)
    lines[3][lines[0].index("AAPL")] = ""
    rows = read_file("iris_2020.csv", csv_bytes(lines), territory()).rows
    [cell] = rows[rows["variable"].eq("foyers_apl") & rows["code"].eq(iris()[2])].to_dict("records")
    assert cell["status"] == "secret_cellule"
    assert pd.isna(cell["value"])


def test_the_column_a_is_of_job_seekers_in_the_insertion_file() -> None:
    header = ["CODGEO", "LIBGEO", "ABC", "ABC_25", "A", "A_F", "EVOL_CA_N_E ", "NOTE_PE"]
    lines = [header, ["QP000001", "x", "845", "169", "588", "252", "1,5", "0"]]
    reading = read_file("IPRO_2022.csv", csv_bytes(lines), territory())
    assert list(reading.layouts.values()) == ["insee_qpv_insertion"]
    assert "foyers_allocataires" not in set(reading.rows["variable"])
    assert figure(reading.rows, "demandeurs_emploi_categorie_a", "QP000001") == 588
    assert figure(reading.rows, "demandeurs_emploi", "QP000001", "0-25") == 169


@pytest.mark.parametrize(
    ("name", "extra", "layout"),
    [
        ("DEMO_2021.csv", ["POP_MUN", "TX_TOT_0A24"], "insee_qpv_demographie"),
        ("REVN_2021.csv", ["TP60", "DISP_Q2"], "insee_qpv_revenus"),
    ],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_the_other_files_of_qpv(name: str, extra: list[str], layout: str, quoted: bool) -> None:
    header = ["CODGEO", "LIBGEO", *extra, *CORE, "AAAH", "APPA", "ARSAS", "NOTE_CNAF", *[""] * 300]
    blank = [""] * 300
    known = counts(12)
    figures = [known[c] for c in (*CORE, "AAAH", "APPA", "ARSAS")]
    lines = [
        header,
        ["QP000001", "x", "51,5", "12 040", *figures, "0", *blank],
        ["QP999111", "ailleurs", "40,1", "9 000", *figures, "0", *blank],
        ["Ensemble", "", "45,0", "10 000", *(9 * n for n in figures), "", *blank],
    ]
    reading = read_file(name, csv_bytes(lines, quoted=quoted), territory())
    report = check(reading, territory(), today=TODAY)
    assert list(reading.layouts.values()) == [layout]
    assert not report.refused
    assert report.of("ligne_total")[0].line == 4
    assert set(reading.rows["code"]) == {"QP000001"}
    assert figure(reading.rows, "foyers_allocataires", "QP000001") == known["A"]
    if layout == "insee_qpv_revenus":
        assert figure(reading.rows, "taux_pauvrete", "QP000001") == 51.5


def wide() -> list[list[Any]]:
    """What a Caf sends: titles, a band, units, a total, footnotes, marks of every kind."""
    figures = [[f"{counts(rank)[c]}" for c in SOCLE] for rank in range(4)]
    figures[1][-1], figures[2][-1], figures[3][0] = "<5", "s", "1 520"
    share = ["31,4 %", "12,0 %", "<5", "nd"]
    band = ["Zone", "", "", "Foyers allocataires", *[""] * 6, "Enfants couverts"]
    return [
        ["Caf fictive – Service statistique"],
        ["Socle de données – situation au 31/12/2024"],
        [],
        band,
        ["type", "code ", "Libellé", *SOCLE, "part mono", ""],
        ["", "", "", *["foyers"] * 7, *["enfants"] * 7, *["foyers"] * 3, "en %"],
        *(
            ["IRIS", iris()[rank], "libellé qui dérive", *figures[rank], share[rank]]
            for rank in range(4)
        ),
        ["Total", "", "Total zones étudiées", *["9 999"] * len(SOCLE), "40 %"],
        [],
        ["Source : Cnaf. s : secret statistique ; nd : non disponible."],
    ]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_real_life_table_of_a_caf(separator: str, encoding: str) -> None:
    reading = read(csv_bytes(wide(), separator, encoding))
    report = check(reading, territory(), today=TODAY)
    assert not report.refused, report.messages
    assert set(reading.rows["code"]) == set(iris()[:4])
    assert figure(reading.rows, "foyers_allocataires", iris()[3]) == 1520
    assert figure(reading.rows, "foyers_allocataires", iris()[0]) == counts(0)["A"]
    assert [m.line for m in report.of("ligne_total")] == [11]
    texts = {place.line for m in report.of("lignes_de_texte") for place in m.places}
    assert texts == {6, 13}
    [told] = report.of("colonnes_non_reprises")
    assert "part mono" in told.text


def test_the_same_table_with_commas_and_quotes() -> None:
    lines = [[str(cell).replace(",", ".") for cell in line] for line in table(iris())]
    reading = read(csv_bytes(lines, ",", quoted=True))
    assert not check(reading, territory(), today=TODAY).refused
    assert len(reading.rows) == len(iris()) * len(SOCLE)


def long_lines() -> list[list[Any]]:
    header = ["type_zone", "code_zone", "lib_zone", "version_geo", "date_ref"]
    lines: list[list[Any]] = [[*header, "variable", "valeur", "statut"]]
    for year in (2023, 2024):
        for rank, code in enumerate(iris()):
            for name in SOCLE:
                value = counts(rank + year - 2023)[name]
                lines.append(["iris", code, "x", 2024, f"31/12/{year}", name, value, "diffuse"])
    return lines


def test_the_long_table() -> None:
    lines = long_lines()
    lines[1][6], lines[1][7] = "", "secret_induit"
    lines[2][6], lines[2][7] = 777, "secret_cellule"
    lines[3][5] = "inconnue"
    report = judged(lines, Declared(kind=Kind.PROTEGE))
    reading = read(lines, Declared(kind=Kind.PROTEGE))
    assert not report.refused
    assert set(reading.rows["period"]) == {2023, 2024}
    assert reading.year == 2024
    assert (
        "« inconnue »".replace("« ", "«\u202f").replace(" »", "\u202f»")
        in report.of("variables_inconnues")[0].text
    )
    [hidden] = report.of("valeur_sous_secret")
    assert hidden.line == 3
    kept = observations_of(reading, report)
    assert not kept["value"].eq(777).any()
    assert "secret_induit" in set(kept["status"])


def test_sheets_of_the_model_layout_in_any_order() -> None:
    sheets = {
        "HISTO": long_lines()[: 1 + len(iris()) * len(SOCLE)],
        "Feuille à part": [["une", "note"], ["sans", "chiffre"]],
        "IRIS": table(iris()),
        "COMMUNE": table([territory().commune.code], level="commune"),
        "LISEZMOI": readme(),
    }
    reading = read(xlsx_bytes(sheets), None)
    report = check(reading, territory(), today=TODAY)
    assert set(reading.layouts) == {"HISTO", "IRIS", "COMMUNE"}
    assert (reading.kind, reading.reference_date, reading.emitter) == (
        Kind.PROTEGE,
        DAY,
        "CAF fictive",
    )
    assert not report.refused, report.messages
    assert [m.sheet for m in report.of("feuille_ignoree")] == ["Feuille à part"]
    assert len(reading.rows) == (2 * len(iris()) + 1) * len(SOCLE)


def test_dico_names_columns_and_declares_sums() -> None:
    lines = table(iris())
    lines[0] = [{"AM": "V7", "A": "V1"}.get(str(cell), cell) for cell in lines[0]]
    dico = [
        ["variable", "libellé", "unité", "partition_de", "sous_ensemble_de"],
        ["V7", "Familles monoparentales", "foyers", "", ""],
        ["V1", "Foyers allocataires", "enfants", "", ""],
        ["AAAH", "x", "foyers", "APPA", ""],
        ["ARSAS", "x", "foyers", "APPA", ""],
    ]
    book = xlsx_bytes({"LISEZMOI": readme(), "DICO": dico, "IRIS": lines})
    report = judged(book, None)
    assert not report.refused, report.messages
    assert [m.text for m in report.of("dico_unite")] == [
        "DICO dit «\u202fenfants\u202f» pour V1, attendu\xa0: foyers."
    ]
    assert any(m.text.startswith("AAAH + ARSAS ≠ APPA") for m in report.of("somme_parts"))


@pytest.mark.parametrize("code", ["0001", 1230101, "1,2E+06"])
def test_numbers_that_were_codes(code: Any) -> None:
    lines = table(iris())
    lines[1][0] = code
    report = judged(xlsx_bytes({"LISEZMOI": readme(), "IRIS": lines}), None)
    refused = [m for m in report.messages if m.severity is Severity.REFUSED]
    assert [(m.sheet, m.line) for m in refused] == [("IRIS", 2)]


def test_a_whole_code_kept_as_a_number_is_read() -> None:
    """A code without a leading zero loses nothing to a spreadsheet."""
    assert clean(765000101.0) == clean("765000101.0") == clean(" 765000101 ") == "765000101"


def test_an_unknown_layout_proposes_what_comes_near() -> None:
    lines = [["Secteur", "Nb alloc", "Enf 0-2"], ["Nord", "845", "12"], ["Sud", "456", "11"]]
    [told] = judged(lines).of("disposition_inconnue")
    assert told.severity is Severity.REFUSED
    assert "Secteur, Nb alloc" in told.text


def test_a_band_completes_short_headers() -> None:
    lines = [
        ["", "", "Foyers allocataires", "", "Enfants", ""],
        ["code", "libellé", *CORE[:7], "ENF", "0-2 ans", "3-5 ans"],
    ]
    lines[0] = ["", "", "Foyers allocataires", *[""] * 6, "Enfants", "", ""]
    lines += [[iris()[0], "x", *(counts(0)[c] for c in CORE[:10])]]
    rows = read(lines).rows
    assert figure(rows, "enfants_couverts", iris()[0], "0-2") == counts(0)["ENF_2"]


def test_the_zones_of_others_are_left_aside_without_a_word_of_error() -> None:
    others = [f"99{number:03}0101" for number in range(300)]
    lines = producer_file(2020, [*iris()[:-2], *others])
    reading = read_file("iris_2020.csv", csv_bytes(lines), territory())
    report = check(reading, territory(), today=TODAY)
    assert not report.refused
    assert "300\xa0lignes de zones hors du territoire" in report.of("hors_territoire")[0].text
    assert set(reading.rows["code"]) == set(iris()[:-2])


def national(codes: list[str], ours: list[str]) -> Report:
    """The report of a national IRIS file: the territory's zones, then others' lines."""
    lines = producer_file(2020, ours)
    lines += [[code, "0", *[counts(3)[column] for column in lines[0][2:]]] for code in codes]
    return check(read_file("iris_2020.csv", csv_bytes(lines), territory()), territory())


@pytest.mark.parametrize("code", ["9905601O1", "99056010", "9905601011", "10040101", "9,9E+08"])
def test_a_damaged_code_of_another_place_is_a_remark_at_its_line(code: str) -> None:
    report = national([code], iris()[:-1])
    assert not report.refused, report.messages
    [told] = report.of("code_ailleurs")
    assert [(one.line, one.column, one.value) for one in told.places] == [
        (len(iris()) + 1, "CODGEO", code)
    ]


def test_a_damaged_code_that_may_be_ours_is_refused() -> None:
    lost = iris()[-1]
    rounded = f"{float(lost):.2e}".replace(".", ",").replace("e", "E")
    for code in (lost.lstrip("0"), lost[:-1], lost[:-3] + "O" + lost[-2:], "?" + lost[1:], rounded):
        report = national([code], iris()[:-1])
        assert report.refused, code
        assert not report.of("code_ailleurs"), code


def test_a_line_without_code_is_anothers_when_each_of_ours_is_there() -> None:
    assert national(["#REF!"], iris()[:-1]).of("ligne_sans_code")
    report = national(["#REF!"], iris())
    assert not report.refused
    assert report.of("code_ailleurs")[0].line == len(iris()) + 2


@pytest.mark.parametrize(("code", "refused"), [("QP99911", False), ("QP00001", True)])
def test_a_damaged_code_of_a_quartier(code: str, refused: bool) -> None:
    columns = [*CORE, "AAAH", "APPA", "ARSAS"]
    lines = [["CODGEO", "LIBGEO", "POP_MUN", "TX_TOT_0A24", *columns, "NOTE_CNAF"]]
    for zone in ("QP000001", code):
        lines.append([zone, "x", "12040", "40,1", *[str(counts(9)[c]) for c in columns], "0"])
    report = check(read_file("DEMO_2021.csv", csv_bytes(lines), territory()), territory())
    assert report.refused is refused, report.messages
    assert bool(report.of("code_ailleurs")) is not refused


def test_placeholder_lines_are_no_zones() -> None:
    lines = [*producer_file(2020), ["99999", "0", *[7] * (len(CORE) + 7)]]
    lines.append(["XXXXX", "0", *[7] * (len(CORE) + 7)])
    report = check(read_file("iris_2020.csv", csv_bytes(lines), territory()), territory())
    assert not report.refused
    assert [place.line for place in report.of("ligne_fantome")[0].places] == [34, 35]


def test_every_declared_layout_names_known_columns() -> None:
    for one in layouts():
        for name in (*one.required, *one.usual):
            assert one.target(name), (one.id, name)


def test_figures_and_answers_do_not_depend_on_the_order_of_lines() -> None:
    lines = table(iris())
    turned = [lines[0], *reversed(lines[1:])]
    columns = ["variable", "category", "code", "value"]
    one, two = (read(some, PROTECTED).rows for some in (lines, turned))
    assert (
        one.sort_values(columns[:3])[columns].to_numpy().tolist()
        == two.sort_values(columns[:3])[columns].to_numpy().tolist()
    )
