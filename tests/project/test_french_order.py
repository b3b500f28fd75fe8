"""Names are put in French order by one function, everywhere."""

import ast
import random
import re
from collections.abc import Iterator

import pytest

from ctg_data import fr
from ctg_data.diagnosis.search import folded
from geo.outlines.cells import plain
from tests.project.test_architecture import ROOT, name

NAMING = re.compile(r"(^|_)(labels?|names?|noms?|titles?|town|producer|full_name)($|_)")
SORTS = {"sorted", "sort", "sort_values", "sort_index"}
SHOWING = [*(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
MAKING = [*(ROOT / "ctg_data").rglob("*.py"), *(ROOT / "geo").rglob("*.py")]


@pytest.mark.parametrize(
    "wanted",
    [
        ["Gué du Vallon", "Île Mirage", "Jour Est", "Zone Portuaire"],
        ["Cœur de ville", "Coeuru", "Coin", "Œufs", "Officiers"],
        ["Élan", "L'Éléphant", "Elfe", "La Elze"],
        ["Haute", "Les Hauts", "Le Havre", "L'Houle", "Houppe"],
        ["Aedes", "Ægidius", "Aérien"],
        ["Quartier 1", "Quartier 2", "Quartier 10", "Quartier 10 bis", "Quartier 11"],
        ["Secteur I", "Secteur II", "Secteur IV", "Secteur V", "Secteur IX", "Secteur X"],
        ["Secteur A", "Secteur C", "Secteur I", "Secteur V", "Secteur Z"],
        ["École Henri IV", "École Henri-Barbusse", "École Jean XXIII"],
        ["Zone A2", "Zone A10", "Zone B1"],
        ["Saint Sever", "Saint-Sever 2", "Saint-Sévère"],
    ],
)
def test_names_are_in_the_order_a_reader_looks_for_them(wanted: list[str]) -> None:
    for seed in range(5):
        mixed = random.Random(seed).sample(wanted, len(wanted))
        assert fr.by_name(mixed) == wanted


def test_another_rank_may_come_first_and_equals_keep_theirs() -> None:
    found = fr.by_name([(2, "Été"), (1, "Zoo"), (2, "Art")], lambda one: one[1], before=_first)
    assert found == [(1, "Zoo"), (2, "Art"), (2, "Été")]
    homonyms = [("A", 2), ("A", 1)]
    assert fr.by_name(homonyms, lambda one: one[0]) == homonyms


def _first(one: tuple[int, str]) -> int:
    return one[0]


@pytest.mark.parametrize("asked", ["coeur", "CŒUR", "Cœur", "cœur"])
def test_ligatures_and_accents_change_no_search(asked: str) -> None:
    assert folded(asked) == folded("Grand-Cœur")[1:]
    assert plain(f"Grand {asked}") == plain("GRAND-COEUR")


def sorts(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            said = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if said in SORTS:
                yield node


def words(node: ast.AST) -> set[str]:
    """Every name, attribute and text of an expression."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute):
            found.add(one.attr)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            found.add(one.value)
    return found


def raw_orders(source: str, *, everything: bool) -> list[int]:
    """Lines that sort by a name: by their key, or anything named so where text is shown."""
    found = []
    for call in sorts(ast.parse(source)):
        keys = [one.value for one in call.keywords if one.arg in ("key", "by")]
        looked: list[ast.AST] = keys or ([call] if everything else [])
        if any(NAMING.search(word) for one in looked for word in words(one)):
            found.append(call.lineno)
    return found


def test_a_raw_order_is_found() -> None:
    for bad in (
        "sorted(zones, key=lambda one: one.label)",
        "found.sort(key=lambda one: (one.closed, one.name))",
        "sorted(names)",
        "sorted({one.name for one in found})",
        "frame.sort_values(by='nom')",
        "frame.sort_values('label')",
        "sorted(x, key=lambda one: data.label(*one))",
    ):
        assert raw_orders(bad, everything=True), bad
    assert not raw_orders("sorted(x, key=lambda one: one.code)", everything=True)


def test_no_list_of_names_is_put_in_the_order_of_a_machine() -> None:
    found = {
        f"{name(path)}:{line}"
        for paths, everything in ((SHOWING, True), (MAKING, False))
        for path in paths
        if path.name != "fr.py"
        for line in raw_orders(path.read_text("utf-8"), everything=everything)
    }
    assert not found
