"""The update of a territory's data: who may ask for it, and one at a time, whoever asked."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ctg_data import role
from ctg_data.role import Role
from ctg_data.store.session import Store
from ctg_data.territory.config import TerritoryConfig
from ctg_data.update import run as update
from ctg_data.update.run import Summary
from ctg_data.workspace import SourceLine, Workspace
from ui.frame.jobs import Job, Jobs

FIRST, AGAIN = "first", "update"  # kinds: what was never received, or everything anew
JOBS = Jobs(
    "mise à jour",
    "La mise à jour s'est arrêtée pour une raison imprévue. Ce qui était déjà reçu est gardé et "
    "les données d'avant restent en place. Réessayez ; si cela recommence, prévenez la personne "
    "qui administre le tableau de bord.",
)


class Refusal(NamedTuple):
    """Why no update is offered here."""

    title: str
    text: str


def refusal(territory: TerritoryConfig) -> Refusal | None:
    """Why nobody may ask for an update of this territory here; none when one may."""
    if territory.fictional:
        return Refusal(
            "Un territoire fictif ne se met pas à jour",
            "Ses lieux et ses chiffres sont inventés : aucune source ne les publie. Choisissez un "
            "territoire réel en haut de la page pour interroger les producteurs.",
        )
    if role.current() is Role.LECTEUR:
        return Refusal(
            "Ouverte en lecture",
            "Cette application a été ouverte en lecture : la personne qui l'administre met les "
            "données à jour, ici ou par la commande « python -m ctg_data update ».",
        )
    return None


def missing(data: Workspace) -> list[SourceLine]:
    """The sources that have never answered on this machine."""
    return [one for one in data.sources() if not one.answered]


def never(data: Workspace) -> bool:
    """Whether a first update may be asked for: none of the sources has ever answered."""
    return refusal(data.territory) is None and len(missing(data)) == len(data.sources())


def start(
    territory: TerritoryConfig,
    run: Callable[..., Summary] = update.run,
    *,
    only: Sequence[str] = (),
    kind: str = AGAIN,
) -> Job:
    """Begin an update, or join the one that is running.

    Args:
        territory: for whom.
        run: what brings the sources up to date.
        only: the ids of the sources to ask, every one unless told.
        kind: what it is for, :data:`FIRST` or :data:`AGAIN`.
    """
    asked = {"source_ids": list(only)} if only else {}

    def work(steps: Callable[[Any], None]) -> Summary:
        with Store.open() as store:
            return run(territory, store, progress=steps, **asked)

    return JOBS.start(territory.id, kind, work)


def share(job: Job) -> float:
    """How much of an update is done, from 0 to 1."""
    if not job.steps:
        return 0.0
    last = job.steps[-1]
    return float((last.step - (last.outcome is None)) / last.total)
