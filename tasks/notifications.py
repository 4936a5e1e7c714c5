"""The tasks of notifications."""

from __future__ import annotations

from domain.announcements.deliver import deliver as put_under_the_bell
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from runtime import logging
from tasks.declare import database_task

log = logging.get("handwork.notifications")


def _deliver(connection: Connection, cause: Cause, work: Deliver) -> None:
    if not put_under_the_bell(connection, cause, work):
        log.warning(
            "notification dropped: its account or its subject is gone",
            kind=work.kind,
            subject_id=work.subject_id,
            account_id=work.account_id,
        )


deliver = database_task(Deliver, _deliver, batch=25)
