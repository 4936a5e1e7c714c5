"""Write a process's heartbeat, and read the heartbeats of all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select

from domain.database import Connection
from domain.platform.processes.tables import process
from domain.schema import Instant
from domain.schema.upsert import upsert

CLOCK_AHEAD_MS = "clock_ahead_ms"
"""The key in ``detail`` for how far the clock of the process's host is ahead of that of the database's host."""


class Process(msgspec.Struct, frozen=True):
    id: str
    role: str
    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    broker_ok: bool | None
    detail: dict[str, Any]

    @property
    def clock_ahead_ms(self) -> int:
        """Return how far the clock is ahead; negative when it is behind; 0 for a release that does not report it."""
        return int(self.detail.get(CLOCK_AHEAD_MS, 0))


_columns = Process.__struct_fields__
_insert = upsert(process).values({name: bindparam(name) for name in _columns})
_upsert = _insert.on_conflict_do_update(
    index_elements=[process.c.id],
    set_={name: _insert.excluded[name] for name in ("seen_at", "broker_ok", "detail")},
)
_since = (
    select(*(process.c[name] for name in _columns))
    .where(process.c.seen_at >= bindparam("since", type_=Instant()))
    .order_by(process.c.role, process.c.id)
)
_leave = delete(process).where(process.c.id == bindparam("process_id"))
_prune = delete(process).where(process.c.seen_at < bindparam("before", type_=Instant()))


def beat(connection: Connection, alive: Process) -> None:
    connection.run(_upsert, **{name: getattr(alive, name) for name in _columns})


def leave(connection: Connection, process_id: str) -> None:
    """Delete the row of a process that ends in order, so that the rows of ended processes are those that crashed."""
    connection.run(_leave, process_id=process_id)


def seen_since(connection: Connection, since: datetime) -> list[Process]:
    rows = connection.run(_since, since=since).all()
    found = [Process(*row) for row in rows]
    return [msgspec.structs.replace(p, broker_ok=None if p.broker_ok is None else bool(p.broker_ok)) for p in found]


def prune(connection: Connection, *, before: datetime) -> int:
    return connection.run(_prune, before=before).changed
