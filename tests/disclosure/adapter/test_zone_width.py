"""A zone under 100 keeps an interval of max(10, 20 %) against what *this* edition shows around it.

The QPV are masked first, the IRIS second.  What the first pass shows is not public before we send
it: an IRIS of 72 inside a QPV that shows 9 of something holds 9 at most.  The attacker here is
scipy over sums typed by hand; it imports nothing of what it attacks.
"""

import math

import pandas as pd
import pytest
from scipy.optimize import linprog
from shapely.geometry import box

from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.disclosure.adapter.relations import cell_id
from ctg_data.observations import KEY
from ctg_data.release.policy import Policy
from geo.outlines.nesting import measure
from tests.disclosure.adapter.test_ground_kinds import LARGE, A, B, Q, zones
from tests.drawing import PARTS

TOTAL = "total"
UNBOUNDED = 3  # what linprog answers
SHOWN = 3  # of the five figures of the QPV: two hidden ones are enough
INSIDE, AROUND, APART = box(0.2, 0.2, 0.8, 0.8), box(0, 0, 1, 1), box(2, 0, 3, 1)


def known(table: pd.DataFrame) -> dict[tuple[str, str], float | None]:
    """What a reader holds: level and part → figure, or nothing."""
    return {
        (row.level, row.category): None if pd.isna(row.value) else float(row.value)
        for row in table.itertuples()
    }


def width(told: dict[tuple[str, str], float | None], part: str) -> float:
    """How wide the interval of one part of the IRIS is, the QPV holding it."""
    names = [(level, one) for level in ("iris", "qpv") for one in (*PARTS, TOTAL)]
    place = {name: k for k, name in enumerate(names)}
    sums, insides = [], []
    for level in ("iris", "qpv"):
        row = [0.0] * len(names)
        for one in PARTS:
            row[place[level, one]] = 1
        row[place[level, TOTAL]] = -1
        sums.append(row)
    for one in (*PARTS, TOTAL):
        row = [0.0] * len(names)
        row[place["iris", one]], row[place["qpv", one]] = 1, -1
        insides.append(row)
    bounds = [(0, None) if told[name] is None else (told[name], told[name]) for name in names]
    ends = []
    for sign in (1, -1):
        aim = [0.0] * len(names)
        aim[place["iris", part]] = sign
        found = linprog(aim, insides, [0] * len(insides), sums, [0, 0], bounds)
        if found.status == UNBOUNDED:
            return math.inf
        assert found.status == 0, found.message
        ends.append(sign * found.fun)
    return ends[1] - ends[0]


@pytest.mark.parametrize("few", [6, 9, 12, 14])
@pytest.mark.parametrize("size", [72, 99])
def test_what_we_show_around_a_small_zone_excuses_nothing(size, few):
    """Neither the part shown around it nor the others narrow what is known of the zone."""
    small = zones(A, 6, others=f"30 20 {size - 56}")
    rows = pd.concat([small, zones(Q, few, others=LARGE), zones(B, 60)], ignore_index=True)
    sums = measure({A: INSIDE, Q: AROUND, B: APART})
    found = protect_socle(rows, rows.iloc[:0], Policy(), sums, regroup=False)
    assert not found.dropped
    told = known(found.table[found.table["code"].isin(["A", "Q"])])
    assert told["iris", TOTAL] is None
    least = max(10, 0.2 * size)
    assert all(width(told, part) >= least for part in PARTS)
    assert width({**told, ("qpv", PARTS[3]): few}, PARTS[3]) < least, "shown, it would tell"
    assert sum(told["qpv", one] is not None for one in (*PARTS, TOTAL)) == SHOWN


def test_what_an_earlier_edition_showed_around_it_is_already_public():
    """Then hiding it anew would protect nobody; the zone is hidden all the same."""
    small, large = zones(A, 6, others="30 20 16"), zones(Q, 9, others=LARGE)
    rows = pd.concat([small, large], ignore_index=True)
    names = map(cell_id, large[KEY].itertuples(index=False))
    before = {name: ("published", float(v)) for name, v in zip(names, large["value"], strict=True)}
    sums = measure({A: INSIDE, Q: AROUND})
    found = protect_socle(rows, rows.iloc[:0], Policy(), sums, before, regroup=False)
    told = known(found.table)
    assert all(told["qpv", one] is not None for one in (*PARTS, TOTAL))
    assert all(told["iris", one] is None for one in (*PARTS, TOTAL))
