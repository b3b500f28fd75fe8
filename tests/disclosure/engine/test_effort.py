"""Effort is counted, never timed, and every choice of it is an argument that something reads."""

import ast
import inspect
import time
from dataclasses import fields, replace
from itertools import count
from pathlib import Path

import pytest

from ctg_data.disclosure.engine.audit.budget import Budget
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.shift.effort import Effort
from tests import ROOT
from tests.specs import build

DISCLOSURE = ROOT / "ctg_data" / "disclosure"
WINGS = [DISCLOSURE / "engine", DISCLOSURE / "adapter"]
TELLING = {"protect.py", "attack.py", "confidential.py"}
"""What measures a duration, once at each end, to tell it: no branch reads it."""
CLOCKS = {"time", "monotonic", "perf_counter", "process_time", "thread_time", "monotonic_ns"}


def modules() -> list[Path]:
    return sorted(path for wing in WINGS for path in wing.rglob("*.py"))


def clock_readings(tree: ast.AST) -> list[ast.AST]:
    """Where a clock is read, as `time.x()` or by a name imported from `time`."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    }
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call
        for call in calls
        if (isinstance(call, ast.Attribute) and call.attr in CLOCKS)
        or (isinstance(call, ast.Name) and call.id in names)
    ]


def looked_at(tree: ast.AST) -> list[ast.AST]:
    """What branches, loops and comparisons look at."""
    return [
        part
        for node in ast.walk(tree)
        for part in (
            [node.test]
            if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert)
            else [node]
            if isinstance(node, ast.Compare)
            else []
        )
    ]


def test_clocks_only_tell_how_long_it_took():
    read = {}
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [found for part in looked_at(tree) for found in clock_readings(part)], path
        read[path.name] = read.get(path.name, 0) + len(clock_readings(tree))
    assert {name: times for name, times in read.items() if times} == dict.fromkeys(TELLING, 2)


def test_the_solver_is_given_no_time_limit():
    assert not [path for path in modules() if "time_limit" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize(("room", "kind"), [("shift", Effort), ("audit", Budget)])
def test_every_choice_of_effort_is_read_and_told(room, kind):
    """A field that nothing reads would be a choice that changes nothing."""
    code = [*(DISCLOSURE / "engine").glob("*.py"), *(DISCLOSURE / "engine" / room).glob("*.py")]
    read = {
        node.attr
        for path in code
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    names = {field.name for field in fields(kind)}
    assert names <= read
    told = inspect.getdoc(kind) or ""
    assert [name for name in names if f"\n    {name}: " not in told] == []


def test_a_slow_machine_gives_the_mask_of_a_fast_one(monkeypatch):
    """An hour passes each time that anybody looks at a clock."""
    counts = [[3, 12, 7, 9], [8, 2, 14, 6], [11, 5, 1, 10]]
    full = [[*row, sum(row)] for row in counts]
    full.append([sum(column) for column in zip(*full, strict=True)])
    cells = [
        {"id": f"{i}.{j}", "value": told}
        for i, row in enumerate(full)
        for j, told in enumerate(row)
    ]
    lines = [[f"{i}.{j}" for j in range(5)] for i in range(4)]
    relations = [
        {"id": f"r{k}", "terms": {**dict.fromkeys(line[:-1], 1), line[-1]: -1}}
        for k, line in enumerate([*lines, *map(list, zip(*lines, strict=True))])
    ]
    problem = build(cells, relations, policy={"zeros": "shown"})
    quick, found = protect_and_audit(problem)
    hours = count(step=3600)
    for clock in ("monotonic", "perf_counter", "time"):
        monkeypatch.setattr(time, clock, lambda: float(next(hours)))
    slow, verdict = protect_and_audit(problem)
    assert slow.seconds >= 3600, "the clock was slowed down"
    assert slow.hidden == quick.hidden
    assert slow.certificates == quick.certificates
    assert found is not None
    assert verdict is not None
    assert verdict.safe
    assert replace(verdict, seconds=0.0) == replace(found, seconds=0.0)
