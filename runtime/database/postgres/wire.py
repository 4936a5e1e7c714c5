"""A connection to PostgreSQL in libpq's pipeline mode: it queues statements, sends them together, and reads the answers
in order.

A round trip costs more than most statements, and psycopg's cursor costs as much again in Python.  So this module calls
libpq directly; psycopg only opens the connection and converts the results.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import inf
from time import perf_counter
from types import NoneType
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Loader, Transformer
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from runtime.database.statement import Plan


class _AsText(dict[type, Callable[[Any], bytes | None]]):
    """The function that writes a value, by its type.  The statement's cast or the column decides the type on the
    server."""

    def __missing__(self, kind: type) -> Callable[[Any], bytes | None]:
        for known in (str, int):  # enums
            if issubclass(kind, known):
                self[kind] = self[known]
                return self[known]
        raise TypeError(f"a statement takes text, numbers, dates, true, false and None, not {kind.__name__}")


def _text(value: str) -> bytes:
    if "\0" in value:  # libpq would end the value there
        raise psycopg.DataError("PostgreSQL text cannot contain NUL (\\x00): remove it from the value")
    return value.encode()


_AS_TEXT = _AsText(
    {
        str: _text,
        int: lambda value: b"%d" % value,
        bool: lambda value: b"t" if value else b"f",
        float: lambda value: repr(value).encode(),
        date: lambda value: value.isoformat().encode(),
        NoneType: lambda _: None,
    }
)
_GOOD = (int(ExecStatus.TUPLES_OK), int(ExecStatus.COMMAND_OK))
_SYNC, _SKIPPED = int(ExecStatus.PIPELINE_SYNC), int(ExecStatus.PIPELINE_ABORTED)


def written(values: Iterable[object]) -> list[bytes | None]:
    """Return values in the text format of the server.

    ``TypeError`` names a type that no column of ours has; ``psycopg.DataError`` for text that contains NUL.
    """
    return [_AS_TEXT[type(value)](value) for value in values]


class Answer:
    """The server's answer to one message; it may not have arrived.

    ``sent``: libpq may have the message, and sends it now, with the next message, or when ``close`` ends the
    connection.  ``result`` stays None for a statement that the server refused or skipped.
    """

    __slots__ = ("done", "prepares", "result", "sent", "sql")

    def __init__(self, sql: str, *, prepares: bool = False) -> None:
        self.sql = sql
        self.prepares = prepares
        self.sent = False
        self.done = False
        self.result: PGresult | None = None


class Wire:
    """One connection; one thread at a time uses it.

    Every method raises ``psycopg.OperationalError`` when the connection is lost.
    ``failed``: the first statement that the server refused since ``forget``, and why; the server skips all later ones
    until the next ``sync``.  ``trips``: how many times ``sync`` was called.  ``quickest_s``: the shortest wait for an
    answer so far, in seconds.
    """

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        driver.adapters.register_loader("numeric", _WholeNumber)
        self.failed: tuple[str, psycopg.Error] | None = None
        self.trips = 0
        self.quickest_s = inf
        self._driver = driver
        self._pgconn: PGconn = driver.pgconn
        self._transformer = Transformer(driver)
        self._prepared: dict[str, bytes] = {}
        self._names = 0
        self._awaited: deque[Answer] = deque()
        self._poll = select.poll()
        self._pgconn.nonblocking = 1
        self._pgconn.enter_pipeline_mode()

    @property
    def socket(self) -> int:
        return self._pgconn.socket

    def send(
        self, sql: str, values: Sequence[bytes | None] = (), *, once: bool = False, answer: Answer | None = None
    ) -> Answer:
        """Queue a statement with values as ``written`` returns them, and return its answer.

        The server prepares each statement once.  With ``once`` it plans the statement for these values alone.  A caller
        that passes the ``answer`` can read there whether the statement was sent, even when this method raises.
        """
        answer = answer or Answer(sql)
        if once:
            answer.sent = True
            self._pgconn.send_query_params(sql.encode(), values)
        else:
            name = self._prepared.get(sql) or self._prepare(sql)
            answer.sent = True  # set before the call, because an exception of any kind may follow it
            self._pgconn.send_query_prepared(name, values)
        self._awaited.append(answer)
        return answer

    def sync(self) -> Answer:
        """Send the queued statements and the end of their batch, and return the answer to that end.

        After it the server no longer skips statements.  It commits the batch when no BEGIN is open.
        """
        self.trips += 1
        self._pgconn.pipeline_sync()
        answer = Answer("")
        self._awaited.append(answer)
        return answer

    def flush(self) -> bool:
        """Send queued messages; False while the socket accepts no more: call again when it is writable."""
        return self._pgconn.flush() == 0

    def receive(self) -> None:
        """Read the answers that have arrived, without waiting."""
        pgconn, awaited = self._pgconn, self._awaited
        pgconn.consume_input()
        while awaited and not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None or result.status == _SYNC:  # the end of one statement's answer
                awaited.popleft().done = True
            else:
                self._take(awaited[0], result)

    def wait(self, answer: Answer) -> None:
        """Block this thread until the answer has arrived.

        The kernel's keepalives end the wait when the host is gone; nothing ends it while the server still works.
        """
        began = perf_counter()
        while not answer.done:
            sent = self.flush()
            self._poll.register(self.socket, select.POLLIN if sent else select.POLLIN | select.POLLOUT)
            self._poll.poll()
            self.receive()
        self.quickest_s = min(self.quickest_s, perf_counter() - began)

    def drain(self) -> None:
        """Read everything that has arrived meanwhile: late answers, or the end of the connection."""
        self._poll.register(self.socket, select.POLLIN)
        while self._poll.poll(0):
            self.receive()

    def forget(self) -> None:
        self.failed = None

    def rows(self, plan: Plan, result: PGresult) -> list[Any]:
        count = result.ntuples
        if not count:
            return []
        self._transformer.set_pgresult(result)
        rows = self._transformer.load_rows(0, count, tuple)
        return plan.decode(rows) if plan.decodes else rows

    def close(self) -> None:
        self._driver.close()

    def _prepare(self, sql: str) -> bytes:
        self._names += 1
        name = self._prepared[sql] = b"s%d" % self._names
        self._pgconn.send_prepare(name, sql.encode())
        self._awaited.append(Answer(sql, prepares=True))
        return name

    def _take(self, answer: Answer, result: PGresult) -> None:
        status = result.status
        if status in _GOOD:
            answer.result = result
            return
        if answer.prepares:
            self._prepared.pop(answer.sql, None)
        if status != _SKIPPED and self.failed is None:
            self.failed = (answer.sql, errors.error_from_result(result, encoding="utf-8"))


class _WholeNumber(Loader):
    """Reads NUMERIC as ``int``: PostgreSQL's sum of a BIGINT column is a NUMERIC, and ours are whole numbers."""

    def load(self, data: Any) -> int:
        return int(bytes(data))
