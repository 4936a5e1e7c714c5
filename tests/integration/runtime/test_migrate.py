"""A database that a later release has migrated: this release runs on it, unless that one says that it must not."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from runtime.database import open_engine
from runtime.migrate import SchemaTooNew, Standing, revisions, standing, upgrade
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
        connection.execute(text("UPDATE alembic_version SET version_num = '0015'"))
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
