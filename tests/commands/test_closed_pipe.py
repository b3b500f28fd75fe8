"""``… | head`` leaves before the end: a command ends quietly, its work done, its code its own."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_data.commands.line import VERBS
from ctg_data.commands.output import listened

ROOT = Path(__file__).parents[2]
TABLE = {
    "cells": [{"id": "A|x", "value": 30}, {"id": "A|y", "value": 40}, {"id": "A", "value": 70}],
    "relations": [{"id": "sum", "terms": {"A|x": 1, "A|y": 1, "A": -1}, "rhs": 0}],
}
LEAKY = {"threshold": 5, "cells": [{"id": "a", "status": "published", "value": 3}]}
HERE = ["--territoire", "exemple"]
# What each verb is asked, and the code it leaves with when somebody reads it all.
ASKED = {
    "update": (["update", *HERE], 2),
    "secret": (["secret", "audit", "LEAKY.json"], 1),
    "socle": (["socle", "liste", *HERE], 0),
    "fed": (["fed", "liste", *HERE], 0),
    "zonage": (["zonage", "liste", *HERE], 0),
    "structures": (["structures", "choix", *HERE], 0),
    "territoire": (["territoire", "nouveau", "x"], 2),
    "trajets": (["trajets", *HERE], 2),
}


def unread(words: list[str], folder: Path, *, errors_too: bool = False) -> tuple[int, str]:
    """Run a command whose reader has left; its exit code, and what went to the other stream."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ctg_data", *words],
            stdout=writer,
            stderr=writer if errors_too else subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "CTG_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)},
        )
    finally:
        os.close(writer)
    return done.returncode, (done.stderr or b"").decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "TABLE.json").write_text(json.dumps(TABLE), encoding="utf-8")
    (tmp_path / "LEAKY.json").write_text(json.dumps(LEAKY), encoding="utf-8")
    return tmp_path


def test_every_verb_is_tried():
    assert ASKED.keys() == VERBS.keys()


@pytest.mark.parametrize("verb", VERBS)
def test_a_command_that_nobody_reads_keeps_its_code(verb, folder):
    words, code = ASKED[verb]
    left, said = unread(words, folder)
    assert left == code
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
    assert bool(said) == (code == 2), "a refusal is still told where somebody listens"


@pytest.mark.parametrize("verb", [None, *VERBS])
def test_a_help_that_nobody_reads_ends_quietly(verb, folder):
    assert unread([*([verb] if verb else []), "--help"], folder) == (0, "")


def test_both_streams_may_be_left(folder):
    assert unread(["territoire", "nouveau", "x"], folder, errors_too=True)[0] == 2
    assert unread(["--rien"], folder, errors_too=True)[0] == 2


def test_what_was_asked_is_done_though_nobody_reads(folder):
    assert unread(["secret", "protect", "TABLE.json", "--out", "R.json"], folder) == (0, "")
    assert json.loads((folder / "R.json").read_text("utf-8"))["cells"]


def test_a_reader_who_leaves_after_a_line_is_no_error():
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as written:
        stream = listened(written)
        stream.write("une ligne\n")
        stream.flush()
        assert os.read(reader, 100) == b"une ligne\n"
        os.close(reader)
        for _ in range(3):
            stream.write("x" * 200_000)
            stream.flush()


def test_a_full_disk_is_still_told(folder):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        words = [sys.executable, "-m", "ctg_data", "--help"]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, cwd=ROOT)
    assert done.returncode != 0
    assert b"No space left" in done.stderr


def test_a_stream_of_another_kind_is_left_alone():
    kept = io.StringIO()
    assert listened(kept) is kept
