"""Rows and their citations are read of one instant; a row that nothing cites is never published.

A row whose citation was replaced between two statements would pass for published and skip the
mask.  Each test is run on a file and on a server.
"""

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pandas as pd
import pytest
from sqlalchemy import delete, event

from ctg_data.disclosure.adapter import gate
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.documents import csv
from ctg_data.errors import UncitedRows, UnmaskedDataError
from ctg_data.observations import handed_over
from ctg_data.release.policy import Policy
from ctg_data.store import schema as store_schema, transactions as store_transactions
from ctg_data.store.session import Store
from ctg_data.territory import config as territory
from tests import ROOT
from tests.drawing import read
from tests.store.test_store import CITED, rows
from tests.tables import label, table

pytestmark = [pytest.mark.long, pytest.mark.engines]
OURS = dataclasses.replace(CITED, confidential=True)
SMALL = (3.0, 70.0)


def socle(store: Store, edition: str, *, published: bool = False) -> None:
    """Replace what the CAF handed over by the same counts under another name."""
    cited = dataclasses.replace(OURS, id=f"socle@{edition}", confidential=not published)
    frame = rows(*SMALL, source=cited.id)
    store.replace_observations("exemple", "socle", frame, {cited.id: cited})


@contextmanager
def between_statements(store: Store, act: Callable[[], None]) -> Iterator[list[str]]:
    """Act once, in another transaction, right after the rows were read."""
    done: list[str] = []

    def after(_connection, _cursor, statement, *_rest):
        if "FROM observations" in statement and not done:
            done.append(statement)
            with ThreadPoolExecutor(1) as pool:  # transactions are a thread's own
                pool.submit(act).result()

    event.listen(store._engine, "after_cursor_execute", after)
    try:
        yield done
    finally:
        event.remove(store._engine, "after_cursor_execute", after)


def test_a_forced_tear_lets_no_covered_cell_out(store: Store) -> None:
    socle(store, "1")
    with between_statements(store, lambda: socle(store, "2")) as done:
        frame, citations = store.observations("exemple")
    assert done, "the tear was not made"
    assert set(frame["source"]) == set(citations) == {"socle@1"}
    assert handed_over(frame, citations).all()
    assert set(store.observations("exemple")[1]) == {"socle@2"}


def test_without_a_snapshot_the_tear_is_an_error_and_no_publication(
    store: Store, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """The second wall: should the first one fail, nothing is taken for published."""
    socle(store, "1")
    monkeypatch.setattr(store_transactions, "SNAPSHOT", {})
    torn = Store(store._engine, store.place)
    with between_statements(torn, lambda: socle(store, "2")) as done:
        if database == "postgresql":
            with pytest.raises(UncitedRows, match="socle@1"):
                torn.observations("exemple")
        else:  # a file has one snapshot for a transaction whatever is asked
            assert handed_over(*torn.observations("exemple")).all()
    assert done


def test_several_readings_under_one_roof_are_of_one_instant(store: Store) -> None:
    socle(store, "1")
    with store.together():
        first = store.fingerprint("exemple")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(socle, store, "2").result()
        assert store.fingerprint("exemple") == first
        assert set(store.observations("exemple")[1]) == {"socle@1"}
    assert store.fingerprint("exemple") != first


BUSY = """
import dataclasses, sys
from ctg_data.store.session import Store
from tests.store.test_store_tear import socle
with Store.open() as store:
    number = 0
    while True:
        number += 1
        socle(store, str(number), published=number % 2 == 0)
        if number == 2:
            print("go", flush=True)
"""


def test_no_reading_beside_a_busy_writer_is_torn(pytestconfig: pytest.Config) -> None:
    """``--readings 10000`` looks longer.  Secrecy changes at each turn, with the name."""
    command = [sys.executable, "-c", BUSY]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"go\n"
            seen = set()
            with Store.open() as store:
                for _ in range(pytestconfig.getoption("readings")):
                    frame, citations = store.observations("exemple")
                    assert set(frame["source"]) == set(citations)
                    seen |= set(citations)
        finally:
            writer.kill()
    assert len(seen) > 5, "the writer was not busy"


# A row that nothing cites


def test_a_row_left_without_citation_is_not_given_out(store: Store) -> None:
    socle(store, "1")
    with store.writing() as connection:
        connection.execute(delete(store_schema.citations))
    with pytest.raises(UncitedRows, match=r"socle@1[\s\S]*aucun n'est montré"):
        store.observations("exemple")


GATE = pytest.mark.engines("sqlite")


@GATE
def test_the_gate_shuts_on_a_source_it_does_not_know() -> None:
    config = territory.open_territory("exemple")
    with pytest.raises(UncitedRows, match="inconnue"):
        gate.gate(rows(*SMALL, source="inconnue"), config, {CITED.id: CITED})


@GATE
def test_the_gate_refuses_covered_rows_among_published_ones() -> None:
    nobody = protect_socle(read("A | 10 10 10 10 | 40").iloc[:0], rows(50.0), Policy(), ())
    with pytest.raises(UnmaskedDataError):
        gate.release(rows(*SMALL), nobody, {OURS.id: OURS}, Policy())
    with pytest.raises(UncitedRows):
        gate.release(rows(*SMALL), nobody, {}, Policy())


@GATE
@pytest.mark.parametrize("side", [0, 1])
def test_a_merge_takes_no_uncited_row_for_published(side: int) -> None:
    from ctg_data.assembly import figures

    both = [rows(50.0), rows(*SMALL, source="inconnue")]
    with pytest.raises(UncitedRows):
        figures.merge(both[side], both[1 - side], {CITED.id: CITED})


@GATE
def test_no_file_is_made_of_figures_without_source() -> None:
    shown = table([("commune", "A", 2023, 61.7)])
    shown._citations.clear()
    with pytest.raises(UncitedRows, match="pas de source connue"):
        csv.to_csv(shown, label, title="x", decimals=0)


@GATE
def test_every_row_is_told_from_its_citation_alone() -> None:
    frame = pd.concat([rows(50.0), rows(3.0, source="socle@1", period=2023)], ignore_index=True)
    ours = dataclasses.replace(OURS, id="socle@1")
    assert handed_over(frame, {CITED.id: CITED, ours.id: ours}).tolist() == [False, True]
    assert handed_over(frame.iloc[:0], {}).tolist() == []
