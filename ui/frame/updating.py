"""The update of a territory's data: one at a time, whoever asked."""

from collections.abc import Callable
from typing import Any

from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update import run as update
from ctg_data.update.run import Summary
from ui.frame.jobs import Job, Jobs

JOBS = Jobs(
    "mise à jour",
    "La mise à jour s'est arrêtée pour une raison imprévue. Ce qui était déjà reçu est gardé et "
    "les données d'avant restent en place. Réessayez ; si cela recommence, prévenez la personne "
    "qui administre le tableau de bord.",
)


def start(territory: TerritoryConfig, run: Callable[..., Summary] = update.run) -> Job:
    """Begin an update, or join the one that is running."""

    def work(steps: Callable[[Any], None]) -> Summary:
        with Store.open() as store:
            return run(territory, store, progress=steps)

    return JOBS.start(territory.id, "update", work)


def share(job: Job) -> float:
    """How much of an update is done, from 0 to 1."""
    if not job.steps:
        return 0.0
    last = job.steps[-1]
    return float((last.step - (last.outcome is None)) / last.total)
