"""What stood behind hidden cells leaves the maskings already kept; what was shown stays."""

import io
import zipfile
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import delete

from ctg_data.disclosure.adapter import kept
from ctg_data.store import migrations, schema as store_schema
from ctg_data.store.blanking import KIND, MEMBER, blanked
from ctg_data.store.session import Store

HEAD = "variable,level,code,vintage,period,category,value,unit,base,status,source"
OLD = f"""{HEAD}
foyers_rsa,qpv,A,2024,2024,total,40.0,foyers,40,diffuse,socle
enfants_couverts,qpv,A,2024,2024,0-2,,enfants,70003,secret_cellule,socle
"""
CANARY = b"70003"


@cache
def archive(table: str) -> bytes:
    """The same bytes whenever they are asked for: an archive holds the time it was made at."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as parts:
        parts.writestr(MEMBER, table)
        parts.writestr("journal.csv", "variable,rule\n")
    return packed.getvalue()


def test_a_base_without_its_value_is_taken_out_and_nothing_else():
    made = blanked(archive(OLD))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert parts.read(MEMBER).decode() == OLD.replace("70003", "")
        assert parts.read("journal.csv") == b"variable,rule\n"
    assert kept.states([made]) == kept.states([archive(OLD)]), "the memory of what was shown"
    assert blanked(made) == made


@pytest.mark.parametrize("content", [b"", b"not an archive", archive(HEAD + "\n")])
def test_what_holds_no_such_base_comes_back_byte_for_byte(content):
    assert blanked(content) == content


def aged(database: str) -> None:
    """A store as an earlier version left it, with a masking in it."""
    with Store.open() as store:
        store.keep_release("exemple", KIND, "x", archive(OLD))
        store.keep_release("exemple", KIND, "y", b"what was shown")
        store.keep_release("exemple", "edition", "z", archive(OLD))
        with store.writing() as connection:
            table = store_schema.schema_version
            last = len(migrations.MIGRATIONS)
            connection.execute(delete(table).where(table.c.version == last))


def test_maskings_already_kept_lose_it_when_the_store_is_opened(database: str):
    aged(database)
    with Store.open() as store:
        rows = store.releases("exemple").set_index("title")["content"]
    assert CANARY not in rows["x"]
    assert kept.states([rows["x"]]) == kept.states([archive(OLD)])
    assert rows["y"] == b"what was shown"
    assert rows["z"] == archive(OLD), "what was shown is not touched"


def test_no_trace_is_left_in_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("CTG_HOME", str(tmp_path))
    with Store.open() as store:
        store.keep_release("exemple", KIND, "x", archive(OLD))
        with store.writing() as connection:
            table = store_schema.schema_version
            last = len(migrations.MIGRATIONS)
            connection.execute(delete(table).where(table.c.version == last))
    assert any(CANARY in one.read_bytes() for one in tmp_path.iterdir())
    Store.open().close()
    assert not any(CANARY in one.read_bytes() for one in tmp_path.iterdir())
