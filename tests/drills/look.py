"""Look into a running stack's database from outside, read-only and often."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg

from cli.stack.stack import Stack
from runtime.database import ServerUnavailable
from runtime.database.engine import connect_sqlite, is_sqlite, sqlite_path
from runtime.database.postgres.connect import connect_postgres

HOST = socket.gethostname()
SERVER_BACK_WITHIN_S = 20.0


class Look:
    """Every question is one short read of its own, with ``?`` for its values."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack.settings().database
        self.is_sqlite = is_sqlite(self._url)
        self._driver = self._connect()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]]
        if self.is_sqlite:
            found = self._driver.execute(sql, values).fetchall()
            return found
        asked = sql.replace("%", "%%").replace("?", "%s")
        deadline = time.monotonic() + SERVER_BACK_WITHIN_S
        while True:
            try:
                found = self._driver.execute(asked, values).fetchall()
            except psycopg.OperationalError:  # it was killed, and comes back
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
                self._again()
            else:
                return found

    def _connect(self) -> Any:
        if self.is_sqlite:
            return connect_sqlite(sqlite_path(self._url), read_only=True)
        return connect_postgres(self._url, autocommit=True)

    def _again(self) -> None:
        self._driver.close()
        with suppress(ServerUnavailable):
            self._driver = self._connect()

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def running_at(self, pid: int) -> list[str]:
        """The rows whose lease a process holds."""
        found = self.rows("SELECT id FROM outbox WHERE status = 'running' AND worker = ?", f"{HOST}:{pid}")
        return [row[0] for row in found]

    def open_rows(self) -> int:
        """Work that is not finished.  The platform's own upkeep goes on for ever and does not count, nor does
        what waits for its hour, such as the expiry of a booking."""
        soon = time.time_ns() // 1000 + 3_600_000_000
        return int(
            self.one(
                "SELECT count(*) FROM outbox WHERE status IN ('pending', 'sent', 'running') AND queue <> 'maintenance'"
                " AND run_at < ?",
                soon,
            )
        )

    def story(self) -> str:
        """What is open or dead, for a message that says why something did not end."""
        rows = self.rows(
            "SELECT id, task, status, attempts, (CASE run_at WHEN 0 THEN created_at ELSE run_at END - ?) / 1000000,"
            " substr(error, 1, 80) FROM outbox"
            " WHERE status NOT IN ('done', 'cancelled') ORDER BY run_at LIMIT 20",
            time.time_ns() // 1000,
        )
        return "\n".join(map(str, [*rows, *self.rows("SELECT status, count(*) FROM payment GROUP BY status")]))

    def close(self) -> None:
        self._driver.close()


def wait_for(condition: Callable[[], bool], within_s: float, what: str, story: Callable[[], str] = lambda: "") -> float:
    """Seconds until the condition held; ``AssertionError`` with the story when it did not in time."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() < started + within_s, f"not within {within_s:.0f} s: {what}\n{story()}"
        time.sleep(0.05)
    return time.monotonic() - started
