"""Request a refund: reserve the money, and store the refund and its task, all in one transaction."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam

from domain.cause import Cause
from domain.currencies import CURRENCIES
from domain.database import Connection
from domain.errors import Conflict, Invalid
from domain.history.record import record
from domain.ledger import chart
from domain.ledger import read as ledger
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.ledger.read import Balance
from domain.payments.capture import capture_key
from domain.payments.read import Payment
from domain.payments.refunds import read
from domain.payments.refunds.read import Refund
from domain.payments.refunds.states import RefundStatus
from domain.payments.refunds.tables import refund
from domain.payments.refunds.work import Submit, submit_key
from domain.payments.second_charge import second_key
from domain.payments.states import PaymentStatus
from domain.platform.outbox.enqueue import enqueue
from domain.schema.upsert import upsert

_insert = upsert(refund).values({name: bindparam(name) for name in Refund.__struct_fields__}).on_conflict_do_nothing()

LATE_CAPTURE = "late_capture"
"""The reason of an automatic refund: the money was captured when nothing was left to pay."""
SECOND_CHARGE = "second_charge"
"""The reason of an automatic refund: the provider took the money of one payment twice."""
WRONG_CAPTURE = "wrong_capture"
"""The reason of an automatic refund: the provider took another amount or currency than the payment's."""


def request_refund(
    connection: Connection,
    cause: Cause,
    payment: Payment,
    *,
    amount_minor: int,
    reason: str,
    unique_key: str,
    charged_as: str | None = None,
) -> Refund:
    """Return the refund under this key, made now or before; the same key makes no second one.

    The money comes from the payment's account, held or unapplied; with ``charged_as``, the provider's id of a second
    charge, from that charge's account.  ``Conflict`` when the payment was not captured or less than ``amount_minor``
    of it is left; ``Invalid`` for an amount that the provider cannot send.
    """
    earlier = read.by_unique_key(connection, unique_key)
    if earlier is not None:
        return earlier
    taken = _taken(connection, payment, charged_as)
    _check(connection, payment, amount_minor, taken)
    made = Refund(
        id=cause.new_id("rfd"),
        payment_id=payment.id,
        booking_id=payment.booking_id,
        client_id=payment.client_id,
        provider=payment.provider,
        amount_minor=amount_minor,
        currency=taken.currency,
        charged_as=charged_as,
        source=taken.account,
        reason=reason,
        status=RefundStatus.REQUESTED.value,
        provider_id=None,
        error_code=None,
        error_message=None,
        generation=1,
        unique_key=unique_key,
        submitted_at=None,
        absent_since=None,
        created_at=cause.now,
        settled_at=None,
    )
    _save(connection, cause, made)
    return made


def _save(connection: Connection, cause: Cause, made: Refund) -> None:
    connection.run(_insert, **msgspec.structs.asdict(made))
    record(connection, cause, made.id, None, RefundStatus.REQUESTED)
    post(connection, cause, [_reserve(made)])
    enqueue(connection, cause, Submit(refund_id=made.id), unique_key=submit_key(made.id, made.generation))


def _taken(connection: Connection, payment: Payment, charged_as: str | None) -> Balance:
    """Return the account that got the money, in the currency that the provider took: not always the payment's."""
    taken = ledger.posted(connection, capture_key(payment.id) if charged_as is None else second_key(charged_as))
    if payment.status != PaymentStatus.CAPTURED or taken is None:
        raise Conflict("payment_not_captured", f"The payment is {payment.status}: there is nothing to refund.")
    return taken


def _check(connection: Connection, payment: Payment, amount_minor: int, taken: Balance) -> None:
    traded = CURRENCIES.get(taken.currency)
    step = traded.steps.get(payment.provider, 1) if traded else 1
    is_all = amount_minor == taken.amount_minor  # the provider can send back exactly the amount that it took
    if amount_minor < 1 or (amount_minor % step and not is_all):
        raise Invalid("refund_amount", f"A refund by {payment.provider} is a multiple of {step}.", "amount_minor")
    there = ledger.balance_of(connection, taken.account, taken.currency)
    if amount_minor > there:
        raise Conflict(
            "refund_exceeds_held",
            f"The payment has {there} minor units left to refund, less than {amount_minor}: lower amount_minor, or see "
            "the payment's earlier refunds.",
        )


def _reserve(made: Refund) -> Transfer:
    return Transfer(
        debit=made.source,
        credit=chart.refund_pending(made.id),
        amount_minor=made.amount_minor,
        currency=made.currency,
        code=Code.REFUND_RESERVED,
        unique_key=f"{Code.REFUND_RESERVED}:{made.id}",
        cause_id=made.id,
        booking_id=made.booking_id if made.source == chart.held(made.booking_id) else None,
    )
