"""Celery alone on the same broker: ``.delay()`` to start, and sends on 32 threads."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celery import Celery

from bench.queue_times import Times, paced, wait_for
from bench.servers import free_port, listens, running, says

_TASKS = "bench.peers.bare"


@contextmanager
def _worker(folder: Path, broker_url: str, out: Path) -> Iterator[None]:
    env = {"BARE_BROKER_URL": broker_url, "BARE_OUT": str(out)}
    command = [sys.executable, "-m", "celery", "-A", _TASKS, "worker", "--pool", "threads", "--concurrency", "32"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    log = folder / "bare.log"
    log.unlink(missing_ok=True)
    with running("bare", [*command, *quiet], folder, env=env, ready=says(log, "ready.")):
        yield


def starts(folder: Path, broker_url: str, *, rate: int, seconds: int) -> Times:
    """When each was sent and when it began; a second of warming up is left out."""
    out = folder / "bare-starts"
    app = Celery("bare", broker=broker_url)
    task = app.signature(f"{_TASKS}.start")

    def send() -> None:
        task.apply_async((time.time_ns(),))

    with _worker(folder, broker_url, out):
        warm = paced(rate, 1, send)
        wait_for(out, warm)
        count = paced(rate, seconds, send)
        return wait_for(out, warm + count)[warm:]


def sends(folder: Path, broker_url: str, *, count: int, send_ms: int) -> Times:
    """The backlog is in the broker before the worker starts."""
    out = folder / "bare-sends"
    with slow_provider(folder, send_ms) as url:
        app = Celery("bare", broker=broker_url)
        task = app.signature(f"{_TASKS}.send")
        for _ in range(count):
            task.apply_async((url,))
        with _worker(folder, broker_url, out):
            return wait_for(out, count)


@contextmanager
def slow_provider(folder: Path, send_ms: int) -> Iterator[str]:
    """Its address; it answers everything after ``send_ms``."""
    port = free_port()
    command = [sys.executable, "-m", "bench.slow_server", str(port), str(send_ms)]
    with running("provider", command, folder, env={}, ready=listens(port)):
        yield f"http://127.0.0.1:{port}/messages"
