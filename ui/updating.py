"""One update at a time for a territory, whoever asked, whatever page they go to meanwhile.

The work goes on in its own thread: leaving the page, or closing the browser, neither stops it
nor loses what it received.  Pages only look at where it stands.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from ctg_data import update
from ctg_data.errors import UserError
from ctg_data.store import Store
from ctg_data.territory import TerritoryConfig
from ctg_data.update import Progress, Summary
from ui import incidents

LOG = logging.getLogger("ctg")
BROKEN = (
    "La mise à jour s'est arrêtée pour une raison imprévue. Ce qui était déjà reçu est gardé et "
    "les données d'avant restent en place. Réessayez ; si cela recommence, prévenez la personne "
    "qui administre le tableau de bord."
)


@dataclass
class Job:
    """Where one update stands; written by its thread, read by the pages."""

    steps: list[Progress] = field(default_factory=list)
    summary: Summary | None = None
    problem: str = ""
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        if not self.steps:
            return 0.0
        last = self.steps[-1]
        return (last.step - (last.outcome is None)) / last.total

    @property
    def words(self) -> str:
        """What is being done."""
        return str(self.steps[-1]) if self.steps else "Ouverture du magasin de données…"


_JOBS: dict[str, Job] = {}
_LOCK = threading.Lock()


def job(territory: str) -> Job | None:
    """The update of a territory, running or just over; none when nobody asked."""
    return _JOBS.get(territory)


def start(territory: TerritoryConfig, run: Callable[..., Summary] = update.run) -> Job:
    """Begin an update, or join the one that is running."""
    with _LOCK:
        known = _JOBS.get(territory.id)
        if known is not None and not known.done.is_set():
            return known
        begun = _JOBS[territory.id] = Job()
    threading.Thread(target=_work, args=(territory, begun, run), daemon=True).start()
    return begun


def forget(territory: str) -> None:
    """Clear an update that is over, once its summary has been read."""
    with _LOCK:
        known = _JOBS.get(territory)
        if known is not None and known.done.is_set():
            del _JOBS[territory]


def _work(territory: TerritoryConfig, begun: Job, run: Callable[..., Summary]) -> None:
    try:
        with Store.open() as store:
            begun.summary = run(territory, store, progress=begun.steps.append)
    except UserError as problem:
        begun.problem = str(problem)
    except Exception as problem:  # the reader gets words, the log gets the lines
        LOG.error("mise à jour : %s", incidents.trail(problem))
        begun.problem = BROKEN
    finally:
        begun.done.set()
