"""What the server has to say of a page leaves at once, however small it is.

Streamlit opens its port without naming the protocol, and Python then leaves the system's own habit
in place (Nagle's algorithm): a small message waits for the one before to be acknowledged, which the
other side puts off by 40 ms, or 200.  A page is dozens of small messages.
"""

import asyncio
import socket

from starlette.types import ASGIApp, Receive, Scope, Send

INTERNET = (socket.AF_INET, socket.AF_INET6)


class AtOnce:
    """Middleware before every other, which may wrap ``send``: messages are sent without waiting."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Settle the connection that a page comes by, then serve it."""
        connection = _connection(send) if scope["type"] == "websocket" else None
        if connection is not None and connection.family in INTERNET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


def _connection(send: Send) -> socket.socket | None:
    """The socket behind uvicorn's ``send``; none inside the process, or under another server."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.BaseTransport) or transport.is_closing():
        return None
    found: socket.socket | None = transport.get_extra_info("socket")
    return found
