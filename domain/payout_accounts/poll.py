"""Accounts that are not ready, of which we have not heard for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, exists, literal_column, or_, select

from domain.cause import Cause
from domain.database import Connection
from domain.outbox.enqueue import enqueue
from domain.outbox.states import TaskState
from domain.outbox.tables import in_state, outbox
from domain.payout_accounts.states import PayoutAccountState
from domain.payout_accounts.tables import payout_account
from domain.payout_accounts.work import Ask
from domain.schema import Instant

YOUNG = timedelta(days=1)
RARELY = timedelta(hours=1)

_is_being_asked = exists().where(
    and_(outbox.c.unique_key > "ask:" + payout_account.c.id, outbox.c.unique_key < "ask:" + payout_account.c.id + "~"),
    in_state(TaskState.PENDING, TaskState.SENT, TaskState.RUNNING),
)
_unready = (
    select(payout_account.c.id)
    .where(
        payout_account.c.status != literal_column(f"'{PayoutAccountState.READY.value}'"),
        payout_account.c.provider_id.is_not(None),
        payout_account.c.asked_at < bindparam("before", type_=Instant()),
        or_(
            payout_account.c.created_at > bindparam("young", type_=Instant()),
            payout_account.c.asked_at < bindparam("long_ago", type_=Instant()),
        ),
        ~_is_being_asked,
    )
    .order_by(payout_account.c.asked_at)
    .limit(200)
)


def ask_about_unready(connection: Connection, cause: Cause, *, before: datetime) -> int:
    """Queue a question for each (at most 200, the longest unheard of first): often in their first day, when their
    owners are at it, then rarely."""
    found = connection.run(_unready, before=before, young=cause.now - YOUNG, long_ago=cause.now - RARELY)
    ids = [row[0] for row in found.all()]
    return sum(ask(connection, cause, i, f"{cause.now:%Y%m%d%H%M%S}") for i in ids)


def ask(connection: Connection, cause: Cause, payout_account_id: str, occasion: str) -> bool:
    """False when this occasion was taken before."""
    work = Ask(payout_account_id=payout_account_id)
    return enqueue(connection, cause, work, unique_key=f"ask:{payout_account_id}:{occasion}") is not None
