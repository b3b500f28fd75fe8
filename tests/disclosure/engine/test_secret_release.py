"""A release carries no hidden value, and a malformed one is refused whole, in French."""

import json

import numpy as np
import pytest
import scipy.sparse as sp

from ctg_data.disclosure.engine.problem.stated_rounding import Rounding
from ctg_data.disclosure.engine.release import files as release_files
from ctg_data.disclosure.engine.release.content import PUBLISHED, SUPPRESSED, Release, to_json
from ctg_data.disclosure.engine.release.files import (
    read_release_csv,
    read_release_json,
    write_release,
)
from ctg_data.disclosure.engine.release.parse import parse_release
from ctg_data.errors import UserError


def small(**changes):
    """Return a, b and their published total as RELEASE.json."""
    data = {
        "threshold": 5,
        "cells": [
            {"id": "a", "status": "suppressed", "lb": 1},
            {"id": "b", "status": "suppressed", "lb": 1},
            {"id": "total", "status": "published", "value": 20},
        ],
        "relations": [{"id": "somme", "terms": {"a": 1, "b": 1, "total": -1}}],
        "ratios": [],
    }
    return data | changes


def test_written_release_reads_back_the_same(tmp_path):
    data = small(
        zeros="shown",
        ratios=[
            {"id": "r", "num": {"a": 1}, "den": {"total": 1}, "scale": 100, "offset": 0}
            | {"value": 12.5, "decimals": 1}
        ],
    )
    data["cells"] += [
        {"id": "arrondi", "status": "published", "value": 65, "external": True}
        | {"rounded": {"base": 5, "mode": "nearest"}},
        {"id": "reste", "status": "virtual", "lb": 0, "ub": 40},
    ]
    data["relations"].append(
        {"id": "dont", "terms": {"reste": 1, "a": -1}, "rhs": 3, "sense": "<="}
    )
    path = tmp_path / "RELEASE.json"
    write_release(path, parse_release(data))
    assert json.loads(path.read_text(encoding="utf-8")) == data
    assert to_json(read_release_json(path)) == data


def test_a_hidden_cell_cannot_carry_a_value():
    with pytest.raises(ValueError, match="hidden cell carries a value: a"):
        Release(
            threshold=5,
            zeros_shown=True,
            ids=["a"],
            status=np.array([SUPPRESSED], dtype=np.int8),
            value=np.array([3.0]),
            lb=np.array([1.0]),
            ub=np.array([np.nan]),
            rounded={},
            matrix=sp.csr_matrix((0, 1)),
            rhs=np.zeros(0),
            sense=np.array([], dtype="U2"),
            relation_ids=[],
        )


def test_a_value_on_a_suppressed_cell_is_an_error_that_names_it_and_not_the_value():
    data = small()
    data["cells"][0]["value"] = 3
    with pytest.raises(UserError, match="«\u202fa\u202f»") as error:
        parse_release(data)
    assert "masquée, elle porte pourtant une valeur" in str(error.value)
    assert "3" not in str(error.value)


def test_every_problem_is_told_at_once():
    data = small(threshold=0)
    data["cells"] += [
        {"id": "a", "status": "published", "value": 2},
        {"id": "c", "status": "caché"},
        {"id": "d", "status": "published"},
        {"id": "e", "status": "suppressed", "lb": 4, "ub": 2},
        {"id": "f", "status": "published", "value": 66, "rounded": {"base": 5, "mode": "nearest"}},
        {"status": "published", "value": 1},
    ]
    data["relations"] += [
        {"id": "somme", "terms": {"a": "un", "zut": 1}, "sense": "<"},
        {"id": "vide", "terms": {}},
    ]
    data["ratios"] = [{"id": "r", "num": {"a": 1}, "den": {"b": 1}, "scale": 0, "value": "x"}]
    with pytest.raises(UserError) as error:
        parse_release(data)
    text = str(error.value)
    for expected in (
        "threshold",
        "« a »\u00a0: présente plusieurs fois",
        "« c »",
        "« d »\u00a0: publiée sans valeur",
        "« e »",
        "« f »",
        "cellule n° 9",
        "cellule inconnue « zut »",
        "coefficient de « a »",
        "« sense »",
        "relation « vide »\u00a0: aucun terme",
        "relation « somme »\u00a0: présente plusieurs fois",
        "« scale »",
        "« decimals »",
    ):
        assert expected.replace("« ", "«\u202f").replace(" »", "\u202f»") in text, expected


def test_long_lists_of_problems_end_with_their_number():
    data = small()
    data["cells"] += [{"id": f"x{i}", "status": "?"} for i in range(100)]
    with pytest.raises(UserError, match="et 70 autres problèmes"):
        parse_release(data)


@pytest.mark.parametrize("data", [[], {}, {"cells": 3}, None, "x"])
def test_another_kind_of_json_is_refused(data):
    with pytest.raises(UserError, match="Diffusion illisible"):
        parse_release(data)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([{"id": "a", "status": "suppressed", "lb": 1}], True),
        ([{"id": "a", "status": "suppressed", "lb": 0}], False),
        ([{"id": "a", "status": "suppressed"}], False),
        ([{"id": "a", "status": "virtual"}, {"id": "b", "status": "published", "value": 0}], True),
    ],
)
def test_the_bounds_of_suppressed_cells_tell_whether_zeros_are_shown(cells, shown):
    assert parse_release({"threshold": 5, "cells": cells}).zeros_shown is shown


def test_csv_files_without_status_hide_the_empty_cells(tmp_path):
    cells, relations = tmp_path / "cells.csv", tmp_path / "relations.csv"
    cells.write_text("id,value,zone\na,,Z\nb,7,Z\nt,12,Z\n", encoding="utf-8")
    relations.write_text("relation,cell,coef\n1,a,1\n1,b,1\n1,t,-1\n", encoding="utf-8")
    release = read_release_csv(cells, relations, zeros_shown=True, threshold=5)
    assert release.status.tolist() == [SUPPRESSED, PUBLISHED, PUBLISHED]
    assert release.lb[0] == 1
    assert release.matrix.toarray().tolist() == [[1, 1, -1]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "ce n'est pas du JSON (ligne 1, colonne 2)"),
        ("é".encode("latin-1"), "pas codé en UTF-8"),
        (b"[" * 200_000, "imbriqué sans fin"),
    ],
)
def test_an_unreadable_file_is_explained(tmp_path, content, expected):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_release_json(path)
    assert expected in str(error.value)


def test_missing_files_and_folders_are_explained(tmp_path):
    with pytest.raises(UserError, match="introuvable"):
        read_release_json(tmp_path / "rien.json")
    with pytest.raises(UserError, match="illisible"):
        read_release_json(tmp_path)
    with pytest.raises(UserError, match="impossible de l'écrire"):
        write_release(tmp_path / "dossier" / "x.json", parse_release(small()))


def test_csv_problems_are_explained(tmp_path):
    cells, relations = tmp_path / "cells.csv", tmp_path / "relations.csv"
    cells.write_text("id;value\na;3\n", encoding="utf-8")
    relations.write_text("relation,cell,coef\n1,a,1\n1,a,1\n", encoding="utf-8")
    with pytest.raises(UserError, match="il manque la colonne"):
        read_release_csv(cells, relations, zeros_shown=True, threshold=5)
    cells.write_text("id,value\na,trois\n", encoding="utf-8")
    with pytest.raises(UserError, match="y est deux fois"):
        read_release_csv(cells, relations, zeros_shown=True, threshold=5)
    relations.write_text("relation,cell,coef\n1,a,1\n", encoding="utf-8")
    with pytest.raises(UserError, match="publiée sans valeur numérique"):
        read_release_csv(cells, relations, zeros_shown=True, threshold=5)


def test_a_failed_write_leaves_the_former_file(tmp_path, monkeypatch):
    path = tmp_path / "RELEASE.json"
    path.write_text("avant", encoding="utf-8")

    def fail(release):
        yield "{"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(release_files, "release_text", fail)
    with pytest.raises(UserError, match="impossible de l'écrire"):
        write_release(path, parse_release(small()))
    assert path.read_text(encoding="utf-8") == "avant"
    assert [entry.name for entry in tmp_path.iterdir()] == ["RELEASE.json"]


def test_rounding_is_kept_by_cell_index():
    cell = {"id": "x", "status": "published", "value": 10, "rounded": {"base": 5, "mode": "down"}}
    release = parse_release({"threshold": 5, "cells": [cell]})
    assert release.rounded == {0: Rounding(5, "down")}
