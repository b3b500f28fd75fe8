"""Masked once when data arrive: found again, never computed for a view."""

import pandas as pd
import pytest

from ctg_data.assembly import assemble as assembly, figures
from ctg_data.disclosure.adapter import confidential, kept
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.errors import ReleaseDamaged
from ctg_data.model import Citation
from ctg_data.release.policy import Policy
from ctg_data.store.session import Store
from ctg_data.territory import embedded
from ctg_data.territory.config import open_territory, territory_names
from tests.drawing import read, shown

NOBODY = read("A | 10 10 10 10 | 40").iloc[:0]
SOCLE = Citation("socle", "CAF", "Socle", "2024", "", "interne", confidential=True)
OPEN = Citation("ouvert", "Cnaf", "Données ouvertes", "2024", "2026-10-01", "Licence Ouverte")


@pytest.fixture
def protection():
    return protect_socle(read("A | 40 38 18 4 | 100"), NOBODY, Policy())


def test_a_protection_is_read_again_as_it_was_written(protection):
    again = kept.from_bytes(kept.to_bytes(protection))
    assert shown(again.table) == shown(protection.table)
    journals = [one.journal.sort_values(kept.KEY) for one in (again, protection)]
    assert (
        journals[0].astype(str).to_numpy().tolist() == journals[1].astype(str).to_numpy().tolist()
    )
    assert again.audit == protection.audit is not None


def test_the_same_protection_gives_the_same_bytes(protection):
    assert kept.to_bytes(protection) == kept.to_bytes(protection)


def test_bytes_that_are_no_protection_are_told_in_french():
    with pytest.raises(ReleaseDamaged, match="masquage gardé est abîmé"):
        kept.from_bytes(b"not a zip")


def test_what_was_hidden_is_not_in_what_is_kept(protection):
    text = kept.to_bytes(protection)
    states = kept.states([text])
    assert sorted(state for state, _ in states.values()).count("suppressed") == 2
    assert 4.0 not in [value for _, value in states.values()]


def test_a_changed_cell_changes_the_fingerprint():
    settings = Policy()
    one, two = read("A | 40 38 18 4 | 100"), read("A | 40 37 18 5 | 100")
    first = kept.fingerprint(one, NOBODY, settings, ())
    assert first == kept.fingerprint(one, NOBODY, settings, ())
    assert first != kept.fingerprint(two, NOBODY, settings, ())
    assert first != kept.fingerprint(one, NOBODY, Policy(zeros_shown=True), ())


def test_only_public_figures_of_its_own_cells_change_the_fingerprint():
    """A public register of places may arrive: nobody can subtract places from families."""
    socle, settings = read("A | 40 38 18 4 | 100"), Policy()
    first = kept.fingerprint(socle, NOBODY, settings, ())
    elsewhere = read("B | 60 60 40 40 | 200", source="ouvert")
    assert kept.fingerprint(socle, elsewhere, settings, ()) == first
    same = read("A | 40 40 20 10 | 100", source="ouvert")
    assert kept.fingerprint(socle, same, settings, ()) != first


def test_open_figures_and_the_socle_may_hold_the_same_cell():
    ours = read("A | 40 38 18 4 | 100")
    theirs = read("A | 40 40 20 10 | 100", source="ouvert")
    merged = figures.merge(theirs, ours, {"socle": SOCLE, "ouvert": OPEN})
    assert len(merged) == len(ours) + len(theirs)
    again = figures.merge(merged, ours, {"socle": SOCLE, "ouvert": OPEN})
    assert len(again) == len(merged), "received twice, kept once"


def fictional():
    return next(one for name in territory_names() if (one := open_territory(name)).fictional)


def test_the_fictional_territory_comes_with_its_masking_done(monkeypatch):
    """Its first page must not wait for the engine; a change of data or engine shows here."""
    monkeypatch.setattr(confidential, "protect_socle", None)
    assembly._done.clear()
    gated = assembly.assemble(fictional()).gated
    assert gated.secrecy.hidden_by_us > 0
    assert gated.secrecy.audit is not None
    assert gated.secrecy.audit.safe


def test_no_small_count_of_the_fictional_socle_is_shown():
    config = fictional()
    table, citations = embedded.embedded(config)
    secret = [key for key, one in citations.items() if one.confidential]
    small = table[table["source"].isin(secret) & (table["base"] < 5)]
    assert len(small) > 100
    frame = assembly.assemble(config).gated.release.frame
    both = small.merge(frame, on=kept.KEY, suffixes=("", "_shown"))
    assert len(both) == len(small)
    assert both["value_shown"].isna().all()


def test_a_masking_is_computed_once_then_found_in_the_store(monkeypatch, tmp_path):
    config = fictional()
    socle = read("A | 40 38 18 4 | 100")
    monkeypatch.setattr(assembly, "nestings", lambda *_: [])
    with Store.open(tmp_path / "home") as store:
        assembly._done.clear()
        first = assembly._protection(config, socle, NOBODY, store)
        monkeypatch.setattr(confidential, "protect_socle", None)
        assembly._done.clear()
        again = assembly._protection(config, socle, NOBODY, store)
    assert shown(again.table) == shown(first.table)


def test_the_next_edition_honours_what_the_last_one_showed(monkeypatch, tmp_path):
    """Edition N+1 changes one cell; the mask may grow, never move onto what was read."""
    config = fictional()
    monkeypatch.setattr(assembly, "nestings", lambda *_: [])
    with Store.open(tmp_path / "home") as store:
        assembly._done.clear()
        first = assembly._protection(config, read("A | 40 38 18 4 | 100"), NOBODY, store)
        later = pd.concat([read("A | 40 38 18 4 | 100"), read("B | 60 60 40 40 | 200")])
        second = assembly._protection(config, later, NOBODY, store)
    assert shown(second.table).splitlines()[0] == shown(first.table)
