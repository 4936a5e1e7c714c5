"""List refunds for an operator: which failed, why, and whether they were retried."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import func, literal_column, select

from domain.database import Connection
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.tables import refund
from domain.payments.refunds.work import AGAIN
from domain.schema.reader import Reader, if_wanted, newest_first


class Overview(msgspec.Struct, frozen=True):
    """A refund for an operator's list.  ``again_as``: the refund that retries this failed one; None: no retry yet."""

    id: str
    booking_id: str
    payment_id: str
    client_id: str
    amount_minor: int
    currency: str
    reason: str
    status: str
    error_code: str | None
    error_message: str | None
    created_at: datetime
    settled_at: datetime | None
    closed_why: str | None
    again_as: str | None


_following = refund.alias("following")
_is_followed = _following.c.unique_key == literal_column(f"'{AGAIN}'") + refund.c.id
_reader = Reader(refund, Overview, _following.c.id)
_all = _reader.select.select_from(refund.outerjoin(_following, _is_followed))
_page = newest_first(_all.where(if_wanted(refund.c.status, "of_status")), refund.c.id)
_waiting = (
    select(func.count())
    .select_from(refund)
    .where(
        refund.c.status == literal_column(f"'{RefundStatus.FAILED.value}'"),
        ~select(_following.c.id).where(_is_followed).exists(),
    )
)


def page(connection: Connection, *, status: str | None, before: str | None, most: int) -> list[Overview]:
    """Return refunds, newest first; ``before`` is the last id of the previous page."""
    return _reader.page(connection, _page, before=before, most=most, of_status=status)


def failed_and_waiting(connection: Connection) -> int:
    """Return how many refunds have failed without a retry: their clients wait for money."""
    return int(connection.run(_waiting).scalar())
