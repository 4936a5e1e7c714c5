"""Read the platform's records of a demo: its ledger, its payouts, its e-mails."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal_column, select

from domain.announcements.channels import EMAIL
from domain.announcements.deliveries.states import DeliveryStatus
from domain.announcements.deliveries.tables import delivery
from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.ledger.checks import literals
from domain.ledger.codes import Code
from domain.ledger.tables import transfer
from domain.payouts.tables import payout
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import in_status, outbox
from domain.schema import Instant, one_of

AT_ONCE = 500
SOON = timedelta(minutes=5)
"""The demo does not wait for tasks that are due later, such as a reminder or the end of a review's blind days."""
LEFT = frozenset({DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED})
ON_THEIR_WAY = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SUBMITTING})

_posted = (
    select(transfer.c.cause_id, transfer.c.code, func.sum(transfer.c.amount_minor))
    .where(
        one_of(transfer.c.booking_id, "bookings"),
        transfer.c.code.in_(literals(Code.CAPTURE, Code.PAYOUT, Code.PAYOUT_RETURNED)),
    )
    .group_by(transfer.c.cause_id, transfer.c.code)
)
_payouts = select(
    payout.c.id,
    payout.c.booking_id,
    payout.c.worker_id,
    payout.c.amount_minor,
    payout.c.created_at,
    payout.c.settled_at,
).where(one_of(payout.c.booking_id, "bookings"))
_emails = (
    select(delivery.c.status, func.count())
    .join(account, account.c.id == delivery.c.account_id)
    .where(
        delivery.c.channel == bindparam("channel"),
        delivery.c.created_at >= bindparam("since", type_=Instant()),
        account.c.email.like(bindparam("addresses")),
    )
    .group_by(delivery.c.status)
)
_to_be_told = select(func.count()).where(
    outbox.c.queue == literal_column("'notifications'"),
    in_status(TaskStatus.PENDING, TaskStatus.SENT, TaskStatus.RUNNING),
    outbox.c.run_at < bindparam("soon", type_=Instant()),
)


@dataclass(frozen=True, slots=True)
class BookedPayout:
    """A payout in the platform's records.

    ``posted_minor``: the amount that the worker's bank has, by the ledger; ``seconds``: from the payout's creation to
    its settlement.
    """

    id: str
    booking_id: str
    worker_id: str
    amount_minor: int
    posted_minor: int
    seconds: float | None


@dataclass(slots=True)
class Books:
    """A demo's payments and payouts in the platform's records.  ``captured``: minor units in the ledger, by payment."""

    captured: dict[str, int] = field(default_factory=dict)
    payouts: list[BookedPayout] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mailed:
    """Counts of a demo's e-mails.

    ``sent``: the provider accepted them; ``waiting``: they are not sent, or their outcome is still unknown;
    ``untold``: tasks that may lead to more."""

    sent: int
    waiting: int
    untold: int

    @property
    def is_over(self) -> bool:
        return not (self.waiting or self.untold)


def books(connection: Connection, bookings: Sequence[str]) -> Books:
    found = Books()
    for first in range(0, len(bookings), AT_ONCE):
        some = list(bookings[first : first + AT_ONCE])
        with_bank: defaultdict[str, int] = defaultdict(int)
        for cause_id, code, amount in connection.run(_posted, bookings=some).all():
            if code == Code.CAPTURE:
                found.captured[cause_id] = int(amount)
            else:
                with_bank[cause_id] += int(amount) if code == Code.PAYOUT else -int(amount)
        for payout_id, booking_id, worker_id, amount, created_at, settled_at in connection.run(
            _payouts, bookings=some
        ).all():
            posted = with_bank[payout_id]
            seconds = (settled_at - created_at).total_seconds() if posted and settled_at else None
            found.payouts.append(BookedPayout(payout_id, booking_id, worker_id, amount, posted, seconds))
    return found


def mailed(connection: Connection, addresses: str, since: datetime, now: datetime) -> Mailed:
    """Return the counts of the e-mails to the demo's people.  ``addresses``: the prefix of their addresses."""
    counts: Counter[str] = Counter(
        dict(connection.run(_emails, channel=EMAIL.name, since=since, addresses=f"{addresses}%").all())
    )
    untold = connection.run(_to_be_told, soon=now + SOON).scalar() or 0
    return Mailed(sum(counts[s] for s in LEFT), sum(counts[s] for s in ON_THEIR_WAY), untold)
