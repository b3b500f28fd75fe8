"""Thirds, decimals, thousands of billions, and « at most »: what relations really say."""

import itertools
import json

import pytest

from ctg_data.__main__ import main
from ctg_data.disclosure.engine.proved import protect_and_audit
from tests.specs import build

THIRD = 1 / 3


def write(path, data):
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def protected(tmp_path, cells, relations, **more):
    table = {"cells": cells, "relations": relations, **more}
    out = tmp_path / "R.json"
    code = main(["secret", "protect", write(tmp_path / "T.json", table), "--out", str(out)])
    release = json.loads(out.read_text(encoding="utf-8")) if out.exists() else None
    return code, release


def counts(**values):
    return [{"id": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize(
    ("terms", "values"),
    [
        ({"a": 1, "b": THIRD, "T": -1}, {"a": 3, "b": 90, "T": 33}),
        ({"a": 2 / 3, "b": THIRD, "T": -THIRD}, {"a": 3, "b": 90, "T": 96}),
        ({"a": 0.1, "b": 0.1, "T": -0.1}, {"a": 3, "b": 90, "T": 93}),
        ({"a": 0.35, "b": 0.7, "T": -0.35}, {"a": 3, "b": 90, "T": 183}),
        ({"a": 10**18, "b": 10**18, "T": -(10**18)}, {"a": 3, "b": 90, "T": 93}),
        ({"a": 1e18, "b": 2e18, "T": -1e18}, {"a": 3, "b": 90, "T": 183}),
        ({"a": 3e-9, "b": 3e-9, "T": -3e-9}, {"a": 3, "b": 90, "T": 93}),
        ({"a": 1 / 7, "b": 1 / 7, "T": -1 / 7}, {"a": 3, "b": 90, "T": 93}),
        ({"a": 1000, "b": 1000, "T": -1}, {"a": 3, "b": 90, "T": 93000}),
    ],
)
def test_coefficients_of_all_sizes_protect_as_whole_ones_do(tmp_path, terms, values):
    code, release = protected(tmp_path, counts(**values), [{"id": "r", "terms": terms}])
    assert code == 0
    hidden = {cell["id"] for cell in release["cells"] if cell["status"] != "published"}
    assert "a" in hidden
    assert len(hidden) == 2, "a 3 alone would be a subtraction away"
    assert main(["secret", "audit", str(tmp_path / "R.json")]) == 0


@pytest.mark.parametrize(
    "terms",
    [
        {"a": 10**18, "b": 1, "T": -1},
        {"a": 10**18 + 1, "b": 10**18, "T": -(10**18)},
        {"a": 1e-9, "b": 1, "T": -1},
        {"a": 0.123456789, "b": 1, "T": -1},
    ],
)
def test_coefficients_that_no_whole_numbers_hold_are_refused(tmp_path, capsys, terms):
    cells = counts(a=0, b=90, T=90)
    code, release = protected(tmp_path, cells, [{"id": "r", "terms": terms}])
    assert code == 2
    assert release is None
    assert "relation «\u202fr\u202f»" in capsys.readouterr().err.replace("« r »", "«\u202fr\u202f»")
    shown = [{**cell, "status": "published"} for cell in cells]
    data = {"threshold": 5, "cells": shown, "relations": [{"id": "r", "terms": terms}]}
    assert main(["secret", "audit", write(tmp_path / "S.json", data)]) == 2


def test_csv_coefficients_are_read_the_same_way(tmp_path):
    (tmp_path / "c.csv").write_text("id,value\na,3\nb,90\nT,93\n")
    base = ["--cells", str(tmp_path / "c.csv"), "--relations", str(tmp_path / "r.csv")]
    for a, b, total, code in (
        *(("0.5", "0.5", "-0.5", 0), ("1e15", "1e15", "-1e15", 0), ("1e17", "1e17", "-1e17", 2)),
        *(("0.3333333333333333", "0.3333333333333333", "-0.3333333333333333", 0),),
    ):
        lines = f"relation,cell,coef\nr,a,{a}\nr,b,{b}\nr,T,{total}\n"
        (tmp_path / "r.csv").write_text(lines)
        out = tmp_path / "R.json"
        assert main(["secret", "protect", *base, "--out", str(out)]) == code, a
        if code == 0:
            terms = json.loads(out.read_text())["relations"][0]["terms"]
            assert terms == {"a": 1, "b": 1, "T": -1}


def test_a_rate_over_thirds_is_read_as_thirds():
    cells = counts(a=30, b=90)
    derived = [{"id": "d", "num": {"a": THIRD}, "den": {"b": THIRD}, "decimals": 1}]
    [shown] = protect_and_audit(build(cells, derived=derived))[0].release.ratios
    assert shown.value == 33.3


SENSES = (
    ("<=", {"dont": 1, "T": -1}),
    (">=", {"dont": -1, "T": 1}),
    ("≤", {"dont": 1, "T": -1}),
)


@pytest.mark.parametrize("zeros", ["masked", "shown"])
@pytest.mark.parametrize(("sense", "terms"), SENSES)
@pytest.mark.parametrize("rest", [0, 1, 4, 5, 6])
def test_whoever_is_outside_a_part_is_protected_too(tmp_path, rest, sense, terms, zeros):
    cells = counts(T=40 + rest, dont=40)
    relations = [{"id": "inclus", "terms": terms, "sense": sense}]
    code, release = protected(tmp_path, cells, relations, policy={"zeros": zeros})
    assert code == 0
    status = {cell["id"]: cell["status"] for cell in release["cells"]}
    assert status.pop("complément « inclus »") == "virtual"
    secret = rest < 5 and (rest > 0 or zeros == "masked")
    assert sorted(status.values()).count("suppressed") == int(secret)


def test_what_is_no_number_of_people_gets_no_complement(tmp_path):
    for cells, relation in (
        (counts(a=3 * 9, b=10), {"terms": {"a": 1, "b": -3}, "sense": "<="}),
        (counts(a=9, b=10), {"terms": {"a": 1, "b": -1}, "sense": "<=", "rhs": 2}),
        (
            [{"id": "a", "value": 9, "kind": "offer"}, {"id": "b", "value": 10, "kind": "offer"}],
            {"terms": {"a": 1, "b": -1}, "sense": "<="},
        ),
    ):
        code, release = protected(tmp_path, cells, [{"id": "r", **relation}])
        assert code == 0
        assert [cell["id"] for cell in release["cells"]] == ["a", "b"]


def test_a_complement_takes_no_name_that_is_taken(tmp_path):
    cells = [*counts(T=90, dont=40), {"id": "complément « r »", "value": 7}]
    relations = [{"id": "r", "terms": {"dont": 1, "T": -1}, "sense": "<="}]
    _, release = protected(tmp_path, cells, relations)
    names = [cell["id"] for cell in release["cells"]]
    assert names == ["T", "dont", "complément « r »", "complément « r » bis"]


def test_a_release_that_shows_a_part_and_its_whole_is_denounced(tmp_path, capsys):
    cells = [{**cell, "status": "published"} for cell in counts(T=43, dont=40)]
    relations = [{"id": "inclus", "terms": {"dont": 1, "T": -1}, "sense": "<="}]
    data = {"threshold": 5, "zeros": "shown", "cells": cells, "relations": relations}
    assert main(["secret", "audit", write(tmp_path / "S.json", data)]) == 1
    assert "complément" in capsys.readouterr().out
    data["cells"][1]["value"] = 38
    assert main(["secret", "audit", write(tmp_path / "S.json", data)]) == 0


def test_inclusions_of_several_parts_leave_what_all_leave(tmp_path):
    """Two parts, apart from each other, in one whole: 60 less 30 less 28 is 2."""
    cells = counts(T=60, a=30, b=28)
    relations = [{"id": "r", "terms": {"a": 1, "b": 1, "T": -1}, "sense": "<="}]
    _, release = protected(tmp_path, cells, relations)
    status = {cell["id"]: cell["status"] for cell in release["cells"]}
    known = {
        name: v for name, v in (("T", 60), ("a", 30), ("b", 28)) if status[name] == "published"
    }
    ranges = [[known[n]] if n in known else range(100) for n in ("T", "a", "b")]
    rest = {t - a - b for t, a, b in itertools.product(*ranges) if t >= a + b}
    assert max(rest) >= 5
