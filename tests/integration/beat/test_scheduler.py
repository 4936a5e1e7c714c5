"""Celery's beat with our scheduler, whose database goes away."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from beat.scheduler import PAUSE_S, POLL_S, OutboxScheduler
from runtime.migrate import upgrade
from tasks.app import app
from tests.drills.look import wait_for
from tests.postgres import PostgresServer

BACK_WITHIN_S = 20.0


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Of its own: others need theirs."""
    made = PostgresServer()
    try:
        made.start()
        yield made
    finally:
        made.stop()


def test_slots_wait_for_a_server_that_is_away(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.create("beat")
    upgrade(url)
    for name, value in {"DATABASE_URL": url, "HANDWORK_ENV": "test", "HANDWORK_DOTENV": os.devnull}.items():
        monkeypatch.setenv(name, value)
    scheduler = OutboxScheduler(app)
    try:
        server.halt()
        with capture_logs() as lines:
            assert scheduler.tick() == PAUSE_S
        assert any(line["event"] == "schedules wait" and "does not answer" in line["reason"] for line in lines)
        server.run()
        wait_for(lambda: scheduler.tick() == POLL_S, BACK_WITHIN_S, "it goes on", lambda: "it does not")
    finally:
        scheduler.close()
