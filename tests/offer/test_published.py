"""Published places and the register: who is who, what is counted at least, what the city says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, permutations, product
from pathlib import Path
from typing import Any

import pytest

from ctg_data.errors import UserError
from ctg_data.offer import decisions
from ctg_data.offer.candidates import Candidate, candidates
from ctg_data.offer.counts import Offer, bounds_of, rows
from ctg_data.offer.decisions import ASIDE, LINKED, Decisions
from ctg_data.offer.distinct import least
from ctg_data.offer.likeness import Verdict, compare
from ctg_data.offer.lists import Lists
from ctg_data.register.model import Register, Structure
from ctg_data.sources.places import OUTREACH, PublishedPlace
from ctg_data.store.session import Store
from tests.register_files import config

HERE = "00123"
EDITIONS = count(1)  # other bytes, another citation
INSIDE = {"iris": "001230101", "quartier": "FQ01", "qpv_2015": "hors", "qpv_2024": "QN00001M"}


def held(identifier: str, name: str, address: str = "", **more: Any) -> Structure:
    facts: dict[str, Any] = {
        "commune": HERE,
        "spans": (("2015", ""),),
        "source_date": "2022-12-31",
    } | more
    return Structure(identifier, "eaje", name, address, **facts)


def place(key: str, name: str, address: str = "", **more: Any) -> PublishedPlace:
    facts: dict[str, Any] = {"zones": {"iris": "001230101", "qpv_2024": "QN00001M"}} | more
    source = str(facts.pop("source", "insee"))
    kind = str(facts.pop("kind", "eaje"))
    return PublishedPlace(
        key,
        source,
        f"{source}:x@{next(EDITIONS)}",
        kind,
        "Crèche",
        HERE,
        "2025-01-01",
        name,
        address,
        **facts,
    )


def against(register: Register, *places: PublishedPlace, links: dict[str, str] | None = None):
    return candidates(Lists(places), register, config(), (), links or {})


def counted(register: Register, found: tuple[Candidate, ...], level: str, code: str) -> object:
    made = rows(Offer(register, "registre", found), config())
    row = made[
        (made["variable"] == "structures")
        & (made["category"] == "eaje")
        & (made["level"] == level)
        & (made["code"] == code)
    ]
    (one,) = row.to_dict("records")
    return one["status"], one["value"], one["period"], one["source"]


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (held("A", "Crèche Les Lutins", "1 rue A"), held("", "LUTINS", "1, R. A"), Verdict.SAME),
        (held("A", "Les Lutins", "1 rue A"), held("", "Halte Pommier", "1 rue A"), Verdict.PERHAPS),
        (held("A", "Les Lutins", "1 rue A"), held("", "Les Lutins", "2 rue A"), Verdict.OTHER),
        (held("A", "Les Lutins"), held("", "Les Lutins", "2 rue A"), Verdict.PERHAPS),
        (held("A", "Les Lutins", "rue A"), held("", "Pommier", "rue B"), Verdict.PERHAPS),
        (
            held("A", "x", "1 rue A", siret="1" * 14),
            held("", "y", "9 rue B", siret="1" * 14),
            Verdict.SAME,
        ),
        (
            held("A", "x", longitude=1.0, latitude=49.0),
            held("", "y", longitude=1.1, latitude=49.0),
            Verdict.OTHER,
        ),
        (  # one building is not one service
            held("A", "Les Lutins", longitude=1.0, latitude=49.0),
            held("", "Pommier", longitude=1.0, latitude=49.0),
            Verdict.PERHAPS,
        ),
    ],
)
def test_two_lines_are_one_place_by_siret_or_name_and_full_address(one, other, verdict) -> None:
    assert compare(one, other) is verdict
    assert compare(other, one) is verdict


def test_what_two_lists_say_of_one_place_is_told_once_with_all_its_sources() -> None:
    found = against(
        Register(),
        place("1", "Crèche des Pins", "4 rue Haute"),
        place("9", "PINS (crèche des)", "4 Rue Haute", source="autre", hours="8 h"),
        place("2", "Crèche des Pins", "4 rue Haute"),
    )
    assert [one.ids for one in found] == [("insee:1", "autre:9"), ("insee:2",)]
    assert found[0].line.hours == "8 h"


def test_a_list_that_gathers_lists_may_say_one_place_several_times() -> None:
    lines = [
        place("1", "Crèche des Pins", "4 rue Haute", source="data_inclusion"),
        place("2", "PINS", "4 rue Haute", source="data_inclusion"),  # surely the same
        place("3", "Autre nom", "4 rue Haute", source="data_inclusion"),  # perhaps
        place("4", "Pommier", "8 rue B", source="data_inclusion"),
    ]
    found = against(Register(), *lines)
    assert [len(one.places) for one in found] == [2, 1, 1]
    assert counted(Register(), found, "commune", HERE)[1] == 2
    alone = against(Register(), *(replace(one, source="insee") for one in lines))
    assert counted(Register(), alone, "commune", HERE)[1] == 4


def test_a_published_place_never_enters_the_register_and_counts_at_least() -> None:
    register = Register((held("A", "Lutins", "1 rue A", zones=INSIDE),))
    found = against(register, place("1", "LUTINS", "1 rue A"), place("2", "Pommier", "8 rue B"))
    assert [one.same for one in found] == ["A", ""]
    assert len(register.structures) == 1
    cited = bounds_of([one.places[0].citation for one in found])
    assert counted(register, found, "commune", HERE) == ("minimum", 2.0, 2025, cited)
    assert counted(register, found, "iris", "001230101") == ("minimum", 2.0, 2025, cited)
    assert counted(register, found, "iris", "001230801") == ("minimum", 0.0, 2025, cited)


def test_what_may_be_the_same_counts_once_and_what_moves_or_stands_elsewhere_not() -> None:
    register = Register((held("A", "Lutins"), held("B", "Pommier")))
    found = against(register, place("1", "Autre nom", "1 rue A"))
    assert set(found[0].perhaps) == {"A", "B"}
    assert counted(register, found, "commune", HERE)[1] == 2
    three = against(register, *(place(str(n), f"Nom {n}", f"{n} rue A") for n in range(1, 4)))
    assert counted(register, three, "commune", HERE)[1] == 3
    assert against(register, place("1", "Bus", standing=OUTREACH))[0].moves


def test_a_list_that_the_city_says_full_is_not_added_to() -> None:
    register = Register((held("A", "Lutins", "1 rue A", zones=INSIDE),), {"eaje": 2022})
    found = against(register, place("2", "Pommier", "8 rue B"))
    assert counted(register, found, "commune", HERE) == ("diffuse", 1.0, 2022, "registre")


def test_a_zone_that_its_producer_is_not_sure_of_is_not_told_by_the_point() -> None:
    unsure = place("1", "Lutins", "1 rue A", zones={"iris": "001230101"}, longitude=1, latitude=49)
    (one,) = against(Register(), unsure)
    assert one.line.zones == {"iris": "001230101"}
    assert counted(Register(), (one,), "qpv", "QN00001M")[:2] == ("minimum", 0.0)


def test_the_least_number_of_places_is_what_every_world_has() -> None:
    """Another hand: every way in which lines of three lists may be the same places."""
    for edges in product((False, True), repeat=8):
        first, second, third = ["a", "b"], ["c", "d"], ["e"]
        pairs = [*product(first, second), *product([*first, *second], third)]
        alike = {pair for pair, joined in zip(pairs, edges, strict=True) if joined}

        def may(one: str, other: str, alike: set[tuple[str, str]] = alike) -> bool:
            return (one, other) in alike or (other, one) in alike

        assert least([first, second], may) == min(_worlds(first, second, may))
        three = least([first, second, third], may)
        assert least([first, second], may) <= three <= 5


def _worlds(first: list[str], second: list[str], may: Callable[[str, str], bool]) -> Iterator[int]:
    for order in permutations([*second, None, None], len(first)):
        paired = zip(first, order, strict=True)
        if all(other is None or may(one, other) for one, other in paired):
            yield len(first) + len(second) - sum(other is not None for other in order)


def test_what_the_city_says_is_remembered_at_the_next_edition(tmp_path: Path) -> None:
    register = Register((held("A", "Lutins"),))
    (one,) = against(register, place("1", "Autre nom", "1 rue A"))
    with Store.open(tmp_path) as store:
        assert decisions.fingerprint(store, "t") == ""
        decisions.keep(store, "t", [(LINKED, one.signs, "Autre nom", "A", "même lieu")])
        said = decisions.in_force(store, "t")
        (later,) = against(register, place("77", "AUTRE NOM", "1, rue A"), links=said.links)
        assert later.same == "A"
        with pytest.raises(UserError, match="Dites pourquoi"):
            decisions.keep(store, "t", [(ASIDE, one.signs, "Autre nom", "", "  ")])
        decisions.keep(store, "t", [(ASIDE, one.signs, "Autre nom", "", "siège, sans accueil")])
        told = decisions.in_force(store, "t").of(later.signs)
        assert told is not None
        assert (told.what, told.reason) == (ASIDE, "siège, sans accueil")
        before = decisions.fingerprint(store, "t")
        decisions.take_back(store, "t", told)
        assert decisions.in_force(store, "t") == Decisions()
        assert decisions.fingerprint(store, "t") != before
