"""What every test stands on: no network, no home of the user's, a store of its own.

The network guard is put in place before any test is collected, so that a module that would
call out at import is caught too.
"""

import os
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from ctg_data.store import Store
from tests.standin import StandIn

_CONNECT = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
_RESOLVE = socket.getaddrinfo
KEPT = {"CTG_REFERENCE"}  # the one setting a test may take from outside


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


def pytest_configure(config: pytest.Config) -> None:
    """Shut the network for the whole run."""
    config.addinivalue_line("markers", "reels(*files): reads real files under CTG_REFERENCE")
    for name in _CONNECT:
        setattr(socket.socket, name, _guarded(name))
    socket.getaddrinfo = _resolve


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the process as it was found."""
    for name, original in _CONNECT.items():
        setattr(socket.socket, name, original)
    socket.getaddrinfo = _RESOLVE


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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new store, thrown away after the test."""
    with Store.open(tmp_path / "store", patience=2) as opened:
        yield opened


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Producers' stand-in on loopback, towards which every base address is turned."""
    with StandIn() as standin:
        for name in ("CAF", "INSEE", "DATAGOUV", "IGN", "GEO"):
            monkeypatch.setenv(f"CTG_URL_{name}", f"{standin.address}/{name.lower()}")
        yield standin


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without real files, say once how many were not tried: the one permitted skip."""
    real = [item for item in items if "reference" in getattr(item, "fixturenames", ())]
    if not real or _reference().is_dir():
        return
    files = {name for item in real for name in _files(item)}
    reason = f"{len(files)} fichiers réels non essayés : CTG_REFERENCE ne nomme pas leur dossier"
    real[0].add_marker(pytest.mark.skip(reason=reason))
    config.hook.pytest_deselected(items=real[1:])
    items[:] = [item for item in items if item not in real[1:]]


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
