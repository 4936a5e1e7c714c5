"""The clock, as an argument.

All processes of a platform use the clock of the database's host, so that all leases expire by one clock.  For SQLite
that clock is the process's own.  For PostgreSQL the process asks the server with each heartbeat and counts on with its
monotonic clock, so that a jump of the process's host clock changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from domain.database import Connection
from runtime.database import Database, DatabaseProblem, open_database

Clock = Callable[[], datetime]
"""Returns an aware UTC time."""

MOST_OFF = timedelta(seconds=30)
"""A process does not start when its host's clock differs from the database's by more than this."""
SLOWEST_S = 0.5
"""The clock ignores a later answer that takes longer: the read may have waited for a connection."""
_server_time = select(func.clock_timestamp())


def system_clock() -> datetime:
    return datetime.now(UTC)


class ClockOff(DatabaseProblem):
    """The clocks of this host and of the database's host differ by more than ``MOST_OFF``."""


class DatabaseClock:
    """Returns the time when it is called.  ``own`` is this host's clock, ``monotonic`` its monotonic clock in seconds;
    tests replace both.
    """

    def __init__(
        self, database: Database, own: Clock = system_clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._own = own
        self._monotonic = monotonic
        self._is_server = False
        self._began = own()
        self.look()

    def __call__(self) -> datetime:
        return self._began + timedelta(seconds=self._monotonic()) if self._is_server else self._own()

    def look(self) -> timedelta:
        """Ask the database's host for the time, and return how far this host's clock is ahead.

        The clock accepts a slow answer only at first; later it ignores one that takes longer than ``SLOWEST_S``.
        """
        asked = self._monotonic()
        theirs = self._database.read(_server_now)
        answered = self._monotonic()
        if theirs is None:
            return self._own() - system_clock()
        if not self._is_server or answered - asked <= SLOWEST_S:
            middle = (asked + answered) / 2
            self._is_server, self._began = True, theirs - timedelta(seconds=middle)
        return self._own() - self()


def _server_now(connection: Connection) -> datetime | None:
    """Return the server's time; None on SQLite, whose file is on this host."""
    if connection.dialect != "postgresql":
        return None
    found: datetime = connection.run(_server_time).scalar()
    return found.astimezone(UTC)


def open_clock(database: Database, own: Clock = system_clock) -> DatabaseClock:
    """Return the clock of a process; ``ClockOff`` when its host's clock is off by more than ``MOST_OFF``."""
    clock = DatabaseClock(database, own)
    ahead = clock.look()
    if abs(ahead) > MOST_OFF:
        side = "ahead of" if ahead > timedelta(0) else "behind"
        raise ClockOff(
            f"this host's clock is {abs(ahead).total_seconds():.0f} s {side} that of the database's host: "
            "have both follow a time server (NTP), and start again"
        )
    return clock


def check_clock(url: str) -> None:
    """Raise ``ClockOff`` as ``open_clock`` does, for a database that is not open yet."""
    with closing(open_database(url)) as database:
        open_clock(database)
