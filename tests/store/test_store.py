"""The store: nothing half-done, nothing overwritten, and a French word for each fault."""

import dataclasses
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pandas as pd
import pytest
from sqlalchemy import text

from ctg_data.errors import CtgError, StoreError
from ctg_data.model import Citation
from ctg_data.store import rows as store_rows
from ctg_data.store.session import Store
from tests import ROOT

pytestmark = pytest.mark.engines

CITED = Citation("jeu@abc", "Producteur", "Jeu", "2024", "2026-11-02", "Licence Ouverte 2.0")


def rows(*values: float | None, source: str = CITED.id, period: int = 2024) -> pd.DataFrame:
    """One commune a value, invented."""
    return pd.DataFrame(
        {
            "variable": "foyers_rsa",
            "level": "commune",
            "code": [f"001{number:02}" for number in range(len(values))],
            "vintage": period + 1,
            "period": period,
            "category": "total",
            "value": list(values),
            "unit": "foyers",
            "base": pd.NA,
            "status": ["arrondi" if value is not None else "non_disponible" for value in values],
            "source": source,
        }
    )


def put(store: Store, frame: pd.DataFrame, source: str = "caf", cited: Citation = CITED) -> None:
    store.replace_observations("exemple", source, frame, {cited.id: cited})


# What is kept


def test_received_bytes_come_back_as_they_were(store: Store) -> None:
    kept = store.keep("caf", "exemple", "http://x/a", b"\x00\xffa;b", "text/csv", dataset="d")
    assert store.latest("caf", "exemple", "d") is None, "not read yet: it may not serve"
    assert store.latest("caf", "exemple", "d", accepted=False) == kept
    store.accept(kept)
    again = store.latest("caf", "exemple", "d")
    assert again == kept
    assert again.content == b"\x00\xffa;b"
    assert again.received_at.utcoffset().total_seconds() == 0


def test_the_last_accepted_copy_serves_not_the_last_received(store: Store) -> None:
    good = store.keep("caf", "exemple", "http://x", b"good", "text/csv")
    store.accept(good)
    store.keep("caf", "exemple", "http://x", b"bad", "text/html")
    assert store.latest("caf", "exemple").content == b"good"


def test_same_bytes_are_stored_once(store: Store) -> None:
    first = store.keep("caf", "exemple", "http://x", b"same", "text/csv")
    second = store.keep("caf", "autre", "http://y", b"same", "text/csv")
    assert first.id == second.id
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM contents")).scalar() == 1


def test_observations_come_back_typed_and_cited(store: Store) -> None:
    put(store, rows(5, None, 0))
    frame, citations = store.observations("exemple")
    assert citations == {CITED.id: CITED}
    assert frame["value"].tolist()[0] == 5
    assert frame["value"].isna().tolist() == [False, True, False]
    assert str(frame["code"].dtype) == "string"
    assert frame["code"].tolist() == ["00100", "00101", "00102"]


def test_replacing_touches_one_source_of_one_territory(store: Store) -> None:
    put(store, rows(5, 10))
    other = dataclasses.replace(CITED, id="autre@1")
    put(store, rows(20, source="autre@1", period=2023), "insee", other)
    store.replace_observations("ailleurs", "caf", rows(40), {CITED.id: CITED})
    put(store, rows(15))
    frame, citations = store.observations("exemple")
    assert frame["value"].tolist() == [20, 15]
    assert set(citations) == {CITED.id, "autre@1"}
    assert store.observations("ailleurs")[0]["value"].tolist() == [40]


def test_two_sources_with_one_cell_the_last_replaced_is_kept(store: Store) -> None:
    other = dataclasses.replace(CITED, id="autre@1")
    put(store, rows(20, 25, source="autre@1"), "zzz", other)
    put(store, rows(15), "caf")
    assert store.observations("exemple")[0]["value"].tolist() == [15, 25]


def test_the_last_replaced_is_kept_though_the_clock_went_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = dataclasses.replace(CITED, id="autre@1")
    put(store, rows(20, 25, source="autre@1"), "zzz", other)
    before = store.fingerprint("exemple")
    monkeypatch.setattr(store_rows, "now", lambda: datetime(1999, 12, 31, tzinfo=UTC))
    put(store, rows(15), "caf")
    assert store.observations("exemple")[0]["value"].tolist() == [15, 25]
    put(store, rows(20, 25, source="autre@1"), "zzz", other)
    assert store.observations("exemple")[0]["value"].tolist() == [20, 25]
    assert store.fingerprint("exemple") != before


def test_nothing_held_is_an_empty_table(store: Store) -> None:
    frame, citations = store.observations("exemple")
    assert frame.empty
    assert citations == {}


def test_fingerprint_follows_data_and_citations_only(store: Store) -> None:
    empty = store.fingerprint("exemple")
    put(store, rows(5))
    first = store.fingerprint("exemple")
    put(store, rows(5))
    assert store.fingerprint("exemple") == first != empty
    put(store, rows(10))
    second = store.fingerprint("exemple")
    put(store, rows(10), cited=dataclasses.replace(CITED, retrieved_on="2026-11-09"))
    assert len({empty, first, second, store.fingerprint("exemple")}) == 4
    store.record_failure("exemple", "caf", "panne")
    store.log("exemple", "essai", "rien")
    assert store.fingerprint("ailleurs") == empty


def test_states_keep_the_last_success_through_a_failure(store: Store) -> None:
    assert store.state("caf", "exemple").last_attempt is None
    store.record_success("exemple", "caf", rows=12, last_year=2024, modified="2026-01-16")
    good = store.state("caf", "exemple")
    store.record_failure("exemple", "caf", "La source ne répond pas.")
    bad = store.state("caf", "exemple")
    assert (bad.rows, bad.last_year, bad.last_success) == (12, 2024, good.last_success)
    assert bad.error == "La source ne répond pas."
    assert bad.last_attempt >= good.last_attempt
    store.record_success("exemple", "caf", rows=13, last_year=2025)
    assert store.states("exemple")["caf"].error == ""


def test_journal_and_releases(store: Store) -> None:
    store.log("exemple", "mise_a_jour", "Mise à jour terminée", sources=3)
    store.log("exemple", "autre", "Après")
    assert [entry.message for entry in store.journal("exemple")] == [
        "Après",
        "Mise à jour terminée",
    ]
    assert store.journal("exemple", "mise_a_jour")[0].details == {"sources": 3}
    assert store.keep_release("exemple", "page", "Petite enfance", b"{}") == 1
    assert store.keep_release("exemple", "page", "Petite enfance", b"{}") == 2
    assert store.releases("exemple")["content"].tolist() == [b"{}", b"{}"]


@pytest.mark.parametrize("source", ["a\ud800b"])
def test_half_a_letter_is_told_as_one(store: Store, source: str) -> None:
    with pytest.raises(StoreError, match="un caractère n'existe pas"):
        store.log("exemple", "essai", source)
    assert store.journal("exemple") == []


# Atomic, and safe with two processes


def test_a_failed_replacement_leaves_what_was_there(store: Store) -> None:
    put(store, rows(5, 10))
    broken = rows(20)
    with pytest.raises(CtgError, match="without a citation"):
        store.replace_observations("exemple", "caf", broken, {})
    twice = dict.fromkeys(["a", "b"], CITED)  # the same key twice: refused in mid-transaction
    with pytest.raises(StoreError):
        store.replace_observations("exemple", "caf", broken, {**twice, CITED.id: CITED})
    assert store.observations("exemple")[0]["value"].tolist() == [5, 10]


WRITER = """
import sys
from ctg_data.store.session import Store
with Store.open() as store:
    for number in range(20):
        store.keep("s" + sys.argv[1], "exemple", "http://x", sys.argv[1].encode() * number, "t")
        store.record_success("exemple", "s" + sys.argv[1], rows=number)
"""


def test_two_processes_create_and_write_together() -> None:
    command = [sys.executable, "-c", WRITER]
    running = [subprocess.Popen([*command, name], cwd=ROOT) for name in "abc"]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    with Store.open() as store:
        assert {one.rows for one in store.states("exemple").values()} == {19}


def test_threads_share_a_store(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.keep("caf", "exemple", "x", b"%d" % n, "t"), range(40)))
    assert store.latest("caf", "exemple", accepted=False) is not None


def test_a_fault_never_prints_what_was_written(store: Store) -> None:
    """A database library likes to print the values of a failed line: they count people."""
    put(store, rows(7_919))
    broken = rows(7_919)
    twice = {"a": CITED, CITED.id: CITED}
    with pytest.raises(StoreError) as told:
        store.replace_observations("exemple", "caf", broken, twice)
    shown = "".join(traceback.format_exception(told.value))
    assert "7919" not in shown
    assert "hidden" in shown
