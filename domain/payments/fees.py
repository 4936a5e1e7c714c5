"""Post the provider's fee for a charge once, and look it up when the capture does not state it."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.ledger.read import posted
from domain.payments.ports import Captured, Outcome
from domain.payments.read import Payment
from domain.payments.work import Ask
from domain.platform.outbox.enqueue import enqueue

PATIENCE = timedelta(seconds=5)


def knows_fee(connection: Connection, payment_id: str, second: str | None = None) -> bool:
    """Return whether the ledger has the provider's fee for this payment.

    With ``second``, the fee is that of the second charge with this id at the provider.
    """
    return posted(connection, _key(payment_id, second)) is not None


def learn_fee(
    connection: Connection, cause: Cause, found: Payment, taken: Outcome, *, second: str | None = None
) -> bool:
    """Post the provider's fee; return True if this call posted it.

    When the capture does not state the fee, queue one look-up of the payment after ``PATIENCE``.
    """
    if not isinstance(taken, Captured):
        return False
    if taken.fee_minor is None:
        if not knows_fee(connection, found.id, second):
            # The Celery worker's own answer carries the fee, and may arrive a moment after the webhook.
            ask, at = Ask(payment_id=found.id, provider_id=second), cause.now + PATIENCE
            enqueue(connection, cause, ask, run_at=at, unique_key=f"fee:{second or found.id}")
        return False
    if taken.fee_minor <= 0:
        return False
    fee = Transfer(
        debit=chart.PROVIDER_FEE,
        credit=chart.clearing(found.provider),
        amount_minor=taken.fee_minor,
        currency=taken.currency,
        code=Code.SECOND_CHARGE_FEE if second else Code.PROVIDER_FEE,
        unique_key=_key(found.id, second),
        cause_id=found.id,
        booking_id=None if second else found.booking_id,
    )
    return post(connection, cause, [fee]) == 1


def _key(payment_id: str, second: str | None) -> str:
    return f"{Code.SECOND_CHARGE_FEE}:{second}" if second else f"{Code.PROVIDER_FEE}:{payment_id}"
