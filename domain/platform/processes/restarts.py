"""Find processes that restart again and again: each start writes a heartbeat row of its own, which an orderly end
deletes."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, case, func, select

from domain.database import Connection
from domain.platform.processes.tables import process
from domain.schema import Instant

WITHIN = timedelta(minutes=10)
TOO_OFTEN = 4
"""Unexpected exits within that time, of each process that should run."""


class Restarting(msgspec.Struct, frozen=True):
    """``ended``: how many processes of this role exited unexpectedly on this host within ``WITHIN``."""

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
    """A process counts as ended when it was not heard of since ``alive_since``."""
    rows = connection.run(_counts, alive=alive_since, since=now - WITHIN).all()
    return [
        Restarting(role, host, int(ended)) for role, host, ended, living in rows if ended >= TOO_OFTEN * max(1, living)
    ]
