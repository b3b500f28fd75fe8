"""The check of a file of zones that someone dropped: beside the page, which stays alive.

One check at a time for each reader.  It is ended when its reader says so, takes the file away, or
says something else of it; and by itself when it lasts.
"""

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from ctg_data.boundaries import zonings_here as zonings_here
from ctg_data.boundaries.zonings_here import Check, Judged
from ctg_data.territory.config import TerritoryConfig
from ctg_data.zonings.zoning import Told
from ui.frame.jobs import Job, Jobs

CHECKED = "_city_checked"  # what is judged (the file, what is said of it), and where it stands
JOBS = Jobs(
    "zonage",
    "La vérification s'est arrêtée pour une raison imprévue : rien n'a été écrit. Réessayez ; si "
    "cela recommence, prévenez la personne qui administre le tableau de bord.",
)


def start(key: Hashable, territory: TerritoryConfig, name: str, content: bytes, told: Told) -> Job:
    """Begin to judge a file, in place of what this reader had judged before."""
    forget()
    check = Check(territory, name, content, told, zonings_here.SECONDS)

    def work(steps: Callable[[Any], None]) -> Judged:
        steps(f"Vérification des zones de « {name} »…")
        return check.result()

    job = JOBS.alone("check", work, check.end)
    st.session_state[CHECKED] = (key, job)
    return job


def of(key: Hashable) -> Job | None:
    """Where the check of this file stands; one of another file, or of other words, is ended."""
    kept = st.session_state.get(CHECKED)
    if kept is None or kept[0] == key:
        return kept[1] if kept else None
    forget()
    return None


def forget() -> None:
    """End what this reader had judged, and forget it."""
    _, job = st.session_state.pop(CHECKED, (None, None))
    if job is not None:
        job.cancel()


@st.fragment(run_every="1s")
def follow(job: Job) -> None:
    """What is being done, for how long, and the way to end it."""
    if job.running:
        st.progress(_share(job), text=job.words)
        if not st.button("Annuler", icon=":material/close:"):
            return
        job.cancel()
        job.done.wait(2.0)  # a process that is killed is gone at once
    st.rerun()


def _share(job: Job) -> float:
    """How much of the time given is gone."""
    return min(1.0, job.seconds / zonings_here.SECONDS)
