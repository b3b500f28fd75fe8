"""What the server answers before any page: French, locked down, nothing confidential."""

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.browser import PATIENCE, ROOT, free_port, read, read_json, serving
from ui.frame import server
from ui.state.version import VERSION

pytestmark = pytest.mark.long

HEADERS = {
    "content-security-policy": "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "geolocation=()",
}


@pytest.mark.parametrize(
    "path", ["/", "/carte", "/sante", "/_stcore/health", "/app/static/favicon.svg"]
)
def test_every_answer_carries_the_security_headers(path, app_server):
    status, headers, _ = read(app_server, path)
    assert status == 200
    assert all(expected in headers[name] for name, expected in HEADERS.items())


def test_no_script_runs_but_ours(app_server):
    _, headers, page = read(app_server, "/")
    scripts = re.search(r"script-src ([^;]+)", headers["content-security-policy"])
    assert scripts
    assert "unsafe" not in scripts[1]
    assert "http" not in headers["content-security-policy"]
    assert len(re.findall(r"<script>", page)) == 1


@pytest.mark.parametrize("path", ["/", "/petite_enfance?annee=2023", "/nulle_part"])
def test_the_first_byte_is_french(path, app_server):
    _, headers, page = read(app_server, path)
    assert '<html lang="fr">' in page
    assert "You need to enable JavaScript" not in page
    assert "<title>Streamlit" not in page
    assert headers["cache-control"] == "no-cache"
    assert len(page.encode()) == int(headers["content-length"])


def test_health_tells_the_state_and_nothing_else(app_server):
    told = read_json(app_server, "/sante")
    assert told.keys() == {"etat", "version", "territoire", "pages", "choix"}
    assert (told["etat"], told["version"]) == ("ok", VERSION)


def test_health_tells_when_the_data_cannot_be_opened(tmp_path: Path):
    with serving(tmp_path, CTG_TERRITOIRE="atlantide") as broken:
        status, _, _ = read(broken, "/sante")
        assert status == 503
        assert read_json(broken, "/sante")["etat"] == "degrade"
        assert "« atlantide » n'existe pas" in broken.written
        assert "Traceback" not in broken.written


def test_only_this_machine_can_connect(app_server):
    port = int(app_server.url.rsplit(":", 1)[1])
    with socket.socket() as probe:
        probe.settimeout(5)
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_nothing_is_sent_to_the_maker_of_streamlit(app_server):
    assert "You can now view" in app_server.written
    assert "usage statistics" not in app_server.written


def test_a_failure_of_the_server_is_said_in_french_without_detail():
    problem = ValueError("3 familles dans la zone 001230101")
    answer = asyncio.run(server.failed(None, problem))  # type: ignore[arg-type]
    page = bytes(answer.body).decode()
    assert answer.status_code == 500
    assert '<html lang="fr">' in page
    assert "rien n'a été perdu" in page
    assert "001230101" not in page
    assert "ValueError" not in page
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_missing_address_is_said_in_french(app_server):
    status, headers, page = read(app_server, "/carte/_stcore/health")
    assert status == 404
    assert "Page introuvable" in page
    assert headers["x-frame-options"] == "DENY"


def test_a_port_in_use_moves_the_app_and_says_so(tmp_path: Path):
    with listening_on(8501), starting(tmp_path) as written:
        wait_for(written, "est déjà pris : ouverture sur le port")
        assert re.search(r"URL: http://127\.0\.0\.1:85\d\d", written())


def test_a_port_asked_for_and_in_use_is_said_in_french(tmp_path: Path):
    port = free_port()
    with listening_on(port):
        environment = os.environ | {"STREAMLIT_SERVER_PORT": str(port), "CTG_HOME": str(tmp_path)}
        ended = subprocess.run(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=PATIENCE,
        )
    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert f"Le port {port} est déjà pris" in said
    assert "Traceback" not in said


@contextmanager
def listening_on(port: int) -> Iterator[None]:
    """Hold a port; somebody else holding it does as well."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            taken.bind(("127.0.0.1", port))
            taken.listen()
        yield


@contextmanager
def starting(home: Path) -> Iterator[Callable[[], str]]:
    """Start the app on its usual port; gives what it prints."""
    log = home / "log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    environment = {n: v for n, v in os.environ.items() if n != "STREAMLIT_SERVER_PORT"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield lambda: log.read_text(encoding="utf-8")
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for(written: Callable[[], str], text: str) -> None:
    """Wait until a text is printed."""
    limit = time.monotonic() + PATIENCE
    while text not in written():
        assert time.monotonic() < limit, written()
        time.sleep(0.1)
