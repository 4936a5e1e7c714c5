"""A process that is frozen while it holds SQLite's write lock: the others say so, and go on when it wakes."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from runtime.database import Database, WriteLocked, open_database
from tests.integration.database import notes, processes
from tests.stack import wait_until

PATIENCE_S = 0.3
SOON_S = 20.0


@pytest.fixture
def frozen(sqlite_url: str) -> Iterator[subprocess.Popen[str]]:
    """A process stopped in the middle of its transaction."""
    notes.create(sqlite_url)
    process = processes.start(processes.HALF_WAY, sqlite_url)
    processes.say_ready(process)
    process.send_signal(signal.SIGSTOP)
    yield process
    process.kill()
    process.communicate(timeout=10)


@pytest.fixture
def database(sqlite_url: str, frozen: subprocess.Popen[str]) -> Iterator[Database]:
    opened = open_database(sqlite_url, patience_s=PATIENCE_S)
    yield opened
    frozen.kill()
    opened.close()


def test_those_who_wait_are_answered_and_the_holder_is_named(
    database: Database, frozen: subprocess.Popen[str], caplog: pytest.LogCaptureFixture
) -> None:
    waiting = [database.submit(lambda c, n=n: notes.put(c, f"n{n}")) for n in range(3)]
    for future in waiting:
        with pytest.raises(WriteLocked) as refused:
            future.result(SOON_S)
        holder = refused.value.holder
        assert holder is not None
        assert (holder.pid, holder.status) == (frozen.pid, "stopped")
        assert "python" in holder.name
        assert str(holder) in str(refused.value)
    with pytest.raises(WriteLocked):  # at once: its patience would not help
        database.write(lambda c: notes.put(c, "late"))
    assert database.stalled() is not None
    assert database.read(notes.all_ids) == []
    said = [record.message for record in caplog.records if "writes are refused" in record.message]
    assert len(said) == 1
    assert str(frozen.pid) in said[0]


def test_when_it_wakes_writes_go_on_and_what_was_refused_is_not_done(
    database: Database, frozen: subprocess.Popen[str]
) -> None:
    with pytest.raises(WriteLocked):
        database.write(lambda c: notes.put(c, "refused"))
    assert frozen.stdin is not None
    frozen.stdin.write("go\n")
    frozen.stdin.flush()
    os.kill(frozen.pid, signal.SIGCONT)
    wait_until(lambda: database.stalled() is None, "it goes on", SOON_S)
    assert database.write(lambda c: notes.put(c, "taken")) == "taken"
    assert database.read(notes.all_ids) == ["half", "taken"]


def test_it_can_be_closed_meanwhile(database: Database) -> None:
    with pytest.raises(WriteLocked):
        database.write(lambda c: notes.put(c, "refused"))
    database.close()


def test_one_that_waits_less_is_served(sqlite_url: str, frozen: subprocess.Popen[str]) -> None:
    patient = open_database(sqlite_url)
    future = patient.submit(lambda c: notes.put(c, "patient"))
    frozen.kill()
    assert future.result(SOON_S) == "patient"
    assert patient.stalled() is None
    patient.close()
