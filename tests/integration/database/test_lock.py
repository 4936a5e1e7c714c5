"""A lock by name has one holder among all processes of a database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runtime.database import open_lock
from runtime.database.engine import is_sqlite, sqlite_path
from runtime.database.postgres.connect import connect_postgres
from tests.drills.look import wait_for

HWRELAY = 0x48_57_52_45_4C_41_59
"""Relays of two releases run side by side: the key must stay the same."""
SESSIONS = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = %s
        AND granted = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def sessions(url: str, *, granted: bool) -> list[int]:
    """The server's processes that hold the relay's lock, or wait for it."""
    with connect_postgres(url, autocommit=True) as driver:
        return [row[0] for row in driver.execute(SESSIONS, (HWRELAY, granted)).fetchall()]


def is_waited_for(url: str) -> bool:
    if not is_sqlite(url):
        return bool(sessions(url, granted=False))
    inode = f":{Path(f'{sqlite_path(url)}-relay').stat().st_ino} "
    return any("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


def test_a_second_waits_for_the_first(database_url: str) -> None:
    first, second = open_lock(database_url, "relay"), open_lock(database_url, "relay")
    first.acquire()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(second.acquire)
        wait_for(lambda: is_waited_for(database_url), 10, "the second waits")
        assert not waiting.done()
        first.release()
        waiting.result(timeout=10)
    assert second.is_held()
    second.release()


def test_a_lock_is_lost_with_its_session(postgres_url: str) -> None:
    lock = open_lock(postgres_url, "relay")
    lock.acquire()
    assert lock.is_held()
    (holder,) = sessions(postgres_url, granted=True)
    with connect_postgres(postgres_url, autocommit=True) as killer:
        killer.execute("SELECT pg_terminate_backend(%s, 5000)", (holder,))
    assert not lock.is_held()
    lock.release()
