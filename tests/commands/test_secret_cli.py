"""The commands: exit codes, files written, and French that a log can hold."""

import json
import os
import subprocess
import sys

import pytest

from ctg_data.__main__ import main
from ctg_data.commands import secret_protect, secret_text as cli_text
from ctg_data.disclosure.engine.audit.verdict import Leak, Verdict
from ctg_data.disclosure.engine.manifest import sha256

TABLE = {
    "policy": {"min_count": 5, "min_population": 100, "zeros": "shown"},
    "cells": [
        {"id": name, "value": value}
        for name, value in {
            "A|x": 3, "A|y": 18, "A|t": 21, "B|x": 40, "B|y": 25, "B|t": 65,
            "T|x": 43, "T|y": 43, "T|t": 86,
        }.items()
    ],
    "relations": [
        {"id": f"{zone}", "terms": {f"{zone}|x": 1, f"{zone}|y": 1, f"{zone}|t": -1}}
        for zone in "ABT"
    ] + [
        {"id": f"{cat}", "terms": {f"A|{cat}": 1, f"B|{cat}": 1, f"T|{cat}": -1}}
        for cat in "xyt"
    ],
}  # fmt: skip
CANARY = 7919
"""A prime found nowhere else: nothing hidden may carry it."""


def write(path, data):
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def protect(tmp_path, table, *options):
    source = write(tmp_path / "TABLE.json", table)
    out, told = tmp_path / "RELEASE.json", tmp_path / "verdict.json"
    code = main(["secret", "protect", source, "--out", str(out), "--json", str(told), *options])
    return code, out, json.loads(told.read_text(encoding="utf-8"))


def audit(tmp_path, release, *options):
    source = write(tmp_path / "R.json", release)
    told = tmp_path / "v.json"
    code = main(["secret", "audit", source, "--json", str(told), *options])
    return code, json.loads(told.read_text(encoding="utf-8"))


def hidden(release):
    return sorted(cell["id"] for cell in release["cells"] if cell["status"] != "published")


def test_a_relation_that_says_nothing_is_not_written(tmp_path):
    nothing = {"id": "rien", "terms": {"A|x": 0, "B|x": 0}}
    code, out, _ = protect(tmp_path, {**TABLE, "relations": [*TABLE["relations"], nothing]})
    assert code == 0
    written = [item["id"] for item in json.loads(out.read_text("utf-8"))["relations"]]
    assert written == [item["id"] for item in TABLE["relations"]]


def test_a_protected_table_passes_its_own_audit(tmp_path, capsys):
    code, out, verdict = protect(tmp_path, TABLE)
    assert code == 0
    release = json.loads(out.read_text(encoding="utf-8"))
    assert verdict["hidden"] == hidden(release)
    assert "A|x" in verdict["hidden"]
    assert len(verdict["hidden"]) >= 4
    assert all("value" not in cell for cell in release["cells"] if cell["id"] in verdict["hidden"])
    assert audit(tmp_path, release)[0] == 0
    said = capsys.readouterr().out
    assert "Aucune fuite\u00a0: aucun petit effectif" in said
    assert "Diffusion écrite" in said


def test_the_manifest_tells_the_release_and_nothing_of_the_input(tmp_path):
    _, out, _ = protect(tmp_path, TABLE)
    manifest = json.loads((tmp_path / "RELEASE.manifest.json").read_text(encoding="utf-8"))
    assert manifest["sha256"] == sha256(out)
    assert manifest["counts"]["cells"] == 9
    assert manifest["counts"]["suppressed"] == len(hidden(json.loads(out.read_text("utf-8"))))
    assert manifest["policy"] == TABLE["policy"]
    assert manifest["audit"]["verdict"] == "safe"
    again = json.loads(json.dumps(manifest))
    first = out.read_bytes()
    protect(tmp_path, TABLE)
    assert out.read_bytes() == first
    second = json.loads((tmp_path / "RELEASE.manifest.json").read_text(encoding="utf-8"))
    # The number is drawn at random: the same table twice cannot be recognised by it.
    assert second["number"] != again["number"]


def test_no_file_written_holds_a_hidden_value(tmp_path):
    big = json.loads(json.dumps(TABLE))
    for cell in big["cells"]:
        cell["value"] = {"A|x": 3, "A|y": CANARY, "A|t": CANARY + 3}.get(cell["id"], cell["value"])
    totals = {"T|x": 43, "T|y": CANARY + 25, "T|t": CANARY + 68}
    for cell in big["cells"]:
        cell["value"] = totals.get(cell["id"], cell["value"])
    code, out, _ = protect(tmp_path, big)
    assert code == 0
    if "A|y" in hidden(json.loads(out.read_text(encoding="utf-8"))):
        for path in (out, tmp_path / "RELEASE.manifest.json", tmp_path / "verdict.json"):
            assert str(CANARY) not in path.read_text(encoding="utf-8")


def test_leaks_are_named_and_exit_1(tmp_path, capsys):
    cells = [
        {"id": "Pins|RSA", "status": "suppressed", "lb": 1},
        {"id": "autres", "status": "published", "value": 39},
        {"id": "total", "status": "published", "value": 42},
    ]
    relations = [{"id": "somme", "terms": {"Pins|RSA": 1, "autres": 1, "total": -1}}]
    release = {"threshold": 5, "cells": cells, "relations": relations}
    code, verdict = audit(tmp_path, release, "--bounds")
    assert code == 1
    assert verdict["leaks"] == [{"id": "Pins|RSA", "lo": 3, "hi": 3, "kind": "EXACT"}]
    assert verdict["bounds"] == {"Pins|RSA": [3, 3]}
    said = capsys.readouterr().out
    assert "Pins|RSA" in said
    assert "1\u00a0fuite\u00a0: ne diffusez pas ce fichier." in said


def test_undecided_is_exit_3(tmp_path, capsys):
    value = {cell["id"]: cell["value"] for cell in TABLE["cells"]}
    cells = [
        {"id": name, "status": "suppressed", "lb": 1}
        if name in ("A|x", "A|y", "B|x", "B|y")
        else {"id": name, "status": "published", "value": value[name]}
        for name in value
    ]
    release = {"threshold": 5, "cells": cells, "relations": TABLE["relations"]}
    code, verdict = audit(tmp_path, release, "--seconds", "0")
    assert code == 3
    # The other two cannot be under 5: their lines say so without a solver.
    assert verdict["undecided"] == ["A|x", "A|y"]
    assert "2\u00a0cellules indécises" in capsys.readouterr().out


def test_what_cannot_be_protected_is_exit_3_and_named(tmp_path, monkeypatch, capsys):
    table = json.loads(json.dumps(TABLE))
    for cell in table["cells"]:
        cell["external"] = cell["id"] != "A|x"
    code, out, verdict = protect(tmp_path, table)
    said = capsys.readouterr().out
    if code == 3:
        assert "A|x" in verdict["failed"]
        assert "A|x" in said
        assert not out.exists()
    else:
        # What public data give away by themselves is not ours to protect.
        assert [leak["id"] for leak in verdict["audit"]["already_public"]] == ["A|x"]


def test_a_release_that_its_audit_refuses_is_not_written(tmp_path, monkeypatch, capsys):
    leak = Verdict([Leak("A|x", 3, 3, "EXACT")], [], [], [], 4, ["declared"], 0.1)
    monkeypatch.setattr(secret_protect, "audit", lambda release: leak)
    code, _, verdict = protect(tmp_path, TABLE)
    assert code == 3
    assert verdict["verdict"] == "not_protected"
    assert verdict["failed"] == ["A|x"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["TABLE.json", "verdict.json"]
    assert "L'audit ne confirme pas" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "JSON"),
        (b"[]", "cells"),
        ("é".encode("latin-1"), "UTF-8"),
        (b'{"cells": [{"id": "a", "value": -3}, {"id": "a", "value": 2}]}', "a"),
    ],
)
@pytest.mark.parametrize("command", ["protect", "audit"])
def test_bad_input_is_exit_2_in_french_without_traceback(
    tmp_path, capsys, command, content, expected
):
    path, told = tmp_path / "x.json", tmp_path / "v.json"
    path.write_bytes(content)
    options = ["--out", str(tmp_path / "R.json")] if command == "protect" else []
    assert main(["secret", command, str(path), *options, "--json", str(told)]) == 2
    said = capsys.readouterr().err
    assert expected in said
    assert "Traceback" not in said
    verdict = json.loads(told.read_text(encoding="utf-8"))
    assert verdict == {"verdict": "bad_input", "message": said.removesuffix("\n")}


def test_a_table_given_for_a_release_is_recognised(tmp_path, capsys):
    assert main(["secret", "audit", write(tmp_path / "TABLE.json", TABLE)]) == 2
    assert "tableau à protéger" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["protect", "audit"])
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x.json", "--cells", "c.csv", "--relations", "r.csv"],
        ["--cells", "c.csv"],
        ["x.json", "--threshold", "5"],
        ["--cells", "c.csv", "--relations", "r.csv", "--threshold", "0"],
        ["nulle-part.json"],
    ],
)
def test_arguments_that_do_not_go_together_are_exit_2(capsys, command, arguments):
    out = ["--out", "R.json"] if command == "protect" else []
    assert main(["secret", command, *arguments, *out]) == 2
    assert capsys.readouterr().err


def test_protect_needs_to_know_where_to_write(tmp_path, capsys):
    assert main(["secret", "protect", write(tmp_path / "T.json", TABLE)]) == 2
    assert "--out" in capsys.readouterr().err
    missing = str(tmp_path / "absent" / "R.json")
    assert main(["secret", "protect", write(tmp_path / "T.json", TABLE), "--out", missing]) == 2


@pytest.mark.parametrize("zeros", ["shown", "masked", None])
def test_csv_tables_are_protected_then_attacked(tmp_path, zeros):
    cells, relations = tmp_path / "cells.csv", tmp_path / "relations.csv"
    rows = [f"{cell['id']},{cell['value']}" for cell in TABLE["cells"]]
    cells.write_text("\n".join(["id,value", *rows]) + "\n", encoding="utf-8")
    terms = [(r["id"], *term) for r in TABLE["relations"] for term in r["terms"].items()]
    lines = [f"{name},{cell},{coef}" for name, cell, coef in terms]
    relations.write_text("\n".join(["relation,cell,coef", *lines]) + "\n", encoding="utf-8")
    out = tmp_path / "RELEASE.json"
    options = ["--zeros", zeros] if zeros else []
    source = ["--cells", str(cells), "--relations", str(relations)]
    assert main(["secret", "protect", *source, *options, "--out", str(out)]) == 0
    release = json.loads(out.read_text(encoding="utf-8"))
    assert release["zeros"] == (zeros or "masked")
    gone = hidden(release)
    kept = ["id,value", *(row for row in rows if row.split(",")[0] not in gone)]
    cells.write_text("\n".join([*kept, *(f"{name}," for name in gone)]) + "\n", encoding="utf-8")
    assert main(["secret", "audit", *source, *options]) == 0
    # With one mask per line and column, the others give it away.
    cells.write_text("\n".join(["id,value", "A|x,", *rows[1:]]) + "\n", encoding="utf-8")
    assert main(["secret", "audit", *source, *options]) == 1


def test_protecting_loads_nothing_heavy_that_it_does_not_use(tmp_path):
    """Pandas alone costs as much as protecting and attacking a table of 500 cells."""
    source = write(tmp_path / "T.json", TABLE)
    code = (
        "import sys; from ctg_data.__main__ import main;"
        f"command = ['secret', 'protect', {source!r}, '--out', {str(tmp_path / 'R.json')!r}];"
        "assert main(command) == 0;"
        "assert 'ctg_data.disclosure.engine.protect' in sys.modules;"
        "assert 'pandas' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_terminal_without_accents_still_prints(tmp_path):
    table = write(tmp_path / "T.json", TABLE)
    for words in (["protect", table, "--out", str(tmp_path / "R.json")], ["protect", "absent"]):
        done = subprocess.run(
            [sys.executable, "-m", "ctg_data", "secret", *words],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )
        told = (done.stdout + done.stderr).decode("ascii")
        assert "?" in told
        assert "Traceback" not in told


def test_long_lists_end_with_what_is_left():
    leaks = [Leak(f"c{i}", 1, 4, "INSIDE") for i in range(1, 31)]
    text = cli_text.audit_text(Verdict(leaks, [], [], [], 30, ["declared"], 0.5))
    assert "30\u00a0fuites" in text
    assert "c20" in text
    assert "c21" not in text
    assert "et 10 de plus" in text


def test_the_commands_load_one_solver_only():
    loaded = (
        "import sys; import ctg_data.commands.secret_protect;"
        "print('highspy' in sys.modules, 'scipy.optimize' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False"]
