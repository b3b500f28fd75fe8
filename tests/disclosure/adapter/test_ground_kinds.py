"""Each way for zones to share a ground, alone in a small world: nobody subtracts a small count.

The outlines are squares, the sums that a reader makes of them are typed by hand, the attacker is
that of `tests/attack_small.py`.  Without the sums of zones, every world must leak.
"""

from dataclasses import replace

import pandas as pd
import pytest
from shapely.geometry import box

from ctg_data.disclosure.adapter import gate
from ctg_data.disclosure.adapter.confidential import protect_socle
from ctg_data.release.policy import Policy
from ctg_data.territory.config import open_territory
from geo.outlines import nesting
from geo.outlines.nesting import TOLERANCE, measure
from geo.outlines.places import Nesting, Place
from tests.attack_small import leaks, less
from tests.drawing import PARTS, read

K, L = ("quartier", "K", 0), ("quartier", "L", 0)
A, B, C = (("iris", name, 0) for name in "ABC")
Q, OLD = ("qpv", "Q", 2024), ("qpv", "O", 2015)
# zone | three parts, the fourth being under test | total
LARGE = "100 100 100"


def zones(place: Place, last: int, total: int | None = None, others: str = LARGE) -> pd.DataFrame:
    """A zone whose last part is under test; the others are large."""
    level, code, vintage = place
    size = sum(map(int, others.split())) + last if total is None else total
    mark = "= " if level == "commune" else ""
    rows = read(f"{mark}{code} | {others} {last} | {size}", level)
    return rows.assign(vintage=vintage or 2024).astype({"vintage": "Int64"})


def last_parts(rows: pd.DataFrame) -> dict[str, float | None]:
    """What a reader holds of the part under test, zone by zone."""
    kept = rows[rows["category"] == PARTS[3]]
    return {row.code: None if pd.isna(row.value) else float(row.value) for row in kept.itertuples()}


def masked(world: list[pd.DataFrame], sums: list[Nesting]) -> dict[str, float | None]:
    rows = pd.concat(world, ignore_index=True)
    found = protect_socle(rows, rows.iloc[:0], Policy(), sums, regroup=False)
    assert not found.dropped
    return last_parts(found.table)


TILES = {A: box(0, 0, 1, 1), B: box(1, 0, 2, 1), K: box(0, 0, 2, 1)}
WORLDS = [
    pytest.param(
        TILES,
        [zones(A, 3), zones(B, 60), zones(K, 63, others="200 200 200")],
        [less("K", "A", "B")],
        id="deux IRIS font un quartier",
    ),
    pytest.param(
        {
            **{A: box(0, 0, 1, 1), B: box(1, 0, 2, 1)},
            **{K: box(0, 0, 1.5, 1), L: box(1.5, 0, 2, 1)},
        },
        [zones(A, 3), zones(B, 60), zones(K, 40), zones(L, 23)],
        [{"A": 1, "B": 1, "K": -1, "L": -1}],
        id="deux découpages du même terrain",
    ),
    pytest.param(
        {A: box(0.2, 0, 1, 1), Q: box(0, 0, 1, 1)},
        [zones(A, 60), zones(Q, 63, others="200 200 200")],
        [less("Q", "A", rest="anneau")],
        id="ce qui entoure un IRIS",
    ),
    pytest.param(
        {A: box(0, 0, 1, 1), B: box(1, 0, 2, 1), Q: box(0.5, 0.2, 1.5, 0.8)},
        [zones(A, 60), zones(B, 60), zones(Q, 117, others="50 50 50")],
        [{"A": 1, "B": 1, "Q": -1, "débord": -1}],
        id="ce qui déborde d'un QPV",
    ),
    pytest.param(
        {**TILES, C: box(2, 0, 3, 1), K: box(0, 0, 3, 1)},
        [zones(A, 60), zones(B, 60), zones(K, 123, others="300 300 300")],
        [less("K", "A", "B", rest="C")],
        id="un IRIS que le fichier ne donne pas",
    ),
]


@pytest.mark.parametrize(("shapes", "world", "sums"), WORLDS)
def test_nobody_subtracts_a_small_count(shapes, world, sums):
    truth = last_parts(pd.concat(world))
    for one in sums:
        known = [name for name in one if name in truth]
        assert len(known) == len(one) or sum(one[n] * truth[n] for n in known) >= 0
    known = masked(world, measure(shapes))
    assert not leaks(known, sums)
    assert leaks(masked(world, []), sums), "without the sums of zones, it would be told"


TWINS = [
    pytest.param(A, Q, box(0, 0, 1, 1), id="un QPV est un IRIS"),
    pytest.param(K, Q, box(0, 0, 1.02, 1), id="un quartier est un QPV, à un trait de crayon près"),
    pytest.param(OLD, Q, box(0, 0, 1, 1), id="deux générations du même terrain"),
]


@pytest.mark.parametrize(("one", "other", "ground"), TWINS)
def test_of_two_zones_that_are_one_each_tells_the_other(one, other, ground):
    """A part hidden in one to protect a small count is not to be read in the other."""
    rows = zones(one, 3, others="100 50 60")
    alone = protect_socle(rows, rows.iloc[:0], Policy()).table
    [hidden] = set(alone.loc[alone["value"].isna(), "category"]) - {PARTS[3]}
    twin = zones(other, 3, others="100 50 60")
    twin = twin[twin["category"].isin(["total", hidden])]
    names = [f"{one[1]}/{part}" for part in PARTS]
    sums = [
        less(f"{one[1]}/total", *names),
        *(less(f"{one[1]}/{part}", f"{other[1]}/{part}") for part in ("total", hidden)),
    ]
    found = measure({one: box(0, 0, 1, 1), other: ground})
    assert [nested.exact for nested in found] == [True]
    for nestings, safe in ((found, True), ([], False)):
        both = pd.concat([rows, twin], ignore_index=True)
        told = protect_socle(both, rows.iloc[:0], Policy(), nestings).table
        known = {
            f"{row.code}/{row.category}": None if pd.isna(row.value) else float(row.value)
            for row in told.itertuples()
        }
        assert (not leaks(known, sums)) is safe


# The commune


def test_people_that_no_zone_locates_are_a_count_in_every_zoning():
    """Σ IRIS and Σ quartiers miss the commune by three foyers: in each zoning of it."""
    town = open_territory("exemple")
    sums = gate.declared_nestings(town)
    levels = {one.parts[0][0] for one in sums if one.whole[0] == "commune"}
    assert levels == {"iris", "quartier", "qpv"}
    codes = {level: [one.code for one in town.zones(level)] for level in ("iris", "quartier")}
    for level, names in codes.items():
        world = [zones((level, name, 0), 20) for name in names]
        whole = " ".join([str(100 * len(names) + 50)] * 3)
        place = ("commune", town.commune.code, 0)
        town_row = zones(place, 20 * len(names) + 3, others=whole)
        rest = [less(town.commune.code, *names, rest="non localisés")]
        assert not leaks(masked([*world, town_row], sums), rest)
        assert leaks(masked([*world, town_row], []), rest)


def test_the_zones_of_the_fictional_commune_are_told_equal_where_they_are():
    """A quartier is its four IRIS (« Méthode » and the map say so): nothing is left of it."""
    from ctg_data.assembly import assemble as assembly

    found = assembly.nestings(open_territory("exemple"))
    tiled = {one.whole[1] for one in found if one.exact and len(one.parts) == 4}
    assert tiled == {f"FQ{rank:02d}" for rank in range(1, 9)}


# How near is near enough


@pytest.mark.parametrize(
    ("missing", "exact"),
    [(TOLERANCE - 1e-6, True), (TOLERANCE, True), (TOLERANCE + 1e-6, False)],
    ids=["juste en deçà", "au seuil", "juste au-delà"],
)
def test_parts_cover_a_whole_up_to_the_tolerance(missing, exact):
    shapes = {A: box(0, 0, 0.5, 1), B: box(0.5, 0, 1 - missing, 1), K: box(0, 0, 1, 1)}
    [found] = [one for one in measure(shapes) if one.whole == K]
    assert (set(found.parts), found.exact) == ({A, B}, exact)


@pytest.mark.parametrize(
    ("over", "inside"),
    [(TOLERANCE - 1e-6, True), (TOLERANCE, True), (TOLERANCE + 1e-6, False)],
    ids=["juste en deçà", "au seuil", "juste au-delà"],
)
def test_a_part_is_inside_up_to_the_tolerance(over, inside):
    """B is half inside K; what it has outside is a share of its own ground."""
    shapes = {A: box(0, 0, 1, 1), B: box(0.5, 2, 1.5, 3), K: box(0, 0, 1 - over, 3)}
    parts = {one for found in measure(shapes) if found.whole == K for one in found.parts}
    assert (A in parts) is inside


def test_a_cover_with_one_part_missing_is_not_summed():
    """Three IRIS of four are given: their sum is not the quartier."""
    world = [zones(A, 60), zones(K, 180, others="300 300 300")]
    shapes = {**TILES, C: box(2, 0, 3, 1), K: box(0, 0, 3, 1)}
    rows = pd.concat(world)
    found = protect_socle(rows, rows.iloc[:0], Policy(), measure(shapes))
    assert last_parts(found.table) == {"A": 60, "K": 180}, "120 live in B and C: nothing to hide"


def test_a_missing_part_under_a_hundred_is_a_zone_that_nobody_studies():
    world = [zones(A, 60), zones(K, 70, others="110 110 110")]
    found = protect_socle(pd.concat(world), world[0].iloc[:0], Policy(), measure(TILES))
    sizes = found.table[found.table["variable"] == "foyers_allocataires"]
    assert sizes["value"].isna().any(), "40 live in B, which the file does not give"


# Sums that do not hold


def test_a_few_misplaced_people_are_a_count_too():
    """K has two foyers more than A and B together: no sum says where they live."""
    world = [zones(A, 60), zones(B, 60), zones(K, 122, others="200 200 200")]
    sums = [less("K", "A", "B", rest="mal placés")]
    assert not leaks(masked(world, measure(TILES)), sums)
    assert leaks(masked(world, []), sums)


def test_people_counted_twice_excuse_nothing():
    """A and B together have two more than K: a reader sees it, and still subtracts."""
    world = [zones(A, 3), zones(B, 60), zones(K, 61, others="200 200 200")]
    known = {**masked(world, measure(TILES)), "écart": 2.0}
    assert not leaks(known, [{**less("K", "A", "B"), "écart": 1}])
    assert leaks({**masked(world, []), "écart": 2.0}, [{**less("K", "A", "B"), "écart": 1}])


def test_hidden_at_source_the_sum_is_still_made():
    """A protected file comes back: A is masked in it, and would follow from K and B."""
    rows = pd.concat([zones(A, 3), zones(B, 60), zones(K, 63, others="200 200 200")])
    hidden = (rows["code"] == "A") & (rows["category"] != "total")
    rows = rows.assign(
        value=rows["value"].mask(hidden),
        base=rows["base"].mask(hidden),
        status=rows["status"].mask(hidden, "secret_cellule"),
    )
    found = protect_socle(rows, rows.iloc[:0], Policy(), measure(TILES), regroup=False)
    assert not leaks(last_parts(found.table), [less("K", "A", "B")])


# Taken away, or astride


def test_a_zoning_taken_away_is_still_subtracted():
    shapes = {A: box(0, 0, 1, 1), B: box(1, 0, 2, 1)}
    former = nesting._former(shapes, {K: box(0, 0, 2, 1)}, "zonage retiré 1")
    assert [one.exact for one in former if one.whole == K] == [True]
    world = [zones(A, 3), zones(B, 60), zones(K, 63, others="200 200 200")]
    assert not leaks(masked(world, former), [less("K", "A", "B")])


def test_the_part_of_a_qpv_in_the_commune_is_told_equal_to_what_it_is():
    """Half of Q lies elsewhere; the half that is here is the IRIS A."""
    part = ("qpv", "Q/T", 2024)
    cut = measure({A: box(0, 0, 1, 1), part: box(0, 0, 1, 1)})
    assert [one.exact for one in cut] == [True]
    whole = Nesting(Q, (part,), "hors T de Q")
    world = [zones(A, 3), zones(part, 3), zones(Q, 63, others="200 200 200")]
    known = {**masked(world, [*cut, whole]), "Q/T": None}
    assert not leaks(known, [less("A", "Q/T"), less("Q", "Q/T", rest="ailleurs")])


def test_an_exact_nesting_is_named_so_when_masks_are_kept():
    """A masking kept from before is not that of sums told otherwise."""
    [one] = measure(TILES)
    assert repr(one) != repr(replace(one, exact=False))


def test_suppositions_that_holes_deny_together_refuse_no_file():
    """K is A and B, and Q is A: what is left of K for B is less than B, whatever A is."""
    rows = pd.concat([zones(A, 20), zones(B, 60), zones(K, 80, others="200 200 200"), zones(Q, 40)])
    hidden = (rows["code"] == "A") & (rows["category"] == PARTS[3])
    rows = rows.assign(
        value=rows["value"].mask(hidden),
        base=rows["base"].mask(hidden),
        status=rows["status"].mask(hidden, "secret_cellule"),
    )
    shapes = {**TILES, Q: box(0, 0, 1, 1)}
    found = protect_socle(rows, rows.iloc[:0], Policy(), measure(shapes), regroup=False)
    assert not found.dropped
    assert last_parts(found.table)["A"] is None
