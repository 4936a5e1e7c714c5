"""The clock, as an argument.

The processes of a platform tell the time of its database's host: one clock for all leases, whatever their hosts say.
For SQLite that is the host's own clock.  For PostgreSQL it is the server's, asked with each heartbeat; in between the
monotonic clock counts, so that a jump of the host's clock changes nothing.
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
"""Gives an aware UTC time."""

MOST_OFF = timedelta(seconds=30)
"""A process whose host's clock is further off does not start."""
SLOWEST_S = 0.5
"""A slower answer says little about the moment that it is from: it may have waited for a connection."""
_server_time = select(func.clock_timestamp())


def system_clock() -> datetime:
    return datetime.now(UTC)


class ClockOff(DatabaseProblem):
    """This host's clock and that of the database's host differ too much."""


class DatabaseClock:
    """Call it for the time.  ``own`` is this host's clock, and ``monotonic`` its seconds; tests move both."""

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
        """Ask the database's host for the time; how far this host's clock is ahead of it.

        Only the first answer may be slow: after that the clock keeps what an earlier answer said.
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
    """None on SQLite, which is on this host."""
    if connection.dialect != "postgresql":
        return None
    found: datetime = connection.run(_server_time).scalar()
    return found.astimezone(UTC)


def open_clock(database: Database, own: Clock = system_clock) -> DatabaseClock:
    """The clock of a process; ``ClockOff`` when its host's is off by more than ``MOST_OFF``."""
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
    """``ClockOff`` as ``open_clock``, for a database that is not open yet."""
    with closing(open_database(url)) as database:
        open_clock(database)
