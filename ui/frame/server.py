"""What the browser receives before any page: French from the first byte, locked down, no detail.

Streamlit's front end is an English single-page application.  Its index is rewritten on the way
out: language, title, styles, French words for its own messages.  Everything is inlined, so that
opening a page costs no extra request, and hashed, so that no other script can run.
"""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.state import terms

HERE = Path(__file__).parent
TITLE = "Convention territoriale globale"
ASSETS = ("/static/", "/_stcore/", "/media/", "/component/", "/app/static/")
NOT_FOUND = "Page introuvable"
NOWHERE = "Rien ne se trouve à cette adresse."

NO_SCRIPT = """<noscript>
      <p>Ce tableau de bord a besoin de JavaScript. Activez-le, ou demandez les documents
      imprimables à la personne qui vous a donné ce lien.</p>
    </noscript>"""

PAGE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{heading}</title>
<style>body{{font:1.1rem/1.6 "Source Sans",system-ui,sans-serif;color:#1b2733;max-width:38rem;
margin:15vh auto 0;padding:0 1rem}}h1{{font-size:1.6rem}}a{{color:#00568a}}</style></head>
<body><main><h1>{heading}</h1><p>{text}</p><p><a href="./">Revenir à l'accueil</a></p></main>
</body></html>"""


def startup_script(base_path: str) -> str:
    """Tell the front end where its server is, teach it French and the gestures of our reader.

    Left alone it looks for its server beside every deep link first: one request lost and one
    error in the console at each opening.
    """
    base = f"/{base_path.strip('/')}/".replace("//", "/")
    where = f"window.__streamlit={{BACKEND_BASE_URL:location.origin+{base!r}}};"
    parts = [(HERE / name).read_text(encoding="utf-8") for name in ("francais.js", "lecteur.js")]
    return "\n".join([where, terms.dictionary(), *parts])


def french_index(index: str, script: str, styles: str) -> str:
    """Rewrite Streamlit's index page."""
    page = index.replace('<html lang="en">', '<html lang="fr">')
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    page = re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", page)
    page = re.sub(r"<noscript>.*?</noscript>", NO_SCRIPT, page, flags=re.DOTALL)
    page = re.sub(r'<link rel="(?:service-desc|shortcut icon)"[^>]*/>', "", page)
    page = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    icon = '<link rel="icon" type="image/svg+xml" href="./app/static/favicon.svg">'
    head = f"{icon}<script>{script}</script><style>{styles}</style>"
    return page.replace("<title>", f"{head}<title>", 1)


def security_headers(script: str) -> dict[str, str]:
    """Allow this server and nothing else; ``unsafe-inline`` only for the styles Streamlit writes.

    Workers and images may be blobs: the map draws in a worker it builds itself.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' 'sha256-{digest}'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }


class FrenchShell:
    """Middleware: the French index for every page, security headers on every answer."""

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app = app
        self.media = f"/{base_path.strip('/')}/media/".replace("//", "/")
        self.script = startup_script(base_path)
        sheets = ("page.css", "blocks.css", "map.css", "lecteur.css", "directory.css")
        self.styles = "\n".join((HERE / name).read_text(encoding="utf-8") for name in sheets)
        self.headers = security_headers(self.script)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif str(scope["path"]).startswith(self.media):  # a file of a page may be a page itself
            await self.app(scope, receive, self._adding_headers(send))
        elif any(part in scope["path"] for part in ASSETS):
            await self.app(scope, receive, self._no_page_for_a_file(self._adding_headers(send)))
        else:
            # the index is read as text: neither compressed nor « not modified »
            kept = [
                (name, value)
                for name, value in scope["headers"]
                if name not in (b"accept-encoding", b"if-none-match", b"if-modified-since")
            ]
            await self.app({**scope, "headers": kept}, receive, self._rewriting(send))

    def _adding_headers(self, send: Send) -> Send:
        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        return wrapped

    @staticmethod
    def _no_page_for_a_file(send: Send) -> Send:
        """Say « not found » where Streamlit answers a missing file by its index page."""
        missing = False

        async def wrapped(message: Message) -> None:
            nonlocal missing
            if message["type"] == "http.response.start":
                found = Headers(raw=message["headers"])
                missing = message["status"] == 200 and is_page(found)
                if missing:
                    body = PAGE.format(heading=NOT_FOUND, text=NOWHERE).encode()
                    headers = {"content-type": "text/html; charset=utf-8"}
                    headers |= {"content-length": str(len(body)), "cache-control": "no-store"}
                    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
                    await send({**message, "status": 404, "headers": raw})
                    await send({"type": "http.response.body", "body": body})
            if not missing:
                await send(message)

        return wrapped

    def _rewriting(self, send: Send) -> Send:
        held: list[Message] = []
        parts: list[bytes] = []
        forward = self._adding_headers(send)

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                if is_page(Headers(raw=message["headers"])):
                    held.append(message)
                else:
                    await forward(message)
            elif not held:
                await forward(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    await self._send_index(held[0], b"".join(parts), forward)

        return wrapped

    async def _send_index(self, start: Message, body: bytes, send: Send) -> None:
        if b'id="root"' in body:
            body = french_index(body.decode(), self.script, self.styles).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        headers["content-length"] = str(len(body))
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


def is_page(headers: Headers) -> bool:
    """Whether an answer is a page, and not a file."""
    return headers.get("content-type", "").startswith("text/html")


async def not_found(request: Request, exception: Exception) -> Response:
    """Say in French that nothing stands at an address."""
    text = "Aucune page ne se trouve à cette adresse."
    return HTMLResponse(PAGE.format(heading=NOT_FOUND, text=text), status_code=404)


async def failed(request: Request, exception: Exception) -> Response:
    """Say in French that the server failed, without saying anything of what it was doing."""
    text = "Le serveur n'a pas pu répondre. Réessayez dans un instant ; rien n'a été perdu."
    page = PAGE.format(heading="Le tableau de bord a rencontré une erreur", text=text)
    return HTMLResponse(page, status_code=500, headers=security_headers(""))
