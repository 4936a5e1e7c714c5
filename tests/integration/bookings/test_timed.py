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
from domain.payments import read as payments
from domain.settlement.approve import approve
from domain.settlement.cancel import cancel
from gateways.testing import Fault
from tests.scene import Scene
from tests.story import Story
from tests.trial_balance import trial_balance
from tests.work_off import unconfirmed


def status(scene: Scene, story: Story) -> str:
    return scene.look(read.by_id, story.booking.id).status


def paid(scene: Scene) -> Story:
    story = scene.hired()
    scene.accepted(story)
    scene.work()
    assert status(scene, story) == "funded"
    return story


def test_what_nobody_pays_expires_and_the_job_is_open_again(scene: Scene) -> None:
    story = scene.hired()
    scene.work(hours=23, minutes=59)
    assert status(scene, story) == "awaiting_payment"
    scene.clock.forward(minutes=1)
    with pytest.raises(Conflict, match="ended at"):
        scene.accepted(story)
    scene.work()
    assert status(scene, story) == "expired"
    assert scene.look(jobs.by_id, story.booking.job_id).status == "open"
    assert scene.look(applications.by_id, story.booking.application_id).status == "ended"
    assert scene.heard(story.alice.id)[-1] == scene.heard(story.bob.id)[-1] == "booking.expired"
    with pytest.raises(Conflict):
        scene.accepted(story, key="k2")


def test_what_was_paid_does_not_expire(scene: Scene) -> None:
    story = paid(scene)
    scene.work(days=2)
    assert status(scene, story) == "funded"


def test_a_payment_that_waits_for_the_client_is_cancelled_at_the_provider_first(scene: Scene) -> None:
    story, payment, _ = unconfirmed(scene.worker, scene.clock)
    scene.clock.forward(days=1)
    scene.cards.fail_next(Fault.UNREACHABLE)
    scene.work()
    assert status(scene, story) == "awaiting_payment"
    scene.work(minutes=2)  # the second look is due, and so is the second try at the provider
    scene.work(minutes=5)
    assert scene.look(payments.by_id, payment.id).status == "cancelled"
    assert status(scene, story) == "expired"
    assert scene.cards.charges(payment.id) == []
    assert scene.breaches() == []


def test_a_capture_that_is_faster_than_the_cancellation_funds_the_booking(scene: Scene) -> None:
    story, payment, secret = unconfirmed(scene.worker, scene.clock)
    scene.clock.forward(days=1)
    scene.cards.confirm(secret, "pm_card_visa")  # and nobody has told us yet
    scene.work()
    scene.work(hours=2)
    assert status(scene, story) == "funded"
    assert len(scene.cards.charges(payment.id)) == 1
    assert scene.breaches() == []


def test_a_payment_that_was_never_sent_is_given_up_at_once(scene: Scene) -> None:
    story = scene.hired()
    payment = scene.accepted(story)
    scene.clock.forward(days=1)
    scene.run(scene.task("bookings.expire", status="pending"))
    assert scene.look(payments.by_id, payment.id).status == "cancelled"
    assert status(scene, story) == "expired"
    scene.work()
    assert scene.look(trial_balance) == []


def test_one_that_is_cancelled_while_the_provider_is_asked_is_not_left_to_be_confirmed(scene: Scene) -> None:
    story = scene.hired()
    payment = scene.accepted(story, method=None)
    scene.cards.fail_next(Fault.LOST_BEFORE)
    scene.work()  # asked, and nothing is known of it
    scene.do(story.bob.id, cancel, story.booking.id, note="")
    # What we gave up is not there yet; then the provider makes it, and only then is it cancelled.
    scene.work(minutes=5)
    scene.work(minutes=5)
    assert scene.look(payments.by_id, payment.id).status == "cancelled"
    assert status(scene, story) == "cancelled"


def completed(scene: Scene) -> Story:
    story = paid(scene)
    scene.do(story.bob.id, start, story.booking.id)
    scene.do(story.bob.id, complete, story.booking.id, note="Done.")
    scene.work()
    return story


def test_completed_work_approves_itself_after_three_days_and_a_warning(scene: Scene) -> None:
    story = completed(scene)
    scene.work(hours=47, minutes=59)
    assert "booking.approval_due" not in scene.heard(story.alice.id)
    scene.work(minutes=1)
    assert scene.heard(story.alice.id)[-1] == "booking.approval_due"
    scene.work(hours=23, minutes=59)
    assert status(scene, story) == "completed"
    scene.work(minutes=1)
    assert status(scene, story) == "approved"
    assert scene.heard(story.alice.id)[-1] == "booking.approved"
    assert "booking.approved" in scene.heard(story.bob.id)
    assert scene.breaches() == []


def test_asking_for_changes_stops_the_clock_and_each_completion_starts_its_own(scene: Scene) -> None:
    story = completed(scene)
    scene.clock.forward(hours=71)
    scene.do(story.alice.id, request_changes, story.booking.id, note="Again.")
    scene.do(story.bob.id, complete, story.booking.id, note="")
    scene.work(hours=71)
    assert status(scene, story) == "completed"  # the first round's time is long over
    scene.work(hours=1)
    assert status(scene, story) == "approved"
    told = scene.heard(story.alice.id)
    assert told.count("booking.completed") == 2
    assert told.count("booking.approval_due") == 1  # of the first round nobody warned: the relay was late


def test_what_the_client_approved_does_not_approve_itself(scene: Scene) -> None:
    story = completed(scene)
    scene.do(story.alice.id, approve, story.booking.id)
    scene.work(days=4)
    assert scene.heard(story.bob.id).count("booking.approved") == 1


def test_both_are_reminded_of_the_agreed_start_and_of_no_other(scene: Scene) -> None:
    story = paid(scene)
    first, second = (datetime(2026, 12, day, 9, tzinfo=UTC) for day in (1, 3))
    for day in (first, second):
        made = scene.do(story.bob.id, propose_reschedule, story.booking.id, Dates(day), "")
        scene.do(story.alice.id, accept_reschedule, story.booking.id, made.id)
    for at, reminded in (
        (first - timedelta(hours=24), 0),
        (second - timedelta(hours=24, minutes=1), 0),
        (second - timedelta(hours=24), 1),
        (second, 1),
    ):
        scene.clock.now = at
        scene.work()
        for party in (story.alice.id, story.bob.id):
            assert scene.heard(party).count("booking.reminder") == reminded, at
