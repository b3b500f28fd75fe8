"""Options that mean nothing are refused in French, with exit code 2, and nothing is written."""

import json

import pytest

from ctg_data.__main__ import main
from ctg_data.commands.exit_codes import Exit

TABLE = {"cells": [{"id": "a", "value": 30}, {"id": "b", "value": 40}]}
RELEASE = {"threshold": 5, "cells": [{"id": "a", "status": "published", "value": 30}]}


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of refused arguments."""
    try:
        code = main(arguments)
    except SystemExit as end:  # as argparse ends
        code = int(end.code or 0)
    assert code == Exit.BAD_INPUT
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("out", ["", ".", "/", ".."])
def test_an_output_without_a_name_is_refused(out, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.json").write_text(json.dumps(TABLE), encoding="utf-8")
    assert "c'est un dossier" in told(["secret", "protect", "table.json", "--out", out], capsys)
    assert [one.name for one in tmp_path.iterdir()] == ["table.json"]


@pytest.mark.parametrize("text", ["nan", "-3", "une"])
def test_an_audit_lasts_a_known_time(text, tmp_path, capsys):
    path = tmp_path / "release.json"
    path.write_text(json.dumps(RELEASE), encoding="utf-8")
    said = told(["secret", "audit", str(path), f"--seconds={text}"], capsys)
    assert f"« {text} »" in said
    assert "au moins 0" in said
