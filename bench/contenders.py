"""Who is measured: ours, the floor and the peers, each with its own process, file and lists of requests."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.databases import Databases
from bench.load import lists
from bench.load.drive import drive
from bench.load.event import EVENT_ID_LENGTH
from bench.load.lists import RequestList
from bench.load.result import LoadResult
from bench.seed.rows import ID_LENGTH, Size, client_of, made_id
from bench.servers import PROJECT, Server, answers, free_port, running, uvicorn
from bench.targets import CouldNotRun
from bench.tokens import client_tokens

ROUTES = ("jobs", "payments", "webhooks")
PEERS = ("naive", "tuned")
_MEMORYLESS_LINES = 5_000


@dataclass(frozen=True, slots=True)
class World:
    """What everybody of one run shares."""

    folder: Path
    size: Size
    databases: Databases
    jwt_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    webhook_secret: str = field(default_factory=lambda: f"whsec_{secrets.token_hex(16)}")


@dataclass(slots=True)
class Contender:
    """A running server.  ``fastest``: requests/s that it surely does not reach; lists are cut to it.

    ``forgets``: it keeps nothing, so its requests may repeat.
    """

    name: str
    port: int
    pid: int
    world: World
    fastest: int
    forgets: bool = False
    _bookings_used: int = 0
    _events_used: int = 0

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        """Drive one route with requests that this server has not seen."""
        requests = self.requests(route, _MEMORYLESS_LINES if self.forgets else self.fastest * seconds)
        result = drive(self.port, requests, connections=connections, seconds=seconds)
        self.used(route, result.requests + connections + 1)  # wrk draws one request to look at it
        requests.template.unlink()
        requests.lines.unlink()
        return result

    def used(self, route: str, count: int) -> None:
        """Never send these again; those in flight at the end were sent too, though nobody waited for them."""
        if route == "payments":
            self._bookings_used += count
        elif route == "webhooks":
            self._events_used += count

    def requests(self, route: str, count: int) -> RequestList:
        """``CouldNotRun`` when there are too few bookings left to pay for."""
        folder = self.world.folder / "lists"
        name = f"{self.name}-{route}"
        if route == "jobs":
            return lists.jobs(folder, name)
        if route == "webhooks":
            return self._webhooks(folder, name, count)
        return self._payments(folder, name, count)

    def _webhooks(self, folder: Path, name: str, count: int) -> RequestList:
        first = self._events_used
        ids = (f"evt_{n:0{EVENT_ID_LENGTH - 4}x}" for n in range(first, first + count))
        secret, signed_at = self.world.webhook_secret, int(time.time())
        return lists.webhooks(folder, name, ids, secret=secret, signed_at=signed_at, again=self.forgets)

    def _payments(self, folder: Path, name: str, count: int) -> RequestList:
        first = 0 if self.forgets else self._bookings_used
        last = min(first + count, self.world.size.bookings - 1)  # the last one is for the probe
        if last <= first:
            raise CouldNotRun(f"{self.name} has paid all {last} bookings: ask for more with --bookings")
        tokens = client_tokens(self.world.jwt_secret)
        orders = ((made_id("bkg", n), f"key-{n:012d}", tokens[client_of(n)]) for n in range(first, last))
        return lists.payments(folder, name, orders, booking_id_length=ID_LENGTH, again=self.forgets)


def serving(
    name: str,
    world: World,
    command: list[str],
    port: int,
    path: str,
    env: dict[str, str],
    *,
    listening: socket.socket | None = None,
) -> AbstractContextManager[Server]:
    ready = answers(port, path)
    return running(name, command, world.folder / name, env=env, ready=ready, listening=listening)


@contextmanager
def peer(kind: str, world: World, broker_url: str) -> Iterator[Contender]:
    """``naive`` or ``tuned``; its database is made first."""
    url = world.databases.url(kind)
    seeding = [sys.executable, "-m", "bench.peers.seed", url, str(world.size.jobs), str(world.size.bookings)]
    subprocess.run(seeding, cwd=PROJECT, check=True)
    env = {
        "PEER_DATABASE_URL": url,
        "PEER_BROKER_URL": broker_url,
        "PEER_JWT_SECRET": world.jwt_secret,
        "PEER_WEBHOOK_SECRET": world.webhook_secret,
    }
    port = free_port()
    # The first version logs each request as uvicorn does by itself; tuning it would turn that off.
    quiet = ["--no-access-log"] if kind == "tuned" else []
    command = [*uvicorn(f"bench.peers.{kind}.app:app", port), *quiet]
    with serving(kind, world, command, port, "/health", env) as server:
        yield Contender(kind, port, server.pid, world, fastest=4_000)


@contextmanager
def floor(world: World, answers_folder: Path) -> Iterator[Contender]:
    port = free_port()
    command = [*uvicorn("bench.floor.app:app", port), "--no-access-log"]
    with serving("floor", world, command, port, "/health/ready", {"FLOOR_ANSWERS": str(answers_folder)}) as server:
        yield Contender("floor", port, server.pid, world, fastest=20_000, forgets=True)
