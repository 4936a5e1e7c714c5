"""A Celery worker's process, beside a real broker: what it shows, loads and returns, and how many children it has."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from bench.servers import broker
from cli.stack.processes import children_of
from domain.marketplace.jobs.work import IndexAnew
from domain.platform.maintenance.work import FetchEvents
from domain.platform.outbox import read as outbox
from domain.platform.outbox.enqueue import enqueue
from domain.platform.outbox.work import Work
from domain.platform.queues import POOLS
from runtime.clock import system_clock
from runtime.database import Database, open_database
from tests.integration.workers.test_json_lines import begin, environment
from tests.stack import wait_until
from tests.story import cause_of
from workers.relay.broker import Hint, RedisBroker

RUNS: tuple[str, list[str | None]] = ("running", [None])
DONE: tuple[str, list[str | None]] = ("done", ["succeeded"])
UNUSED = (
    "celery.bin",
    "prompt_toolkit",
    "click_repl",
    "tornado",
    "jinja2",
    "rich.text",
    "pygments.token",
    "psutil._common",
)
"""What Celery's command line, the layouts of e-mails, and optional parts of libraries would load."""


class Worker:
    """``python -m workers NAME``, seen through its broker and its database."""

    def __init__(self, process: subprocess.Popen[bytes], database: Database, url: str, log: Path) -> None:
        self.process = process
        self.database = database
        self.log = log
        self._app = Celery(broker=url, set_as_current=False)
        self._relay = RedisBroker(self._app, url)

    def inspect(self, what: str) -> Any:
        """Its answer to a command, or None before it listens."""
        (answer,) = self._app.control.broadcast(what, reply=True, timeout=10, limit=1) or [{}]
        return next(iter(answer.values()), None)

    def send(self, work: Work) -> str:
        """Returns the row's id; its message is in the broker."""
        self.database.write(lambda c: enqueue(c, cause_of(system_clock, "system"), work))
        (row, *_) = self.database.read(lambda c: outbox.tasks(c, task=work.task, before=None, most=1))
        self._relay.publish([Hint(work.task, work.queue, (row.id,))])
        return row.id

    def attempts(self, row_id: str) -> tuple[str, list[str | None]]:
        """The row's status, and how each of its attempts ended."""
        row, attempts = self.database.read(lambda c: outbox.task(c, row_id))
        return row.status, [attempt.outcome for attempt in attempts]

    def wait_for(self, row_id: str, wanted: tuple[str, list[str | None]]) -> None:
        wait_until(lambda: self.attempts(row_id) == wanted, f"{row_id} is {wanted}", within_s=60)

    def children(self) -> set[int]:
        return set(children_of(self.process.pid))

    def end(self, how: signal.Signals) -> int:
        """Its exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=60)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._relay.close()
        self._app.close()


@pytest.fixture
def start(tmp_path: Path, sqlite_url: str) -> Iterator[Callable[..., Worker]]:
    """``start(name, **settings)``: a worker that takes messages."""
    database = open_database(sqlite_url)
    begun: list[Worker] = []
    with broker(tmp_path) as url:

        def start(name: str, **settings: str) -> Worker:
            log = tmp_path / f"{name}.log"
            known = environment(tmp_path, sqlite_url, BROKER_URL=url, PYTHONPROFILEIMPORTTIME="1", **settings)
            worker = Worker(begin(log, known, "-m", "workers", name), database, url, log)
            begun.append(worker)
            wait_until(lambda: worker.inspect("ping"), "it listens", within_s=60)
            return worker

        yield start
        for worker in begun:
            worker.close()
    database.close()


@pytest.mark.parametrize(
    ("name", "how"),
    [("payments", signal.SIGTERM), ("maintenance", signal.SIGTERM), ("notifications", signal.SIGQUIT)],
)
def test_it_shows_its_queues_and_its_pool_and_loads_no_command_line(
    start: Callable[..., Worker], name: str, how: signal.Signals
) -> None:
    worker, pool = start(name), POOLS[name]

    assert [queue["name"] for queue in worker.inspect("active_queues")] == list(pool.queues)
    stats = worker.inspect("stats")
    most = stats["autoscaler"]["max"] if pool.at_least else stats["pool"]["max-concurrency"]
    assert most == pool.concurrency
    if pool.time_limit_s:
        assert stats["pool"]["timeouts"][1] == pool.time_limit_s

    assert worker.end(how) == 0
    loaded = [line.rpartition("|")[2].strip() for line in worker.log.read_text().splitlines() if "import time" in line]
    assert "celery.worker" in loaded
    assert [name for name in loaded if name.startswith(UNUSED)] == []


@contextmanager
def stripe_that_waits(answers: threading.Event) -> Iterator[str]:
    """A provider without events that answers when it may; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.wait(60)
            body = json.dumps({"object": "list", "data": [], "has_more": False, "url": "/v1/events"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        answers.set()
        server.shutdown()
        thread.join()


def test_a_task_behind_a_long_one_gets_a_child_that_ends_when_no_task_is_left(
    start: Callable[..., Worker], tmp_path: Path
) -> None:
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    settings = {
        "PROVIDER_DEADLINE_MS": "60000",
        "LEASE_MS": "90000",
        "METRICS_DIR": str(metrics),
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    answers = threading.Event()
    with stripe_that_waits(answers) as address:
        worker = start("maintenance", STRIPE_API_BASE=address, **settings)
        seen, files = worker.children(), set(metrics.iterdir())
        assert len(seen) == 1
        for _ in range(2):
            answers.clear()
            long = worker.send(FetchEvents(provider="stripe"))
            worker.wait_for(long, RUNS)
            short = worker.send(IndexAnew())
            worker.wait_for(short, DONE)
            assert worker.attempts(long) == RUNS, "another child did the short one"
            seen |= worker.children()
            answers.set()
            worker.wait_for(long, DONE)
            wait_until(lambda: len(worker.children()) == 1, "one child is left", within_s=60)

    assert len(seen) == 3, "each time another child"
    assert set(metrics.iterdir()) == files, "children that come and go all day leave no files behind"
    assert worker.end(signal.SIGTERM) == 0
