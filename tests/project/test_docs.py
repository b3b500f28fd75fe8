"""The documentation is held by the code: what it says exists, what exists is said."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import ROOT
from ui.state.version import VERSION

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "GLOSSAIRE.md").read_text(encoding="utf-8")
PROSE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "GLOSSAIRE.md")
CODE = [
    path
    for pattern in ("app.py", "ui/**/*.py", "pages/*.py", "ctg_data/**/*.py", "geo/**/*.py")
    for path in ROOT.glob(pattern)
]
CODE += [*ROOT.glob("tests/**/*.py"), ROOT / ".ci" / "run", *ROOT.glob("*.sh")]


def pins(file: str) -> dict[str, str]:
    """Pinned packages of a requirements file."""
    found = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    return dict(found)


def test_every_setting_is_told():
    used = {
        setting
        for path in CODE
        for setting in re.findall(r"CTG_[A-Z]+(?:_[A-Z]+)*", path.read_text(encoding="utf-8"))
    }
    from ctg_data.sources import http

    used = {one for one in used if one != "CTG_URL"} | {f"CTG_URL_{n}" for n in http.ADDRESSES}
    told = set(re.findall(r"`(CTG_[A-Z_]+)`", README))
    assert used == told


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_exact_and_justified(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    asked = [line for line in text.splitlines() if line and not line.startswith(("#", "-r"))]
    assert len(asked) == len(pins(file)), "a version is not exact"
    assert all(f"| `{package}` |" in CONTRIBUTING for package in pins(file))


def test_no_justification_outlives_its_dependency():
    told = set(re.findall(r"^\| `([\w.-]+)` \|", CONTRIBUTING.split("## Dependencies")[1], re.M))
    assert told == pins("requirements.txt").keys() | pins("requirements-dev.txt").keys()


@pytest.mark.parametrize("document", PROSE)
def test_every_file_named_exists(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = re.findall(r"`((?:ui|pages|ctg_data|geo|tests|benchmarks|territoire)/[\w./]*)`", text)
    named = [one for one in named if not {"THEME", "ID"} & {*one.split("/")}]  # patterns, not files
    missing = [one for one in (*linked, *named) if not (ROOT / one).exists()]
    assert not missing


def test_the_commands_of_the_readme_are_scripts_that_stand_alone():
    needs = {"ouvrir.sh": "requirements.txt", "essais.sh": "requirements-dev.txt"}
    for name, installs in needs.items():
        assert f"```bash\nsh {name}\n```" in README
        script = (ROOT / name).read_text(encoding="utf-8")
        assert f"preparer {installs}\n" in script
        assert subprocess.run(["sh", "-n", name], cwd=ROOT, timeout=20).returncode == 0
    assert 'python" app.py' in (ROOT / "ouvrir.sh").read_text(encoding="utf-8")


def test_the_command_that_tests_is_the_one_of_the_continuous_check():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "sh essais.sh" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    whole = (ROOT / "essais.sh").read_text(encoding="utf-8")
    assert all(one in whole for one in ("ruff", "mypy", "-m pytest", "chromium"))


def on_a_machine_without(tmp_path: Path, *tools: str) -> dict[str, str]:
    """A PATH where everything stands but these tools."""
    for folder in os.environ["PATH"].split(":"):
        for tool in Path(folder).glob("*") if Path(folder).is_dir() else ():
            place = tmp_path / tool.name
            if tool.name not in tools and not place.is_symlink():
                place.symlink_to(tool)
    return {**os.environ, "PATH": str(tmp_path)}


@pytest.mark.parametrize("script", ["ouvrir.sh", "essais.sh"])
def test_a_machine_where_nothing_can_be_installed_is_told_what_is_missing(script, tmp_path):
    pythons = ("python", "python3", *(f"python3.{minor}" for minor in range(8, 16)))
    bare = on_a_machine_without(tmp_path, "apt-get", "sudo", *pythons)
    told = subprocess.run(
        ["/bin/sh", script], cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 1
    assert "Il manque Python 3.11 ou plus" in told.stderr


def test_the_command_line_answers_in_french():
    asked = [sys.executable, "-m", "ctg_data", "update", "--help"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0
    assert "--source" in told.stdout
    assert "show this help" not in told.stdout


def test_the_changelog_speaks_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(VERSION)}\b", text, re.MULTILINE)
    kinds = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert set(kinds) <= {"Données", "Indicateurs", "Secret statistique", "Interface", "Technique"}


def test_the_glossary_is_in_full():
    rows = [line.strip("|").split("|") for line in GLOSSARY.splitlines() if line.startswith("| ")]
    assert len(rows) > 25
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)


def test_settings_of_streamlit_keep_the_app_at_home():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"


def test_the_readme_speaks_of_a_picture_that_is_there():
    assert (ROOT / "docs" / "accueil.png").stat().st_size > 10_000
