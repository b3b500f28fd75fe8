"""Which browser may fetch which file: those of the tabs it has open, as long as they are.

Streamlit serves a file of a page to whoever knows its address, and for a while after its page is
gone.  It has no public way to ask whose a file is: the private names used here are looked up in
what is installed by a test.
"""

from collections.abc import Iterator

from streamlit import runtime
from streamlit.runtime import Runtime

REDRAW_STEP, REDRAW_STEPS = 0.1, 100  # seconds, and how many of them: ten seconds
COOKIE = "ctg_navigateur"  # which browser asks; nothing about who


def _open_tabs(browser: str) -> Iterator[str]:
    """Sessions of the tabs that a browser has open at this moment."""
    if not browser or not runtime.exists():
        return
    for info in Runtime.instance()._session_mgr.list_active_sessions():
        context = info.client.client_context
        if context is not None and context.cookies.get(COOKIE) == browser:
            yield info.session.id


def is_open(browser: str) -> bool:
    """Whether a browser has a tab open."""
    return any(True for _ in _open_tabs(browser))


def holds(file: str, browser: str) -> bool:
    """Whether a tab that this browser has open shows a file.

    Args:
        file: its id, as in its address without the ending.
        browser: the name the browser was given.
    """
    tabs = set(_open_tabs(browser))
    if not tabs:
        return False
    manager = Runtime.instance().media_file_mgr
    with manager._lock:
        return any(
            file in shown.values()
            for tab, shown in manager._files_by_session_and_coord.items()
            if tab in tabs
        )
