"""The tasks of jobs."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.jobs.index_anew import index_anew as index_the_next_few
from domain.marketplace.jobs.work import Expire, IndexAnew
from domain.marketplace.listings.end import expire as end_if_still_open
from tasks.declare import Again, database_task, wait_until
from tasks.retry import QUICK


def _expire(connection: Connection, cause: Cause, work: Expire, _: None) -> Again | None:
    return wait_until(end_if_still_open(connection, cause, work))


expire = database_task(work=Expire, record=_expire, max_runtime=timedelta(seconds=10), retry=QUICK, batch=25)


def _index_anew(connection: Connection, cause: Cause, work: IndexAnew, _: None) -> None:
    index_the_next_few(connection, cause, work)


index_anew = database_task(work=IndexAnew, record=_index_anew, max_runtime=timedelta(seconds=60), retry=QUICK)
