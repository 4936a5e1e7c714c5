"""The contenders: ours, the floor and the peers, each with its own process, file and lists of requests."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bench.cpu import spent
from bench.databases import Databases
from bench.load.drive import drive
from bench.load.result import LoadResult
from bench.requests import MAKERS, Maker, Requests, peers_cursor
from bench.seed.rows import Size
from bench.servers import PROJECT, Server, answers, free_port, running, uvicorn

ROUTES = ("cached", "payments", "webhooks")
"""One kind of request each; ``cached`` is the first page, which nobody changes meanwhile."""
PEERS = ("naive", "tuned")
_MEMORYLESS_LINES = 5_000


@dataclass(frozen=True, slots=True)
class World:
    """The things that all contenders of a run share."""

    folder: Path
    size: Size
    databases: Databases
    makers: Mapping[str, Maker] = field(default_factory=lambda: MAKERS)
    jwt_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    webhook_secret: str = field(default_factory=lambda: f"whsec_{secrets.token_hex(16)}")

    def requests(self, name: str, *, cursor: Callable[[int], str] = peers_cursor, forgets: bool = False) -> Requests:
        """Return the HTTP requests that the load generator sends to the server ``name``."""
        own = (self.folder / "lists", self.size, self.jwt_secret, self.webhook_secret, self.makers)
        return Requests(name, *own, forgets, cursor)


@dataclass(frozen=True, slots=True)
class Contender:
    """A running server with its web processes, or one of several ways to drive it.

    ``fastest``: requests/s that it surely does not reach, for which its lists are made.  ``at_once``: so many
    connections, whatever the round says.  ``meanwhile``: what goes on beside the load.  ``may_fail``: now and then.
    """

    name: str
    port: int
    pids: tuple[int, ...]
    world: World
    requests: Requests
    fastest: int
    may_fail: bool = False
    at_once: int = 0
    meanwhile: Callable[[], AbstractContextManager[object]] = nullcontext

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        """Drive one route with requests that this server has not seen; ``mixed at 64`` has its own connections."""
        route, _, crowd = route.partition(" at ")
        connections = int(crowd or self.at_once or connections)
        with self.meanwhile():
            requests = self.requests.make(route, _MEMORYLESS_LINES if self.requests.forgets else self.fastest * seconds)
            before = spent(self.pids, self.world.databases.pid)
            result = drive(self.port, requests, connections=connections, seconds=seconds)
            result = msgspec.structs.replace(result, spent=spent(self.pids, self.world.databases.pid).since(before))
            self.requests.used(route, result.requests + connections + 1)  # wrk draws one request to look at it
            requests.delete()
        return result


def serving(
    name: str,
    world: World,
    command: list[str],
    port: int,
    path: str,
    env: dict[str, str],
    listening: socket.socket | None = None,
) -> AbstractContextManager[Server]:
    """Ready when it answers on ``path``."""
    return running(name, command, world.folder / name, env=env, ready=answers(port, path), listening=listening)


@contextmanager
def peer(kind: str, world: World, broker_url: str) -> Iterator[Contender]:
    """``naive`` or ``tuned``; its database is made first."""
    url = world.databases.url(kind)
    seeding = [sys.executable, "-m", "bench.peers.seed", url, str(world.size.jobs), str(world.size.bookings)]
    subprocess.run(seeding, cwd=PROJECT, check=True)
    addresses = {"PEER_DATABASE_URL": url, "PEER_BROKER_URL": broker_url}
    env = {**addresses, "PEER_JWT_SECRET": world.jwt_secret, "PEER_WEBHOOK_SECRET": world.webhook_secret}
    port = free_port()
    # The first version logs each request as uvicorn does by itself; tuning it would turn that off.
    command = uvicorn(f"bench.peers.{kind}.app:app", port, *(["--no-access-log"] if kind == "tuned" else []))
    with serving(kind, world, command, port, "/health", env) as server:
        yield Contender(kind, port, (server.pid,), world, world.requests(kind), fastest=4_000, may_fail=True)


@contextmanager
def floor(world: World, answers_folder: Path) -> Iterator[Contender]:
    port = free_port()
    command = uvicorn("bench.floor.app:app", port, "--no-access-log")
    with serving("floor", world, command, port, "/health/ready", {"FLOOR_ANSWERS": str(answers_folder)}) as server:
        yield Contender("floor", port, (server.pid,), world, world.requests("floor", forgets=True), fastest=20_000)
