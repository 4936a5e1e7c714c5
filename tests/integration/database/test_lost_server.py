"""Writers on PostgreSQL when the server cannot be reached, or a commit's answer does not arrive."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from itertools import count
from types import FrameType

import psycopg
import pytest

from domain.database import Connection, UnitOfWork
from domain.errors import Conflict
from runtime.database import Database, ServerUnavailable, open_engine
from runtime.database.postgres.connect import connect_postgres
from runtime.database.postgres.session import Session
from runtime.database.postgres.writers import Writers
from runtime.database.work import Task
from tests.integration.database import notes
from tests.integration.database.front import Front, front
from tests.integration.database.test_shared_commits import Groups


@pytest.fixture
def before(noted: Database, postgres_url: str) -> Iterator[Front]:
    with front(postgres_url) as opened:
        yield opened


@pytest.fixture
def session(before: Front) -> Iterator[Session]:
    opened = Session(before.url)
    yield opened
    opened.close()


def writes(name: str) -> UnitOfWork[str]:
    return lambda connection: notes.put(connection, name)


def by_the_engine(url: str) -> dict[str, int]:
    with open_engine(url).connect() as connection:
        return options_of(connection.connection.driver_connection)


def by_the_driver(url: str) -> dict[str, int]:
    with connect_postgres(url) as connection:
        return options_of(connection)


def options_of(driver: object) -> dict[str, int]:
    assert isinstance(driver, psycopg.Connection)
    with socket.socket(fileno=os.dup(driver.pgconn.socket)) as found:
        return {
            "keeps alive": found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            "idle": found.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            "interval": found.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            "count": found.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
            "unacknowledged": found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
        }


@pytest.mark.parametrize("open_and_look", [by_the_driver, by_the_engine])
def test_the_kernel_gives_up_a_host_that_is_gone(before: Front, open_and_look: Callable[[str], dict[str, int]]) -> None:
    assert open_and_look(before.url) == {
        "keeps alive": 1,
        "idle": 5,
        "interval": 2,
        "count": 3,
        "unacknowledged": 10_000,
    }


def test_a_group_fails_together_when_the_server_is_gone(before: Front, session: Session) -> None:
    def loses(connection: Connection) -> None:
        before.refuse()
        connection.run(notes.count).scalar()

    futures = Groups(session).serve(writes("a"), loses, writes("b"))
    assert {type(future.exception(10)) for future in futures} == {ServerUnavailable}
    assert before.refused == 1, "one try to connect serves all"


def test_the_rest_of_a_group_fails_when_the_server_goes_between_its_units(before: Front, session: Session) -> None:
    runs: list[str] = []

    def loses_later(connection: Connection) -> None:
        runs.append("loses")
        if len(runs) == 2:  # each unit runs in a transaction of its own now
            before.refuse()
        connection.run(notes.count).scalar()

    def refuses(connection: Connection) -> None:
        notes.put(connection, "refused")
        raise Conflict("no", "No.")

    futures = Groups(session).serve(loses_later, writes("a"), refuses)
    assert {type(future.exception(10)) for future in futures} == {ServerUnavailable}
    assert before.refused == 1


def test_tasks_that_waited_while_no_session_could_be_opened_fail_with_it() -> None:
    tries: list[int] = []
    entered, gate = threading.Event(), threading.Event()

    def unreachable() -> Session:
        tries.append(1)
        entered.set()
        assert gate.wait(10)
        raise ServerUnavailable("no server")

    writers = Writers(unreachable, most=1)
    futures: list[Future[object]] = [Future() for _ in range(3)]
    writers.put(Task(writes("a"), futures[0]))
    assert entered.wait(10)
    for future in futures[1:]:
        writers.put(Task(writes("b"), future))
    gate.set()
    assert {type(future.exception(10)) for future in futures} == {ServerUnavailable}
    assert len(tries) == 1
    writers.close()


class _Interrupted(Exception):
    pass


def test_a_commit_without_an_answer_is_not_run_again(before: Front, session: Session, noted: Database) -> None:
    """An exception that is none of the driver's comes between the COMMIT and its answer."""
    runs: list[str] = []
    main = threading.get_ident()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if not before.passing.is_set():
            before.passing.set()
            raise _Interrupted

    def hold_back(data: bytes) -> None:
        if b"COMMIT\0" in data:
            before.passing.clear()
            signal.pthread_kill(main, signal.SIGUSR1)
            while not before.passing.wait(0.05):  # a signal just before the wait for the answer does not end that wait
                signal.pthread_kill(main, signal.SIGUSR1)

    def counted(name: str) -> UnitOfWork[str]:
        def unit(connection: Connection) -> str:
            runs.append(name)
            notes.put(connection, f"{name}{len(runs)}")
            return name

        return unit

    usual = signal.signal(signal.SIGUSR1, interrupt)
    before.on_answer = hold_back
    try:
        futures = Groups(session).serve(counted("a"), counted("b"))
    finally:
        before.on_answer = lambda _: None
        signal.signal(signal.SIGUSR1, usual)
    assert [type(future.exception(10)) for future in futures] == [_Interrupted] * 2
    assert runs == ["a", "b"]
    assert noted.read(notes.all_ids) == ["a1", "b2", "n1"], "it was committed, once"
    assert session.run(lambda c: c.run(notes.count).scalar()) == 3, "on a connection of its own again"


class _Interruption:
    """Raises at the ``nth`` line or return of the first ``Session._end`` and of our code that it calls.

    ``came``: it did.
    """

    def __init__(self, nth: int) -> None:
        self.came = False
        self._left = nth
        self._end: FrameType | None = None
        self._is_over = False

    def __call__(self, frame: FrameType, event: str, _arg: object) -> _Interruption | None:
        if self._end is None and frame.f_code is Session._end.__code__:
            self._end = frame
        if self._end is None or self._is_over or "/runtime/database/" not in frame.f_code.co_filename:
            return None
        self._is_over = event == "return" and frame is self._end
        if event in ("line", "return"):
            self._left -= 1
            if self._left < 0:
                self.came = self._is_over = True
                raise _Interrupted
        return self


def test_an_exception_at_any_moment_of_a_commit_runs_no_unit_twice(before: Front, noted: Database) -> None:
    """The COMMIT is in libpq's hands before our code knows it, and leaves with whatever is sent next."""
    seen: Counter[str] = Counter()
    for moment in count():
        interruption = _Interruption(moment)
        names = [f"a{moment}", f"b{moment}"]
        with closing(Session(before.url)) as session:
            usual = sys.gettrace()
            sys.settrace(interruption)
            try:
                futures = Groups(session).serve(*map(_puts, names))
            finally:
                sys.settrace(usual)
            assert session.run(lambda c: c.run(notes.count).scalar()), "it is usable again"
        if not interruption.came:
            break
        written = [note_id.partition(".")[0] for note_id in noted.read(notes.all_ids)]
        times = [written.count(name) for name in names]
        if {type(future.exception(10)) for future in futures} == {_Interrupted}:
            seen["unknown"] += 1
            assert times in ([0, 0], [1, 1]), moment
        else:
            seen["run again"] += 1
            assert times == [1, 1], moment
    assert seen.keys() == {"unknown", "run again"}, "before the COMMIT was sent the units run again, and not later"


def _puts(name: str) -> UnitOfWork[str]:
    runs = count()
    return lambda connection: notes.put(connection, f"{name}.{next(runs)}")
