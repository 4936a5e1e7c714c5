"""The tasks of the inbox."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from domain.announcements.deliveries.ports import DeliveryEvent
from domain.announcements.deliveries.record import record_event as record_delivery_event
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
from domain.payouts.ports import PayoutEvent
from domain.payouts.read import Payout
from domain.payouts.record_event import record_event as record_payout_event
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
_NOUNS: dict[type, str] = {
    PaymentEvent: "payment",
    RefundEvent: "refund",
    PayoutEvent: "payout",
    PayoutAccountEvent: "payout account",
}
Order = Payment | Refund | Payout | PayoutAccount
log = logging.get("handwork.webhooks")


class Alarm(msgspec.Struct, frozen=True):
    """Why an event about our money was not applied."""

    why: str


def _load(connection: Connection, _cause: Cause, work: Process) -> str | None:
    return payload_of(connection, work.provider, work.event_id)


def _apply(connection: Connection, cause: Cause, work: Process, event: Event) -> None:
    """Apply the event and stamp it in one transaction: once, or not at all."""
    subject = _subject(event)
    found = _apply_event(connection, cause, work.provider, event)
    match found:
        case Alarm():
            # The log line comes twice when the transaction runs again; the stamp comes once.
            log.error("an event about our money was not applied", event_id=work.event_id, why=found.why)
            stamp(connection, cause, work.provider, work.event_id, EventOutcome.ALARM, found.why, subject)
        case str():
            stamp(connection, cause, work.provider, work.event_id, EventOutcome.IGNORED, found, subject)
        case _:
            outcome = EventOutcome.APPLIED if found else EventOutcome.REPEATED
            stamp(connection, cause, work.provider, work.event_id, outcome, None, subject)


def _subject(event: Event) -> str | None:
    """Return the id that the event names as ours, cut to the longest that we make: an event may hold any text."""
    named = _named(event)
    return None if named is None else named[:LONGEST_ID]


def _named(event: Event) -> str | None:
    match event:
        case PaymentEvent() | PaymentRefunded():
            return event.payment_id
        case RefundEvent():
            return event.refund_id
        case PayoutEvent():
            return event.payout_id
        case PayoutAccountEvent():
            return event.payout_account_id
        case DeliveryEvent():
            return event.delivery_id
        case NotOurs() | Suspect():
            return None


def _order(connection: Connection, event: Event) -> Order | None:
    """Return the order that the event names, if it is ours."""
    match event:
        case PaymentEvent() | PaymentRefunded():
            return payments.find(connection, event.payment_id)
        case RefundEvent():
            return refunds.find(connection, event.refund_id)
        case PayoutEvent():
            return payouts.find(connection, event.payout_id)
        case PayoutAccountEvent():
            return payout_accounts.find(connection, event.payout_account_id)
    return None


def _apply_event(connection: Connection, cause: Cause, provider: str, event: Event) -> bool | str | Alarm:
    """Apply the event; return whether it was new, or why it does not concern us, or an ``Alarm`` for an operator."""
    order = _order(connection, event)
    if order is not None and order.provider != provider:
        return Alarm(f"{order.id} went by {order.provider}, and the event is of {provider}")
    match event, order:
        case NotOurs(), _:
            return event.reason
        case Suspect(), _:
            return Alarm(event.reason)
        case DeliveryEvent(), _:
            new = record_delivery_event(connection, cause, event)
            return f"there is no delivery {event.delivery_id}" if new is None else new
        case PaymentRefunded(), _:
            return _refunded(connection, cause, event)
        case PaymentEvent(), Payment():
            return payment_outcomes.record_outcome(connection, cause, order.id, event.outcome)
        case RefundEvent(), Refund():
            return refund_outcomes.record_and_warn(connection, cause, order.id, event.outcome)
        case PayoutEvent(), Payout():
            return record_payout_event(connection, cause, order, event)
        case PayoutAccountEvent(), PayoutAccount():  # events come in any order: ask how the account is now
            return poll.ask(connection, cause, order.id, event.event_id[-60:])
    return f"there is no {_NOUNS[type(event)]} {_named(event)}"


def _refunded(connection: Connection, cause: Cause, event: PaymentRefunded) -> bool | Alarm:
    """Queue a look-up for each open refund of the payment, because the event names none; an alarm when the provider
    refunded more than we requested."""
    if event.refunded_minor > refunds.standing_minor(connection, event.payment_id):
        return Alarm(f"more of {event.payment_id} was refunded than we asked for: {event.refunded_minor}")
    asked = [overdue.ask(connection, cause, r) for r in refunds.open_of_payment(connection, event.payment_id)]
    return any(asked)


@durable_task(work=Process, prepare=_load, record=_apply, max_runtime=timedelta(seconds=10), retry=QUICK, batch=25)
async def process(call: Call, work: Process, payload: str) -> Event:
    """Return the event in the domain's terms.  Translating makes no call, so no effect can be in doubt.

    ``Refused`` for an unreadable event: a repeat would fail again, so its row is dead at once.  An operator runs the
    row again once a release can read the event.
    """
    try:
        return call.gateways.translate(work.provider, payload)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused(work.provider, "event_unreadable", str(error)) from error
