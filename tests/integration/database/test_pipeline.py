"""Statements on PostgreSQL travel together until somebody looks at an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError

from domain.database import Connection
from runtime.database import Database, open_database
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.connection import PipelinedConnection
from runtime.database.postgres.session import BEGIN, Session
from runtime.database.postgres.wire import Wire
from tests.integration.database import notes
from tests.integration.database.front import end_sessions


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    notes.create(postgres_url)
    opened = Wire(connect_postgres(postgres_url, autocommit=True))
    yield opened
    opened.close()


def test_a_transaction_of_writes_takes_one_round_trip(wire: Wire) -> None:
    connection = PipelinedConnection(wire)
    connection.begin(BEGIN)
    for n in range(20):
        notes.put(connection, f"n{n}")
    connection.command("COMMIT")
    assert wire.trips == 0
    connection.wait()
    connection.check()
    assert wire.trips == 1


def test_each_answer_that_is_read_takes_one_more(wire: Wire) -> None:
    connection = PipelinedConnection(wire)
    connection.begin(BEGIN)
    notes.put(connection, "n1")
    rows = connection.run(notes.ids)
    assert wire.trips == 0
    assert rows.all() == [("n1",)]
    assert rows.scalar() == "n1"
    assert wire.trips == 1, "the second look finds the answer"
    assert connection.run(notes.set_size, wanted="n1", to=3).changed == 1
    assert wire.trips == 2


def test_a_refused_statement_is_named_when_a_later_one_is_read(noted: Database) -> None:
    def goes_on(connection: Connection) -> None:
        notes.put(connection, "n1")  # is there already
        notes.put(connection, "n2")
        connection.run(notes.count).scalar()

    with pytest.raises(IntegrityError) as caught:
        noted.write(goes_on)
    assert caught.value.statement is not None
    assert caught.value.statement.startswith("INSERT INTO note")
    assert noted.read(notes.all_ids) == ["n1"]


def test_a_refusal_that_nobody_read_reaches_the_caller(noted: Database) -> None:
    with pytest.raises(IntegrityError):
        noted.write(lambda c: notes.put(c, "n1"))
    noted.write(lambda c: notes.put(c, "n2"))
    assert noted.read(notes.all_ids) == ["n1", "n2"]


def test_a_statement_that_was_skipped_is_prepared_later(noted: Database, postgres_url: str) -> None:
    """The server skips what follows a refused statement, preparations too."""
    session = Session(postgres_url)

    def refused(connection: Connection) -> None:
        notes.put(connection, "n1")
        connection.run(notes.by_id, wanted="n1")

    for _ in range(2):
        with pytest.raises(IntegrityError):
            session.run(refused)
    assert session.run(lambda c: c.run(notes.by_id, wanted="n1").one()[0]) == "n1"
    session.close()


def test_rows_that_leave_the_unit_are_whole(noted: Database) -> None:
    rows = noted.write(lambda c: c.run(notes.ids))
    assert rows.all() == [("n1",)]


async def test_the_rows_of_each_unit_of_a_group_are_its_own(noted: Database) -> None:
    units = [lambda c, n=n: c.run(notes.set_size, wanted=f"n{n % 2}", to=n) for n in range(20)]
    assert [rows.changed for rows in await asyncio.gather(*map(noted.write_async, units))] == [0, 1] * 10


def test_more_is_sent_and_answered_at_once_than_a_socket_holds(noted: Database) -> None:
    """Neither side may wait for the other to read first."""
    text = "x" * 200

    def unit(connection: Connection) -> int:
        rows = [connection.run(notes.by_id, wanted="n1")]
        for n in range(5_000):
            connection.run(notes.add, id=f"m{n}", text=text, size=n, at=None)
            rows.append(connection.run(notes.by_id, wanted=f"m{n}"))
        return sum(len(each.all()) for each in rows)

    assert noted.write(unit) == 5_001


def test_a_value_of_a_strange_type_is_named(noted: Database) -> None:
    with pytest.raises(TypeError, match="not bytes"):
        noted.write(lambda c: c.run(notes.set_size, wanted=b"n1", to=1))
    assert noted.read(notes.all_ids) == ["n1"]


def test_a_dead_connection_is_found_before_a_unit_of_one_trip(postgres_url: str) -> None:
    """Else nobody could know whether its commit had arrived."""
    notes.create(postgres_url)
    database = open_database(postgres_url, writers=1)
    database.write(lambda c: notes.put(c, "n1"))
    end_sessions(postgres_url)
    database.write(lambda c: notes.put(c, "n2"))
    assert database.read(notes.all_ids) == ["n1", "n2"]
    database.close()
