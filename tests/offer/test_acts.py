"""What the city does with published places: whole acts, remembered, taken back."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from ctg_data import role
from ctg_data.errors import UserError
from ctg_data.model import Citation
from ctg_data.offer import acts, decisions
from ctg_data.offer.candidates import Candidate, candidates
from ctg_data.offer.decisions import ASIDE, LINKED
from ctg_data.offer.lists import Lists
from ctg_data.offer.offered import Published
from ctg_data.register import imports as register
from ctg_data.register.model import Register, Structure
from ctg_data.register.store import Given, Registers, digest, in_force
from ctg_data.role import Role
from ctg_data.sources.places import OUTREACH, PublishedPlace
from ctg_data.store.session import Store
from tests.register_files import config

TERRITORY = config()
HERE = TERRITORY.commune.code
EDITIONS = count(1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        yield opened


def published(store: Store, *some: dict[str, str]) -> Published:
    cited = f"insee:x@{next(EDITIONS)}"
    places = tuple(
        PublishedPlace(
            key=one.get("key", str(rank)),
            source="insee",
            citation=cited,
            kind="laep",
            nature="Lieu d'accueil enfants-parents",
            commune=HERE,
            observed="2025-01-01",
            name=one.get("name", ""),
            address=one.get("address", ""),
            zones={"iris": TERRITORY.iris[0].code, "qpv_2024": "hors"},
        )
        for rank, one in enumerate(some)
    )
    citation = Citation(cited, "Insee", "BPE (essai)", "2025", "2026-01-01", "LO")
    lists = Lists(places, {cited: citation})
    said = decisions.in_force(store, TERRITORY.id)
    known = candidates(lists, in_force(TERRITORY, store), TERRITORY, (), said.links)
    return Published(known, lists, said)


ONE = {"name": "La Ronde (essai)", "address": "7 rue de l'Atelier"}


def test_an_accepted_place_is_a_line_of_the_register_once_and_for_the_next_edition(store) -> None:
    before = len(in_force(TERRITORY, store).structures)
    known = published(store, ONE)
    (one,) = acts.pending(known, TERRITORY)
    (made,) = acts.accept([one], known, TERRITORY, store)
    held = in_force(TERRITORY, store)
    assert len(held.structures) == before + 1
    (line,) = held.by_id()[made.id]
    assert (line.name, line.kind, line.source) == (ONE["name"], "laep", "Insee, BPE (essai)")
    assert (line.source_date, line.zone("iris", HERE)) == ("2025-01-01", TERRITORY.iris[0].code)
    later = published(store, ONE | {"key": "other"})
    assert not acts.pending(later, TERRITORY)
    assert [one.same for one in later.candidates] == [made.id]
    with pytest.raises(UserError, match="déjà reçu une décision"):
        acts.accept([one], known, TERRITORY, store)
    assert len(in_force(TERRITORY, store).structures) == before + 1
    (last, *_) = register.history(TERRITORY, store)
    register.undo(TERRITORY, store, last.number)
    assert acts.pending(published(store, ONE), TERRITORY)


def test_several_are_taken_all_or_none(store) -> None:
    known = published(store, ONE, {"name": "", "address": "9 rue B"})
    before = in_force(TERRITORY, store)
    with pytest.raises(UserError, match="sans nom diffusé"):
        acts.accept(acts.pending(known, TERRITORY), known, TERRITORY, store)
    assert in_force(TERRITORY, store) == before
    assert not decisions.in_force(store, TERRITORY.id).every


def test_a_linked_or_set_aside_place_is_no_longer_offered_and_may_be_again(store) -> None:
    known = published(store, ONE, {"name": "Siège (essai)", "address": "1 place C"})
    first, second = acts.pending(known, TERRITORY)
    target = next(one.id for one in in_force(TERRITORY, store).structures if one.kind == "laep")
    acts.link(first, target, "même lieu, autre nom", TERRITORY, store)
    acts.set_aside(second, "siège, sans accueil", TERRITORY, store)
    said = decisions.in_force(store, TERRITORY.id)
    assert {one.what for one in said.every} == {LINKED, ASIDE}
    assert not acts.pending(published(store, ONE), TERRITORY)
    for one in said.every:
        acts.take_back(one, TERRITORY, store)
    assert len(acts.pending(published(store, ONE), TERRITORY)) == 1
    with pytest.raises(UserError, match="n'est plus au registre"):
        acts.link(first, "absent", "", TERRITORY, store)


def test_a_reader_changes_nothing(store, monkeypatch) -> None:
    known = published(store, ONE)
    (one,) = acts.pending(known, TERRITORY)
    monkeypatch.setattr(role, "current", lambda: Role.LECTEUR)
    for act in (
        lambda: acts.accept([one], known, TERRITORY, store),
        lambda: acts.link(one, "F001", "", TERRITORY, store),
        lambda: acts.set_aside(one, "x", TERRITORY, store),
    ):
        with pytest.raises(UserError, match="Un lecteur ne change pas le registre"):
            act()


def test_a_stop_in_the_middle_leaves_nothing(store, monkeypatch) -> None:
    known = published(store, ONE)
    (one,) = acts.pending(known, TERRITORY)
    before = in_force(TERRITORY, store)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(decisions, "keep", killed)
    with pytest.raises(KeyboardInterrupt):
        acts.accept([one], known, TERRITORY, store)
    assert in_force(TERRITORY, store) == before
    assert not store.journal(TERRITORY.id)


def test_what_is_sure_is_named_placed_and_surely_another_one(store) -> None:
    known = published(store, ONE, {"name": "Sans adresse"})
    sure: list[Candidate] = [one for one in acts.pending(known, TERRITORY) if acts.is_sure(one)]
    assert [one.line.name for one in sure] == [ONE["name"]]


def test_a_place_of_two_lists_is_not_sure_while_the_register_may_have_it_unplaced(store) -> None:
    held = Register((Structure("A", "laep", "La Ronde", commune=HERE, source_date="2022-12-31"),))
    twice = tuple(
        PublishedPlace(
            "1", name, f"{name}:x@{next(EDITIONS)}", "laep", "Lieu", HERE, "2025-01-01",
            name="La Ronde", address="7 rue de l'Atelier",
        )
        for name in ("insee", "autre")
    )  # fmt: skip
    (one,) = candidates(Lists(twice), held, TERRITORY, (), {})
    assert (len(one.places), one.perhaps) == (2, ("A",))
    assert not acts.is_sure(one)


def test_two_sure_places_that_may_be_one_are_left_to_a_look(store) -> None:
    known = published(store, ONE, {"name": "Autre", "address": "9 rue de l'Atelier"})
    first, second = acts.pending(known, TERRITORY)
    line = replace(first.line, name="Tout autre nom")
    place = replace(first.places[0], source="autre", name=line.name)
    same_house = Candidate(line, (place,))
    assert acts.sure([first, second]) == (first, second)
    assert acts.sure([first, second, same_house]) == (second,)


def test_a_place_that_entered_the_register_meanwhile_is_not_taken_twice(store) -> None:
    known = published(store, ONE)
    (one,) = acts.pending(known, TERRITORY)
    present = in_force(TERRITORY, store)
    theirs = replace(one.line, id="X1", source="Ville")
    given = Given(replace(present, structures=(*present.structures, theirs)), "import", "")
    given = replace(given, before=digest(TERRITORY, store))
    Registers(store, TERRITORY).put_in_force(given)
    before = in_force(TERRITORY, store)
    with pytest.raises(UserError, match="maintenant au registre"):
        acts.accept([one], known, TERRITORY, store)
    assert in_force(TERRITORY, store) == before


def test_what_enters_names_nobody_and_can_be_sent_back_as_a_file(store) -> None:
    known = published(store, ONE, ONE | {"name": "Cabinet de Mme Durand", "address": "8 rue B"})
    one, person = acts.pending(known, TERRITORY)
    with pytest.raises(UserError, match="ceux de personnes"):
        acts.accept([person], known, TERRITORY, store)
    long = replace(one.line, hours="lundi 9 h, " * 60, contact="06 12 34 56 78 · 02 35 00 00 00")
    (made,) = acts.accept([replace(one, line=long)], known, TERRITORY, store)
    (line,) = in_force(TERRITORY, store).by_id()[made.id]
    assert line.contact == "02 35 00 00 00"
    file = register.model(TERRITORY, in_force(TERRITORY, store))
    assert not register.examine("registre.xlsx", file, TERRITORY, store).report.refused


def test_what_moves_enters_without_a_zone(store) -> None:
    known = published(store, ONE)
    (one,) = acts.pending(known, TERRITORY)
    bus = replace(one, places=(replace(one.places[0], standing=OUTREACH),))
    (made,) = acts.accept([bus], known, TERRITORY, store)
    assert one.line.zones
    assert not made.zones
    assert "Itinérant" in made.note
