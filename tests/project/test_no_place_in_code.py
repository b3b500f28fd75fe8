"""No place is named by the code: another commune is another folder, and nothing else.

The names looked for are read from the territory folders, so that this test names none either.
"""

import re
from pathlib import Path

import pytest

from ctg_data.territory import config as territory

ROOT = territory.ROOT.parent
# Prose may name the place; code, tests, settings and the catalogue may not.
CODE = {".py", ".toml", ".js", ".css", ".html", ".cfg", ".ini", ".sh", ".yml", ".yaml", ".txt"}
FOLDERS = (".ci", ".streamlit", "benchmarks", "ctg_data", "geo", "pages", "tests", "ui")
FILES = [path for path in ROOT.iterdir() if path.is_file()]
FILES += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
CONFIGS = [territory.open_territory(name) for name in territory.territory_names()]
REAL = [one for one in CONFIGS if not one.fictional]
NAMES = {word for one in REAL for word in (one.commune.code, one.commune.label)}
# What lies in it and around; shorter names are words of the language too.
LEAST = 5
AROUND = {
    word
    for one in REAL
    for zones in (one.neighbours, one.epci_members, one.iris, one.qpv, one.quartiers)
    for zone in zones
    for word in (zone.code, zone.label)
    if len(word) >= LEAST
}


def is_code(path: Path) -> bool:
    return path.suffix in CODE or path.parent.name == ".ci"


def test_there_is_code_to_read_and_a_place_to_look_for() -> None:
    assert len([path for path in FILES if is_code(path)]) > 20
    assert NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_no_code_names_the_place(name: str) -> None:
    naming = [
        f"{path.relative_to(ROOT)}, line {number}"
        for path in FILES
        if is_code(path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if name.casefold() in line.casefold()
    ]
    assert naming == [], f"a place is named outside territoire/: {'; '.join(naming)}"


def test_no_code_names_a_place_in_it_or_around() -> None:
    known = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(AROUND)))})(?!\w)", re.IGNORECASE
    )
    naming = [
        f"{path.relative_to(ROOT)}, line {number}: {found[0]}"
        for path in FILES
        if is_code(path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if (found := known.search(line))
    ]
    assert len(AROUND) > 50
    assert naming == [], f"a place is named outside territoire/: {'; '.join(naming)}"
