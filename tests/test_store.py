"""The store: nothing half-done, nothing overwritten, and a French word for each fault."""

import dataclasses
import os
import sqlite3
import stat
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from ctg_data import store_engine, store_schema
from ctg_data.errors import CtgError, StoreError
from ctg_data.model import Citation
from ctg_data.store import FILE, Store, default_home

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
    with sqlite3.connect(default_of(store)) as raw:
        assert raw.execute("SELECT count(*) FROM contents").fetchone() == (1,)
    raw.close()


def default_of(store: Store) -> Path:
    return Path(store.place.removeprefix("le fichier "))


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
from pathlib import Path
from ctg_data.store import Store
with Store.open(Path(sys.argv[1])) as store:
    for number in range(20):
        store.keep("s" + sys.argv[2], "exemple", "http://x", sys.argv[2].encode() * number, "t")
        store.record_success("exemple", "s" + sys.argv[2], rows=number)
"""


def test_two_processes_create_and_write_together(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", WRITER, str(tmp_path / "shared")]
    running = [subprocess.Popen([*command, name], cwd=root) for name in "abc"]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    with Store.open(tmp_path / "shared") as store:
        assert {one.rows for one in store.states("exemple").values()} == {19}


def test_threads_share_a_store(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.keep("caf", "exemple", "x", b"%d" % n, "t"), range(40)))
    assert store.latest("caf", "exemple", accepted=False) is not None


# Versions


def test_a_store_of_a_newer_application_is_refused(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        put(store, rows(5))
    with sqlite3.connect(tmp_path / FILE) as raw:
        raw.execute("INSERT INTO schema_version VALUES (999, '2030-01-01')")
    raw.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError, match=r"version plus récente.*Rien n'a été lu ni modifié"):
        Store.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_an_older_store_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path) as store:
        put(store, rows(5))

    def second(connection):
        connection.exec_driver_sql("CREATE TABLE later (number INTEGER)")

    monkeypatch.setattr(store_schema, "MIGRATIONS", [*store_schema.MIGRATIONS, second])
    with Store.open(tmp_path) as store:
        assert store.observations("exemple")[0]["value"].tolist() == [5]
    Store.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as raw:
        versions = raw.execute("SELECT version FROM schema_version").fetchall()
    raw.close()
    assert [one for (one,) in versions] == list(range(1, len(store_schema.MIGRATIONS) + 1))


def test_a_failed_migration_leaves_the_older_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as store:
        put(store, rows(5))

    def broken(connection):
        connection.exec_driver_sql("CREATE TABLE later (number INTEGER)")
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with monkeypatch.context() as patch:
        patch.setattr(store_schema, "MIGRATIONS", [*store_schema.MIGRATIONS, broken])
        with pytest.raises(StoreError):
            Store.open(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as raw:
        assert not raw.execute("SELECT name FROM sqlite_master WHERE name = 'later'").fetchall()
    raw.close()
    with Store.open(tmp_path) as store:
        assert store.observations("exemple")[0]["value"].tolist() == [5]


# Faults, each with its French words, and nothing lost


def test_folder_and_file_are_for_their_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    old = os.umask(0)
    try:
        Store.open(home).close()
    finally:
        os.umask(old)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600


def test_home_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTG_HOME", str(tmp_path / "ici"))
    assert default_home() == tmp_path / "ici"
    Store.open().close()
    assert (tmp_path / "ici" / FILE).is_file()
    monkeypatch.delenv("CTG_HOME")
    assert default_home().is_relative_to(Path.home())


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda old: b"ceci n'est pas une base" * 50, id="another file"),
        pytest.param(lambda old: old[:100] + b"\x00" * (len(old) - 100), id="zeroed"),
        pytest.param(lambda old: old[: len(old) // 3], id="cut"),
    ],
)
def test_a_damaged_file_is_left_as_it_is(tmp_path: Path, damage) -> None:
    with Store.open(tmp_path) as store:
        put(store, rows(5))
    path = tmp_path / FILE
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"abîmé.*laissé tel quel"), Store.open(tmp_path) as store:
        store.observations("exemple")
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as raw:
        raw.execute("CREATE TABLE observations (autre TEXT)")
    raw.close()
    with pytest.raises(StoreError, match="n'est pas celle de cette application"):
        Store.open(tmp_path)


def test_a_locked_store_says_so(tmp_path: Path) -> None:
    with Store.open(tmp_path, patience=0.1) as store:
        other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        try:
            with pytest.raises(StoreError, match="Un autre programme écrit"):
                put(store, rows(5))
            assert store.observations("exemple")[0].empty, "readers are not stopped"
        finally:
            other.rollback()
            other.close()
        put(store, rows(5))


def test_a_full_disk_cancels_the_whole_write(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        put(store, rows(5))
        with store.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match=r"plein : l'écriture a été annulée"):
            store.keep("caf", "exemple", "x", os.urandom(200_000), "t")
        assert store.observations("exemple")[0]["value"].tolist() == [5]


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("un fichier")
    with pytest.raises(StoreError, match="un fichier porte ce nom"):
        Store.open(tmp_path / "home")
    with pytest.raises(StoreError, match="un fichier porte ce nom"):
        Store.open(tmp_path / "home" / "dessous")
    assert (tmp_path / "home").read_text() == "un fichier"


def test_no_right_to_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=r"pas le droit.*CTG_HOME"):
        Store.open(tmp_path / "defendu")


@pytest.mark.parametrize("url", ["n'importe quoi", "sqlite:///x.db", "mysql://a:b@c/d"])
def test_an_address_that_is_not_postgresql(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTG_DATABASE_URL", url)
    with pytest.raises(StoreError, match="CTG_DATABASE_URL"):
        Store.open()


def test_a_message_never_shows_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "create_engine", lambda url, **_: url)
    monkeypatch.setattr(store_engine.event, "listen", lambda *_: None)
    _, place = store_engine.open_engine("postgresql://moi:SECRET@serveur/ctg", Path("x"), 1)
    assert "SECRET" not in place
    assert "serveur" in place


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


def test_opening_a_store_again_drops_no_lock_of_this_process(tmp_path):
    """A command that ends beside a running application must leave its journal in place."""
    with Store.open(tmp_path) as first, first.reading() as connection:
        connection.execute(text("SELECT count(*) FROM journal")).scalar()
        with Store.open(tmp_path):
            pass
        script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        script += "c.execute('CREATE TABLE essai (x)'); c.commit(); c.close()"
        subprocess.run([sys.executable, "-c", script, str(tmp_path / FILE)], check=True)
        assert (tmp_path / f"{FILE}-wal").exists()
    with Store.open(tmp_path) as later, later.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
