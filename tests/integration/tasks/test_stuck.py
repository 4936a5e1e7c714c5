"""Work that does not end: its lease is left to run out, and then the process ends."""

from __future__ import annotations

from datetime import timedelta

from runtime.database import Database
from tasks.leases import Leases
from tests.clock import Clock


def leases(database: Database, clock: Clock, ends: list[str]) -> Leases:
    return Leases(
        database,
        clock,
        "here:1",
        length=timedelta(seconds=15),
        renew_every=timedelta(hours=1),
        on_stuck=lambda: ends.append("ended"),
    )


def test_a_process_with_stuck_work_ends_itself(database: Database) -> None:
    ends: list[str] = []
    held = leases(database, Clock(), ends)
    held.hold(["tsk_1"], timedelta(seconds=-1))  # its time was over before it began
    held.renew_once()
    assert ends == ["ended"]


def test_work_within_its_time_and_work_that_ended_are_not_stuck(database: Database) -> None:
    ends: list[str] = []
    held = leases(database, Clock(), ends)
    held.hold(["tsk_1"], timedelta(minutes=1))
    held.hold(["tsk_2"], timedelta(seconds=-1))
    held.release(["tsk_2"])
    held.renew_once()
    assert (ends, held.count()) == ([], 1)
