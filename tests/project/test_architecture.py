"""Arrows point one way, and everything stays of a size that can be read at once."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT

FORBIDDEN = {
    # a page composes: it neither computes, nor downloads, nor touches raw observations
    "pages": {
        *("pandas", "numpy", "requests", "plotly", "geopandas"),
        *("ctg_data.sources", "ctg_data.observations", "ctg_data.disclosure"),
    },
    "ui": {"requests", "ctg_data.sources", "ctg_data.observations"},
    "ctg_data": {"streamlit", "ui", "pages", "app"},
    "geo": {"streamlit", "ui", "pages", "app"},
}
LONGEST_PAGE, LONGEST_MODULE, LONGEST_FUNCTION = 80, 300, 40
VAGUE = {"utils", "helpers", "core", "common", "misc"}
CODE = sorted(
    path for folder in (*FORBIDDEN, "benchmarks", "tests") for path in (ROOT / folder).rglob("*.py")
)
# tests are long lists of cases; what recomputes figures for them is code like any other
TESTS = ROOT / "tests"
RECOMPUTED = TESTS / "contre_calcul"
SOURCE = [path for path in CODE if TESTS not in path.parents or RECOMPUTED in path.parents]


def name(path: Path) -> str:
    """A path as read in a report."""
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """Every module a file imports, and every name it takes from one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function and its number of lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_imports_go_one_way(folder):
    bad = {
        (name(path), got)
        for path in (ROOT / folder).rglob("*.py")
        for got in imports(path)
        for no in FORBIDDEN[folder]
        if got == no or got.startswith(f"{no}.")
    }
    assert not bad


def test_pages_can_be_read_as_a_table_of_contents():
    long = {name(path): lines(path) for path in (ROOT / "pages").glob("*.py")}
    assert {page: count for page, count in long.items() if count > LONGEST_PAGE} == {}


def test_modules_can_be_read_at_once():
    long = {name(path): lines(path) for path in [*SOURCE, ROOT / "app.py"]}
    assert {module: count for module, count in long.items() if count > LONGEST_MODULE} == {}


def test_functions_do_one_thing():
    long = {
        f"{name(path)}:{function}": count
        for path in [*SOURCE, ROOT / "app.py"]
        for function, count in functions(path)
        if count > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_put_in_a_drawer_without_a_name():
    assert not {name(path) for path in CODE if VAGUE & {path.stem, *path.parent.parts}}


def test_no_file_is_named_as_the_folder_it_stands_in():
    assert not {name(path) for path in CODE if path.stem == path.parent.name}


def test_a_test_stands_in_the_wing_it_tries():
    """Folders of ``tests/`` are those of the code; at its root is what tests stand on, no test."""
    named = {Path("ground"), Path("project")}  # loose modules of ctg_data; promises of the whole
    wings = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - named
    lost = {
        wing for wing in wings if not any((ROOT / top / wing).is_dir() for top in ("ctg_data", "."))
    }
    assert not lost | ({Path()} & wings)
    assert all((TESTS / wing / "__init__.py").exists() for wing in wings | named)


def test_every_module_says_what_it_is_for():
    silent = {
        name(path)
        for path in SOURCE
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    }
    assert not silent


def test_only_pinned_packages_are_imported():
    pinned = {
        line.split("==")[0].lower().replace("-", "_")
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    ours = {"app", "ui", "pages", "ctg_data", "geo", "territoire"}
    optional = {"highspy"}  # used when installed; the solver inside scipy serves otherwise
    used = {
        got.split(".")[0].lower()
        for path in [*SOURCE, ROOT / "app.py"]
        if "benchmarks" not in path.parts
        for got in imports(path)
    }
    assert used - pinned - ours - optional - set(sys.stdlib_module_names) == set()
    assert pinned - used == set(), "pinned and never imported"


def lines(path: Path) -> int:
    """Number of lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())
