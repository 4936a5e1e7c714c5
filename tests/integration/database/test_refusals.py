"""Units of a void group, and units behind a foreign lock: each is answered once, and a success means a commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, column, text
from sqlalchemy.exc import OperationalError

from domain.database import Connection, UnitOfWork
from runtime.database import WriteLocked, open_database
from runtime.database.engine import connect_sqlite, sqlite_path
from runtime.database.turnstile import Turnstile
from runtime.database.work import Task
from runtime.database.writer import Writer
from tests.integration.database import notes
from tests.integration.database.test_faults import ORPHANS
from tests.integration.database.test_patience import PATIENCE_S, SOON_S
from tests.sql import run_sql
from tests.stack import wait_until

MakeWriter = Callable[..., Writer]
wait_briefly = text("PRAGMA busy_timeout = 20").columns(column("ms", BigInteger))


class Gate(Turnstile):
    """A turnstile that stays shut at one of its entries until ``opened`` is set."""

    __slots__ = ("entries", "opened", "reached", "shut_at")

    def __init__(self, database: Path, shut_at: int) -> None:
        super().__init__(database)
        self.entries, self.shut_at = 0, shut_at
        self.reached, self.opened = threading.Event(), threading.Event()

    def __enter__(self) -> None:
        self.entries += 1
        if self.entries == self.shut_at:
            self.reached.set()
            assert self.opened.wait(SOON_S)
        super().__enter__()


class FailsToCommitOnce:
    """A unit of work whose first transaction cannot be committed."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, connection: Connection) -> str:
        self.runs += 1
        return notes.put(connection, "void", "orphan" if self.runs == 1 else None)


@pytest.fixture
def path(sqlite_url: str) -> Path:
    notes.create(sqlite_url)
    run_sql(sqlite_url, *ORPHANS)
    return sqlite_path(sqlite_url)


@pytest.fixture
def make(path: Path) -> Iterator[MakeWriter]:
    made: list[tuple[Writer, Gate]] = []

    def make(gate: Gate, holder: Callable[[], None], patience_s: float = PATIENCE_S) -> Writer:
        made.append((Writer(path, patience_s, gate, holder), gate))
        return made[-1][0]

    yield make
    for writer, gate in made:
        gate.opened.set()
        writer.close()


def put(writer: Writer, unit: UnitOfWork[object]) -> Future[object]:
    future: Future[object] = Future()
    writer.put(Task(unit, future))
    return future


def written(path: Path) -> list[str]:
    with closing(open_database(f"sqlite:///{path}")) as database:
        return database.read(notes.all_ids)


def test_a_turn_that_begins_while_the_holder_is_read_is_not_taken_for_a_commit(path: Path, make: MakeWriter) -> None:
    gate, answered = Gate(path, shut_at=2), threading.Event()

    def frees_the_lock() -> None:
        gate.opened.set()
        assert answered.wait(SOON_S)

    writer = make(gate, frees_the_lock)
    future = put(writer, FailsToCommitOnce())
    future.add_done_callback(lambda _: answered.set())
    assert future.result(SOON_S) == "void"
    assert written(path) == ["void"]
    assert writer.stalled() is None


def test_the_deadline_answers_all_of_a_void_group(path: Path, make: MakeWriter) -> None:
    gate, queued = Gate(path, shut_at=3), threading.Event()
    writer = make(gate, lambda: None)
    first = put(writer, lambda _: queued.wait(SOON_S))
    units: list[UnitOfWork[object]] = [FailsToCommitOnce(), *(lambda c, n=n: notes.put(c, f"n{n}") for n in range(3))]
    futures = [put(writer, unit) for unit in units]
    queued.set()
    assert first.result(SOON_S)
    for future in futures:
        assert isinstance(future.exception(SOON_S), WriteLocked)
    gate.opened.set()
    wait_until(lambda: writer.stalled() is None, "it goes on", SOON_S)
    assert put(writer, lambda c: notes.put(c, "after")).result(SOON_S) == "after"
    assert written(path) == ["after"]


def test_a_lock_that_knows_no_turnstile_refuses_all_that_wait_at_once(path: Path, make: MakeWriter) -> None:
    gate = Gate(path, shut_at=2)
    writer = make(gate, lambda: None, SOON_S)
    assert put(writer, lambda c: c.run(wait_briefly).scalar()).result(SOON_S) == 20
    with closing(connect_sqlite(path)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        futures = [put(writer, lambda c, n=n: notes.put(c, f"n{n}")) for n in range(3)]
        gate.opened.set()
        for future in futures:
            assert isinstance(future.exception(SOON_S), OperationalError)
    assert gate.entries == 2
    assert put(writer, lambda c: notes.put(c, "after")).result(SOON_S) == "after"
    assert written(path) == ["after"]
