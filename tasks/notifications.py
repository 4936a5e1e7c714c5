"""The tasks of notifications."""

from __future__ import annotations

from datetime import timedelta

from domain.announcements.deliver import deliver as put_under_the_bell
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from runtime import logging
from tasks.declare import database_task
from tasks.retry import QUICK

log = logging.get("handwork.notifications")


def _deliver(connection: Connection, cause: Cause, work: Deliver, _: None) -> None:
    if not put_under_the_bell(connection, cause, work):
        log.warning("nothing to tell", kind=work.kind, subject=work.subject_id, account=work.account_id)


deliver = database_task(work=Deliver, record=_deliver, max_runtime=timedelta(seconds=10), retry=QUICK, batch=25)
