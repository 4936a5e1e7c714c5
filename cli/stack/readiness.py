"""Decide which processes of a stack are ready: by the answer of their page, or by their heartbeat's row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from socket import gethostname
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
import pysqlite3.dbapi2 as sqlite
import redis
from sqlalchemy.exc import SQLAlchemyError

from cli.stack.ports import holder, holders, is_listened_on
from cli.stack.processes import children_of, is_accepting, is_alive, is_of
from cli.stack.programs import Program
from cli.stack.supervised import ProcessInfo
from domain.database import Connection
from domain.platform.processes.beat import Process, seen_since
from runtime.clock import system_clock
from runtime.database import DatabaseProblem, open_database
from runtime.database.engine import is_sqlite, sqlite_path
from runtime.settings import Settings

T = TypeVar("T")
READY, STARTING, UNKNOWN = "READY", "STARTING", "UNKNOWN"
MISSED_BEATS = 3
ASK_WITHIN_S = 2.0
Rows = Callable[[], list[Process] | None]
"""Returns the recent heartbeats; None when the database does not answer."""


class Readiness:
    """Judges the processes of the stack that was started with ``table`` and ``settings``."""

    def __init__(self, table: Sequence[Program], settings: Settings) -> None:
        self._programs = {name: program for program in table for name in program.process_names}
        self._settings = settings

    def states(self, processes: Sequence[ProcessInfo]) -> dict[str, str]:
        """Return the state of each process by name.

        READY; STARTING when the process runs and is not ready; UNKNOWN when its row cannot be read; or supervisor's
        state when it does not run."""
        rows = cache(self._rows)
        return {process.name: self._state(process, rows) for process in processes}

    def _state(self, process: ProcessInfo, rows: Rows) -> str:
        program = self._programs.get(process.name)
        if process.state not in ("STARTING", "RUNNING"):
            return process.state
        if program is None:  # another release started it, which wrote no table
            return READY if process.state == "RUNNING" else STARTING
        found = is_ready(program, process.pid, rows)
        return UNKNOWN if found is None else READY if found else STARTING

    def _rows(self) -> list[Process] | None:
        since = system_clock() - MISSED_BEATS * timedelta(milliseconds=self._settings.heartbeat_ms)
        return ask(self._settings.database, lambda connection: seen_since(connection, since))


def ask(url: str, look: Callable[[Connection], T]) -> T | None:
    """Return what ``look`` read; None when the database does not answer."""
    if is_sqlite(url) and not sqlite_path(url).exists():
        return None  # opening the file would create it
    try:
        with closing(open_database(url, readers=1, writers=1)) as database:
            return database.read(look)
    except (DatabaseProblem, sqlite.Error, SQLAlchemyError, OSError):
        return None


def is_ready(program: Program, pid: int, rows: Rows) -> bool | None:
    """Return whether this process is ready; None when its row cannot be read.

    The readiness of another copy does not count, and a page counts only when this process serves it.  For a relay any
    working relay of the platform counts.
    """
    if program.page is not None:
        if program.listen is not None:  # the page second: a request would wait in the queue while no process accepts
            return is_accepting(pid) and _answers(program.page)
        return _answers(program.page) and pid in holders(port_of(program.page))
    if program.role is None:
        return True
    if (found := rows()) is None:
        return None
    ours = [row for row in found if row.role == program.role and (row.host != gethostname() or is_alive(row.pid))]
    if program.role == "relay":  # one relay works, wherever it runs; the others wait for its end
        return any(row.broker_ok for row in ours)
    return any(row.pid in (pid, *children_of(pid)) for row in ours if row.host == gethostname())


def foreign_process(table: Sequence[Program], home: Path) -> str | None:
    """Return a sentence that names a foreign process on the port of a program of ours; None when there is none."""
    for program in table:
        port = port_of(program.page) if program.page is not None else 0
        if port and is_listened_on(port) and not _is_served_by(home, port) and is_listened_on(port):
            who = holder(port) or "another user's process"
            return f"{program.name}: port {port} was taken by {who} a moment before; start again for another port"
    return None


def port_of(page: str) -> int:
    return urlsplit(page).port or 0


def _is_served_by(home: Path, port: int) -> bool:
    return any(is_of(home, pid) for pid in holders(port))


def _answers(page: str) -> bool:
    return _pings(page) if page.startswith("redis:") else _gets(page)


def _gets(url: str) -> bool:
    """Return whether a GET is answered with 200."""
    try:
        answer = httpx.get(url, timeout=ASK_WITHIN_S, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _pings(url: str) -> bool:
    with closing(redis.Redis.from_url(url, socket_timeout=ASK_WITHIN_S)) as client:
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
