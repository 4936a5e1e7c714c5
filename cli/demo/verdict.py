"""Compare the platform's records with the sandbox's counts of what really happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cli.demo.books import Books, Mailed
from cli.demo.market import Deal
from cli.demo.witness import Truth


@dataclass(frozen=True, slots=True)
class Verdict:
    """The counts of a demo.  ``unpaid``: bookings that clients paid, but whose worker's bank does not have the money;
    ``ledger_difference``: minor units by which the ledger and the sandbox disagree, over all payments and payouts."""

    accepted: int
    captured: int
    declined_as_planned: int
    unplanned: int
    duplicates: int
    lost: int
    paid_out: int
    workers: int
    unpaid: int
    payouts_doubled: int
    ledger_difference: int
    emails_sent: int
    emails_in_inbox: int
    emails_missing: int
    emails_doubled: int

    @property
    def is_well(self) -> bool:
        wrong = (
            *(self.lost, self.unplanned, self.duplicates, self.unpaid, self.payouts_doubled, self.ledger_difference),
            *(self.emails_missing, self.emails_doubled),
        )
        return not any(wrong)


def judge(deals: Sequence[Deal], books: Books, mailed: Mailed, truth: Truth) -> Verdict:
    """Return the verdict on a demo.

    ``lost``: payments without an outcome in time, and payments that the API or the ledger calls captured and the
    sandbox did not charge; ``duplicates``: charges beyond the first of a payment."""
    captured = [d for d in deals if d.status == "captured" or d.payment_id in books.captured]
    others = {d.payment_id for d in deals} - {d.payment_id for d in captured}
    arrived = {p.booking_id for p in books.payouts if p.posted_minor == p.amount_minor <= truth.paid_minor.get(p.id, 0)}
    return Verdict(
        accepted=sum(bool(d.payment_id) for d in deals),
        captured=len(captured),
        declined_as_planned=sum(d.status == d.planned == "declined" for d in deals),
        unplanned=sum(d.status != d.planned for d in deals if d.settled_after is not None)
        + sum(truth.charges.get(payment, 0) > 0 for payment in others),
        duplicates=sum(max(0, truth.charges.get(d.payment_id, 0) - 1) for d in deals),
        lost=sum(d.settled_after is None for d in deals)
        + sum(truth.charges.get(d.payment_id, 0) == 0 for d in captured),
        paid_out=len(arrived),
        workers=len({p.worker_id for p in books.payouts if p.booking_id in arrived}),
        unpaid=sum(d.booking_id not in arrived for d in captured),
        payouts_doubled=_doubled(books, truth),
        ledger_difference=_difference(deals, books, truth),
        emails_sent=mailed.sent,
        emails_in_inbox=truth.mails,
        emails_missing=max(0, mailed.sent - truth.mails) + mailed.waiting + mailed.untold,
        emails_doubled=len(truth.doubled),
    )


def _doubled(books: Books, truth: Truth) -> int:
    """Return how many bookings paid their worker more than once, into the balance at the provider or the bank."""
    moved, paid = Counter[str](), Counter[str]()
    for payout in books.payouts:
        moved[payout.booking_id] += truth.transfers.get(payout.id, 0)
        paid[payout.booking_id] += truth.payouts.get(payout.id, 0)
    return sum(moved[booking] > 1 or paid[booking] > 1 for booking in moved)


def _difference(deals: Sequence[Deal], books: Books, truth: Truth) -> int:
    """Return the sum of the differences in minor units; one payment's excess does not offset another's deficit."""
    payments = (
        abs(books.captured.get(d.payment_id, 0) - truth.charged_minor.get(d.payment_id, 0))
        for d in deals
        if d.payment_id
    )
    payouts = (abs(p.posted_minor - truth.paid_minor.get(p.id, 0)) for p in books.payouts)
    return sum(payments) + sum(payouts)
