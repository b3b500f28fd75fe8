"""The twenty messages agreed with the statisticians, each at its exact place, and their kin."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from ctg_data.socle.checks.every import check
from ctg_data.socle.reading.outcome import observations_of
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Declared, Kind
from ctg_data.tabular.report import Audience, Message, Report, Severity
from tests.socle_tables import (
    DAY,
    EXACT,
    PROTECTED,
    SOCLE,
    TODAY,
    csv_bytes,
    iris,
    judged,
    labels,
    read,
    readme,
    table,
    territory,
    xlsx_bytes,
)


def one(report: Report, identifier: str) -> Message:
    found = report.of(identifier)
    assert len(found) == 1, [m.text for m in report.messages]
    return found[0]


def sheet(**changes: Any) -> list[list[Any]]:
    """Every IRIS, with some cells changed: ``AM_3=4`` is column AM, third zone."""
    lines = table(iris())
    for key, value in changes.items():
        column, _, rank = key.rpartition("_")
        lines[int(rank)][2 + SOCLE.index(column)] = value
    return lines


def previous(change: float = 1.0, year: int = 2023) -> pd.DataFrame:
    rows = read(sheet()).rows
    return rows.assign(
        period=year, value=(rows["value"].astype(float) * change).round(), source="old"
    )


def test_a_plain_file_is_accepted_with_nothing_to_check() -> None:
    report = judged(sheet())
    assert not report.refused
    assert {m.severity for m in report.messages} == {Severity.INFO}


def test_01_encoding_is_named_with_its_doubtful_lines() -> None:
    lines = sheet()
    lines[11][1] = "Chât\x81elet\x8d\x9d"
    content = csv_bytes(lines, encoding="latin-1")
    told = one(judged(content), "encodage")
    assert (told.number, told.severity, told.line) == (1, Severity.CORRECTED, 12)
    assert "Windows-1252, 3\xa0caractères douteux en ligne 12" in told.text


def test_01_windows_1252_without_doubt_is_only_said() -> None:
    report = judged(csv_bytes(sheet(), encoding="cp1252"))
    assert not report.of("encodage")
    assert one(report, "page_de_codes").severity is Severity.INFO


def test_02_missing_column_with_its_near_match_then_answered() -> None:
    lines = sheet()
    lines[0][lines[0].index("AM")] = "A_MONO"
    told = one(judged(lines), "colonne_absente")
    assert (told.number, told.severity, told.line, told.column) == (2, Severity.REFUSED, 1, "AM")
    assert "AM (Familles monoparentales). Colonnes proches\xa0: A_MONO" in told.text
    assert told.proposal == {"A_MONO": "AM"}
    answered = replace(PROTECTED, columns=dict(told.proposal))
    assert not judged(lines, answered).refused
    dropped = [line[:5] + line[6:] for line in lines]
    assert judged(dropped).refused
    assert not judged(dropped, replace(PROTECTED, absent=frozenset({"AM"}))).refused


def test_03_a_code_that_lost_its_zeros() -> None:
    lines = sheet()
    lines[5][0] = iris()[4].lstrip("0")
    told = one(judged(lines), "code_incomplet")
    assert (told.number, told.severity, told.line, told.column) == (3, Severity.REFUSED, 6, "code")
    assert told.places[0].value == iris()[4].lstrip("0")
    assert "caractères au lieu de 9. Zéro initial perdu" in told.text
    assert told.proposal == {iris()[4].lstrip("0"): iris()[4]}
    assert not judged(lines, replace(PROTECTED, codes=dict(told.proposal))).refused


def test_03_a_zero_lost_inside_a_code() -> None:
    lines = sheet()
    lines[5][0] = iris()[4][:5] + iris()[4][6:]
    told = one(judged(lines), "code_incomplet")
    assert told.line == 6
    assert "8 caractères" in told.text


def test_04_an_unknown_zone_until_it_is_set_aside() -> None:
    lines = [*sheet(), ["001239999", "?", *(100 for _ in SOCLE)]]
    report = judged(lines)
    told = one(report, "zone_inconnue")
    assert (told.number, told.severity, told.line) == (4, Severity.REFUSED, len(lines))
    assert "nouvelle version des contours" in told.text
    aside = replace(PROTECTED, set_aside=frozenset({"001239999"}))
    assert not judged(lines, aside).refused
    assert len(read(lines, aside).rows) == len(read(sheet()).rows)


def test_04_an_unknown_qpv_names_its_generation() -> None:
    lines = table(["QN00001M", "QN00099N"], level="qpv")
    told = one(judged(lines), "zone_inconnue")
    assert (told.line, told.column) == (3, "code")
    assert "Zone QN00099N inconnue de la géographie 2024" in told.text


def test_05_two_generations_of_qpv_refuse_the_file() -> None:
    book = {
        "LISEZMOI": readme(),
        "QPV": table(["QP000001", "QP000003"], level="qpv"),
        "ZONES": [["code", "libellé", "type", "version"], ["QN00001M", "x", "qpv", "2024"]],
    }
    told = one(judged(xlsx_bytes(book), None), "generations")
    assert (told.number, told.severity, told.audience) == (5, Severity.REFUSED, Audience.BOTH)
    assert "La feuille QPV est en géographie 2015 et la feuille ZONES en 2024" in told.text
    assert [place.sheet for place in told.places] == ["QPV", "ZONES"]


def test_06_a_zone_under_100_is_erased_whole_and_never_shown() -> None:
    report = judged(sheet(A_7=84, PERCOU_7=97))
    told = one(report, "zone_sous_seuil")
    assert (told.number, told.severity, told.line, told.column) == (6, Severity.CORRECTED, 8, "A")
    assert told.audience is Audience.STAT
    assert labels()["iris", iris()[6]] in told.text
    kept = observations_of(read(sheet(A_7=84, PERCOU_7=97)), report)
    zone = kept[kept["code"].eq(iris()[6])]
    assert zone["value"].isna().all()
    assert set(zone["status"]) == {"secret_zone"}
    assert kept[kept["code"].ne(iris()[6])]["value"].notna().all()


def test_07_small_counts_are_erased_and_listed() -> None:
    lines = sheet(AC3ENF_2=3, ARSAS_4=1, ENF_18_24_9=4)
    report = judged(lines)
    told = one(report, "petits_nombres")
    assert (told.number, told.severity) == (7, Severity.CORRECTED)
    assert "3\xa0cellules valent 1 à 4" in told.text
    places = {(place.line, place.column) for place in told.places}
    assert places == {(3, "AC3ENF"), (5, "ARSAS"), (10, "ENF_18_24")}
    assert all(not place.value for place in told.places)
    kept = observations_of(read(lines), report)
    assert not kept["value"].between(1, 4).any()
    assert len(kept) == len(read(lines).rows)


def test_07_small_counts_are_normal_in_an_exact_file() -> None:
    lines = sheet(AC3ENF_2=3, ARSAS_4=1, A_7=84)
    report = judged(lines, EXACT)
    assert not {"petits_nombres", "zone_sous_seuil", "seule_masquee"} & {
        m.id for m in report.messages
    }
    assert observations_of(read(lines, EXACT), report)["value"].between(1, 4).sum() == 2


def test_08_a_lone_hidden_part_is_said_to_be_deducible() -> None:
    told = one(judged(sheet(ENF_18_24_4="s")), "seule_masquee")
    assert (told.number, told.severity, told.line) == (8, Severity.CORRECTED, 5)
    assert told.column == "ENF_18_24"
    zone = labels()["iris", iris()[3]]
    assert f"en ligne {zone}, ENF_18_24 est seule masquée dans ENF" in told.text
    assert not judged(sheet(ENF_18_24_4="s", ENF_15_17_4="s")).of("seule_masquee")


def test_09_a_lone_hidden_iris_under_an_exact_total() -> None:
    book = {
        "LISEZMOI": readme(),
        "COMMUNE": table([territory().commune.code], level="commune"),
        "IRIS": sheet(ARSAS_6="s"),
    }
    told = one(judged(xlsx_bytes(book), None), "iris_seul_masque")
    assert (told.number, told.severity) == (9, Severity.CORRECTED)
    assert (told.sheet, told.line, told.column) == ("IRIS", 7, "ARSAS")
    book["IRIS"] = sheet(ARSAS_6="s", ARSAS_8="s")
    assert not judged(xlsx_bytes(book), None).of("iris_seul_masque")


def test_09_zones_that_leave_a_rest_hide_their_lone_one() -> None:
    commune = table([territory().commune.code], level="commune")
    lines = sheet()
    commune[1][2:] = [sum(line[place] for line in lines[1:]) for place in range(2, len(lines[0]))]
    book = {"LISEZMOI": readme(), "COMMUNE": commune, "IRIS": sheet(ARSAS_6="s")}
    assert one(judged(xlsx_bytes(book), None), "iris_seul_masque").severity is Severity.CORRECTED
    commune[1][2] += 400  # households with an address of convenience are in no IRIS
    told = one(judged(xlsx_bytes(book), None), "iris_seul_masque")
    assert told.severity is Severity.INFO
    assert "part non localisée" in told.text


def test_10_parts_that_do_not_add_up() -> None:
    told = one(judged(sheet(AI_3=201)), "somme_parts")
    assert (told.number, told.severity, told.line) == (10, Severity.WARNING, 4)
    assert told.text.startswith("AI + AM + ACSSENF + ACAVENF ≠ A, ligne 4 (écart de")


def test_11_a_jump_names_the_zone_and_the_share() -> None:
    before = previous()
    spot = before["variable"].eq("foyers_rsa_socle") & before["code"].eq(iris()[9])
    value = float(before.loc[spot, "value"].iloc[0])
    report = judged(sheet(ARSAS_10=round(value * 1.38)), previous=before)
    told = one(report, "saut")
    assert (told.number, told.severity, told.line) == (11, Severity.WARNING, 11)
    assert told.text.startswith(f"ARSAS +38\u202f% en un an à {labels()['iris', iris()[9]]}")
    assert told.text.endswith("ARSAS\xa0: Foyers percevant le RSA socle.")
    assert told.audience is Audience.BOTH
    exact = judged(sheet(ARSAS_10=round(value * 1.38)), EXACT, previous=before)
    assert one(exact, "saut").audience is Audience.STAT
    # with last year's public figure a rate would give the exact count, and the report travels
    assert not re.search(r"\d\s*%", one(exact, "saut").text)
    assert re.search(r"\d\s*%", told.text)


def test_11_a_variable_that_jumps_everywhere_is_told_once() -> None:
    before = previous()
    half = before["variable"].eq("foyers_prime_activite")
    before.loc[half, "value"] = (before.loc[half, "value"] / 2).round()
    told = one(judged(sheet(), previous=before), "saut")
    assert told.text.startswith("APPA\xa0: forte évolution en un an dans 32 zones sur 32")


def test_12_a_missing_year() -> None:
    told = one(judged(sheet(), previous=previous(year=2022)), "annee_manquante")
    assert (told.number, told.audience) == (12, Audience.LEAD)
    assert told.text == "Aucune donnée 2023\xa0: l'évolution est calculée 2022→2024."


def test_13_iris_below_the_commune_is_normal() -> None:
    commune = table([territory().commune.code], level="commune")
    total = sum(line[2] for line in sheet()[1:])
    commune[1][2] = round(total / 0.94)
    book = {"LISEZMOI": readme(), "COMMUNE": commune, "IRIS": sheet()}
    told = one(judged(xlsx_bytes(book), None), "somme_iris")
    assert (told.number, told.severity, told.audience) == (13, Severity.WARNING, Audience.LEAD)
    assert "Somme des IRIS < commune de 6\u202f% en 2024\xa0: normal" in told.text
    commune[1][2] = total - 1
    assert "> commune" in one(judged(xlsx_bytes(book), None), "somme_iris").text


def test_14_zones_disclosed() -> None:
    lines = sheet()
    for rank in (3, 8):
        lines[rank][2:] = ["s"] * len(SOCLE)
    told = one(judged(lines), "zones_diffusees")
    assert (told.number, told.severity) == (14, Severity.INFO)
    assert told.text == "IRIS\xa0: 30 zones sur 32 diffusées\u202f; 2 non diffusées."


def test_15_principal_evolutions_are_named_without_a_figure() -> None:
    commune = table([territory().commune.code], level="commune")
    book = {"LISEZMOI": readme(), "COMMUNE": commune}
    before = read(xlsx_bytes(book), None).rows.assign(period=2023, source="old")
    drop = before["variable"].eq("foyers_aah") | before["variable"].eq("foyers_allocataires")
    before = before[~drop | before["variable"].eq("foyers_allocataires")]
    before.loc[before["variable"].eq("foyers_allocataires"), "value"] = 500
    told = one(judged(xlsx_bytes(book), None, previous=before), "evolutions")
    assert (told.number, told.audience) == (15, Audience.LEAD)
    assert "1 évolution principale depuis le socle précédent\xa0: Foyers" in told.text
    assert "Foyers allocataires (A, baisse)" in told.text


def test_16_the_same_file_twice() -> None:
    sha = read(sheet()).sha256
    told = one(judged(sheet(), known={sha: date(2026, 3, 12)}), "deja_importe")
    assert (told.number, told.severity) == (16, Severity.REFUSED)
    assert told.text == "Fichier déjà importé le 12/03/2026 (empreinte identique)."


def test_17_two_lines_for_one_zone() -> None:
    lines = sheet()
    again = [*lines, [*lines[4][:2], *(value + 9 for value in lines[4][2:])]]
    told = one(judged(again), "lignes_doubles")
    assert (told.number, told.severity) == (17, Severity.REFUSED)
    assert [place.line for place in told.places] == [5, len(again)]
    assert f"Deux lignes pour {iris()[3]}, valeurs différentes" in told.text
    twin = judged([*lines, list(lines[4])])
    assert not twin.refused
    assert one(twin, "lignes_repetees").line == len(again)


def test_18_two_marks_of_secrecy_in_one_column() -> None:
    told = one(judged(sheet(ARSAS_2="<5", ARSAS_5="s")), "marques_melees")
    assert (told.number, told.severity, told.column) == (18, Severity.WARNING, "ARSAS")
    assert '"<5" et "s" employés dans la même colonne' in told.text
    assert [place.line for place in told.places] == [3, 6]


def test_19_a_date_only_in_the_title_is_to_confirm() -> None:
    lines = [["Socle de données, situation au 31/12/2024"], [], *sheet()]
    declared = Declared(kind=Kind.PROTEGE)
    told = one(judged(lines, declared), "date_absente")
    assert (told.number, told.severity, told.audience) == (19, Severity.REFUSED, Audience.BOTH)
    assert told.line == 1
    assert "le titre indique «\u202f31/12/2024\u202f»\xa0: confirmer" in told.text
    assert told.proposal == {"reference_date": "2024-12-31"}
    assert not judged(lines, replace(declared, reference_date=DAY)).refused


def test_20_a_total_line_is_left_out() -> None:
    lines = sheet()
    whole = [*lines[:10], ["Total", "", *(9999 for _ in SOCLE)], *lines[10:]]
    report = judged(whole)
    told = one(report, "ligne_total")
    assert (told.number, told.severity, told.line) == (20, Severity.INFO, 11)
    assert "Ligne «\u202fTotal\u202f» détectée et exclue des zones (ligne 11)" in told.text
    assert not report.refused
    assert len(read(whole).rows) == len(read(lines).rows)


@pytest.mark.parametrize(
    ("cell", "identifier"),
    [
        ("douze", "pas_un_nombre"),
        ("12 %", "pas_un_nombre"),
        ("1.039", "pas_un_nombre"),
        ("12 34", "pas_un_nombre"),
        ("#REF!", "erreur_tableur"),
        ("#DIV/0!", "erreur_tableur"),
        ("-12", "nombre_negatif"),
        ("12,5", "nombre_non_entier"),
    ],
)
def test_a_cell_that_is_no_count_is_refused_at_its_place(cell: str, identifier: str) -> None:
    report = judged(sheet(APPA_6=cell))
    told = one(report, identifier)
    assert (told.severity, told.line, told.column) == (Severity.REFUSED, 7, "APPA")
    assert [m.id for m in report.messages if m.severity is Severity.REFUSED] == [identifier]


def test_a_total_part_larger_than_its_whole_is_a_warning() -> None:
    told = one(judged(sheet(AC3ENF_2=400)), "sous_ensemble")
    assert (told.severity, told.line) == (Severity.WARNING, 3)


def test_figures_without_a_code_are_refused_and_never_joined_by_name() -> None:
    lines = sheet()
    lines[4][0] = ""
    told = one(judged(lines), "ligne_sans_code")
    assert (told.severity, told.line) == (Severity.REFUSED, 5)


def test_a_year_already_there_waits_for_a_confirmation() -> None:
    there = {f"socle_{territory().commune.code}_2024": date(2025, 4, 2)}
    assert one(judged(sheet(), there=there), "annee_deja_la").severity is Severity.REFUSED
    same = judged(sheet(), there=there, known={judged(sheet()).sha256: date(2026, 3, 12)})
    assert same.of("deja_importe")
    assert not same.of("annee_deja_la"), "a file does not take its own place"
    assert not judged(sheet(), replace(PROTECTED, replace=True), there=there).refused


def test_a_column_given_twice() -> None:
    same = [[*line, line[2]] for line in sheet()]
    assert not judged(same).refused
    assert judged(same).of("colonne_repetee_egale")
    other = [[*line[:-1], "A"] if n == 0 else [*line[:-1], 7] for n, line in enumerate(same)]
    assert one(judged(other), "colonne_repetee").severity is Severity.REFUSED


def test_exact_and_protected_at_once_is_refused() -> None:
    book = xlsx_bytes({"LISEZMOI": readme(), "IRIS": sheet()})
    assert one(judged(book, EXACT), "nature_contradictoire").severity is Severity.REFUSED


def test_a_file_that_does_not_say_its_kind_is_held_for_protected() -> None:
    report = judged(sheet(ARSAS_4=2), Declared(reference_date=DAY))
    assert one(report, "nature_absente").severity is Severity.WARNING
    assert report.of("petits_nombres")


def test_a_date_to_come_is_refused() -> None:
    future = Declared(kind=Kind.PROTEGE, reference_date=date(2026, 12, 31))
    assert one(judged(sheet(), future), "date_future").severity is Severity.REFUSED


def test_a_line_pushed_sideways_and_a_file_cut_short() -> None:
    lines = sheet()
    lines[6].insert(4, "")
    assert one(judged(lines), "ligne_decalee").line == 7
    content = csv_bytes(sheet())
    cut = content[: content.rindex(b";", 0, len(content) - 30)]
    assert one(judged(cut), "fichier_coupe").severity is Severity.REFUSED


def test_the_name_of_another_zone_is_a_warning_and_the_code_holds() -> None:
    lines = sheet()
    lines[3][1], lines[4][1] = lines[4][1], lines[3][1]
    report = judged(lines)
    assert [m.line for m in report.of("libelle_autre_zone")] == [4, 5]
    assert not report.refused


def test_everything_is_told_at_once() -> None:
    lines = sheet(APPA_6="douze", ARSAS_4=2)
    lines[5][0] = iris()[4].lstrip("0")
    lines[0][lines[0].index("AM")] = "A_MONO"
    found = {m.id for m in judged(lines).messages}
    assert {"pas_un_nombre", "petits_nombres", "code_incomplet", "colonne_absente"} <= found


def test_history_that_changes_what_was_given_is_said() -> None:
    before = previous(year=2024)
    before.loc[before["variable"].eq("foyers_aah"), "value"] += 6
    told = one(judged(sheet(), previous=before), "revision")
    assert "32\xa0chiffres de 2024 ne sont plus ceux déjà importés" in told.text


def test_the_wrong_commune_is_refused() -> None:
    book = xlsx_bytes({"LISEZMOI": readme(commune="00124"), "IRIS": sheet()})
    assert one(judged(book, None), "autre_commune").severity is Severity.REFUSED


def test_no_zone_of_the_territory_is_refused() -> None:
    lines = table([f"99{code[2:]}" for code in iris()])
    report = check(read_file("f", csv_bytes(lines), territory()), territory(), today=TODAY)
    assert one(report, "aucune_zone").severity is Severity.REFUSED
