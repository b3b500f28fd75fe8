"""A folder of territories to add to, and producers that know the commune to be added."""

import shutil
from pathlib import Path

import pytest

from ctg_data.territory import config as territory
from tests import standin_data, zone_files
from tests.pages import config
from tests.standin import StandIn
from tests.zone_files import HERE


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of territories with one fictional commune in it."""
    ours = tmp_path / "territoire"
    example = config(fictional=True)
    ignored = shutil.ignore_patterns("donnees", "contours", "*.py", "*.zip", "__pycache__")
    shutil.copytree(example.folder, ours / example.id, ignore=ignored)
    index = f'defaut = "{example.id}"\n[territoires.{example.id}]\nlabel = "Essai"\n'
    (ours / territory.INDEX).write_text(index, encoding="utf-8")
    return ours


@pytest.fixture
def filled(server: StandIn) -> StandIn:
    """What producers publish of the commune and of those around."""
    standin_data.fill(server)
    for code, (name, _) in zone_files.COMMUNES.items():
        told = server.described.setdefault(code, dict(server.described[HERE]))
        told |= {"code": code, "nom": name, "population": 12_000 if code == HERE else 700}
    for row in server.communes:
        row["nom"] = zone_files.COMMUNES[row["code"]][0]
    return server
