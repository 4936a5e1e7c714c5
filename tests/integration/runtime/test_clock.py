"""Processes go by the clock of the database's host, and one whose own clock is off is named or does not start."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta

import pytest

from domain.platform.processes.beat import seen_since
from runtime.clock import MOST_OFF, SLOWEST_S, ClockOff, DatabaseClock, open_clock, system_clock
from runtime.database import Database, open_database
from runtime.heartbeat import Heartbeat
from tests.stack import wait_until

HOUR = timedelta(hours=1)
SOON = timedelta(minutes=1)
"""Longer than any test runs."""


class Own:
    """This host's clock, so far ahead of the real one."""

    def __init__(self, ahead: timedelta = timedelta(0)) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


def is_right(moment: datetime) -> bool:
    return abs(moment - system_clock()) < SOON


def test_on_a_server_a_jump_of_our_own_clock_changes_nothing(database: Database) -> None:
    own = Own()
    clock = open_clock(database, own)
    assert is_right(clock())
    own.ahead = HOUR
    on_a_server = database.read(lambda c: c.dialect) == "postgresql"
    assert is_right(clock()) is on_a_server
    assert is_right(clock() if on_a_server else clock() - HOUR)


class Seconds:
    """Monotonic seconds that stand still but for ``steps``: by how much they go on after each call."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.steps: list[float] = []

    def __call__(self) -> float:
        now = self.now
        self.now += self.steps.pop(0) if self.steps else 0.0
        return now


@pytest.mark.parametrize(("took_s", "is_kept"), [(SLOWEST_S * 20, True), (SLOWEST_S / 2, False)])
def test_an_answer_that_took_long_does_not_move_the_clock(postgres_url: str, took_s: float, *, is_kept: bool) -> None:
    with closing(open_database(postgres_url)) as database:
        seconds = Seconds()
        clock = DatabaseClock(database, monotonic=seconds)
        before = clock()
        seconds.steps = [took_s]
        clock.look()
        assert (clock() - before == timedelta(seconds=took_s)) is is_kept


@pytest.mark.parametrize("ahead", [HOUR, -HOUR, MOST_OFF + timedelta(seconds=1)])
def test_a_process_that_is_far_off_does_not_start(database: Database, ahead: timedelta) -> None:
    with pytest.raises(ClockOff, match="ahead of" if ahead > timedelta(0) else "behind"):
        open_clock(database, Own(ahead))


def test_one_that_is_a_little_off_starts(database: Database) -> None:
    clock = open_clock(database, Own(MOST_OFF - timedelta(seconds=10)))
    assert abs(clock.look()) <= MOST_OFF


def test_heartbeats_say_how_far_the_clock_is_off(database: Database) -> None:
    own = Own()
    clock = DatabaseClock(database, own)
    own.ahead = timedelta(seconds=5)
    heartbeat = Heartbeat(database, clock, "relay", every_ms=3_600_000)
    heartbeat.start()
    (row,) = wait_until(lambda: database.read(lambda c: seen_since(c, system_clock() - HOUR)), "a heartbeat")
    heartbeat.stop()
    assert 4_000 < row.clock_ahead_ms < 6_000
