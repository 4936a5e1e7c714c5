"""Apply a provider's event to the object that it names, and mark the event as handled."""

from __future__ import annotations

import msgspec

from domain.announcements.deliveries.ports import DeliveryEvent
from domain.announcements.deliveries.record import record_event as record_delivery_event
from domain.cause import Cause
from domain.database import Connection
from domain.payments import read as payments
from domain.payments.ports import PaymentEvent
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome as record_payment_outcome
from domain.payments.refunds import overdue
from domain.payments.refunds import read as refunds
from domain.payments.refunds.ports import PaymentRefunded, RefundEvent
from domain.payments.refunds.read import Refund
from domain.payments.refunds.record_outcome import record_outcome as record_refund_outcome
from domain.payouts import read as payouts
from domain.payouts.accounts import poll
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.ports import PayoutEvent
from domain.payouts.read import Payout
from domain.payouts.record_event import record_event as record_payout_event
from domain.platform.inbox.handle import stamp
from domain.platform.inbox.ports import NotOurs, Suspect
from domain.platform.inbox.states import EventOutcome

Event = (
    PaymentEvent | RefundEvent | PaymentRefunded | PayoutAccountEvent | PayoutEvent | DeliveryEvent | NotOurs | Suspect
)
LONGEST_ID = 40
"""The length of the longest id that we make; an event may name any text."""


class Verdict(msgspec.Struct, frozen=True):
    """The outcome of an event, and the reason when it was not applied."""

    outcome: EventOutcome
    why: str | None = None


def apply_event(connection: Connection, cause: Cause, provider: str, event_id: str, event: Event) -> Verdict:
    """Apply the event, stamp it with its outcome in the same transaction, and return the outcome."""
    named = _named(event)
    match _apply(connection, cause, provider, named, event):
        case Verdict() as verdict:
            pass
        case str(why):
            verdict = Verdict(EventOutcome.IGNORED, why)
        case is_news:
            verdict = Verdict(EventOutcome.APPLIED if is_news else EventOutcome.REPEATED)
    subject_id = None if named is None else named[:LONGEST_ID]
    stamp(connection, cause, provider, event_id, verdict.outcome, verdict.why, subject_id)
    return verdict


def _named(event: Event) -> str | None:
    """Return the id that the event names as ours."""
    match event:
        case (
            PaymentEvent(payment_id=named)
            | PaymentRefunded(payment_id=named)
            | RefundEvent(refund_id=named)
            | PayoutEvent(payout_id=named)
            | PayoutAccountEvent(payout_account_id=named)
            | DeliveryEvent(delivery_id=named)
        ):
            return named
        case NotOurs() | Suspect():
            return None


def _order(connection: Connection, event: Event) -> Payment | Refund | Payout | PayoutAccount | None:
    """Return the order that the event names; None when it is not ours, or when the event is about no order."""
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


def _apply(
    connection: Connection, cause: Cause, provider: str, named: str | None, event: Event
) -> bool | str | Verdict:
    """Apply the event; return whether it was news, or why it does not concern us, or the ``Verdict`` of an alarm."""
    order = _order(connection, event)
    if order is not None and order.provider != provider:
        return _alarm(f"{order.id} went by {order.provider}, and the event is of {provider}")
    match event, order:
        case NotOurs(), _:
            return event.reason
        case Suspect(), _:
            return _alarm(event.reason)
        case PaymentRefunded(), _:
            return _refunded(connection, cause, event)
        case PaymentEvent(), Payment():
            return record_payment_outcome(connection, cause, order.id, event.outcome)
        case RefundEvent(), Refund():
            return record_refund_outcome(connection, cause, order.id, event.outcome)
        case PayoutEvent(), Payout():
            return record_payout_event(connection, cause, order, event)
        case PayoutAccountEvent(), PayoutAccount():  # events come in any order: ask how the account is now
            return poll.ask(connection, cause, order.id, event.event_id[-60:])
        case DeliveryEvent(), _ if (is_news := record_delivery_event(connection, cause, event)) is not None:
            return is_news
    return f"nothing of ours has the id {named}"


def _refunded(connection: Connection, cause: Cause, event: PaymentRefunded) -> bool | Verdict:
    """Queue a look-up for each open refund of the payment, because the event names none; an alarm when the provider
    refunded more than we requested."""
    if event.refunded_minor > refunds.standing_minor(connection, event.payment_id):
        return _alarm(f"more of {event.payment_id} was refunded than we asked for: {event.refunded_minor}")
    asked = [overdue.ask(connection, cause, r) for r in refunds.open_of_payment(connection, event.payment_id)]
    return any(asked)


def _alarm(why: str) -> Verdict:
    return Verdict(EventOutcome.ALARM, why)
