"""Outputs never replace what is read, whatever the links, and nothing is half written."""

import json
import os
from pathlib import Path

import pytest

from ctg_data.__main__ import main
from ctg_data.errors import UserError
from ctg_data.files.outputs import refuse_outputs, write_bytes, write_json, write_text

TABLE = {
    "cells": [{"id": "a", "value": 3}, {"id": "b", "value": 40}, {"id": "T", "value": 43}],
    "relations": [{"id": "r", "terms": {"a": 1, "b": 1, "T": -1}}],
}
CELLS, LINKS = "id,value\na,3\nb,40\nT,43\n", "relation,cell,coef\nr,a,1\nr,b,1\nr,T,-1\n"


def table(folder: Path) -> Path:
    path = folder / "TABLE.json"
    path.write_text(json.dumps(TABLE), encoding="utf-8")
    return path


def same(path: Path) -> Path:
    return path


def symbolic(path: Path) -> Path:
    link = path.with_name("lien.json")
    link.symlink_to(path)
    return link


def chained(path: Path) -> Path:
    link = path.with_name("lien2.json")
    link.symlink_to(symbolic(path).name)
    return link


def hard(path: Path) -> Path:
    link = path.with_name("dur.json")
    os.link(path, link)
    return link


def relative(path: Path) -> Path:
    return Path(os.path.relpath(path))


def roundabout(path: Path) -> Path:
    (path.parent / "bas").mkdir()
    return path.parent / "bas" / ".." / path.name


def through_a_folder(path: Path) -> Path:
    link = path.parent.with_name("dossier-lien")
    link.symlink_to(path.parent, target_is_directory=True)
    return link / path.name


WAYS = (same, symbolic, chained, hard, relative, roundabout, through_a_folder)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("option", ["--out", "--json"])
def test_no_output_replaces_the_table(tmp_path, capsys, option, way):
    folder = tmp_path / "entrees"
    folder.mkdir()
    source = table(folder)
    before = source.read_bytes()
    outputs = {"--out": tmp_path / "R.json", "--json": tmp_path / "V.json", option: way(source)}
    given = [str(part) for pair in outputs.items() for part in pair]
    assert main(["secret", "protect", str(source), *given]) == 2
    said = capsys.readouterr().err
    assert option in said
    assert "par-dessus" in said
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".json") == []


@pytest.mark.parametrize("way", WAYS)
def test_no_verdict_replaces_the_release(tmp_path, way):
    folder = tmp_path / "entrees"
    folder.mkdir()
    source = table(folder)
    assert main(["secret", "protect", str(source), "--out", str(folder / "R.json")]) == 0
    release = folder / "R.json"
    before = release.read_bytes()
    assert main(["secret", "audit", str(release), "--json", str(way(release))]) == 2
    assert release.read_bytes() == before


@pytest.mark.parametrize("over", ["c.csv", "r.csv"])
@pytest.mark.parametrize("option", ["--out", "--json"])
def test_no_output_replaces_a_csv(tmp_path, over, option):
    (tmp_path / "c.csv").write_text(CELLS)
    (tmp_path / "r.csv").write_text(LINKS)
    outputs = {"--out": tmp_path / "R.json", option: tmp_path / over}
    given = [str(part) for pair in outputs.items() for part in pair]
    source = ["--cells", str(tmp_path / "c.csv"), "--relations", str(tmp_path / "r.csv")]
    assert main(["secret", "protect", *source, *given]) == 2
    assert (tmp_path / "c.csv").read_text() == CELLS
    assert (tmp_path / "r.csv").read_text() == LINKS


def test_the_manifest_is_an_output_too(tmp_path, capsys):
    source = tmp_path / "R.manifest.json"
    table(tmp_path).rename(source)
    before = source.read_bytes()
    assert main(["secret", "protect", str(source), "--out", str(tmp_path / "R.json")]) == 2
    assert source.read_bytes() == before
    other = table(tmp_path)
    verdict = tmp_path / "S.manifest.json"
    options = ["--out", str(tmp_path / "S.json"), "--json", str(verdict)]
    assert main(["secret", "protect", str(other), *options]) == 2
    assert "même fichier" in capsys.readouterr().err
    assert not verdict.exists()


def test_a_draft_left_by_somebody_else_is_not_touched(tmp_path):
    source, draft = table(tmp_path), tmp_path / ".R.json.draft"
    draft.write_text("à moi")
    assert main(["secret", "protect", str(source), "--out", str(tmp_path / "R.json")]) == 0
    assert draft.read_text() == "à moi"
    left = {"TABLE.json", "R.json", "R.manifest.json", draft.name}
    assert {path.name for path in tmp_path.iterdir()} == left


@pytest.mark.parametrize("option", ["--out", "--json"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        *(("", "dossier"), ("absent/R.json", "n'existe pas"), ("T.json/R.json", "n'existe pas")),
        *(("x" * 256, "trop long"), ("é" * 128, "trop long")),
    ],
)
def test_what_cannot_be_written_is_told_before_any_work(tmp_path, capsys, option, name, words):
    source = table(tmp_path)
    outputs = {"--out": tmp_path / "R.json", option: tmp_path / name}
    given = [str(part) for pair in outputs.items() for part in pair]
    assert main(["secret", "protect", str(source), *given]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert option in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["TABLE.json"]


def test_a_folder_that_may_not_be_written_is_told(tmp_path, monkeypatch):
    """As root every folder may be written: what the system says is stood in for."""
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UserError, match="écriture"):
        refuse_outputs({"--out": tmp_path / "R.json"}, [])


def test_a_disk_that_refuses_is_told_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="impossible de l'écrire"):
        write_bytes(tmp_path / "R.json", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_text_can_be_told_in_json(tmp_path):
    write_json(tmp_path / "V.json", {"release": "caf\udce9.json"})
    assert json.loads((tmp_path / "V.json").read_bytes())["release"] == "caf\udce9.json"
    write_text(tmp_path / "T.txt", ["é", "\n"])
    assert (tmp_path / "T.txt").read_text(encoding="utf-8") == "é\n"


def test_a_file_of_a_folder_that_is_read_is_not_replaced(tmp_path):
    (tmp_path / "lu").mkdir()
    (tmp_path / "lu" / "territoire.toml").write_text("x")
    with pytest.raises(UserError, match="par-dessus"):
        refuse_outputs({"--out": tmp_path / "lu" / "territoire.toml"}, [tmp_path / "lu"])
    refuse_outputs({"--out": tmp_path / "lu" / "nouveau.csv"}, [tmp_path / "lu"])


@pytest.mark.parametrize("verb", ["check", "import", "proteger"])
def test_a_report_never_replaces_the_file_of_the_caf(tmp_path, verb, monkeypatch):
    monkeypatch.setenv("CTG_HOME", str(tmp_path / "poste"))
    source = tmp_path / "socle.csv"
    source.write_text("exact")
    for option in ("--rapport", "--out") if verb == "proteger" else ("--rapport",):
        given = {"--out": tmp_path / "P.xlsx"} if verb == "proteger" else {}
        given |= {option: source}
        parts = [str(part) for pair in given.items() for part in pair]
        assert main(["socle", verb, str(source), *parts, "--territoire", "exemple"]) == 2
        assert source.read_text() == "exact"


def test_a_model_never_replaces_what_the_territory_or_the_store_holds(tmp_path, monkeypatch):
    monkeypatch.setenv("CTG_HOME", str(tmp_path))
    store = tmp_path / "ctg.sqlite3"
    store.write_bytes(b"tout")
    place = Path("territoire/exemple/territoire.toml").resolve()
    before = place.read_bytes()
    for out in (store, place):
        assert main(["socle", "modele", "--out", str(out), "--territoire", "exemple"]) == 2
    assert store.read_bytes() == b"tout"
    assert place.read_bytes() == before
