"""An answer of the CAF to a request (FED): read, kept beside the socle, masked by its own rule."""

import io
import sqlite3

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import inspect

from ctg_data.__main__ import main
from ctg_data.assembly import assemble as assembly
from ctg_data.observations import variables
from ctg_data.role import Role
from ctg_data.socle import imports as socle
from ctg_data.socle.imports import Declared, Refused, Series, Severity
from ctg_data.socle.model import files as socle_model
from ctg_data.store import migrations
from ctg_data.store.session import FILE, Store
from tests.socle_files import codes, counts, place, stored, workbook
from tests.socle_tables import csv_bytes

FED = Declared(series=Series.FED)
CLAS, ASKED = "enfants_clas", [one for one in variables().values() if one.hors_socle]
_assemble = assembly.assemble


@pytest.fixture(autouse=True)
def _kept_only(monkeypatch):
    """What is kept and what is shown are tested apart: masking takes seconds."""
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)


def lines(year=2024, **zones):
    """A long file: children in CLAS of each QPV by rank (``z0=10``), and of the commune."""
    rows = [["qpv", codes(place())[int(name[1:])], told] for name, told in zones.items()]
    rows += [["commune", place().commune.code, 800]]
    head = ["type_zone", "code_zone", "valeur", "variable", "date_ref"]
    return csv_bytes([head, *([*row, CLAS, f"31/12/{year}"] for row in rows)])


def bring(store, content, name="fed.csv", who=Role.CONTRIBUTEUR):
    return socle.import_file(name, content, place(), store, declared=FED, who=who)


def told(content, store=None):
    report = socle.check_file("fed.csv", content, place(), store, declared=FED)
    return {one.id: one for one in report.messages}


def clas(store):
    """Zone and year → what is kept."""
    frame = store.observations(place().id)[0]
    rows = frame[frame["variable"] == CLAS]
    return dict(zip(zip(rows["code"], rows["period"], strict=True), rows["value"], strict=True))


# Through the gate


def test_children_under_eleven_or_in_a_zone_of_unknown_size_are_hidden(store, monkeypatch):
    """Its third QPV has less than a hundred allocataires; of 2025 there is no socle at all."""
    monkeypatch.setattr(Store, "open", classmethod(lambda cls: store))
    first, second, third = codes(place())
    bring(store, lines(z0=10, z1=11, z2=300))
    later = lines(year=2025, z0=300)
    assert told(later, store)["taille_inconnue"].severity is Severity.WARNING
    assert "taille_inconnue" not in told(lines(z0=12), store)
    bring(store, later, "later.csv")
    gated = _assemble(place()).gated
    rows = gated.release.frame[gated.release.frame["variable"] == CLAS]
    shown = {
        (code, period): sign or value
        for code, period, sign, value in rows[["code", "period", "sign", "value"]].to_numpy()
    }
    assert shown[first, 2024] == "s"
    assert shown[second, 2024] == 11
    assert shown[third, 2024] == "s"
    assert shown[first, 2025] == "s"
    assert shown[place().commune.code, 2025] == 800
    assert any("Importez ce socle" in one for one in gated.secrecy.dropped)
    assert gated.secrecy.audit is not None
    assert gated.secrecy.audit.safe


def test_what_is_asked_apart_is_no_part_of_the_socle():
    """Its masks are made without the socle's: that holds as long as no sum links them."""
    for one in ASKED:
        assert not any([one.total_de, one.inclus_dans, one.partition]), one.id
    linked = {one.total_de for one in variables().values()}
    linked |= {one.host.partition("/")[0] for one in variables().values()}
    assert not linked & {one.id for one in ASKED}


# What is kept, and the way back


def test_answers_of_one_year_stand_together_and_the_last_one_has_the_last_word(store):
    first, second, _ = codes(place())
    one = bring(store, lines(z0=20, z1=30))
    two = bring(store, lines(z0=25), "bis.csv")
    assert (clas(store)[first, 2024], clas(store)[second, 2024]) == (25, 30)
    assert [entry.state for entry in socle.imports(store, place(), Series.FED)] == ["active"] * 2
    socle.undo(store, place(), two.number)
    assert clas(store)[first, 2024] == 20
    socle.undo(store, place(), one.number)
    assert not clas(store)


def test_the_socle_and_the_answers_never_take_each_other_s_place(store):
    bring(store, lines(year=2025, z0=20))
    done = socle.import_file(
        "SOCLE.xlsx", workbook(counts()), place(), store, who=Role.STATISTICIEN
    )
    assert done.replaces is None
    assert clas(store)[codes(place())[0], 2025] == 20
    assert [one.label for one in socle.imports(store, place(), Series.SOCLE)] == ["SOCLE.xlsx"]
    socle.undo(store, place(), done.number)
    assert clas(store)[codes(place())[0], 2025] == 20


def test_a_figure_leads_back_to_its_line_and_its_citation(store):
    bring(store, lines(z0=20))
    origin = socle.lineage(store, place(), (CLAS, "qpv", codes(place())[0], 2024, 2024, "total"))
    assert (origin.label, origin.line, origin.column) == ("fed.csv", 2, "valeur")
    (cited,) = store.observations(place().id)[1].values()
    assert cited.confidential
    assert "demande (FED), 2024" in cited.title


def test_an_older_store_takes_its_imports_for_socles(tmp_path, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:2])
        with Store.open(tmp_path):
            pass
    with sqlite3.connect(tmp_path / FILE) as raw:
        raw.execute("ALTER TABLE imports DROP COLUMN series")
    with Store.open(tmp_path) as store:
        with store.reading() as connection:
            names = {one["name"] for one in inspect(connection).get_columns("imports")}
        assert "series" in names
        assert not socle.imports(store, place(), Series.FED)


# Checks


def test_small_counts_are_erased_on_entry_and_quoted_nowhere(store, tmp_path):
    report = told(lines(z0=3, z1=40))
    assert report["petits_nombres"].severity is Severity.CORRECTED
    bring(store, lines(z0=3, z1=40))
    assert clas(store)[codes(place())[1], 2024] == 40
    assert pd.isna(clas(store)[codes(place())[0], 2024])
    assert b";3;" not in stored(tmp_path / "store"), "bytes that hold a small count are not kept"


def test_what_an_answer_does_not_say_is_asked(store):
    assert "aucune_zone" in told(csv_bytes([["code", "A"], [codes(place())[0], 400]]))
    undated = csv_bytes([["code", CLAS], *([code, 40] for code in codes(place()))])
    assert told(undated)["date_absente"].severity is Severity.REFUSED
    with pytest.raises(Refused):
        bring(store, undated)
    assert not clas(store)
    bring(store, lines(z0=20))
    assert told(lines(z0=20), store)["deja_importe"].severity is Severity.REFUSED


def test_a_reader_brings_nothing_and_an_exact_file_stays_at_the_caf(store):
    with pytest.raises(Refused, match="lecteur n'importe pas"):
        bring(store, lines(z0=20), who=Role.LECTEUR)
    exact = Declared(kind=socle.Kind.EXACT, series=Series.FED)
    report = socle.check_file("fed.csv", lines(z0=20), place(), store, declared=exact)
    assert report.refused
    assert not clas(store)


# The model, the sample, the commands


def test_the_model_has_every_figure_asked_apart_and_reads_back(store):
    content = socle_model.model(place(), Series.FED)
    book = openpyxl.load_workbook(io.BytesIO(content))
    names = [cell.value for cell in book["QPV"][2] if cell.value][2:]
    assert set(names) >= {one.id for one in ASKED}
    sheet, row = book["COMMUNE"], 3
    for column, cell in enumerate(sheet[2], start=1):
        if cell.value in names:
            sheet.cell(row, column, 40)
    book["LISEZMOI"]["B3"], book["LISEZMOI"]["B5"] = "protégé", "31/12/2024"
    filled = io.BytesIO()
    book.save(filled)
    report = told(filled.getvalue())
    assert not [one.text for one in report.values() if one.severity is Severity.REFUSED]
    done = bring(store, filled.getvalue(), "fed.xlsx")
    assert done.rows >= len(names)
    kept = store.observations(place().id)[0]
    assert set(kept.loc[kept["value"].eq(40), "variable"]) == {one.id for one in ASKED}


def test_the_sample_of_the_fiction_is_accepted_with_its_trap():
    name, content = socle_model.answer(place())
    report = told(content)
    assert "fictive" in name
    assert report["petits_nombres"].severity is Severity.CORRECTED
    assert all(one.severity is not Severity.REFUSED for one in report.values())


def test_the_commands_say_what_was_done(tmp_path, capsys):
    path = tmp_path / "fed.csv"
    path.write_bytes(lines(z0=20))

    def run(*words):
        code = main(["fed", *map(str, words), "--territoire", place().id])
        return code, "".join(capsys.readouterr())

    assert run("check", path)[0] == 0
    code, said = run("import", path)
    assert (code, "réponse FED 2024" in said) == (0, True)
    assert "« fed annuler 1 »" in said.replace("\u202f", " ")
    assert "fed.csv" in run("liste")[1]
    assert run("rapport", 1, "--out", tmp_path / "r.html")[0] == 0
    assert "Rapport de lecture" in (tmp_path / "r.html").read_text("utf-8")
    assert main(["socle", "annuler", "1", "--territoire", place().id]) == 2
    assert "« fed »" in capsys.readouterr().err.replace("\u202f", " ")
    assert run("annuler", 1)[0] == 0
    assert run("modele", "--out", tmp_path / "m.xlsx")[0] == 0
    assert run("check", tmp_path / "absent.csv")[0] == 2
