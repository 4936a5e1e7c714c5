"""``bench starvation``: one process writes to a database flat out: do two others still get their turns?"""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import msgspec
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert
from sqlalchemy.exc import DBAPIError

from bench import options, report
from bench.figures import quantile, short
from bench.report import Found
from bench.servers import PROJECT
from bench.suite import Run, suite
from bench.targets import Target
from domain.database import Connection
from runtime.database import Database, open_checkpointer, open_database, open_engine

FLAT_OUT, IN_TURN = "flat out", "in turn"
TARGETS = (
    Target("starvation: commits/s of the slower neighbour", at_least=100),
    Target("starvation: errors", at_most=0),
)
ROWS_A_UNIT = 7  # about as many statements as a request that writes
IN_FLIGHT = 256  # units that the flat-out process keeps waiting: its groups are always full
TEXT = "x" * 200

_metadata = MetaData()
_rows = Table("written", _metadata, Column("id", Integer, primary_key=True), Column("text", String(200)))
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


def unit(connection: Connection) -> None:
    for _ in range(ROWS_A_UNIT):
        connection.run(_add, text=TEXT)


def write(database: Database, role: str, seconds: float) -> Share:
    """Keep so many units waiting that the writer's queue is never empty; in turn, one, whose commit is awaited."""
    in_flight = IN_FLIGHT if role == FLAT_OUT else 1
    waiting: deque[tuple[float, Future[None]]] = deque()
    taken: list[float] = []
    errors: list[str] = []
    start = perf_counter()
    while (now := perf_counter()) - start < seconds or waiting:
        while len(waiting) < in_flight and now - start < seconds:
            waiting.append((perf_counter(), database.submit(unit)))
        since, future = waiting.popleft()
        try:
            future.result(60)
        except DBAPIError as error:
            errors.append(str(error.orig))
        else:
            taken.append((perf_counter() - since) * 1000)
    took = perf_counter() - start
    p50, p99, worst = (quantile(taken, q) if taken else 0.0 for q in (0.5, 0.99, 1.0))
    return Share(role, took, len(taken), len(errors), p50, p99, worst, "".join(errors[:1]))


def measure(file: Path, seconds: float) -> list[Share]:
    """Run the three processes for so many seconds on a fresh file."""
    url = f"sqlite:///{file}"
    engine = open_engine(url, create=True)
    _metadata.create_all(engine)
    engine.dispose()
    checkpointer = open_checkpointer(url)  # as the relay does it in the stack
    checkpointer.start(every=timedelta(seconds=1))
    processes = [_start(role, url, seconds) for role in (FLAT_OUT, IN_TURN, IN_TURN)]
    for process in processes:  # wait until each has opened its database, and only then start all of them
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
    command = [sys.executable, "-m", "bench.starvation", role, url, str(seconds)]
    return subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _said(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline()  # type: ignore[union-attr]  # it is a pipe
    if not line:
        raise RuntimeError(f"a process of the benchmark ended with {process.wait()}")
    return line


def _play(role: str, url: str, seconds: float) -> None:
    """One of the three processes: says that it is open, waits for the word, says what it got."""
    with closing(open_database(url)) as database:
        print("open", flush=True)
        sys.stdin.readline()
        share = write(database, role, seconds)
    print(msgspec.json.encode(share).decode(), flush=True)


@suite("starvation", options.option("--seconds", 10.0, "For how long the three write."))
def command(run: Run) -> Found:
    """One process writes flat out; two others ask for one commit after another.

    All three have the same SQLite file, which takes one writer at a time. Each of the two must get its turns: at least
    100 commits a second, and no error about a lock.
    """
    shares = measure(run.folder / "bench.db", run.seconds)
    table = report.table("Turns at writing", ["process"], ["commits/s", "errors", "p50 ms", "p99 ms", "worst ms"])
    for share in shares:
        times = [short(ms) for ms in (share.p50_ms, share.p99_ms, share.worst_ms)]
        table.add_row(share.role, f"{share.per_s:,.0f}", str(share.errors), *times)
    notes = [f"{share.role}: {share.first_error}" for share in shares if share.first_error]
    return Found(figures_of(shares), TARGETS, [table], shares, notes)


def figures_of(shares: Sequence[Share]) -> dict[str, float]:
    neighbours = [share for share in shares if share.role != FLAT_OUT]
    return {
        "starvation: commits/s of the slower neighbour": min(share.per_s for share in neighbours),
        "starvation: p99 ms of the slower neighbour": max(share.p99_ms for share in neighbours),
        "starvation: commits/s flat out": sum(share.per_s for share in shares if share.role == FLAT_OUT),
        "starvation: errors": float(sum(share.errors for share in shares)),
    }


if __name__ == "__main__":
    _play(sys.argv[1], sys.argv[2], float(sys.argv[3]))
