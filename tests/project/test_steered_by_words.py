"""What a program decides rests on values it keeps, never on the words it shows or a text it joined.

A sentence is reworded, translated, agreed; a name may hold the mark it was joined by.
"""

import ast
from collections.abc import Iterator

import pytest

from tests import ROOT

# the words of others' errors, which say no more by any other way
OTHERS = {"ctg_data/store/engine.py", "ctg_data/tabular/workbooks.py"}
JOINS = {"ctg_data/model.py", "ctg_data/disclosure/adapter/relations.py"}  # write, and read back
CUTS = {"split", "rsplit", "partition", "rpartition", "startswith", "endswith"}


def _is_text_of(node: ast.AST) -> bool:
    """``str(…)``: an error turned into its sentence, a value into its name."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "str" and bool(node.args)


def words_read(tree: ast.AST) -> Iterator[int]:
    """Lines that look for words in the text of an error, or cut it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            found, whole = node.left, node.comparators[0]
            if isinstance(found, ast.Constant) and _is_text_of(whole):
                yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if node.func.attr in CUTS and _is_text_of(of) and "problem" in ast.unparse(of):
                yield node.lineno


def joins_read(tree: ast.AST) -> Iterator[int]:
    """Lines that cut a text at the bar that keys and sources are joined by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            told = [one.value for one in node.args if isinstance(one, ast.Constant)]
            if node.func.attr in CUTS and told == ["|"]:
                yield node.lineno


@pytest.mark.parametrize(("reads", "but"), [(words_read, OTHERS), (joins_read, JOINS)])
def test_nothing_is_steered_by_words(reads, but):
    found = []
    for folder in ("ctg_data", "geo", "ui", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if name not in but:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                found += [f"{name}:{line}" for line in reads(tree)]
    assert not found


@pytest.mark.parametrize(
    ("reads", "line"),
    [
        (words_read, 'inverted = "avant" in str(problem)'),
        (words_read, 'what = str(problem).split(". ")[0]'),
        (joins_read, 'keys = [cell.split("|") for cell in cells]'),
    ],
)
def test_what_would_be_is_seen(reads, line):
    assert list(reads(ast.parse(line))) == [1]
