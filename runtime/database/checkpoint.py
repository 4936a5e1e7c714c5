"""Move committed pages from the write-ahead log into the database file, so that the log stays small.

Only the relay runs checkpoints, because a checkpoint beside a busy writer stalls SQLite.  It moves most pages without
the write lock, and the rest under it.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
import pysqlite3.dbapi2 as sqlite

from runtime.database.engine import connect_sqlite, is_sqlite, sqlite_path
from runtime.database.turnstile import Turnstile

RESTART_PAGES = 4_000
"""The checkpointer restarts a log that is longer than this (16 MB) under the write lock.  The next writer restarts a
shorter one once all its pages are moved, and no process has to wait for that."""
GROWN_BYTES = 64 * 1024 * 1024  # the checkpointer truncates a longer log when no process writes

log = logging.getLogger("handwork.database")


class Checkpoint(msgspec.Struct, frozen=True):
    """The result of one checkpoint.

    ``frames``: pages in the log; ``moved``: how many of them are in the database file now; ``restarted``:
    the next writer starts at the log's beginning (the reader of an old snapshot prevents that until it ends);
    ``truncated``: the log's file is empty; ``held_s``: how many seconds the checkpoint held the write lock.
    """

    frames: int
    moved: int
    restarted: bool
    truncated: bool
    held_s: float


NOTHING = Checkpoint(0, 0, restarted=False, truncated=False, held_s=0.0)


class Checkpointer:
    """``step`` runs one checkpoint; ``start`` starts a thread that runs one at each interval."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def step(self) -> Checkpoint:
        """Do nothing: PostgreSQL checkpoints automatically."""
        return NOTHING

    def start(self, *, every: timedelta) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(every.total_seconds(),), name="checkpointer", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, seconds: float) -> None:
        while not self._stop.wait(seconds):
            try:
                self.step()
            except (sqlite.Error, OSError) as error:
                log.warning("checkpoint failed; the next one retries: %r", error)


class SqliteCheckpointer(Checkpointer):
    """Runs PASSIVE checkpoints without the write lock, RESTART under it when the log is long, and TRUNCATE under it
    when a grown log is quiet."""

    def __init__(self, path: Path, *, grown_bytes: int = GROWN_BYTES, restart_pages: int = RESTART_PAGES) -> None:
        super().__init__()
        self._log = path.with_name(path.name + "-wal")
        self._grown = grown_bytes
        self._restart = restart_pages
        self._turnstile = Turnstile(path)
        self._driver: Any = connect_sqlite(path)
        # A reader that blocks a checkpoint may stay for seconds: the checkpointer does not wait for it under the lock.
        self._driver.execute("PRAGMA busy_timeout = 0").fetchall()
        self._version = -1

    def step(self) -> Checkpoint:
        version = self._pragma("data_version")[0]
        quiet, self._version = version == self._version, version
        if quiet:
            return self._finish("TRUNCATE") if self._has_grown() else NOTHING
        _, frames, moved = self._pragma("wal_checkpoint(PASSIVE)")
        if frames >= self._restart:
            return self._finish("RESTART")
        if moved < frames:
            self._version = -1  # not quiet before all of it is moved
        return Checkpoint(frames, moved, restarted=False, truncated=False, held_s=0.0)

    def close(self) -> None:
        super().close()
        self._driver.close()
        self._turnstile.close()

    def _finish(self, mode: str) -> Checkpoint:
        with self._turnstile:
            start = perf_counter()
            busy, frames, moved = self._pragma(f"wal_checkpoint({mode})")
            held = perf_counter() - start
        done = not busy
        if not done:
            self._version = -1  # not quiet before it has succeeded
        return Checkpoint(frames, moved, restarted=done, truncated=done and mode == "TRUNCATE", held_s=held)

    def _has_grown(self) -> bool:
        return self._log.exists() and self._log.stat().st_size > self._grown

    def _pragma(self, text: str) -> tuple[int, ...]:
        rows = self._driver.execute(f"PRAGMA {text}").fetchall()
        return tuple(rows[0])


def open_checkpointer(url: str) -> Checkpointer:
    return SqliteCheckpointer(sqlite_path(url)) if is_sqlite(url) else Checkpointer()
