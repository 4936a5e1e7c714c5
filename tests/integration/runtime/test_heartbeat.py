"""The file by which a container's health check sees a heartbeat: touched after the row, and not for a bad one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.platform.processes.beat import Process, seen_since
from runtime.clock import system_clock
from runtime.database import Database
from runtime.heartbeat import Heartbeat
from tests.stack import wait_until


def rows(database: Database) -> list[Process]:
    return database.read(lambda connection: seen_since(connection, system_clock() - timedelta(minutes=1)))


@pytest.mark.parametrize("broker_ok", [True, None])
def test_the_file_tells_of_a_row_that_was_written(database: Database, tmp_path: Path, broker_ok: bool | None) -> None:
    file = tmp_path / "heartbeat"
    heartbeat = Heartbeat(database, system_clock, "relay", every_ms=20, health=lambda: (broker_ok, {}), file=file)
    heartbeat.start()
    try:
        wait_until(file.exists, "the file")
        assert [row.broker_ok for row in rows(database)] == [broker_ok]
        first = file.stat().st_mtime_ns
        wait_until(lambda: file.stat().st_mtime_ns > first, "it is touched again")
    finally:
        heartbeat.stop()


def test_it_is_not_touched_while_the_broker_is_away(database: Database, tmp_path: Path) -> None:
    file, said = tmp_path / "heartbeat", []

    def health() -> tuple[bool | None, dict[str, Any]]:
        said.append(False)
        return False, {}

    heartbeat = Heartbeat(database, system_clock, "relay", every_ms=20, health=health, file=file)
    heartbeat.start()
    try:
        wait_until(lambda: len(said) > 3, "some heartbeats")
        assert [row.broker_ok for row in rows(database)] == [False]
    finally:
        heartbeat.stop()
    assert rows(database) == [], "the row of a process that ended in order is gone"
    assert not file.exists()
