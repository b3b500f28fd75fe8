"""A reader's browser in front of a real server: what every browser test stands on.

The server starts cold on a free port with a home of its own.  The browser can reach that server
and nothing else: whatever it asks for elsewhere is kept, and fails the test.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from tests import ROOT

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# nothing has been added, moved or changed in the page for a moment, however slow the machine is
STILL = """() => new Promise(done => {
    const quiet = () => { clearTimeout(timer); timer = setTimeout(end, 300) }
    const end = () => { changes.disconnect(); clearTimeout(timer); clearTimeout(limit); done() }
    const changes = new MutationObserver(quiet)
    const limit = setTimeout(end, 20000)
    let timer = setTimeout(end, 300)
    changes.observe(document, {
        subtree: true, childList: true, attributes: true, characterData: true,
    })
})"""
TAKEN = ("est déjà pris sur ce poste", "is not available", "already in use")  # said of a port
PATIENCE = 120  # seconds for a cold start on a busy machine
WIDTHS = {1440: 900, 390: 844}


@dataclass(frozen=True)
class Server:
    """A running app: where it answers and what it wrote."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def written(self) -> str:
        """All the server printed."""
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    home: Path, script: str = "app.py", *, plain: bool = False, **environment: str
) -> Iterator[Server]:
    """Start the app as its reader would, on a port of its own, and stop it.

    ``plain``: by ``python app.py`` rather than ``streamlit run app.py``.
    """
    home.mkdir(parents=True, exist_ok=True)
    environment = {"CTG_HOME": str(home / "ctg"), "CTG_PREPARATION": "non"} | environment
    command = [sys.executable, *(() if plain else ("-m", "streamlit", "run")), script]
    server = _started(command, home / "server.log", environment)
    while server.process.poll() is not None and any(one in server.written for one in TAKEN):
        # by somebody else, between the look and the opening
        server = _started(command, home / "server.log", environment)
    try:
        assert _answers(server), f"the server does not answer:\n{server.written}"
        yield server
    finally:
        server.process.terminate()
        server.process.wait(PATIENCE)


def _started(command: list[str], log: Path, environment: dict[str, str]) -> Server:
    """A server that answers, or that ended: it then says why."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CTG_")}
    kept |= {"STREAMLIT_SERVER_HEADLESS": "true", "STREAMLIT_SERVER_PORT": str(port)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=kept | environment, stdout=out, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    limit = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < limit and not _answers(server):
        time.sleep(0.1)
    return server


def _answers(server: Server) -> bool:
    with suppress(OSError):  # not bound yet, or busy opening the data
        urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5).close()
        return server.process.poll() is None
    return False


@dataclass
class Visit:
    """One tab: what it shows, and what went wrong in it."""

    page: Page
    server: Server
    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen before the first request."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda channel: self._asked(channel.url))

    def _heard(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.console.append(str(getattr(message, "text", message)))

    def _asked(self, url: str) -> None:
        host = self.server.url.removeprefix("http://")
        here = (f"http://{host}", f"ws://{host}", "data:", "blob:")
        if not url.startswith(here):
            self.outside.append(url)

    def goto(self, path: str) -> Page:
        """Open a page by its address and wait until it is drawn."""
        self.page.goto(self.server.url + path)
        return self.settle()

    def settle(self) -> Page:
        """Wait until nothing is being computed or drawn any more."""
        self.page.wait_for_selector(SETTLED, timeout=PATIENCE * 1000)
        self.page.wait_for_selector(".ctg-foot", timeout=PATIENCE * 1000)
        self.page.evaluate(STILL)  # figures are drawn after their place is made
        self.page.wait_for_selector(SETTLED)
        return self.page

    def follow(self, section: str, label: str, address: str) -> Page:
        """Choose a page in the menu, and wait until it is drawn.

        A menu that was opened while the page is drawn again may close before its entry is hit:
        it is then opened again.  Only entries of the menu are looked for, never text of the page.
        """
        entry = self.page.get_by_test_id("stTopNavDropdownLink").filter(has_text=label).last
        limit = time.monotonic() + PATIENCE
        while not fnmatch(self.page.url, address):
            assert time.monotonic() < limit, f"« {label} » is not reached: {self.page.url}"
            with suppress(TimeoutError):
                if not entry.is_visible():
                    self.page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
                entry.click(timeout=3_000)
                self.page.wait_for_url(lambda url: fnmatch(url, address), timeout=5_000)
        return self.settle()

    def check(self) -> None:
        """What holds on every page, whatever it shows."""
        assert not self.console, self.console
        assert not self.outside, self.outside
        assert self.page.evaluate("document.documentElement.lang") == "fr"
        assert self.page.locator('[data-testid="stException"]').count() == 0
        assert "Traceback" not in self.page.locator("body").inner_text()
        assert "incident" not in self.server.written

    def overflow(self) -> int:
        """Pixels by which the page is wider than the screen."""
        return int(
            self.page.evaluate(
                "Math.max(...[document.documentElement, ...document.querySelectorAll("
                "'[data-testid=\"stMain\"]')].map(e => e.scrollWidth - e.clientWidth))"
            )
        )

    def shot(self, name: str) -> None:
        """Keep a picture when ``CTG_SHOTS`` names a folder."""
        if folder := os.environ.get("CTG_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")


def read(server: Server, path: str) -> tuple[int, dict[str, str], str]:
    """Ask the server for an address without a browser: status, headers, text."""
    try:
        with urllib.request.urlopen(server.url + path, timeout=PATIENCE) as answer:
            return answer.status, _lowered(answer.headers.items()), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, _lowered(refusal.headers.items()), refusal.read().decode()


def read_json(server: Server, path: str) -> dict[str, str]:
    """Ask the server for a JSON address."""
    return dict(json.loads(read(server, path)[2]))


def _lowered(headers: object) -> dict[str, str]:
    return {name.lower(): value for name, value in headers}  # type: ignore[attr-defined]


def new_tab(browser: Browser, server: Server, width: int = 1440) -> Visit:
    """A tab of a given width on a server; whoever opens it closes it."""
    size = {"width": width, "height": WIDTHS.get(width, 900)}
    page = browser.new_page(viewport=size, locale="fr-FR", reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE * 1000)
    return Visit(page, server)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser, as long as it is needed."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} absent : apt-get install chromium, puis relancez les essais")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()
