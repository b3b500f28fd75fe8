"""The store as one SQLite file: its versions, its faults, its damages, in French each."""

import dataclasses
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from ctg_data.errors import StoreError
from ctg_data.store import (
    engine as store_engine,
    file as store_file,
    migrations,
)
from ctg_data.store.session import FILE, Store, default_home
from tests.socle.test_socle_import import bring
from tests.store.test_store import CITED, put, rows

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

    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, second])
    with Store.open(tmp_path) as store:
        assert store.observations("exemple")[0]["value"].tolist() == [5]
    Store.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as raw:
        versions = raw.execute("SELECT version FROM schema_version").fetchall()
    raw.close()
    assert [one for (one,) in versions] == list(range(1, len(migrations.MIGRATIONS) + 1))


def test_a_failed_migration_leaves_the_older_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path) as store:
        put(store, rows(5))

    def broken(connection):
        connection.exec_driver_sql("CREATE TABLE later (number INTEGER)")
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, broken])
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


# Damage


def big(home: Path) -> Path:
    """A store whose tables take many pages, closed."""
    with Store.open(home) as store:
        for number in range(200):
            store.log("exemple", "essai", f"{number} " + "ligne " * 80)
        put(store, rows(5))
    return home / FILE


def half_damaged(path: Path) -> bytes:
    """Blank pages of the end, which opening never reads."""
    old = path.read_bytes()
    damaged = old[: len(old) // 2] + b"\x5a" * 8192 + old[len(old) // 2 + 8192 :]
    path.write_bytes(damaged)
    return damaged


@pytest.fixture
def another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has looked over is forgotten, as a new one would not know it."""
    monkeypatch.setattr(store_file, "_SOUND", set())


def test_a_half_damaged_file_is_not_written_to(tmp_path: Path, another_process: None) -> None:
    path = big(tmp_path)
    store_file._SOUND.clear()
    before = half_damaged(path)
    with pytest.raises(StoreError, match=r"abîmé[\s\S]*laissé tel quel[\s\S]*sauvegarde"):
        Store.open(tmp_path)
    assert path.read_bytes() == before


def test_a_file_is_looked_over_once_a_process(tmp_path: Path, another_process: None) -> None:
    big(tmp_path)
    asked: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_file, "check", lambda *_: asked.append("checked"))
        store_file._SOUND.clear()
        for _ in range(3):
            Store.open(tmp_path).close()
    assert asked == ["checked"]


def test_a_damage_that_came_since_stops_an_import(tmp_path: Path) -> None:
    path = big(tmp_path)
    half_damaged(path)
    with Store.open(tmp_path) as store, pytest.raises(StoreError, match="abîmé"):
        bring(store)
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM imports").fetchone() == (0,)
    raw.close()


def test_an_empty_file_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    big(tmp_path).write_bytes(b"")
    with pytest.raises(StoreError, match=r"est vide \(0 octet\)[\s\S]*sauvegarde"):
        Store.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b""


def test_a_journal_without_its_file_is_told(tmp_path: Path) -> None:
    path = big(tmp_path)
    path.with_name(f"{FILE}-wal").write_bytes(b"pages")
    path.unlink()
    with pytest.raises(StoreError, match="a disparu, mais son journal"):
        Store.open(tmp_path)
    assert not path.exists()


def test_a_new_file_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a") as store:
        put(store, rows(5))
        beside = list((tmp_path / "a").iterdir())
        assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}
    assert [one.name for one in (tmp_path / "a").iterdir()] == [FILE]


def test_replacements_made_before_they_were_numbered_keep_the_order_of_their_dates(
    tmp_path: Path,
) -> None:
    with Store.open(tmp_path) as store:
        other = dataclasses.replace(CITED, id="autre@1")
        put(store, rows(20, 25, source="autre@1"), "zzz", other)
        put(store, rows(15), "caf")
    with sqlite3.connect(tmp_path / FILE) as raw:  # as a store of before the numbers was
        raw.execute("ALTER TABLE batches DROP COLUMN turn")
        raw.execute("DELETE FROM schema_version WHERE version > 4")
        raw.execute("UPDATE batches SET replaced_at = '2020' WHERE source_id = 'caf'")
    raw.close()
    with Store.open(tmp_path) as store:
        assert store.observations("exemple")[0]["value"].tolist() == [20, 25]
