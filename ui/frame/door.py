"""Who may come in: this machine's names, our own pages, and files for the tab that made them.

A site open in the reader's browser can aim at this server in two ways: a name of its own that it
makes point here (DNS rebinding: the ``Host`` is foreign) or a request from its pages (the
``Origin`` is foreign).  Both are judged here, for pages, files and the websocket alike, before
Streamlit sees them: its own check knows the websocket only, takes any port of the machine for
ours, and asks an outside address which machine it runs on.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, net_util

from ctg_data import role
from ctg_data.errors import UserError
from ui.frame import files, server
from ui.frame.files import COOKIE

HOSTS = "STREAMLIT_SERVER_ALLOWED_HOSTS"
REFUSED = "Accès refusé"
FOREIGN_NAME = (
    "Ce tableau de bord ne répond pas sous ce nom. Ouvrez-le par l'adresse qu'on vous a donnée ; "
    "si vous l'administrez, ajoutez ce nom au réglage STREAMLIT_SERVER_ALLOWED_HOSTS."
)
FOREIGN_PAGE = "Une autre page que celles de ce tableau de bord a fait cette demande."
NO_UPLOAD = "Le rôle « lecteur » ne dépose pas de fichier."
HEALTH = ("sante", "_stcore/health")  # asked by supervisors, under any name; tell nothing
CLOSED = ("_stcore/metrics", "_stcore/agent", "_stcore/script-health-check", "component")


def configured_hosts() -> list[str]:
    """Names under which a deployment is reached, in the order given; none unless told.

    Streamlit reads the setting by spaces; a comma between two names is understood as well.
    """
    told = os.environ.get(HOSTS)
    names = told.replace(",", " ").split() if told is not None else None
    return names if names is not None else list(config.get_option("server.allowedHosts"))


def stay_inside() -> None:
    """Give Streamlit our reading of the allowed hosts, and forbid it any call outside.

    It asks an outside address for the machine's own when it prints its banner on an open network
    and when it doubts of an origin: nothing here needs the answer.
    """
    told = configured_hosts()
    if told != list(config.get_option("server.allowedHosts")):
        config.set_option("server.allowedHosts", told)
    net_util.get_external_ip = lambda: None


def _parsed(host: str | None) -> SplitResult | None:
    """A ``Host`` header in its parts; None when it is none or not one."""
    if not host:
        return None
    try:
        parsed = urlsplit(f"//{host}")
        _ = parsed.port  # also says whether the port is a number
    except ValueError:
        return None
    clean = parsed.netloc == host and parsed.username is None and parsed.hostname
    return parsed if clean else None


@dataclass(frozen=True)
class Names:
    """The names this server answers to: those a deployment declares, else this machine's.

    An address in digits is this machine's when the request arrived on it: nobody can make a name
    of their own look like one.
    """

    declared: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()

    @classmethod
    def of_this_machine(cls, declared: Iterable[str] = ()) -> "Names":
        """Read the machine's names; ``declared`` replaces them."""
        told = tuple(one.strip().lower().rstrip(".") for one in declared)
        address = str(config.get_option("server.address") or "")
        return cls(told, frozenset({"localhost", socket.gethostname().lower(), address.lower()}))

    def accept(self, host: str | None, arrived_on: str = "") -> bool:
        """Whether a ``Host`` header names this server."""
        parsed = _parsed(host)
        if parsed is None or parsed.hostname is None:
            return False
        name = parsed.hostname.lower().rstrip(".")
        return self._declares(name) if self.declared else self._is_own(name, arrived_on)

    def trust(self, origin: SplitResult) -> bool:
        """Whether a deployment declares this origin; on its scheme's own port only."""
        name = (origin.hostname or "").lower().rstrip(".")
        return bool(self.declared) and origin.port is None and self._declares(name)

    def _declares(self, name: str) -> bool:
        return any(
            name == one or one == "*" or (one.startswith("*.") and name.endswith(one[1:]))
            for one in self.declared
        )

    def _is_own(self, name: str, arrived_on: str) -> bool:
        try:
            digits = ip_address(name)
        except ValueError:
            return name in self.own
        return digits.is_loopback or name == arrived_on


class Door:
    """Middleware before every other: turns foreign requests away, closes what nobody needs."""

    def __init__(
        self,
        app: ASGIApp,
        base_path: str = "",
        names: Names | None = None,
        holds: Callable[[str, str], bool] = files.holds,
    ) -> None:
        self.app, self.holds = app, holds
        self.base = f"/{base_path.strip('/')}".rstrip("/")
        self.names = names or Names.of_this_machine(configured_hosts())
        self.headers = server.security_headers("")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one request, then let it in."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(self.base).lstrip("/")
        refusal = self._refusal(scope, path)
        if refusal:
            await self._refuse(scope, receive, send, refusal, 403)
        elif scope["type"] == "websocket":
            await self.app(self._as_own(scope), receive, send)
        elif path.startswith(CLOSED):
            await self._refuse(scope, receive, send, server.NOWHERE, 404)
        elif path.startswith("media/"):
            await self._file(scope, receive, send, path)
        else:
            await self.app(scope, receive, self._knowing(scope, send))

    def _refusal(self, scope: Scope, path: str) -> str:
        """Why a request is turned away, in French; empty when it may come in."""
        headers = Headers(scope=scope)
        arrived_on = str((scope.get("server") or ("",))[0])
        if path not in HEALTH and not self.names.accept(headers.get("host"), arrived_on):
            return FOREIGN_NAME
        if not self._is_ours(headers):
            return FOREIGN_PAGE
        uploading = path.startswith("_stcore/upload_file") and scope.get("method") != "OPTIONS"
        return NO_UPLOAD if uploading and not may_upload() else ""

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a request comes from our pages, or from the reader's own hand."""
        origin = headers.get("origin")
        if origin is not None:
            return self._same_origin(origin, headers.get("host", ""))
        # no Origin on pictures, scripts, links: the browser says where they are asked from
        site = headers.get("sec-fetch-site", "none")
        return site in ("none", "same-origin") or headers.get("sec-fetch-mode") == "navigate"

    def _same_origin(self, origin: str, host: str) -> bool:
        try:
            parsed = urlsplit(origin)
            _ = parsed.port
        except ValueError:
            return False
        if parsed.scheme not in ("http", "https") or not parsed.netloc:
            return False
        return parsed.netloc.lower() == host.lower() or self.names.trust(parsed)

    @staticmethod
    def _as_own(scope: Scope) -> Scope:
        """Give the websocket the host its page has: a proxy may have put its own instead."""
        origin = Headers(scope=scope).get("origin")
        if origin is None:
            return scope
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        return {**scope, "headers": [*others, (b"host", urlsplit(origin).netloc.encode())]}

    async def _file(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        """Give a file to the browser whose open tab made it; kept by nobody on the way."""
        reader, name = browser_of(scope), PurePosixPath(path).stem
        # a click on « Télécharger » also redraws the page, which lets its files go and makes them
        # again: whoever has a tab open is given the time of a redraw
        for _ in range(files.REDRAW_STEPS):
            if self.holds(name, reader) or not files.is_open(reader):
                break
            await asyncio.sleep(files.REDRAW_STEP)
        if not self.holds(name, reader):
            await self._refuse(scope, receive, send, server.NOWHERE, 404)
            return

        async def unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["cache-control"] = "no-store"
            await send(message)

        await self.app(scope, receive, unkept)

    def _knowing(self, scope: Scope, send: Send) -> Send:
        """Name a browser that has no name yet, when it is given a page."""
        if browser_of(scope):
            return send

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    headers.append(
                        "set-cookie",
                        f"{COOKIE}={secrets.token_urlsafe(24)}; Path={self.base or '/'}; "
                        f"HttpOnly; SameSite=Lax{secure}",
                    )
            await send(message)

        return wrapped

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, why: str, code: int
    ) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        heading = REFUSED if code == 403 else server.NOT_FOUND
        page = server.PAGE.format(heading=heading, text=why)
        headers = {**self.headers, "cache-control": "no-store"}
        await HTMLResponse(page, code, headers=headers)(scope, receive, send)


def may_upload() -> bool:
    """Whether this process takes files: not from a reader, nor under a role that does not exist."""
    try:
        return role.current() is not role.Role.LECTEUR
    except UserError:
        return False


def browser_of(scope: Scope) -> str:
    """The name we gave the browser that asks; empty when it has none."""
    for line in Headers(scope=scope).getlist("cookie"):
        try:
            found = SimpleCookie(line).get(COOKIE)
        except CookieError:
            continue
        if found is not None:
            return found.value
    return ""
