"""Where a file is dropped: the uploader, the file being read, and the decision about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from ctg_data.errors import UserError
from ctg_data.tabular.report import UnreadableFile
from ui.blocks import states

T = TypeVar("T")
File = tuple[str, bytes]


@dataclass(frozen=True)
class Drop:
    """A place for files of one kind; what a reader drops there is for this reader alone.

    Attributes:
        name: told apart from the other places by it.
        label: of the uploader.
        kinds: extensions of the files.
        forget: called when a file comes or goes: nothing was answered of the next one.
        stays: whether a file is still being read once its page was left, or it was taken out of
            the uploader; only a decision lets go of it.
    """

    name: str
    label: str
    kinds: Sequence[str]
    forget: Callable[[], None] = lambda: None
    stays: bool = True

    @property
    def file(self) -> str:
        """Where the file being read is kept."""
        return f"_{self.name}_file"

    @property
    def turn(self) -> int:
        """How many files were dealt with: widgets named with it start empty with each."""
        return int(st.session_state.get(f"_{self.name}_turn", 0))

    def given(self, beside: Callable[[], None] | None = None) -> File | None:
        """The file to read, if any; ``beside`` draws what stands at the right of the uploader."""
        left, right = st.columns([3, 2], gap="large") if beside else (st.container(), None)
        with left:
            key = f"{self.name}-file-{self.turn}"
            sent = st.file_uploader(self.label, type=list(self.kinds), key=key)
        if beside and right:
            with right:
                beside()
        if sent is None and not self.stays:
            self._clear()
        elif sent is not None and st.session_state.get(self._seen) != sent.file_id:
            self.take((sent.name, sent.getvalue()))
            st.session_state[self._seen] = sent.file_id
        found: File | None = st.session_state.get(self.file)
        return found

    def take(self, given: File) -> None:
        """Another file to read."""
        self.forget()
        st.session_state[self.file] = given

    def let_go(self) -> None:
        """The file has been dealt with: the place is ready for another one."""
        self._clear()
        st.session_state[f"_{self.name}_turn"] = self.turn + 1

    def agreed(self, label: str, *, closed: bool) -> bool:
        """Whether the reader confirms just now; the other way is to drop another file."""
        with st.container(horizontal=True, gap="medium"):
            said = st.button(label, type="primary", disabled=closed, icon=":material/check:")
            if st.button("Abandonner", type="tertiary"):
                self.let_go()
                st.rerun()
        return said

    @property
    def _seen(self) -> str:
        return f"_{self.name}_seen"

    def _clear(self) -> None:
        self.forget()
        for key in (self.file, self._seen):
            st.session_state.pop(key, None)


def read(
    work: Callable[[], T],
    unreadable: type[UserError] = UnreadableFile,
    wait: str = "Lecture du fichier et vérifications…",
) -> T | None:
    """What is made of a file; None when nothing reads in it, which is then told."""
    try:
        with st.spinner(wait):
            return work()
    except unreadable as problem:
        states.show("broken", "Fichier illisible", str(problem))
        return None
