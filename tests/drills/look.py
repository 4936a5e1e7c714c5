"""Look into a running stack's database from outside, read-only and often."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from cli.stack.stack import Stack
from runtime.database.engine import connect_postgres, connect_sqlite, is_sqlite, sqlite_path

HOST = socket.gethostname()


class Look:
    """Every question is one short read of its own, with ``?`` for its values."""

    def __init__(self, stack: Stack) -> None:
        url = stack.settings().database
        self.is_sqlite = is_sqlite(url)
        self._driver: Any = (
            connect_sqlite(sqlite_path(url), read_only=True)
            if self.is_sqlite
            else connect_postgres(url, autocommit=True)
        )

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        asked = sql if self.is_sqlite else sql.replace("%", "%%").replace("?", "%s")
        found: list[tuple[Any, ...]] = self._driver.execute(asked, values).fetchall()
        return found

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def running_at(self, pid: int) -> list[str]:
        """The rows whose lease a process holds."""
        found = self.rows("SELECT id FROM outbox WHERE state = 'running' AND worker = ?", f"{HOST}:{pid}")
        return [row[0] for row in found]

    def open_rows(self) -> int:
        """Work that is not finished.  The platform's own upkeep goes on for ever and does not count, nor does
        what waits for its hour, such as the expiry of a booking."""
        soon = time.time_ns() // 1000 + 3_600_000_000
        return int(
            self.one(
                "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sent', 'running') AND queue <> 'maintenance'"
                " AND run_at < ?",
                soon,
            )
        )

    def story(self) -> str:
        """What is open or dead, for a message that says why something did not end."""
        rows = self.rows(
            "SELECT id, task, state, attempts, (run_at - ?) / 1000000, substr(error, 1, 80) FROM outbox"
            " WHERE state NOT IN ('done', 'cancelled') ORDER BY run_at LIMIT 20",
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
