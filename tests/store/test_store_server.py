"""The store on PostgreSQL: what only a server does, and its faults told as what they are."""

from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from ctg_data.errors import StoreError
from ctg_data.socle import imports as socle
from ctg_data.store import wipe as store_wipe
from ctg_data.store.session import Store
from tests.postgres import DRIVER, Server
from tests.socle.test_socle_import import bring
from tests.socle_files import counts, place, workbook
from tests.store.test_store import CITED, put, rows

pytestmark = pytest.mark.engines("postgresql")
SMALL_CITED = {CITED.id: CITED}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"category": "x" * 200}, "un texte est trop long", id="long"),
        pytest.param({"base": 3_000_000_000}, "un nombre est trop grand", id="number"),
        pytest.param({"category": "a\x00b"}, "n'est pas de la forme attendue", id="nul"),
    ],
)
def test_a_value_that_does_not_fit_is_told_as_one(store: Store, change, words) -> None:
    put(store, rows(5))
    with pytest.raises(StoreError) as told:
        put(store, rows(7).assign(**change))
    said = str(told.value)
    assert words in said
    assert "accessible" not in said
    assert "Rien n'a été perdu" in said
    assert store.observations("exemple")[0]["value"].tolist() == [5]


def test_letters_that_the_base_cannot_write_are_told(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    with postgres_server.database(old) as address:
        monkeypatch.setenv("CTG_DATABASE_URL", address)
        with Store.open() as store, pytest.raises(StoreError, match="encodage de la base"):
            put(store, rows(5).assign(category="œuvre"))


def test_a_server_that_is_not_there_is_told_and_no_password_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CTG_DATABASE_URL", "postgresql://moi:SECRET@127.0.0.1:9/ctg")
    with pytest.raises(StoreError, match="n'est pas accessible") as told:
        Store.open()
    assert "SECRET" not in str(told.value)


def test_a_base_without_rights_says_so(
    postgres_server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = store.place.rpartition("/")[2]
    postgres_server.run("CREATE ROLE autre LOGIN")
    try:
        address = postgres_server.address(name).replace("ctg@", "autre@")
        monkeypatch.setenv("CTG_DATABASE_URL", address)
        with pytest.raises(StoreError, match="n'a pas le droit"):
            Store.open()
    finally:
        postgres_server.run("DROP ROLE autre")


def test_a_writer_that_keeps_its_turn_is_told_to_the_next_one(database: str) -> None:
    with Store.open(patience=0.2) as first, Store.open(patience=0.2) as second:
        put(first, rows(5))
        with first.atomic(), pytest.raises(StoreError, match="Un autre programme écrit"):
            put(second, rows(7))
        assert second.observations("exemple")[0]["value"].tolist() == [5]
        put(second, rows(7))


def test_a_reading_writes_nothing_on_a_server(store: Store) -> None:
    with pytest.raises(StoreError, match="lecture seule"), store.reading() as connection:
        connection.execute(text("DELETE FROM observations"))


# Undo


def on_disk(server: Server, mark: bytes) -> list[str]:
    """Files of the tables, of every database, that hold some bytes."""
    engine = create_engine(
        server.address().replace("postgresql", DRIVER, 1), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))  # what is still in memory is written
    engine.dispose()
    tables = [one for one in Path(server.folder, "base").rglob("*") if one.is_file()]
    return [str(one) for one in tables if mark in one.read_bytes()]


def test_an_undone_import_leaves_no_table_and_says_where_it_may_stay(
    postgres_server: Server, store: Store
) -> None:
    mark = "Fichier-canari-70003.xlsx"
    done = bring(store, workbook(counts()), name="A.xlsx")
    with store.writing() as connection:  # a text found nowhere else, in a table that is emptied
        connection.execute(text("UPDATE lineage SET header = :mark"), {"mark": mark})
    assert on_disk(postgres_server, mark.encode())
    told: list[str] = []
    socle.undo(store, place(), done.number, told.append)
    assert on_disk(postgres_server, mark.encode()) == []
    assert "WAL" in told[0]
    assert store_wipe.NOT_REWRITTEN[:20] not in told[0]


def test_tables_that_could_not_be_rewritten_are_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, rows(5))
    monkeypatch.setattr(store_wipe, "WAITED", "50ms")
    with store.reading() as connection:  # a reader holds the tables
        pd.read_sql(text("SELECT * FROM observations"), connection)
        assert "n'ont pas pu être réécrites" in store.wipe()
    assert "n'ont pas pu" not in store.wipe()
