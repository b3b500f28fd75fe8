"""Values that nobody can mean are refused in French, exit 2, and nothing is written."""

import json

import pytest

from ctg_data.__main__ import main

SUM = {"id": "r", "terms": {"a": 1, "b": 1, "T": -1}}
CELLS = [{"id": "a", "value": 3}, {"id": "b", "value": 40}, {"id": "T", "value": 43}]
RATE = {"id": "part", "num": {"b": 1}, "den": {"T": 1}, "decimals": 1}
SHOWN = [
    {"id": "a", "status": "suppressed"},
    {"id": "b", "status": "suppressed"},
    {"id": "T", "status": "published", "value": 43},
]
RATIO = {"id": "q", "num": {"T": 1}, "den": {"T": 1}, "value": 100.0, "decimals": 1}

TABLES = {
    "a sense that is a list": {"relations": [{**SUM, "sense": []}]},
    "a sense that is empty": {"relations": [{**SUM, "sense": ""}]},
    "a sense that is false": {"relations": [{**SUM, "sense": False}]},
    "a rounding without a mode": {
        "cells": [*CELLS[:2], {**CELLS[2], "rounded": {"base": 5, "mode": ""}}]
    },
    "a figure named like a cell": {"derived": [{**RATE, "id": "T"}]},
    "a denominator of nothing": {"derived": [{**RATE, "den": {"T": 0}}]},
    "four hundred decimals": {"derived": [{**RATE, "decimals": 400}]},
    "a name of nothing": {"cells": [*CELLS[:2], {"id": "T\0", "value": 43}]},
    "a blank name": {"cells": [*CELLS, {"id": " ", "value": 43}]},
    "a negative count": {"cells": [{"id": "a", "value": -3}, *CELLS[1:]]},
    "a part of a person": {"cells": [{"id": "a", "value": 3.5}, *CELLS[1:]]},
}
RELEASES = {
    "a negative count": {"cells": [*SHOWN[:2], {**SHOWN[2], "value": -43}]},
    "a part of a person": {"cells": [*SHOWN[:2], {**SHOWN[2], "value": 43.5}]},
    "a bound on a figure shown": {"cells": [*SHOWN[:2], {**SHOWN[2], "lb": 40}]},
    "a sense that is a list": {"relations": [{**SUM, "sense": []}]},
    "a denominator of nothing": {"ratios": [{**RATIO, "den": {"T": 0}}]},
    "four hundred decimals": {"ratios": [{**RATIO, "decimals": 400}]},
    "a name of nothing": {"cells": [{"id": "a\0", "status": "suppressed"}, *SHOWN[1:]]},
}


def refused(capsys, *arguments) -> str:
    assert main(["secret", *map(str, arguments)]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "refus" in said
    return said


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_nobody_can_mean_is_refused(case, tmp_path, capsys):
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"cells": CELLS, "relations": [SUM]} | TABLES[case]), "utf-8")
    refused(capsys, "protect", path, "--out", tmp_path / "r.json")
    assert [one.name for one in tmp_path.iterdir()] == ["t.json"]


@pytest.mark.parametrize("case", RELEASES)
def test_a_release_that_nobody_can_mean_is_refused(case, tmp_path, capsys):
    path = tmp_path / "r.json"
    told = {"threshold": 5, "cells": SHOWN, "relations": [SUM]} | RELEASES[case]
    path.write_text(json.dumps(told), "utf-8")
    refused(capsys, "audit", path)


def test_an_amount_may_be_anything(tmp_path):
    path = tmp_path / "r.json"
    euros = {"id": "e", "status": "published", "value": -43.5, "kind": "amount"}
    told = {"threshold": 5, "cells": [*SHOWN, euros], "relations": [SUM]}
    path.write_text(json.dumps(told), "utf-8")
    assert main(["secret", "audit", str(path)]) == 0


@pytest.mark.parametrize("line", ["c", "c,", "c,7"])
def test_a_line_cut_short_is_no_blank(line, tmp_path, capsys):
    cells, links = tmp_path / "cells.csv", tmp_path / "relations.csv"
    cells.write_text(f"id,value,base\na,3,3\nb,40,40\n{line}\n", "utf-8")
    links.write_text("relation,cell,coef\nr,a,1\nr,b,1\n", "utf-8")
    pair = ("--cells", cells, "--relations", links)
    assert main(["secret", "protect", *map(str, pair), "--out", str(tmp_path / "r.json")]) == 2
    assert "moins de champs que de colonnes" in capsys.readouterr().err
