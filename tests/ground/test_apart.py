"""A call in a process of its own: ended when asked, never longer than it may, leaving nothing."""

import math
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ctg_data.apart import AT_ONCE, Apart, Ended, TooLong
from ctg_data.boundaries import zonings_here as zonings_here
from ctg_data.errors import UserError

LONG = 120.0
# Both last for minutes; the second never lets go of the interpreter: no thread could be heard.
ENDLESS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (time.sleep, (LONG,)),
    (re.fullmatch, ("(a+)+b", "a" * 60)),
]


def children() -> list[int]:
    """The processes apart that this one has, by reading what the system knows."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            parent = (one / "stat").read_text().rpartition(")")[2].split()[1]
            line = (one / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == os.getpid() and b"ctg_data.apart" in line:
            found.append(int(one.name))
    return found


def waited(sure: Callable[[], bool], seconds: float = 30.0) -> bool:
    limit = time.monotonic() + seconds
    while not sure() and time.monotonic() < limit:
        time.sleep(0.02)
    return sure()


class Followed(threading.Thread):
    """A call that another thread waits for, and what became of it."""

    def __init__(self, apart: Apart) -> None:
        super().__init__(daemon=True)
        self.apart, self.problem = apart, None
        self.start()

    def run(self) -> None:
        try:
            self.apart.result()
        except UserError as problem:
            self.problem = problem


def test_it_returns_what_the_call_returns() -> None:
    assert Apart(math.sqrt, 9.0, seconds=LONG).result() == 3.0
    assert children() == []


def test_what_the_call_refuses_is_refused_in_its_words() -> None:
    with pytest.raises(UserError) as here:
        zonings_here.columns(b"?", "zones.geojson")
    with pytest.raises(UserError) as there:
        Apart(zonings_here.columns, b"?", "zones.geojson", seconds=LONG).result()
    assert str(there.value) == str(here.value)


@pytest.mark.parametrize(("call", "given"), ENDLESS)
def test_it_is_ended_at_once(call: Callable[..., Any], given: tuple[Any, ...]) -> None:
    followed = Followed(Apart(call, *given, seconds=LONG))
    assert waited(lambda: bool(children()))
    followed.apart.end()
    followed.join(10)
    assert not followed.is_alive()
    assert isinstance(followed.problem, Ended)
    assert children() == []


@pytest.mark.parametrize(("call", "given"), ENDLESS)
def test_it_never_lasts_longer_than_it_may(
    call: Callable[..., Any], given: tuple[Any, ...]
) -> None:
    with pytest.raises(TooLong):
        Apart(call, *given, seconds=1.0).result()
    assert children() == []


def test_it_is_ended_before_it_begins_and_while_it_waits_for_its_turn() -> None:
    early = Apart(math.sqrt, 9.0, seconds=LONG)
    early.end()
    with pytest.raises(Ended):
        early.result()
    busy = [Followed(Apart(time.sleep, LONG, seconds=LONG)) for _ in range(AT_ONCE)]
    assert waited(lambda: len(children()) == AT_ONCE)
    waiting = Followed(Apart(math.sqrt, 9.0, seconds=LONG))
    waiting.join(0.5)
    assert waiting.is_alive()
    assert len(children()) == AT_ONCE
    waiting.apart.end()
    waiting.join(10)
    assert isinstance(waiting.problem, Ended)
    for one in busy:
        one.apart.end()
        one.join(10)
    assert Apart(math.sqrt, 16.0, seconds=LONG).result() == 4.0, "seats are given back"


def test_a_fault_nobody_foresaw_tells_its_lines_and_not_what_it_was_given(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(RuntimeError):
        Apart(int, "4 familles", seconds=LONG).result()
    told = capfd.readouterr().err
    assert "ValueError" in told
    assert "apart.py" in told
    assert "familles" not in told


def test_a_child_whose_parent_is_gone_ends_by_itself() -> None:
    sent = pickle.dumps((0.5, time.sleep, (LONG,)))
    command = [sys.executable, "-m", "ctg_data.apart"]
    done = subprocess.run(command, input=sent, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGALRM
