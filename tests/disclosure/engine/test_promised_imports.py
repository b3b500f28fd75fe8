"""The engine is a library of its own, and its audit shares no code with what it attacks.

What a module imports is followed as far as it goes, packages and imports inside functions
included: a shared function three imports away is shared all the same.
"""

import ast
import shutil
from pathlib import Path

import pytest

from tests import ROOT

ENGINE = "ctg_data.disclosure.engine"
AUDIT = f"{ENGINE}.audit"
BENEATH = {"ctg_data.errors", "ctg_data.fr", "ctg_data.nearest", "ctg_data.release.policy"}
"""What the engine may take from the rest of the project, with the files that it writes."""
FILES = "ctg_data.files"
READ = {
    f"{ENGINE}.release.content",
    f"{ENGINE}.problem.whole_numbers",
    f"{ENGINE}.problem.stated_rounding",
}
"""What a release holds, and the whole numbers of its figures: all that the audit reads of ours."""
EVERYBODY = {"ctg_data.errors", "ctg_data.fr"}
OURS = ("ctg_data", "geo", "ui", "pages", "app")


def file_of(root: Path, module: str) -> Path | None:
    """The file of a module or of a package of the project, None when it is neither."""
    path = root.joinpath(*module.split("."))
    found = [path.with_suffix(".py"), path / "__init__.py"]
    return next((one for one in found if one.is_file()), None)


def imported(root: Path, module: str) -> set[str]:
    """The modules of the project that one imports, packages on the way included."""
    path = file_of(root, module)
    assert path is not None, module
    found = set()
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            folders = package.split(".")
            home = folders[: len(folders) - node.level + 1] if node.level else []
            base = ".".join([*home, *filter(None, [node.module])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    real = {name for name in found if name.split(".")[0] in OURS and file_of(root, name)}
    return real | {up for name in real for up in above(name)}


def above(module: str) -> set[str]:
    """The packages that importing a module runs first."""
    parts = module.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts))}


def modules(root: Path, package: str) -> set[str]:
    """Every module of a package."""
    files = root.joinpath(*package.split(".")).rglob("*.py")
    return {".".join(path.relative_to(root).with_suffix("").parts) for path in files}


def reached(root: Path, package: str) -> set[str]:
    """All that a package ends up importing; a package that only says what it is imports nothing."""
    waiting, seen = {name.removesuffix(".__init__") for name in modules(root, package)}, set()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        waiting |= imported(root, module) - seen
    return seen


def strange_to_the_engine(root: Path) -> set[tuple[str, str]]:
    """(module, import) of what the engine takes outside what it may."""
    names = {name.removesuffix(".__init__") for name in modules(root, ENGINE)}
    return {
        (module, got)
        for module in names
        for got in imported(root, module) - above(ENGINE) - {ENGINE, FILES, "ctg_data.release"}
        if got not in BENEATH and not got.startswith((f"{ENGINE}.", f"{FILES}."))
    }


def shared_with_the_audit(root: Path) -> set[str]:
    """What the audit reaches outside itself, and what it may read."""
    packages = above(AUDIT) | above(f"{ENGINE}.problem.x") | above(f"{ENGINE}.release.x")
    own = {name for name in reached(root, AUDIT) if name == AUDIT or name.startswith(f"{AUDIT}.")}
    return reached(root, AUDIT) - own - packages - READ - EVERYBODY


def test_the_engine_is_a_library_of_its_own():
    assert strange_to_the_engine(ROOT) == set()


def test_the_audit_shares_no_code_with_the_protection():
    assert shared_with_the_audit(ROOT) == set()
    assert reached(ROOT, AUDIT) >= READ, "what is followed is what is imported"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's modules, to plant imports in."""
    for package in ("ctg_data", "geo"):
        ignored = shutil.ignore_patterns("__pycache__", "*.toml", "*.json", "*.csv", "*.parquet")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    return tmp_path


def plant(root: Path, module: str, line: str) -> None:
    path = file_of(root, module)
    assert path is not None
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        (f"{ENGINE}.problem.rules", "from ctg_data.model import Level"),
        (f"{ENGINE}.protect", "from ctg_data import observations"),
        (f"{ENGINE}.release.files", "def late():\n    import ctg_data.store.session"),
        (f"{ENGINE}.problem.table", "from ctg_data.disclosure.adapter import statement"),
        (f"{ENGINE}.shift", "from ctg_data.release.masked import MaskedTable"),
        (ENGINE, "import geo.outlines.nesting"),
    ],
)
def test_a_planted_import_of_the_territory_is_seen(copy, module, line):
    plant(copy, module, line)
    assert {where for where, _ in strange_to_the_engine(copy)} == {module}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        (f"{AUDIT}.solve", f"from {ENGINE}.shift.solver import silent_solver"),
        (f"{AUDIT}.attack", f"from {ENGINE} import protect"),
        (f"{AUDIT}.system", f"from {ENGINE}.problem.rounding import rounding_interval"),
        (f"{AUDIT}.verdict", f"def late():\n    from {ENGINE}.problem import rules"),
        (AUDIT, "from ..shift import table"),
        (f"{ENGINE}.release", f"from {ENGINE}.release import parse"),
        (f"{ENGINE}.release.content", f"from {ENGINE}.certificates import Checker"),
        (f"{ENGINE}.problem.whole_numbers", f"from {ENGINE}.problem.table import Problem"),
    ],
)
def test_a_planted_import_in_the_audit_or_beneath_it_is_seen(copy, module, line):
    plant(copy, module, line)
    assert shared_with_the_audit(copy)
