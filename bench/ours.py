"""Our own side: its migrated and seeded database, and its web tier as ``handwork up`` starts it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bench.contenders import Contender, World, serving
from bench.databases import databases
from bench.load.jobs import cursor
from bench.requests import MAKERS, Maker
from bench.seed.bulk import fill, opened
from bench.seed.rows import Row, Size, accounts, applications, bookings, jobs, sessions
from bench.seed.terms import fill_terms
from bench.servers import Server, answers, broker, free_port, running, says
from domain.bookings.tables import booking
from domain.identity.accounts.tables import account
from domain.identity.sessions.tables import session
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.tables import job
from runtime.migrate import upgrade

_NOBODY_LOGS_IN: Row = {"password_hash": "-", "status": "active", "epoch": 0}


def environment(world: World, home: Path) -> dict[str, str]:
    """Settings of a stack of its own below ``home``; nothing of the user's stack leaks in."""
    return {
        "HANDWORK_HOME": str(home),
        "HANDWORK_ENV": "test",
        "DATABASE_URL": world.databases.url("ours"),
        "JWT_SECRET_KEY": world.jwt_secret,
        "STRIPE_WEBHOOK_SECRETS": world.webhook_secret,
        "STRIPE_SECRET_KEY": "sk_test_bench",
        "STRIPE_API_BASE": "http://127.0.0.1:9",  # no benchmark calls it, nor the next
        "SENDGRID_API_KEY": "SG.bench",
        "SENDGRID_API_BASE": "http://127.0.0.1:9",
        "LOG_FORMAT": "json",
        "METRICS_DIR": "",
        "JOBS_AN_HOUR": "1000000000",  # a few people post all the jobs
    }


def seed(url: str, size: Size) -> None:
    """Into a migrated database that nobody else has open."""
    with opened(url) as connection:
        seed_people(connection, size)
        fill(connection, job, (listed(row) for row in jobs(size)))
        fill_terms(connection, (listed(row) for row in jobs(size)))
        fill(connection, application, applications(size))
        fill(connection, booking, bookings(size))


def seed_people(connection: Connection, size: Size) -> None:
    fill(connection, account, ({**row, **_NOBODY_LOGS_IN} for row in accounts(size)))
    fill(connection, session, sessions())


def listed(row: Row) -> Row:
    """With a place in the list, as if it had been posted when it says."""
    return {**row, "posted_at": row["created_at"], "place": int(row["created_at"].timestamp() * 1000)}


_PLACE_OF_FIRST: int = listed(next(jobs(Size(1, 0))))["place"]


def our_cursor(moment: int) -> str:
    """Returns our cursor behind the job that was posted ``moment`` milliseconds after the first one."""
    return cursor(_PLACE_OF_FIRST + moment)


@contextmanager
def ours(
    world: World,
    broker_url: str,
    *,
    with_stack: bool = False,
    seeded: Callable[[str, Size], None] = seed,
    processes: int = 1,
) -> Iterator[Contender]:
    """The web tier, in so many processes on one socket, and the relay, because it is the one that checkpoints: without
    it the WAL would only grow.

    Without the rest of the stack a window's worth of messages goes to the broker and the other rows wait. With it
    Celery workers pay at the sandbox while requests come in, on the same processors.
    """
    home = world.folder / "ours"
    home.mkdir(parents=True, exist_ok=True)
    env = {**environment(world, home), "BROKER_URL": broker_url, "WEB_PORT": str(free_port())}
    upgrade(env["DATABASE_URL"])
    seeded(env["DATABASE_URL"], world.size)
    port = int(env["WEB_PORT"])
    with ExitStack() as stack:
        if with_stack:
            env["STRIPE_API_BASE"] = stack.enter_context(_sandbox(home, env, port))
            for queue in ("payments", "webhooks", "notifications"):
                stack.enter_context(_worker(queue, "ready.", home, env))
        stack.enter_context(_worker("relay", "relay started", home, env))
        listening = stack.enter_context(socket.create_server(("127.0.0.1", port), backlog=2048))
        web = [sys.executable, "-m", "web", "--fd", "0"]
        each = [serving(f"web-{n}", world, web, port, "/health/live", env, listening) for n in range(processes)]
        pids = tuple(stack.enter_context(server).pid for server in each)
        requests = world.requests("ours", cursor=our_cursor)
        yield Contender("ours", port, pids, world, requests, fastest=8_000 * processes)


def alone(
    stack: ExitStack,
    folder: Path,
    size: Size,
    name: str = "ours",
    *,
    database: str = "sqlite",
    makers: Mapping[str, Maker] = MAKERS,
    **how: Any,
) -> Contender:
    """Ours with a folder, a database and a broker of its own, under a name; ``how`` is of :func:`ours`."""
    folder.mkdir(exist_ok=True)
    world = World(folder, size, stack.enter_context(databases(database, folder)), makers)
    return replace(stack.enter_context(ours(world, stack.enter_context(broker(folder)), **how)), name=name)


def _worker(name: str, words: str, home: Path, env: dict[str, str]) -> AbstractContextManager[Server]:
    command = [sys.executable, "-m", "workers", name]
    return running(name, command, home, env=env, ready=says(home / f"{name}.log", words))


@contextmanager
def _sandbox(home: Path, env: dict[str, str], web_port: int) -> Iterator[str]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "sandbox"),
        *("--port", str(port)),
        *("--data", str(home / "sandbox")),
        *("--stripe-secret-key", env["STRIPE_SECRET_KEY"]),
        *("--stripe-webhook-url", f"http://127.0.0.1:{web_port}/webhooks/stripe"),
        *("--stripe-webhook-secret", env["STRIPE_WEBHOOK_SECRETS"]),
    ]
    with running("sandbox", command, home, env=env, ready=answers(port, "/sandbox/health")):
        yield f"http://127.0.0.1:{port}"
