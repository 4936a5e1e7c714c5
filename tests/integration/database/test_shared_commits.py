"""Units of one process share a transaction on PostgreSQL, and a fault stays its own unit's."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import IntegrityError

from domain.database import Connection, UnitOfWork
from domain.errors import Conflict
from runtime.database import Database, open_database
from runtime.database.postgres import groups as grouping
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.session import Session
from runtime.database.work import Task
from tests.integration.database import notes
from tests.stack import wait_until

_transaction = select(cast(func.pg_current_xact_id(), Text))


class Groups:
    """Units that wait at the same time, served without a limit of time."""

    def __init__(self, session: Session) -> None:
        self._waiting: deque[Task] = deque()
        self._groups = grouping.Groups(session, self._next, most_seconds=60)

    def serve(self, *units: UnitOfWork[Any]) -> list[Future[Any]]:
        tasks = [Task(unit, Future()) for unit in units]
        self._waiting.extend(tasks)
        while (task := self._next()) is not None:
            self._groups.serve(task)
        return [task.future for task in tasks if isinstance(task.future, Future)]

    def _next(self) -> Task | None:
        return self._waiting.popleft() if self._waiting else None


@pytest.fixture
def groups(noted: Database, postgres_url: str) -> Iterator[Groups]:
    session = Session(postgres_url)
    yield Groups(session)
    session.close()


def writes(name: str) -> UnitOfWork[str]:
    def unit(connection: Connection) -> str:
        notes.put(connection, name)
        return str(connection.run(_transaction).scalar())

    return unit


def resizes(connection: Connection) -> None:
    connection.run(notes.set_size, wanted="n1", to=5)


def refuses(connection: Connection) -> None:
    notes.put(connection, "refused")
    raise Conflict("no", "No.")


def test_units_that_wait_share_a_transaction(groups: Groups, noted: Database) -> None:
    futures = groups.serve(*(writes(f"m{n}") for n in range(5)))
    assert len({future.result(10) for future in futures}) == 1
    assert len(noted.read(notes.all_ids)) == 6


def test_a_unit_that_fails_before_it_writes_harms_no_group(groups: Groups, noted: Database) -> None:
    runs: list[int] = []

    def looks(connection: Connection) -> None:
        runs.append(connection.run(notes.count).scalar())
        raise Conflict("no", "No.")

    first, failed, last = groups.serve(writes("a"), looks, writes("b"))
    assert first.result(10) == last.result(10)
    with pytest.raises(Conflict):
        failed.result(10)
    assert runs == [2]


def test_a_unit_that_wrote_and_failed_leaves_nothing(groups: Groups, noted: Database) -> None:
    first, failed, last = groups.serve(writes("a"), refuses, writes("b"))
    assert first.result(10) != last.result(10), "each ran in a transaction of its own"
    with pytest.raises(Conflict):
        failed.result(10)
    assert noted.read(notes.all_ids) == ["a", "b", "n1"]


def test_the_next_groups_are_careful(groups: Groups, noted: Database) -> None:
    """A savepoint undoes the unit that failed, and the others keep their transaction."""
    for future in groups.serve(writes("a"), refuses, writes("b")):
        future.exception(10)
    first, failed, last = groups.serve(writes("c"), refuses, writes("d"))
    assert first.result(10) == last.result(10)
    with pytest.raises(Conflict):
        failed.result(10)
    assert noted.read(notes.all_ids) == ["a", "b", "c", "d", "n1"]


def test_a_refusal_of_the_database_reaches_its_unit_alone(groups: Groups, noted: Database) -> None:
    first, failed, last = groups.serve(writes("a"), lambda c: notes.put(c, "n1"), writes("b"))
    with pytest.raises(IntegrityError):
        failed.result(10)
    first.result(10)
    last.result(10)
    assert noted.read(notes.all_ids) == ["a", "b", "n1"]


def test_a_group_that_was_overtaken_runs_again_together(groups: Groups, noted: Database, postgres_url: str) -> None:
    runs: list[int] = []
    other = open_database(postgres_url)

    def add(connection: Connection) -> None:
        size = notes.size_of(connection)
        runs.append(size)
        if len(runs) == 1:
            other.write(lambda c: c.run(notes.set_size, wanted="n1", to=7))
        connection.run(notes.set_size, wanted="n1", to=size + 1)

    first, _, last = groups.serve(writes("a"), add, writes("b"))
    assert first.result(10) == last.result(10)
    assert runs == [0, 7]
    assert noted.read(notes.size_of) == 8
    other.close()


def test_a_unit_that_waits_for_a_lock_does_not_hold_up_its_group(
    groups: Groups, noted: Database, postgres_url: str
) -> None:
    with connect_postgres(postgres_url) as holder, ThreadPoolExecutor(1) as serving:
        holder.execute("SELECT * FROM note WHERE id = 'n1' FOR UPDATE")
        waits = serving.submit(groups.serve, writes("a"), resizes, writes("b"))
        wait_until(lambda: noted.read(notes.all_ids) == ["a", "b", "n1"], "the others are through")
        assert not waits.done()
        holder.rollback()
        assert [future.exception(10) for future in waits.result(20)] == [None] * 3


def test_another_thread_helps_when_a_unit_takes_long(postgres_url: str) -> None:
    notes.create(postgres_url)
    database = open_database(postgres_url, writers=2)
    gate, entered = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        entered.set()
        gate.wait(10)

    held = database.submit(hold)
    assert entered.wait(10)
    database.submit(lambda c: notes.put(c, "n1")).result(5)
    assert not held.done()
    gate.set()
    held.result(5)
    database.close()
