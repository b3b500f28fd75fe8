"""The commands ``socle``: exit codes, French, files, as someone at the CAF types them."""

import csv
import json

import pytest

from ctg_data.__main__ import main
from ctg_data.assembly import assemble as assembly
from ctg_data.model import SECRETS
from ctg_data.socle import protect as socle_protect
from ctg_data.socle.reading.read import read_file
from ctg_data.socle.reading.result import Kind
from tests.socle_files import codes, counts, place, workbook


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """What is shown has its own tests: here nothing is masked for the pages."""
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)


@pytest.fixture
def caf(monkeypatch):
    """On the CAF's machine, with its statistician."""
    monkeypatch.setenv("CTG_ROLE", "statisticien")


def run(capsys, *words):
    """One command; its exit code and what it printed."""
    code = main(["socle", *map(str, words), "--territoire", place().id])
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.fixture
def exact(tmp_path):
    path = tmp_path / "SOCLE_2025.xlsx"
    path.write_bytes(workbook(counts(3)))
    return path


@pytest.fixture
def protected(tmp_path):
    path = tmp_path / "SOCLE_PROTEGE_2025.xlsx"
    path.write_bytes(workbook(counts(60), kind="protégé"))
    return path


def test_check_says_what_would_be_imported_and_writes_nothing(protected, capsys):
    code, told = run(capsys, "check", protected)
    assert code == 0
    assert "Fichier accepté" in told
    assert "protégé" in told
    assert run(capsys, "liste")[1].startswith("Aucun import (socle)")


def test_check_says_what_would_be_refused(exact, capsys):
    code, told = run(capsys, "check", exact)
    assert code == 1
    assert "ne doit pas quitter la CAF" in told


@pytest.mark.usefixtures("caf")
def test_the_statistician_may_check_an_exact_file(exact, capsys):
    assert run(capsys, "check", exact)[0] == 0


@pytest.mark.parametrize("verb", ["check", "import"])
def test_an_unreadable_file_is_told_without_a_traceback(verb, tmp_path, capsys):
    path = tmp_path / "lettre.pdf"
    path.write_bytes(b"%PDF-1.7 a letter")
    code, told = run(capsys, verb, path)
    assert code == 2
    assert "PDF" in told
    assert "Traceback" not in told


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    code, told = run(capsys, "check", tmp_path / "absent.xlsx")
    assert code == 2
    assert "introuvable" in told


def test_import_replace_list_and_undo(protected, tmp_path, capsys):
    code, told = run(capsys, "import", protected)
    assert code == 0
    assert "« socle annuler 1 »" in told.replace("\u202f", " ").replace("\u00a0", " ")
    other = tmp_path / "BIS.xlsx"
    other.write_bytes(workbook(counts(61), kind="protégé"))
    assert run(capsys, "import", other)[0] == 1
    assert run(capsys, "import", other, "--remplacer")[0] == 0
    told = run(capsys, "liste")[1]
    assert [line.split(" · ")[3] for line in told.strip().splitlines()] == [
        "en place",
        "remplacé, gardé",
    ]
    code, told = run(capsys, "annuler", 2)
    assert code == 0
    assert "de nouveau en place" in told
    assert run(capsys, "annuler", 9)[0] == 2


def test_the_report_is_a_file_a_spreadsheet_opens(exact, tmp_path, capsys):
    out = tmp_path / "rapport.csv"
    run(capsys, "check", exact, "--rapport", out)
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0]["gravité"] == "Refusé"
    assert {"feuille", "ligne", "colonne", "constat", "règle"} <= set(rows[0])


def test_the_report_of_an_import_comes_back_even_once_it_is_undone(
    protected, tmp_path, capsys, monkeypatch
):
    rows = counts(60) | {codes(place())[1]: {**counts(60)[codes(place())[1]], "AM": 3}}
    protected.write_bytes(workbook(rows, kind="protégé"))
    run(capsys, "import", protected)
    run(capsys, "annuler", 1)
    page, table = tmp_path / "rapport.html", tmp_path / "rapport.csv"
    code, told = run(capsys, "rapport", 1, "--out", page)
    assert code == 0
    assert "annulé, valeurs oubliées" in told
    assert "petits_nombres" not in told
    assert "Import 1 : importé le" in page.read_text("utf-8").replace("\u00a0", " ")
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    assert run(capsys, "rapport", 1, "--out", table)[0] == 0
    assert "petits_nombres" in table.read_text("utf-8-sig")
    assert run(capsys, "rapport", 9)[0] == 2


def test_protect_writes_the_file_and_its_manifest(exact, tmp_path, capsys):
    out = tmp_path / "SOCLE_PROTEGE.xlsx"
    code, told = run(capsys, "proteger", exact, "--out", out)
    assert code == 0
    assert "Audit du fichier écrit" in told
    reading = read_file(out.name, out.read_bytes(), place())
    assert reading.kind is Kind.PROTEGE
    small = reading.rows[
        (reading.rows["code"] == codes(place())[0])
        & (reading.rows["category"] == "couple_sans_enfant")
    ]
    assert small["value"].isna().all()
    assert set(small["status"]) <= set(map(str, SECRETS))
    manifest = json.loads((tmp_path / "SOCLE_PROTEGE.manifest.json").read_text("utf-8"))
    assert manifest["number"] in told
    assert run(capsys, "liste")[1].startswith("Aucun import (socle)"), "nothing of it is kept"


def test_protect_refuses_what_is_protected_already(protected, tmp_path, capsys):
    out = tmp_path / "X.xlsx"
    assert run(capsys, "proteger", protected, "--out", out)[0] == 1
    assert not out.exists()


def test_what_cannot_be_protected_is_not_written(exact, tmp_path, capsys, monkeypatch):
    def hopeless(*_args, **_more):
        raise socle_protect.NotProtected("Aucun masque n'a pu être prouvé sûr.")

    monkeypatch.setattr(socle_protect, "protect_file", hopeless)
    out = tmp_path / "X.xlsx"
    code, told = run(capsys, "proteger", exact, "--out", out)
    assert (code, out.exists()) == (3, False)
    assert "Aucun masque" in told


def test_the_model_re_imports_clean_once_filled(tmp_path, capsys):
    out = tmp_path / "MODELE.xlsx"
    code, told = run(capsys, "modele", "--out", out)
    assert code == 0
    assert "Modèle écrit" in told
    assert {one.code for one in place().iris} <= {
        code for _, code in read_file(out.name, out.read_bytes(), place()).listed
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("check",), "il manque : FICHIER"),
        (("check", "x.xlsx", "--confirmer", "nimporte=quoi"), "n'est pas une réponse connue"),
        (("check", "x.xlsx", "--date", "2024"), "n'est pas une date"),
        (("proteger", "x.xlsx"), "il manque : --out"),
        (("jeter",), "n'existe pas"),
    ],
)
def test_a_command_badly_written_is_told_in_french(words, expected, tmp_path, capsys):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(counts(60), kind="protégé"))
    given = [str(path) if word == "x.xlsx" else word for word in words]
    try:
        code, told = run(capsys, *given)
    except SystemExit as left:
        code, out = left.code, capsys.readouterr()
        told = out.out + out.err
    assert code == 2
    assert expected in told.replace("\u202f", " ").replace("\u00a0", " ")


def test_answers_are_understood(tmp_path, capsys):
    """A file without a date is refused, until its date is confirmed."""
    path = tmp_path / "socle.xlsx"
    path.write_bytes(workbook(counts(60), kind="protégé", **{"Date de référence": ""}))
    assert run(capsys, "check", path)[0] == 1
    assert run(capsys, "check", path, "--date", "31/12/2025")[0] == 0
