"""The health of this process and of the platform, read from rows, never from the broker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from litestar import Controller, get

from domain.platform.outbox.control import controls
from domain.platform.outbox.read import QueueCount, counts
from domain.platform.outbox.unserved import Unserved, unserved
from domain.platform.processes.beat import Process, seen_since
from domain.platform.processes.restarts import Restarting, restarting
from domain.platform.queues import BEATING
from runtime.database.holder import Holder
from runtime.storage import Room, room_of_data
from web.bodies import ApiRequest
from web.problems import can_fail

MOST_OFF_MS = 2_000


class ProcessView(msgspec.Struct, frozen=True):
    role: str
    host: str
    pid: int
    seen_at: datetime
    broker_ok: bool | None
    clock_ahead_ms: int
    """How far its host's clock is ahead of that of the database's host."""


class Health(msgspec.Struct, frozen=True):
    """``degraded``: nothing that was accepted is lost, but something behind the requests is down, or there is no room
    to store what they bring.  ``unserved``: queues whose rows were sent and that no worker consumes, and since when.

    ``paused`` queues and processes that are ``restarting`` again and again are named, and degrade nothing: an operator
    paused the one, and while the other is down it is ``missing``."""

    status: Literal["ok", "degraded"]
    database: Literal["ok", "no writes"]
    """``no writes``: a process has kept the write lock for longer than anybody waits."""
    lock_holder: Holder | None
    broker: Literal["ok", "down", "unknown"]
    missing: list[str]
    clocks_off: list[ProcessView]
    """Processes whose clock is off by more than two seconds."""
    processes: list[ProcessView]
    queues: list[QueueCount]
    unserved: list[Unserved]
    paused: list[str]
    restarting: list[Restarting]
    storage: Room


class Live(msgspec.Struct, frozen=True):
    status: Literal["ok"] = "ok"


class Ready(msgspec.Struct, frozen=True):
    """While ``storage`` is ``full`` reads are answered, and writes are refused (``storage_full``)."""

    storage: Room
    status: Literal["ok"] = "ok"


class HealthRoutes(Controller):
    path = "/"
    tags = ("Health",)

    @get(
        "/health",
        summary="The whole platform",
        responses=can_fail(),
    )
    async def health(self, request: ApiRequest) -> Health:
        services = request.services
        now = services.clock()
        since = now - timedelta(milliseconds=3 * services.settings.heartbeat_ms)

        def look(
            connection: Any,
        ) -> tuple[list[Process], list[QueueCount], list[Unserved], list[str], list[Restarting]]:
            return (
                seen_since(connection, since),
                counts(connection),
                unserved(connection, now=now, before=since),
                sorted(rule.queue for rule in controls(connection).values() if rule.paused),
                restarting(connection, now=now, alive_since=since),
            )

        alive, queues, waiting, paused, restarts = await services.database.read_async(look)
        roles = {p.role for p in alive}
        processes = [ProcessView(p.role, p.host, p.pid, p.seen_at, p.broker_ok, p.clock_ahead_ms) for p in alive]
        off = [process for process in processes if abs(process.clock_ahead_ms) > MOST_OFF_MS]
        missing = [role for role in BEATING if role not in roles]
        broker = _broker(alive)
        room = room_of_data(services.settings)
        locked = services.database.stalled()
        return Health(
            status="degraded"
            if missing or waiting or off or locked or broker != "ok" or room.status == "full"
            else "ok",
            database="no writes" if locked else "ok",
            lock_holder=locked.holder if locked else None,
            broker=broker,
            missing=missing,
            clocks_off=off,
            processes=processes,
            queues=queues,
            unserved=waiting,
            paused=paused,
            restarting=restarts,
            storage=room,
        )

    @get(
        "/health/live",
        summary="This process answers",
    )
    async def live(self) -> Live:
        return Live()

    @get(
        "/health/ready",
        summary="This process can take requests: its database answers, and takes writes",
        responses=can_fail(),
    )
    async def ready(self, request: ApiRequest) -> Ready:
        services = request.services
        now = services.clock()
        if locked := services.database.stalled():
            raise locked
        await services.database.read_async(lambda connection: seen_since(connection, now))
        return Ready(room_of_data(services.settings))


def _broker(alive: list[Process]) -> Literal["ok", "down", "unknown"]:
    """Return the broker's status as the processes that use the broker report it."""
    said = [p.broker_ok for p in alive if p.broker_ok is not None]
    if not said:
        return "unknown"
    return "ok" if all(said) else "down"
