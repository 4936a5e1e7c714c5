"""A database that a later release has migrated: this release runs on it, unless that one says that it must not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from runtime.database import open_engine
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.session import BEGIN_ALONE
from runtime.database.turnstile import Turnstile
from runtime.migrate import SchemaTooNew, Standing, revisions, standing, upgrade
from tests.drills.look import wait_for
from tests.integration.database.test_turnstile import wait_until_locked
from tests.postgres import PostgresServer


def migrate_as_a_later_release(url: str, *, oldest: str | None = None) -> None:
    """What its migrations leave behind; ``oldest``: with a step that the releases before that one cannot follow."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        if oldest is not None:
            connection.execute(text("UPDATE schema_floor SET revision = :oldest"), {"oldest": oldest})
    engine.dispose()


def test_nothing_is_to_be_done_when_it_is_there(database_url: str) -> None:
    upgrade(database_url)
    assert standing(database_url) is Standing.SAME


def test_a_newer_schema_that_was_only_added_to_is_left_as_it_is(database_url: str) -> None:
    migrate_as_a_later_release(database_url)
    assert standing(database_url) is Standing.NEWER
    upgrade(database_url)
    assert revisions(database_url)[0] == "9999"


def test_a_newer_schema_that_this_release_cannot_work_on_is_refused_by_name(database_url: str) -> None:
    _, ours = revisions(database_url)
    migrate_as_a_later_release(database_url, oldest="9998")
    with pytest.raises(SchemaTooNew, match=f"9999.*9998.*{ours}"):
        upgrade(database_url)
    assert standing(database_url) is Standing.TOO_NEW


def test_an_older_schema_is_behind(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("DROP TABLE schema_floor"))
    engine.dispose()
    assert standing(database_url) is Standing.BEHIND


def test_hosts_that_migrate_at_once_take_turns(postgres_server: PostgresServer) -> None:
    url = postgres_server.create("at_once")
    failures: list[Exception] = []

    def one() -> None:
        try:
            upgrade(url)
        except Exception as error:  # noqa: BLE001 - handed to the test
            failures.append(error)

    hosts = [threading.Thread(target=one) for _ in range(3)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join()
    try:
        assert failures == []
        assert standing(url) is Standing.SAME
    finally:
        postgres_server.drop("at_once")


def test_a_migration_of_sqlite_queues_with_the_writers(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    url = f"sqlite:///{path}"
    upgrade(url, "0001")
    with closing(Turnstile(path)) as writer, ThreadPoolExecutor(1) as migrating:
        with writer:
            ended = migrating.submit(upgrade, url)
            wait_until_locked(path.with_name("old.db-turn"))
            assert standing(url) is Standing.BEHIND
        ended.result(timeout=60)
    assert standing(url) is Standing.SAME


def somebody_waits(url: str) -> bool:
    with connect_postgres(url, autocommit=True) as looking:
        return looking.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone() is not None


def deadlocks(url: str) -> int:
    """That the server had to break, by the death of one of two; its sessions tell of them when they end."""
    with connect_postgres(url, autocommit=True) as looking:
        row = looking.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def test_a_writer_that_is_in_the_middle_is_waited_for(postgres_server: PostgresServer) -> None:
    url = postgres_server.create("in_the_middle")
    try:
        upgrade(url, "0001")
        with connect_postgres(url) as writer, ThreadPoolExecutor(1) as migrating:
            for command in BEGIN_ALONE:
                writer.execute(command)
            ended = migrating.submit(upgrade, url)
            wait_for(lambda: somebody_waits(url), 15, "the migration waits")
            writer.execute("DELETE FROM booking")  # whose index the migration drops
            writer.execute("COMMIT")
            ended.result(timeout=20)
        assert standing(url) is Standing.SAME
        assert deadlocks(url) == 0
    finally:
        postgres_server.drop("in_the_middle")
