"""An operator may run whatever waits; what has an hour of its own does nothing before it, and goes on waiting."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Integer, bindparam, update

from domain.bookings import read as bookings
from domain.bookings.complete import complete
from domain.bookings.request_changes import request_changes
from domain.bookings.reschedules.answer import accept
from domain.bookings.reschedules.propose import propose
from domain.bookings.reviews import read as reviews
from domain.bookings.reviews.write import write
from domain.cause import Cause
from domain.database import Connection
from domain.dates import Dates
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.post import NewJob, post
from domain.notifications import read as notifications
from domain.platform.outbox import control
from domain.platform.outbox.read import Task
from domain.platform.outbox.tables import outbox
from gateways.testing import FakeCards
from runtime.database import Database
from tests.clock import Clock
from tests.engines import engine
from tests.story import Story, approved, cause_of, hired, paid, tasks_of, walked
from tests.trial_balance import trial_balance
from tests.work_off import work_off

TIMED = {
    "bookings.approve",
    "bookings.approval_due",
    "bookings.expire",
    "bookings.remind",
    "jobs.expire",
    "reviews.publish",
}
"""Every task that is queued for an hour that the domain chose, and not for as soon as a provider may know more."""
_spent = update(outbox).where(outbox.c.id == bindparam("row_id")).values(attempts=bindparam("many", type_=Integer()))


def scene(database: Database, clock: Clock) -> list[Story]:
    """A fresh hire, a start that was agreed on, work that is completed, a review that is blind; and their jobs."""
    fresh, agreed, done, reviewed = hired(database, clock), *(paid(database, clock)[0] for _ in range(3))
    alice, bob = cause_of(clock, agreed.alice.id), cause_of(clock, agreed.bob.id)
    when = Dates(datetime(2026, 12, 20, 9, tzinfo=UTC))
    made = database.write(lambda c: propose(c, bob, agreed.booking.id, when, ""))
    database.write(lambda c: accept(c, alice, agreed.booking.id, made.id))

    walked(database, clock, done.booking.id, "funded", "in_progress")
    worker, client = cause_of(clock, done.bob.id), cause_of(clock, done.alice.id)
    database.write(lambda c: complete(c, worker, done.booking.id, note=""))
    database.write(lambda c: request_changes(c, client, done.booking.id, note="Again."))
    database.write(lambda c: complete(c, worker, done.booking.id, note=""))

    approved(database, clock, reviewed)
    author = cause_of(clock, reviewed.alice.id)
    database.write(lambda c: write(c, author, reviewed.booking.id, rating=5, text="Good."))

    new = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")
    database.write(lambda c: post(c, cause_of(clock, fresh.alice.id), new))
    return [fresh, agreed, done, reviewed]


def later(database: Database, clock: Clock) -> dict[str, Task]:
    rows = tasks_of(database, state="pending")
    return {row.id: row for row in rows if row.task in TIMED and row.run_at > clock()}


def seen(database: Database, stories: list[Story]) -> list[object]:
    def unit(c: Connection) -> list[object]:
        found: list[object] = [trial_balance(c)]
        for story in stories:
            booking = story.booking
            found += [bookings.by_id(c, booking.id), jobs.by_id(c, booking.job_id), reviews.of_booking(c, booking.id)]
            for party in (story.alice.id, story.bob.id):
                found.append([n.kind for n in notifications.page(c, party, before=None, most=100)])
        return found

    return database.read(unit)


def retry_all(database: Database, cause: Cause, ids: list[str]) -> None:
    for row_id in ids:
        database.write(lambda c, row_id=row_id: control.retry(c, cause, row_id))


def test_what_is_run_before_its_hour_changes_nothing_and_waits_on(database: Database, clock: Clock) -> None:
    with engine(database, clock, FakeCards(clock)) as worker:
        stories = scene(database, clock)
        work_off(worker)
        waiting, before = later(database, clock), seen(database, stories)
        assert {row.task for row in waiting.values()} == TIMED

        retry_all(database, cause_of(clock, "operator:dora"), list(waiting))
        assert work_off(worker) == len(waiting)

        assert seen(database, stories) == before
        after = later(database, clock)
        assert {row.task for row in after.values()} == TIMED  # gone are those that have nothing to wait for
        assert all(after[row_id].run_at == waiting[row_id].run_at for row_id in after)
        assert all("due at" in (row.error or "") for row in after.values())


def test_it_does_not_run_out_of_attempts_by_it_and_its_hour_comes(database: Database, clock: Clock) -> None:
    with engine(database, clock, FakeCards(clock)) as worker:
        story = hired(database, clock)
        (row,) = (row for row in later(database, clock).values() if row.task == "bookings.expire")
        database.write(lambda c: c.run(_spent, row_id=row.id, many=1000))
        retry_all(database, cause_of(clock, "operator:dora"), [row.id])
        work_off(worker)
        work_off(worker, hours=24)
        assert database.read(lambda c: bookings.by_id(c, story.booking.id)).status == "expired"
