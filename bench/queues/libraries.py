"""Queues alone on the same broker, with one worker process each: Celery, dramatiq, taskiq."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.queues.senders import Sender, celery, dramatiq, taskiq
from bench.queues.slow_server import slow_provider
from bench.queues.times import Times, paced, wait_for
from bench.servers import running, says

THREADS = 32
_CELERY = ("-m", "celery", "-A", "bench.peers.queues.celery_tasks", "worker", "--pool", "threads")
_CELERY_QUIET = ("--concurrency", str(THREADS), "--without-gossip", "--without-mingle", "--loglevel", "INFO")
_DRAMATIQ = ("-m", "dramatiq", "bench.peers.queues.dramatiq_tasks", "--processes", "1", "--threads", str(THREADS))
_TASKIQ = ("-m", "taskiq", "worker", "bench.peers.queues.taskiq_tasks:broker", "--workers", "1")


@dataclass(frozen=True, slots=True)
class Library:
    """``ready``: what its worker's log says when it works."""

    name: str
    command: tuple[str, ...]
    ready: str
    sender: Sender
    share: int = 5

    def starts(self, folder: Path, broker_url: str, *, rate: int, seconds: int) -> Times:
        """When each was sent and when it began; a second of warming up is left out."""
        out = folder / "noted"
        with self.sender(broker_url) as send, self._worker(folder, broker_url, out):
            warm = paced(rate, 1, lambda: send("start", time.time_ns()))
            wait_for(out, warm)
            count = paced(rate, seconds, lambda: send("start", time.time_ns()))
            return wait_for(out, warm + count)[warm:]

    def sends(self, folder: Path, broker_url: str, *, count: int, send_ms: int) -> Times:
        """The backlog is in the broker before the worker starts."""
        out = folder / "noted"
        with self.sender(broker_url) as send, slow_provider(folder, send_ms) as url:
            for _ in range(count):
                send("send", url)
            with self._worker(folder, broker_url, out):
                return wait_for(out, count)

    @contextmanager
    def _worker(self, folder: Path, broker_url: str, out: Path) -> Iterator[None]:
        env = {"PEER_BROKER_URL": broker_url, "PEER_OUT": str(out)}
        ready = says(folder / f"{self.name}.log", self.ready)
        with running(self.name, [sys.executable, *self.command], folder, env=env, ready=ready):
            yield


LIBRARIES = (
    Library("celery", (*_CELERY, *_CELERY_QUIET), "ready.", celery),
    Library("dramatiq", _DRAMATIQ, "Worker process is ready for action.", dramatiq),
    Library("taskiq", _TASKIQ, "Listening started.", taskiq, share=1),
)
