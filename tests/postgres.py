"""A private PostgreSQL for the tests of the store: made in a temporary folder, on loopback alone.

Debian's package ``postgresql`` is enough: nothing of the machine's own server is touched.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

DEBIAN = Path("/usr/lib/postgresql")
ACCOUNTS = ("postgres", "nobody")  # root may not run a server
DRIVER = "postgresql+psycopg"
# nothing of a test outlives it: no need to wait for the disk
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def tool(name: str) -> Path | None:
    """A command of PostgreSQL: on the path, else where Debian puts it, the latest version."""
    found = shutil.which(name)
    if found:
        return Path(found)
    rooms = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda one: float(one.parts[-3]))
    return rooms[-1] if rooms else None


def is_installed() -> bool:
    """Whether a private server can be made here."""
    return tool("initdb") is not None and tool("pg_ctl") is not None


class Server:
    """One running server; each test asks it for a database of its own."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder = port, folder

    def address(self, database: str = "postgres") -> str:
        """The address of one of its databases, as ``CTG_DATABASE_URL`` gives it."""
        return f"postgresql://ctg@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside any transaction."""
        engine = create_engine(
            self.address(database).replace("postgresql", DRIVER, 1), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    @contextmanager
    def database(self, options: str = "") -> Iterator[str]:
        """The address of a new database, thrown away afterwards."""
        name = f"essai_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} {options}")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def serving() -> Iterator[Server]:
    """Start a server in a folder of its own; stop it and throw the folder away on leaving."""
    # not a folder of pytest's: those are shut to the account that runs the server
    with tempfile.TemporaryDirectory(prefix="ctg-postgresql-") as folder:
        yield from _serving(Path(folder))


def _serving(folder: Path) -> Iterator[Server]:
    data, port = folder / "donnees", _free_port()
    account = _account()
    if account:
        shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
    _run(account, "initdb", "-D", data, "-U", "ctg", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = [f"-c {one}" for one in SETTINGS]
    options += [f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"]
    log = folder / "journal"
    _run(account, "pg_ctl", "-D", data, "-l", log, "-w", "-o", " ".join(options), "start")
    try:
        yield Server(port, data)
    finally:
        _run(account, "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(account: str, name: str, *arguments: object) -> None:
    command = [str(tool(name)), *map(str, arguments)]
    user = pwd.getpwnam(account) if account else None
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE if name == "initdb" else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        cwd="/",
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, f"{name}: {(done.stdout or b'').decode(errors='replace')}"


def _account() -> str:
    """Under whose account to run: one's own, unless one is root."""
    if os.geteuid() != 0:
        return ""
    known = {one.pw_name for one in pwd.getpwall()}
    return next(one for one in ACCOUNTS if one in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
