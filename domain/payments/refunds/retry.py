"""An operator sends again what a refund did not bring to its client."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict
from domain.payments import read as payments
from domain.payments.refunds import read
from domain.payments.refunds.read import Refund
from domain.payments.refunds.request import request_refund
from domain.payments.refunds.states import RefundState
from domain.payments.refunds.work import again_key


def retry(connection: Connection, cause: Cause, refund_id: str) -> Refund:
    """Another refund of the same amount, made now or before: a failed one has ended, and its money is back where it
    came from.  One failed refund is followed by one, however often this is called.

    ``NotFound``; ``Conflict`` unless it has failed, or when its money is not there any more.
    """
    found = read.by_id(connection, refund_id)
    if found.status != RefundState.FAILED:
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
