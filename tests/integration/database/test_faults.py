"""Faults of SQLite under a group of units: the neighbours are whole, the guilty get their own error.

A neighbour writes two rows, so that one of which only half survived would be seen.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, bindparam, column, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from domain.database import Connection, UnitOfWork
from domain.errors import Conflict
from runtime.database import Database, open_database
from tests.integration.database import notes
from tests.no_room import room_for
from tests.sql import run_sql

ORPHANS = (
    "CREATE TABLE parent (id TEXT PRIMARY KEY)",
    "CREATE TABLE child (id TEXT REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TRIGGER orphan AFTER INSERT ON note WHEN new.text = 'orphan' BEGIN INSERT INTO child VALUES (new.id); END",
)
ROLLS_BACK = (
    "CREATE TRIGGER rolls_back BEFORE INSERT ON note WHEN new.text = 'roll back' "
    "BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END",
)
add_slowly = insert(notes.note).from_select(
    ["id", "size"], select(bindparam("id"), func.count()).select_from(notes.counted), include_defaults=False
)
page_count = text("PRAGMA page_count").columns(column("n", BigInteger))


def limit_pages(pages: int) -> UnitOfWork[object]:
    """A full disk, as far as SQLite is concerned."""
    statement = text(f"PRAGMA max_page_count = {pages}").columns(column("n", BigInteger))
    return lambda connection: connection.run(statement).scalar()


@pytest.fixture
def url(sqlite_url: str) -> str:
    notes.create(sqlite_url)
    run_sql(sqlite_url, *ORPHANS, *ROLLS_BACK)
    return sqlite_url


def neighbour(name: str) -> UnitOfWork[str]:
    def unit(connection: Connection) -> str:
        notes.put(connection, f"{name}-first")
        notes.put(connection, f"{name}-second")
        return name

    return unit


def submit_together(database: Database, *units: UnitOfWork[object]) -> list[Future[object]]:
    """Hold the writer until all are waiting, so that they become one group."""
    gate, entered = threading.Event(), threading.Event()

    def hold(_connection: Connection) -> None:
        entered.set()
        gate.wait(10)

    database.submit(hold)
    assert entered.wait(10)
    futures = [database.submit(unit) for unit in units]
    gate.set()
    return futures


def assert_whole(database: Database, *names: str) -> None:
    expected = sorted(f"{name}-{part}" for name in names for part in ("first", "second"))
    assert database.read(notes.all_ids) == expected


def void_groups(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if "rolled back" in r.getMessage()]


def writes_much(connection: Connection) -> None:
    notes.put(connection, "much-first")
    rows = [{"id": f"much-{i}", "text": "x" * 100_000, "size": i, "at": None} for i in range(200)]
    connection.run_many(notes.add, rows)


def writes_then_rolls_back(connection: Connection) -> None:
    notes.put(connection, "guilty-first")
    notes.put(connection, "guilty", "roll back")


def swallows_the_rollback_and_goes_on(connection: Connection) -> None:
    with contextlib.suppress(DBAPIError):
        writes_then_rolls_back(connection)
    with contextlib.suppress(Exception):
        notes.put(connection, "in-autocommit")


def leaves_an_orphan(connection: Connection) -> None:
    notes.put(connection, "guilty-first")
    notes.put(connection, "guilty", "orphan")


def refuses(connection: Connection) -> None:
    notes.put(connection, "guilty-first")
    raise Conflict("no", "No.")


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("guilty", "error", "voids"),
    [
        (refuses, Conflict, False),
        (writes_then_rolls_back, IntegrityError, True),
        (swallows_the_rollback_and_goes_on, IntegrityError, True),
        (leaves_an_orphan, IntegrityError, True),
    ],
)
def test_the_guilty_alone_fails(
    opened: Database,
    caplog: pytest.LogCaptureFixture,
    guilty: UnitOfWork[None],
    error: type[Exception],
    voids: bool,
    place: int,
) -> None:
    units: list[UnitOfWork[object]] = [neighbour("a"), neighbour("b")]
    units.insert(place, guilty)
    futures = submit_together(opened, *units)
    with pytest.raises(error):
        futures.pop(place).result(10)
    assert [f.result(10) for f in futures] == ["a", "b"]
    assert_whole(opened, "a", "b")
    assert bool(void_groups(caplog)) is voids
    assert opened.write(neighbour("after")) == "after"


def test_a_file_at_its_limit_fails_only_what_does_not_fit(opened: Database) -> None:
    pages = opened.read(lambda c: c.run(page_count).scalar())
    opened.write(limit_pages(pages + 20))
    a, guilty, b = submit_together(opened, neighbour("a"), writes_much, neighbour("b"))
    with pytest.raises(OperationalError, match="full"):
        guilty.result(10)
    assert (a.result(10), b.result(10)) == ("a", "b")
    assert_whole(opened, "a", "b")
    opened.write(limit_pages(1_000_000))
    opened.write(writes_much)
    assert len(opened.read(notes.all_ids)) == 4 + 201


def test_a_full_disk_fails_only_what_does_not_fit(small_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The error comes when the log cannot grow, and voids the group."""
    notes.create(small_url)
    with contextlib.closing(open_database(small_url)) as database:
        a, guilty, b = submit_together(database, neighbour("a"), writes_much, neighbour("b"))
        with pytest.raises(OperationalError, match="full"):
            guilty.result(10)
        assert (a.result(10), b.result(10)) == ("a", "b")
        assert_whole(database, "a", "b")
        assert void_groups(caplog)
        assert database.write(neighbour("after")) == "after"


def writes_a_megabyte(connection: Connection) -> None:
    """Fits the page cache, so that its error comes with COMMIT; ``writes_much`` fails in a statement."""
    rows = [{"id": f"much-{i}", "text": "x" * 100_000, "size": i, "at": None} for i in range(10)]
    connection.run_many(notes.add, rows)


@pytest.mark.parametrize("guilty_unit", [writes_much, writes_a_megabyte])
def test_an_io_error_fails_only_whom_it_hits(
    opened: Database, url: str, caplog: pytest.LogCaptureFixture, guilty_unit: UnitOfWork[None]
) -> None:
    """A file that may not grow is a disk I/O error to SQLite."""
    log = Path(url.removeprefix("sqlite:///") + "-wal")
    opened.write(lambda c: c.run(page_count).scalar())
    with room_for(log.stat().st_size + 200_000):
        a, guilty, b = submit_together(opened, neighbour("a"), guilty_unit, neighbour("b"))
        with pytest.raises(OperationalError, match="disk I/O error"):
            guilty.result(10)
        assert (a.result(10), b.result(10)) == ("a", "b")
    assert_whole(opened, "a", "b")
    assert void_groups(caplog)
    assert opened.write(neighbour("after")) == "after"


def interrupt_while(database: Database, running: threading.Event, enough: Callable[[], bool]) -> None:
    """What ``sqlite3_interrupt`` does, from another thread, as an operator's tool would."""
    assert running.wait(10)
    deadline = time.monotonic() + 10
    while not enough():
        database._writer._driver.interrupt()  # type: ignore[attr-defined]  # the SQLite one has it
        time.sleep(0.002)
        assert time.monotonic() < deadline


def test_an_interrupt_each_time_fails_the_one_it_hits(opened: Database) -> None:
    running = threading.Event()

    def slow(connection: Connection) -> None:
        notes.put(connection, "guilty-first")
        running.set()
        connection.run(add_slowly, id="guilty", most=100_000_000)

    a, guilty = submit_together(opened, neighbour("a"), slow)
    interrupt_while(opened, running, guilty.done)
    with pytest.raises(OperationalError, match="interrupted"):
        guilty.result(10)
    assert a.result(10) == "a"
    assert opened.write(neighbour("b")) == "b"
    assert_whole(opened, "a", "b")


def test_a_fault_that_passes_costs_nobody_anything(opened: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Rerun once, alone: what failed by bad luck succeeds then."""
    runs: list[int] = []

    def unlucky_once(connection: Connection) -> str:
        runs.append(1)
        notes.put(connection, "c-first")
        notes.put(connection, "c-second" if len(runs) > 1 else "c", "roll back" if len(runs) == 1 else None)
        return "c"

    futures = submit_together(opened, neighbour("a"), unlucky_once, neighbour("b"))
    assert [f.result(10) for f in futures] == ["a", "c", "b"]
    assert_whole(opened, "a", "b", "c")
    assert len(runs) == 2
    assert len(void_groups(caplog)) == 1


def test_nobody_hears_of_success_before_the_commit(opened: Database) -> None:
    """The first unit of a group has run when the second one starts, but its future waits."""
    seen: list[bool] = []
    futures: list[Future[object]] = []
    ready = threading.Event()

    def looks(_connection: Connection) -> None:
        ready.wait(10)
        seen.append(futures[0].done())

    futures = submit_together(opened, neighbour("a"), looks)
    ready.set()
    futures[1].result(10)
    assert seen == [False]
    assert futures[0].result(10) == "a"


def test_a_unit_that_submits_is_told_not_to(opened: Database) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        opened.write(lambda _: opened.write(neighbour("inner")))


def test_the_writer_survives_what_a_unit_raises(opened: Database, caplog: pytest.LogCaptureFixture) -> None:
    def exits(_connection: Connection) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        opened.write(exits)
    with caplog.at_level(logging.ERROR):
        assert opened.write(neighbour("a")) == "a"
    assert not caplog.records
