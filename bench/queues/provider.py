"""The provider that takes its time, as a process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import free_port, listens, running


@contextmanager
def slow_provider(folder: Path, send_ms: int) -> Iterator[str]:
    """Its address; it answers everything after ``send_ms``."""
    port = free_port()
    command = [sys.executable, "-m", "bench.queues.slow_server", str(port), str(send_ms)]
    with running("provider", command, folder, env={}, ready=listens(port)):
        yield f"http://127.0.0.1:{port}/messages"
