"""Names and figures of files: what would switch protection off is refused, or denounced."""

import json

import pytest

from ctg_data.__main__ import main
from ctg_data.disclosure.engine.release.parse import parse_release
from ctg_data.errors import UserError

RELEASE = {
    "threshold": 5,
    "zeros": "masked",
    "cells": [
        {"id": "a", "status": "suppressed", "lb": 0, "need": {"min_width": 3}},
        {"id": "b", "status": "suppressed", "lb": 0, "kind": "count"},
        {"id": "T", "status": "published", "value": 45, "external": True}
        | {"rounded": {"base": 5, "mode": "nearest"}},
        {"id": "u", "status": "published", "value": 40, "base": 12, "universe": 300},
    ],
    "relations": [{"id": "r", "terms": {"a": 1, "b": 1, "T": -1}, "rhs": 0, "sense": "="}],
    "ratios": [
        {"id": "d", "num": {"u": 1}, "den": {"u": 1}, "scale": 100, "offset": 0}
        | {"value": 100, "decimals": 1}
    ],
}
PLACES = {
    "diffusion": (),
    "cellule": ("cells", 3),
    "need": ("cells", 0, "need"),
    "rounded": ("cells", 2, "rounded"),
    "relation": ("relations", 0),
    "ratio": ("ratios", 0),
}


def at(data, path):
    for step in path:
        data = data[step]
    return data


def copy(data):
    return json.loads(json.dumps(data))


def refused(data):
    with pytest.raises(UserError) as caught:
        parse_release(data)
    return str(caught.value).replace("\u202f", " ")


def write(path, data):
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return str(path)


def audited(tmp_path, data, *options):
    told = tmp_path / "v.json"
    code = main(
        ["secret", "audit", write(tmp_path / "R.json", data), "--json", str(told), *options]
    )
    return code, json.loads(told.read_text(encoding="utf-8"))


def test_the_release_used_here_is_safe(tmp_path):
    assert audited(tmp_path, RELEASE)[0] == 0


@pytest.mark.parametrize("place", PLACES)
def test_each_name_of_a_release_misspelt_is_refused(place):
    for word in at(RELEASE, PLACES[place]):
        data = copy(RELEASE)
        owner = at(data, PLACES[place])
        owner[word[:-1] or "x"] = owner.pop(word)
        assert f"« {word[:-1]} » est un nom inconnu" in refused(data), word


def test_what_describes_an_example_is_let_through(tmp_path):
    data = copy(RELEASE) | {"title": "x", "note": "y"}
    data["cells"][0] |= {"truth": 3, "target": True, "dims": {"zone": "A"}}
    assert audited(tmp_path, data)[0] == 0


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        *(
            ("univers", "universe"),
            ("Universe", "universe"),
            ("bases", "base"),
            ("seuil", "threshold"),
        ),
        *(("treshold", "threshold"), ("valeur", "value"), ("univ", "universe"), ("val", "value")),
    ],
)
def test_a_column_that_looks_like_one_that_protects_is_refused(tmp_path, capsys, column, meant):
    links = write(tmp_path / "r.csv", "relation,cell,coef\ns,1,1\ns,2,1\ns,3,-1\n")
    cells = write(tmp_path / "c.csv", f"id,value,{column}\n1,30,40\n2,90,400\n3,120,400\n")
    options = ["--cells", cells, "--relations", links]
    assert main(["secret", "protect", *options, "--out", str(tmp_path / "R.json")]) == 2
    said = capsys.readouterr().err
    assert f"«\u202f{meant}\u202f»" in said
    assert f"«\u202f{column}\u202f»" in said
    if column != "seuil":
        assert main(["secret", "audit", *options]) == 2
    assert not (tmp_path / "R.json").exists()


@pytest.mark.parametrize(
    "column", ["zone", "cat", "geo", "year", "case", "période", "bassin", "unite"]
)
def test_a_column_that_describes_the_line_is_let_through(tmp_path, column):
    links = write(tmp_path / "r.csv", "relation,cell,coef\ns,1,1\ns,2,1\ns,3,-1\n")
    cells = write(tmp_path / "c.csv", f"id,value,{column}\n1,30,A\n2,90,B\n3,120,C\n")
    options = ["--cells", cells, "--relations", links]
    assert main(["secret", "protect", *options, "--out", str(tmp_path / "R.json")]) == 0
    assert main(["secret", "audit", *options]) == 0


@pytest.mark.parametrize(
    ("cells", "links", "words"),
    [
        ("id,value\n1,3\n2,4\n3,7", "relation,cell,coef,sense\ns,1,1,<=\ns,3,-1,<=", ["sense"]),
        ("id,value\n1,3\n2,4\n3,7", "relation,cell,coeff\ns,1,1", ["coeff", "coef"]),
        ("id,value,value\n1,3,9\n2,4,9\n3,7,9", "relation,cell,coef", ["plusieurs fois"]),
        ("id,value\n1,3,,12\n2,4\n3,7", "relation,cell,coef", ["ligne 2", "plus de champs"]),
        ("id,value\n1,3\n2,4\n3,7", "relation,cell,coef\ns,1,1\ns,1,1\ns,3,-1", ["plusieurs fois"]),
        ("id,value,base\n1,3,50\n2,4,\n3,7,", "relation,cell,coef", ["« base »", "« 1 »"]),
        ("id,value,threshold\n1,3,1\n2,4,\n3,7,", "relation,cell,coef", ["« threshold »", "« 1 »"]),
    ],
)
def test_csv_tables_that_would_be_half_read_are_refused(tmp_path, capsys, cells, links, words):
    options = ["--cells", write(tmp_path / "c.csv", cells + "\n")]
    options += ["--relations", write(tmp_path / "r.csv", links + "\n")]
    assert main(["secret", "protect", *options, "--out", str(tmp_path / "R.json")]) == 2
    said = capsys.readouterr().err.replace("\u202f", " ")
    for word in words:
        assert word in said


def one(value, **fields):
    """One published cell beside a large one and their total, which hides nothing."""
    cells = [
        {"id": "a", "status": "published", "value": value, **fields},
        {"id": "b", "status": "published", "value": 400},
        {"id": "T", "status": "published", "value": 400 + value},
    ]
    sums = [{"id": "r", "terms": {"a": 1, "b": 1, "T": -1}}]
    return {"threshold": 5, "zeros": "masked", "cells": cells, "relations": sums}


@pytest.mark.parametrize(
    ("value", "fields", "kind"),
    [
        *((0, {}, "SHOWN"), (1, {}, "SHOWN"), (4, {}, "SHOWN"), (5, {}, None), (6, {}, None)),
        *((30, {"base": 4}, "SHOWN"), (30, {"base": 5}, None), (30, {"base": 6}, None)),
        *((10, {"threshold": 11}, "SHOWN"), (11, {"threshold": 11}, None)),
        *((30, {"universe": 99}, "ZONE"), (30, {"universe": 100}, None)),
        *((3, {"kind": "offer"}, None), (3, {"kind": "amount"}, None)),
        (3, {"kind": "offer", "universe": 99}, None),
        (300, {"kind": "amount", "base": 4}, "SHOWN"),
        (300, {"kind": "amount", "base": 5}, None),
    ],
)
def test_what_is_published_under_its_threshold_is_a_leak(tmp_path, value, fields, kind):
    code, verdict = audited(tmp_path, one(value, **fields))
    expected = [] if kind is None else [{"id": "a", "lo": value, "hi": value, "kind": kind}]
    assert verdict["leaks"] == expected
    assert code == (1 if kind else 0)


def test_a_zero_is_no_secret_where_zeros_are_shown(tmp_path):
    assert audited(tmp_path, one(0) | {"zeros": "shown"})[0] == 0
    assert audited(tmp_path, one(1) | {"zeros": "shown"})[0] == 1


def test_what_others_published_is_told_and_not_held_against_us(tmp_path):
    code, verdict = audited(tmp_path, one(3, external=True))
    assert code == 0
    assert [leak["id"] for leak in verdict["already_public"]] == ["a"]


def test_thresholds_may_be_given_as_a_policy(tmp_path):
    data = one(30, universe=99)
    del data["threshold"], data["zeros"]
    policy = {"min_count": 5, "min_population": 50, "zeros": "masked"}
    assert audited(tmp_path, data | {"policy": policy})[0] == 0
    assert audited(tmp_path, data | {"policy": policy | {"min_population": 100}})[0] == 1
    assert audited(tmp_path, data | {"policy": policy | {"min_count": 31}})[0] == 1
    assert audited(tmp_path, data | {"policy": policy, "threshold": 3})[0] == 2


def test_a_rate_of_a_hidden_cell_is_denounced(tmp_path, capsys):
    data = copy(RELEASE)
    data["ratios"][0] |= {"num": {"a": 1}, "den": {"u": 1}, "value": 100, "decimals": 0}
    code, verdict = audited(tmp_path, data)
    assert code == 1
    assert {"id": "d", "lo": None, "hi": None, "kind": "OPERAND"} in verdict["leaks"]
    assert "« d » : indicateur montré" in capsys.readouterr().out.replace("\u202f", " ").replace(
        "\u00a0", " "
    )


def test_allocataires_told_behind_a_hidden_cell_are_believed_by_the_attack(tmp_path):
    """« At least 5 of them » narrows the others: 9 less 5 is at most 4."""
    data = one(9)
    data["cells"] = [
        {"id": "a", "status": "suppressed", "lb": 0, "base": 5},
        {"id": "b", "status": "suppressed", "lb": 0},
        {"id": "T", "status": "published", "value": 9},
    ]
    code, verdict = audited(tmp_path, data, "--bounds")
    assert verdict["bounds"] == {"a": [5, 9], "b": [0, 4]}
    assert code == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"cells": [{"id": "a", "value": 3, "value": 50}]}', "deux fois"),
        ('{"cells": [{"id": "a", "value": 30}], "cells": []}', "deux fois"),
        ('{"cells": [{"id": "a", "value": NaN}]}', "NaN"),
        ('{"cells": [{"id": "a", "value": -Infinity}]}', "Infinity"),
        ('{"cells": [{"id": "\\ud83d", "value": 30}]}', "moitié"),
        ('{"cells": [{"id": "a", "value": 30, "dims": {"zone": "\\udfff"}}]}', "moitié"),
        ('{"cells": [{"id": "a", "value": 1' + "0" * 400 + "}]}", "value"),
        ('{"cells": [{"id": "a", "value": 1' + "0" * 5000 + "}]}", "démesuré"),
        ('{"cells": []}', "cells"),
        ('{"cell": [{"id": "a", "value": 30}]}', "vouliez-vous"),
        ("[" * 100_000, "JSON"),
        ('{"cells": [{"id": "a", "value": true}]}', "value"),
        ('{"cells": [{"id": "a", "value": 30, "rounded": []}]}', "rounded"),
        ('{"cells": [{"id": "a", "value": 30, "need": {}}]}', "need"),
        ('{"cells": [{"id": "a", "value": 30, "virtual": 0}]}', "virtual"),
        ('{"cells": [{"id": "a", "value": 30}], "relations": {"r": {}}}', "relations"),
    ],
)
def test_json_that_two_readers_would_read_differently_is_refused(tmp_path, capsys, text, word):
    source = write(tmp_path / "T.json", text)
    assert main(["secret", "protect", source, "--out", str(tmp_path / "R.json")]) == 2
    said = capsys.readouterr().err
    assert word in said
    assert "Traceback" not in said
    assert main(["secret", "audit", source]) == 2


@pytest.mark.parametrize(
    ("value", "base", "kind", "fine"),
    [
        *((30, 29, "count", True), (30, 30, "count", True), (30, 31, "count", False)),
        *((0, 0, "count", True), (3, 0, "count", False), (0, 1, "count", False)),
        *((2, 30, "offer", True), (2, 30, "amount", True), (2, 0, "amount", False)),
        *((30, 2.5, "count", False), (30, -1, "count", False)),
    ],
)
def test_allocataires_behind_a_cell_are_believed_only_if_they_can_be(
    tmp_path, capsys, value, base, kind, fine
):
    table = {"cells": [{"id": "a", "value": value, "base": base, "kind": kind}]}
    code = main(
        ["secret", "protect", write(tmp_path / "T.json", table), "--out", str(tmp_path / "R")]
    )
    assert (code != 2) is fine
    assert fine or "« a » : « base »" in capsys.readouterr().err.replace("\u202f", " ")


@pytest.mark.parametrize(("own", "fine"), [(1, False), (4, False), (5, True), (6, True)])
def test_a_threshold_of_its_own_is_never_looser(tmp_path, capsys, own, fine):
    table = {"cells": [{"id": "a", "value": 4, "threshold": own}]}
    out = tmp_path / "R.json"
    code = main(["secret", "protect", write(tmp_path / "T.json", table), "--out", str(out)])
    assert code == (0 if fine else 2)
    assert fine or "plus bas que le seuil" in capsys.readouterr().err, "refused at the door"
    release = one(40, threshold=own)
    assert audited(tmp_path, release)[0] == (0 if fine else 2)
