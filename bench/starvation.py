"""One process writes to a database flat out: do two others still get their turns?

``python -m bench.starvation [--seconds 5]`` starts the three on one fresh file and prints what each of
them got.  Exit code 1 when one of the two made fewer than 100 commits a second, or met any error.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import deque
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import click
import msgspec
from rich.console import Console
from rich.table import Table
from sqlalchemy import Column, Integer, MetaData, String, bindparam, insert
from sqlalchemy import Table as SqlTable
from sqlalchemy.exc import DBAPIError

from bench.figures import quantile
from bench.servers import PROJECT
from domain.database import Connection
from runtime.database import Database, open_checkpointer, open_database, open_engine

LEAST_PER_S = 100
ROWS_A_UNIT = 7  # about as many statements as a request that writes
IN_FLIGHT = 256  # units that the flat-out process keeps waiting: its groups are always full
TEXT = "x" * 200

_metadata = MetaData()
_rows = SqlTable("written", _metadata, Column("id", Integer, primary_key=True), Column("text", String(200)))
_add = insert(_rows).values(text=bindparam("text", required=True))


class Share(msgspec.Struct, frozen=True):
    """The share of one process.  ``units``: commits as its callers saw them; latencies in milliseconds."""

    role: str
    seconds: float
    units: int
    errors: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    first_error: str = ""

    @property
    def per_s(self) -> float:
        return self.units / self.seconds

    @property
    def starved(self) -> bool:
        return bool(self.errors) or (self.role != "flat out" and self.per_s < LEAST_PER_S)


def unit(connection: Connection) -> None:
    for _ in range(ROWS_A_UNIT):
        connection.run(_add, text=TEXT)


def write_flat_out(database: Database, seconds: float) -> Share:
    """Keep so many units waiting that the writer never finds its queue empty."""
    waiting: deque[tuple[float, Future[None]]] = deque()
    taken: list[float] = []
    errors: list[str] = []
    start = perf_counter()
    while (now := perf_counter()) - start < seconds or waiting:
        while len(waiting) < IN_FLIGHT and now - start < seconds:
            waiting.append((perf_counter(), database.submit(unit)))
        since, future = waiting.popleft()
        _take(future, since, taken, errors)
    return _share("flat out", perf_counter() - start, taken, errors)


def write_in_turn(database: Database, seconds: float) -> Share:
    """One caller that waits for each commit before it asks for the next: every turn is its own."""
    taken: list[float] = []
    errors: list[str] = []
    start = perf_counter()
    while (now := perf_counter()) - start < seconds:
        _take(database.submit(unit), now, taken, errors)
    return _share("in turn", perf_counter() - start, taken, errors)


def _take(future: Future[None], since: float, taken: list[float], errors: list[str]) -> None:
    try:
        future.result(60)
    except DBAPIError as error:
        errors.append(str(error.orig))
    else:
        taken.append((perf_counter() - since) * 1000)


def _share(role: str, seconds: float, taken: list[float], errors: list[str]) -> Share:
    p50, p99, worst = (quantile(taken, q) if taken else 0.0 for q in (0.5, 0.99, 1.0))
    return Share(role, seconds, len(taken), len(errors), p50, p99, worst, errors[0] if errors else "")


def measure(seconds: float) -> list[Share]:
    """Run the three processes for so many seconds on a fresh file."""
    with tempfile.TemporaryDirectory(prefix="handwork-starvation-") as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = open_engine(url, create=True)
        _metadata.create_all(engine)
        engine.dispose()
        roles = ("flat out", "in turn", "in turn")
        checkpointer = open_checkpointer(url)  # as the relay does it in the stack
        checkpointer.start(every=timedelta(seconds=1))
        processes = [_start(role, url, seconds) for role in roles]
        for process in processes:  # all are open before any begins
            _said(process)
        for process in processes:
            process.stdin.write("go\n")  # type: ignore[union-attr]  # it is a pipe
            process.stdin.flush()  # type: ignore[union-attr]  # it was opened as a pipe
        shares = [msgspec.json.decode(_said(process), type=Share) for process in processes]
        for process in processes:
            process.communicate(timeout=30)
        checkpointer.close()
    return shares


def _start(role: str, url: str, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.starvation", "--role", role, "--url", url, "--seconds", str(seconds)]
    return subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _said(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline()  # type: ignore[union-attr]  # it is a pipe
    if not line:
        raise RuntimeError(f"a process of the benchmark ended with {process.wait()}")
    return line


def _play(role: str, url: str, seconds: float) -> None:
    """One of the three processes: says that it is open, waits for the word, says what it got."""
    database = open_database(url)
    print("open", flush=True)
    sys.stdin.readline()
    play = write_flat_out if role == "flat out" else write_in_turn
    share = play(database, seconds)
    database.close()
    print(msgspec.json.encode(share).decode(), flush=True)


def _print(shares: list[Share]) -> None:
    table = Table("process", "commits/s", "errors", "p50 ms", "p99 ms", "worst ms", title="Turns at writing")
    for share in shares:
        times = (f"{ms:.1f}" for ms in (share.p50_ms, share.p99_ms, share.worst_ms))
        table.add_row(share.role, f"{share.per_s:,.0f}", f"{share.errors} {share.first_error}".strip(), *times)
    Console().print(table)


@click.command()
@click.option("--seconds", default=5.0, show_default=True)
@click.option("--role", hidden=True)
@click.option("--url", hidden=True)
def main(seconds: float, role: str | None, url: str | None) -> None:
    """Exit code 1 when a process starved or met an error."""
    if role and url:
        _play(role, url, seconds)
        return
    shares = measure(seconds)
    _print(shares)
    raise SystemExit(any(share.starved for share in shares))


if __name__ == "__main__":
    main()
