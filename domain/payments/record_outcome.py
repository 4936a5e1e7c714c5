"""Record a payment's outcome from the provider, whatever its source: only this module applies such outcomes.

The Celery worker's answer, the webhook and the reconciliation all call this module.  A repeated or outdated outcome
changes nothing.  A capture is recorded in whatever status the payment is.

A provider may have two payments of its own for one of ours: one whose answer never reached us and that look-ups missed,
and one that we requested after that.  We follow the one that moved our payment on last; for another one, only a capture
counts.
"""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.payments import capture, read, second_charge
from domain.payments.fees import learn_fee
from domain.payments.move import move
from domain.payments.ports import Cancelled, Captured, Declined, Outcome, Processing, RequiresAction
from domain.payments.read import Payment
from domain.payments.states import OPEN, TRANSITIONS, PaymentStatus
from domain.payments.submit import is_wanted
from domain.payments.tables import payment
from domain.payments.work import Withdraw
from domain.platform.outbox.enqueue import enqueue

_note_error = (
    update(payment)
    .where(payment.c.id == bindparam("payment_id"))
    .values(error_code=bindparam("code"), error_message=bindparam("message"))
)


def record_outcome(connection: Connection, cause: Cause, payment_id: str, outcome: Outcome) -> bool:
    """Record the outcome; return True when it is news; ``NotFound`` when the payment is not ours."""
    found = read.by_id(connection, payment_id)
    before = PaymentStatus(found.status)
    is_another = found.provider_id is not None and outcome.provider_id not in (None, found.provider_id)
    if is_another and isinstance(outcome, Declined | Cancelled):
        return False  # the end of another of the provider's payments does not end ours
    if is_another and isinstance(outcome, Captured) and before is PaymentStatus.CAPTURED:
        return second_charge.take(connection, cause, found, outcome)
    if isinstance(outcome, Declined) and _may_try_again(found):
        return _keep_error(connection, found, outcome)
    after = _status_of(outcome)
    if after not in TRANSITIONS[before]:
        learn_fee(connection, cause, found, outcome)
        return False
    _change(connection, cause, found, after, outcome)
    if is_another and before in OPEN:
        # Its client may have the secret, and could pay a second time.
        other = Withdraw(payment_id=found.id, provider_id=found.provider_id)
        enqueue(connection, cause, other, unique_key=f"withdraw:{found.id}:{found.provider_id}")
    if isinstance(outcome, Captured):
        capture.put(connection, cause, found, outcome)
    elif isinstance(outcome, Declined):
        notify(connection, cause, found.client_id, Kind.PAYMENT_DECLINED, found.id)
        if outcome.provider_id or found.provider_id:
            enqueue(connection, cause, Withdraw(payment_id=found.id), unique_key=f"withdraw:{found.id}")
    elif after in OPEN and not is_wanted(connection, found):
        # The booking was cancelled during the call to the provider; nobody should confirm the payment now.
        enqueue(connection, cause, Withdraw(payment_id=found.id), unique_key=f"withdraw:{found.id}:{after}")
    return True


def _may_try_again(found: Payment) -> bool:
    """Return whether the client may use another card: a decline does not end a payment that the client confirms."""
    return found.payment_method is None and found.status in OPEN


def _keep_error(connection: Connection, found: Payment, outcome: Declined) -> bool:
    if found.error_code == outcome.code:
        return False
    connection.run(_note_error, payment_id=found.id, code=outcome.code, message=outcome.message)
    return True


def _status_of(outcome: Outcome) -> PaymentStatus:
    match outcome:
        case Captured():
            return PaymentStatus.CAPTURED
        case RequiresAction():
            return PaymentStatus.REQUIRES_ACTION
        case Processing():
            return PaymentStatus.PROCESSING
        case Declined():
            return PaymentStatus.DECLINED
        case Cancelled():
            return PaymentStatus.CANCELLED


def _problem(found: Payment, outcome: Outcome) -> tuple[str | None, str | None]:
    """Return the code and the text that the client may see; two times None when all is well."""
    match outcome:
        case Declined():
            return outcome.code, outcome.message
        case Captured() if not capture.is_as_ordered(found, outcome.amount_minor, outcome.currency):
            return capture.WRONG_CODE, capture.wrong_text(found, outcome)
    return None, None


def _change(connection: Connection, cause: Cause, found: Payment, after: PaymentStatus, outcome: Outcome) -> None:
    code, message = _problem(found, outcome)
    waits = outcome if isinstance(outcome, RequiresAction) else None
    move(
        connection,
        cause,
        found.id,
        found.status,
        after,
        provider_id=outcome.provider_id or found.provider_id,
        charge_id=outcome.charge_id if isinstance(outcome, Captured) else found.charge_id,
        client_secret=waits.client_secret if waits else None,
        next_action_url=waits.next_action_url if waits else None,
        error_code=code,
        error_message=message,
        settled_at=None if after in OPEN else cause.now,
    )
