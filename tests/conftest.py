"""What every test stands on: no network, no home of the user's, a store of its own.

The network guard is put in place before any test is collected, so that a module that would
call out at import is caught too.
"""

import gc
import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from streamlit.components.v2 import manifest_scanner

from ctg_data.sources.http import ADDRESSES
from ctg_data.store.session import Store
from tests import examples, postgres
from tests.browser import Server, Visit, browsing, new_tab, serving
from tests.standin import StandIn

_CONNECT = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
_RESOLVE = socket.getaddrinfo
KEPT = {"CTG_REFERENCE"}  # the one setting a test may take from outside
ENGINES = ("sqlite", "postgresql")
NO_SERVER = (
    "POSTGRESQL NON ESSAYÉ : ce qui est gardé n'a été essayé que sur SQLite. Installez PostgreSQL "
    "(apt-get install postgresql) et recommencez."
)


class NetworkRefused(OSError):
    """A test tried to leave this machine."""


def _is_here(host: Any) -> bool:
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def _guarded(name: str) -> Any:
    def call(self: socket.socket, address: Any) -> Any:
        inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if inet and not _is_here(address[0]):
            raise NetworkRefused(f"a test may not reach {address[0]}")
        return _CONNECT[name](self, address)

    return call


def _resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
    if not _is_here(host):
        raise socket.gaierror(socket.EAI_NONAME, f"a test may not look {host} up")
    return _RESOLVE(host, *args, **kwargs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long to look for what shows up once in thousands."""
    parser.addoption("--readings", type=int, default=200, help="readings beside a busy writer")


def pytest_configure(config: pytest.Config) -> None:
    """Shut the network for the whole run."""
    config.addinivalue_line("markers", "reels(*files): reads real files under CTG_REFERENCE")
    config.addinivalue_line("markers", "long: of a file that takes long for its number of tests")
    config.addinivalue_line("markers", "engines(*names): runs on a file, on a server, or on both")
    examples.load()
    if os.environ.get("CTG_POSTGRESQL") and not postgres.is_installed():
        raise pytest.UsageError("CTG_POSTGRESQL is set: PostgreSQL must be tried, and is not here")
    for name in _CONNECT:
        setattr(socket.socket, name, _guarded(name))
    socket.getaddrinfo = _resolve


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the process as it was found."""
    for name, original in _CONNECT.items():
        setattr(socket.socket, name, original)
    socket.getaddrinfo = _RESOLVE


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked ``engines`` on each of them; a mark of the test wins over the file's."""
    marker = metafunc.definition.get_closest_marker("engines")
    if marker is not None:
        metafunc.parametrize("database", marker.args or ENGINES, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _components_scanned_once() -> Iterator[None]:
    """Each AppTest looks for components in every package installed: a run looks once."""
    with pytest.MonkeyPatch.context() as patch:
        scan = manifest_scanner.scan_component_manifests
        patch.setattr(manifest_scanner, scan.__name__, cache(scan))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A private server, started when the first test asks for it."""
    with postgres.serving() as server:
        yield server


@pytest.fixture(autouse=True)
def database(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _own_settings: None
) -> Iterator[str]:
    """Where the store of a test is: a file unless it is marked otherwise; gives the engine."""
    name = getattr(request, "param", ENGINES[0])
    if name == ENGINES[0]:
        yield name
        return
    server = request.getfixturevalue("postgres_server")
    with server.database() as address:
        monkeypatch.setenv("CTG_DATABASE_URL", address)
        yield name


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads or writes what the user of this machine has."""
    for name in os.environ:
        if name.startswith("CTG_") and name not in KEPT:
            monkeypatch.delenv(name)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("CTG_HOME", str(tmp_path / "ctg-home"))


@pytest.fixture(scope="session")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, started once for all the tests that do not need it cold."""
    with serving(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module; each test opens a tab of its own.

    Playwright keeps an event loop running as long as it lives: no longer than its module, or the
    tests after it could not run one of theirs.
    """
    with browsing() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a tab on a server: ``visit(server, width=390)``."""
    opened: list[Page] = []

    def new(server: Server, width: int = 1440) -> Visit:
        tab = new_tab(chromium, server, width)
        opened.append(tab.page)
        return tab

    yield new
    for page in opened:
        page.close()


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    """A new store, thrown away after the test."""
    home = tmp_path / "store" if database == ENGINES[0] else None
    with Store.open(home, patience=2) as opened:
        yield opened


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Producers' stand-in on loopback, towards which every base address is turned."""
    with StandIn() as standin:
        for name in (*ADDRESSES, "PORTAIL"):
            monkeypatch.setenv(f"CTG_URL_{name}", f"{standin.address}/{name.lower()}")
        yield standin


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without real files, say once how many were not tried: the one permitted skip."""
    _longest_first(items)
    _without_server(config, items)
    real = [item for item in items if "reference" in getattr(item, "fixturenames", ())]
    if not real or _reference().is_dir():
        return
    files = {name for item in real for name in _files(item)}
    reason = f"{len(files)} fichiers réels non essayés : CTG_REFERENCE ne nomme pas leur dossier"
    real[0].add_marker(pytest.mark.skip(reason=reason))
    config.hook.pytest_deselected(items=real[1:])
    items[:] = [item for item in items if item not in real[1:]]


def pytest_collection_finish() -> None:
    """What was imported stays: not looked through for waste again and again, nor by a fork."""
    gc.collect()
    gc.freeze()


def _longest_first(items: list[pytest.Item]) -> None:
    """Files of long tests, then those of many: no worker ends long after the others."""
    counts = Counter(item.path for item in items)
    few = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: (item.path not in few, -counts[item.path]))  # stable in a file


def _without_server(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without PostgreSQL, leave out what would run on it; the last words of the run say so."""
    ours = [item for item in items if f"[{ENGINES[1]}" in item.name]
    if postgres.is_installed() or not ours:
        return
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The last words of a run where the server was not tried."""
    if not postgres.is_installed():
        terminalreporter.section("PostgreSQL", sep="!", red=True, bold=True)
        terminalreporter.write_line(NO_SERVER, red=True, bold=True)


def _files(item: pytest.Item) -> tuple[str, ...]:
    """The files a test says it reads; its own name when it does not say."""
    marker = item.get_closest_marker("reels")
    return tuple(marker.args) if marker else (item.nodeid,)


def _reference() -> Path:
    return Path(os.environ.get("CTG_REFERENCE") or "/nonexistent")


@pytest.fixture
def reference() -> Path:
    """The folder of real files, for tests marked ``reels`` with the files they read."""
    return _reference()
