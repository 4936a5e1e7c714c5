"""Queue a notification in the transaction of the event that it tells of."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.work import Deliver
from domain.outbox.enqueue import enqueue


def notify(connection: Connection, cause: Cause, account_id: str, kind: str, subject_id: str) -> None:
    enqueue(connection, cause, Deliver(account_id=account_id, kind=kind, subject_id=subject_id))
