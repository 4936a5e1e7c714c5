"""Reads on PostgreSQL go to the server once where that is enough, and see one moment where it is not."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from domain.database import Connection
from runtime.database import Database
from tests.integration.database import notes
from tests.integration.database.notes import add_one, size_of


def test_one_statement_is_run_once(noted: Database) -> None:
    runs: list[int] = []

    def one(connection: Connection) -> int:
        runs.append(1)
        return size_of(connection)

    assert [noted.read(one) for _ in range(3)] == [0, 0, 0]
    assert len(runs) == 3


def test_two_statements_see_one_moment(noted: Database) -> None:
    runs: list[int] = []

    def two(connection: Connection) -> tuple[int, int]:
        runs.append(1)
        first = size_of(connection)
        noted.write(add_one)
        return first, size_of(connection)

    assert noted.read(two) == (0, 0)
    assert noted.read(two) == (1, 1)
    assert len(runs) == 2


def test_a_unit_cannot_go_on_with_half_of_it(noted: Database) -> None:
    def swallows(connection: Connection) -> int:
        size = size_of(connection)
        try:
            size_of(connection)
        except Exception:  # noqa: BLE001 - a unit that is written badly
            return -1
        return size

    assert noted.read(swallows) == 0


def test_nothing_is_written_by_a_read(noted: Database) -> None:
    def alone(connection: Connection) -> None:
        connection.run(notes.set_size, wanted="n1", to=7)

    def together(connection: Connection) -> None:
        size_of(connection)
        connection.run(notes.set_size, wanted="n1", to=7)

    for unit in (alone, together):
        with pytest.raises(DBAPIError, match="read-only transaction"):
            noted.read(unit)
    assert noted.read(size_of) == 0


def test_an_error_leaves_the_connection_as_it_was(noted: Database) -> None:
    def fails(connection: Connection) -> None:
        size_of(connection)
        raise ValueError("its own")

    for _ in range(3):
        with pytest.raises(ValueError, match="its own"):
            noted.read(fails)
    assert noted.read(size_of) == 0
