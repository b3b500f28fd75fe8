"""Foreign names and foreign pages are turned away, whatever they ask, before Streamlit."""

import asyncio
import http.client
import socket
import time

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse
from streamlit import config, net_util

from tests.browser import PATIENCE, serving
from ui.frame import door, files

HERE = door.Names(own=frozenset({"localhost", "poste"}))
DEPLOYED = door.Names(declared=("ctg.example.fr", "*.caf.example"))


@pytest.mark.parametrize(
    ("names", "host", "accepted"),
    [
        (HERE, "localhost", True),
        (HERE, "LOCALHOST:8501", True),
        (HERE, "localhost.", True),
        (HERE, "127.0.0.1:8501", True),
        (HERE, "[::1]:8501", True),
        (HERE, "poste:8501", True),
        (HERE, "192.168.1.7", True),
        (HERE, "192.168.1.8", False),
        (HERE, "8.8.8.8", False),
        (HERE, "attaquant.example", False),
        (HERE, "localhost.attaquant.example", False),
        (HERE, "127.0.0.1.attaquant.example", False),
        (HERE, "localhost@attaquant.example", False),
        (HERE, "attaquant.example@localhost", False),
        (HERE, "localhost/x", False),
        (HERE, "localhost:port", False),
        (HERE, "localhost:99999", False),
        (HERE, "", False),
        (HERE, None, False),
        (DEPLOYED, "ctg.example.fr", True),
        (DEPLOYED, "antenne.caf.example:443", True),
        (DEPLOYED, "caf.example", False),
        (DEPLOYED, "mauvaiscaf.example", False),
        (DEPLOYED, "localhost", False),
        (door.Names(declared=("*",)), "n.importe.lequel", True),
        (door.Names(declared=("*",)), "a@b", False),
    ],
)
def test_a_name_is_ours_or_not(names, host, accepted):
    assert names.accept(host, arrived_on="192.168.1.7") is accepted


SENT = {
    "our page": ({"origin": "http://localhost:8501"}, 200),
    "typed by hand": ({"sec-fetch-site": "none"}, 200),
    "a link from elsewhere": ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),
    "our script": ({"sec-fetch-site": "same-origin"}, 200),
    "another port": ({"origin": "http://localhost:9999"}, 403),
    "no port": ({"origin": "http://localhost"}, 403),
    "another site": ({"origin": "https://attaquant.example"}, 403),
    "a file on disk": ({"origin": "null"}, 403),
    "an origin that is none": ({"origin": "http://[::1"}, 403),
    "a browser's extension": ({"origin": "chrome-extension://abc"}, 403),
    "a picture on another port": ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, 403),
    "a script on another site": (
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        403,
    ),
}


def asked(
    kind: str, path: str, headers: dict[str, str], names: door.Names = HERE, method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Ask the door alone, in front of an app that lets everything in: status, headers, text."""
    seen: list[dict[str, str]] = []

    async def inside(scope, receive, send):
        seen.append({name.decode(): value.decode() for name, value in scope["headers"]})
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        elif path.startswith("/media"):
            await PlainTextResponse("fichier")(scope, receive, send)
        else:
            await HTMLResponse("page")(scope, receive, send)

    given = {"host": "localhost:8501", **headers}
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": kind, "path": path, "headers": raw, "server": ("127.0.0.1", 8501)}
    scope |= {"method": method, "scheme": "http"} if kind == "http" else {"scheme": "ws"}
    sent: list[dict] = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    guarded = door.Door(inside, names=names, holds=lambda file, browser: (file, browser) == OWNED)
    asyncio.run(guarded(scope, receive, send))
    if kind == "websocket":
        opened = sent[0]["type"] == "websocket.accept"
        return (200 if opened else 403), (seen[0] if seen else {}), ""
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(one.get("body", b"") for one in sent).decode()


OWNED = ("abc", "mien")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("case", SENT)
def test_only_our_own_pages_come_in(kind, case):
    headers, status = SENT[case]
    assert asked(kind, "/_stcore/stream", headers)[0] == status


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("path", ["/", "/journal", "/_stcore/stream", "/media/abc.csv", "/nulle"])
def test_a_foreign_name_meets_a_closed_door_everywhere(kind, path):
    status, headers, page = asked(kind, path, {"host": "attaquant.example"})
    assert status == 403
    if kind == "http":
        assert "ne répond pas sous ce nom" in page
        assert headers["x-frame-options"] == "DENY"


def test_a_supervisor_may_ask_for_the_state_under_any_name():
    assert asked("http", "/sante", {"host": "10.0.0.3"})[0] == 200
    assert asked("http", "/sante", {"host": "x", "origin": "http://y"})[0] == 403


def test_a_proxy_that_puts_its_own_host_keeps_the_pages_it_serves():
    headers = {"host": "antenne.caf.example:8501", "origin": "https://ctg.example.fr"}
    status, seen, _ = asked("websocket", "/_stcore/stream", headers, DEPLOYED)
    assert (status, seen["host"]) == (200, "ctg.example.fr")
    headers["origin"] = "https://ctg.example.fr:9999"
    assert asked("websocket", "/_stcore/stream", headers, DEPLOYED)[0] == 403


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/component/x"]
)
def test_what_nobody_here_needs_is_closed(path):
    assert asked("http", path, {})[0] == 404


def test_a_file_goes_to_the_browser_that_holds_it_and_is_kept_by_nobody():
    status, headers, _ = asked("http", "/media/abc.csv", {"cookie": "x=1; ctg_navigateur=mien"})
    assert (status, headers["cache-control"]) == (200, "no-store")
    for cookie in ("ctg_navigateur=autre", "autre=mien", ""):
        assert asked("http", "/media/abc.csv", {"cookie": cookie})[0] == 404


def test_a_browser_is_named_once():
    _, headers, _ = asked("http", "/", {})
    assert "HttpOnly; SameSite=Lax" in headers["set-cookie"]
    assert "set-cookie" not in asked("http", "/", {"cookie": "ctg_navigateur=mien"})[1]


@pytest.mark.parametrize(
    ("given", "status"),
    [("lecteur", 403), ("contributeur", 200), ("statisticien", 200), ("x", 403)],
)
def test_a_reader_drops_no_file(given, status, monkeypatch):
    monkeypatch.setenv("CTG_ROLE", given)
    assert asked("http", "/_stcore/upload_file/s/f", {}, method="PUT")[0] == status


@pytest.mark.parametrize("told", ["a.fr b.fr", "a.fr,b.fr", " a.fr,  b.fr "])
def test_names_are_read_with_spaces_or_commas(told, monkeypatch):
    monkeypatch.setenv(door.HOSTS, told)
    assert door.configured_hosts() == ["a.fr", "b.fr"]


def test_nobody_outside_is_asked_who_this_machine_is(monkeypatch):
    called = []
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *_, **__: called.append(1))
    before = config.get_option("server.allowedHosts")
    door.stay_inside()
    assert net_util.get_external_ip() is None
    assert not called
    assert config.get_option("server.allowedHosts") == before


def raw(server, path: str, **headers: str) -> int:
    """The status of a request whose Host is chosen."""
    host, port = server.url.removeprefix("http://").split(":")
    line = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
    line.putrequest("GET", path, skip_host=True)
    for name, value in headers.items():
        line.putheader(name.replace("_", "-"), value)
    line.endheaders()
    status = line.getresponse().status
    line.close()
    return status


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def test_the_running_app_turns_foreigners_away(app_server):
    own = app_server.url.removeprefix("http://")
    assert raw(app_server, "/", Host=own) == 200
    assert raw(app_server, "/journal", Host="attaquant.example") == 403
    assert raw(app_server, "/_stcore/stream", Host=own, **UPGRADE) == 101
    assert raw(app_server, "/_stcore/stream", Host=own, Origin=app_server.url, **UPGRADE) == 101
    foreign = {"Host": own, "Origin": "http://127.0.0.1:1", **UPGRADE}
    assert raw(app_server, "/_stcore/stream", **foreign) == 403
    foreign = {"Host": "attaquant.example", "Origin": "http://attaquant.example", **UPGRADE}
    assert raw(app_server, "/_stcore/stream", **foreign) == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/static/rien.js", "/app/static/rien.svg", "/carte/static/rien.js", "/_stcore/rien"),
        *("/media/0123.csv", "/_stcore/metrics", "/component/x/index.html"),
    ],
)
def test_a_file_that_is_not_there_is_not_found(app_server, path):
    own = app_server.url.removeprefix("http://")
    assert raw(app_server, path, Host=own) == 404


def test_the_names_declared_are_the_only_ones_by_both_ways_of_starting(tmp_path):
    with serving(
        tmp_path, STREAMLIT_SERVER_ALLOWED_HOSTS="ctg.example.fr, autre.example"
    ) as server:
        assert raw(server, "/", Host="ctg.example.fr") == 200
        assert raw(server, "/_stcore/stream", Host="autre.example", **UPGRADE) == 101
        assert raw(server, "/", Host="127.0.0.1") == 403


@pytest.mark.browser
def test_a_file_dies_with_the_tab_that_made_it(app_server, visit, chromium):
    first = visit(app_server)
    page = first.goto("/annuaire?territoire=exemple")
    with page.expect_download() as download:
        page.locator('[data-testid="stDownloadButton"] button').first.click()
    address = download.value.url
    mine, others = page.context, chromium.new_context()
    assert mine.request.get(address).status == 200
    assert mine.request.get(address).headers["cache-control"] == "no-store"
    assert others.request.get(address).status == 404, "another browser, without a tab"
    tab = others.new_page()
    tab.goto(app_server.url + "/carte")
    tab.wait_for_selector(".ctg-foot", timeout=PATIENCE * 1000)
    page.goto("about:blank")
    limit = time.monotonic() + PATIENCE
    while mine.request.get(address).status != 404:
        assert time.monotonic() < limit, "its tab is closed"
        time.sleep(0.2)
    others.close()


def test_the_names_of_streamlit_it_relies_on_are_there():
    from streamlit.runtime import Runtime
    from streamlit.runtime.media_file_manager import MediaFileManager
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
    from streamlit.runtime.session_manager import SessionManager

    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    assert manager._files_by_session_and_coord == {}
    assert manager._lock.locked() is False
    assert callable(SessionManager.list_active_sessions)
    assert "_session_mgr" in Runtime.is_active_session.__code__.co_names
    assert files.holds("abc", "") is False


def test_this_machine_is_known_by_its_name():
    own = door.Names.of_this_machine()
    assert own.accept(socket.gethostname())
    assert own.accept("localhost")
