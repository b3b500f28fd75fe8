"""What leaves the CAF: no hidden value anywhere in it, and the city shows exactly the same."""

import hashlib
import io
import json
import re
import zipfile
from itertools import count

import pandas as pd
import pytest
from openpyxl import load_workbook

from ctg_data.assembly import assemble as assembly
from ctg_data.errors import UserError
from ctg_data.role import Role
from ctg_data.socle import imports as socle, protect as socle_protect, written as socle_files
from ctg_data.socle.imports import Refused
from ctg_data.socle.protected_workbook import target
from ctg_data.socle.reading import outcome
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Kind
from ctg_data.store.session import Store
from tests.socle_files import codes, counts, line, place, workbook

CANARY = 3001  # a prime: the persons of a zone under 100, which may not be studied


def exact():
    """Three zones and their commune, a cell of 3, and a zone of 67 that may not be studied."""
    rows = counts(3)
    third = codes(place())[2]
    rows[third] = line(67, 31, 17, 7, PERCOU=CANARY)
    return rows


@pytest.fixture(scope="module")
def made():
    """The protected file of that workbook: masked once for all tests."""
    return socle_protect.protect_file("EXACT.xlsx", workbook(exact()), place())


def parts(content):
    """Every part of a workbook, as text: sheets, strings, comments, properties."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def numbers(content):
    """Every number of figures in a workbook, whatever the sheet."""
    book = load_workbook(io.BytesIO(content))
    sheet = book["DONNEES"]
    heads = [cell.value for cell in sheet[1]]
    return pd.DataFrame(
        [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)], columns=heads
    )


# What is in it


def test_hidden_values_are_empty_and_carry_one_sign_whatever_hid_them(made):
    rows = numbers(made.content)
    hidden = rows[rows["statut"] == "secret"]
    assert hidden["valeur"].isna().all()
    assert set(hidden["signe"]) == {"s"}
    assert set(rows["statut"]) == {"diffuse", "secret"}, "which rule hid a cell is not told"
    assert rows.loc[rows["statut"] == "diffuse", "valeur"].notna().all()


def test_the_small_cell_and_the_small_zone_are_hidden_and_cannot_be_subtracted(made):
    rows = numbers(made.content).set_index(["code_zone", "variable"])["statut"]
    first, _, third = codes(place())
    assert rows[first, "foyers_selon_composition/couple_sans_enfant"] == "secret"
    assert (rows[first] == "secret").sum() >= 2
    assert (rows[third] == "secret").all()


def test_no_hidden_value_is_anywhere_in_the_file(made):
    """Canaries: every hidden count that no shown cell happens to equal."""
    shown = set(numbers(made.content)["valeur"].dropna().astype(int)) | {2024, 2025}
    every = {value for row in exact().values() for value in row.values()}
    canaries = every - shown
    assert {3, CANARY} <= canaries
    assert len(canaries) >= 6
    for name, text in parts(made.content).items():
        cells = set(map(int, re.findall(r"<v>(\d+)</v>", text)))
        assert not canaries & cells, name
        assert str(CANARY) not in text, name
        assert "EXACT.xlsx" not in text, "not even the name of what came in"


def test_the_workbook_is_a_fresh_one(made):
    names = set(parts(made.content))
    assert not [one for one in names if "comment" in one or "external" in one or "vba" in one]
    book = load_workbook(io.BytesIO(made.content))
    assert book.sheetnames == ["LISEZMOI", "DICO", "DONNEES"]
    assert all(one.sheet_state == "visible" for one in book.worksheets)
    hidden = [
        dimension
        for one in book.worksheets
        for dimension in (*one.column_dimensions.values(), *one.row_dimensions.values())
        if dimension.hidden
    ]
    assert not hidden
    assert not book.defined_names
    formulas = [c for s in book.worksheets for r in s.iter_rows() for c in r if c.data_type == "f"]
    assert not formulas


def test_the_file_says_what_it_is_with_the_rules_and_the_number_of_its_release(made):
    book = load_workbook(io.BytesIO(made.content))
    told = {row[0].value: row[1].value for row in book["LISEZMOI"].iter_rows(min_row=2)}
    assert told["Nature"] == "protégé"
    assert told["Diffusion"] == made.manifest["number"]
    assert "moins de 5 allocataires" in told["Règles"]
    reading = read_file("P.xlsx", made.content, place())
    assert (reading.kind, reading.told_kind, reading.year) == (Kind.PROTEGE, True, 2025)


def test_the_manifest_is_made_of_the_release_alone(made):
    assert made.manifest["sha256"] == hashlib.sha256(made.content).hexdigest()
    source = hashlib.sha256(workbook(exact())).hexdigest()
    assert source not in json.dumps(made.manifest)
    assert made.manifest["audit"]["verdict"] == "safe"
    assert made.manifest["counts"]["suppressed"] == made.hidden
    again = {"release", "sha256", "number", "date", "territory", "policy", "counts", "audit"}
    again |= {"witness"}
    assert made.manifest["witness"]["leaks"] == made.manifest["witness"]["hidden"] == 0
    assert set(made.manifest) == again


def test_two_protections_of_one_file_have_their_own_number(made):
    assert re.fullmatch(r"[0-9a-f]{16}", made.manifest["number"])


# What the city does with it


def test_the_city_imports_it_clean_and_shows_exactly_the_same_cells(made, tmp_path, monkeypatch):
    with Store.open(tmp_path / "city") as store:
        monkeypatch.setattr(Store, "open", classmethod(lambda cls: store))
        report = socle.check_file("P.xlsx", made.content, place(), store, who=Role.CONTRIBUTEUR)
        assert not report.refused
        assert not report.masked
        socle.import_file("P.xlsx", made.content, place(), store, who=Role.CONTRIBUTEUR)
        frame = assembly.assemble(place()).gated.release.frame
    ours = frame[frame["source"].str.startswith("socle_")]
    shown = ours[ours["sign"] == ""]
    sent = numbers(made.content)
    diffused = sent[sent["statut"] == "diffuse"]
    assert len(shown) == len(diffused)
    names = [target(*pair) for pair in shown[["variable", "category"]].to_numpy()]
    there = dict(zip(zip(shown["code"], names, strict=True), shown["value"], strict=True))
    for row in diffused.to_dict("records"):
        assert there[row["code_zone"], row["variable"]] == row["valeur"]


def test_what_was_shown_before_is_honoured(made):
    """An edition that hid more: the next one does not show what it hid."""
    rows = numbers(made.content)
    first = codes(place())[1]
    cell = (first, "foyers_selon_composition/isole")
    sent = rows[(rows["code_zone"] == cell[0]) & (rows["variable"] == cell[1])]
    assert sent["statut"].tolist() == ["diffuse"], "else this test proves nothing"
    before = exact()
    before[first] = {**before[first], "AI": "s", "AM": "s"}
    edition = workbook(
        before
        | {codes(place())[0]: dict.fromkeys(before[first], "s")}
        | {codes(place())[2]: dict.fromkeys(before[first], "s")},
        kind="protégé",
    )
    again = socle_protect.protect_file(
        "EXACT.xlsx", workbook(exact()), place(), editions=[("AVANT.xlsx", edition)]
    )
    rows = numbers(again.content).set_index(["code_zone", "variable"])["statut"]
    assert rows[cell] == "secret"


# When it cannot


def test_a_file_that_says_it_is_protected_is_not_protected_again():
    with pytest.raises(Refused):
        socle_protect.protect_file("P.xlsx", workbook(exact(), kind="protégé"), place())


def test_an_unreadable_file_is_told(tmp_path):
    with pytest.raises(socle.UnreadableFile):
        socle_protect.protect_file("P.xlsx", b"%PDF-1.7", place())


def test_a_mask_that_never_settles_writes_nothing(monkeypatch):
    """The reader's own mask differs each time from what was written: nothing may leave."""
    counter = count()
    monkeypatch.setattr(socle_protect, "_hidden", lambda table: {next(counter)})
    with pytest.raises(socle_protect.NotProtected, match="rien n'a été écrit"):
        socle_protect.protect_file("EXACT.xlsx", workbook(exact()), place())


def test_a_workbook_that_does_not_read_back_is_not_kept(monkeypatch, made):
    monkeypatch.setattr(socle_protect, "_rows_of", lambda *a: None)
    monkeypatch.setattr(socle_protect, "_states", lambda rows: {"rows": rows is None})
    with pytest.raises(socle_protect.NotProtected, match="ne se relit pas"):
        socle_protect._read_back("P.xlsx", made.content, pd.DataFrame(), place())


def test_saving_writes_the_manifest_beside(made, tmp_path):
    out = tmp_path / "SOCLE_PROTEGE.xlsx"
    socle_files.save(made, out)
    assert out.read_bytes() == made.content
    manifest = json.loads((tmp_path / "SOCLE_PROTEGE.manifest.json").read_text("utf-8"))
    assert manifest == made.manifest
    with pytest.raises(UserError, match="impossible de l'écrire"):
        socle_files.save(made, tmp_path / "absent" / "X.xlsx")
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "SOCLE_PROTEGE.manifest.json",
        "SOCLE_PROTEGE.xlsx",
    ]


def test_nothing_that_no_rule_judges_leaves(monkeypatch):
    """A rate has no threshold of its own: it stays, whoever wrote it in the file."""
    rate = outcome.observations_of

    def with_a_rate(reading, report):
        rows = rate(reading, report)
        one = rows.head(1).assign(variable="taux_pauvrete", unit="taux", value=12.3)
        return pd.concat([rows, one], ignore_index=True)

    monkeypatch.setattr(outcome, "observations_of", with_a_rate)
    public = socle_protect.Public(place(), pd.DataFrame(columns=["period"]), {})
    seen = []
    monkeypatch.setattr(
        socle_protect.Public, "mask", lambda self, rows, _: seen.append(rows) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        socle_protect.protect_file("EXACT.xlsx", workbook(exact()), public.territory)
    assert "taux_pauvrete" not in set(seen[0]["variable"])
    assert "foyers_allocataires" in set(seen[0]["variable"])
