"""What is kept or written of people is for its owner alone, whatever the umask of the account."""

import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ctg_data.__main__ import main
from ctg_data.access import routes as ways
from ctg_data.access.routes import Ways
from ctg_data.boundaries import base_map
from ctg_data.files import private as private_files
from ctg_data.files.outputs import write_bytes, write_json, write_text
from ctg_data.store.session import Store
from tests import official
from tests.files.test_output_files import table
from tests.pages import config
from tests.standin import StandIn

FRAME = (1.0, 49.0, 1.1, 49.05)
UMASKS = (0o000, 0o022, 0o077)


@pytest.fixture(params=UMASKS, ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    try:
        yield request.param
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes(home: Path) -> dict[str, int]:
    """Of the folder and of all that it holds, by path."""
    return {str(one.relative_to(home)): mode(one) for one in (home, *home.rglob("*"))}


def all_written(server: StandIn) -> None:
    """Each writer of the user's folder, once: pictures first, before the store made it."""
    base_map.keep("essai", FRAME, b"image", date(2026, 11, 25))
    ways.keep("essai", Ways({"a b": 10.0}, "2026-11-25"))
    with Store.open() as store:
        official.received(config(fictional=False), store, server)


def test_all_that_is_kept_is_for_its_owner_alone(
    server: StandIn, tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "poste"
    monkeypatch.setenv("CTG_HOME", str(home))
    all_written(server)
    found = modes(home)
    assert {"fonds", "trajets", "contours", "ctg.sqlite3"} <= set(found)
    assert any(one.endswith("index.json") for one in found), "the map was made ready"
    for name, its in found.items():
        assert its == (0o700 if (home / name).is_dir() else 0o600), f"{name} {its:o}"


def test_folders_left_open_are_closed_and_the_owner_s_own_is_his(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTG_HOME", str(tmp_path))
    (tmp_path / "fonds" / "essai").mkdir(parents=True)
    for one, its in ((tmp_path, 0o750), (tmp_path / "fonds", 0o755)):
        one.chmod(its)
    base_map.keep("essai", FRAME, b"image", date(2026, 11, 25))
    assert mode(tmp_path / "fonds") == mode(tmp_path / "fonds" / "essai") == 0o700
    assert mode(tmp_path) == 0o750, "chosen by who made it"


def test_a_umask_that_forbids_even_the_owner_takes_nothing_from_him(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    before = os.umask(0o777)
    try:
        private_files.write(private_files.folder(deep) / "f", b"x")
    finally:
        os.umask(before)
    assert modes(tmp_path / "a") == {".": 0o700, "b": 0o700, "b/f": 0o600}


def test_a_file_open_to_all_is_closed_when_it_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "cle.json"
    path.write_bytes(b"avant")
    path.chmod(0o666)
    private_files.write(path, b"apres")
    assert (mode(path), path.read_bytes()) == (0o600, b"apres")
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_command_writes_of_people_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    for name, write in (
        ("SOCLE.xlsx", lambda path: write_bytes(path, b"x")),
        ("M.json", lambda path: write_json(path, {})),
        ("R.csv", lambda path: write_text(path, ["x"])),
    ):
        path = tmp_path / name
        write(path)
        assert mode(path) == 0o600, name
        path.chmod(0o644)
        write(path)
        assert mode(path) == 0o600, f"{name}, in place of one that was open"


def test_a_release_its_manifest_and_its_verdict_too(tmp_path: Path) -> None:
    source = str(table(tmp_path))
    out, told = tmp_path / "R.json", tmp_path / "V.json"
    before = os.umask(0)
    try:
        assert main(["secret", "protect", source, "--out", str(out), "--json", str(told)]) == 0
    finally:
        os.umask(before)
    made = sorted(one for one in tmp_path.iterdir() if one.name != "TABLE.json")
    assert [one.name for one in made] == ["R.json", "R.manifest.json", "V.json"]
    assert {mode(one) for one in made} == {0o600}


@pytest.mark.parametrize("mask", [0o002, 0o022, 0o077])
def test_an_empty_model_follows_the_umask(tmp_path: Path, mask: int) -> None:
    out = tmp_path / "MODELE.xlsx"
    before = os.umask(mask)
    try:
        assert main(["socle", "modele", "--out", str(out), "--territoire", "exemple"]) == 0
    finally:
        os.umask(before)
    assert mode(out) == 0o666 & ~mask
    assert not [one for one in tmp_path.iterdir() if one.is_file() and one != out]
