"""What is said of an audit is what an audit measured: a false verdict, planted, is seen printed."""

import io
import json
import zipfile
from dataclasses import replace

import pandas as pd
import pytest

from ctg_data.assembly import assemble as assembly
from ctg_data.disclosure.adapter import confidential, kept
from ctg_data.disclosure.adapter.confidential import Protection, protect_socle
from ctg_data.disclosure.adapter.evidence import Evidence
from ctg_data.disclosure.engine.audit.verdict import EXACT, Leak
from ctg_data.release.policy import Policy
from tests.drawing import read, shown

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
DRAWING = "A | 40 38 18 4 | 100"
PART = "foyers_selon_composition|qpv|A|2024|2024|isole"


def planted(monkeypatch, **fault):
    """The engine as it is, its verdict spoilt."""
    real = confidential.protect_and_audit

    def engine(problem, **options):
        outcome, verdict = real(problem, **options)
        return outcome, replace(verdict, **fault)

    monkeypatch.setattr(confidential, "protect_and_audit", engine)


def protected() -> Protection:
    return protect_socle(read(DRAWING), NOBODY, Policy(), regroup=False)


def test_an_audit_that_ran_is_counted():
    found = protected().audit
    assert found is not None
    assert found.attacked == 2, "the two hidden parts of the drawing"
    assert (found.leaks, found.undecided, found.word) == (0, 0, "safe")


@pytest.mark.parametrize("fault", ["leaks", "undecided"])
def test_what_an_audit_finds_or_leaves_open_closes_the_gate(monkeypatch, fault):
    """The total is another table: it stays.  What is shown then is attacked again."""
    named = [Leak(PART, 40, 40, EXACT)] if fault == "leaks" else [PART]
    planted(monkeypatch, **{fault: named})
    made = protected()
    assert shown(made.table) == "A | s s s s | 100"
    assert made.audit is not None
    assert made.audit.attacked == 4, "all the parts are hidden now"
    assert made.audit.safe


def test_a_cell_of_no_known_table_closes_the_gate_on_all(monkeypatch):
    planted(monkeypatch, undecided=["a cell that nobody declared"])
    assert shown(protected().table) == "A | s s s s | s"


def test_an_audit_that_never_ends_is_told_and_nothing_is_shown(monkeypatch):
    real = confidential.audit
    monkeypatch.setattr(
        confidential, "audit", lambda *one, **more: replace(real(*one, **more), undecided=[PART])
    )
    made = protected()
    assert shown(made.table) == "A | s s s s | s"
    assert made.audit is not None
    assert (made.audit.undecided, made.audit.word) == (1, "undecided")
    assert "1 indécise" in str(made.audit)
    assert kept.from_bytes(kept.to_bytes(made)).audit == made.audit


def test_a_masking_kept_by_a_version_that_wrote_its_verdict_is_not_verified():
    packed = io.BytesIO(kept.to_bytes(protected()))
    with zipfile.ZipFile(packed) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    old = {"audited": 4, "leaks": 0, "checked_on": "2026-11-01", "seconds": 1.0, "dropped": []}
    parts[kept.VERDICT] = json.dumps(old).encode()
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert kept.from_bytes(again.getvalue()).audit is None


def test_one_year_without_an_audit_leaves_the_whole_unverified():
    made = protected()
    assert assembly.together([made, made]).audit is not None
    assert assembly.together([made, replace(made, audit=None)]).audit is None


@pytest.mark.parametrize(
    ("leaks", "undecided", "word", "told"),
    [
        (0, 0, "safe", "40 cases attaquées, aucune recalculable"),
        (1, 0, "leaks", "40 cases attaquées, 1 recalculable"),
        (2, 3, "leaks", "40 cases attaquées, 2 recalculables, 3 indécises"),
        (0, 1, "undecided", "40 cases attaquées, aucune recalculable, 1 indécise"),
    ],
)
def test_a_manifest_and_a_page_say_the_same_numbers(leaks, undecided, word, told):
    found = Evidence(40, leaks, undecided, "2026-11-23", 1.0)
    manifest = found.in_manifest(2.5)
    assert manifest == {
        "verdict": word,
        "attacked": 40,
        "leaks": leaks,
        "undecided": undecided,
        "seconds": 2.5,
    }
    assert str(found) == told


def test_nothing_behind_a_hidden_cell_is_kept():
    """The allocataires behind a hidden count are that count, or close to it."""
    made = protected()
    with zipfile.ZipFile(io.BytesIO(kept.to_bytes(made))) as archive:
        table = pd.read_csv(io.BytesIO(archive.read(kept.TABLE)))
    hidden = table[table["value"].isna()]
    assert len(hidden) == 2
    assert hidden["base"].isna().all()
    assert made.table.loc[made.table["value"].isna(), "base"].isna().all()
