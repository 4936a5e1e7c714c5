"""Find processes that restart again and again.

Each start writes a heartbeat row of its own, and an orderly end deletes the row.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, case, func, select

from domain.database import Connection
from domain.platform.processes.tables import process
from domain.schema import Instant

WITHIN = timedelta(minutes=10)
TOO_OFTEN = 4
"""Unexpected exits within that time, for each process that should run."""


class Restarting(msgspec.Struct, frozen=True):
    """A role that restarts.  ``ended``: how many of its processes exited unexpectedly on this host in ``WITHIN``."""

    role: str
    host: str
    ended: int


_lives = process.c.seen_at >= bindparam("alive", type_=Instant())
_counts = (
    select(process.c.role, process.c.host, func.sum(case((_lives, 0), else_=1)), func.sum(case((_lives, 1), else_=0)))
    .where(process.c.seen_at >= bindparam("since", type_=Instant()))
    .group_by(process.c.role, process.c.host)
    .order_by(process.c.role, process.c.host)
)


def restarting(connection: Connection, *, now: datetime, alive_since: datetime) -> list[Restarting]:
    """Return the roles that restart too often; a process without a heartbeat since ``alive_since`` counts as ended."""
    rows = connection.run(_counts, alive=alive_since, since=now - WITHIN).all()
    return [
        Restarting(role, host, int(ended)) for role, host, ended, living in rows if ended >= TOO_OFTEN * max(1, living)
    ]
