"""Start, watch and stop a stack."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from cli.stack import configuration
from cli.stack.choices import Choices, choose, read
from cli.stack.processes import cmdline, is_alive, processes_of
from cli.stack.programs import Program, doubled, programs
from cli.stack.readiness import checks
from runtime.migrate import upgrade
from runtime.settings import PROJECT, Settings, load

LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
READY_WITHIN_S = 90.0
Say = Callable[[str], None]


class StackError(Exception):
    """The stack could not be started or stopped; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """``state`` is supervisor's: RUNNING, STARTING, BACKOFF, STOPPED, …"""

    name: str
    state: str
    pid: int
    uptime_s: int


class Stack:
    """The stack whose data is in ``home``.  ``environment`` is added to what its processes see."""

    def __init__(
        self,
        home: Path,
        *,
        environment: Mapping[str, str] | None = None,
        web: int = 1,
        double: Sequence[str] = (),
        detach: bool = True,
    ) -> None:
        self.home = home.absolute()
        self._extra = dict(environment or {})
        self._web = web
        self._double = tuple(double)
        self._detach = detach
        self._child: subprocess.Popen[bytes] | None = None

    # --- what it is ---

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are started with."""
        return {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            **self._extra,
            "HANDWORK_HOME": str(self.home),
            "PROMETHEUS_MULTIPROC_DIR": str(self.home / "metrics"),
        }

    @property
    def values(self) -> dict[str, str]:
        """What it chose: ports, secrets, addresses."""
        return read(self.home / "stack.env")

    @property
    def socket(self) -> Path:
        path = self.home / "run" / "supervisor.sock"
        if len(str(path)) <= LONGEST_SOCKET_PATH:
            return path
        short = sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"handwork-{os.getuid()}-{short}.sock"

    def settings(self) -> Settings:
        """As its processes read them."""
        return load({**_given(), **self.values, **self._extra, "HANDWORK_HOME": str(self.home)})

    # --- what it does ---

    def start(self, say: Say = lambda _: None) -> Choices:
        """Migrate, start every process, and wait until all are ready.  ``StackError`` says what is not."""
        if self.is_running():
            raise StackError(f"a stack is running in {self.home}; see: handwork status")
        self.sweep()
        for folder in ("run", "logs", "broker", "sandbox", "backups"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.home / "metrics", ignore_errors=True)  # files of dead processes are counted otherwise
        (self.home / "metrics").mkdir()
        choices = choose(self.home, {**_given(), **self._extra})
        say("migrations")
        upgrade(self.settings().database)
        table = doubled(programs(self.home, choices, web=self._web), self._double)
        config = self.home / "run" / "supervisord.conf"
        config.touch(mode=0o600)
        config.write_text(configuration.render(self.home, self.socket, table))
        self._spawn(config)
        self._wait_ready(table, choices, say)
        return choices

    def _spawn(self, config: Path) -> None:
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(config)]
        if not self._detach:
            command = [sys.executable, "-S", "-E", str(configuration.WRAPPER), *command]
        log = (self.home / "logs" / "supervisord.out").open("ab")
        self._child = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C on the terminal is ours to pass on, in order
        )
        log.close()

    def stop(self, within_s: float = 120.0) -> bool:
        """Drain and end every process, the web first and the broker last.  False when nothing ran."""
        pid = self._supervisor_pid()
        if pid is None:
            self.sweep()
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + within_s
        while is_alive(pid):
            if self._child is not None:
                self._child.poll()
            if time.monotonic() > deadline:
                raise StackError(f"supervisord ({pid}) did not stop within {within_s:.0f} s")
            time.sleep(0.05)
        self.sweep()
        return True

    def is_running(self) -> bool:
        return self._supervisor_pid() is not None

    def status(self) -> list[ProcessInfo]:
        """Empty when it does not run."""
        if not self.is_running():
            return []
        found: Any = self._rpc().supervisor.getAllProcessInfo()
        return [
            ProcessInfo(p["name"], p["statename"], int(p["pid"]), max(0, int(p["now"] - p["start"]))) for p in found
        ]

    def pids(self) -> dict[str, int]:
        """The running processes by name."""
        return {p.name: p.pid for p in self.status() if p.pid}

    def restart(self, name: str) -> None:
        """Stop one program, wait for it, start it."""
        rpc = self._rpc().supervisor
        full = next(p["group"] + ":" + p["name"] for p in _dicts(rpc.getAllProcessInfo()) if p["name"] == name)
        with suppress(Fault):  # it was not running
            rpc.stopProcess(full, True)
        rpc.startProcess(full, True)

    def sweep(self) -> list[int]:
        """End what an earlier stack in this home left behind; never a stranger's process."""
        left = processes_of(self.home)
        for sign, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
            for pid in filter(is_alive, left):
                with suppress(ProcessLookupError):
                    os.kill(pid, sign)
            deadline = time.monotonic() + patience
            while any(map(is_alive, left)) and time.monotonic() < deadline:
                time.sleep(0.05)
        return left

    # --- how ---

    def _rpc(self) -> ServerProxy:
        return ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, f"unix://{self.socket}"))

    def _supervisor_pid(self) -> int | None:
        path = self.home / "run" / "supervisord.pid"
        try:
            pid = int(path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        if not is_alive(pid) or str(self.home) not in cmdline(pid):
            return None
        return pid

    def _wait_ready(self, table: Sequence[Program], choices: Choices, say: Say) -> None:
        waiting = dict(checks(table, choices))
        deadline = time.monotonic() + READY_WITHIN_S
        while waiting:
            if self._child is not None and self._child.poll() is not None:
                raise StackError(f"supervisord ended at once; see {self.home / 'logs' / 'supervisord.out'}")
            for name, is_ready in list(waiting.items()):
                if is_ready():
                    del waiting[name]
                    say(name)
            if time.monotonic() > deadline:
                raise StackError(f"not ready after {READY_WITHIN_S:.0f} s: {', '.join(waiting)}; see {self.home}/logs")
            time.sleep(0.1)


def _dicts(found: Any) -> list[dict[str, Any]]:
    return list(found)


def _given() -> dict[str, str]:
    """The operator's own settings: ``.env``, then the environment."""
    return {**read(PROJECT / ".env"), **os.environ}
