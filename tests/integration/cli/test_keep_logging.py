"""The manager's logs on a disk without room."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from supervisor.loggers import LevelsByName, LogRecord

from cli.stack.keep_logging import EnduringFile
from tests.no_room import NO_ROOM, room_for
from tests.stack import wait_until


def output(text: bytes) -> LogRecord:
    return LogRecord(LevelsByName.INFO, text)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[EnduringFile]:
    made = EnduringFile(tmp_path / "web.log", 1_000, 2)
    yield made
    made.close()


def test_the_manager_outlives_a_disk_without_room(start_stack, stand_in):
    stack = start_stack(stand_in("relay"))
    manager, first = stack.supervisord.pid, stack.pids()["relay"]

    with room_for(NO_ROOM, manager):
        os.kill(first, signal.SIGKILL)
        wait_until(
            lambda: stack.status() and stack.status()[0].started > 0 and stack.pids().get("relay") != first, "it"
        )

    log = stack.home / "logs" / "supervisord.log"
    wait_until(lambda: stack.pids().get("relay", first) != first, "the program is started again")
    wait_until(lambda: "writes to this log failed: File too large" in log.read_text(), "it says what is missing")
    assert stack.supervisord.pid == manager


def test_what_a_process_says_is_read_while_it_cannot_be_written(start_stack, stand_in):
    """Or the process would stand still as soon as the pipe is full."""
    stack = start_stack(stand_in("relay", options=("--talk",)))
    log = stack.home / "logs" / "relay.log"
    wait_until(lambda: log.stat().st_size > 100_000, "it talks")

    with room_for(NO_ROOM, stack.supervisord.pid):
        size = log.stat().st_size
        pipe = f"/proc/{stack.pids()['relay']}/io"
        said = int(Path(pipe).read_text().split("wchar: ")[1].split()[0])
        wait_until(
            lambda: int(Path(pipe).read_text().split("wchar: ")[1].split()[0]) > said + 1_000_000, "it goes on talking"
        )
        assert log.stat().st_size == size

    wait_until(lambda: b"writes to this log failed" in log.read_bytes(), "it says what is missing")


def test_a_line_that_was_torn_is_ended_before_the_next(tmp_path, file):
    file.emit(output(b"whole\n"))
    with room_for(10):
        file.emit(output(b"torn in the middle\n"))
        file.emit(output(b"lost\n"))
    file.emit(output(b"whole again\n"))

    lines = (tmp_path / "web.log").read_bytes().splitlines()
    assert lines == [b"whole", b"torn", b"2 writes to this log failed: File too large", b"whole again"]


def test_it_is_rotated(tmp_path, file):
    for n in range(40):
        file.emit(output(b"%098d\n\n" % n))

    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["web.log.1", "web.log.2"]
    assert (tmp_path / "web.log.1").stat().st_size == 1_000
    file.emit(output(b"new\n"))
    assert (tmp_path / "web.log").read_bytes() == b"new\n"
