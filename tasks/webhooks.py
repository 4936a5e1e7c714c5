"""The tasks of the inbox."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from domain.announcements.emails.ports import MailEvent
from domain.announcements.emails.record import record_event
from domain.cause import Cause
from domain.database import Connection
from domain.payments import read as payments
from domain.payments import record_outcome as payment_outcomes
from domain.payments.ports import NotOurs, PaymentEvent, Suspect
from domain.payments.read import Payment
from domain.payments.refunds import overdue
from domain.payments.refunds import read as refunds
from domain.payments.refunds.ports import PaymentRefunded, RefundEvent
from domain.payments.refunds.read import Refund
from domain.payouts import read as payouts
from domain.payouts.accounts import poll
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.hear import hear
from domain.payouts.ports import PayoutEvent
from domain.payouts.read import Payout
from domain.platform.inbox.handle import payload_of, stamp
from domain.platform.inbox.states import EventOutcome
from domain.platform.inbox.work import Process
from domain.provider_errors import Refused
from runtime import logging
from runtime.gateways import Event
from tasks import refund_outcomes
from tasks.declare import Call, durable_task
from tasks.retry import QUICK

LONGEST_ID = 40
log = logging.get("handwork.webhooks")


class Alarm(msgspec.Struct, frozen=True):
    """Why an event about our money was not applied."""

    why: str


def _load(connection: Connection, _cause: Cause, work: Process) -> str | None:
    return payload_of(connection, work.provider, work.event_id)


def _apply(connection: Connection, cause: Cause, work: Process, event: Event) -> None:
    """The event's effect and its stamp in one transaction: applied once, or not at all."""
    subject = _subject(event)
    found = _foreign(connection, work.provider, event) or _tell(connection, cause, event)
    match found:
        case Alarm():
            # The line may come twice, when the transaction has to be run again; the stamp comes once.
            log.error("an event about our money was not applied", event_id=work.event_id, why=found.why)
            stamp(connection, cause, work.provider, work.event_id, EventOutcome.ALARM, found.why, subject)
        case str():
            stamp(connection, cause, work.provider, work.event_id, EventOutcome.IGNORED, found, subject)
        case _:
            outcome = EventOutcome.APPLIED if found else EventOutcome.REPEATED
            stamp(connection, cause, work.provider, work.event_id, outcome, None, subject)


def _subject(event: Event) -> str | None:
    """The id that the event names as ours, cut to the longest that we make: the provider's data may hold any text."""
    match event:
        case PaymentEvent() | PaymentRefunded():
            named = event.payment_id
        case RefundEvent():
            named = event.refund_id
        case PayoutEvent():
            named = event.payout_id
        case PayoutAccountEvent():
            named = event.payout_account_id
        case MailEvent():
            named = event.email_id
        case NotOurs() | Suspect():
            return None
    return named[:LONGEST_ID]


def _foreign(connection: Connection, provider: str, event: Event) -> Alarm | None:
    """An alarm when the event speaks of an order that went by another rail."""
    order: Payment | Refund | Payout | PayoutAccount | None
    match event:
        case PaymentEvent() | PaymentRefunded():
            order = payments.find(connection, event.payment_id)
        case RefundEvent():
            order = refunds.find(connection, event.refund_id)
        case PayoutEvent():
            order = payouts.find(connection, event.payout_id)
        case PayoutAccountEvent():
            order = payout_accounts.find(connection, event.payout_account_id)
        case _:
            return None
    if order is None or order.provider == provider:
        return None
    return Alarm(f"{order.id} went by {order.provider}, and the event is of {provider}")


def _tell(connection: Connection, cause: Cause, event: Event) -> bool | str | Alarm:
    """Whether it told us something new, or why it is nothing to us, or why an operator must look at it."""
    match event:
        case NotOurs():
            return event.reason
        case Suspect():
            return Alarm(event.reason)
        case PaymentEvent():
            if payments.find(connection, event.payment_id) is None:
                return f"there is no payment {event.payment_id}"
            return payment_outcomes.record_outcome(connection, cause, event.payment_id, event.outcome)
        case RefundEvent():
            return _of_refund(connection, cause, event)
        case PaymentRefunded():
            return _refunded(connection, cause, event)
        case MailEvent():
            new = record_event(connection, cause, event)
            return f"there is no e-mail {event.email_id}" if new is None else new
        case PayoutEvent():
            return hear(connection, cause, event)
        case PayoutAccountEvent():
            return _of_account(connection, cause, event)


def _of_account(connection: Connection, cause: Cause, event: PayoutAccountEvent) -> bool | str:
    """How the account is now is asked for: events come in any order."""
    if payout_accounts.find(connection, event.payout_account_id) is None:
        return f"there is no payout account {event.payout_account_id}"
    return poll.ask(connection, cause, event.payout_account_id, event.event_id[-60:])


def _of_refund(connection: Connection, cause: Cause, event: RefundEvent) -> bool | str:
    if refunds.find(connection, event.refund_id) is None:
        return f"there is no refund {event.refund_id}"
    return refund_outcomes.hear(connection, cause, event.refund_id, event.outcome)


def _refunded(connection: Connection, cause: Cause, event: PaymentRefunded) -> bool | Alarm:
    """It names no refund: whichever of the payment's are open are asked about."""
    if event.refunded_minor > refunds.standing_minor(connection, event.payment_id):
        return Alarm(f"more of {event.payment_id} was refunded than we asked for: {event.refunded_minor}")
    asked = [overdue.ask(connection, cause, r) for r in refunds.open_of_payment(connection, event.payment_id)]
    return any(asked)


@durable_task(work=Process, prepare=_load, record=_apply, max_runtime=timedelta(seconds=10), retry=QUICK, batch=25)
async def process(call: Call, work: Process, payload: str) -> Event:
    """Translating is reading, not calling: it has no effect that could be in doubt.  What we cannot read today we
    cannot read in a minute: it is dead at once, kept, and run again by an operator once we can."""
    try:
        return call.gateways.translate(work.provider, payload)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused(work.provider, "event_unreadable", str(error)) from error
