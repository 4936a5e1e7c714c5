"""The tasks of profiles."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.profiles.list_old import list_old as list_what_is_not
from domain.marketplace.profiles.work import ListOld
from tasks.declare import database_task
from tasks.retry import QUICK


def _list_old(connection: Connection, cause: Cause, work: ListOld, _: None) -> None:
    list_what_is_not(connection, cause, work)


list_old = database_task(work=ListOld, record=_list_old, max_runtime=timedelta(seconds=60), retry=QUICK)
