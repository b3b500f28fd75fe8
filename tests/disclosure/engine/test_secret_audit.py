"""The audit on drawings that anyone can check by hand."""

import math
import time
from dataclasses import replace
from itertools import count

import pytest

from ctg_data.disclosure.engine.audit.attack import audit
from ctg_data.disclosure.engine.audit.budget import Budget
from ctg_data.disclosure.engine.release.parse import parse_release
from ctg_data.errors import UserError

S = "s"
"""A suppressed cell of a drawing; a number is published."""
NOTHING = Budget(steps=0)


def release(rows, *, zeros="shown", ratios=(), **cells):
    """Return the release of a drawing, totals last: one row a zone, one column a category."""
    height, width = len(rows), len(rows[0])
    data = [
        {"id": f"{r}{c}", "status": "suppressed", "lb": int(zeros == "shown")}
        if value == S
        else {"id": f"{r}{c}", "status": "published", "value": value}
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
    ]
    relations = [
        {"id": f"ligne {r}", "terms": {f"{r}{c}": 1 if c < width - 1 else -1 for c in range(width)}}
        for r in range(height)
        if width > 1
    ] + [
        {
            "id": f"colonne {c}",
            "terms": {f"{r}{c}": 1 if r < height - 1 else -1 for r in range(height)},
        }
        for c in range(width)
        if height > 1
    ]
    for cell in data:
        cell |= cells.get("c" + cell["id"], {})
    table = {"threshold": 5, "zeros": zeros, "cells": data, "relations": relations}
    return parse_release(table | {"ratios": list(ratios)})


def leaks(verdict):
    return {leak.id: (leak.lo, leak.hi, leak.kind) for leak in verdict.leaks}


def test_one_mask_in_a_line_is_recomputed():
    assert leaks(audit(release([[21, S, 42]]))) == {}
    verdict = audit(release([[39, S, 42]]))
    assert leaks(verdict) == {"01": (3, 3, "EXACT")}
    assert verdict.exit_code == 1
    assert not verdict.safe


def test_a_rectangle_protects():
    verdict = audit(release([[S, S, 27], [S, S, 30], [40, 17, 57]]), bounds=True)
    assert verdict.exit_code == 0
    # 00 + 01 = 27 with 01 in 1..16, since 11 is at least 1.
    assert verdict.bounds["00"] == (11, 26)
    assert verdict.bounds["01"] == (1, 16)


def test_two_masks_per_line_are_not_enough():
    # Both small cells of a line that totals 6 are in 1..5 at most; of a line that totals 5, 1..4.
    assert audit(release([[S, S, 20, 26]])).safe
    assert leaks(audit(release([[S, S, 20, 25]]))) == {
        "00": (1, 4, "INSIDE"),
        "01": (1, 4, "INSIDE"),
    }


def test_masked_zeros_are_sensitive():
    assert leaks(audit(release([[42, S, 42]], zeros="masked"))) == {"01": (0, 0, "EXACT")}
    assert leaks(audit(release([[S, S, 38, 42]], zeros="masked"))) == {
        "00": (0, 4, "BELOW"),
        "01": (0, 4, "BELOW"),
    }


def test_everybody_is_the_zero_of_the_complement():
    # « All 12 families of the zone are single-parent »: the complement is 0.
    row = release([[12, S, 12]], zeros="masked", c01={"status": "virtual", "lb": 0})
    assert leaks(audit(row)) == {"01": (0, 0, "EXACT")}
    shown = release([[12, S, 12]], c01={"status": "virtual", "lb": 0})
    assert audit(shown).safe
    assert audit(shown).recomputable == ["01"]


def test_a_hidden_cell_above_the_threshold_may_be_recomputed():
    verdict = audit(release([[30, S, 42]]))
    assert verdict.safe
    assert verdict.recomputable == ["01"]


def test_recomputable_cells_are_found_through_algebra_too():
    # Lines 1 and 2 less columns 1 and 3 leave the corner alone, pinned to 9.
    rows = [[S, S, S, 30], [S, 7, S, 21], [6, 20, 25, 51]]
    rows[2] = [20, 16, 15, 51]
    verdict = audit(release(rows), bounds=True)
    assert verdict.bounds["01"] == (9, 9)
    assert verdict.recomputable == ["01"]


def ratio(value, decimals, **given):
    return {"id": "part", "scale": 100, "value": value, "decimals": decimals} | given


def test_a_rate_gives_its_numerator_back():
    # 7.5 % of 40 is 3.
    rate = ratio(7.5, 1, num={"00": 1}, den={"10": 1})
    table = {
        "threshold": 5,
        "cells": [
            {"id": "00", "status": "suppressed", "lb": 1},
            {"id": "10", "status": "published", "value": 40},
        ],
        "ratios": [rate],
    }
    shown = {"part": (-math.inf, math.inf, "OPERAND")}
    assert leaks(audit(parse_release(table))) == {"00": (3, 3, "EXACT")} | shown
    # 8 % without decimal: 7.5 to 8.5 % of 40 is still 3; of 400, 30 to 34.
    table["ratios"] = [ratio(8, 0, num={"00": 1}, den={"10": 1})]
    assert leaks(audit(parse_release(table))) == {"00": (3, 3, "EXACT")} | shown
    table["cells"][1]["value"] = 400
    assert audit(parse_release(table), bounds=True).bounds["00"] == (30, 34)


def test_an_evolution_gives_the_other_year_back():
    # +100 % on 4 published the year before... the 8 is hidden, the 4 is worked out.
    table = {
        "threshold": 5,
        "cells": [
            {"id": "2023", "status": "suppressed", "lb": 1},
            {"id": "2024", "status": "published", "value": 8},
        ],
        "ratios": [ratio(100, 0, num={"2024": 1}, den={"2023": 1}, offset=-1)],
    }
    shown = {"part": (-math.inf, math.inf, "OPERAND")}
    assert leaks(audit(parse_release(table))) == {"2023": (4, 4, "EXACT")} | shown


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ("declared", {"01": (1, 4, "INSIDE")}),
        ("nearest", {"01": (1, 4, "INSIDE")}),
        ("down", {}),
        ("both", {"01": (1, 4, "INSIDE")}),
    ],
)
def test_rounding_hypotheses(modes, expected):
    # 65 rounded to the nearest is 63..67, rounded down 65..69; less 63 published.
    rounded = {"rounded": {"base": 5, "mode": "nearest"}, "external": True}
    told = release([[63, S, 65]], c02=rounded)
    assert leaks(audit(told, modes=modes)) == expected


def test_a_hypothesis_that_the_figures_refute_is_dropped():
    # A 68 shown as 65 cannot have been rounded to the nearest.
    rounded = {"rounded": {"base": 5, "mode": "both"}, "external": True}
    verdict = audit(release([[68, 65]], c01=rounded))
    assert verdict.hypotheses == ["down"]
    assert verdict.safe


def test_what_public_data_alone_give_away_is_not_ours():
    # Somebody else published 0 rounded to 5: 0..2 whatever we do.
    outside = {"rounded": {"base": 5, "mode": "nearest"}, "external": True}
    verdict = audit(release([[S, 0, S]], c01=outside))
    assert verdict.safe
    assert [(leak.id, leak.lo, leak.hi) for leak in verdict.public] == [("01", 0, 2)]
    # Our two cells narrow it to 1: that is ours.
    assert leaks(audit(release([[20, 0, 21]], c01=outside))) == {"01": (1, 1, "EXACT")}


def test_a_small_zone_needs_a_wide_interval():
    need = {"need": {"min_width": 18}}
    assert leaks(audit(release([[S, S, 90]], c00={"lb": 75} | need))) == {"00": (75, 89, "NARROW")}
    assert audit(release([[S, S, 100]], c00={"lb": 75} | need)).safe


def test_a_cell_may_have_its_own_threshold():
    assert audit(release([[S, S, 9]])).safe
    assert leaks(audit(release([[S, S, 9]], c00={"threshold": 11}))) == {"00": (1, 8, "INSIDE")}


def test_the_mark_less_than_5_gives_its_bound_away():
    told = {"ub": 4}
    assert leaks(audit(release([[S, S, 8]], c00=told, c01=told))) == {
        "00": (4, 4, "EXACT"),
        "01": (4, 4, "EXACT"),
    }


def test_whole_numbers_pin_what_fractions_do_not():
    # 2a + 3b = 12 with a, b >= 1: only (3, 2) is whole, though a may reach 4.5 in fractions.
    table = {
        "threshold": 5,
        "cells": [
            {"id": "a", "status": "suppressed", "lb": 1},
            {"id": "b", "status": "suppressed", "lb": 1},
            {"id": "t", "status": "published", "value": 12},
        ],
        "relations": [{"id": "r", "terms": {"a": 2, "b": 3, "t": -1}}],
    }
    assert leaks(audit(parse_release(table))) == {"a": (3, 3, "EXACT"), "b": (2, 2, "EXACT")}


def test_an_amount_need_not_be_whole():
    euros = {"kind": "amount"}
    told = release([[S, 10.25, 12.5]], c00=euros, c01=euros, c02=euros)
    assert leaks(audit(told)) == {"00": (2.25, 2.25, "NARROW")}
    assert audit(release([[S, S, 12.5]], c00=euros, c01=euros, c02=euros)).safe


def test_knowledge_of_zeros_changes_what_is_known():
    told = release([[S, S, 5]])
    assert leaks(audit(told)) == {"00": (1, 4, "INSIDE"), "01": (1, 4, "INSIDE")}
    assert audit(told, zeros="masked").safe
    assert leaks(audit(release([[S, S, 5]], zeros="masked"), zeros="shown")) == leaks(audit(told))


def test_the_lone_allocataire_knows_one_cell_more():
    told = release([[S, S, 6]])
    assert audit(told).safe
    verdict = audit(told, insider=True)
    assert verdict.safe  # 1 + 5: the other has 5
    told = release([[S, S, S, 7]])
    assert audit(told).safe
    found = {(leak.id, leak.kind, leak.knowing) for leak in audit(told, insider=True).leaks}
    assert found == set()
    # Without a 0 to tell them apart, 5 may be all in one cell; not once a 1 is known.
    told = release([[S, S, S, 5]], zeros="masked")
    assert audit(told).safe
    found = {(leak.id, leak.kind, leak.knowing) for leak in audit(told, insider=["00"]).leaks}
    assert found == {("01", "BELOW", "00"), ("02", "BELOW", "00")}


def test_a_release_that_contradicts_itself_is_bad_input():
    with pytest.raises(UserError, match="ligne 0"):
        audit(release([[20, 3, 42]]))
    with pytest.raises(UserError, match="Aucun tableau"):
        audit(release([[S, S, 1]]))
    table = {
        "threshold": 5,
        "cells": [
            {"id": "a", "status": "published", "value": 10},
            {"id": "b", "status": "published", "value": 40},
        ],
        "ratios": [ratio(30, 0, num={"a": 1}, den={"b": 1})],
    }
    with pytest.raises(UserError, match="Le ratio"):
        audit(parse_release(table))


def test_without_a_budget_what_remains_is_undecided_never_safe():
    rows = [[S, S, S, 14], [S, S, S, 15], [S, S, S, 16], [15, 15, 15, 45]]
    verdict = audit(release(rows), budget=NOTHING)
    assert verdict.exit_code == 3
    assert len(verdict.undecided) == 9
    assert verdict.as_json()["verdict"] == "undecided"


CROSSED = [[S, S, S, 40], [S, S, S, 30], [S, S, 25, 60], [30, 50, 50, 130]]
"""Two rows and three columns of masks: some of them only a solver can decide."""


def triangle():
    """Three unknowns, two by two 43, 90 and 53: the first is 3, and no bound alone says so."""
    cells = [{"id": name, "status": "suppressed", "lb": 1} for name in "abc"]
    sums = {"ab": 43, "bc": 90, "ac": 53}
    cells += [{"id": name, "status": "published", "value": told} for name, told in sums.items()]
    relations = [{"id": n, "terms": {n: -1, **dict.fromkeys(n, 1)}} for n in sums]
    return parse_release({"threshold": 5, "cells": cells, "relations": relations})


def told_or_undecided(verdict):
    return {leak.id for leak in verdict.leaks} | set(verdict.undecided)


def test_with_too_few_steps_a_leak_is_undecided_never_forgotten():
    assert leaks(audit(triangle())) == {"a": (3, 3, "EXACT")}
    verdicts = [audit(triangle(), budget=Budget(steps=steps)) for steps in range(40)]
    assert all("a" in told_or_undecided(verdict) for verdict in verdicts)
    assert verdicts[0].undecided, "nothing is known without a step"
    assert verdicts[-1].leaks


@pytest.mark.parametrize("patience", range(12))
def test_whoever_asks_for_the_end_gets_no_false_safety(patience):
    asked = count()
    verdict = audit(triangle(), stopped=lambda: next(asked) >= patience)
    assert "a" in told_or_undecided(verdict)


def test_leaks_too_many_to_be_told_exactly_are_still_told():
    assert "a" in told_or_undecided(audit(triangle(), budget=Budget(exact_leaks=0)))


def test_a_slow_machine_gives_the_verdict_of_a_fast_one(monkeypatch):
    """An hour passes each time that anybody looks at a clock."""
    quick = audit(release(CROSSED), insider=True, bounds=True)
    hours = count(step=3600)
    for clock in ("monotonic", "perf_counter", "time"):
        monkeypatch.setattr(time, clock, lambda: float(next(hours)))
    slow = audit(release(CROSSED), insider=True, bounds=True)
    assert slow.seconds >= 3600, "the clock was slowed down"
    assert replace(slow, seconds=0.0) == replace(quick, seconds=0.0)
    assert quick.undecided == []


def test_a_table_without_masks_has_nothing_to_attack():
    verdict = audit(release([[20, 22, 42]]))
    assert verdict.safe
    assert verdict.checked == 0


def test_verdict_as_json_names_everything():
    data = audit(release([[39, S, 42]]), bounds=True).as_json()
    assert data["verdict"] == "leaks"
    assert data["leaks"] == [{"id": "01", "lo": 3, "hi": 3, "kind": "EXACT"}]
    assert data["bounds"] == {"01": [3, 3]}
    free = parse_release({"threshold": 5, "cells": [{"id": "a", "status": "suppressed", "lb": 1}]})
    assert audit(free, bounds=True).as_json()["bounds"] == {"a": [1, None]}


def test_being_masked_where_zeros_are_shown_says_at_least_one_and_that_is_policy():
    # Others show 0 rounded down to 5: the sum of our two cells is in 0..4, so is each of them.
    outside = {"rounded": {"base": 5, "mode": "down"}, "external": True}
    verdict = audit(release([[S, 0, 0]], c02=outside))
    assert verdict.safe
    assert [(leak.id, leak.lo, leak.hi) for leak in verdict.public] == [("00", 1, 4), ("02", 1, 4)]
    # Two masked cells of at least 1 each narrow one another to 1..3: that is ours.
    assert leaks(audit(release([[S, S, 0]], c02=outside))) == {
        "00": (1, 3, "INSIDE"),
        "01": (1, 3, "INSIDE"),
        "02": (2, 4, "INSIDE"),
    }


def test_an_offer_may_be_small_but_not_recomputed():
    offers = {f"c0{i}": {"kind": "offer"} for i in range(3)}
    assert audit(release([[S, S, 3]], **offers)).safe
    assert leaks(audit(release([[S, 1, 3]], **offers))) == {"00": (2, 2, "NARROW")}


def test_without_a_budget_the_insiders_are_undecided_too():
    told = release([[S, S, S, 5]], zeros="masked")
    assert audit(told, budget=NOTHING).safe
    assert audit(told, insider=True, budget=NOTHING).undecided == ["00", "01", "02"]
