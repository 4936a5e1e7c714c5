"""Put a worker to sleep past its lease, and wake it while another one is at work on its rows.

A kill never shows what a late process does: it has to come back.  Its answers have come meanwhile and it
goes on where it was; what it then does to rows that are somebody else's is what the fencing token is for.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from cli.stack.stack import Stack
from tests.drills.look import HOST, Look, wait_for

AT_WORK_WITHIN_S = 20.0
TAKEN_OVER_WITHIN_S = 30.0
HAD_WITHIN_S = 1.0
STILL_WITHIN_S = 10.0


def wake_beside_the_one_that_took_over(stack: Stack, look: Look, name: str) -> int:
    """How many rows somebody else had in work when the process ``name`` woke; 0 when that could not be seen.

    Calls to the provider take seconds meanwhile, or no row would be at work long enough to be met.
    """

    def is_at_work() -> bool:
        """With what it began lately, so that it waits for the provider; and under another pid, perhaps: the
        watchdog may have ended it after it woke."""
        nonlocal pid
        pid = stack.pids().get(name, 0)
        return bool(begun_lately(look, pid))

    pid = 0
    wait_for(is_at_work, AT_WORK_WITHIN_S, f"{name} is at work", look.story)
    try:
        put_to_sleep(pid)
    except ProcessLookupError:
        return 0
    try:
        held = begun_lately(look, pid)
        if not held or not others_can_write(stack, look):
            print(f"it slept with {len(held)} rows in hand, and nobody could write" if held else "it had just done")
            return 0
        deadline = time.monotonic() + TAKEN_OVER_WITHIN_S
        while not (rows := at_work_elsewhere(look, pid, held)) and time.monotonic() < deadline:
            time.sleep(0.005)
        print(f"it slept with {len(held)} rows in hand; {rows} were in another's when it woke: {now_of(look, held)}")
        return rows
    finally:
        os.kill(pid, signal.SIGCONT)


def put_to_sleep(pid: int) -> None:
    """Returns when each of its threads stands still: until then one may yet take a lock, and stop with it.
    ``ProcessLookupError`` when it has ended."""
    os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: _stands_still(pid), STILL_WITHIN_S, f"{pid} stands still")


def _stands_still(pid: int) -> bool:
    states = set[str]()
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            states.add(stat.read_text().rpartition(")")[2].split()[0])
    if states <= {"X", "Z"}:
        raise ProcessLookupError(pid)
    return states == {"T"}


def now_of(look: Look, rows: list[str]) -> list[tuple[str, str, int]]:
    marks = ", ".join("?" * len(rows))
    return look.rows(f"SELECT task, status, attempts FROM outbox WHERE id IN ({marks})", *rows)  # noqa: S608 - marks


def begun_lately(look: Look, pid: int) -> list[str]:
    """Rows in whose call to the provider it is."""
    now = time.time_ns() // 1000
    rows = look.rows(
        "SELECT outbox.id FROM outbox JOIN attempt ON outbox_id = id AND n = attempts"
        " WHERE status = 'running' AND outbox.task = 'payments.submit' AND outbox.worker = ?"
        " AND started_at BETWEEN ? AND ?",
        f"{HOST}:{pid}",
        now - 800_000,
        now - 200_000,
    )
    return [row[0] for row in rows]


def others_can_write(stack: Stack, look: Look) -> bool:
    """Whoever was stopped while it wrote, or as the next to write, has a lock that nobody else gets then.  A
    server of its own has no lock of all."""
    if not look.is_sqlite:
        return True
    return all(_can_be_had(stack.home / f"handwork.db-{lock}") for lock in ("turn", "write"))


def _can_be_had(lock: Path) -> bool:
    deadline = time.monotonic() + HAD_WITHIN_S
    with lock.open() as file:
        while time.monotonic() < deadline:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # given back with the file
                return True
            time.sleep(0.001)
    return False


def at_work_elsewhere(look: Look, pid: int, rows: list[str]) -> int:
    marks = ", ".join("?" * len(rows))
    sql = f"SELECT count(*) FROM outbox WHERE status = 'running' AND worker <> ? AND id IN ({marks})"  # noqa: S608 - marks
    return int(look.one(sql, f"{HOST}:{pid}", *rows))
