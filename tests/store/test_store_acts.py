"""An act and its line of journal are one: two writers lose nothing, a crash leaves nothing half.

Every act is run in processes of its own, killed after each of its writes in turn, on a file and
on a server; whatever the moment, the store holds all of the act or none of it.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ctg_data.assembly import assemble as assembly
from ctg_data.boundaries import zoning_changes
from ctg_data.errors import UserError
from ctg_data.register import imports as register, store as register_store
from ctg_data.role import Role
from ctg_data.socle import imports as socle
from ctg_data.store import editions
from ctg_data.store.session import Store
from ctg_data.territory import embedded
from ctg_data.zonings import registry as zonings
from ctg_data.zonings.nature import Nature, Told
from tests.crash import DIED, REFUSED, at_once, holds, in_a_process
from tests.register_files import as_book, config, creche
from tests.store.test_editions import release
from tests.store.test_store import put as put_rows, rows

pytestmark = pytest.mark.engines
Act = Callable[[Store], object]
MOST = 40  # writes of one act
CITY = Told(Nature.COMPETENCE, "Ville d'essai", "2024-01-01", "À la main")


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The masking and the map come after an act, and are acts of their own."""
    embedded.embedded(config())  # read before the processes part, not by each of them
    monkeypatch.setenv("CTG_ROLE", "statisticien")
    monkeypatch.setattr(assembly, "assemble", lambda *_: None)
    monkeypatch.setattr(zoning_changes, "_ready", lambda *_: ())


def opened(act: Act) -> Callable[[], None]:
    """The act in a store of its own, as another process opens it."""

    def run() -> None:
        with Store.open() as store:
            act(store)

    return run


def put(**cells: str) -> Act:
    """Put a register of one structure in force, read from a file of its own."""
    name, content = "essai.xlsx", as_book([creche(**cells)])
    return lambda store: register.put_in_force(
        register.examine(name, content, config(), store), config(), store
    )


def city(code: str = "C1") -> Act:
    form = json.loads((config().folder / "contours" / "iris.geojson").read_text("utf-8"))
    one = form["features"][0] | {"properties": {"code": code, "nom": code, "fictif": True}}
    content = json.dumps({"type": "FeatureCollection", "features": [one]}).encode()
    return lambda store: zoning_changes.add(store, config(), "zones.geojson", content, CITY)


def imported(store: Store) -> None:
    content = Path(config().folder / "reponse_fed.csv").read_bytes()
    said = socle.Declared(series=socle.Series.FED)
    socle.import_file("r.csv", content, config(), store, declared=said, who=Role.STATISTICIEN)


def last(store: Store) -> int:
    return register.history(config(), store)[0].number


def shown(store: Store) -> None:
    editions.record("exemple", release(120, 80))


ACTS: dict[str, tuple[list[Act], Act]] = {
    "register put": ([], put()),
    "register put again": ([put()], put(places="45")),
    "register undone": ([put()], lambda store: register.undo(config(), store, last(store))),
    "zoning added": ([], city()),
    "zoning removed": ([city()], lambda store: zoning_changes.remove(store, config(), 1)),
    "import": ([], imported),
    "import undone": ([imported], lambda store: socle.undo(store, config(), 1)),
    "edition": ([], shown),
    "observations": ([lambda store: put_rows(store, rows(5))], lambda s: put_rows(s, rows(6, 7))),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_crash_at_any_write_leaves_all_or_nothing(name: str) -> None:
    before_it, act = ACTS[name]
    with Store.open() as store:
        for one in before_it:
            one(store)
        start = holds(store)
    for rank in range(1, MOST):
        code = in_a_process(opened(act), dies_at=rank)
        with Store.open() as store:
            now = holds(store)
        if code == 0:
            break
        assert code == DIED
        assert now == start, f"half of the act stayed after its write {rank}"
    else:
        pytest.fail("the act never ended")
    assert rank > 1, "the act wrote nothing"
    assert now != start


# Two writers


def test_of_two_registers_made_from_one_the_second_is_told(database: str) -> None:
    """Both read the same register, then both put theirs in force: one wins, one is refused."""
    for turn in range(4):
        with Store.open() as store:
            seen = [
                register.examine("e.xlsx", as_book([creche(places=str(places))]), config(), store)
                for places in (50 + turn, 70 + turn)
            ]
            before = len(register.history(config(), store))
        acts = [
            opened(lambda store, one=one: register.put_in_force(one, config(), store))
            for one in seen
        ]
        assert sorted(at_once(*acts)) == [0, REFUSED]
        with Store.open() as store:
            assert len(register.history(config(), store)) == before + 1
            assert len(store.journal("exemple", register_store.SOURCE)) == before + 1


def test_the_second_writer_is_told_what_happened_and_what_to_do(store: Store) -> None:
    seen = [
        register.examine("mien.xlsx", as_book([creche(places=places)]), config(), store)
        for places in ("50", "70")
    ]
    register.put_in_force(seen[0], config(), store)
    with pytest.raises(UserError) as told:
        register.put_in_force(seen[1], config(), store)
    said = str(told.value).replace("\u202f", " ").replace("\xa0", " ")
    for words in ("Import de « mien.xlsx »", "rôle statisticien", "pas enregistré", "refaites"):
        assert words in said


def test_two_imports_of_one_file_at_once_are_one(database: str) -> None:
    assert sorted(at_once(opened(imported), opened(imported))) == [0, REFUSED]
    with Store.open() as store:
        assert len(socle.imports(store, config())) == 1
        assert len(store.journal("exemple", "fed")) == 1


def test_two_readers_of_a_new_edition_keep_it_once(database: str) -> None:
    acts = [opened(shown)] * 3
    assert at_once(*acts) == [0, 0, 0]
    with Store.open() as store:
        assert len(editions.known(store, "exemple")) == 1


def test_a_zoning_judged_beside_another_one_is_judged_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody adds a zoning while mine is being checked."""
    judge, other = zoning_changes.check, city("C2")

    def slow(*args, **kwargs):
        found = judge(*args, **kwargs)
        monkeypatch.setattr(zoning_changes, "check", judge)
        other(store)
        return found

    monkeypatch.setattr(zoning_changes, "check", slow)
    with pytest.raises(UserError, match=r"pendant la vérification[\s\S]*Rien n'a été ajouté"):
        city("C1")(store)
    assert [one.zones[0][0] for one in zonings.listed(store, "exemple")] == ["C2"]


# The roof itself


def test_what_is_under_one_roof_falls_together(store: Store) -> None:
    def act() -> None:
        with store.atomic():
            put_rows(store, rows(5))
            store.log("exemple", "essai", "ligne")
            raise UserError("non")

    with pytest.raises(UserError):
        act()
    assert store.observations("exemple")[0].empty
    assert store.journal("exemple") == []


def test_a_part_that_fails_takes_back_its_own_writes_alone(store: Store) -> None:
    def part() -> None:
        with store.atomic():
            store.log("exemple", "essai", "reprise")
            raise UserError("non")

    with store.atomic():
        store.log("exemple", "essai", "gardée")
        with pytest.raises(UserError):
            part()
    assert [one.message for one in store.journal("exemple")] == ["gardée"]


def test_a_reading_under_a_writer_s_roof_sees_its_writes(store: Store) -> None:
    with store.atomic():
        put_rows(store, rows(5))
        assert store.observations("exemple")[0]["value"].tolist() == [5]


def test_a_write_inside_a_reading_is_a_bug_told_as_one(store: Store) -> None:
    from ctg_data.errors import CtgError

    with store.together(), pytest.raises(CtgError, match="inside a reading"):
        store.log("exemple", "essai", "ligne")
