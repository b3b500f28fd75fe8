"""A fact of the domain is written once, in the ground; others ask.

The second witness keeps its own words of them on purpose: it shares no code with what it guards.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ctg_data import natures
from ctg_data.model import AS_TOLD, TILING, UNDER_COMMUNE, Level
from ctg_data.observations import variables
from ctg_data.vintages import anchored, anchored_rows
from tests import ROOT

BELOW = {"iris", "qpv", "quartier"}
HOLDS = {"model.py", "natures.py", "vintages.py"}  # of the ground: where the facts are
WITNESS = ROOT / "ctg_data" / "disclosure" / "witness"


def test_the_levels_under_the_commune_are_three_and_one_has_generations():
    assert {str(one) for one in UNDER_COMMUNE} == set(map(str, AS_TOLD)) == BELOW
    assert [one for one in Level if one.is_infra_communal] == list(UNDER_COMMUNE)
    assert [str(one) for one in Level if one.has_generations] == ["qpv"]
    assert (
        {str(one) for one in Level if one.tiles_commune} == set(map(str, TILING)) == BELOW - {"qpv"}
    )


@pytest.mark.parametrize("level", list(Level))
def test_a_vintage_tells_qpv_apart_and_nothing_else(level):
    kept = 2015 if level == "qpv" else 0
    assert anchored(str(level), 2015) == kept
    rows = pd.DataFrame({"level": [str(level)], "vintage": [2015]})
    assert anchored_rows(rows).tolist() == [kept]


def test_natures_are_those_of_the_variables():
    declared = {one.nature for one in variables().values()}
    assert declared <= set(natures.NATURES)
    assert set(natures.COVERED) == {"foyers", "personnes", "enfants"}
    assert set(natures.PEOPLE) == {"foyers", "personnes", "enfants", "recensement"}
    # judged on who is behind them: a household is one itself
    assert set(natures.MEMBERS) == {"personnes", "enfants"}


def _words(node: ast.AST) -> set[str]:
    """What a list of values holds: its texts, and its levels by name."""
    found = set()
    for one in getattr(node, "elts", []):
        if isinstance(one, ast.Constant):
            found.add(str(one.value))
        elif isinstance(one, ast.Call) and ast.unparse(one.func) == "str":
            found |= _words(ast.Tuple(elts=one.args))
        elif isinstance(one, ast.Tuple):
            found |= _words(one)
        elif isinstance(one, ast.Attribute) and ast.unparse(one).startswith("Level."):
            found.add(one.attr.lower())
    return found


def _levels_again(node: ast.AST) -> bool:
    return isinstance(node, ast.Tuple | ast.List | ast.Set) and _words(node) >= BELOW


def _natures_again(node: ast.AST) -> bool:
    """Several natures together, or one compared."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        told = _words(node)
        return len(told) > 1 and told <= set(natures.NATURES) and bool(told & set(natures.COVERED))
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        asked = any("nature" in ast.unparse(one) for one in sides)
        return asked and any(
            isinstance(one, ast.Constant) and one.value in natures.NATURES for one in sides
        )
    return False


def _vintages_again(node: ast.AST) -> bool:
    """A vintage kept or not by the level it goes with."""
    if isinstance(node, ast.IfExp):
        told = ast.unparse(node.body) if not isinstance(node.body, ast.JoinedStr) else ""
        return "vintage" in told and "qpv" in ast.unparse(node.test).lower()
    is_where = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".where")
    return is_where and "vintage" in ast.unparse(node.func) and "qpv" in ast.unparse(node).lower()


AGAIN = {
    "levels under the commune": _levels_again,
    "natures that count people": _natures_again,
    "a vintage of QPV": _vintages_again,
}


def _code() -> Iterator[Path]:
    for folder in ("ctg_data", "geo", "ui", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            own = path.parent == ROOT / "ctg_data" and path.name in HOLDS
            if not own and WITNESS not in path.parents:
                yield path


@pytest.mark.parametrize("fact", AGAIN)
def test_it_is_written_nowhere_else(fact):
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _code()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if AGAIN[fact](node)
    ]
    assert not found


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        (
            "levels under the commune",
            "(Level.COMMUNE, Level.QPV, Level.QUARTIER, Level.IRIS)",
        ),
        ("levels under the commune", 'rows[rows["level"].isin(["iris", "qpv", "quartier"])]'),
        ("levels under the commune", "{Level.IRIS, Level.QUARTIER, Level.QPV}"),
        (
            "levels under the commune",
            "((Level.IRIS, 1), (Level.QPV, 2), (str(Level.QUARTIER), 3))",
        ),
        ("natures that count people", 'COUNTED = ("foyers", "personnes", "enfants")'),
        ("natures that count people", 'people = one.nature in ("personnes", "enfants")'),
        ("natures that count people", 'natures[variable] != "foyers"'),
        ("a vintage of QPV", 'frame["vintage"].where(frame["level"] == Level.QPV, 0)'),
        ("a vintage of QPV", 'vintage if level == "qpv" else 0'),
        ("a vintage of QPV", 'int(row["vintage"]) if level is Level.QPV else 0'),
    ],
)
def test_what_would_write_it_again_is_seen(fact, line):
    assert any(AGAIN[fact](node) for node in ast.walk(ast.parse(line)))
