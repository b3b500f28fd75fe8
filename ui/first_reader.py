"""The server reads its own pages first, so that no reader waits for what all of them will see.

It opens every page of every territory as a browser does, in Streamlit's own protocol and inside
the process: nothing is listened to, nothing leaves.  A page it cannot open is no harm: its first
reader will wait for it, and learn why.
"""

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ctg_data import role, territory
from ctg_data.errors import UserError
from ui import choices, incidents, menu

LOG = logging.getLogger("ctg")
ENVIRONMENT, NO = "CTG_PREPARATION", "non"
PATIENCE = 120.0  # seconds for one page: beyond, the next one is opened
PAUSE = 0.1  # seconds between two pages, left to whoever is already there


def wanted() -> bool:
    """Whether the pages are prepared: always, unless whoever starts the server says not."""
    return os.environ.get(ENVIRONMENT, "").strip().lower() != NO


def addresses() -> Iterator[tuple[str, str]]:
    """Every page of every territory: its path and its query, the default territory first."""
    entries = [one for group in menu.listed(role.current()).values() for one in group]
    pages = ["", *(one.file for one in entries[1:])]
    default = territory.open_territory().id
    for place in (default, *(one for one in territory.territory_names() if one != default)):
        query = "" if place == default else urlencode({choices.TERRITORY: place})
        yield from ((page, query) for page in pages)


async def read_everything(app: ASGIApp, base: str) -> int:
    """Open every page once.

    Returns:
        How many pages could be opened.
    """
    try:
        asked = list(addresses())
    except UserError as problem:
        LOG.warning("préparation des pages : %s", problem)
        return 0
    opened = 0
    for page, query in asked:
        try:
            await asyncio.wait_for(_Tab(base).open(app, page, query), PATIENCE)
            opened += 1
        except Exception as problem:
            LOG.warning("préparation de « %s » : %s", page, incidents.trail(problem))
        await asyncio.sleep(PAUSE)
    return opened


class _Tab:
    """One tab of the server's own, on one page."""

    def __init__(self, base: str) -> None:
        self._base = base.strip("/")
        self._drawn = asyncio.Event()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()

    async def open(self, app: ASGIApp, page: str, query: str) -> None:
        """Have a page made, to its end."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        self._say({"type": "websocket.connect"})
        self._say({"type": "websocket.receive", "bytes": asked.SerializeToString()})
        tab = asyncio.ensure_future(app(self._scope(), self._sent.get, self._hear))
        drawn = asyncio.ensure_future(self._drawn.wait())
        try:
            await asyncio.wait([tab, drawn], return_when=asyncio.FIRST_COMPLETED)
        finally:
            drawn.cancel()
            self._say({"type": "websocket.disconnect", "code": 1000})
            await tab
        if not self._drawn.is_set():
            raise ConnectionError("the page was not made")

    def _say(self, message: Message) -> None:
        self._sent.put_nowait(message)

    async def _hear(self, message: Message) -> None:
        if packed := message.get("bytes"):
            told = ForwardMsg.FromString(packed)
            if told.WhichOneof("type") == "script_finished":
                self._drawn.set()

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
