"""« Au moins », « au plus »: what is said of a bound, and what is not computed from it."""

import math
from dataclasses import replace
from itertools import permutations, product

import pytest

from ctg_data import fr
from ctg_data.catalogue.indicators import catalogue
from ctg_data.diagnosis import bounded, coverage, extremes, ranking, reading, schemes
from ctg_data.diagnosis.extremes import Known, Words
from ctg_data.model import Level, PublicStatus
from ctg_data.release.masked import Cell
from tests.tables import table

CODES = {one.code: one for one in catalogue().values()}
LEAST, MOST = PublicStatus.MINIMUM, PublicStatus.MAXIMUM
OFFERS = [
    one for one in catalogue().values() if any("structures/" in x for x in one.compute.operands)
]
VERBS = ("compte", "compte pour", "offre", "affiche", "atteint", "dispose de")


def least(value: float, **more: object) -> Cell:
    return replace(Cell(None, LEAST, 2025, "", bound=value), **more)


def most(value: float, **more: object) -> Cell:
    return replace(Cell(None, MOST, 2025, "", bound=value), **more)


def exact(value: float) -> Cell:
    return Cell(value, PublicStatus.DIFFUSE, 2025, "")


def plain(text: str) -> str:
    return text.replace(fr.NARROW, " ").replace(fr.WIDE, " ")


def test_a_sentence_says_au_moins_and_how_it_becomes_exact() -> None:
    said = plain(reading.lecture(CODES["PA09"], "Rive", least(8)))
    assert said.startswith("En 2025, Rive compte au moins 8 structures d'appui aux parents. ")
    assert said.endswith(
        "il devient exact quand la Ville déclare sa liste complète (page « Structures ») ou, pour "
        "un compte de l'Insee, quand chaque lieu y est situé."
    )
    assert "au moins 1 structure d'appui" in plain(reading.lecture(CODES["PA09"], "Rive", least(1)))
    said = plain(reading.lecture(CODES["VS01"], "Rive", most(14_700)))
    assert "Rive compte au plus 14 700,0 habitants pour 1 structure d'animation" in said


@pytest.mark.parametrize("card", OFFERS, ids=lambda one: one.code)
@pytest.mark.parametrize("cell", [least(8), least(1), most(14_700)], ids=str)
def test_the_reading_of_every_card_of_offer_takes_a_bound(card, cell: Cell) -> None:
    """The number follows its verb, with its words: none is read as an exact figure."""
    said = plain(reading.lecture(card, "Rive", cell))
    number = plain(reading.value_text(cell, card.decimals, card.unit))
    assert number.startswith(cell.bound_words)
    before = said.partition(number)[0]
    assert before.endswith(tuple(f"{one} " for one in VERBS)), said
    assert bounded.HOW_EXACT in said.replace(" ", " ") or "devient exact" in said


def test_au_moins_0_is_no_figure_and_a_small_bound_is_not_printed_as_0() -> None:
    assert not least(0).told
    assert reading.value_text(least(0), 0) == "n.d."
    assert plain(reading.value_text(least(0.04), 1)) == "au moins 0,04"
    assert table([("iris", "A", 2025, "au moins 0")]).shown == 0
    assert table([("iris", "A", 2025, "au moins 1")]).shown == 1


def test_people_of_another_year_are_told() -> None:
    card = replace(CODES["VS01"], compute=replace(CODES["VS01"].compute, last_known=True))
    said = reading.answer(card, "Rive", most(14_700, against=2022))
    assert plain(said).endswith("en 2025. Rapporté aux habitants de 2022.")
    assert "rapporté" not in reading.answer(card, "Rive", most(14_700)).lower()
    assert bounded.dated(card, most(1, against=2022)) == "2025, rapporté aux habitants de 2022"


@pytest.mark.parametrize(
    ("cell", "reference", "text", "made"),
    [
        pytest.param(least(8), exact(5), "au-dessus de la Métropole", True, id="above for sure"),
        pytest.param(least(8), exact(8), "écart avec la Métropole non calculé", False, id="equal"),
        pytest.param(least(8), exact(9), "écart avec la Métropole non calculé", False, id="open"),
        pytest.param(most(8), exact(9), "au-dessous de la Métropole", True, id="below for sure"),
        pytest.param(exact(9), least(8), "écart avec la Métropole non calculé", False, id="other"),
        pytest.param(exact(7), least(8), "au-dessous de la Métropole", True, id="other, below"),
        pytest.param(least(9), most(8), "au-dessus de la Métropole", True, id="both"),
    ],
)
def test_a_gap_with_a_bound_has_a_side_or_nothing(cell, reference, text, made) -> None:
    move = reading.gap(cell, reference, "la Métropole", CODES["VS01"])
    assert move.text.startswith(text)
    assert move.made is made
    assert not any(one.isdigit() for one in move.text.replace("2025", ""))
    if made:
        return
    assert move.favourable == 0
    assert move.text not in reading.answer(
        CODES["VS01"], "Rive", cell, [("la Métropole", reference)]
    )


def test_the_side_of_a_bound_holds_in_every_world() -> None:
    """Another hand: every whole number that the bounds allow is tried."""
    worlds = {"v": lambda x: [x], "min": lambda x: range(x, 12), "max": lambda x: range(x + 1)}
    make = {"v": exact, "min": least, "max": most}
    for (a, x), (b, y) in product(product(worlds, range(1, 6)), repeat=2):
        pairs = list(product(worlds[a](x), worlds[b](y)))
        sides = {(p > q) - (p < q) for p, q in pairs}
        told = bounded.side(make[a](x), make[b](y))
        assert told == (sides.pop() if len(sides) == 1 else 0), (a, x, b, y)


def test_an_evolution_with_a_bound_is_not_computed_and_says_why() -> None:
    before = replace(exact(5), period=2024)
    move = reading.evolution(before, least(8), CODES["PA09"])
    assert not move.made
    assert move.text == (
        "évolution non calculée : chiffre connu par une borne seulement en 2025 (« au moins »)"
    )
    assert not reading.evolution(replace(least(5), period=2024), exact(8), CODES["PA09"]).made


class Release:
    """What a ranking asks of a workspace."""

    def __init__(self, release):
        self.release = release


def worlds_of(cell: float | str, top: int) -> list[int]:
    lead, _, number = str(cell).rpartition(" ")
    value = int(number)
    return list({"": [value], "au moins": range(value, top), "au plus": range(value + 1)}[lead])


def enumerated(cells: list[float | str]) -> list[tuple[int, int]]:
    """Another hand: the ranks of each zone in every world, the best and the worst of a tie."""
    ranks: list[list[int]] = [[] for _ in cells]
    for world in product(*(worlds_of(one, 9) for one in cells)):
        for i, value in enumerate(world):
            ranks[i].append(1 + sum(other > value for other in world))
            ranks[i].append(sum(other >= value for other in world))
    return [(min(one), max(one)) for one in ranks]


@pytest.mark.parametrize(
    "cells",
    [
        [5, "au moins 3", 1],
        ["au moins 3", "au moins 6", 4, 2],
        ["au plus 4", 5, 3, "au moins 2"],
        [3, 4, 3],
        ["au moins 4", 3, 3],
        ["au plus 2", "au plus 1", 1],
    ],
    ids=str,
)
def test_ranks_are_those_of_every_world_that_the_bounds_allow(cells) -> None:
    card = CODES["PA09"]  # a count of places: exact figures have no margin
    for order in list(permutations(range(len(cells))))[:6]:
        mixed = [cells[i] for i in order]
        rows = [("iris", f"Z{i}", 2025, one) for i, one in enumerate(mixed)]
        made = table(rows, variable=card.id, unit="structures")
        found = ranking.ranking(Release(made), replace(card, polarity="neutre"), made)
        told = {one.place[1]: (one.best, one.last) for one in found.standings}
        assert [told[f"Z{i}"] for i in range(len(mixed))] == enumerated(mixed), mixed


def test_a_bound_that_says_nothing_is_not_ranked_and_a_side_is_sure() -> None:
    card = replace(CODES["PA09"], polarity="neutre")
    rows = [("iris", "A", 2025, "au moins 0"), ("iris", "B", 2025, "au moins 6")]
    made = table([*rows, ("iris", "C", 2025, 2)], variable=card.id, unit="structures")
    found = ranking.ranking(Release(made), card, made, exact(4))
    assert found.missing == (("iris", "A"),)
    assert {one.place[1]: one.side for one in found.standings} == {"B": 1, "C": -1}
    assert {one.place[1]: one.rank for one in found.standings} == {"B": "1", "C": "2"}


def test_an_end_is_told_only_where_no_world_has_another() -> None:
    zones = [
        extremes.known("A", exact(5), "5"),
        extremes.known("B", least(6), "au moins 6"),
        extremes.known("C", exact(2), "2"),
    ]
    assert extremes.told(zones, 3) == "le plus haut : B (au moins 6) ; le plus bas : C (2)"
    open_ = [extremes.known("A", exact(5), "5"), extremes.known("B", least(3), "au moins 3")]
    assert extremes.told(open_, 2, Words()) == (
        f"1{fr.WIDE}zone n'est connue que par une borne : B (au moins 3)"
    )
    assert extremes.told([Known("A", 3, "3"), Known("B", 1, "1")], 2).startswith("le plus haut")


def test_a_bound_enters_no_series_of_extremes_as_a_figure() -> None:
    assert extremes.known("B", least(6), "au moins 6").span == (6, math.inf)
    assert extremes.known("B", most(6), "au plus 6").span == (0.0, 6)


class Data:
    """What the coverage and the places of a theme ask of a workspace."""

    def __init__(self, made):
        self.release, self.made = made, made

    def table(self, _):
        return self.made

    def indicators(self):
        return [CODES["PA09"]]


def test_a_bound_counts_as_a_figure_and_is_marked() -> None:
    made = table([("commune", "A", 2025, "au moins 8")], variable=CODES["PA09"].id)
    (one,) = coverage.known(Data(made))
    assert one.present
    assert one.levels == (Level.COMMUNE,)
    assert one.bounded
    mixed = table([("commune", "A", 2025, 8)], variable=CODES["PA09"].id)
    (one,) = coverage.known(Data(mixed))
    assert not one.bounded


def test_places_known_are_there_and_none_is_said_to_be_missing() -> None:
    rows = [("quartier", "A", 2025, "au moins 2"), ("quartier", "B", 2025, "au moins 0")]
    made = table(rows, variable="structures", category="laep", unit="structures")
    found = schemes.Schemes(
        made, Level.QUARTIER, 2025, {"laep": "LAEP"}, (("quartier", "A"), ("quartier", "B")), ()
    )
    assert found.count(("quartier", "A"), "laep") == 2
    assert found.count(("quartier", "B"), "laep") is None
    assert found.unsure == (("quartier", "B"),)
