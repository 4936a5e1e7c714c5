"""A PostgreSQL server with too few connections is refused before anything starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stack.connections import NEEDED, OPERATOR, check_connections, needed
from cli.stack.errors import StackError
from cli.stack.programs import Program
from domain.platform.queues import CELERY_WORKERS
from tests.postgres import PostgresServer

OF_A_DEFAULT_SERVER = 97
TABLE = [
    Program(name, (), 1)
    for name in ("broker", "sandbox", *CELERY_WORKERS, "exporter", "flower", "relay", "beat", "web")
]


@pytest.fixture(scope="module")
def small_server() -> Iterator[PostgresServer]:
    server = PostgresServer("max_connections=30")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_a_server_at_its_defaults_has_enough_for_one_of_each() -> None:
    assert needed(TABLE) <= OF_A_DEFAULT_SERVER


def test_more_processes_need_more() -> None:
    several = [Program(p.name, (), 1, copies=2) for p in TABLE]
    assert needed(several) == 2 * (needed(TABLE) - OPERATOR) + OPERATOR


def test_who_has_no_database_needs_none() -> None:
    assert not NEEDED.keys() & {"broker", "sandbox", "flower"}


def test_too_few_are_refused(small_server: PostgresServer) -> None:
    url = small_server.create("few")
    most = rf"these processes may need {needed(TABLE)}:"
    with pytest.raises(StackError, match=rf"DATABASE_URL: the server takes 27 connections, \d+ are in use, and {most}"):
        check_connections(url, TABLE)
    check_connections(url, [Program("beat", (), 1)])


def test_a_file_has_no_limit(tmp_path: Path) -> None:
    check_connections(f"sqlite:///{tmp_path}/x.db", TABLE)
