"""The five locks of the door between counts and readers.

1. the constructor is private; 2. hidden values are erased; 3. signatures are typed; 4. imports
are forbidden (``test_architecture`` holds every package, this file the pages and figures);
5. canaries (``test_no_leak``).
"""

import ast
import inspect
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ctg_data.documents import csv
from ctg_data.errors import UnmaskedDataError
from ctg_data.release import masked
from ctg_data.release.masked import MaskedTable
from ctg_data.release.policy import Policy
from tests import ROOT
from tests.tables import label, table
from ui.blocks import components, notes, tables
from ui.charts import base as chart_base, figures as charts, lines as chart_lines

DOORS = (
    *(charts.bars, charts.gaps, charts.parts, chart_lines.lines, chart_base.rows),
    *(tables.html_table, notes.notes_html, notes.masked_text, csv.to_csv),
)
RAW = {
    *("ctg_data.observations", "ctg_data.store", "ctg_data.sources"),
    "ctg_data.territory.embedded",
    *("ctg_data.disclosure.adapter.confidential", "ctg_data.disclosure.adapter.kept"),
}

# they hand the store over to the façade of the socle, and read nothing from it themselves
WRITERS = {
    "frame/updating.py",
    *(f"socle/{name}.py" for name in ("protecting", "view", "history", "origin")),
    *(f"register/{name}.py" for name in ("placing", "importing", "asking", "published_acts")),
}


def one_cell() -> MaskedTable:
    return table([("commune", "A", 2023, 61.7), ("commune", "B", 2023, "s")])


# 1. The constructor is private


def test_nobody_builds_a_masked_table_by_hand():
    frame = one_cell().frame.drop(columns="sign")
    with pytest.raises(UnmaskedDataError):
        MaskedTable(frame, {}, Policy(), _door=object())
    with pytest.raises(TypeError):
        MaskedTable(frame, {})  # type: ignore[call-arg]


def test_the_first_table_comes_from_the_gate_alone():
    """``masked._release`` opens the door: one caller in the whole of the code."""
    callers = {
        str(path.relative_to(ROOT))
        for folder in ("ctg_data", "geo", "ui", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "masked.py" and uses(path, "_release", "_DOOR")
    }
    assert callers == {"ctg_data/disclosure/adapter/gate.py"}


def uses(path: Path, *names: str) -> bool:
    """Whether a module names a private part of another one."""
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return any(
        (isinstance(one, ast.Attribute) and one.attr in names)
        or (isinstance(one, ast.ImportFrom) and any(a.name in names for a in one.names))
        for one in found
    )


def test_a_table_is_never_pickled():
    with pytest.raises(UnmaskedDataError):
        pickle.dumps(one_cell())


# 2. Hidden values are erased


def test_a_hidden_cell_cannot_carry_its_value():
    frame = one_cell().frame.drop(columns="sign")
    with pytest.raises(UnmaskedDataError):
        masked._release(frame.assign(value=[61.7, 3.0]), {}, Policy())


def test_what_is_made_of_a_hidden_cell_is_hidden():
    both = one_cell()
    made = both.derive("x", "%", [both, both], lambda a, b: a + b).frame.set_index("code")
    assert made.loc["A", "value"] == pytest.approx(123.4)
    assert np.isnan(made.loc["B", "value"])
    assert made.loc["B", "sign"] == "s"


def test_a_copy_given_away_does_not_open_the_table():
    shown = one_cell()
    copy = shown.frame
    copy["value"] = 3.0
    assert shown.frame["value"].isna().sum() == 1


# 3. Signatures are typed, and checked when they run


@pytest.mark.parametrize("door", DOORS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_what_shows_data_is_typed_by_a_masked_table(door):
    first, *_ = inspect.signature(door).parameters.values()
    assert first.annotation is MaskedTable


def test_no_block_accepts_a_bare_frame():
    """Mypy reads the annotations: a DataFrame in one of them would open a second door."""
    for module in (charts, chart_base, chart_lines, components, notes, tables, csv):
        for _, one in inspect.getmembers(module, inspect.isfunction):
            told = [str(kind) for kind in one.__annotations__.values()]
            assert not any("DataFrame" in kind for kind in told), one


@pytest.mark.parametrize("wrong", [pd.DataFrame({"value": [7919]}), [7919], {"value": 7919}])
def test_a_bare_value_is_refused_when_it_runs(wrong):
    with pytest.raises(UnmaskedDataError):
        charts.bars(wrong, label, decimals=0)
    with pytest.raises(UnmaskedDataError):
        charts.lines(wrong, label, decimals=0)
    with pytest.raises(UnmaskedDataError):
        tables.html_table(wrong, label, tables.Layout("x"), decimals=0)
    with pytest.raises(UnmaskedDataError):
        notes.notes_html(wrong, lecture="", scope="")
    with pytest.raises(UnmaskedDataError):
        csv.to_csv(wrong, label, title="x", decimals=0)


# 4. Imports are forbidden


def imported(path: Path) -> set[str]:
    """Modules named by the imports of a file, with what is taken from them."""
    found = set()
    for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(one, ast.Import):
            found |= {alias.name for alias in one.names}
        if isinstance(one, ast.ImportFrom) and one.module:
            found |= {f"{one.module}.{alias.name}" for alias in one.names}
    return found


@pytest.mark.parametrize(
    "path",
    [*(ROOT / "pages").glob("*.py"), *(ROOT / "ui").rglob("*.py")],
    ids=lambda one: f"{one.parent.name}/{one.name}",
)
def test_pages_and_blocks_never_see_observations(path):
    # what is declared, not what is counted; what was shown already
    allowed = {"ctg_data.observations.variables", "ctg_data.store.editions"}
    if str(path.relative_to(ROOT / "ui" if "ui" in path.parts else ROOT)) in WRITERS:
        allowed.add("ctg_data.store.session.Store")
    assert not uses(path, "observations")  # the store gives them out by this name
    assert not {
        name
        for name in imported(path)
        if not any(name == one or name.startswith(f"{one}.") for one in allowed)
        if any(name == raw or name.startswith(f"{raw}.") for raw in RAW)
    }


def test_the_search_of_imports_sees_one(tmp_path):
    path = tmp_path / "page.py"
    lines = (
        "from ctg_data import observations",
        "import ctg_data.store",
        "from ctg_data.x import y",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    assert imported(path) == {"ctg_data.observations", "ctg_data.store", "ctg_data.x.y"}
