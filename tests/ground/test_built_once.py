"""Two readers at once: built once, published whole, and the answer that one alone would get."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ctg_data.built_once import BuiltOnce, built_once
from ctg_data.errors import CtgError
from tests.tables import table

READERS = 8


@pytest.fixture
def jostled() -> Iterator[None]:
    """Threads that take over from each other in the midst of everything."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Each work in a thread of its own, all let go at the same moment."""
    start = threading.Barrier(len(works))

    def at_once(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result(60) for done in [threads.submit(at_once, one) for one in works]]


def test_the_first_builds_and_the_others_wait_for_it():
    kept: BuiltOnce[str, object] = BuiltOnce(4)
    built = []

    def slowly() -> object:
        built.append(threading.get_ident())
        time.sleep(0.1)
        return object()

    found = together(*[lambda: kept.get("one", slowly)] * 50)
    assert len(built) == 1
    assert {id(one) for one in found} == {id(found[0])}


def test_two_keys_are_built_at_the_same_time():
    kept: BuiltOnce[str, bool] = BuiltOnce(4)
    both = threading.Barrier(2)  # breaks, and fails the test, unless both builds reach it

    def build() -> bool:
        both.wait(10)
        return True

    assert together(lambda: kept.get("a", build), lambda: kept.get("b", build)) == [True, True]


def test_a_failure_is_not_kept_and_one_who_waited_tries_again():
    kept: BuiltOnce[str, str] = BuiltOnce(4)
    tries = []

    def fails_first() -> str:
        tries.append(1)
        time.sleep(0.05)
        if len(tries) == 1:
            raise OSError("disk")
        return "whole"

    def asked() -> str:
        try:
            return kept.get("one", fails_first)
        except OSError:
            return "failed"

    assert sorted(together(*[asked] * READERS)) == ["failed"] + ["whole"] * (READERS - 1)
    assert len(tries) == 2


def test_a_stop_of_one_reader_s_page_stops_no_other():
    """What stops a script is no ordinary error: it must free those who wait all the same."""
    kept: BuiltOnce[str, str] = BuiltOnce(4)
    begun = threading.Event()

    def stopped() -> str:
        begun.set()
        time.sleep(0.05)
        raise SystemExit

    def leaves() -> str:
        with pytest.raises(SystemExit):
            kept.get("one", stopped)
        return "left"

    def waits() -> str:
        begun.wait(10)
        return kept.get("one", lambda: "whole")

    assert together(leaves, waits) == ["left", "whole"]


def test_the_least_recently_asked_leaves_first():
    kept: BuiltOnce[int, int] = BuiltOnce(3)
    built = []

    def build(key: int) -> int:
        built.append(key)
        return key

    for key in (1, 2, 3, 1, 4, 1, 2):
        kept.get(key, lambda key=key: build(key))
    assert built == [1, 2, 3, 4, 2]
    assert len(kept) == 3


def test_it_stays_bounded_while_everybody_builds(jostled):
    kept: BuiltOnce[int, int] = BuiltOnce(10)

    def tour() -> list[int]:
        return [kept.get(key % 40, lambda key=key: key % 40) for key in range(400)]

    assert together(*[tour] * READERS) == [[key % 40 for key in range(400)]] * READERS
    assert len(kept) == 10


def test_what_is_built_may_need_others():
    kept: BuiltOnce[int, int] = BuiltOnce(100)

    def sum_to(count: int) -> int:
        return kept.get(count, lambda: count + sum_to(count - 1) if count else 0)

    assert together(*[lambda: sum_to(60)] * READERS) == [1830] * READERS


def test_what_needs_itself_fails_instead_of_waiting_for_ever():
    kept: BuiltOnce[str, int] = BuiltOnce(4)

    def again() -> int:
        return kept.get("one", again)

    with pytest.raises(CtgError, match="needs itself"):
        kept.get("one", again)
    assert kept.get("one", lambda: 1) == 1


def test_two_that_need_each_other_fail_instead_of_waiting_for_ever():
    kept: BuiltOnce[str, str] = BuiltOnce(4)
    both = threading.Barrier(2)

    def needing(other: str) -> str:
        both.wait(10)
        return kept.get(other, lambda: f"{other}, alone")

    def asked(key: str, other: str) -> str:
        try:
            return kept.get(key, lambda: needing(other))
        except CtgError:
            return "refused"

    found = together(lambda: asked("a", "b"), lambda: asked("b", "a"))
    assert "refused" in found


def test_what_was_forgotten_while_built_is_not_kept():
    kept: BuiltOnce[str, str] = BuiltOnce(4)

    def old() -> str:
        kept.clear()  # the store changed meanwhile
        return "old"

    assert kept.get("one", old) == "old"
    assert kept.get("one", lambda: "new") == "new"


def test_what_is_built_anew_makes_nobody_wait_who_may_have_the_old():
    kept: BuiltOnce[str, str] = BuiltOnce(4)
    begun, go_on = threading.Event(), threading.Event()
    assert kept.get("one", lambda: "old") == "old"

    def anew() -> str:
        begun.set()
        assert go_on.wait(10)
        return "new"

    def builds() -> str:
        return kept.get("one", anew, holds=lambda _: False, meanwhile=True)

    def comes() -> str:
        assert begun.wait(10)
        found = kept.get("one", anew, holds=lambda _: False, meanwhile=True)
        go_on.set()
        return found

    assert together(builds, comes) == ["new", "old"]
    assert kept.get("one", lambda: "again") == "new"


def test_a_function_remembers_by_its_arguments():
    built = []

    @built_once(2)
    def doubled(number: int, *, plus: int = 0) -> int:
        built.append(number)
        return 2 * number + plus

    assert [doubled(1), doubled(1), doubled(1, plus=3), doubled(1)] == [2, 2, 5, 2]
    assert built == [1, 1]


def test_readers_of_one_table_get_the_cell_that_one_alone_would_get(jostled):
    """A known figure told as « n.d. » while another reader's index was being filled."""
    rows = [("iris", f"{code:05}", 2023, float(code)) for code in range(3000)]
    asked = range(2999, 0, -750)
    for _ in range(4):
        shown = table(rows)
        expected = [float(code) for code in asked]

        def cells(shown: Any = shown) -> list[float | None]:
            return [shown.cell("iris", f"{code:05}", 2023).value for code in asked]

        assert together(*[cells] * READERS) == [expected] * READERS


def test_readers_of_one_table_get_the_rows_that_one_alone_would_get(jostled):
    rows = [("iris", f"{code:05}", year, 7.0) for code in range(400) for year in (2022, 2023)]
    shown = table(rows).join(table(rows, category="autre"))

    def kept() -> tuple[int, int, int]:
        few = shown.where(level="iris", code=["00001", "00399"], period=2023)
        return len(few), len(shown.part("essai", "autre")), len(shown.where(period=[]))

    assert together(*[kept] * READERS) == [(4, 800, 0)] * READERS
