"""Long works: each goes on in its own thread, whatever page its reader goes to meanwhile.

Leaving the page, or closing the browser, neither stops a work nor loses what it made.  Pages only
look at where it stands; what it needs is given to it and kept nowhere else.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ctg_data import fr
from ctg_data.errors import UserError
from ui.frame import incidents

LOG = logging.getLogger("ctg")
Work = Callable[[Callable[[Any], None]], Any]


@dataclass
class Job:
    """Where one work stands; written by its thread, read by the pages."""

    kind: str
    steps: list[Any] = field(default_factory=list)
    result: Any = None
    problem: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    begun: float = field(default_factory=time.monotonic)
    stop: Callable[[], None] | None = None

    def cancel(self) -> None:
        """End a work that can be; it is then over, and says so as its problem."""
        if self.stop is not None and self.running:
            self.stop()

    @property
    def running(self) -> bool:
        """Whether it is still going on."""
        return not self.done.is_set()

    @property
    def seconds(self) -> float:
        """For how long it has been going on."""
        return time.monotonic() - self.begun

    @property
    def words(self) -> str:
        """What is being done, and for how long it has been going on."""
        what = str(self.steps[-1]) if self.steps else "Préparation…"
        seconds = int(self.seconds)
        return fr.spaced(what + (f" (depuis {fr.number(seconds)}\u202fs)" if seconds > 2 else ""))


class Jobs:
    """One work at a time for each territory, whoever asked.

    Args:
        subject: what the log calls them.
        broken: what is said of one that stopped for a reason nobody foresaw.
    """

    def __init__(self, subject: str, broken: str) -> None:
        self._subject, self._broken = subject, broken
        self._known: dict[str, Job] = {}
        self._lock = threading.Lock()

    def of(self, territory: str) -> Job | None:
        """The work of a territory, going on or just over; none when nobody asked."""
        return self._known.get(territory)

    def busy(self, territory: str) -> bool:
        """Whether one is going on."""
        job = self.of(territory)
        return job is not None and job.running

    def start(self, territory: str, kind: str, work: Work) -> Job:
        """Begin a work; when one is going on already, that one is given back."""
        with self._lock:
            known = self._known.get(territory)
            if known is not None and known.running:
                return known
            begun = self._known[territory] = self.alone(kind, work)
        return begun

    def alone(self, kind: str, work: Work, stop: Callable[[], None] | None = None) -> Job:
        """Begin a work that one reader alone follows, beside any other.

        Args:
            kind: what it is.
            work: takes what tells its steps, returns its result.
            stop: makes the work raise a UserError at once, whatever it is doing.
        """
        begun = Job(kind, stop=stop)
        threading.Thread(target=self._run, args=(begun, work), daemon=True).start()
        return begun

    def forget(self, territory: str) -> None:
        """Clear a work that is over, once its outcome has been read."""
        with self._lock:
            if not self.busy(territory):
                self._known.pop(territory, None)

    def _run(self, begun: Job, work: Work) -> None:
        try:
            begun.result = work(begun.steps.append)
        except UserError as problem:
            begun.problem = str(problem)
        except Exception as problem:  # the reader gets words, the log gets the lines
            LOG.error("%s : %s", self._subject, incidents.trail(problem))
            begun.problem = self._broken
        finally:
            begun.done.set()
