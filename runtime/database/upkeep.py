"""The upkeep of a database file: statistics, and copies that were proved good.

PostgreSQL has its own tools for both (autovacuum, pg_dump, base backups); there these do nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from runtime.database.engine import PRIVATE, connect_sqlite, is_sqlite, sqlite_path
from runtime.database.errors import BackupRefused
from runtime.database.turnstile import Turnstile

_OBJECTS = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
_SHOWN_FAULTS = 5
_MARGIN_BYTES = 16 * 1024 * 1024  # for what is written elsewhere while we copy
_FLUSH_BYTES = 4 * 1024 * 1024
_LOOK_STEPS = 1_000  # of SQLite's machine: some hundred rows
_ALL_TABLES = "0x10002"
_REFRESH = (
    # Under a limit no samples of values are taken.  With samples, SQLite looks at the value of each parameter of a
    # range when it plans, so it plans again each time that one is bound: beginning a page of jobs took 16 µs, not 5.
    "PRAGMA analysis_limit = 1000",
    f"PRAGMA optimize = {_ALL_TABLES}",
)


def optimize(url: str) -> None:
    """Refresh the planner's statistics where tables have changed much.  Takes the write lock: it writes them."""
    if not is_sqlite(url):
        return
    path = sqlite_path(url)
    turnstile = Turnstile(path)
    try:
        with turnstile, _connection(path) as driver:
            for step in _REFRESH:
                driver.execute(step).fetchall()
    finally:
        turnstile.close()


def backup(url: str, target: Path, flush: Callable[[int], None] = os.fdatasync) -> Path | None:
    """Copy the database to ``target``; None on PostgreSQL.

    Writers go on meanwhile.  The copy gets its name only after it was opened, checked and written to
    disk, so a file of that name is a good copy, whatever was killed.  ``BackupRefused`` otherwise.

    ``flush``: gets the copy's descriptor again and again as it grows, and has it on the disk when it returns.
    """
    if not is_sqlite(url):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / ".backup.partial"
    with _only_one(target.parent / ".backup.lock"):
        partial.unlink(missing_ok=True)
        _check_room(sqlite_path(url), target.parent)
        try:
            expected = _copy(sqlite_path(url), partial, flush)
            verify(partial, expected)
            _flush(partial)
            partial.replace(target)
            _flush(target.parent)
        finally:
            partial.unlink(missing_ok=True)
    return target


def _check_room(source: Path, folder: Path) -> None:
    """A copy that fills the disk would have everybody's writes refused."""
    free, size = shutil.disk_usage(folder).free, source.stat().st_size
    if free < size + _MARGIN_BYTES:
        short = size + _MARGIN_BYTES - free
        raise BackupRefused(
            f"{folder} has room for {free:,} bytes; a copy takes {size:,}, and {_MARGIN_BYTES:,} must stay free for "
            f"what is written meanwhile: free {short:,} more, or name another folder in BACKUP_DIR"
        )


def verify(copy: Path, expected: list[tuple[str, str]] | None = None) -> None:
    """Open a copy and check all of it: ``BackupRefused`` says what is wrong.

    ``expected``: the tables, indexes and triggers that must be in it; without, there must be a table.
    """
    try:
        with _connection(copy, read_only=True) as driver:
            faults = [row[0] for row in driver.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
            strays = driver.execute("PRAGMA foreign_key_check").fetchall()
            found = driver.execute(_OBJECTS).fetchall()
    except sqlite.Error as error:
        raise BackupRefused(f"{copy} cannot be read: {error}") from error
    if faults:
        raise BackupRefused(f"{copy} is damaged: {'; '.join(faults[:_SHOWN_FAULTS])}")
    if strays:
        tables = sorted({row[0] for row in strays})
        raise BackupRefused(f"{copy} has {len(strays)} rows that point at nothing, in {', '.join(tables)}")
    if not found or (expected is not None and found != expected):
        raise BackupRefused(f"{copy} lacks {sorted(set(expected or [('table', 'any')]) - set(found))}")


def _copy(source: Path, partial: Path, flush: Callable[[int], None]) -> list[tuple[str, str]]:
    partial.touch(mode=PRIVATE)  # an empty file is taken for a new one, and keeps its mode
    descriptor = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
    steps = _Steps(descriptor, flush)
    try:
        with _connection(source) as driver:
            expected: list[tuple[str, str]] = driver.execute(_OBJECTS).fetchall()
            driver.set_progress_handler(steps, _LOOK_STEPS)
            driver.execute("VACUUM INTO ?", [str(partial)]).fetchall()
    except sqlite.Error as error:
        raise BackupRefused(f"{source} could not be copied: {steps.failure or error}") from error
    finally:
        os.close(descriptor)
    return expected


class _Steps:
    """Has a copy wait, every few megabytes, until what it has written is on the disk.

    Left to the end it would be flushed at once, and whoever commits waits for the same disk, and on ext4 for the same
    journal: half a second beside a copy of a gigabyte.
    """

    def __init__(self, descriptor: int, flush: Callable[[int], None]) -> None:
        self._descriptor = descriptor
        self._flush = flush
        self._flushed = 0
        self.failure: OSError | None = None

    def __call__(self) -> int:
        """By SQLite, between its steps; it gives up when this is not 0."""
        size = os.fstat(self._descriptor).st_size
        if size - self._flushed < _FLUSH_BYTES:
            return 0
        self._flushed = size
        try:
            self._flush(self._descriptor)
        except OSError as error:
            self.failure = error
            return 1
        return 0


@contextmanager
def _connection(path: Path, *, read_only: bool = False) -> Iterator[Any]:
    driver = connect_sqlite(path, read_only=read_only)
    try:
        yield driver
    finally:
        driver.close()


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """The lock is the kernel's, so a backup that was killed leaves none behind."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupRefused(f"another backup into {lock.parent} is running") from None
    finally:
        os.close(descriptor)


def _flush(path: Path) -> None:
    """Sync a file before its new name, and the name after that."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
