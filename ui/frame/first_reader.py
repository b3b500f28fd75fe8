"""The server reads its own pages first, so that no reader waits for what all of them will see.

It opens every page of every territory as a browser does, in Streamlit's own protocol and inside
the process: nothing is listened to, nothing leaves.  A page it cannot open is no harm: its first
reader will wait for it, and learn why.
"""

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox

from ctg_data import role
from ctg_data.errors import UserError
from ctg_data.territory import config as territory
from ui.frame import incidents, menu
from ui.state import choices

LOG = logging.getLogger("ctg")
ENVIRONMENT, NO = "CTG_PREPARATION", "non"
PATIENCE = 120.0  # seconds for one page: beyond, the next one is opened
PAUSE, BREATH = 0.1, 0.02  # seconds between two pages, two choices: left to whoever is there
MOST_LISTS, MOST_CHOICES = 12, 120  # of a page, of a list
NOTHING: Mapping[str, str] = {}


def wanted() -> bool:
    """Whether the pages are prepared: always, unless whoever starts the server says not."""
    return os.environ.get(ENVIRONMENT, "").strip().lower() != NO


def addresses(only: str | None = None) -> Iterator[tuple[str, str]]:
    """Every page of every territory: its path and its query, the default territory first."""
    entries = [one for group in menu.listed(role.current()).values() for one in group]
    pages = ["", *(one.file for one in entries[1:])]
    default = territory.open_territory().id
    others = [one for one in territory.territory_names() if one != default]
    for place in (default, *others) if only is None else (only,):
        query = "" if place == default else urlencode({choices.TERRITORY: place})
        yield from ((page, query) for page in pages)


async def read_everything(
    app: ASGIApp, base: str, only: str | None = None, *, choosing: bool = False
) -> int:
    """Open every page once, one after the other.

    Args:
        app: the server.
        base: the path it is served under.
        only: a territory whose data have changed; every territory unless told.
        choosing: make each page again for each choice of each list that a link may set.

    Returns:
        How many pages could be opened.
    """
    try:
        asked = list(addresses(only))
    except UserError as problem:
        LOG.warning("préparation des pages : %s", problem)
        return 0
    opened = 0
    for page, query in asked:
        try:
            await _Tab(app, base, page, query).read(choosing=choosing)
            opened += 1
        except Exception as problem:
            LOG.warning("préparation de « %s » : %s", page, incidents.trail(problem))
        await asyncio.sleep(PAUSE)
    return opened


class _Tab:
    """One tab of the server's own, on one page."""

    def __init__(self, app: ASGIApp, base: str, page: str, query: str) -> None:
        self._app, self._base, self._query = app, base.strip("/"), query
        self._page, self._hash = page, ""
        self._drawn = asyncio.Event()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._lists: dict[str, Selectbox] = {}  # those that a link sets: they change nothing else

    async def read(self, *, choosing: bool = False) -> None:
        """Have a page made, to its end; then again for each choice, its other lists as usual."""
        self._say({"type": "websocket.connect"})
        tab = asyncio.create_task(self._serve())
        try:
            await self._draw(tab)
            for one in list(self._lists.values())[: MOST_LISTS if choosing else 0]:
                usual = one.options[one.default] if one.HasField("default") else None
                others = [other for other in one.options if other != usual][:MOST_CHOICES]
                for chosen in (*others, *filter(None, [usual])):
                    await asyncio.sleep(BREATH)
                    await self._draw(tab, {one.id: chosen})
        finally:
            self._say({"type": "websocket.disconnect", "code": 1000})
            await tab

    async def _draw(self, tab: "asyncio.Task[None]", chosen: Mapping[str, str] = NOTHING) -> None:
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_script_hash = self._query, self._hash
        state.page_name = "" if self._hash else self._page
        for identifier, value in chosen.items():
            state.widget_states.widgets.add(id=identifier, string_value=value)
        self._drawn.clear()
        self._say({"type": "websocket.receive", "bytes": asked.SerializeToString()})
        drawn = asyncio.create_task(self._drawn.wait())
        await asyncio.wait({tab, drawn}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        drawn.cancel()
        if not self._drawn.is_set():
            raise ConnectionError("the page was not made")

    async def _serve(self) -> None:
        await self._app(self._scope(), self._sent.get, self._hear)

    def _say(self, message: Message) -> None:
        self._sent.put_nowait(message)

    async def _hear(self, message: Message) -> None:
        if packed := message.get("bytes"):
            told = ForwardMsg.FromString(packed)
            kind = told.WhichOneof("type")
            if kind == "script_finished":
                self._drawn.set()
            elif kind == "navigation":
                self._hash = told.navigation.page_script_hash
            elif kind == "delta" and told.delta.new_element.WhichOneof("type") == "selectbox":
                one = told.delta.new_element.selectbox
                if one.query_param_key:
                    self._lists.setdefault(one.id, one)

    def _scope(self) -> Scope:
        path = "/" + "/".join(filter(None, (self._base, "_stcore/stream")))
        headers: Sequence[tuple[bytes, bytes]] = [(b"host", b"localhost")]
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 0),
            "subprotocols": [],
        }
