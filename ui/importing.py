"""One long work at a time on the socle of a territory: an import, or a protection.

It goes on in its own thread, whatever page its reader goes to; what it needs is given to it and
kept nowhere else.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ctg_data.errors import UserError
from ui import incidents

LOG = logging.getLogger("ctg")
BROKEN = (
    "Le travail s'est arrêté pour une raison imprévue. Rien n'a été importé à moitié : ce qui "
    "était là est resté tel quel. Réessayez ; si cela recommence, prévenez la personne qui "
    "administre le tableau de bord."
)
Work = Callable[[Callable[[str], None]], Any]


@dataclass
class Job:
    """Where one work stands; written by its thread, read by the page."""

    kind: str  # import | protect
    steps: list[str] = field(default_factory=list)
    result: Any = None
    problem: str = ""
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def words(self) -> str:
        """What is being done."""
        return self.steps[-1] if self.steps else "Préparation…"


_JOBS: dict[str, Job] = {}
_LOCK = threading.Lock()


def job(territory: str) -> Job | None:
    """The work of a territory, going on or just over."""
    return _JOBS.get(territory)


def start(territory: str, kind: str, work: Work) -> Job:
    """Begin a work; when one is going on already, that one is given back."""
    with _LOCK:
        known = _JOBS.get(territory)
        if known is not None and not known.done.is_set():
            return known
        begun = _JOBS[territory] = Job(kind)
    threading.Thread(target=_run, args=(begun, work), daemon=True).start()
    return begun


def forget(territory: str) -> None:
    """Clear a work that is over, once its outcome has been read."""
    with _LOCK:
        known = _JOBS.get(territory)
        if known is not None and known.done.is_set():
            del _JOBS[territory]


def _run(begun: Job, work: Work) -> None:
    try:
        begun.result = work(begun.steps.append)
    except UserError as problem:
        begun.problem = str(problem)
    except Exception as problem:  # the reader gets words, the log gets the lines
        LOG.error("socle : %s", incidents.trail(problem))
        begun.problem = BROKEN
    finally:
        begun.done.set()
