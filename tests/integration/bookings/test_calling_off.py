"""Called off before the work starts: whatever was taken goes back, whenever it was taken."""

from __future__ import annotations

from domain.bookings import read
from domain.oversight.ledger_checks.invariants import breaches
from domain.oversight.timeline import timeline
from domain.payments import read as payments
from domain.payments.refunds import read as refunds
from domain.settlement.cancel import cancel
from gateways.testing import FakeCards
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.story import Story, accepted, balances, cause_of, hired
from tests.work_off import unconfirmed, work_off

PRICE = 9_000


def called_off(database: Database, clock: Clock, story: Story, by: str) -> None:
    database.write(lambda c: cancel(c, cause_of(clock, by), story.booking.id, note="Never mind."))


def sums_to_nothing(database: Database, story: Story) -> bool:
    """Nothing of the price is left anywhere; the providers' fees are spent."""
    kinds = {account.partition(":")[0] for account in balances(database)}
    return kinds <= {"clearing", "provider_fee"} and database.read(breaches) == []


def test_what_was_paid_goes_back_in_full_and_both_see_it(worker: Engine, database: Database, clock: Clock) -> None:
    for party in ("alice", "bob"):
        story = hired(database, clock)
        payment = accepted(database, clock, story)
        work_off(worker)
        called_off(database, clock, story, getattr(story, party).id)
        work_off(worker)
        (refund,) = database.read(lambda c, p=payment: refunds.of_payment(c, p.id))
        assert (refund.amount_minor, refund.status, refund.reason) == (PRICE, "succeeded", "cancelled")
        assert sums_to_nothing(database, story)
        lines = database.read(lambda c, s=story: timeline(c, s.booking.id, s.bob.id, after=None, most=100))
        assert [(e.about, e.to_state) for e in lines if e.about in ("refund", "booking")] == [
            ("booking", "awaiting_payment"),
            ("booking", "funded"),
            ("booking", "cancelled"),
            ("refund", "requested"),
            ("refund", "submitting"),
            ("refund", "succeeded"),
        ]


def test_what_is_confirmed_after_it_was_called_off_goes_back_by_itself(
    worker: Engine, database: Database, clock: Clock, cards: FakeCards
) -> None:
    story, payment, secret = unconfirmed(worker, clock)
    called_off(database, clock, story, story.alice.id)
    cards.confirm(secret, "pm_card_visa")  # faster than our withdrawal
    work_off(worker)
    work_off(worker, minutes=1)
    assert database.read(lambda c: payments.by_id(c, payment.id)).status == "captured"
    assert database.read(lambda c: read.by_id(c, story.booking.id)).status == "cancelled"
    (refund,) = database.read(lambda c: refunds.of_payment(c, payment.id))
    assert (refund.amount_minor, refund.status) == (PRICE, "succeeded")
    assert sums_to_nothing(database, story)
