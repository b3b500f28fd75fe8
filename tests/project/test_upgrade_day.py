"""What the project takes from others without their promise, looked up in what is installed.

The words of Streamlit's front end, the marks its styles hang on, private names of libraries: an
upgrade may remove any of them without a word.  These tests name what is gone, on that day.
"""

import argparse
import ast
import contextlib
import importlib
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import plotly
import pytest
import streamlit

from ctg_data.commands.french_parser import FrenchParser
from tests import ROOT

FRONT = Path(streamlit.__file__).parent / "static"
OURS = [
    path
    for pattern in ("app.py", "ui/**/*.py", "pages/*.py", "ctg_data/**/*.py", "geo/**/*.py")
    for path in ROOT.glob(pattern)
]
TESTS = list(ROOT.glob("tests/**/*.py"))
SHEETS = [*ROOT.glob("ui/**/*.css"), *ROOT.glob("ui/**/*.js")]
# sentences that the front end writes in several pieces, each of them
COMPOSED = {
    "The page that you have requested does not seem to exist. Running the app's main page.": (
        "`The page that you have requested does not seem to exist`",
        ". Running the app's main page.`",
    ),
    "Press Enter to apply": ("`Press Enter to ${",),
}


@cache
def bundle() -> str:
    """All the scripts of the installed front end."""
    return "\n".join(path.read_text("utf-8", "replace") for path in FRONT.rglob("*.js"))


@cache
def drawing() -> str:
    """The script that draws the figures."""
    folder = Path(plotly.__file__).parent / "package_data"
    return (folder / "plotly.min.js").read_text("utf-8", "replace")


def words() -> list[str]:
    """The English texts that ``francais.js`` replaces."""
    script = (ROOT / "ui" / "frame" / "francais.js").read_text(encoding="utf-8")
    table = re.search(r"Object\.entries\(\{(.*?)\}\)\)", script, re.DOTALL)
    assert table
    return re.findall(r'^\s+"((?:[^"\\]|\\.)*)":', table[1], re.MULTILINE)


def is_written(text: str) -> bool:
    """Whether the front end has a text as a whole, or each of its declared pieces."""
    if text in COMPOSED:
        return all(piece in bundle() for piece in COMPOSED[text])
    return any(f"{mark}{text}{mark}" in bundle() for mark in "\"'`")


def test_every_english_text_replaced_is_still_written():
    assert len(words()) > 40
    assert not [text for text in words() if not is_written(text)]


def test_a_text_that_is_gone_is_named():
    assert not is_written("A sentence that no version ever wrote")
    assert set(COMPOSED) <= set(words())


def marks() -> set[str]:
    """Every ``data-testid`` that styles, scripts and tests hang on."""
    found = set[str]()
    for path in (*SHEETS, *OURS, *TESTS):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"data-testid[~^$*|]?=\\?[\"']?(st\w+)", text))
    return found


def test_every_mark_our_styles_hang_on_is_still_there():
    assert len(marks()) > 20
    assert not [one for one in sorted(marks()) if one not in bundle()]


@pytest.mark.parametrize(
    "text", ["BACKEND_BASE_URL", "data-test-script-state", "notRunning", "__streamlit"]
)
def test_the_front_end_reads_what_we_tell_it(text):
    assert text in bundle()


@pytest.mark.parametrize("text", ["topojsonURL", "js-plotly-plot", "modebar"])
def test_the_drawing_script_has_what_we_ask_of_it(text):
    assert text in drawing()


@pytest.mark.parametrize("text", ['<html lang="en">', "<title>", "</noscript>", 'id="root"'])
def test_the_index_page_has_what_is_rewritten(text):
    assert text in (FRONT / "index.html").read_text(encoding="utf-8")


# private name → how to find it in what is installed
PRIVATE: dict[str, Callable[[], bool]] = {
    "_cells": lambda: _sheet()._cells == {},
    "_write_only": lambda: hasattr(_sheet(), "_write_only") or _workbook_has("_write_only"),
    "_positionals": lambda: argparse.ArgumentParser()._positionals.title != "",
    "_optionals": lambda: argparse.ArgumentParser()._optionals.title != "",
    "_files_by_session_and_coord": lambda: _manager()._files_by_session_and_coord == {},
    "_lock": lambda: _manager()._lock.locked() is False,
    "_session_mgr": lambda: "_session_mgr" in _code("streamlit.runtime", "Runtime"),
    "_exit": lambda: callable(importlib.import_module("os")._exit),
    "_tree": lambda: "_tree" in _code("streamlit.testing.v1", "AppTest"),
    "_user_middleware": lambda: "_user_middleware" in _code("streamlit.starlette", "App"),
    "_make_blocking_http_get": lambda: bool(
        importlib.import_module("streamlit.net_util")._make_blocking_http_get
    ),
}


def _sheet():
    return importlib.import_module("openpyxl").Workbook().active


def _workbook_has(name: str) -> bool:
    return name in _code("openpyxl", "Workbook")


def _manager():
    media = importlib.import_module("streamlit.runtime.media_file_manager")
    storage = importlib.import_module("streamlit.runtime.memory_media_file_storage")
    return media.MediaFileManager(storage.MemoryMediaFileStorage("/media"))


def _code(module: str, name: str) -> str:
    found = getattr(importlib.import_module(module), name)
    return Path(importlib.import_module(found.__module__).__file__ or "").read_text("utf-8")


def private_uses(path: Path) -> Iterator[tuple[str, int]]:
    """Names with a leading underscore that a file asks of something else than itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not own:
                yield node.attr, node.lineno


@cache
def own_names() -> frozenset[str]:
    """Names with a leading underscore that the project defines itself."""
    found = set[str]()
    for path in (*OURS, *TESTS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
    return frozenset(name for name in found if re.match(r"_[a-z]", name))


def test_every_private_name_of_a_library_is_declared_here():
    asked = {
        name: f"{path.relative_to(ROOT)}:{line}"
        for path in (*OURS, *TESTS)
        for name, line in private_uses(path)
        if name not in own_names() - PRIVATE.keys() and path.name != Path(__file__).name
    }
    assert not {name: where for name, where in asked.items() if name not in PRIVATE}


@pytest.mark.parametrize("name", PRIVATE)
def test_every_private_name_is_still_there(name):
    assert PRIVATE[name]()


BAD = {
    "a missing argument": [],
    "an unknown argument": ["un", "--rien"],
    "an option without its value": ["un", "--place"],
    "a choice that is none": ["trois"],
    "a number that is none": ["un", "--nombre", "x"],
    "two that exclude each other": ["un", "--oui", "--non"],
}


@pytest.mark.parametrize("case", BAD)
def test_what_the_command_line_refuses_is_said_in_french(case):
    parser = FrenchParser(prog="essai")
    parser.add_argument("geste", choices=["un", "deux"])
    parser.add_argument("--place")
    parser.add_argument("--nombre", type=int)
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--oui", action="store_true")
    either.add_argument("--non", action="store_true")
    said = io.StringIO()
    with contextlib.redirect_stderr(said), pytest.raises(SystemExit) as left:
        parser.parse_args(BAD[case])
    assert left.value.code == 2
    english = r"\b(the|following|argument |invalid|expected|unrecognized|allowed|usage)\b"
    assert not re.search(english, said.getvalue().replace("argument inconnu", ""))
