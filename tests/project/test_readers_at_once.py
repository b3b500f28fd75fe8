"""Eight readers of one workspace: each gets what one alone would, and nothing is made twice."""

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ctg_data.diagnosis.evolutions import evolutions
from ctg_data.diagnosis.overview import overview
from ctg_data.disclosure.adapter.gate import Gated
from ctg_data.model import Level
from ctg_data.opening import complete_workspace
from ctg_data.role import ENVIRONMENT, Role
from ctg_data.workspace import Workspace
from tests.pages import data_of
from ui.state.memo import remembered

READERS = 8


@pytest.fixture(autouse=True)
def jostled() -> Iterator[None]:
    """Threads that take over from each other in the midst of everything."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def fresh(*, fictional: bool) -> Workspace:
    """A workspace of which nobody asked anything yet."""
    known = data_of(fictional=fictional)
    gated = Gated(known.release.join(), known.secrecy, known._journal)
    return complete_workspace(known.territory, gated, register=known.register)


def together(work: Callable[[int], Any]) -> list[Any]:
    """The same work by each reader, all let go at the same moment."""
    start = threading.Barrier(READERS)

    def at_once(number: int) -> Any:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(READERS) as threads:
        return [one.result(120) for one in [threads.submit(at_once, n) for n in range(READERS)]]


def cells(data: Workspace, number: int = 0) -> dict[tuple[str, str, str], Any]:
    """What every indicator says of some places; each reader begins elsewhere."""
    every = data.indicators()
    levels = (Level.IRIS, Level.QPV, Level.QUARTIER)
    zones = [zone for level in levels for zone in data.territory.zones(level)[:4]]
    turn = number * len(every) // READERS
    return {
        (one.id, str(zone.level), zone.code): data.cell(one, zone)
        for one in every[turn:] + every[:turn]
        for zone in (*zones, data.territory.commune)
    }


@pytest.mark.parametrize("fictional", [True, False])
def test_each_reads_what_one_alone_would_read(fictional):
    alone = cells(fresh(fictional=fictional))
    data = fresh(fictional=fictional)
    for found in together(lambda number: cells(data, number)):
        assert {key: found[key] for key in alone} == alone


@pytest.mark.parametrize("fictional", [True, False])
def test_nothing_is_made_twice(fictional):
    data = fresh(fictional=fictional)

    def made(number: int) -> list[Any]:
        found: list[Any] = [data.table(one) for one in data.indicators()]
        known = evolutions(data)
        return [*found, known, known.alerts, known.commune, overview(data, "la métropole")]

    first, *others = together(made)
    for other in others:
        assert [id(one) for one in other] == [id(one) for one in first]


def test_a_view_is_built_once_for_all_who_ask_at_the_same_time():
    data, other = fresh(fictional=True), fresh(fictional=False)
    built = []

    @remembered
    def view(asked: Workspace, zone: str) -> object:
        built.append((asked, zone))
        threading.Event().wait(0.05)
        return object()

    found = together(lambda number: [view(data, "A"), view(other, "A"), view(data, "B")])
    assert len(built) == 3, "one a territory and a zone"
    assert {tuple(map(id, one)) for one in found} == {tuple(map(id, found[0]))}
    assert len(set(map(id, found[0]))) == 3


def test_what_one_role_is_shown_is_not_given_to_another(monkeypatch):
    data = fresh(fictional=True)

    @remembered
    def view(asked: Workspace) -> str:
        return f"for {len(built)}"

    built = [1]
    monkeypatch.setenv(ENVIRONMENT, Role.STATISTICIEN)
    exact = view(data)
    built.append(2)
    monkeypatch.setenv(ENVIRONMENT, Role.LECTEUR)
    assert view(data) != exact


def test_a_workspace_that_is_replaced_is_let_go():
    """Nothing made of it holds it: twenty updates must not leave twenty territories in memory."""
    data = fresh(fictional=True)
    cells(data)
    assert evolutions(data).indicators
    assert isinstance(evolutions(data).alerts, tuple)
    overview(data, "la métropole")
    watched = weakref.ref(data)
    gc.disable()  # a cycle would be freed by it, unless the collector was told to leave it alone
    try:
        del data
        assert watched() is None
    finally:
        gc.enable()
