"""The map of CONTRIBUTING.md is the house: each wing imports only what stands above it there.

Imports inside functions count as any other: one may load something heavy late, never hide a circle.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

import pytest

from tests import ROOT

Graph = Mapping[str, set[str]]
MAP = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## The map\n")[2]
ROWS = [
    re.findall(r"`([\w/.]+)`", line.split("|")[1])
    for line in MAP.partition("\n## ")[0].splitlines()
    if line.startswith("| `")
]
RANKS = {place: rank for rank, row in enumerate(ROWS) for place in row}
TOPS = ("ctg_data", "geo", "ui", "pages")
# The base of every wing: bare words shared by all, that import one another and nothing else.
GROUND = {
    *("errors", "model", "observations", "dating", "dictionary", "role", "fr", "grammar"),
    *("glossary", "nearest", "built_once", "apart", "natures", "vintages"),
}
PURE = {"ctg_data/", "ctg_data/files/", "ctg_data/tabular/", "ctg_data/release/"} | {
    *("ctg_data/territory/", "geo/outlines/", "geo/maps/")
}
OUTSIDE = {"requests", "urllib3", "sqlalchemy", "httpx", "socket", "http"}


def sources() -> dict[str, str]:
    """The text of every module of the application, by its path."""
    paths = [path for top in TOPS for path in (ROOT / top).rglob("*.py")]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (*paths, ROOT / "app.py")
    }


def named(text: str) -> Iterator[str]:
    """Every module that a text imports, and every name it takes from one, wherever it does."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph(texts: Mapping[str, str]) -> Graph:
    """Which files each file imports."""
    known = {path.removesuffix(".py").replace("/", "."): path for path in texts}
    known |= {name.removesuffix(".__init__"): path for name, path in known.items()}

    def found(name: str) -> str:
        while name and name not in known:
            name = name.rpartition(".")[0]
        return known.get(name, "")

    return {
        path: {found(name) for name in named(text)} - {"", path} for path, text in texts.items()
    }


def wing(path: str) -> str:
    """The place of the map where a file stands: the nearest one."""
    folder = path
    while folder and folder not in RANKS:
        folder = folder.rstrip("/").rpartition("/")[0]
        folder += "/" * bool(folder)
    return folder


def circle(links: Graph) -> list[str]:
    """One circle of a graph, when it has any."""
    try:
        TopologicalSorter(links).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def rooms(links: Graph) -> Graph:
    """The same between folders; a module that has a place of its own on the map is a room."""

    def room(path: str) -> str:
        return path if path in RANKS else path.rpartition("/")[0]

    found: dict[str, set[str]] = {}
    for path, imported in links.items():
        here = found.setdefault(room(path), set())
        here |= {room(one) for one in imported if not one.endswith("__init__.py")} - {room(path)}
    return found


def against(links: Graph) -> Iterable[tuple[str, str]]:
    """Imports of what does not stand above: of a later row, or beside in the same one."""
    for path, imported in links.items():
        for one in imported:
            here, there = wing(path), wing(one)
            if here != there and not one.endswith("__init__.py") and RANKS[there] >= RANKS[here]:
                yield path, one


@pytest.fixture(scope="module")
def links() -> Graph:
    return graph(sources())


def test_the_map_was_read():
    assert len(ROWS) > 25
    assert RANKS["ctg_data/"] == 0
    assert RANKS["app.py"] == len(ROWS) - 1


def test_every_module_stands_in_a_wing():
    modules = {path for path in sources() if not path.endswith("__init__.py")}
    ground = {f"ctg_data/{name}.py" for name in GROUND}
    loose = {path for path in modules if path.count("/") == 1 and not path.startswith("pages/")}
    assert loose - RANKS.keys() == ground
    assert not [path for path in modules if not wing(path)]


def test_every_place_of_the_map_exists_and_says_what_it_is():
    for place in RANKS:
        assert (ROOT / place).exists(), place
        if place.endswith("/") and not place.startswith("pages"):
            text = (ROOT / place / "__init__.py").read_text(encoding="utf-8")
            assert ast.get_docstring(ast.parse(text)), place


def test_every_wing_imports_what_stands_above_it(links):
    assert sorted(against(links)) == []


def test_no_file_imports_itself_by_others(links):
    assert circle(links) == []


def test_no_folder_imports_itself_by_others(links):
    assert circle(rooms(links)) == []


def test_outlines_and_maps_know_no_store_no_source_no_network(links):
    texts = sources()
    for path in (one for one in texts if one.startswith("geo/")):
        assert {wing(one) for one in links[path] if not one.endswith("__init__.py")} <= PURE, path
        assert not {name.split(".")[0] for name in named(texts[path])} & OUTSIDE, path


def test_no_file_bears_the_name_of_its_wing():
    assert not [path for path in sources() if path.split("/")[-2:-1] == [path.split("/")[-1][:-3]]]


def test_a_planted_circle_is_seen():
    texts = {
        "geo/outlines/one.py": "from geo.maps import two",
        "geo/maps/two.py": "def late():\n    from geo.outlines.one import name\n    return name",
        "geo/maps/three.py": "import geo.maps.two",
    }
    planted = graph(texts)
    assert planted["geo/maps/two.py"] == {"geo/outlines/one.py"}
    assert set(circle(planted)) == {"geo/outlines/one.py", "geo/maps/two.py"}
    assert set(circle(rooms(planted))) == {"geo/outlines", "geo/maps"}
    assert list(against(planted)) == [("geo/outlines/one.py", "geo/maps/two.py")]


def test_a_circle_of_folders_without_one_of_files_is_seen():
    texts = {
        "ui/charts/a.py": "from ui.blocks import b",
        "ui/blocks/b.py": "",
        "ui/blocks/c.py": "from ui.charts import d",
        "ui/charts/d.py": "",
    }
    assert circle(graph(texts)) == []
    assert set(circle(rooms(graph(texts)))) == {"ui/charts", "ui/blocks"}
