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
from domain.database import Connection
from domain.dates import Dates
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.post import NewJob, post
from domain.notifications import read as notifications
from domain.platform.outbox import control
from domain.platform.outbox.read import Task
from domain.platform.outbox.tables import outbox
from tests.scene import Scene
from tests.story import Story, walked
from tests.trial_balance import trial_balance

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


def market(scene: Scene) -> list[Story]:
    """A fresh hire, a start that was agreed on, work that is completed, a review that is blind; and their jobs."""
    fresh, agreed, done, reviewed = scene.hired(), *(scene.paid()[0] for _ in range(3))
    made = scene.do(agreed.bob.id, propose, agreed.booking.id, Dates(datetime(2026, 12, 20, 9, tzinfo=UTC)), "")
    scene.do(agreed.alice.id, accept, agreed.booking.id, made.id)

    walked(scene.database, scene.clock, done.booking.id, "funded", "in_progress")
    scene.do(done.bob.id, complete, done.booking.id, note="")
    scene.do(done.alice.id, request_changes, done.booking.id, note="Again.")
    scene.do(done.bob.id, complete, done.booking.id, note="")

    scene.approved(reviewed)
    scene.do(reviewed.alice.id, write, reviewed.booking.id, rating=5, text="Good.")

    new = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")
    scene.do(fresh.alice.id, post, new)
    return [fresh, agreed, done, reviewed]


def later(scene: Scene) -> dict[str, Task]:
    rows = scene.tasks(status="pending")
    return {row.id: row for row in rows if row.task in TIMED and row.run_at > scene.clock()}


def seen(scene: Scene, stories: list[Story]) -> list[object]:
    def unit(c: Connection) -> list[object]:
        found: list[object] = [trial_balance(c)]
        for story in stories:
            booking = story.booking
            found += [bookings.by_id(c, booking.id), jobs.by_id(c, booking.job_id), reviews.of_booking(c, booking.id)]
            for party in (story.alice.id, story.bob.id):
                found.append([n.kind for n in notifications.page(c, party, before=None, most=100)])
        return found

    return scene.look(unit)


def retry_all(scene: Scene, ids: list[str]) -> None:
    for row_id in ids:
        scene.do("operator:dora", control.retry, row_id)


def test_what_is_run_before_its_hour_changes_nothing_and_waits_on(scene: Scene) -> None:
    stories = market(scene)
    scene.work()
    waiting, before = later(scene), seen(scene, stories)
    assert {row.task for row in waiting.values()} == TIMED

    retry_all(scene, list(waiting))
    assert scene.work() == len(waiting)

    assert seen(scene, stories) == before
    after = later(scene)
    assert {row.task for row in after.values()} == TIMED  # gone are those that have nothing to wait for
    assert all(after[row_id].run_at == waiting[row_id].run_at for row_id in after)
    assert all("due at" in (row.error or "") for row in after.values())


def test_it_does_not_run_out_of_attempts_by_it_and_its_hour_comes(scene: Scene) -> None:
    story = scene.hired()
    (row,) = (row for row in later(scene).values() if row.task == "bookings.expire")
    scene.put(_spent, row_id=row.id, many=1000)
    retry_all(scene, [row.id])
    scene.work()
    scene.work(hours=24)
    assert scene.look(bookings.by_id, story.booking.id).status == "expired"
