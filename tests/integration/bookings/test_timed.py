"""What time does to bookings: unpaid ones expire, completed ones approve themselves, both are reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.bookings import read
from domain.bookings.complete import complete
from domain.bookings.request_changes import request_changes
from domain.bookings.reschedules.answer import accept as accept_reschedule
from domain.bookings.reschedules.propose import propose as propose_reschedule
from domain.bookings.start import start
from domain.dates import Dates
from domain.errors import Conflict
from domain.marketplace.applications import read as applications
from domain.marketplace.jobs import read as jobs
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.settlement.approve import approve
from domain.settlement.cancel import cancel
from gateways.testing import FakeCards, Fault
from runtime.database import Database
from tasks.declare import REGISTRY
from tasks.execution import Engine
from tests.clock import Clock
from tests.story import Story, accepted, cause_of, heard, hired, task_of
from tests.trial_balance import trial_balance
from tests.work_off import unconfirmed, work_off


def status(database: Database, story: Story) -> str:
    return database.read(lambda c: read.by_id(c, story.booking.id)).status


def paid(worker: Engine, clock: Clock) -> Story:
    story = hired(worker.database, clock)
    accepted(worker.database, clock, story)
    work_off(worker)
    assert status(worker.database, story) == "funded"
    return story


def test_what_nobody_pays_expires_and_the_job_is_open_again(worker: Engine, database: Database, clock: Clock) -> None:
    story = hired(database, clock)
    work_off(worker, hours=23, minutes=59)
    assert status(database, story) == "awaiting_payment"
    clock.forward(minutes=1)
    with pytest.raises(Conflict, match="ended at"):
        accepted(database, clock, story)
    work_off(worker)
    assert status(database, story) == "expired"
    assert database.read(lambda c: jobs.by_id(c, story.booking.job_id)).status == "open"
    assert database.read(lambda c: applications.by_id(c, story.booking.application_id)).status == "ended"
    assert heard(database, story.alice.id)[-1] == heard(database, story.bob.id)[-1] == "booking.expired"
    with pytest.raises(Conflict):
        accepted(database, clock, story, key="k2")


def test_what_was_paid_does_not_expire(worker: Engine, database: Database, clock: Clock) -> None:
    story = paid(worker, clock)
    work_off(worker, days=2)
    assert status(database, story) == "funded"


def test_a_payment_that_waits_for_the_client_is_cancelled_at_the_provider_first(
    worker: Engine, database: Database, clock: Clock, cards: FakeCards
) -> None:
    story, payment, _ = unconfirmed(worker, clock)
    clock.forward(days=1)
    cards.fail_next(Fault.UNREACHABLE)
    work_off(worker)
    assert status(database, story) == "awaiting_payment"
    work_off(worker, minutes=2)  # the second look is due, and so is the second try at the provider
    work_off(worker, minutes=5)
    assert database.read(lambda c: payments.by_id(c, payment.id)).status == "cancelled"
    assert status(database, story) == "expired"
    assert cards.charges(payment.id) == []
    assert database.read(breaches) == []


def test_a_capture_that_is_faster_than_the_cancellation_funds_the_booking(
    worker: Engine, database: Database, clock: Clock, cards: FakeCards
) -> None:
    story, payment, secret = unconfirmed(worker, clock)
    clock.forward(days=1)
    cards.confirm(secret, "pm_card_visa")  # and nobody has told us yet
    work_off(worker)
    work_off(worker, hours=2)
    assert status(database, story) == "funded"
    assert len(cards.charges(payment.id)) == 1
    assert database.read(breaches) == []


def test_a_payment_that_was_never_sent_is_given_up_at_once(worker: Engine, database: Database, clock: Clock) -> None:
    story = hired(database, clock)
    payment = accepted(database, clock, story)
    clock.forward(days=1)
    row = task_of(database, "bookings.expire", state="pending")
    worker.run(REGISTRY["bookings.expire"], [row.id])
    assert database.read(lambda c: payments.by_id(c, payment.id)).status == "cancelled"
    assert status(database, story) == "expired"
    work_off(worker)
    assert database.read(trial_balance) == []


def test_one_that_is_cancelled_while_the_provider_is_asked_is_not_left_to_be_confirmed(
    worker: Engine, database: Database, clock: Clock, cards: FakeCards
) -> None:
    story = hired(database, clock)
    payment = accepted(database, clock, story, method=None)
    cards.fail_next(Fault.LOST_BEFORE)
    work_off(worker)  # asked, and nothing is known of it
    cause = cause_of(clock, story.bob.id)
    database.write(lambda c: cancel(c, cause, story.booking.id, note=""))
    # What we gave up is not there yet; then the provider makes it, and only then is it cancelled.
    work_off(worker, minutes=5)
    work_off(worker, minutes=5)
    assert database.read(lambda c: payments.by_id(c, payment.id)).status == "cancelled"
    assert status(database, story) == "cancelled"


def completed(worker: Engine, clock: Clock) -> Story:
    story = paid(worker, clock)
    bob = cause_of(clock, story.bob.id)
    worker.database.write(lambda c: start(c, bob, story.booking.id))
    worker.database.write(lambda c: complete(c, bob, story.booking.id, note="Done."))
    work_off(worker)
    return story


def test_completed_work_approves_itself_after_three_days_and_a_warning(
    worker: Engine, database: Database, clock: Clock
) -> None:
    story = completed(worker, clock)
    work_off(worker, hours=47, minutes=59)
    assert "booking.approval_due" not in heard(database, story.alice.id)
    work_off(worker, minutes=1)
    assert heard(database, story.alice.id)[-1] == "booking.approval_due"
    work_off(worker, hours=23, minutes=59)
    assert status(database, story) == "completed"
    work_off(worker, minutes=1)
    assert status(database, story) == "approved"
    assert heard(database, story.alice.id)[-1] == "booking.approved"
    assert "booking.approved" in heard(database, story.bob.id)
    assert database.read(breaches) == []


def test_asking_for_changes_stops_the_clock_and_each_completion_starts_its_own(
    worker: Engine, database: Database, clock: Clock
) -> None:
    story = completed(worker, clock)
    clock.forward(hours=71)
    alice, bob = cause_of(clock, story.alice.id), cause_of(clock, story.bob.id)
    database.write(lambda c: request_changes(c, alice, story.booking.id, note="Again."))
    database.write(lambda c: complete(c, bob, story.booking.id, note=""))
    work_off(worker, hours=71)
    assert status(database, story) == "completed"  # the first round's time is long over
    work_off(worker, hours=1)
    assert status(database, story) == "approved"
    told = heard(database, story.alice.id)
    assert told.count("booking.completed") == 2
    assert told.count("booking.approval_due") == 1  # of the first round nobody warned: the relay was late


def test_what_the_client_approved_does_not_approve_itself(worker: Engine, database: Database, clock: Clock) -> None:
    story = completed(worker, clock)
    alice = cause_of(clock, story.alice.id)
    database.write(lambda c: approve(c, alice, story.booking.id))
    work_off(worker, days=4)
    assert heard(database, story.bob.id).count("booking.approved") == 1


def test_both_are_reminded_of_the_agreed_start_and_of_no_other(
    worker: Engine, database: Database, clock: Clock
) -> None:
    story = paid(worker, clock)
    alice, bob = cause_of(clock, story.alice.id), cause_of(clock, story.bob.id)
    first, second = (datetime(2026, 12, day, 9, tzinfo=UTC) for day in (1, 3))
    for day in (first, second):
        made = database.write(lambda c, day=day: propose_reschedule(c, bob, story.booking.id, Dates(day), ""))
        database.write(lambda c, made=made: accept_reschedule(c, alice, story.booking.id, made.id))
    for at, reminded in (
        (first - timedelta(hours=24), 0),
        (second - timedelta(hours=24, minutes=1), 0),
        (second - timedelta(hours=24), 1),
        (second, 1),
    ):
        clock.now = at
        work_off(worker)
        for party in (story.alice.id, story.bob.id):
            assert heard(database, party).count("booking.reminder") == reminded, at
