"""Retry a refund later, under another key, when our balance at the provider is too low."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.payments.refunds import read
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.tables import refund
from domain.payments.refunds.work import Submit, submit_key
from domain.platform.outbox.enqueue import enqueue
from domain.schema import Instant

PATIENCE = timedelta(minutes=10)

_renew = (
    update(refund)
    .where(refund.c.id == bindparam("refund_id"), refund.c.status == RefundStatus.SUBMITTING.value)
    .values(generation=bindparam("nth"), submitted_at=bindparam("now", type_=Instant()))
)


def postpone(connection: Connection, cause: Cause, refund_id: str) -> None:
    """Queue the submission again under the next key; do nothing when the refund has moved on meanwhile."""
    following = read.by_id(connection, refund_id).generation + 1
    if connection.run(_renew, refund_id=refund_id, nth=following, now=cause.now).changed:
        key = submit_key(refund_id, following)
        enqueue(connection, cause, Submit(refund_id=refund_id), run_at=cause.now + PATIENCE, unique_key=key)
