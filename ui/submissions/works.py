"""A long work on screen: how far it is, the way to end it, and what one reader alone follows."""

from collections.abc import Callable, Hashable

import streamlit as st

from ui.frame import page as frame
from ui.frame.jobs import Job, Jobs, Work
from ui.submissions.report import soft

AWAY = "Vous pouvez quitter cette page pendant ce temps : le travail continue."


def by_steps(job: Job) -> float:
    """A share that grows with each step of a work whose steps nobody counts beforehand."""
    return float(1 - 0.75 ** len(job.steps))


@st.fragment(run_every="1s")
def follow(
    job: Job,
    share: Callable[[Job], float] = by_steps,
    note: str = "",
    detail: Callable[[Job], str] = lambda job: "",
) -> None:
    """What is being done, for how long, and the way to end it when there is one.

    Args:
        job: the work.
        share: how much of it is done, from 0 to 1.
        note: what is worth knowing meanwhile.
        detail: what has been done so far, as HTML.
    """
    if job.running:
        st.progress(share(job), text=job.words)
        if note:
            soft(note)
        if made := detail(job):
            st.html(made)
        if job.stop is None or not st.button("Annuler", icon=":material/close:"):
            return
        job.cancel()
        job.done.wait(2.0)  # a process that is killed is gone at once
    frame.refresh()
    st.rerun()


class Alone:
    """One work at a time for each reader, on one subject: it ends when the subject changes.

    Args:
        key: where it is kept in the session of the reader.
        jobs: how such works are told.
    """

    def __init__(self, key: str, jobs: Jobs) -> None:
        self._key, self._jobs = key, jobs

    def start(self, subject: Hashable, work: Work, stop: Callable[[], None]) -> None:
        """Begin a work in place of what this reader had begun before."""
        self.forget()
        st.session_state[self._key] = (subject, self._jobs.alone("check", work, stop))

    def of(self, subject: Hashable) -> Job | None:
        """Where the work on this subject stands; one on another subject is ended."""
        kept: tuple[Hashable, Job] | None = st.session_state.get(self._key)
        if kept is None or kept[0] == subject:
            return kept[1] if kept else None
        self.forget()
        return None

    def forget(self) -> None:
        """End what this reader had begun, and forget it."""
        _, job = st.session_state.pop(self._key, (None, None))
        if job is not None:
            job.cancel()
