"""Let an operator end a failed refund that must not be sent again, because its client got the money another way."""

from __future__ import annotations

from enum import StrEnum

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.ledger import chart
from domain.ledger import read as ledger
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.payments.refunds import read
from domain.payments.refunds.move import move
from domain.payments.refunds.read import Refund
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.work import again_key


class PaidBy(StrEnum):
    """Where the client's money came from."""

    PROVIDER = "provider"
    """An operator refunded it in the provider's dashboard."""
    BANK = "bank"
    """An operator sent it from our own bank account."""


def close(connection: Connection, cause: Cause, refund_id: str, *, paid_by: PaidBy, why: str) -> Refund:
    """Close a failed refund and post its money out of the account that holds it; return the refund.

    A second call changes nothing.  ``NotFound``; ``Conflict`` unless the refund has failed and was not sent again, or
    when its money is not in the account any more.
    """
    found = read.by_id(connection, refund_id)
    if found.status == RefundStatus.CLOSED:
        return found
    if found.status != RefundStatus.FAILED:
        raise Conflict("refund_not_failed", f"The refund is {found.status}: there is nothing to try again.")
    following = read.by_unique_key(connection, again_key(found.id))
    if following is not None:
        raise Conflict("refund_sent_again", f"It was sent again as {following.id}, which is {following.status}.")
    there = ledger.balance_of(connection, found.source, found.currency)
    if found.amount_minor > there:
        raise Conflict(
            "refund_exceeds_held",
            f"The payment has {there} minor units left, and the refund is {found.amount_minor}: see which refund or "
            "release took the rest before you close this one.",
        )
    move(connection, cause, found.id, found.status, RefundStatus.CLOSED, closed_why=why)
    post(connection, cause, [_transfer(found, paid_by)])
    return read.by_id(connection, found.id)


def _transfer(found: Refund, paid_by: PaidBy) -> Transfer:
    return Transfer(
        debit=found.source,
        credit=chart.clearing(found.provider) if paid_by is PaidBy.PROVIDER else chart.PLATFORM_BANK,
        amount_minor=found.amount_minor,
        currency=found.currency,
        code=Code.REFUND_CLOSED,
        unique_key=f"{Code.REFUND_CLOSED}:{found.id}",
        cause_id=found.id,
        booking_id=found.booking_id if found.source == chart.held(found.booking_id) else None,
    )
