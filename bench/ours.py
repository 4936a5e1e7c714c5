"""Our own side: its migrated and seeded file, and its web tier as ``handwork up`` starts it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders import Contender, World, serving
from bench.seed.bulk import fill, opened
from bench.seed.rows import Row, Size, accounts, applications, bookings, jobs
from bench.servers import free_port, running, says
from domain.accounts.tables import account
from domain.applications.tables import application
from domain.bookings.tables import booking
from domain.jobs.tables import job
from runtime.migrate import upgrade

_NOBODY_LOGS_IN: Row = {"password_hash": "-", "state": "active", "epoch": 0}


def environment(world: World, home: Path) -> dict[str, str]:
    """Settings of a stack of its own below ``home``; nothing of the user's stack leaks in."""
    return {
        "HANDWORK_HOME": str(home),
        "HANDWORK_ENV": "test",
        "DATABASE_URL": f"sqlite:///{home / 'handwork.db'}",
        "JWT_SECRET_KEY": world.jwt_secret,
        "STRIPE_WEBHOOK_SECRETS": world.webhook_secret,
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_API_BASE": "http://127.0.0.1:9",  # no benchmark calls it
        "LOG_FORMAT": "json",
        "METRICS_DIR": "",
    }


def seed(path: Path, size: Size) -> None:
    """Into a migrated file that nobody else has open."""
    with opened(path) as connection:
        fill(connection, account, ({**row, **_NOBODY_LOGS_IN} for row in accounts(size)))
        fill(connection, job, jobs(size))
        fill(connection, application, applications(size))
        fill(connection, booking, bookings(size))


@contextmanager
def ours(world: World, broker_url: str) -> Iterator[Contender]:
    """The web tier, and the relay, because it is the one that checkpoints: without it the WAL would only grow.

    There are no Celery workers; a window's worth of messages goes to the broker and the rest stays in the file.
    """
    home = world.folder / "ours"
    home.mkdir(parents=True, exist_ok=True)
    env = {**environment(world, home), "BROKER_URL": broker_url}
    upgrade(env["DATABASE_URL"])
    seed(home / "handwork.db", world.size)
    port = free_port()
    relay = [sys.executable, "-m", "workers", "relay"]
    command = [sys.executable, "-m", "web"]
    with (
        running("relay", relay, home, env=env, ready=says(home / "relay.log", "the relay works")),
        serving("ours", world, command, port, "/health/live", {**env, "WEB_PORT": str(port)}) as server,
    ):
        yield Contender("ours", port, server.pid, world, fastest=8_000)
