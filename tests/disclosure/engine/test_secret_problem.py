"""The table to protect: what is refused, all problems at once, and what is read."""

import json

import numpy as np
import pytest

from ctg_data.disclosure.engine.problem.csv import read_csv_pair
from ctg_data.disclosure.engine.problem.read import read_table
from ctg_data.disclosure.engine.problem.rounding import rounding_interval, rounds_to
from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.problem.table import HIDDEN, SHOWN
from ctg_data.disclosure.engine.shift.complete import complete
from ctg_data.errors import UserError
from ctg_data.release.policy import Policy
from tests.specs import build

SUM = {"id": "somme", "terms": {"a": 1, "b": 1, "total": -1}}


def cells(**values):
    return [{"id": name, "value": value} for name, value in values.items()]


def refusal(*args, **kwargs):
    with pytest.raises(UserError) as caught:
        build(*args, **kwargs)
    return str(caught.value)


def test_all_problems_are_named_at_once():
    text = refusal(cells(a=3), policy={"zeros": "parfois", "min_count": 0})
    assert "« policy.zeros »" in text
    assert "« policy.min_count »" in text
    text = refusal(
        [
            {"id": "a", "value": -2},
            {"id": "a", "value": 3},
            {"id": "b", "value": "ns"},
            {"id": "c", "value": 1.5},
            {"id": "d", "value": 7, "status": "suppressed"},
            {"id": "e", "value": 7, "rounded": {"base": 5, "mode": "au pif"}},
            {"value": 3},
        ],
        [{"id": "r", "terms": {"a": 1, "z": -1}}, {"id": "vide", "terms": {}, "sense": "<"}],
        [{"id": "taux", "num": {"y": 1}, "den": {"a": 1}, "decimals": -1}],
        keep=["nulle part"],
        sensitive=["x"],
    )
    for words in (
        "négatif",
        "« a » : présente plusieurs fois",
        "« value » doit être un nombre",
        "nombre entier",
        "masquée, elle porte pourtant une valeur",
        "« rounded »",
        "cellule n° 7",
        "cellule inconnue « z »",
        "aucun terme",
        "« sense »",
        "cellule inconnue « y »",
        "« decimals »",
        "nulle part",
        "la cellule inconnue « x »",
    ):
        assert words in text, words


def test_what_only_the_release_would_trip_over_is_refused_at_the_door():
    text = refusal(
        [
            {"id": "a", "value": 7, "rounded": {"base": 2.5, "mode": "nearest"}},
            {"id": "b", "value": 10**18},
        ],
        [{"id": "r", "terms": {"a": 1}, "sense": "<=", "rhs": 9}] * 2
        + [{"id": "n° 4", "terms": {"a": 0}}, {"terms": {"a": 0}}],
        [{"id": "taux", "num": {"a": 1}, "den": {"a": 1}, "scale": 0, "decimals": 1}],
        policy={"min_count": 2.5},
    )
    for words in (
        "« policy.min_count »",
        "« rounded »",
        "trop grande",
        "relation « r » : présente plusieurs fois",
        "relation « n° 4 » : présente plusieurs fois",
        "« scale »",
    ):
        assert words in text, words


def test_a_total_that_does_not_add_up_is_refused_without_its_values():
    text = refusal(cells(a=3, b=9, total=13), [SUM])
    assert "« somme » : le compte n'y est pas" in text
    assert "13" not in text
    residual = {"id": "somme", "terms": {"a": 1, "b": 1, "reste": 1, "total": -1}}
    whole = [*cells(a=3, b=9, total=13), {"id": "reste", "value": None, "virtual": True}]
    problem = build(whole, [residual])
    assert complete(problem).tolist() == [3, 9, 13, 1]


def test_sums_are_checked_even_when_something_else_is_wrong(tmp_path):
    """All the problems at once: nobody corrects a file ten times."""
    other = {"id": "autre", "terms": {"b": 1, "total": -1}, "rhs": -3}
    table = [*cells(a=3, b=9, total=13, double=2), {"id": "double", "value": 2}]
    ghost = {"id": "fantôme", "terms": {"a": 1, "z": -1}}
    text = refusal(table, [SUM, other, ghost], policy={"zeros": "peut-être"})
    for words in ("policy.zeros", "« double »", "cellule inconnue « z »", "« somme » : le compte"):
        assert words in text, words
    assert "« autre » : le compte" in text, "9 is not 13 less 3"
    assert "« fantôme » : le compte" not in text
    names, links = tmp_path / "cells.csv", tmp_path / "relations.csv"
    names.write_text("id,value\na,3\nb,9\ntotal,13\nc,-1\n")
    sums = "somme,a,1\nsomme,b,1\nsomme,total,-1\n"
    links.write_text(f"relation,cell,coef\n{sums}fantôme,a,1\nfantôme,z,-1\n")
    with pytest.raises(UserError) as refused:
        read_csv_pair(names, links)
    for words in ("entier positif", "cellule inconnue « z »", "« somme » : le compte"):
        assert words in str(refused.value), words
    assert "« fantôme » : le compte" not in str(refused.value)


def test_an_inequality_is_checked_in_its_sense():
    part = {"id": "partie", "terms": {"a": 1, "b": -1}, "sense": "<="}
    build(cells(a=3, b=9), [part])
    assert "partie" in refusal(cells(a=9, b=3), [part])


def test_masked_cells_that_nothing_can_complete_are_refused():
    table = [*cells(b=9, total=3), {"id": "a", "value": None}]
    with pytest.raises(UserError, match="« somme »"):
        complete(build(table, [SUM]))


def test_fields_are_put_in_columns():
    problem = build(
        [
            {"id": "a", "value": 3, "external": True, "base": 2},
            {"id": "b", "value": None, "external": "suppressed"},
            {"id": "c", "value": 8, "virtual": True, "threshold": 11, "universe": 60},
            {"id": "d", "value": 4, "need": {"min_width": 10, "only": True}, "mask_ub": 4},
        ],
        policy={"min_count": 5, "min_population": 100, "zeros": "shown"},
    )
    assert problem.external.tolist() == [SHOWN, HIDDEN, 0, 0]
    assert problem.policy == Policy(5, 100, True)
    assert problem.threshold.tolist() == [5, 5, 11, 5]
    assert np.isnan(problem.value[1])
    assert problem.virtual.tolist() == [False, False, True, False]
    assert problem.need[3] == 10
    assert problem.need_only[3]
    assert problem.marks == {3: 4.0}


@pytest.mark.parametrize(
    ("value", "base", "mode", "expected"),
    [
        (66, 5, "nearest", (65, 63, 67)),
        (2, 5, "nearest", (0, 0, 2)),
        (66, 5, "down", (65, 65, 69)),
        (66, 5, "up", (70, 66, 70)),
        (67, 5, "both", (65, 65, 67)),
        (64, 10, "nearest", (60, 56, 64)),  # 55 and 65 depend on how ties are rounded
    ],
)
def test_rounding_leaves_an_interval(value, base, mode, expected):
    told = rounds_to(value, Rounding(base, mode))
    assert (told, *rounding_interval(told, Rounding(base, mode))) == expected


def test_rounded_total_is_completed_inside_its_rounding():
    table = [*cells(a=22, b=41), {"id": "total", "value": 65, "external": True}]
    table[2]["rounded"] = {"base": 5, "mode": "nearest"}
    assert complete(build(table, [SUM])).tolist() == [22, 41, 63]


def test_table_json_is_read(tmp_path):
    path = tmp_path / "table.json"
    data = {"policy": {"zeros": "shown"}, "cells": cells(a=3, b=9, total=12), "relations": [SUM]}
    path.write_text(json.dumps(data), encoding="utf-8")
    problem = read_table(path)
    assert problem.ids == ["a", "b", "total"]
    assert problem.policy.zeros_shown
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="JSON"):
        read_table(path)
    with pytest.raises(UserError, match="introuvable"):
        read_table(tmp_path / "absent.json")


def test_csv_pair_is_read_and_checked(tmp_path):
    (tmp_path / "c.csv").write_text("id,value,zone,base\n1,3,A,\n2,9,B,4\n3,12,T,\n")
    (tmp_path / "r.csv").write_text("relation,cell,coef\ns,1,1\ns,2,1\ns,3,-1\n")
    problem = read_csv_pair(tmp_path / "c.csv", tmp_path / "r.csv")
    assert problem.value.tolist() == [3, 9, 12]
    assert problem.base[1] == 4
    assert not problem.policy.zeros_shown
    (tmp_path / "c.csv").write_text("\ufeffid,zone,value\n1,A,\n\n2,B,9\n", encoding="utf-8")
    (tmp_path / "r.csv").write_text("relation,cell,coef\n")
    short = read_csv_pair(tmp_path / "c.csv", tmp_path / "r.csv")
    assert np.isnan(short.value[0]), "an empty field is hidden at source; a blank line is nothing"
    assert short.value[1] == 9
    (tmp_path / "c.csv").write_text("id,value,base\n1,1_000,\n2,inf,\n3,4,-2\n")
    with pytest.raises(UserError) as caught:
        read_csv_pair(tmp_path / "c.csv", tmp_path / "r.csv")
    for words in ("ligne 2", "ligne 3", "« base » ne peut pas être négatif"):
        assert words in str(caught.value), words
    (tmp_path / "c.csv").write_text("id,value\n1,3\n1,-9\n3,x\n")
    (tmp_path / "r.csv").write_text("relation,cell,coef\ns,1,1\ns,7,1\ns,3,-1\n")
    with pytest.raises(UserError) as caught:
        read_csv_pair(tmp_path / "c.csv", tmp_path / "r.csv")
    for words in ("« 1 » : présente", "positif", "n'est pas un nombre", "inconnue « 7 »"):
        assert words in str(caught.value), words


def test_a_value_half_way_between_two_roundings_is_not_a_contradiction():
    half = {"id": "a", "value": 5, "rounded": {"base": 10, "mode": "nearest"}}
    table = [half, {"id": "b", "value": None}, {"id": "total", "value": 6}]
    found = complete(build(table, [SUM], policy={"zeros": "shown"}))
    assert found.tolist() == [5, 1, 6]
