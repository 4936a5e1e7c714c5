"""Queue a notification in the transaction of its event."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.work import Deliver
from domain.platform.outbox.enqueue import enqueue


def notify(
    connection: Connection, cause: Cause, account_id: str, kind: Kind, subject_id: str, *, occasion: str = ""
) -> None:
    """Queue a notification; one account gets each kind, subject and ``occasion`` once.

    An occasion (a history id, a round, a time) is for an event that may happen to a subject again.
    """
    work = Deliver(account_id=account_id, kind=kind.value, subject_id=subject_id, occasion=occasion)
    enqueue(connection, cause, work)
