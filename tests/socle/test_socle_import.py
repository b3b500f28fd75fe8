"""A file of the CAF comes in whole or not at all, and the way back is always open."""

import hashlib
import sqlite3
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data.assembly import assemble as assembly, kept_maskings
from ctg_data.errors import UserError
from ctg_data.role import Role
from ctg_data.socle import desk as store_imports, imports as socle
from ctg_data.socle.entry import line_of
from ctg_data.socle.imports import Refused
from ctg_data.store import migrations, rows as store_rows, schema as store_schema
from ctg_data.store.session import FILE, Store
from tests.socle_files import codes, counts, place, value, workbook

STAT = Role.STATISTICIEN
COMPOSITION = "foyers_selon_composition"


@pytest.fixture(autouse=True)
def _no_masking(monkeypatch, request):
    """Masking has its own tests: here only what is kept matters, unless a test asks for it."""
    if "masking" not in request.fixturenames:
        monkeypatch.setattr(assembly, "assemble", lambda *_: None)


@pytest.fixture
def masking():
    """The test goes through the gate."""


def bring(store, content=None, name="SOCLE.xlsx", who=STAT, **more):
    return socle.import_file(name, content or workbook(counts()), place(), store, who=who, **more)


def rows_of(store):
    return store.observations(place().id)[0]


def everything(store):
    """All that a store says, to compare before and after."""
    with store.reading() as connection:
        tables = [one for one in store_schema.metadata.sorted_tables if one.name != "journal"]
        return {one.name: connection.execute(one.select()).all() for one in tables}


# What is kept


def test_an_exact_file_is_kept_with_its_bytes_its_rows_and_who_brought_it(store):
    done = bring(store)
    frame, citations = store.observations(place().id)
    first = codes(place())[0]
    assert value(frame, first, COMPOSITION, "couple_sans_enfant") == 3
    assert all(one.confidential and one.fictional for one in citations.values())
    (line,) = socle.imports(store, place())
    assert (line.year, line.kind, line.state) == (2025, "exact", socle.ACTIVE)
    assert line.rows == len(frame) == done.rows
    assert line.who
    assert line.role == STAT
    assert socle.report_of(line).messages


def test_checking_writes_nothing(store):
    before = everything(store)
    assert not socle.check_file("S.xlsx", workbook(counts()), place(), store, who=STAT).refused
    assert everything(store) == before


def test_every_shown_cell_leads_back_to_its_file_sheet_and_line(store):
    bring(store)
    first = codes(place())[0]
    key = ("foyers_allocataires", "qpv", first, 2024, 2025, "total")
    origin = socle.lineage(store, place(), key, who=STAT)
    assert (origin.label, origin.sheet, origin.line, origin.column) == ("SOCLE.xlsx", "QPV", 2, "A")
    assert origin.letter == "C"
    assert len(origin.sha256) == 64
    assert not socle.lineage(store, place(), key, who=Role.CONTRIBUTEUR).sha256
    assert socle.lineage(store, place(), ("foyers_af", *key[1:])) is None


# Who may


def test_an_exact_file_is_refused_without_the_statistician_and_leaves_no_trace(store):
    before = everything(store)
    with pytest.raises(Refused, match="ne doit pas quitter la CAF"):
        bring(store, who=Role.CONTRIBUTEUR)
    assert everything(store) == before


def test_a_reader_imports_nothing(store):
    with pytest.raises(Refused, match="lecteur"):
        bring(store, workbook(counts(60), kind="protégé"), who=Role.LECTEUR)


def test_the_role_is_read_from_the_environment(store, monkeypatch):
    with pytest.raises(Refused):
        bring(store, who=None)
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    assert bring(store, who=None).role == "statisticien"


# A protected file


def test_a_small_count_in_a_protected_file_is_masked_on_entry_and_found_nowhere(tmp_path):
    content = workbook(counts(3), kind="protégé")
    with Store.open(tmp_path / "city") as store:
        done = bring(store, content, who=Role.CONTRIBUTEUR)
        frame = rows_of(store)
        cell = value(frame, codes(place())[0], COMPOSITION, "couple_sans_enfant")
        assert pd.isna(cell)
        assert not done.bytes_kept
        assert socle.report_of(done).messages
        with store.reading() as connection:
            kept = connection.execute(store_schema.lineage.select()).mappings().all()
            contents = connection.execute(store_schema.contents.select()).all()
    assert not contents, "the bytes hold what was masked"
    small = [row for row in kept if row["value"] is not None and row["value"] < 5]
    assert not small


def test_a_clean_protected_file_is_kept_with_its_bytes(tmp_path):
    content = workbook(counts(60), kind="protégé")
    with Store.open(tmp_path / "city") as store:
        assert bring(store, content, who=Role.CONTRIBUTEUR).bytes_kept
        with store.reading() as connection:
            (kept,) = connection.execute(store_schema.contents.select()).all()
    assert kept.content == content


def test_bytes_that_a_source_stands_on_outlive_the_import_that_brought_them_too(store):
    content = workbook(counts())
    received = store.keep("une_source", place().id, "https://example.org/f", content, "x/y")
    bring(store, content)
    socle.undo(store, place(), socle.imports(store, place())[0].number)
    assert store.content(received.id) == content


def test_bytes_that_nothing_else_stands_on_go_with_their_import(store):
    content = workbook(counts())
    bring(store, content)
    socle.undo(store, place(), socle.imports(store, place())[0].number)
    assert store.content(hashlib.sha256(content).hexdigest()) is None


# Twice, again, instead


def test_the_same_file_twice_is_refused(store):
    content = workbook(counts())
    bring(store, content)
    before = everything(store)
    with pytest.raises(Refused, match="déjà importé"):
        bring(store, content, name="AUTRE_NOM.xlsx", replacing=True)
    assert everything(store) == before


def test_a_year_already_there_is_replaced_only_on_confirmation(store):
    bring(store)
    before = everything(store)
    with pytest.raises(Refused):
        bring(store, workbook(counts(7)))
    assert everything(store) == before
    bring(store, workbook(counts(7)), name="BIS.xlsx", replacing=True)
    first = codes(place())[0]
    assert value(rows_of(store), first, COMPOSITION, "couple_sans_enfant") == 7
    states = {one.label: one.state for one in socle.imports(store, place())}
    assert states == {"BIS.xlsx": socle.ACTIVE, "SOCLE.xlsx": socle.REPLACED}


def test_undoing_a_replacement_brings_the_former_file_back(store):
    one = bring(store)
    rows = rows_of(store)
    two = bring(store, workbook(counts(7)), name="BIS.xlsx", replacing=True)
    socle.undo(store, place(), two.number)
    assert rows_of(store).equals(rows)
    states = {line.number: line.state for line in socle.imports(store, place())}
    assert states == {one.number: socle.ACTIVE, two.number: socle.UNDONE}


def test_undoing_a_replaced_file_leaves_the_present_one(store):
    one = bring(store)
    two = bring(store, workbook(counts(7)), name="BIS.xlsx", replacing=True)
    socle.undo(store, place(), one.number)
    assert value(rows_of(store), codes(place())[0], COMPOSITION, "couple_sans_enfant") == 7
    socle.undo(store, place(), two.number)
    assert not len(rows_of(store)), "what was forgotten does not come back"


def test_two_years_stand_side_by_side(store):
    bring(store)
    bring(store, workbook(counts(7), year=2024), name="AVANT.xlsx")
    assert sorted(set(rows_of(store)["period"])) == [2024, 2025]
    assert all(one.state == socle.ACTIVE for one in socle.imports(store, place()))


# Forgetting


def test_undo_forgets_the_counts_and_the_bytes_but_not_what_was_shown(tmp_path):
    canary = 70_003  # a prime; its bytes as a float are found nowhere else
    rows = counts()
    rows[place().commune.code]["PERCOU"] = canary
    content = workbook(rows)
    home = tmp_path / "caf"
    with Store.open(home) as store:
        done = bring(store, content)
        assert value(rows_of(store), place().commune.code, "personnes_couvertes") == canary
        store.keep_release(place().id, kept_maskings.KIND, "x", b"what was shown")
        shown = store.releases(place().id)
        socle.undo(store, place(), done.number)
        assert not len(rows_of(store))
        assert store.releases(place().id).equals(shown)
        with store.reading() as connection:
            assert not connection.execute(store_schema.lineage.select()).all()
            assert not connection.execute(store_schema.contents.select()).all()
        with pytest.raises(UserError, match="déjà annulé"):
            socle.undo(store, place(), done.number)
    with sqlite3.connect(home / FILE) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert content[:64] not in (home / FILE).read_bytes()


def test_a_reader_undoes_no_import(store, monkeypatch):
    done = bring(store)
    before = rows_of(store)
    monkeypatch.setenv("CTG_ROLE", "lecteur")
    with pytest.raises(UserError, match="Un lecteur n'annule pas un import"):
        socle.undo(store, place(), done.number)
    assert rows_of(store).equals(before)
    assert socle.imports(store, place())[0].state == socle.ACTIVE


def test_undoing_what_is_not_there_says_so(store):
    with pytest.raises(UserError, match="pas d'import numéro 12"):
        socle.undo(store, place(), 12)


def test_once_undone_the_same_file_may_come_again(store):
    content = workbook(counts())
    done = bring(store, content)
    socle.undo(store, place(), done.number)
    assert bring(store, content).number > done.number


# Nothing half done


@pytest.mark.parametrize("step", ["rebuild", "_end", "_lineage_rows"])
def test_a_failure_in_the_middle_leaves_everything_as_it_was(store, monkeypatch, step):
    bring(store, workbook(counts(9), year=2024), name="AVANT.xlsx")
    bring(store)
    before = everything(store)

    def broken(*_args):
        raise RuntimeError("the power went off")

    monkeypatch.setattr(store_imports, step, broken)
    with pytest.raises(RuntimeError, match="power"):
        bring(store, workbook(counts(7)), name="BIS.xlsx", replacing=True)
    assert everything(store) == before


def test_a_failure_of_an_undo_leaves_everything_as_it_was(store, monkeypatch):
    done = bring(store)
    before = everything(store)

    def broken(*_args):
        raise RuntimeError("the power went off")

    monkeypatch.setattr(store_rows, "put", broken)
    with pytest.raises(RuntimeError, match="power"):
        socle.undo(store, place(), done.number)
    assert everything(store) == before


def test_a_file_that_does_not_read_writes_nothing(store):
    before = everything(store)
    with pytest.raises(UserError):
        bring(store, b"\x00\x01 not a table")
    assert everything(store) == before


def test_two_importers_at_once_do_not_both_win(store):
    """The second one checked before the first one wrote: the store itself refuses."""
    reading, report = socle.examine("A.xlsx", workbook(counts()), place(), store, who=STAT)
    bring(store)
    before = everything(store)
    entry, rows = line_of(reading, report, place(), STAT, None)
    with pytest.raises(UserError, match="vient d'être importé"):
        store_imports.add(store, entry, None, rows)
    assert everything(store) == before


# Beside open data


def test_a_store_of_before_the_imports_is_brought_forward(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:1])
        with Store.open(tmp_path) as old:
            old.log(place().id, "x", "kept")
    with sqlite3.connect(tmp_path / FILE) as raw:
        names = {one for (one,) in raw.execute("SELECT name FROM sqlite_master")}
    raw.close()
    assert "imports" not in names
    with Store.open(tmp_path) as store:
        assert [one.message for one in store.journal(place().id)] == ["kept"]
        bring(store)
        assert len(socle.imports(store, place())) == 1


def test_an_open_figure_and_the_socle_of_the_same_cell_both_come_through(store):
    bring(store)
    ours = rows_of(store)
    one = ours[ours["variable"] == "foyers_allocataires"].head(1)
    cited = socle.imports(store, place())[0].citation
    opened = replace(cited, id="ouvert", confidential=False)
    theirs = one.assign(source="ouvert", value=310, status="arrondi")
    store.replace_observations(place().id, "caf_quartiers", theirs, {"ouvert": opened})
    both = rows_of(store)
    assert len(both) == len(ours) + 1
    cell = both[(both["code"] == one["code"].iloc[0]) & (both["variable"] == "foyers_allocataires")]
    assert set(cell["source"]) == {"ouvert", cited.id}


@pytest.mark.usefixtures("masking")
def test_an_import_is_masked_before_it_is_shown(store, monkeypatch):
    monkeypatch.setattr(Store, "open", classmethod(lambda cls: store))
    bring(store)
    frame = assembly.assemble(place()).gated.release.frame
    first = codes(place())[0]
    rows = frame[(frame["period"] == 2025) & (frame["code"] == first)]
    assert len(rows)
    small = rows[rows["category"] == "couple_sans_enfant"]
    assert small["sign"].tolist() == ["s"]
    assert (rows["sign"] == "s").sum() > 1, "a lone mask would be subtracted"
