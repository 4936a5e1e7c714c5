"""The upkeep of a database file: planner statistics, and verified backups.

PostgreSQL has its own tools for both (autovacuum, pg_dump, base backups), so these functions do nothing there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from runtime.database.engine import PRIVATE, connect_sqlite, is_sqlite, sqlite_path
from runtime.database.errors import BackupRefused
from runtime.database.turnstile import Turnstile
from runtime.files import flush as flush_file
from runtime.files import locked

_OBJECTS = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
_SHOWN_FAULTS = 5
_MARGIN_BYTES = 16 * 1024 * 1024  # for other writes to the disk during the copy
_FLUSH_BYTES = 4 * 1024 * 1024
_LOOK_STEPS = 1_000  # of SQLite's machine: some hundred rows
_ALL_TABLES = "0x10002"
_REFRESH = (
    # With a limit SQLite samples no values.  With samples, its planner reads the value of each parameter of a range,
    # so it plans again whenever one is bound: starting the query of a page of jobs took 16 µs, not 5.
    "PRAGMA analysis_limit = 1000",
    f"PRAGMA optimize = {_ALL_TABLES}",
)


def optimize(url: str) -> None:
    """Refresh the planner's statistics of tables that have changed much, under the write lock."""
    if not is_sqlite(url):
        return
    path = sqlite_path(url)
    with closing(Turnstile(path)) as turnstile, turnstile, closing(connect_sqlite(path)) as driver:
        for step in _REFRESH:
            driver.execute(step).fetchall()


def backup(url: str, target: Path, flush: Callable[[int], None] = os.fdatasync) -> Path | None:
    """Copy the database to ``target``, and return ``target``; None on PostgreSQL.

    Writers continue meanwhile.  The copy gets its name only after it was opened, checked and flushed to
    disk, so a file of that name is a good copy, even after a kill.  ``BackupRefused`` when the copy fails.

    ``flush`` flushes the file of a descriptor to disk; it is called again and again as the copy grows.
    """
    if not is_sqlite(url):
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / ".backup.partial"
    refusal = BackupRefused(f"another backup into {target.parent} is running")
    with locked(target.parent / ".backup.lock", refusal=refusal):
        partial.unlink(missing_ok=True)
        _check_room(sqlite_path(url), target.parent)
        try:
            expected = _copy(sqlite_path(url), partial, flush)
            verify(partial, expected)
            flush_file(partial)
            partial.replace(target)
            flush_file(target.parent)
        finally:
            partial.unlink(missing_ok=True)
    return target


def _check_room(source: Path, folder: Path) -> None:
    """Raise ``BackupRefused`` when the copy would fill the disk, because the platform would then refuse all writes."""
    free, size = shutil.disk_usage(folder).free, source.stat().st_size
    if free < size + _MARGIN_BYTES:
        short = size + _MARGIN_BYTES - free
        raise BackupRefused(
            f"{folder} has room for {free:,} bytes; a copy takes {size:,}, and {_MARGIN_BYTES:,} must stay free for "
            f"what is written meanwhile: free {short:,} more, or name another folder in BACKUP_DIR"
        )


def verify(copy: Path, expected: list[tuple[str, str]] | None = None) -> None:
    """Open a copy and check all of it; ``BackupRefused`` names the fault.

    ``expected``: the tables, indexes and triggers that the copy must have; without it the copy must have a table.
    """
    try:
        with closing(connect_sqlite(copy, read_only=True)) as driver:
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
    partial.touch(mode=PRIVATE)  # SQLite writes into an empty file and keeps its mode
    descriptor = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
    steps = _Steps(descriptor, flush)
    try:
        with closing(connect_sqlite(source)) as driver:
            expected: list[tuple[str, str]] = driver.execute(_OBJECTS).fetchall()
            driver.set_progress_handler(steps, _LOOK_STEPS)
            driver.execute("VACUUM INTO ?", [str(partial)]).fetchall()
    except sqlite.Error as error:
        raise BackupRefused(f"{source} could not be copied: {steps.failure or error}") from error
    finally:
        os.close(descriptor)
    return expected


class _Steps:
    """Flushes a growing copy to disk every few megabytes; the copy waits meanwhile.

    One flush at the end would delay every commit, which needs the same disk, and on ext4 the same journal: by half a
    second beside a copy of a gigabyte.
    """

    def __init__(self, descriptor: int, flush: Callable[[int], None]) -> None:
        self._descriptor = descriptor
        self._flush = flush
        self._flushed = 0
        self.failure: OSError | None = None

    def __call__(self) -> int:
        """Flush the copy when it has grown enough.  SQLite calls it between its steps, and aborts when it returns 1."""
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
