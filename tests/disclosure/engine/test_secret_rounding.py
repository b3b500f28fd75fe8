"""Open figures rounded by their producer: what was printed is what readers know, in each reading.

The enumeration below is plain Python on small tables; it imports nothing of the engine.
"""

import itertools
import json
import random

import pandas as pd
import pytest

from ctg_data.__main__ import main
from ctg_data.disclosure.engine.proved import protect_and_audit
from ctg_data.disclosure.engine.release.content import to_json
from ctg_data.errors import UserError
from tests.specs import build

SUM = {"id": "somme", "terms": {"a": 1, "b": 1, "T": -1}}
TOP = 24
"""Above every value drawn here by more than a threshold."""


def opened(name, value, mode="both", **more):
    """The open figure of a cell, and that it is the same datum."""
    rounded = {"base": 5, "mode": mode}
    cell = {"id": f"ouvert {name}", "value": value, "external": True, "rounded": rounded, **more}
    return cell, {"id": f"même {name}", "terms": {f"ouvert {name}": 1, name: -1}}


def table(a, b, *figures, zeros="masked", **named):
    cells = [{"id": "a", "value": a}, {"id": "b", "value": b}, {"id": "T", "value": a + b}]
    cells += [cell for cell, _ in figures]
    policy = {"min_count": 5, "zeros": zeros}
    return build(cells, [SUM, *(link for _, link in figures)], policy=policy, **named)


def interval(printed, mode):
    return (printed, printed + 4) if mode == "down" else (max(0, printed - 2), printed + 2)


def possible(release, mode, *, public=False):
    """Every (a, b, T) that agrees with what is shown (or with open figures alone)."""
    cells = {cell["id"]: cell for cell in release["cells"]}

    def fits(name, value):
        cell = cells[name]
        if cell["status"] == "published" and not public and value != cell["value"]:
            return False
        if cell["status"] == "suppressed" and not public and value < cell.get("lb", 0):
            return False
        told = cells.get(f"ouvert {name}")
        if told is None or told["status"] != "published":
            return True
        own = told["rounded"]["mode"]
        low, high = interval(told["value"], mode if own == "both" else own)
        return low <= value <= high

    axis = range(TOP + 1)
    return [
        (a, b, a + b)
        for a, b in itertools.product(axis, axis)
        if fits("a", a) and fits("b", b) and fits("T", a + b)
    ]


def leaks(release, small, zeros):
    """The small cells that what is shown tells to be under 5, more closely than open figures do."""
    found = []
    for mode in ("nearest", "down"):
        tables = possible(release, mode)
        for place, name in enumerate(("a", "b", "T")):
            values = {one[place] for one in tables}
            if name not in small or not values or max(values) >= 5:
                continue
            known = {one[place] for one in possible(release, mode, public=True)}
            shown = 1 if zeros == "shown" else 0
            if max(known) > max(values) or max(min(known), shown) < min(values):
                found.append((mode, name, min(values), max(values)))
    return found


def drawn(seed):
    draw = random.Random(seed)
    value = {"a": draw.randint(0, 9), "b": draw.choice([0, 3, 6, 9, 12])}
    value["T"] = value["a"] + value["b"]
    way = draw.choice(["nearest", "down"])  # one producer, one way, which it does not tell
    figures = []
    for name in draw.sample(sorted(value), draw.randint(1, 3)):
        printed = value[name] // 5 * 5 if way == "down" else (value[name] + 2) // 5 * 5
        mode = draw.choice(["both", "both", way])
        figures.append(opened(name, value[name], mode, published=printed))
    zeros = draw.choice(["shown", "masked"])
    least = 1 if zeros == "shown" else 0
    small = {name for name, count in value.items() if least <= count < 5}
    return table(value["a"], value["b"], *figures, zeros=zeros), small, zeros


@pytest.mark.parametrize("seed", range(60))
def test_what_is_shown_tells_no_more_than_open_figures_in_either_reading(seed):
    problem, small, zeros = drawn(seed)
    protection, verdict = protect_and_audit(problem)
    if protection.failed or verdict is None or not verdict.safe:
        return
    assert leaks(to_json(protection.release), small, zeros) == []


def test_most_of_these_tables_are_protected():
    done = []
    for seed in range(60):
        protection, verdict = protect_and_audit(drawn(seed)[0])
        done.append(not protection.failed and verdict is not None and verdict.safe)
    assert sum(done) >= 57


def test_the_enumeration_sees_a_lone_mask():
    release = to_json(protect_and_audit(table(3, 9, opened("T", 12, published=10)))[0].release)
    for cell in release["cells"]:
        if cell["id"] in ("b", "T"):
            cell |= {"status": "published", "value": {"b": 9, "T": 12}[cell["id"]]}
    assert leaks(release, {"a"}, "masked")


def test_what_the_producer_printed_is_what_readers_know():
    """104 rounded down is 100: with 101 beside it, a hidden 3 is known to be 3 at most."""
    protection, verdict = protect_and_audit(table(3, 101, opened("T", 104, published=100)))
    assert verdict is not None
    assert verdict.safe
    shown = {cell["id"]: cell for cell in to_json(protection.release)["cells"]}
    assert shown["ouvert T"]["value"] == 100, "neither 104, nor 105 as our rounding would give"
    assert shown["b"]["status"] == "suppressed"


def test_a_figure_nobody_said_printed_is_rounded_by_its_mode():
    for mode, printed in (("nearest", 105), ("down", 100), ("up", 105), ("both", 105)):
        problem = table(4, 100, opened("T", 104, mode))
        shown = {c["id"]: c for c in to_json(protect_and_audit(problem)[0].release)["cells"]}
        assert shown["ouvert T"]["value"] == printed, mode


@pytest.mark.parametrize(
    ("value", "printed", "mode", "fine"),
    [
        *((104, 100, "both", True), (104, 105, "both", True), (104, 110, "both", False)),
        *((104, 100, "down", True), (104, 105, "down", False), (104, 100, "nearest", False)),
        *((102, 100, "nearest", True), (103, 100, "nearest", False), (100, 100, "down", True)),
        *((99, 100, "down", False), (104, 103, "both", False), (98, 100, "nearest", True)),
        *((97, 100, "both", False), (98, 100, "both", True), (105, 100, "both", False)),
    ],
)
def test_what_was_printed_must_round_our_value(value, printed, mode, fine):
    def made():
        return table(4, value - 4, opened("T", value, mode, published=printed))

    if fine:
        made()
    else:
        with pytest.raises(UserError, match="« ouvert T » : « published »"):
            made()


def test_published_alone_means_nothing(tmp_path):
    path = tmp_path / "T.json"
    path.write_text(json.dumps({"cells": [{"id": "a", "value": 7, "published": 5}]}))
    assert main(["secret", "protect", str(path), "--out", str(tmp_path / "R.json")]) == 2


def test_a_printed_figure_whose_true_value_nobody_has_may_be_stated():
    """An IRIS of the producer, beside our commune: its figure is known, its value is not."""
    cells = [
        {"id": "a", "value": None, "published": 10, "external": True},
        {"id": "b", "value": None, "published": 90, "external": True},
        {"id": "T", "value": 103},
    ]
    for cell in cells[:2]:
        cell["rounded"] = {"base": 5, "mode": "both"}
    protection, verdict = protect_and_audit(build(cells, [SUM]))
    assert verdict is not None
    assert verdict.safe
    assert protection.hidden == []


def test_readings_that_have_no_table_in_common_are_both_proved():
    """98 to 102, or 100 to 104: each alone leaves room, what they share (100 to 102) does not."""
    cells = [
        {"id": "a", "value": 4},
        {"id": "b", "value": 40},
        {"id": "c", "value": 58},
        {"id": "T", "value": 102},
    ]
    figure, link = opened("T", 102, published=100)
    sums = [{"id": "s", "terms": {"a": 1, "b": 1, "c": 1, "T": -1}}, link]
    problem = build([*cells, figure], sums, policy={"zeros": "shown"}, keep=["b", "c"])
    protection, verdict = protect_and_audit(problem)
    assert verdict is not None
    assert verdict.safe
    assert {"a"} < set(protection.hidden)


def test_the_statement_uses_what_is_published_and_not_our_value_rounded():
    from ctg_data.disclosure.adapter import relations, statement

    key = ["variable", "level", "code", "vintage", "period", "category"]
    row = dict(zip(key, ("foyers_af", "commune", "1", 2024, 2024, "total"), strict=True))
    own = pd.DataFrame([{**row, "value": 104.0, "base": None}])
    for printed, modes in ((100.0, ("both", "down")), (105.0, ("both", "nearest")), (95.0, ())):
        open_data = pd.DataFrame([{**row, "value": printed, "status": "arrondi"}])
        for mode in ("both", "nearest", "down"):
            found = statement._rounded(relations.KeyedTable(own), open_data, mode).cells
            assert [cell.published for cell in found] == ([printed] if mode in modes else [])
            assert all(cell.value == 104 for cell in found)


def test_a_reading_that_our_table_denies_is_protected_too():
    """4 printed 5 is no rounding down; who supposes 5 to 9 must learn of no other 4."""
    value = {"a": 6, "b": 4, "c": 5, "d": 4, "T": 19}
    cells = [{"id": name, "value": count} for name, count in value.items()]
    figure, link = opened("d", 4, published=5)
    sums = [{"id": "s", "terms": {"a": 1, "b": 1, "c": 1, "d": 1, "T": -1}}, link]
    problem = build([*cells, figure], sums, policy={"zeros": "shown"}, keep=["T"])
    protection, verdict = protect_and_audit(problem)
    assert protection.proved
    assert verdict is not None
    assert verdict.safe
