"""Let an operator retry a failed refund."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.payments import read as payments
from domain.payments.refunds import read
from domain.payments.refunds.read import Refund
from domain.payments.refunds.request import request_refund
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.work import again_key


def retry(connection: Connection, cause: Cause, refund_id: str) -> Refund:
    """Return a new refund of the same amount, made now or before.

    A failed refund has ended, and its money is back in the account that it came from.  One failed refund has one retry,
    however often this is called.  ``NotFound``; ``Conflict`` unless the refund has failed, or when its money is not in
    the account any more.
    """
    found = read.by_id(connection, refund_id)
    if found.status != RefundStatus.FAILED:
        raise Conflict("refund_not_failed", f"The refund is {found.status}: there is nothing to try again.")
    paid = payments.by_id(connection, found.payment_id)
    return request_refund(
        connection,
        cause,
        paid,
        amount_minor=found.amount_minor,
        reason=found.reason,
        unique_key=again_key(found.id),
        charged_as=found.charged_as,
    )
