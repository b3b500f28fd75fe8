"""Specifications and their names: nothing that protects is ever ignored in silence."""

import json

import pytest

from ctg_data.__main__ import main
from ctg_data.disclosure.engine.problem.spec import CellSpec, Need, RelationSpec
from ctg_data.disclosure.engine.problem.spec_read import (
    CELL,
    DERIVED,
    POLICY,
    RELATION,
    TABLE,
    table_spec,
)
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding

GOOD = {
    "policy": {"min_count": 5, "min_population": 100, "zeros": "masked"},
    "cells": [
        {"id": "a", "value": 3, "need": {"min_width": 3, "only": False}},
        {"id": "b", "value": 40, "base": 12, "universe": 900, "kind": "count"},
        {"id": "T", "value": 43, "external": True, "rounded": {"base": 5, "mode": "nearest"}},
    ],
    "relations": [{"id": "r", "terms": {"a": 1, "b": 1, "T": -1}, "rhs": 0, "sense": "="}],
    "derived": [
        {"id": "d", "num": {"b": 1}, "den": {"T": 1}, "scale": 100, "offset": 0, "decimals": 1}
    ],
    "keep": ["b"],
    "sensitive": ["a"],
}
LEVELS = {
    "tableau": ((), TABLE),
    "policy": (("policy",), POLICY),
    "cellule": (("cells", 1), CELL),
    "need": (("cells", 0, "need"), ("min_width", "only")),
    "rounded": (("cells", 2, "rounded"), ("base", "mode")),
    "relation": (("relations", 0), RELATION),
    "derived": (("derived", 0), DERIVED),
}


def at(data, path):
    for step in path:
        data = data[step]
    return data


def misspelt(word):
    """The same word with a letter less, a letter too many, two exchanged, a capital, an accent."""
    yield from {word[:-1], word + "s", word[1] + word[0] + word[2:], word.capitalize()}
    yield word.replace("e", "é", 1) if "e" in word else word + "_"


def problems_of(data):
    found = []
    table_spec(data, found)
    return found


def test_the_good_table_has_no_problem():
    assert problems_of(GOOD) == []


@pytest.mark.parametrize(
    ("level", "word"),
    [(level, word) for level, (path, _) in LEVELS.items() for word in at(GOOD, path)],
)
def test_each_name_misspelt_at_each_level_is_refused_with_the_right_one(level, word):
    path, known = LEVELS[level]
    for wrong in misspelt(word):
        if wrong in known:
            continue
        data = json.loads(json.dumps(GOOD))
        place = at(data, path)
        place[wrong] = place.pop(word)
        said = [text for text in problems_of(data) if f"« {wrong} » est un nom inconnu" in text]
        assert len(said) == 1, (wrong, problems_of(data))
        assert len(word) < 3 or f"« {word} »" in said[0], "two letters look like anything"


def test_names_that_describe_an_example_are_not_input():
    described = (
        *("title", "note", "source", "id", "why_naive_leaks", "naive", "expected_naive_leaks"),
        *("min_extra_hidden", "safe_example"),
    )
    assert problems_of(GOOD | dict.fromkeys(described, "texte")) == []
    assert problems_of(GOOD | {"naiv": 1}), "but not any name"


def test_every_unknown_name_is_told_at_once(tmp_path, capsys):
    data = json.loads(json.dumps(GOOD))
    data["relation"] = data.pop("relations")
    data["cells"][1]["univers"] = data["cells"][1].pop("universe")
    data["policy"]["min_cout"] = 50
    path = tmp_path / "T.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    out = tmp_path / "R.json"
    assert main(["secret", "protect", str(path), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    for wrong, right in (
        ("relation", "relations"),
        ("univers", "universe"),
        ("min_cout", "min_count"),
    ):
        assert f"« {wrong} »" in said
        assert f"« {right} »" in said
    assert not out.exists()


@pytest.mark.parametrize(
    "made",
    [
        lambda: CellSpec("a", 1, univers=9),
        lambda: RelationSpec("r", {"a": 1}, sens="="),
    ],
)
def test_a_field_that_does_not_exist_is_refused_in_code(made):
    with pytest.raises(TypeError):
        made()


@pytest.mark.parametrize(
    "made",
    [
        lambda: CellSpec("a", 1, kind="people"),
        lambda: CellSpec("a", 1, external="hidden"),
        lambda: CellSpec("a", float("nan")),
        lambda: CellSpec("a", 1, base=float("inf")),
        lambda: CellSpec("a", 1, rounded=Rounding(5, "sideways")),
        lambda: RelationSpec("r", {"a": 1}, sense="<"),
        lambda: RelationSpec("r", {"a": float("nan")}),
        lambda: Need(0),
        lambda: Need(-3),
    ],
)
def test_a_word_or_a_number_out_of_its_list_is_refused_in_code(made):
    with pytest.raises(ValueError, match=r"'a'|'r'|min_width"):
        made()


@pytest.mark.parametrize("width", [-3, 0, -0.5, True, "3", None])
def test_a_need_that_protects_nothing_is_refused(width):
    """A negative width with `only` showed a 3."""
    data = json.loads(json.dumps(GOOD))
    data["cells"][0]["need"] = {"min_width": width, "only": True}
    assert any("min_width" in text for text in problems_of(data))


@pytest.mark.parametrize("wrong", [True, "3", float("nan"), float("inf"), 10**400, [3], {"x": 1}])
@pytest.mark.parametrize("key", ["value", "base", "universe", "threshold", "mask_ub"])
def test_what_is_no_number_is_refused(key, wrong):
    data = json.loads(json.dumps(GOOD))
    data["cells"][1][key] = wrong
    assert any(f"« {key} »" in text for text in problems_of(data))
