"""A message of a page is sent at once: nothing waits for the one before to be acknowledged."""

from pathlib import Path

import pytest
from websockets.sync.client import connect

import app
from tests.browser import PATIENCE, serving
from ui.frame.at_once import AtOnce

# Streamlit's own server, on the port it opens itself; a connection tells how it was settled
TELLS = """
import socket
import streamlit as st
from starlette.middleware import Middleware
from ui.frame.at_once import AtOnce

class Tells:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        held = send.__self__.transport.get_extra_info("socket")
        told = held.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": str(bool(told))})

app = st.App("page.py", middleware=[%s Middleware(Tells)])
"""


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("Middleware(AtOnce),", "True"),
        ("", "False"),  # the day Streamlit does it, the middleware may go
    ],
)
def test_a_connection_waits_for_no_acknowledgement(first: str, told: str, tmp_path: Path):
    (tmp_path / "page.py").write_text("", encoding="utf-8")
    script = tmp_path / "tells.py"
    script.write_text(TELLS % first, encoding="utf-8")
    with (
        serving(tmp_path / "home", str(script)) as server,
        connect(f"{server.url.replace('http', 'ws')}/_stcore/stream") as line,
    ):
        assert line.recv(timeout=PATIENCE) == told


def test_it_stands_before_all_that_may_stand_between_it_and_the_connection():
    assert app.app._user_middleware[0].cls is AtOnce
