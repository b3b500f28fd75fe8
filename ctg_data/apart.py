"""A call made in a process of its own: it can be ended, and it never outlasts the time given.

A thread cannot be stopped while it computes; a process can, and takes what it held with it.  The
call and what it returns go through pipes between a process and its own child, and nowhere else.
``python -m ctg_data.apart`` is that child.
"""

import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from ctg_data.errors import UserError

ROOT = Path(__file__).parents[1]
AT_ONCE = 2  # calls: those of other readers wait for their turn, not the machine
GRACE = 5  # seconds after which a child whose parent is gone ends by itself
_SEATS = threading.BoundedSemaphore(AT_ONCE)


class Ended(UserError):
    """Someone ended the call."""


class TooLong(UserError):
    """The call took all the time it was given."""


class Apart:
    """One call, made once.

    Args:
        call: a function of a module; what it takes and returns can be pickled.
        given: what it takes.
        seconds: the time it is given, its turn once come.
    """

    def __init__(self, call: Callable[..., Any], *given: Any, seconds: float) -> None:
        self._sent = pickle.dumps((seconds, call, given))
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def end(self) -> None:
        """End it, whether it waits, runs or is over."""
        with self._lock:
            self._ended.set()
            if self._process is not None:
                self._process.kill()

    def result(self) -> Any:
        """Wait for what it returns.

        Raises:
            Ended: it was ended.
            TooLong: it did not return in time.
            UserError: what the call refused, in its words.
            RuntimeError: it stopped for another reason; its lines are in the log.
        """
        with self._turn(), self._begun() as process:
            try:
                told, _ = process.communicate(self._sent, timeout=self._seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise TooLong("Arrêté : le temps donné est écoulé.") from None
        self._refuse_ended()
        if process.returncode or not told:
            raise RuntimeError(f"a call apart stopped with {process.returncode}")
        problem, value = pickle.loads(told)  # written by our own child
        if problem:
            raise UserError(problem)
        return value

    @contextmanager
    def _turn(self) -> Iterator[None]:
        while not _SEATS.acquire(timeout=0.2):
            self._refuse_ended()
        try:
            yield
        finally:
            _SEATS.release()

    def _begun(self) -> subprocess.Popen[bytes]:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        with self._lock:
            self._refuse_ended()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ctg_data.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
            return self._process

    def _refuse_ended(self) -> None:
        if self._ended.is_set():
            raise Ended("Annulé.")


def main() -> None:
    """Make the call that comes by the input, and write what it returns, or refuses."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    sys.excepthook = _lines
    seconds, call, given = pickle.load(sys.stdin.buffer)
    signal.alarm(math.ceil(seconds) + GRACE)
    try:
        told = "", call(*given)
    except UserError as refusal:
        told = str(refusal), None
    with out:
        pickle.dump(told, out)


def _lines(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """Where it stopped, without what it was given: a message may quote a file."""
    lines = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(trace)]
    print(f"{kind.__name__} : {' < '.join(reversed(lines))}", file=sys.stderr)


if __name__ == "__main__":
    main()
