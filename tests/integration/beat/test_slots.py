"""A slot is one row, however many beats there are; what was missed is caught up where the schedule says so."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from beat.schedules import Schedule
from beat.slots import Slots
from domain.platform.maintenance.work import Backup, Prune
from domain.platform.outbox.tables import outbox
from runtime.database import Database
from runtime.ids import new_id
from tests.clock import Clock
from tests.story import tasks_of

EVERY_MINUTE = Schedule("each-minute", timedelta(minutes=1), Backup())
NO_CATCH_UP = Schedule("fresh-only", timedelta(minutes=1), Prune(), catch_up=False)


def look(database: Database, slots: Slots, clock: Clock, *schedules: Schedule) -> list[str]:
    """One tick of a beat process."""
    due = slots.due(schedules, clock())
    fired = database.write(lambda c: slots.fire(c, due, clock()))
    slots.remember(due)
    return fired


def rows(database: Database) -> int:
    return len(tasks_of(database))


def test_two_beats_fire_a_slot_once(database: Database, clock: Clock) -> None:
    one, two = Slots(clock(), new_id), Slots(clock(), new_id)
    for _ in range(5):
        clock.forward(minutes=1)
        fired = look(database, one, clock, EVERY_MINUTE) + look(database, two, clock, EVERY_MINUTE)
        assert fired == ["each-minute"]
    assert rows(database) == 5


def test_within_a_slot_nothing_more_is_fired(database: Database, clock: Clock) -> None:
    slots = Slots(clock(), new_id)
    clock.forward(minutes=1)
    assert look(database, slots, clock, EVERY_MINUTE) == ["each-minute"]
    clock.forward(seconds=59)
    assert look(database, slots, clock, EVERY_MINUTE) == []


def test_a_beat_that_was_away_catches_up_the_latest_slot_and_only_where_it_should(
    database: Database, clock: Clock
) -> None:
    before = Slots(clock(), new_id)
    clock.forward(minutes=1)
    assert look(database, before, clock, EVERY_MINUTE, NO_CATCH_UP) == ["each-minute", "fresh-only"]
    clock.forward(minutes=10, seconds=30)

    after = Slots(clock(), new_id)
    assert look(database, after, clock, EVERY_MINUTE, NO_CATCH_UP) == ["each-minute"]
    clock.forward(minutes=1)
    assert look(database, after, clock, EVERY_MINUTE, NO_CATCH_UP) == ["each-minute", "fresh-only"]


def test_a_schedule_that_never_ran_has_missed_nothing(database: Database, clock: Clock) -> None:
    clock.forward(seconds=30)
    assert look(database, Slots(clock(), new_id), clock, EVERY_MINUTE) == []


def test_a_slot_stays_fired_after_its_row_was_pruned(database: Database, clock: Clock) -> None:
    one = Slots(clock(), new_id)
    clock.forward(minutes=1)
    look(database, one, clock, EVERY_MINUTE)
    everything = delete(outbox)
    database.write(lambda c: c.run(everything))
    assert look(database, Slots(clock(), new_id), clock, EVERY_MINUTE) == []
