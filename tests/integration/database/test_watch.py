"""A watch hears of every commit, whoever made it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from domain.database import Connection
from runtime.database import Database, Watch, open_watch
from runtime.database.postgres.watch import PostgresWatch
from tests.integration.database import notes, processes
from tests.postgres import PostgresServer


@pytest.fixture
def watch(database_url: str, database: Database) -> Iterator[Watch]:
    notes.create(database_url)
    database.write(lambda c: notes.put(c, "before"))
    opened = open_watch(database_url)
    yield opened
    opened.close()


def hears(watch: Watch, within_s: float = 5.0) -> bool:
    """PostgreSQL's is asked every 20 ms only, so one question is not enough."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if watch.changed():
            return True
        time.sleep(0.001)
    return False


def settle(watch: Watch) -> None:
    """The server's own housekeeping may count as a change for a moment."""
    deadline = time.monotonic() + 10
    while hears(watch, 0.1):
        assert time.monotonic() < deadline


def test_silence_without_a_change(watch: Watch, database: Database) -> None:
    settle(watch)
    database.read(notes.all_ids)
    assert not hears(watch, 0.1)


def test_it_hears_of_this_process(watch: Watch, database: Database) -> None:
    settle(watch)
    for i in range(5):
        database.write(lambda c, i=i: notes.put(c, f"n{i}"))
        assert hears(watch)
        assert not hears(watch, 0.05)


def test_it_hears_of_another_process(watch: Watch, database_url: str) -> None:
    other = processes.start(processes.WRITER, database_url, "other", "1")
    processes.say_ready(other)
    settle(watch)
    assert other.stdin is not None
    other.stdin.write("go\n")
    other.stdin.flush()
    assert hears(watch)
    processes.finish(other)


def test_what_was_rolled_back_is_no_commit_and_what_follows_is(watch: Watch, database: Database) -> None:
    def refused(connection: Connection) -> None:
        notes.put(connection, "refused")
        raise LookupError

    with pytest.raises(LookupError):
        database.write(refused)
    settle(watch)
    database.write(lambda c: notes.put(c, "kept"))
    assert hears(watch)


def test_a_server_that_is_away_may_have_changed(postgres_url: str, postgres_server: PostgresServer) -> None:
    watch = PostgresWatch(postgres_url)
    settle(watch)
    postgres_server.halt()
    assert hears(watch)
    postgres_server.run()
    settle(watch)
    watch.close()
